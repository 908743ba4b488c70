"""A refusal of one number fails one text; a template is held only when many are refused and hardly any get through."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.services.texts import holds
from renewal.services.texts.delivery_failures import apply_failure
from renewal.services.texts.provider import SendFailure
from renewal.services.texts.refusals import HOLD_AFTER_NUMBERS
from renewal.services.texts.said import FREE
from renewal.store import Store
from renewal.store.models import AuditEntry, Delivery
from tests import outgoing

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TEMPLATE = "notice.failure"
OTHER = "notice.renewed"

_numbers = count(1)


def _texts(
    session: Session, number: int, state: str, template: str = TEMPLATE, **more: object
) -> list[Delivery]:
    rows = []
    for _ in range(number):
        n = next(_numbers)
        made = outgoing.create(
            session,
            phone=f"+86199{n:08}",
            phone_hash=f"{n}",
            body="x",
            provider="p",
            now=NOW,
            template=template,
            **more,
        )
        row = session.get_one(Delivery, made)
        row.state = state
        rows.append(row)
    return rows


def _refuse(session: Session, row: Delivery, code: str = "21408", at: datetime = NOW) -> None:
    apply_failure(session, row, SendFailure.CONTENT, code=code, now=at, jitter=lambda: 1.0)


def _is_held(session: Session, template: str = TEMPLATE) -> bool:
    return holds.held(session).stops(holds.NOTICES, template)


@pytest.mark.parametrize("code", ["21408", "21217", "21612", "30007"])
def test_a_refusal_of_one_number_fails_that_text_and_holds_nothing(store: Store, code: str) -> None:
    with store.session() as session:
        (row,) = _texts(session, 1, "sending")
        for _ in range(HOLD_AFTER_NUMBERS):  # the same number again and again is still one
            row.state = "sending"
            _refuse(session, row, code)
        assert (row.state, row.failure, row.error_code) == ("failed", "content", code)
        assert not _is_held(session)
        told = session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
        assert set(told) == {("sending.refused", row.id)}


def test_a_template_is_held_after_several_different_numbers_were_refused(store: Store) -> None:
    with store.session() as session:
        for row in _texts(session, HOLD_AFTER_NUMBERS, "sending"):
            assert not _is_held(session)
            _refuse(session, row)
        assert _is_held(session)
        assert not _is_held(session, OTHER)
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1] == "sending.held"


def test_a_template_that_most_numbers_get_is_not_held_for_the_few_that_refuse_it(store: Store) -> None:
    with store.session() as session:
        _texts(session, 40, "accepted")
        for row in _texts(session, 19, "sending"):
            _refuse(session, row)
        assert not _is_held(session)


def test_what_was_only_taken_does_not_speak_for_a_template_that_is_filtered_afterwards(store: Store) -> None:
    with store.session() as session:
        taken = _texts(session, 10, "accepted")
        for row in taken[:HOLD_AFTER_NUMBERS]:
            _refuse(session, row, "30007")
        assert _is_held(session)


def test_refusals_of_more_than_a_day_ago_are_not_counted(store: Store) -> None:
    with store.session() as session:
        rows = _texts(session, HOLD_AFTER_NUMBERS, "sending")
        for row in rows[1:]:
            _refuse(session, row, at=NOW - timedelta(days=1, minutes=1))
        _refuse(session, rows[0])
        assert not _is_held(session)


def test_a_lifted_hold_leaves_the_refused_texts_aside_and_counts_afresh(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with store.session() as session:
        refused = _texts(session, HOLD_AFTER_NUMBERS, "sending")
        for row in refused:
            _refuse(session, row)
        (waiting,) = _texts(session, 1, "pending")
        assert (
            session.scalars(select(Delivery.id).where(holds.not_held(), Delivery.state == "pending")).all()
            == []
        )
        assert holds.lift(session, holds.template_of(TEMPLATE), by="operator", now=later)
        free = select(Delivery.id).where(holds.not_held(), Delivery.state == "pending")
        assert session.scalars(free).all() == [waiting.id]
        assert {row.state for row in refused} == {"failed"}
        (one_more,) = _texts(session, 1, "sending")
        _refuse(session, one_more, at=later + timedelta(minutes=1))
        assert not _is_held(session)


def test_a_refused_reply_fails_at_once_and_other_replies_go_on(store: Store) -> None:
    with store.session() as session:
        rows = _texts(session, HOLD_AFTER_NUMBERS + 2, "sending", template=FREE)
        for row in rows:
            _refuse(session, row)
        assert {row.state for row in rows} == {"failed"}
        assert not holds.held(session).stops(holds.REPLIES, FREE)


def test_a_refused_account_holds_everything_and_counts_no_attempt(store: Store) -> None:
    with store.session() as session:
        rows = _texts(session, 2, "sending")
        for row in rows:  # both were on their way when the first was refused
            row.attempts = 1
            apply_failure(session, row, SendFailure.ACCOUNT, code="20003", now=NOW, jitter=lambda: 1.0)
        assert [(row.state, row.attempts, row.not_before_at) for row in rows] == [("pending", 0, NOW)] * 2
        assert holds.held(session).stops(holds.REPLIES, FREE)
        assert session.scalars(select(AuditEntry.subject)).all() == [holds.QUEUE]
