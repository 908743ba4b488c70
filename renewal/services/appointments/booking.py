"""Appointments as holders ask for them: compared first, then booked, refused or left waiting; moved, cancelled, told.

Source: clause online.appointment (guide of 2020-03-05, endorsement on the spot, par. 3).
"""

from dataclasses import dataclass
from enum import StrEnum

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import Booked
from renewal.dialogue.says import BotMessage
from renewal.domain import AppointmentState, Decision, Outcome, reinstatement_deadline
from renewal.domain.appointments import Slot
from renewal.services.app import Services
from renewal.services.appointments.night import after_night, settle_asked
from renewal.services.appointments.outlook import booked_of, days_for
from renewal.services.appointments.seats import (
    HasAppointment,
    NewAppointment,
    NoSeat,
    note_refusal,
    open_appointment,
    take_seat,
)
from renewal.services.appointments.telling import (
    booked_row,
    note_change,
    slot_name,
    tell,
    text_holder,
    when_and_where,
)
from renewal.services.renewals import previewing
from renewal.services.talks.answers import render
from renewal.services.work import Work
from renewal.store.models import Centre, Conversation, Holder

__all__ = [
    "Came",
    "Told",
    "after_night",
    "ask",
    "cancel",
    "compare_first",
    "move",
    "settle_asked",
    "tell_open",
]


Messages = tuple[BotMessage, ...]


