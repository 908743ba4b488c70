"""Since when whoever writes waits for a person, so that the desk sees it also where no number was left."""

from datetime import datetime

from sqlalchemy.orm import Session

from renewal.store.models import Conversation


def ask(session: Session, conversation_id: str, now: datetime) -> None:
    """They wait for a person; asked again, they have waited since the first time."""
    talk = session.get(Conversation, conversation_id)
    if talk is not None and talk.person_asked_at is None:
        talk.person_asked_at = now


def settle(session: Session, conversation_id: str) -> None:
    """They wait no more: they want nobody, or a call stands."""
    talk = session.get(Conversation, conversation_id)
    if talk is not None:
        talk.person_asked_at = None
