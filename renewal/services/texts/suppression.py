"""Numbers that get no texts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from renewal.store.models import Holder, Suppression

# Put together once: each text that comes in does both.
_OF_PHONE: BindParameter[str] = bindparam("of_phone")
_WORKS_AGAIN = (
    update(Suppression)
    .where(
        Suppression.phone_hash == _OF_PHONE,
        Suppression.reason == "bad_number",
        Suppression.lifted_at.is_(None),
    )
    .values(lifted_at=bindparam("since"))
)
_IS_OK_AGAIN = (
    update(Holder).where(Holder.phone_hash == _OF_PHONE, Holder.phone_ok.is_(False)).values(phone_ok=True)
)
_OUTLASTS = ("bad_number", "blocked", "opt_out")  # each outlasts those before it


def is_suppressed(session: Session, phone_hash: str) -> bool:
    """Whether this number gets nothing now."""
    return bool(
        session.scalar(select(Suppression.lifted_at.is_(None)).where(Suppression.phone_hash == phone_hash))
    )


def suppressed_among(session: Session, phone_hashes: Collection[str]) -> frozenset[str]:
    """Those of these numbers that get nothing now."""
    query = select(Suppression.phone_hash).where(
        Suppression.phone_hash.in_(phone_hashes), Suppression.lifted_at.is_(None)
    )
    return frozenset(session.scalars(query))


def suppress(session: Session, phone_hash: str, reason: str, now: datetime) -> bool:
    """Send nothing more to this number; False where that was so already.

    `reason` is "opt_out" (they told us), "blocked" (the provider told us) or "bad_number".
    An opt-out outlasts the others: it is lifted by the holder's own word only. "blocked" outlasts "bad_number".
    """
    row = session.get(Suppression, phone_hash)
    if row is None:
        session.add(Suppression(phone_hash=phone_hash, reason=reason, at=now))
        session.flush()
        return True
    if row.lifted_at is None and _OUTLASTS.index(row.reason) >= _OUTLASTS.index(reason):
        return False
    row.reason, row.at, row.lifted_at = reason, now, None
    return True


def unsuppress(session: Session, phone_hash: str, reason: str, now: datetime) -> None:
    """The provider took back why this number got nothing; another reason, or an opt-out, stays."""
    row = session.get(Suppression, phone_hash)
    if row is not None and row.reason == reason and row.lifted_at is None:
        row.lifted_at = now
    if reason == "bad_number":
        session.execute(update(Holder).where(Holder.phone_hash == phone_hash).values(phone_ok=True))


def holder_spoke_after(session: Session, phone_hash: str, at: datetime) -> bool:
    """Whether the holder opted out or in again after `at`."""
    row = session.get(Suppression, phone_hash)
    return row is not None and row.reason == "opt_out" and max(row.at, row.lifted_at or row.at) > at


def lift(session: Session, phone_hash: str, now: datetime) -> bool:
    """The holder wants texts again; False where nothing held them back."""
    row = session.get(Suppression, phone_hash)
    if row is None or row.lifted_at is not None:
        return False
    row.lifted_at = now
    return True


def number_works(session: Session, phone_hash: str, now: datetime) -> None:
    """A text came from this number, so it is not a bad one, whatever a provider said before."""
    # Beside the ORM: nobody has read these rows in the same transaction.
    connection = session.connection()
    connection.execute(_WORKS_AGAIN, {"of_phone": phone_hash, "since": now})
    connection.execute(_IS_OK_AGAIN, {"of_phone": phone_hash})
