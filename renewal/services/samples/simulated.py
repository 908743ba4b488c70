"""The simulator's phones: what they show, what is typed on them, and whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import PermitState, permit_state
from renewal.language.controls import as_kept
from renewal.language.masking import mask_id_numbers, mask_name, mask_phone
from renewal.services.talks import inbound
from renewal.services.texts.provider import InboundText
from renewal.store import Store
from renewal.store.models import Holder, Notice, Permit, SimulatedText

if TYPE_CHECKING:
    from renewal.services.app import Services

PROVIDER = "simulator"
GUEST: Literal["guest"] = "guest"
GUEST_PHONE = "+8619999990000"  # a valid number that no holder has
MOST_HOLDERS = 120
LONGEST_ID_DIGITS = 9

HolderId = int | Literal["guest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """One text on a phone's screen; `n` only grows."""

    n: int
    direction: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChoice:
    """A phone to choose. Name and phone are masked; `unread` counts what came since its own last text."""

    id: HolderId
    name: str
    phone: str
    situation: str
    expires_on: date | None
    unread: int = 0


def show(store: Store, *, phone: str, body: str, delivery_id: str | None, now: datetime) -> str:
    """Put an outgoing text on a phone's screen; returns the simulator's id of it."""
    with store.session() as session:
        row = _add(session, store, phone=phone, direction="out", body=body, now=now)
        row.delivery_id = delivery_id
        session.flush()
        return f"sim-{row.id}"


def shown(store: Store, delivery_id: str) -> str | None:
    """The simulator's id of a delivery's text, or None where it never came to a screen."""
    with store.read() as session:
        row_id = session.scalar(
            select(SimulatedText.id).where(SimulatedText.delivery_id == delivery_id).limit(1)
        )
        return f"sim-{row_id}" if row_id is not None else None


def type_text(services: "Services", *, phone: str, body: str, now: datetime) -> None:
    """What happens when someone texts us from a simulated phone."""
    with services.store.session() as session:
        row = _add(
            session,
            services.store,
            phone=phone,
            direction="in",
            body=mask_id_numbers(as_kept(body)).text,
            now=now,
        )
        session.flush()
        ref = f"sim-in-{row.id}"
    inbound.receive(services, InboundText(provider=PROVIDER, provider_ref=ref, phone=phone, body=body), now)


def _add(
    session: Session, store: Store, *, phone: str, direction: str, body: str, now: datetime
) -> SimulatedText:
    row = SimulatedText(
        phone=phone, phone_hash=store.phone_hash(phone), direction=direction, body=body, at=now
    )
    session.add(row)
    return row


def texts_of(store: Store, phone: str, after: int, limit: int = 200) -> tuple[ShownText, ...]:
    """A phone's texts after text `after`, oldest first."""
    with store.read() as session:
        rows = session.scalars(
            select(SimulatedText)
            .where(SimulatedText.phone_hash == store.phone_hash(phone), SimulatedText.id > after)
            .order_by(SimulatedText.id)
            .limit(limit)
        )
        return tuple(ShownText(n=r.id, direction=r.direction, body=r.body, at=r.at) for r in rows)


def phone_of(store: Store, holder: str) -> str | None:
    """E.164 of a choice's phone, or None where there is no such holder."""
    if holder == GUEST:
        return GUEST_PHONE
    if not (holder.isascii() and holder.isdigit() and len(holder) <= LONGEST_ID_DIGITS):
        return None
    with store.read() as session:
        return session.scalar(select(Holder.phone).where(Holder.id == int(holder)))


def choices(services: "Services") -> tuple[PhoneChoice, ...]:
    """Phones to choose from: holders with a notice first, newest first, then those nearest their expiry; a guest."""
    today = services.today()
    with services.store.read() as session:
        told = session.execute(
            select(Holder, Permit, Notice)
            .join(Permit, Permit.holder_id == Holder.id)
            .join(Notice, Notice.permit_id == Permit.id)
            .order_by(Notice.created_at.desc(), Notice.id)
            .limit(MOST_HOLDERS)
        ).all()
        others = session.execute(
            select(Holder, Permit)
            .join(Permit, Permit.holder_id == Holder.id)
            .where(Holder.id.not_in(select(Notice.holder_id)))
            .order_by(Permit.expires_on, Permit.id)
            .limit(MOST_HOLDERS)
        ).all()
        unread = _unread(
            session, [holder.phone_hash for holder in (*(t[0] for t in told), *(o[0] for o in others))]
        )
    found: dict[int, PhoneChoice] = {}
    for holder, permit, notice in told:
        found.setdefault(holder.id, _choice(holder, permit, _told(services, notice), unread))
    for holder, permit in others:
        found.setdefault(holder.id, _choice(holder, permit, _untold(services, permit, today), unread))
    guest = PhoneChoice(
        id=GUEST,
        name=services.wording.render("simulator.guest"),
        phone=mask_phone(GUEST_PHONE),
        situation=services.wording.render("simulator.situation.guest"),
        expires_on=None,
    )
    return (*found.values(), guest)


def _unread(session: Session, phone_hashes: Sequence[str]) -> Mapping[str, int]:
    typed = (
        select(func.max(SimulatedText.id).label("last"), SimulatedText.phone_hash)
        .where(SimulatedText.direction == "in")
        .group_by(SimulatedText.phone_hash)
        .subquery()
    )
    rows = session.execute(
        select(SimulatedText.phone_hash, func.count())
        .outerjoin(typed, typed.c.phone_hash == SimulatedText.phone_hash)
        .where(SimulatedText.direction == "out", SimulatedText.phone_hash.in_(phone_hashes))
        .where(SimulatedText.id > func.coalesce(typed.c.last, 0))
        .group_by(SimulatedText.phone_hash)
    )
    return {row[0]: row[1] for row in rows}


def _choice(holder: Holder, permit: Permit, situation: str, unread: Mapping[str, int]) -> PhoneChoice:
    return PhoneChoice(
        id=holder.id,
        name=mask_name(holder.name),
        phone=mask_phone(holder.phone),
        situation=situation,
        expires_on=permit.expires_on,
        unread=unread.get(holder.phone_hash, 0),
    )


def _told(services: "Services", notice: Notice) -> str:
    return services.wording.render(f"simulator.situation.{notice.kind}")


def _untold(services: "Services", permit: Permit, today: date) -> str:
    state: PermitState = permit_state(permit.expires_on, today, services.rulebook)
    return services.wording.render(f"simulator.situation.{state.value}")
