"""What is sent back to who texted: its parts, and the rest of a long answer when it is asked for."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.talks.case import language_spoken
from renewal.services.texts import holds, outbox
from renewal.services.texts.pieces import first_of, in_pieces
from renewal.services.texts.said import Said, by_template, in_free_words
from renewal.services.work import Work
from renewal.store.models import Conversation, InboundText

MORE_HINT = "sms.more"


def reply(work: Work, row: InboundText, *, part: int, said: Said) -> None:
    """Have one part of the answer to `row` sent."""
    text = outbox.Text(
        phone=row.phone,
        phone_hash=row.phone_hash,
        said=said,
        lane=holds.REPLIES,
        inbound_id=row.id,
        part=part,
        provider=row.provider,
    )
    outbox.post(work, text)


def tell(work: Work, row: InboundText, template: str, *, part: int) -> None:
    """Have a sentence of the wording sent, in the language that the phone was spoken to last."""
    said = by_template(work.services, template, language=_language(work.session, row.phone_hash))
    reply(work, row, part=part, said=said)


def answer(work: Work, row: InboundText, texts: Sequence[str]) -> None:
    """Have an answer sent. Of one that is very long the rest is kept, and sent when the phone asks for more."""
    pieces = [piece for text in texts for piece in in_pieces(text)]
    at_once = first_of(pieces)
    shown, rest = pieces[:at_once], pieces[at_once:]
    if rest:
        wording = work.services.wording.edition(_language(work.session, row.phone_hash))
        shown[-1] += wording.render(MORE_HINT, channel="sms")
        row.rest = json.dumps(rest, ensure_ascii=False)
    for part, text in enumerate(shown, start=outbox.FIRST_PART):
        reply(work, row, part=part, said=in_free_words(work.services, text))


def answer_with_rest(work: Work, row: InboundText, since: datetime) -> bool:
    """Answer `row`, which asks for more, with what the last answer since then left; False where it left nothing."""
    last = work.session.scalar(
        select(InboundText)
        .where(InboundText.phone_hash == row.phone_hash, InboundText.id != row.id)
        .where(InboundText.received_at > since)
        .order_by(InboundText.received_at.desc())
        .limit(1)
        .with_for_update()
    )
    if last is None or last.rest is None:
        return False
    rest, last.rest = json.loads(last.rest), None
    answer(work, row, rest)
    return True


def _language(session: Session, phone_hash: str) -> str:
    latest = (
        select(Conversation.id)
        .where(Conversation.phone_hash == phone_hash)
        .order_by(Conversation.last_at.desc())
        .limit(1)
    )
    conversation_id = session.scalar(latest)
    return language_spoken(session, conversation_id) if conversation_id else ""
