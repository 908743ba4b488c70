"""Opens a conversation as that of a sample holder in a situation, for demonstrations and evaluation."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import Field
from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.services.sample import find_sample
from renewal.store.models import Conversation, Notice, Permit, opaque_id

FAILURES = tuple(f"failure:{field.value}" for field in Field)
OTHERS = ("no-result", "renewed", "overdue")
SCENARIOS = FAILURES + OTHERS


class UnknownScenario(RenewalError):
    """There is no such scenario."""


class NoSampleHolder(RenewalError):
    """The store has no sample holder in that situation; `renewal sample` makes them."""


def open_scenario(services: Services, name: str, channel: Literal["sms", "web"]) -> str:
    """A new conversation of a sample holder in that situation; on SMS the holder is known by number.

    Raises:
        UnknownScenario: no scenario has that name.
        NoSampleHolder: the store holds no such sample holder.
    """
    if name not in SCENARIOS:
        raise UnknownScenario(f"没有场景 {name}。可用的有：{'、'.join(SCENARIOS)}")
    with services.store.session() as session:
        permit = _permit(services, session, name)
        notice = _notice(services, session, permit, name)
        known = channel == "sms"
        now = services.now()
        talk = Conversation(
            id=opaque_id(),
            channel=channel,
            phone=permit.holder.phone if known else None,
            phone_hash=permit.holder.phone_hash if known else None,
            holder_id=permit.holder_id,
            notice_id=notice.id if notice else None,
            created_at=now,
            last_at=now,
        )
        session.add(talk)
        return talk.id


def _permit(services: Services, session: Session, name: str) -> Permit:
    mismatch = Field(name.split(":", 1)[1]) if name in FAILURES else None
    situation = "failure" if mismatch else name.replace("-", "_")
    found = find_sample(session, mismatch=mismatch, situation=situation, today=services.today())
    if found is None:
        raise NoSampleHolder(f"库里没有适合“{name}”的样例持证人，请先运行 renewal sample")
    return found


def _notice(services: Services, session: Session, permit: Permit, name: str) -> Notice | None:
    """The notice that the holder has just been sent, found or made; no text goes out for it."""
    kind = {"no-result": "no_result", "renewed": "renewed"}.get(name, "failure" if name in FAILURES else "")
    if not kind:
        return None
    query = select(Notice).where(
        Notice.permit_id == permit.id, Notice.kind == kind, Notice.period_on == permit.expires_on
    )
    notice = session.scalars(query).first()
    if notice is None:
        notice = Notice(
            id=opaque_id(),
            permit_id=permit.id,
            holder_id=permit.holder_id,
            period_on=permit.expires_on,
            kind=kind,
            reasons=name.split(":", 1)[1] if name in FAILURES else "",
            created_at=services.now(),
        )
        session.add(notice)
        session.flush()
    return notice
