"""Decisions in the database are those of the domain, and what follows from each is written with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from renewal.domain import Field, Outcome, endorsed_until
from renewal.services.night.decisions import carry_out, decide, terms_of
from renewal.services.renewals.previewing import preview
from renewal.services.texts.recovering import MeetsAnother
from renewal.services.work import Work
from renewal.store.deciding import decide_next
from renewal.store.models import Application, Change, Comparison, Notice, Permit
from tests.services import city


def test_the_database_decides_as_the_domain_does(services) -> None:
    ids = city.add(services, city.mixed(services, 700, seed=4))
    today = services.today()
    with services.store.read() as session:
        expected = {
            permit.id: preview(services, session, permit.id, today)
            for permit in session.scalars(select(Permit).where(Permit.id.in_(ids)))
            if today <= permit.expires_on <= today + timedelta(days=30)
        }
    assert len(expected) > 500
    assert {decision.outcome for decision in expected.values()} == set(Outcome)
    assert len({decision.clause for decision in expected.values()}) == 5
    with services.store.session() as session:
        terms = terms_of(services, today, actor="nightly")
        assert decide_next(session, terms, after=0, most=1000).permits == len(expected)
        rows = session.execute(text("SELECT * FROM decided")).mappings().all()
    found = {
        row["permit_id"]: (row["outcome"], row["reasons"], row["missing"], row["stale"], row["clause"])
        for row in rows
    }
    assert found == {
        number: (
            decision.outcome.value,
            ",".join(decision.reasons),
            ",".join(decision.missing),
            ",".join(decision.stale),
            decision.clause,
        )
        for number, decision in expected.items()
    }


def test_batches_follow_one_another_and_leave_nobody_out(services) -> None:
    city.add(
        services, [city.matching(services, services.today() + timedelta(days=n % 31)) for n in range(50)]
    )
    terms = terms_of(services, services.today(), actor="nightly")
    seen: list[int] = []
    after = 0
    while True:
        with services.store.session() as session:
            batch = decide_next(session, terms, after=after, most=7)
            seen += session.scalars(text("SELECT permit_id FROM decided ORDER BY permit_id")).all()
        if not batch.permits:
            break
        after = batch.last_id
    assert len(seen) == len(set(seen)) == 50


def test_a_decision_for_one_permit_renews_it_and_puts_its_notice_on_the_way(services) -> None:
    ends_on = services.today() + timedelta(days=9)
    (number,) = city.add(services, [city.matching(services, ends_on)])
    (decision,) = decide(services, [number], actor="样例员")
    assert decision is not None
    assert decision.outcome is Outcome.RENEWED
    until_on = endorsed_until(ends_on, services.rulebook)
    with services.store.read() as session:
        permit = session.get_one(Permit, number)
        assert (permit.expires_on, permit.endorsed_on) == (until_on, services.today())
        change = session.scalars(select(Change)).one()
        assert (change.actor, change.action, change.why) == ("样例员", "renewed", "automatic.renewed")
        assert (change.was, change.now) == (ends_on.isoformat(), until_on.isoformat())
        assert change.rulebook_version == services.rulebook.version
        row = session.scalars(select(Comparison)).one()
        assert (row.actor, row.night_id, row.period_on) == ("样例员", None, ends_on)
        notice = session.scalars(select(Notice)).one()
        assert (notice.kind, notice.period_on, notice.reasons) == ("renewed", ends_on, "")


def test_deciding_again_writes_only_what_is_new(services) -> None:
    (number,) = city.add(services, [city.differing(services, services.today(), Field.ADDRESS)])
    for _ in range(3):
        decide(services, [number], actor="样例员")
    with services.store.read() as session:
        assert len(session.scalars(select(Comparison)).all()) == 1
        assert [notice.kind for notice in session.scalars(select(Notice))] == ["failure"]


@pytest.mark.parametrize("days", [-1, 31])
def test_outside_the_window_nothing_is_decided(services, days: int) -> None:
    (number,) = city.add(services, [city.matching(services, services.today() + timedelta(days=days))])
    assert decide(services, [number], actor="样例员") == (None,)
    with services.store.read() as session:
        assert not session.scalars(select(Comparison)).all()


@pytest.mark.parametrize(
    ("state", "moved", "decided"),
    [
        ("in_review", False, 0),
        ("passed", False, 0),
        ("refused", False, 0),
        ("returned", True, 0),
        ("returned", False, 1),
        ("withdrawn", True, 1),
    ],
)
def test_a_permit_whose_renewal_is_with_the_window_is_left_alone(
    services, state: str, moved: bool, decided: int
) -> None:
    ends_on = services.today() + timedelta(days=3)
    (number,) = city.add(services, [city.differing(services, ends_on, Field.PHONE)])
    with services.store.session() as session:
        session.add(
            Application(
                permit_id=number,
                period_on=ends_on,
                category="employment",
                state=state,
                address_changed=moved,
                opened_on=services.today(),
                created_at=services.now(),
                updated_at=services.now(),
            )
        )
    found = decide(services, [number], actor="样例员")
    assert sum(decision is not None for decision in found) == decided


def test_a_permit_renewed_elsewhere_since_it_was_compared_undoes_the_batch(services) -> None:
    (number,) = city.add(services, [city.matching(services, services.today())])
    terms = terms_of(services, services.today(), actor="nightly")

    def decide_late() -> None:
        with Work.begin(services, actor=terms.actor) as work:
            decided = decide_next(work.session, terms, after=0, most=10)
            work.session.get_one(Permit, number).expires_on += timedelta(days=365)
            work.session.flush()
            carry_out(work, terms, decided)

    with pytest.raises(MeetsAnother):
        decide_late()
    with services.store.read() as session:
        assert not session.scalars(select(Comparison)).all()
        assert not session.scalars(select(Notice)).all()


def test_a_preview_writes_nothing(services) -> None:
    (number,) = city.add(services, [city.differing(services, services.today(), Field.ADDRESS, Field.PHONE)])
    with services.store.read() as session:
        decision = preview(services, session, number, services.today())
    assert (decision.outcome, decision.reasons) == (Outcome.FAILED, (Field.ADDRESS, Field.PHONE))
    with services.store.read() as session:
        assert not session.scalars(select(Comparison)).all()
