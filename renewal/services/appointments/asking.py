"""The two questions for an appointment, which centre and which time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import CentreChoice
from renewal.dialogue.says import BotMessage, Button
from renewal.domain.appointments import AppointmentDays, Slot
from renewal.services.app import Services
from renewal.services.talks.answers import render
from renewal.wording.composer import Channel

SMS_OFFERS, WEB_OFFERS = 3, 5  # choices that fit two segments, and that a page shows at a glance

Messages = tuple[BotMessage, ...]


def offers_shown(channel: Channel) -> int:
    """How many choices one question shows."""
    return SMS_OFFERS if channel == "sms" else WEB_OFFERS


def ask_centre(
    services: Services,
    case: Case,
    centres: Sequence[CentreChoice],
    *,
    misses: int = 0,
    note: str = "",
    full: str = "",
) -> Messages:
    """Ask which of the centres, with a button for each on the web; `full` is the one that is booked out."""
    key = ("ask_centre", "bad_centre", "bad_centre_again")[min(misses, 2)]
    names = [centre.name for centre in centres]
    message = render(services, case, f"appointment.{key}", centres=names, note=note, centre=full)
    if case.channel == "web":
        message = replace(message, buttons=tuple(Button(id="", label=name) for name in names))
    return (message,)


def ask_slot(
    services: Services,
    case: Case,
    days: AppointmentDays | None,
    centre: CentreChoice,
    slots: Sequence[Slot],
    *,
    misses: int = 0,
    note: str = "",
    asked_on: date | None = None,
) -> Messages:
    """Ask which of the times, with a button for each on the web that says it as the holder could.

    `asked_on` is the day that was wished and cannot be had as it was.
    """
    key = ("ask_slot", "bad_slot", "bad_slot_again")[min(misses, 2)]
    times = [{"day": s.day, "weekday": s.day.weekday(), "at": f"{s.starts:%H:%M}"} for s in slots]
    message = render(
        services,
        case,
        f"appointment.{key}",
        centre=centre.name,
        times=times,
        note=note,
        asked_on=asked_on,
        asked_weekday=asked_on.weekday() if asked_on else 0,
        first_on=days.first_on if days else None,
        last_on=days.last_on if days else None,
    )
    if case.channel == "web":
        message = replace(message, buttons=tuple(_slot_button(services, case.language, s) for s in slots))
    return (message,)


def _slot_button(services: Services, language: str, slot: Slot) -> Button:
    label = services.wording.edition(language).render(
        "button.appointment_slot",
        come_on=slot.day,
        weekday=slot.day.weekday(),
        come_at=f"{slot.starts:%H:%M}",
    )
    return Button(id="", label=label)
