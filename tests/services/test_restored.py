"""After a restore nothing goes out twice: for what waits, the provider is asked first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from renewal.services.app import Services
from renewal.services.renewals import delivery_rounds
from renewal.services.texts import claiming, holds, restored, sending, settling
from renewal.services.work import Work
from renewal.store.models import Delivery
from tests import outgoing
from tests.services.test_settling import Listed, Lister

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MADE_AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RESTORED_AT = MADE_AT + 6 * timedelta(hours=1)
LIFTED_AT = RESTORED_AT + 10 * MINUTE
ROOM: dict[claiming.Lane, int] = {"replies": 50, "notices": 50}


@pytest.fixture
def lister() -> Lister:
    return Lister()


def _text(services: Services, words: str, at: datetime, **values: object) -> str:
    phone = "+8619900000001"
    with services.store.session() as session:
        text_id = outgoing.create(
            session,
            phone=phone,
            phone_hash=services.store.phone_hash(phone),
            body=words,
            provider="lister",
            now=at,
        )
        for name, value in values.items():
            setattr(session.get_one(Delivery, text_id), name, value)
    return text_id


def _restore(services: Services) -> None:
    """What a restore leaves: everything held, and the moment of the backup in the audit."""
    with Work.begin(services, actor="li", now=RESTORED_AT) as work:
        holds.hold(work.session, holds.QUEUE, why="x", now=work.now, by=work.actor)
        work.audit(restored.RESTORED, "store", made_at=MADE_AT.isoformat(), replaced=True)


def _lift(services: Services, monkeypatch: pytest.MonkeyPatch, name: str = holds.QUEUE) -> None:
    monkeypatch.setattr(type(services), "now", lambda _self: LIFTED_AT)
    assert sending.go_on(services, name, staff="li")


def _states(services: Services) -> dict[str, str]:
    with services.store.read() as session:
        return dict(session.execute(select(Delivery.body, Delivery.state)).all())


def _settle(services: Services, lister: Lister) -> None:
    now = LIFTED_AT + 2 * MINUTE
    for text_id in delivery_rounds.unsettled(services.store, now, 50):
        settling.settle(services.store, lister, text_id, now)


def _may_go(services: Services) -> int:
    with services.store.session() as session:
        now = LIFTED_AT + 3 * MINUTE
        claims = claiming.claim(session, sender="x", room=ROOM, limits=claiming.Limits(), now=now)
    return len(claims.texts)


def test_what_waited_in_the_backup_and_went_out_since_does_not_go_again(
    services, lister, monkeypatch
) -> None:
    _text(services, "went", MADE_AT - MINUTE)
    _text(services, "never went", MADE_AT - MINUTE)
    _text(services, "worded since", RESTORED_AT + MINUTE)
    for words in ("went", "worded since"):
        lister.listed.append(Listed(f"SM {words}", words, MADE_AT + 30 * MINUTE))
    _restore(services)
    assert sending.picture(services).doubtful == 2 + 1
    _lift(services, monkeypatch)
    assert set(_states(services).values()) == {"uncertain"}
    assert _may_go(services) == 0, "nothing goes before the provider was asked"
    _settle(services, lister)
    assert _states(services) == {"went": "accepted", "never went": "pending", "worded since": "accepted"}
    assert _may_go(services) == 1
    assert sending.picture(services).doubtful == 0


def test_a_try_from_before_the_backup_is_not_taken_for_one_since(services, lister, monkeypatch) -> None:
    """The first try failed at the provider, the second went out after the backup."""
    at = MADE_AT - 30 * MINUTE
    ours = _text(services, "tried", at, called_at=at, provider_ref="SM1", attempts=1)
    lister.listed += [Listed("SM1", "tried", at), Listed("SM2", "tried", MADE_AT + MINUTE)]
    _restore(services)
    _lift(services, monkeypatch)
    _settle(services, lister)
    with services.store.read() as session:
        row = session.get_one(Delivery, ours)
    assert (row.state, row.provider_ref) == ("accepted", "SM2")


def test_a_text_that_waited_for_long_is_not_given_up_for_it(services, lister, monkeypatch) -> None:
    _text(services, "held for long", MADE_AT - 8 * DAY)
    _restore(services)
    _lift(services, monkeypatch)
    _settle(services, lister)
    delivery_rounds.expire(services.store, LIFTED_AT + 3 * MINUTE)
    assert _states(services) == {"held for long": "pending"}


def test_more_texts_than_one_statement_takes_are_all_asked_for(services, monkeypatch) -> None:
    monkeypatch.setattr(restored, "AT_ONCE", 2)
    for number in range(5):
        _text(services, f"text {number}", MADE_AT - MINUTE)
    _restore(services)
    _lift(services, monkeypatch)
    assert set(_states(services).values()) == {"uncertain"}


def test_another_hold_and_one_of_after_the_restore_lift_as_ever(services, monkeypatch) -> None:
    _text(services, "waits", MADE_AT - MINUTE)
    _restore(services)
    with services.store.session() as session:
        holds.hold(session, holds.NOTICES, why="x", now=RESTORED_AT)
    _lift(services, monkeypatch, holds.NOTICES)
    assert _states(services) == {"waits": "pending"}, "everything is still held"
    _lift(services, monkeypatch)
    _text(services, "of today", LIFTED_AT)
    with services.store.session() as session:
        holds.hold(session, holds.QUEUE, why="x", now=LIFTED_AT)
    _lift(services, monkeypatch)
    assert _states(services)["of today"] == "pending"
