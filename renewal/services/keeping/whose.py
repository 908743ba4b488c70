"""Whose talk is meant: a permit's holder, or a number."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain.errors import RenewalError
from renewal.language.contact import check_phone
from renewal.language.records import is_dialled
from renewal.services.app import Services
from renewal.store.models import (
    AuditEntry,
    Callback,
    Conversation,
    Delivery,
    Holder,
    InboundText,
    LoginCode,
    Permit,
    SimulatedText,
    Suppression,
)
from renewal.wording.staff import staff_sentence

ERASED = "holder.erased"
HASHED = (Holder, Conversation, InboundText, Delivery, Callback, LoginCode, SimulatedText, Suppression)


class NobodyKnown(RenewalError):
    """We hold nothing under that permit or number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """One person: the ids of the holders, the hashes of the numbers. `shared`: others have the number on file too.

    `subject` names them in the audit without personal data.
    """

    holder_ids: frozenset[int]
    phone_hashes: frozenset[str]
    subject: str
    shared: bool = False


def of_permit(session: Session, number: str) -> Whose:
    """The holder of a permit, with the number on file and those that they texted from.

    Raises:
        NobodyKnown: there is no such permit.
    """
    permit = session.scalars(select(Permit).where(Permit.number == number.strip())).first()
    if permit is None:
        raise NobodyKnown(staff_sentence("keeping.no_permit"))
    holder = permit.holder
    texted_from = select(Conversation.phone_hash).where(
        Conversation.holder_id == holder.id, Conversation.phone_hash.is_not(None)
    )
    hashes = {holder.phone_hash, *(found for found in session.scalars(texted_from) if found)}
    theirs = select(Holder.phone_hash).where(Holder.phone_hash.in_(hashes), Holder.id != holder.id)
    others = set(session.scalars(theirs))
    return Whose(
        holder_ids=frozenset({holder.id}),
        phone_hashes=frozenset(hashes - others | {holder.phone_hash}),
        subject=f"permit:{permit.id}",
        shared=holder.phone_hash in others,
    )


def of_phone(services: Services, session: Session, phone: str) -> Whose:
    """Whoever texts from a number, has it on file or left it for a call.

    Raises:
        NobodyKnown: it is no number, or none that we ever met.
    """
    typed = phone.strip()
    number = (check_phone(typed) or "").partition(";")[0] or (typed if is_dialled(typed) else "")
    if not number:
        raise NobodyKnown(staff_sentence("keeping.no_number"))
    hashed = services.store.phone_hash(number)
    holders = frozenset(session.scalars(select(Holder.id).where(Holder.phone_hash == hashed)))
    subject = f"phone:{hashed}"
    if not (holders or _met(session, hashed, subject) or callbacks_for(services, session, {hashed})):
        raise NobodyKnown(staff_sentence("keeping.no_phone"))
    return Whose(holder_ids=holders, phone_hashes=frozenset({hashed}), subject=subject)


def callbacks_for(services: Services, session: Session, hashes: Collection[str]) -> set[int]:
    """The callbacks for which one of these numbers was left, those of releases that kept no hash among them."""
    found = set(session.scalars(select(Callback.id).where(Callback.phone_hash.in_(hashes))))
    for row in session.scalars(select(Callback).where(Callback.phone_hash.is_(None))):
        if services.store.phone_hash(row.phone.partition(";")[0]) in hashes:
            found.add(row.id)
    return found


def _met(session: Session, hashed: str, subject: str) -> bool:
    """Whether any table knows the number, or it was erased before."""
    tables = (select(table.phone_hash).where(table.phone_hash == hashed).limit(1) for table in HASHED)
    erased = select(AuditEntry.id).where(AuditEntry.action == ERASED, AuditEntry.subject == subject).limit(1)
    return any(session.scalars(query).first() is not None for query in (*tables, erased))
