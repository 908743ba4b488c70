"""A number that several holders have on file: whose permit a text by SMS is about, and how another one is chosen.

What is told was sent to that number before, or is told for a day of expiry or a number that the writer knows.
"""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.dialogue.says import BotMessage
from renewal.language.choosing_permit import means_the_other, permit_chosen
from renewal.language.text import low
from renewal.services.app import Services
from renewal.services.talks.answers import render
from renewal.services.talks.case import case_of
from renewal.services.talks.login_codes import last_notice
from renewal.services.talks.status import status
from renewal.store.models import Conversation, Holder, Message, Notice, Permit

MOST_HOLDERS = 9  # of one number; more is no family
TAIL_CHARS = 4  # of a permit's number, so that its holder sees which one is meant
BARE_CHARS = 14  # a text that chooses and asks nothing


def speaks_for(session: Session, phone_hash: str, talk: Conversation | None) -> Holder | None:
    """Of several holders with a number the one chosen in the talk, else the one last notified; of one that one.

    A notice that came after the talk's last text is what the next text is about.
    """
    holders = session.scalars(select(Holder).where(Holder.phone_hash == phone_hash).limit(MOST_HOLDERS)).all()
    if len(holders) < 2:
        return holders[0] if holders else None
    newest = _newest_notice(session, [holder.id for holder in holders])
    wanted = newest.holder_id if newest is not None else None
    if talk is not None and talk.holder_id in {holder.id for holder in holders}:
        later = newest is not None and newest.created_at > talk.last_at
        wanted = wanted if later else talk.holder_id
    return next((holder for holder in holders if holder.id == wanted), None)


def choose(services: Services, conversation_id: str, text: str) -> tuple[tuple[BotMessage, ...], bool]:
    """What is said of the sharing before a text is answered, and whether that is the whole answer.

    On the first text it is told which permit is meant and how to choose another; a text that chooses changes it.
    """
    with services.store.session() as session:
        talk = session.get(Conversation, conversation_id)
        if talk is None or talk.channel != "sms" or talk.phone_hash is None:
            return (), False
        permits = _permits(session, talk.phone_hash)
        if len(permits) < 2:
            return (), False
        chosen = _chosen(text, permits, talk.holder_id, services.today())
        if chosen is not None:
            notice = last_notice(session, chosen.holder_id)
            talk.holder_id, talk.notice_id = chosen.holder_id, notice.id if notice else None
        elif _was_told(session, conversation_id):
            return (), False
        present = next((permit for permit in permits if permit.holder_id == talk.holder_id), None)
    case = case_of(services, conversation_id)
    key = "identity.shared_chosen" if chosen else "identity.shared" if present else "identity.shared_which"
    values: dict[str, Any] = (
        {"expires_on": present.expires_on, "tail": present.number[-TAIL_CHARS:]} if present else {}
    )
    said = (render(services, case, key, permits=len(permits), **values),)
    if chosen is None or len(text) > BARE_CHARS or "?" in low(text):
        return said, False
    return (*said, *status(services, case)), True


def _chosen(text: str, permits: list[Permit], holder_id: int | None, today: date) -> Permit | None:
    """The permit, other than the present one, that a text names by its day, its number's end, or as the other."""
    others = [permit for permit in permits if permit.holder_id != holder_id]
    if holder_id is not None and len(others) == 1 and means_the_other(text):
        return others[0]
    tails = [permit.number[-TAIL_CHARS:] for permit in permits]
    place = permit_chosen(text, [permit.expires_on for permit in permits], tails, today)
    return permits[place] if place is not None and permits[place] in others else None


def _permits(session: Session, phone_hash: str) -> list[Permit]:
    """The newest permit of each holder with that number."""
    of_phone = (
        select(Permit)
        .join(Holder, Holder.id == Permit.holder_id)
        .where(Holder.phone_hash == phone_hash)
        .order_by(Permit.expires_on.desc(), Permit.id)
        .limit(MOST_HOLDERS)
    )
    newest: dict[int, Permit] = {}
    for permit in session.scalars(of_phone):
        newest.setdefault(permit.holder_id, permit)
    return list(newest.values())


def _newest_notice(session: Session, holder_ids: list[int]) -> Notice | None:
    newest = (
        select(Notice).where(Notice.holder_id.in_(holder_ids)).order_by(Notice.created_at.desc()).limit(1)
    )
    return session.scalars(newest).first()


def _was_told(session: Session, conversation_id: str) -> bool:
    """Whether the talk had an answer before, which began by saying whose permit it is about."""
    answers = select(func.count()).where(Message.conversation_id == conversation_id, Message.author == "bot")
    return bool(session.scalar(answers))
