"""Whether a notice still tells what is so."""

from sqlalchemy import ColumnElement, and_, func, or_, select

from renewal.domain import Outcome
from renewal.store.models import Comparison, Notice, Permit


def still_so() -> ColumnElement[bool]:
    """For a query over notices and their permits: what was renewed since, or fails no more, is not told otherwise."""
    last = (
        select(Comparison.outcome)
        .where(Comparison.permit_id == Notice.permit_id, Comparison.period_on == Notice.period_on)
        .order_by(Comparison.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return or_(
        Notice.kind == "renewed",
        and_(
            Permit.expires_on == Notice.period_on,
            or_(Notice.kind != "failure", func.coalesce(last, Outcome.FAILED) == Outcome.FAILED),
        ),
    )
