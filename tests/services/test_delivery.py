"""Sending: none twice, none lost, and each class of failure has its own next step."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from renewal.domain import Category
from renewal.services.renewals import delivery_rounds
from renewal.services.texts import delivery, holds, outbox, settling, suppression
from renewal.services.texts.provider import DeliveryState, Receipt, SendError, SendFailure
from renewal.store import Store
from renewal.store.models import Delivery, DeliveryEvent, Holder, Notice, Permit, Suppression
from tests import outgoing
from tests.services.carrier import Carrier

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = "+8619900000001"
OTHER_PHONE = "+8619900000002"


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


def _text(store: Store, *, phone: str = PHONE, notice_kind: str | None = None, part: int = 1) -> str:
    with store.session() as session:
        notice_id = _notice(session, store, phone, notice_kind) if notice_kind else None
        return outgoing.create(
            session,
            phone=phone,
            phone_hash=store.phone_hash(phone),
            body="【居住证】您好",
            provider="carrier",
            now=NOW,
            notice_id=notice_id,
            part=part,
        )


def _notice(session, store: Store, phone: str, kind: str) -> str:
    holder = Holder(
        name="样例甲",
        phone=phone,
        phone_hash=store.phone_hash(phone),
        category=Category.EMPLOYMENT,
        district="sample",
        origin="sample",
        created_at=NOW,
    )
    session.add(holder)
    session.flush()
    permit = Permit(number=f"P{holder.id}", holder_id=holder.id, expires_on=NOW.date())
    session.add(permit)
    session.flush()
    notice = Notice(permit_id=permit.id, holder_id=holder.id, period_on=NOW.date(), kind=kind, created_at=NOW)
    session.add(notice)
    session.flush()
    return notice.id


def _row(store: Store, delivery_id: str) -> Delivery:
    with store.read() as session:
        return session.get_one(Delivery, delivery_id)


def _refused(store: Store, carrier: Carrier, failure: SendFailure, code: str = "1") -> str:
    delivery_id = _text(store)
    carrier.refuse_next = [SendError(failure, code)]
    delivery.send(store, carrier, [delivery_id], NOW, jitter=lambda: 1.0)
    return delivery_id


def _receipt(state: DeliveryState, *, ref: str = "SM1", failure: SendFailure | None = None) -> Receipt:
    return Receipt(provider_ref=ref, state=state, raw=state.value, error_code=failure or "", failure=failure)


def test_a_text_that_the_provider_takes_is_accepted(store, carrier) -> None:
    delivery_id = _text(store)
    delivery.send(store, carrier, [delivery_id], NOW)
    row = _row(store, delivery_id)
    assert (row.state, row.provider_ref, row.attempts, row.segments) == ("accepted", "SM1", 1, 1)
    with store.read() as session:
        events = session.scalars(select(DeliveryEvent).order_by(DeliveryEvent.id)).all()
        assert [(e.state_from, e.state_to) for e in events] == [
            ("pending", "sending"),
            ("sending", "accepted"),
        ]


def test_sending_again_sends_nothing(store, carrier) -> None:
    delivery_id = _text(store)
    for _ in range(3):
        delivery.send(store, carrier, [delivery_id, delivery_id], NOW)
    assert len(carrier.sent) == 1


def test_sending_is_committed_before_the_provider_is_called(store) -> None:
    delivery_id = _text(store)

    class Watching(Carrier):
        def send(self, *, to: str, body: str, our_id: str, template: object = None) -> str:
            self.seen = _row(store, our_id).state
            return super().send(to=to, body=body, our_id=our_id)

    watching = Watching()
    delivery.send(store, watching, [delivery_id], NOW)
    assert watching.seen == "sending"


def test_a_bad_number_fails_and_flags_the_holders_phone(store, carrier) -> None:
    delivery_id = _text(store, notice_kind="failure")
    carrier.refuse_next = [SendError(SendFailure.BAD_NUMBER, "21211")]
    delivery.send(store, carrier, [delivery_id], NOW)
    row = _row(store, delivery_id)
    assert (row.state, row.error_code) == ("failed", "21211")
    with store.read() as session:
        assert session.scalars(select(Holder.phone_ok)).all() == [False]


def test_a_number_that_opted_out_is_suppressed_for_good(store, carrier) -> None:
    assert _row(store, _refused(store, carrier, SendFailure.OPTED_OUT)).state == "suppressed"
    later = _text(store)
    delivery.send(store, carrier, [later], NOW + timedelta(days=1))
    assert _row(store, later).state == "suppressed"
    assert carrier.sent == []


def test_a_refused_account_stops_the_whole_queue_until_it_is_lifted(store, carrier) -> None:
    first, second = _text(store), _text(store, phone=OTHER_PHONE)
    carrier.refuse_next = [SendError(SendFailure.ACCOUNT, "20003")]
    delivery.send(store, carrier, [first, second], NOW)
    third = _text(store)
    delivery.send(store, carrier, [third], NOW)
    assert carrier.sent == []
    assert {(_row(store, i).state, _row(store, i).attempts) for i in (first, second, third)} == {
        ("pending", 0)
    }
    with store.session() as session:
        holds.lift(session, holds.QUEUE, by="operator", now=NOW)
    delivery.send(store, carrier, [first, second, third], NOW)
    assert len(carrier.sent) == 3


def test_a_busy_provider_is_tried_later_each_time_and_no_attempt_is_counted(store, carrier) -> None:
    delivery_id, now, waits = _text(store), NOW, []
    for _ in range(12):
        carrier.refuse_next = [SendError(SendFailure.BUSY, "20429")]
        delivery.send(store, carrier, [delivery_id], now, jitter=lambda: 1.0)
        row = _row(store, delivery_id)
        assert (row.state, row.attempts) == ("pending", 0)
        waits.append((row.not_before_at - now).total_seconds())
        now = row.not_before_at
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 600
    delivery.send(store, carrier, [delivery_id], now - timedelta(seconds=1))
    assert carrier.sent == []
    delivery.send(store, carrier, [delivery_id], now)
    assert len(carrier.sent) == 1


def test_a_handset_that_is_away_is_tried_three_times_half_an_hour_apart(store, carrier) -> None:
    delivery_id, now = _text(store), NOW
    for attempt in (1, 2, 3):
        delivery.send(store, carrier, [delivery_id], now)
        assert _row(store, delivery_id).attempts == attempt
        away = _receipt(DeliveryState.FAILED, ref=f"SM{attempt}", failure=SendFailure.HANDSET_AWAY)
        for _ in range(2):
            delivery.apply_receipt(store, away, now, delivery_id=delivery_id)
        if attempt < 3:
            assert _row(store, delivery_id).not_before_at == now + timedelta(minutes=30)
            now += timedelta(minutes=30)
    assert _row(store, delivery_id).state == "failed"
    assert len(carrier.sent) == 3


def test_an_unclear_sending_is_never_repeated_blindly(store, carrier) -> None:
    delivery_id = _text(store)
    carrier.swallow_next = 1
    delivery.send(store, carrier, [delivery_id], NOW)
    assert _row(store, delivery_id).state == "uncertain"
    delivery.send(store, carrier, [delivery_id], NOW + timedelta(hours=1))
    assert len(carrier.sent) == 1


def test_an_uncertain_text_that_the_provider_has_is_settled_without_sending(store, carrier) -> None:
    delivery_id = _text(store)
    carrier.swallow_next = 1
    delivery.send(store, carrier, [delivery_id], NOW)
    assert delivery_rounds.unsettled(store, NOW, 10) == []
    later = NOW + timedelta(minutes=2)
    assert delivery_rounds.unsettled(store, later, 10) == [delivery_id]
    settling.settle(store, carrier, delivery_id, later)
    assert (_row(store, delivery_id).state, _row(store, delivery_id).provider_ref) == ("sent", "SM1")
    assert len(carrier.sent) == 1


def test_an_uncertain_text_that_the_provider_never_got_is_sent_once_more(store, carrier) -> None:
    delivery_id = _refused(store, carrier, SendFailure.UNCLEAR)
    later = NOW + timedelta(minutes=2)
    settling.settle(store, carrier, delivery_id, later)
    delivery.send(store, carrier, [delivery_id], later)
    assert len(carrier.sent) == 1


def test_an_uncertain_text_is_not_settled_by_another_texts_receipt(store, carrier) -> None:
    known = _text(store)
    delivery.send(store, carrier, [known], NOW)
    lost = _refused(store, carrier, SendFailure.UNCLEAR)
    carrier.refs[lost] = "SM1"  # the provider lists only the older text with the same words
    settling.settle(store, carrier, lost, NOW + timedelta(minutes=2))
    assert _row(store, lost).provider_ref is None
    assert _row(store, known).state == "accepted"


def test_a_text_found_in_sending_after_a_stop_becomes_uncertain(store, carrier) -> None:
    delivery_id = _text(store)

    class Killed(BaseException):
        """The process ends in the middle of the call."""

    class Deadly(Carrier):
        def send(self, **_: str) -> str:
            raise Killed

    with pytest.raises(Killed):
        delivery.send(store, Deadly(), [delivery_id], NOW)
    assert _row(store, delivery_id).state == "sending"
    assert settling.recover(store, NOW, alone=False) == 0
    assert settling.recover(store, NOW + timedelta(minutes=5), alone=False) == 1
    assert _row(store, delivery_id).state == "uncertain"


def test_a_providers_own_bug_counts_as_unclear(store, carrier) -> None:
    delivery_id = _text(store)
    carrier.refuse_next = [ValueError("oops")]
    delivery.send(store, carrier, [delivery_id], NOW)
    assert _row(store, delivery_id).state == "uncertain"


def test_a_suppressed_number_gets_nothing_but_the_one_confirmation(store, carrier) -> None:
    with store.session() as session:
        suppression.suppress(session, store.phone_hash(PHONE), "opt_out", NOW)
    ordinary, confirmation = _text(store), _text(store, part=outbox.CONFIRMATION_PART)
    delivery.send(store, carrier, [ordinary, confirmation], NOW)
    assert [sent[2] for sent in carrier.sent] == [confirmation]
    assert _row(store, ordinary).state == "suppressed"


def test_what_a_provider_says_does_not_replace_an_opt_out(store) -> None:
    with store.session() as session:
        assert suppression.suppress(session, "h", "opt_out", NOW)
        assert not suppression.suppress(session, "h", "blocked", NOW)
        assert session.get_one(Suppression, "h").reason == "opt_out"


def test_a_receipt_may_come_before_the_providers_answer(store) -> None:
    delivery_id = _text(store)

    class Quick(Carrier):
        def send(self, *, to: str, body: str, our_id: str, template: object = None) -> str:
            ref = super().send(to=to, body=body, our_id=our_id)
            delivery.apply_receipt(store, _receipt(DeliveryState.DELIVERED, ref=ref), NOW, delivery_id=our_id)
            return ref

    delivery.send(store, Quick(), [delivery_id], NOW)
    assert (_row(store, delivery_id).state, _row(store, delivery_id).provider_ref) == ("delivered", "SM1")


def test_a_receipt_that_ends_a_try_may_come_before_the_providers_answer(store) -> None:
    delivery_id = _text(store)

    class Quick(Carrier):
        def send(self, *, to: str, body: str, our_id: str, template: object = None) -> str:
            ref = super().send(to=to, body=body, our_id=our_id)
            away = _receipt(DeliveryState.FAILED, ref=ref, failure=SendFailure.HANDSET_AWAY)
            delivery.apply_receipt(store, away, NOW, delivery_id=our_id)
            return ref

    delivery.send(store, Quick(), [delivery_id], NOW)
    row = _row(store, delivery_id)
    assert (row.state, row.not_before_at) == ("pending", NOW + timedelta(minutes=30))


def test_a_late_receipt_of_an_earlier_try_says_nothing_of_the_present_one(store, carrier) -> None:
    delivery_id = _text(store)
    delivery.send(store, carrier, [delivery_id], NOW)
    away = _receipt(DeliveryState.FAILED, failure=SendFailure.HANDSET_AWAY)
    delivery.apply_receipt(store, away, NOW, delivery_id=delivery_id)
    later = NOW + timedelta(minutes=30)
    delivery.send(store, carrier, [delivery_id], later)
    for old in (away, _receipt(DeliveryState.SENT)):
        assert not delivery.apply_receipt(store, old, later, delivery_id=delivery_id)
    assert _row(store, delivery_id).state == "accepted"


def test_a_text_that_arrived_after_all_is_not_tried_again(store, carrier) -> None:
    delivery_id = _text(store)
    delivery.send(store, carrier, [delivery_id], NOW)
    delivery.apply_receipt(
        store, _receipt(DeliveryState.FAILED, failure=SendFailure.HANDSET_AWAY), NOW, delivery_id=delivery_id
    )
    delivery.apply_receipt(store, _receipt(DeliveryState.DELIVERED), NOW, delivery_id=delivery_id)
    delivery.send(store, carrier, [delivery_id], NOW + timedelta(hours=1))
    assert _row(store, delivery_id).state == "delivered"
    assert len(carrier.sent) == 1


def test_a_receipt_of_no_text_of_ours_or_with_an_unknown_word_changes_nothing(store, carrier) -> None:
    delivery_id = _text(store)
    delivery.send(store, carrier, [delivery_id], NOW)
    assert not delivery.apply_receipt(store, _receipt(DeliveryState.DELIVERED, ref="SM999"), NOW)
    assert not delivery.apply_receipt(store, _receipt(DeliveryState.UNKNOWN), NOW, delivery_id=delivery_id)
    assert _row(store, delivery_id).state == "accepted"


REPORTS = [DeliveryState.ACCEPTED, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN]
FAILED_REPORTS = [DeliveryState.ACCEPTED, DeliveryState.SENT, DeliveryState.FAILED]


@pytest.mark.parametrize(("reports", "end"), [(REPORTS, "delivered"), (FAILED_REPORTS, "failed")])
@given(data=st.data())
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_receipts_in_any_order_and_number_end_in_the_same_state(store, data, reports, end) -> None:
    told = data.draw(st.lists(st.sampled_from(reports), max_size=4).map(lambda more: more + reports))
    carrier, delivery_id = Carrier(), _text(store)
    delivery.send(store, carrier, [delivery_id], NOW)
    ref = _row(store, delivery_id).provider_ref + delivery_id
    with store.session() as session:
        session.get_one(
            Delivery, delivery_id
        ).provider_ref = ref  # each example's texts have refs of their own
    for state in data.draw(st.permutations(told)):
        delivery.apply_receipt(store, _receipt(state, ref=ref), NOW)
    assert _row(store, delivery_id).state == end
