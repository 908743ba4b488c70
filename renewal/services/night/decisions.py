"""What becomes of a permit: decided for a few, and on what terms a night decides for all."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from renewal.domain import (
    Category,
    Decision,
    Outcome,
    compared_fields,
    endorsed_until,
    fresh_since,
)
from renewal.services.app import Services
from renewal.services.renewals.notices import enqueue_batch, open_batch
from renewal.services.texts.recovering import MeetsAnother, while_store_recovers
from renewal.services.work import Work
from renewal.store.deciding import Decided, Period, Terms, decide_next, write_decided
from renewal.store.models import Comparison
from renewal.store.types import fields


def decide(services: Services, permit_ids: Sequence[int], *, actor: str) -> tuple[Decision | None, ...]:
    """Decide on a few permits now, as a night would: renew, tell, and keep it on record.

    Each is a transaction of its own. A permit that is not within its renewal window, or whose renewal at the
    window is under way, is left alone: None.

    Raises:
        StoreStopped: the store is away, or somebody keeps deciding on the same permit.
    """
    terms = terms_of(services, services.today(), actor=actor)
    return tuple(while_store_recovers(partial(_decide_one, services, each, terms)) for each in permit_ids)


def terms_of(services: Services, day: date, *, actor: str, night_id: int | None = None) -> Terms:
    """On what terms permits are decided on `day`: which days of expiry are due, and what each comes to.

    Due is who expires within the renewal window from `day`; what still waits on the last of the days before
    expiry on which there must be a result is told so.
    Source: clauses renewal.window_days, automatic.result_by_days_before_expiry and endorsement.years.

    Raises:
        RuleNotInForce: the rulebook has no such rule on that day.
    """
    rules = services.rulebook
    last_call_on = day + timedelta(days=rules.days("automatic.result_by_days_before_expiry", day))
    ends = [day + timedelta(days=ahead) for ahead in range(rules.days("renewal.window_days", day) + 1)]
    return Terms(
        periods=tuple(
            Period(
                ends_on=ends_on,
                until_on=endorsed_until(ends_on, rules),
                fresh_since_on=fresh_since(ends_on, rules),
                last_call=ends_on <= last_call_on,
            )
            for ends_on in ends
        ),
        compared=tuple((category, compared_fields(category, rules, day)) for category in Category),
        today_on=day,
        rulebook_version=rules.version,
        actor=actor,
        night_id=night_id,
    )


def carry_out(work: Work, terms: Terms, decided: Decided) -> None:
    """Write what this connection's batch came to, and put its notices on their way, all in one transaction.

    Raises:
        MeetsAnother: a permit was renewed since it was compared.
    """
    if not decided.permits:
        return
    session = work.session
    batch_id = open_batch(session, work.now, night_id=terms.night_id) if decided.notices else None
    renewed = write_decided(session, terms, batch_id=batch_id, now_at=work.now)
    if renewed != decided.renewed:
        raise MeetsAnother(str(MeetsAnother.__doc__))
    if batch_id is not None:
        enqueue_batch(work, batch_id)


def _decide_one(services: Services, permit_id: int, terms: Terms) -> Decision | None:
    with Work.begin(services, actor=terms.actor) as work:
        session = work.session
        decided = decide_next(session, terms, after=permit_id - 1, last=permit_id, most=1)
        carry_out(work, terms, decided)
        if not decided.permits:
            return None
        row = session.scalars(
            select(Comparison)
            .where(Comparison.permit_id == permit_id)
            .order_by(Comparison.id.desc())
            .limit(1)
        ).one()
        return Decision(
            outcome=Outcome(row.outcome),
            reasons=fields(row.reasons),
            missing=fields(row.missing),
            stale=fields(row.stale),
            clause=row.clause,
        )
