"""A holder's own permit: what state it is in, what the last comparison said, what to do next."""

from datetime import date

from renewal.dialogue.says import BotMessage
from renewal.services.app import Services
from renewal.services.talks.answers import about_expiry, render
from renewal.services.talks.case import load_case
from renewal.services.talks.own_record import Own, on_file, own_answer


def holder_is_known(services: Services, conversation_id: str) -> bool:
    """Whether the conversation is that of a holder on file with a permit, by the number or by a code sent to it."""
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    return case.known and case.expires_on is not None


def status(
    services: Services, conversation_id: str, expires_on: date | None = None
) -> tuple[BotMessage, ...]:
    """The known holder's record; without one, what the given expiry day means today.

    On the web, where there is room, what is on file follows as a bubble of its own.
    """
    with services.store.read() as session:
        case = load_case(session, conversation_id)
        filed = on_file(session, case)
    own: Own | None = own_answer(services, case, "my_status", "")
    if own is not None:
        said = (render(services, case, own.key, **own.values),)
        return (*said, render(services, case, filed.key, **filed.values)) if case.channel == "web" else said
    if expires_on is None:
        return (render(services, case, "my_status"),)
    return (about_expiry(services, case, expires_on),)
