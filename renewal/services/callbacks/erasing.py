"""Deletes name and number that somebody left for a call, on their word: from the callbacks and out of what was said."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.says import BotMessage
from renewal.language.secrets import hide
from renewal.services.jobs import FORGET_TALK, REPLIES
from renewal.services.talks import person
from renewal.services.talks.answers import render
from renewal.services.talks.callback_rows import phone_tail
from renewal.services.talks.login_codes import CALLBACK
from renewal.services.work import Work
from renewal.store.models import Callback, InboundText, LoginCode, Message

TAKEN_OUT = "****"
TURN_ENDS_AFTER_S = 90.0  # then the assistant has written its last of the turn that asks for it


def erase_number(work: Work, case: Case) -> tuple[BotMessage, ...]:
    """Delete every callback of a conversation and of its holder, and say so, or that there is none.

    Out of the conversation's texts name and number are taken as well; what the assistant keeps of it is forgotten by
    a job, once this turn is over. That it was done is kept, with no more than how many there were; codes that were
    sent end, and are counted for two days more.
    """
    services, session = work.services, work.session
    whose = Callback.conversation_id == case.conversation_id
    if case.holder_id is not None:
        whose = or_(whose, Callback.holder_id == case.holder_id)
    left = session.scalars(select(Callback).where(whose)).all()
    person.settle(session, case.conversation_id)
    if not left:
        return (render(services, case, "callback.nothing_left"),)
    words = {word for row in left for word in (row.name, phone_tail(row.phone)) if word}
    for row in left:
        session.delete(row)
    # The codes end but stay, as keyed hashes, until their time is up: who could delete what is counted would have no
    # limit of codes sent to a phone, nor of guesses.
    codes = (LoginCode.conversation_id == case.conversation_id, LoginCode.purpose == CALLBACK)
    session.execute(update(LoginCode).where(*codes, LoginCode.state == "open").values(state="replaced"))
    _take_out(session, case.conversation_id, words)
    work.enqueue(
        FORGET_TALK,
        REPLIES,
        case.conversation_id,
        id=f"forget:{case.conversation_id}:{work.now:%Y%m%d%H%M%S}",
        partition=case.conversation_id,
        delay_s=TURN_ENDS_AFTER_S,
    )
    work.audit("callback.erased", case.conversation_id, callbacks=len(left))
    return (render(services, case, "callback.erased"),)


def _take_out(session: Session, conversation_id: str, words: set[str]) -> None:
    """Leave neither the numbers nor these words in what was said and texted in a conversation."""
    rows: list[Message | InboundText] = []
    rows += session.scalars(select(Message).where(Message.conversation_id == conversation_id))
    rows += session.scalars(select(InboundText).where(InboundText.conversation_id == conversation_id))
    for row in rows:
        body = hide(row.body)
        for word in words:
            body = body.replace(word, TAKEN_OUT)
        if body != row.body:
            row.body = body
