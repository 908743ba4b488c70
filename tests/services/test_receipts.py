"""Reports of one text end in one state, one failure and one entry of its number, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from renewal.domain import Category
from renewal.services.texts.provider import DeliveryState, Receipt, SendFailure
from renewal.services.texts.receipts import apply_receipt
from renewal.store import Store
from renewal.store.models import Delivery, Holder, Suppression, opaque_id

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
REF = "SM1"
NUMBERS = count(1)


def report(state: DeliveryState, failure: SendFailure | None = None) -> Receipt:
    code = failure.value if failure else ""
    return Receipt(provider_ref=REF, state=state, raw=state.value, error_code=code, failure=failure)


SENT, ARRIVED = report(DeliveryState.SENT), report(DeliveryState.DELIVERED)
FAILED = {failure: report(DeliveryState.FAILED, failure) for failure in (None, *SendFailure)}
FOR_GOOD = [FAILED[f] for f in (None, SendFailure.CONTENT, SendFailure.BAD_NUMBER, SendFailure.OPTED_OUT)]
FOR_NOW = [FAILED[f] for f in (SendFailure.HANDSET_AWAY, SendFailure.BUSY, SendFailure.ACCOUNT)]


def accepted(store: Store) -> tuple[str, str]:
    """A text that the provider took, to a holder of its own: its id and the hash of its number."""
    phone = f"+86199{next(NUMBERS):08d}"
    phone_hash = store.phone_hash(phone)
    with store.session() as session:
        session.add(
            Holder(
                name="样例甲",
                phone=phone,
                phone_hash=phone_hash,
                category=Category.EMPLOYMENT,
                district="sample",
                origin="sample",
                created_at=NOW,
            )
        )
        row = Delivery(
            id=opaque_id(),
            phone=phone,
            phone_hash=phone_hash,
            body="【续签助手】您好",
            segments=1,
            state=DeliveryState.ACCEPTED.value,
            provider="carrier",
            provider_ref=f"{REF}-{phone}",
            attempts=1,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(row)
    return row.id, phone_hash


def told(store: Store, delivery_id: str, receipt: Receipt, after_s: float = 0) -> bool:
    with store.read() as session:
        ref = session.get_one(Delivery, delivery_id).provider_ref or ""
    whole = Receipt(
        provider_ref=ref,
        state=receipt.state,
        raw=receipt.raw,
        error_code=receipt.error_code,
        failure=receipt.failure,
    )
    at = NOW + timedelta(seconds=after_s)
    return apply_receipt(store, whole, at, delivery_id=delivery_id, jitter=lambda: 1.0)


def outcome(store: Store, reports: tuple[Receipt, ...]) -> dict[str, object]:
    """What is known of a fresh text and its number after these reports."""
    delivery_id, phone_hash = accepted(store)
    for receipt in reports:
        told(store, delivery_id, receipt)
    with store.read() as session:
        row, entry = session.get_one(Delivery, delivery_id), session.get(Suppression, phone_hash)
        works = session.query(Holder.phone_ok).filter_by(phone_hash=phone_hash).scalar()
        return {
            "state": row.state,
            "attempts": row.attempts,
            "failure": row.failure,
            "code": row.error_code,
            "number": entry.reason if entry is not None and entry.lifted_at is None else "",
            "works": works,
        }


@pytest.mark.parametrize("failure", [SendFailure.BAD_NUMBER, SendFailure.OPTED_OUT])
def test_a_text_that_arrived_leaves_its_number_open_whatever_else_was_said_of_it(store, failure) -> None:
    expected = {
        "state": "delivered",
        "attempts": 1,
        "failure": None,
        "code": None,
        "number": "",
        "works": True,
    }
    assert outcome(store, (ARRIVED, FAILED[failure])) == expected
    assert outcome(store, (FAILED[failure], ARRIVED)) == expected


@pytest.mark.parametrize("failure", [SendFailure.BUSY, SendFailure.ACCOUNT])
def test_a_try_that_was_not_counted_counts_when_its_text_arrived_after_all(store, failure) -> None:
    assert outcome(store, (FAILED[failure], ARRIVED)) == outcome(store, (ARRIVED, FAILED[failure]))


def test_a_number_that_another_text_found_bad_stays_so_when_this_one_arrived(store) -> None:
    first, phone_hash = accepted(store)
    with store.session() as session:
        row = session.get_one(Delivery, first)
        session.add(
            Delivery(
                id="another",
                phone=row.phone,
                phone_hash=phone_hash,
                body="x",
                segments=1,
                state="failed",
                provider="carrier",
                failure=SendFailure.BAD_NUMBER.value,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    for receipt in (FAILED[SendFailure.BAD_NUMBER], ARRIVED):
        told(store, first, receipt)
    with store.read() as session:
        assert session.get_one(Suppression, phone_hash).lifted_at is None


def test_a_holders_own_opt_out_outlasts_what_a_provider_says_and_takes_back(store) -> None:
    delivery_id, phone_hash = accepted(store)
    with store.session() as session:
        session.add(Suppression(phone_hash=phone_hash, reason="opt_out", at=NOW))
    for receipt in (FAILED[SendFailure.BAD_NUMBER], ARRIVED):
        told(store, delivery_id, receipt)
    with store.read() as session:
        entry = session.get_one(Suppression, phone_hash)
        assert (entry.reason, entry.lifted_at) == ("opt_out", None)


def test_a_number_that_is_bad_for_good_ends_the_wait_for_another_try(store) -> None:
    found = outcome(store, (FAILED[SendFailure.HANDSET_AWAY], FAILED[SendFailure.BAD_NUMBER]))
    assert (found["state"], found["number"], found["works"]) == ("failed", "bad_number", False)


def test_the_same_failure_told_again_does_not_shift_the_next_try(store) -> None:
    delivery_id, _ = accepted(store)
    assert told(store, delivery_id, FAILED[SendFailure.HANDSET_AWAY])
    assert not told(store, delivery_id, FAILED[SendFailure.HANDSET_AWAY], after_s=600)
    with store.read() as session:
        assert session.get_one(Delivery, delivery_id).not_before_at == NOW + timedelta(minutes=30)


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    some=st.lists(st.sampled_from([SENT, ARRIVED, *FOR_GOOD]), max_size=3, unique_by=id),
    retried=st.sampled_from([None, *FOR_NOW]),
    order=st.randoms(use_true_random=False),
)
def test_reports_in_any_order_and_told_twice_end_alike(store, some, retried, order) -> None:
    reports = [*some, retried] if retried else some
    shuffled = [*reports, *reports]
    order.shuffle(shuffled)
    assert outcome(store, tuple(shuffled)) == outcome(store, tuple(reports))


@pytest.mark.parametrize(
    "pair",
    list(combinations([*FOR_GOOD, ARRIVED], 2)),
    ids=lambda pair: "-".join(r.error_code or r.raw for r in pair),
)
def test_two_reports_that_contradict_each_other_end_alike_in_both_orders(store, pair) -> None:
    assert outcome(store, pair) == outcome(store, pair[::-1])
