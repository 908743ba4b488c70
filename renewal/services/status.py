"""A holder's own permit: what state it is in, what the last comparison said, what to do next."""

from datetime import date

from renewal.domain import Field, Outcome, PermitState, permit_state
from renewal.services.answers import about_expiry, notice_values, render
from renewal.services.app import Services
from renewal.services.assistant import BotMessage
from renewal.services.case import Case, load_case


def holder_is_known(services: Services, conversation_id: str) -> bool:
    """Whether the conversation is that of a holder on file with a permit (by SMS, the number is the identity)."""
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    return case.known and case.expires_on is not None


def status(
    services: Services, conversation_id: str, expires_on: date | None = None
) -> tuple[BotMessage, ...]:
    """The known holder's record; without one, what the given expiry day means today.

    A web conversation is nobody's, so it never shows a record, only what a day that the user gave implies.
    """
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    if case.known and case.expires_on is not None:
        return (_own(services, case, case.expires_on),)
    if expires_on is None:
        return (render(services, case, "my_status"),)
    return (about_expiry(services, case, expires_on),)


def _own(services: Services, case: Case, expires_on: date) -> BotMessage:
    """The record in plain words, by how the present period stands."""
    state = permit_state(expires_on, services.today(), services.rulebook)
    told_of_failure = case.notice == "failure" and case.period_on == expires_on and case.last_outcome is None
    reasons: tuple[Field, ...] = case.reasons if told_of_failure else case.last_reasons
    values = notice_values(services, reasons, expires_on)
    if case.notice == "renewed" and case.period_on != expires_on:
        return render(services, case, "status.renewed", **values)
    if state in (PermitState.SUSPENDED, PermitState.LAPSED):
        return about_expiry(services, case, expires_on)
    if told_of_failure or case.last_outcome is Outcome.FAILED:
        return render(services, case, "status.failed", **values)
    if state is PermitState.IN_WINDOW:
        return render(services, case, "status.waiting", **values)
    return about_expiry(services, case, expires_on)
