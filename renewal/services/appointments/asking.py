"""The two questions for an appointment, which centre and which time, and the centre that a text names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from renewal.dialogue.says import BotMessage, Button
from renewal.language.appointments.purposes import IN_ENGLISH
from renewal.language.appointments.wishes import read_place
from renewal.language.contact import simple
from renewal.language.records import DISTRICTS
from renewal.services.app import Services
from renewal.services.appointments.centres import Slot
from renewal.services.appointments.outlook import CentreChoice, Outlook
from renewal.services.talks.answers import render
from renewal.services.talks.case import load_case

SMS_OFFERS, WEB_OFFERS = 3, 5  # choices that fit two segments, and that a page shows at a glance
TIME = "%Y-%m-%dT%H:%M"
_USUAL = re.compile(r"社区事务受理(?:服务)?中心|上海市|街道|新区|区|镇|中心")
SHORTEST_NAME_CHARS = 2

Messages = tuple[BotMessage, ...]


def offers_shown(services: Services, conversation_id: str) -> int:
    """How many choices one question of a conversation shows."""
    with services.store.read() as session:
        return SMS_OFFERS if load_case(session, conversation_id).channel == "sms" else WEB_OFFERS


def ask_centre(
    services: Services,
    conversation_id: str,
    centres: Sequence[CentreChoice],
    *,
    misses: int = 0,
    note: str = "",
    full: str = "",
) -> Messages:
    """Ask which of the centres, with a button for each on the web; `full` is the one that is booked out."""
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    key = ("ask_centre", "bad_centre", "bad_centre_again")[min(misses, 2)]
    names = [centre.name for centre in centres]
    message = render(services, case, f"appointment.{key}", centres=names, note=note, centre=full)
    if case.channel == "web":
        message = replace(message, buttons=tuple(Button(id="", label=name) for name in names))
    return (message,)


def ask_slot(
    services: Services,
    conversation_id: str,
    outlook: Outlook,
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
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    key = ("ask_slot", "bad_slot", "bad_slot_again")[min(misses, 2)]
    times = [{"day": s.day, "weekday": s.day.weekday(), "at": f"{s.starts:%H:%M}"} for s in slots]
    days = outlook.days
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


def named_centre(text: str, outlook: Outlook, offered: Sequence[CentreChoice]) -> CentreChoice | None:
    """The centre that a text names: by its place among those offered, or by its name, whole or without the usual words.

    Of a name that several have, the one of the holder's district.
    """
    place = read_place(text)
    if place is not None and offered:
        return offered[place - 1 if place > 0 else -1] if place <= len(offered) else None
    clean = simple(text)
    return next(
        (centre for centre in (*outlook.centres, *outlook.all_centres) if _is_named(centre, clean)), None
    )


def named_district(text: str) -> str:
    """The district that a text names, also without 区; empty where it names none."""
    return next((name for name in DISTRICTS if _district(name).search(simple(text))), "")


def without_centre(text: str, centre: CentreChoice) -> str:
    """What a text says besides the centre that it names."""
    clean = simple(text)
    return clean.replace(centre.name, "").replace(_short(centre), "")


def _is_named(centre: CentreChoice, clean: str) -> bool:
    short = _short(centre)
    return centre.name in clean or (len(short) >= SHORTEST_NAME_CHARS and short in clean)


def _short(centre: CentreChoice) -> str:
    return _USUAL.sub("", centre.name.replace(centre.district, ""))


@cache
def _district(name: str) -> re.Pattern[str]:
    """A road, a river or a hill may have a district's name."""
    return re.compile(f"{name[:2]}(?![路街江山]|大道|滨江)|\\b{IN_ENGLISH[name]}\\b", re.IGNORECASE)


def _slot_button(services: Services, language: str, slot: Slot) -> Button:
    label = services.wording.edition(language).render(
        "button.appointment_slot",
        come_on=slot.day,
        weekday=slot.day.weekday(),
        come_at=f"{slot.starts:%H:%M}",
    )
    return Button(id="", label=label)
