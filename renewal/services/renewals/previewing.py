"""What a comparison would come to, by the domain's own rules; nothing is written."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.domain import Decision, Fact, Field, compare
from renewal.services.app import Services
from renewal.store.models import BureauFact, Holder, Permit, Record, Visit


def preview(services: Services, session: Session, permit_id: int, on: date) -> Decision:
    """What a comparison on `on` would come to for one permit. Source: as `renewal.domain.compare`."""
    return previews(services, session, (permit_id,), on)[permit_id]


def previews(
    services: Services, session: Session, permit_ids: Sequence[int], on: date
) -> Mapping[int, Decision]:
    """As `preview`, by permit, for many in as many statements as for one."""
    permits = session.execute(
        select(Permit.id, Permit.expires_on, Holder.category)
        .join(Holder, Holder.id == Permit.holder_id)
        .where(Permit.id.in_(permit_ids))
    ).all()
    records = session.scalars(select(Record).where(Record.permit_id.in_(permit_ids)))
    on_file = {record.permit_id: record.values for record in records}
    facts: dict[int, dict[Field, Fact]] = {}
    for row in session.scalars(select(BureauFact).where(BureauFact.permit_id.in_(permit_ids))):
        fact = Fact(value=row.value, as_of_on=row.as_of_on, source=row.source)
        facts.setdefault(row.permit_id, {})[row.field] = fact
    visits = select(Visit.permit_id, Visit.period_on).where(
        Visit.permit_id.in_(permit_ids), Visit.renewed.is_(True)
    )
    on_the_spot = {(permit_id, period_on) for permit_id, period_on in session.execute(visits)}
    return {
        permit_id: compare(
            category,
            on_file.get(permit_id, {}),
            facts.get(permit_id, {}),
            services.rulebook,
            on,
            period_on=expires_on,
            renewed_on_the_spot=(permit_id, expires_on) in on_the_spot,
        )
        for permit_id, expires_on, category in permits
    }
