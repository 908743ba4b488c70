"""Brings the store up to checked rows, and counts what that changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, joinedload

from renewal.domain import Field
from renewal.services.import_rows import FactRow, HolderRow
from renewal.store import Store
from renewal.store.models import BureauFact, Holder, Permit, Record


@dataclass(slots=True, kw_only=True)
class Tally:
    """Rows that made something new, and rows that changed what was there."""

    added: int = 0
    changed: int = 0


def write_holders(
    session: Session, store: Store, rows: Sequence[HolderRow], tally: Tally, at: datetime
) -> None:
    """Add the holders and permits that are new, and bring the others up to the file."""
    found = session.scalars(
        select(Permit)
        .options(joinedload(Permit.holder))
        .where(Permit.number.in_([row.number for row in rows]))
    )
    permits = {permit.number: permit for permit in found}
    new_rows = [row for row in rows if row.number not in permits]
    on_file = _on_file(session, [permit.id for permit in permits.values()])
    _add_holders(session, store, new_rows, at)
    tally.added += len(new_rows)
    for row in rows:
        permit = permits.get(row.number)
        if permit is not None:
            changes = (
                _update_holder(permit.holder, row, store),
                _update_permit(permit, row),
                _update_records(session, permit.id, on_file[permit.id], row.on_file),
            )
            tally.changed += any(changes)


def write_facts(session: Session, rows: Sequence[FactRow], tally: Tally) -> None:
    """Add the facts that are new, and correct the value of those that are known."""
    query = select(Permit.number, Permit.id).where(Permit.number.in_([row.number for row in rows]))
    ids = dict(session.execute(query).all())
    days = [row.as_of_on for row in rows]
    known = {
        (fact.permit_id, fact.field, fact.as_of_on, fact.source): fact
        for fact in session.scalars(
            select(BureauFact).where(
                BureauFact.permit_id.in_(ids.values()), BureauFact.as_of_on.between(min(days), max(days))
            )
        )
    }
    new: list[dict[str, Any]] = []
    for row in rows:
        key = (ids[row.number], row.field, row.as_of_on, row.source)
        fact = known.get(key)
        if fact is None:
            new.append(
                dict(zip(("permit_id", "field", "as_of_on", "source"), key, strict=True))
                | {"value": row.value}
            )
        elif fact.value != row.value:
            fact.value = row.value
            tally.changed += 1
    if new:
        session.execute(insert(BureauFact), new)
    tally.added += len(new)


def _on_file(session: Session, permit_ids: Sequence[int]) -> Mapping[int, dict[Field, str]]:
    found: dict[int, dict[Field, str]] = defaultdict(dict)
    query = select(Record.permit_id, Record.field, Record.value).where(Record.permit_id.in_(permit_ids))
    for permit_id, field, value in session.execute(query):
        found[permit_id][field] = value
    return found


def _add_holders(session: Session, store: Store, rows: Sequence[HolderRow], at: datetime) -> None:
    if not rows:
        return
    holders = [
        Holder(
            name=row.name,
            phone=row.phone,
            phone_hash=store.phone_hash(row.phone),
            category=row.category,
            district=row.district,
            origin="import",
            created_at=at,
        )
        for row in rows
    ]
    session.add_all(holders)
    session.flush()
    permits = [
        Permit(number=row.number, holder_id=holder.id, expires_on=row.expires_on)
        for row, holder in zip(rows, holders, strict=True)
    ]
    session.add_all(permits)
    session.flush()
    records = [
        {"permit_id": permit.id, "field": field, "value": value}
        for row, permit in zip(rows, permits, strict=True)
        for field, value in row.on_file.items()
    ]
    session.execute(insert(Record), records)


def _update_holder(holder: Holder, row: HolderRow, store: Store) -> bool:
    """Only what differs is written: an encrypted value would be another one each time."""
    changed = False
    for name in ("name", "category", "district"):
        if getattr(holder, name) != getattr(row, name):
            setattr(holder, name, getattr(row, name))
            changed = True
    if holder.phone != row.phone:
        holder.phone, holder.phone_hash = row.phone, store.phone_hash(row.phone)
        holder.phone_ok = True  # what a provider said was about the old number
        changed = True
    return changed


def _update_permit(permit: Permit, row: HolderRow) -> bool:
    """A renewal that was made here is not undone by a file that was written before it."""
    if permit.expires_on == row.expires_on or (permit.endorsed_on and row.expires_on < permit.expires_on):
        return False
    permit.expires_on = row.expires_on
    return True


def _update_records(
    session: Session, permit_id: int, ours: Mapping[Field, str], theirs: Mapping[Field, str]
) -> bool:
    if ours == theirs:
        return False
    gone = [field for field in ours if field not in theirs]
    if gone:
        session.execute(delete(Record).where(Record.permit_id == permit_id, Record.field.in_(gone)))
    for field, value in theirs.items():
        if field not in ours:
            session.add(Record(permit_id=permit_id, field=field, value=value))
        elif ours[field] != value:
            session.execute(
                update(Record).where(Record.permit_id == permit_id, Record.field == field).values(value=value)
            )
    return True
