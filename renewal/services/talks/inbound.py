"""A text that comes in: stored once and acknowledged at once, in one transaction with what follows from it."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from renewal.language.controls import as_kept
from renewal.language.masking import mask_id_numbers
from renewal.language.more import asks_for_more
from renewal.language.opting import asks_back, read_opting
from renewal.services.talks import answering, conversations, identity, replies
from renewal.services.texts import outbox, suppression
from renewal.services.texts.provider import InboundText
from renewal.services.work import GATEWAY, HOLDER, Work
from renewal.store.models import Delivery, opaque_id
from renewal.store.models import InboundText as InboundRow

if TYPE_CHECKING:
    from renewal.services.app import Services

log = structlog.get_logger(__name__)

# Put together once and run beside the ORM: every webhook does this, and finding the words of a statement takes the
# gateway longer than the statement.
_INSERTS = {
    name: insert(InboundRow).on_conflict_do_nothing().returning(InboundRow.id)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
PICTURES_PART = (
    -1
)  # of a reply: the sentence that goes before the answer to what was written beside a picture


def receive(services: "Services", inbound: InboundText, now: datetime, *, silent: str = "") -> bool:
    """Store a text and put its answering on the queue, in one transaction; False where it was stored before.

    With `silent`, which says why (a phone that floods us, a number from abroad), it is kept for staff, and nothing
    is sent; opting out works all the same.
    """
    masked = mask_id_numbers(as_kept(inbound.body))
    phone_hash = services.store.phone_hash(inbound.phone)
    inbound_id = opaque_id()
    with Work.begin(services, actor=HOLDER, now=now) as work:
        session = work.session
        values = {
            "id": inbound_id,
            "provider": inbound.provider,
            "provider_ref": inbound.provider_ref,
            "phone": inbound.phone,
            "phone_hash": phone_hash,
            "body": identity.without_codes(services, session, phone_hash, masked.text),
            "received_at": now,
        }
        if not _insert_once(session, values):
            return False
        suppression.number_works(session, phone_hash, now)
        row = _as_inserted(session, values)
        word = _opting(session, phone_hash, masked.text, now)
        if word is not None:
            _heed(work, row, inbound, word, confirm=not silent)
        elif silent or inbound.answered_by_provider:
            _leave(work, row, silent or "provider")
        else:
            _answer(work, row, inbound)
    log.info("text_received", inbound=inbound_id, provider=inbound.provider, id_number_masked=masked.found)
    return True


def _insert_once(session: Session, values: dict[str, object]) -> bool:
    statement = _INSERTS[session.get_bind().dialect.name]
    return session.connection().execute(statement, values).first() is not None


def _as_inserted(session: Session, values: dict[str, Any]) -> InboundRow:
    """The row just inserted, as if it had been read: its own values need not be decrypted to be known."""
    row = InboundRow(**values, attempts=0, failures=0, answered_at=None, conversation_id=None)
    make_transient_to_detached(row)
    session.add(row)
    return row


def _opting(session: Session, phone_hash: str, text: str, now: datetime) -> Literal["out", "in"] | None:
    """Whether a text opts out or in. A word that may be an answer is one where our last text asked something."""
    word = read_opting(text)
    if word != "out_or_answer":
        return word
    last = (
        select(Delivery.body)
        .where(Delivery.phone_hash == phone_hash, Delivery.created_at > now - conversations.SMS_SILENCE)
        .order_by(Delivery.created_at.desc(), Delivery.part.desc())
        .limit(1)
    )
    return None if asks_back(session.scalar(last) or "") else "out"


def _heed(work: Work, row: InboundRow, inbound: InboundText, word: str, *, confirm: bool) -> None:
    """Opt a number out or in, and confirm it, once, where something may be sent and the provider did not do so.

    A text that comes to us late does not undo a word that was sent after it.
    """
    session, now = work.session, work.now
    row.answered_at = now
    if inbound.sent_at is not None and suppression.holder_spoke_after(
        session, row.phone_hash, inbound.sent_at
    ):
        return
    if word == "out":
        changed = suppression.suppress(session, row.phone_hash, "opt_out", now)
        key, part = "sms.opted_out", outbox.CONFIRMATION_PART
    else:
        changed = suppression.lift(session, row.phone_hash, now)
        key, part = "sms.opted_in", outbox.FIRST_PART
    if not changed:
        return
    work.audit(f"texts.opted_{word}", row.id)
    if confirm and not inbound.answered_by_provider:
        replies.tell(work, row, key, part=part)


def _leave(work: Work, row: InboundRow, why: str) -> None:
    """Keep a text that gets no answer, for staff to see."""
    row.answered_at = work.now
    replace(work, actor=GATEWAY).audit("text.not_answered", row.id, why=why)


def _answer(work: Work, row: InboundRow, inbound: InboundText) -> None:
    """Have a text answered. We see no pictures, and say so; the words beside one are answered."""
    if inbound.pictures:
        replies.tell(work, row, "sms.pictures", part=PICTURES_PART)
    is_only_pictures = inbound.pictures > 0 and not row.body.strip()
    wants_rest = asks_for_more(row.body)
    if is_only_pictures or (
        wants_rest and replies.answer_with_rest(work, row, work.now - conversations.SMS_SILENCE)
    ):
        row.answered_at = work.now
    else:
        answering.enqueue_answer(work, row)
