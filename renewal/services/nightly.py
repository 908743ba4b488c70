"""The night: compares every permit near its expiry with the bureaus' facts, renews, and tells the holders."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from renewal.domain import Decision, Field, Outcome, compare, endorsed_until
from renewal.services.app import Services
from renewal.services.notices import NewNotice, add_notices
from renewal.store.models import AuditEntry, BureauFact, Comparison, Notice, Permit, Record

BATCH = 500  # permits a transaction: small enough that the gateway never waits long for the write lock

Progress = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class NightReport:
    """What a night came to. `reasons` counts each mismatch of a failed renewal, `already_done` permits of an
    earlier run of the same night.
    """

    day: date
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    categories: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    already_done: int = 0
    seconds: float = 0.0


def run_night(
    services: Services, day: date, *, dry_run: bool = False, progress: Progress | None = None
) -> NightReport:
    """Compare every permit that expires within the renewal window from `day`, and write what follows.

    A permit is compared once a night; a holder is told once a period and kind. A run that was stopped goes on
    where it was: each batch is one transaction. `progress` is called with (done, all).
    Source: clauses automatic.step_two, automatic.result_by_days_before_expiry, renewal.window_days.
    """
    started = time.monotonic()
    report = NightReport(day=day)
    due = _due(services, day)
    for start in range(0, len(due), BATCH):
        chunk = due[start : start + BATCH]
        if dry_run:
            with services.store.read() as session:
                _compare_batch(services, session, chunk, report)
        else:
            with services.store.session() as session:
                _write(services, session, _compare_batch(services, session, chunk, report), report)
        if progress:
            progress(min(start + BATCH, len(due)), len(due))
    report.seconds = time.monotonic() - started
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    permit: Permit
    decision: Decision
    told: frozenset[str]


def _due(services: Services, day: date) -> Sequence[int]:
    window = timedelta(days=services.rulebook.days("renewal.window_days", day))
    with services.store.read() as session:
        query = (
            select(Permit.id)
            .where(Permit.expires_on >= day, Permit.expires_on <= day + window)
            .order_by(Permit.expires_on, Permit.id)
        )
        return session.scalars(query).all()


def _compare_batch(
    services: Services, session: Session, ids: Sequence[int], report: NightReport
) -> list[_Compared]:
    done = set(
        session.scalars(
            select(Comparison.permit_id).where(
                Comparison.permit_id.in_(ids), Comparison.compared_on == report.day
            )
        )
    )
    report.already_done += len(done)
    permits = session.scalars(
        select(Permit)
        .options(joinedload(Permit.holder))
        .where(Permit.id.in_(ids), Permit.id.not_in(done))
        .order_by(Permit.expires_on, Permit.id)
    ).all()
    on_file, facts = _records(session, ids), _facts(session, ids, report.day)
    told = _told(session, ids)
    compared = []
    for permit in permits:
        decision = compare(
            permit.holder.category,
            on_file.get(permit.id, {}),
            facts.get(permit.id, {}),
            services.rulebook,
            report.day,
        )
        kinds = frozenset(
            kind for pid, period, kind in told if pid == permit.id and period == permit.expires_on
        )
        compared.append(_Compared(permit=permit, decision=decision, told=kinds))
        _count(report, permit, decision)
        for notice in _to_tell(services, compared[-1], report.day):
            report.notices[notice.kind] += 1
    return compared


def _count(report: NightReport, permit: Permit, decision: Decision) -> None:
    report.outcomes[decision.outcome.value] += 1
    report.categories[permit.holder.category.value, decision.outcome.value] += 1
    for reason in decision.reasons:
        report.reasons[reason.value] += 1


def _write(services: Services, session: Session, compared: Sequence[_Compared], report: NightReport) -> None:
    notices: list[NewNotice] = []
    for item in compared:
        notices += _to_tell(services, item, report.day)
        session.add(_row(services, item, report.day))
        if item.decision.outcome is Outcome.RENEWED:
            _renew(services, session, item.permit, report.day)
    add_notices(services, session, notices)


def _to_tell(services: Services, item: _Compared, day: date) -> list[NewNotice]:
    """The notice that follows from a comparison, unless it was given in this period."""
    permit, decision = item.permit, item.decision
    days_before = services.rulebook.days("automatic.result_by_days_before_expiry", day)
    last_call = permit.expires_on - timedelta(days=days_before)
    kind = {Outcome.RENEWED: "renewed", Outcome.FAILED: "failure"}.get(decision.outcome)
    if decision.outcome is Outcome.WAITING and day >= last_call:
        kind = "no_result"
    if kind is None or kind in item.told:
        return []
    return [
        NewNotice(
            permit_id=permit.id,
            holder=permit.holder,
            period_on=permit.expires_on,
            kind=kind,
            reasons=decision.reasons if kind == "failure" else (),
            endorsed_until_on=endorsed_until(permit.expires_on, services.rulebook)
            if kind == "renewed"
            else None,
        )
    ]


def _row(services: Services, item: _Compared, day: date) -> Comparison:
    return Comparison(
        permit_id=item.permit.id,
        period_on=item.permit.expires_on,
        compared_on=day,
        outcome=item.decision.outcome,
        reasons=",".join(item.decision.reasons),
        missing=",".join(item.decision.missing),
        clause=item.decision.clause,
        rulebook_version=services.rulebook.version,
        actor="nightly",
        at=services.now(),
    )


def _renew(services: Services, session: Session, permit: Permit, day: date) -> None:
    until = endorsed_until(permit.expires_on, services.rulebook)
    detail = {
        "from": permit.expires_on.isoformat(),
        "to": until.isoformat(),
        "rulebook": services.rulebook.version,
    }
    session.add(
        AuditEntry(
            at=services.now(), actor="nightly", action="permit.renewed", subject=permit.number, detail=detail
        )
    )
    permit.endorsed_on, permit.expires_on = day, until


def _records(session: Session, ids: Sequence[int]) -> Mapping[int, dict[Field, str]]:
    rows = session.execute(
        select(Record.permit_id, Record.field, Record.value).where(Record.permit_id.in_(ids))
    )
    found: dict[int, dict[Field, str]] = {}
    for permit_id, name, value in rows:
        found.setdefault(permit_id, {})[name] = value
    return found


def _facts(session: Session, ids: Sequence[int], day: date) -> Mapping[int, dict[Field, str]]:
    """The newest fact of each field up to `day`; of two of one day, the one that came last."""
    newest = func.row_number().over(
        partition_by=(BureauFact.permit_id, BureauFact.field),
        order_by=(BureauFact.as_of_on.desc(),),
    )
    ranked = (
        select(BureauFact.permit_id, BureauFact.field, BureauFact.value, newest.label("rank"))
        .where(BureauFact.permit_id.in_(ids), BureauFact.as_of_on <= day)
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.permit_id, ranked.c.field, ranked.c.value).where(ranked.c.rank == 1)
    )
    found: dict[int, dict[Field, str]] = {}
    for permit_id, name, value in rows:
        found.setdefault(permit_id, {})[Field(name)] = value
    return found


def _told(session: Session, ids: Sequence[int]) -> set[tuple[int, date, str]]:
    rows = session.execute(
        select(Notice.permit_id, Notice.period_on, Notice.kind).where(Notice.permit_id.in_(ids))
    )
    return {(permit_id, period_on, kind) for permit_id, period_on, kind in rows}
