"""What the store holds of a conversation, as the forms get it."""

from renewal.dialogue.forms.known import Contact
from renewal.dialogue.forms.outlook import Outlook
from renewal.services.app import Services
from renewal.services.turns.knowing import load_known


def look(services: Services, talk: str) -> Outlook:
    """How things stand with appointments."""
    return load_known(services, talk, appointments=True).outlook


def own_contact(services: Services, talk: str) -> Contact:
    """What need not be asked of the writer."""
    return load_known(services, talk, appointments=False).own