class Came(StrEnum):
    """What a request came to."""

    APPROVED = "approved"
    ASKED = "asked"
    REFUSED = "refused"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FULL = "full"  # that seat was taken meanwhile: another may do
    BARRED = "barred"  # no day, or not that one
    HAS = "has"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a request came to, and what the holder is told of it."""

    came: Came
    messages: Messages


def compare_first(work: Work, case: Case) -> Told | None:
    """Why no appointment can be had, before a time is chosen: no day for it, or a mismatch. None: it can be asked for.

    An appointment that stands is no bar here.
    """
    services = work.services
    barred = _barred(services, case)
    if barred is not None or case.permit_id is None:
        return barred
    decision = previewing.preview(services, work.session, case.permit_id, services.today())
    if decision.outcome is not Outcome.FAILED:
        return None
    note_change(work, case.permit_id, "refused", why=decision.clause)
    return Told(came=Came.REFUSED, messages=(_refusal(services, case, decision),))


def ask(work: Work, case: Case, slot: Slot) -> Told:
    """Ask for a slot: approved where everything matches, refused with the reasons, or held while data are missing.

    Who asks on the web is told of an approval by text too.
    Source: clause online.appointment.
    """
    barred = _barred(work.services, case, slot)
    if barred is not None:
        return barred
    try:
        with work.session.begin_nested():
            return _asked(work, case, slot)
    except HasAppointment:
        return _standing(work, case)
    except NoSeat:
        return Told(came=Came.FULL, messages=())


def move(work: Work, case: Case, slot: Slot) -> Told:
    """Give up the seat of the appointment that stands for another; where that is taken, the old one stands."""
    barred = _barred(work.services, case, slot)
    if barred is not None:
        return barred
    try:
        with work.session.begin_nested():
            return _moved(work, case, slot)
    except (HasAppointment, NoSeat):
        return Told(came=Came.FULL, messages=())


def cancel(work: Work, case: Case) -> Told:
    """Give the seat back, and say so; say that there is none where none stands."""
    services, session = work.services, work.session
    row = open_appointment(session, case.permit_id, lock=True) if case.permit_id is not None else None
    if row is None:
        return Told(came=Came.NONE, messages=(_none(services, case),))
    booked = booked_row(row, session.get_one(Centre, row.centre_id))
    row.state, row.updated_at = AppointmentState.CANCELLED, work.now
    note_change(work, row.permit_id, "cancelled", appointment_id=row.id, was=_name(booked))
    return Told(came=Came.CANCELLED, messages=(tell(services, case, "cancelled", booked),))


def tell_open(services: Services, case: Case, booked: Booked | None) -> Messages:
    """When and where the appointment that stands is, or that there is none."""
    if booked is None:
        return (_none(services, case),)
    return (tell(services, case, "standing", booked, appointment_state=booked.state.value),)


def _none(services: Services, case: Case) -> BotMessage:
    """That there is none; to whom none would be given, that none is needed, and by when to go."""
    if not case.present_reasons or case.expires_on is None:
        return render(services, case, "appointment.none_open")
    return render(
        services,
        case,
        "appointment.none_needed",
        expires_on=case.expires_on,
        deadline_on=reinstatement_deadline(case.expires_on, services.rulebook),
        days_left=(case.expires_on - services.today()).days,
        reasons=case.present_reasons,
    )


def _asked(work: Work, case: Case, slot: Slot) -> Told:
    services, session = work.services, work.session
    assert case.permit_id is not None  # whoever is not known was told so
    decision = previewing.preview(services, session, case.permit_id, services.today())
    state = {Outcome.FAILED: AppointmentState.REFUSED, Outcome.WAITING: AppointmentState.ASKED}.get(
        decision.outcome, AppointmentState.APPROVED
    )
    wanted = NewAppointment(
        permit_id=case.permit_id,
        slot=slot,
        state=state,
        reasons=decision.reasons,
        conversation_id=_kept_id(work, case),
    )
    make = note_refusal if state is AppointmentState.REFUSED else take_seat
    made = make(session, wanted, work.now)
    booked = _booked_as(work, made, wanted)
    note_change(
        work,
        case.permit_id,
        state.value,
        appointment_id=made,
        now=_name(booked),
        why=decision.clause,
    )
    if state is AppointmentState.REFUSED:
        return Told(came=Came.REFUSED, messages=(_refusal(services, case, decision),))
    if state is AppointmentState.APPROVED:
        _text(work, case, booked)
        return Told(came=Came.APPROVED, messages=(tell(services, case, "approved", booked),))
    unknown = (*decision.missing, *decision.stale)
    return Told(came=Came.ASKED, messages=(tell(services, case, "asked", booked, missing=unknown),))


def _moved(work: Work, case: Case, slot: Slot) -> Told:
    services, session = work.services, work.session
    assert case.permit_id is not None
    old = open_appointment(session, case.permit_id, lock=True)
    if old is None:
        return Told(came=Came.NONE, messages=(render(services, case, "appointment.none_open"),))
    before = booked_row(old, session.get_one(Centre, old.centre_id))
    if before.slot == slot:
        return Told(
            came=Came.HAS,
            messages=(tell(services, case, "standing", before, appointment_state=before.state.value),),
        )
    wanted = NewAppointment(
        permit_id=case.permit_id, slot=slot, state=old.state, conversation_id=_kept_id(work, case)
    )
    old.state, old.updated_at = AppointmentState.MOVED, work.now
    session.flush()
    made = take_seat(session, wanted, work.now)
    booked = _booked_as(work, made, wanted)
    note_change(
        work,
        case.permit_id,
        "moved",
        appointment_id=made,
        was=_name(before),
        now=_name(booked),
    )
    if booked.state is AppointmentState.APPROVED:
        _text(work, case, booked)
    return Told(
        came=Came.MOVED,
        messages=(tell(services, case, "moved", booked, appointment_state=booked.state.value),),
    )


def _text(work: Work, case: Case, booked: Booked) -> None:
    """On the web the answer is gone with the page: the time comes by text as well."""
    if case.channel == "web" and case.holder_id is not None:
        named = when_and_where(booked, booked.slot.day, booked.slot.starts)
        holder = work.session.get_one(Holder, case.holder_id)
        text_holder(work, holder, "sms_approved", language=case.language, awaited=True, **named)


def _barred(services: Services, case: Case, slot: Slot | None = None) -> Told | None:
    """Why the holder cannot book at all, or not on the slot's day; None where nothing bars it."""
    days = days_for(services, case)
    if days is None:
        return Told(came=Came.BARRED, messages=(render(services, case, "appointment"),))
    if days.bar is not None:
        told = render(
            services,
            case,
            f"appointment.{days.bar.value}",
            opens_on=days.opens_on,
            expires_on=case.expires_on,
        )
        return Told(came=Came.BARRED, messages=(told,))
    if slot is not None and slot.day not in days:
        return Told(came=Came.FULL, messages=())
    return None


def _refusal(services: Services, case: Case, decision: Decision) -> BotMessage:
    return render(services, case, "appointment.refused", reasons=decision.reasons)


def _standing(work: Work, case: Case) -> Told:
    booked = booked_of(work.session, case.permit_id) if case.permit_id is not None else None
    return Told(came=Came.HAS if booked else Came.NONE, messages=tell_open(work.services, case, booked))


def _booked_as(work: Work, made: int, wanted: NewAppointment) -> Booked:
    centre = work.session.get_one(Centre, wanted.slot.centre_id)
    return Booked(
        id=made,
        permit_id=wanted.permit_id,
        slot=wanted.slot,
        centre_code=centre.code,
        centre=centre.name,
        address=centre.address,
        state=wanted.state,
    )


def _kept_id(work: Work, case: Case) -> str | None:
    """The conversation, where the store has it."""
    return case.conversation_id if work.session.get(Conversation, case.conversation_id) else None


def _name(booked: Booked) -> str:
    return slot_name(booked.centre_code, booked.slot.day, booked.slot.starts)
