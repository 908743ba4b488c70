"""Who is asking, and about which permit and notice, as the store knows by the conversation."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import Category, Field, Outcome
from renewal.language.script import language_of
from renewal.store.models import Comparison, Conversation, Holder, Message, Notice, Permit
from renewal.wording.composer import Channel
from renewal.wording.editions import SIMPLIFIED

LATEST_TEXTS = 4  # whose language counts: "1" or a name tells none


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation's facts. Without a known holder, only the channel and the language.

    `notice` is the kind of the last notice ("failure", "renewed", "no_result" or empty), with its reasons.
    """

    conversation_id: str
    channel: Channel
    language: str = SIMPLIFIED
    holder_id: int | None = None
    permit_id: int | None = None
    notice_id: str | None = None
    category: Category | None = None
    expires_on: date | None = None
    notice: str = ""
    reasons: tuple[Field, ...] = ()
    period_on: date | None = None
    last_outcome: Outcome | None = None
    last_reasons: tuple[Field, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the holder was identified, by the number on file or by a code sent to it."""
        return self.holder_id is not None


def load_case(session: Session, conversation_id: str) -> Case:
    """The case of a conversation; of one the store does not know, an anonymous one on the web."""
    talk = session.get(Conversation, conversation_id)
    if talk is None:
        return Case(conversation_id=conversation_id, channel="web")
    channel: Channel = "sms" if talk.channel == "sms" else "web"
    language = _language(session, conversation_id)
    holder = session.get(Holder, talk.holder_id) if talk.holder_id is not None else None
    if holder is None:
        return Case(conversation_id=conversation_id, channel=channel, language=language)
    notice = session.get(Notice, talk.notice_id) if talk.notice_id is not None else None
    permit = _permit(session, holder.id, notice)
    last = _last_comparison(session, permit)
    return Case(
        conversation_id=conversation_id,
        channel=channel,
        language=language,
        holder_id=holder.id,
        permit_id=permit.id if permit else None,
        notice_id=notice.id if notice else None,
        category=holder.category,
        expires_on=permit.expires_on if permit else None,
        notice=notice.kind if notice else "",
        reasons=fields(notice.reasons) if notice else (),
        period_on=notice.period_on if notice else None,
        last_outcome=last.outcome if last else None,
        last_reasons=fields(last.reasons) if last else (),
    )


def _language(session: Session, conversation_id: str) -> str:
    """The language of the last of the user's texts that tells one."""
    said = session.scalars(
        select(Message.body)
        .where(Message.conversation_id == conversation_id, Message.author == "user")
        .order_by(Message.id.desc())
        .limit(LATEST_TEXTS)
    )
    return next((found for text in said if (found := language_of(text))), SIMPLIFIED)


def _permit(session: Session, holder_id: int, notice: Notice | None) -> Permit | None:
    if notice is not None:
        return session.get(Permit, notice.permit_id)
    newest = select(Permit).where(Permit.holder_id == holder_id).order_by(Permit.expires_on.desc()).limit(1)
    return session.scalars(newest).first()


def _last_comparison(session: Session, permit: Permit | None) -> Comparison | None:
    """The last comparison of the permit's present period; an earlier period's says nothing about this one."""
    if permit is None:
        return None
    newest = (
        select(Comparison)
        .where(Comparison.permit_id == permit.id, Comparison.period_on == permit.expires_on)
        .order_by(Comparison.id.desc())
        .limit(1)
    )
    return session.scalars(newest).first()


def fields(joined: str) -> tuple[Field, ...]:
    """Field values joined by commas, as a row keeps them."""
    return tuple(Field(word) for word in joined.split(",") if word)
