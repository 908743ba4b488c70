"""What the forms must know of a conversation, in one look."""

from renewal.dialogue.forms.known import Known
from renewal.dialogue.forms.outlook import Outlook
from renewal.services.app import Services
from renewal.services.appointments.asking import offers_shown
from renewal.services.appointments.outlook import outlook_of
from renewal.services.callbacks.booking import open_callback
from renewal.services.talks.callback_rows import contact_of
from renewal.services.talks.case import case_of


def load_known(services: Services, conversation_id: str, *, appointments: bool) -> Known:
    """`appointments`: with how things stand for one."""
    case = case_of(services, conversation_id)
    with services.store.read() as session:
        return Known(
            today=services.today(),
            rules=services.rulebook,
            case=case,
            own=contact_of(session, case),
            callback=open_callback(services, session, case),
            outlook=outlook_of(services, session, case) if appointments else Outlook(),
            most_offers=offers_shown(case.channel),
        )
