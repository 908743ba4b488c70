"""Which texts go next, and how fast: nothing that is due is passed over, and nothing overtakes."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text, update

from renewal.domain import Category
from renewal.services.jobs import SEND_NOTICE_BATCH
from renewal.services.renewals import delivery_rounds, notices
from renewal.services.texts import claiming, dead_letters, delivery, holds, pace, suppression
from renewal.services.texts.claiming import Claimed, Limits
from renewal.services.texts.delivery import Handed
from renewal.services.texts.provider import SendError, SendFailure
from renewal.services.work import WORKER, Work
from renewal.store import Store
from renewal.store.models import Delivery, Holder, Notice, Permit
from tests import outgoing
from tests.services.carrier import Carrier

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Shanghai
DAY = (8, 21)
PHONE = "+8619900000001"
SECOND = timedelta(seconds=1)


@dataclass
class Desk:
    """Posts texts, claims and takes them, at a time of the test's own."""

    store: Store
    limits: Limits = field(default_factory=Limits)
    now: datetime = NOON

    def post(self, phone: str = PHONE, *, lane: str = "replies", template: str = "answer", **more) -> str:
        with self.store.session() as session:
            return outgoing.create(
                session,
                phone=phone,
                phone_hash=self.store.phone_hash(phone),
                body="【居住证】您好",
                provider="carrier",
                now=self.now,
                lane=lane,
                template=template,
                **more,
            )

    def notice(self, phone: str = PHONE, kind: str = "failure") -> str:
        return self.post(phone, lane="notices", template=f"notice.{kind}")

    def claim(self, replies: int = 50, notices: int = 40) -> list[Claimed]:
        with self.store.session() as session:
            return list(
                claiming.claim(
                    session,
                    sender="carrier",
                    room={"replies": replies, "notices": notices},
                    limits=self.limits,
                    now=self.now,
                ).texts
            )

    def ids(self, **room: int) -> list[str]:
        return [text.id for text in self.claim(**room)]

    def took(self, *ids: str) -> None:
        with self.store.session() as session:
            delivery.record(session, [Handed(id=i, ref=f"SM-{i}") for i in ids], self.now)

    def refused(self, delivery_id: str, failure: SendFailure) -> None:
        with self.store.session() as session:
            result = Handed(id=delivery_id, error=SendError(failure, "1"))
            delivery.record(session, [result], self.now, jitter=lambda: 1.0)

    def row(self, delivery_id: str) -> Delivery:
        with self.store.read() as session:
            return session.get_one(Delivery, delivery_id)

    def change(self, delivery_id: str, **values: object) -> None:
        with self.store.session() as session:
            session.execute(update(Delivery).where(Delivery.id == delivery_id).values(values))


@pytest.fixture
def desk(store) -> Desk:
    return Desk(store)


def _phone(n: int) -> str:
    return f"+86199{n:08}"


def test_many_texts_that_cannot_go_do_not_keep_the_next_from_its_turn(desk) -> None:
    for n in range(60):
        desk.notice(_phone(n))
    with desk.store.session() as session:
        holds.hold(session, holds.template_of("notice.failure"), why="content", now=NOON)
        for n in range(0, 60, 2):
            suppression.suppress(session, desk.store.phone_hash(_phone(n)), "opt_out", NOON)
    desk.now += SECOND
    last = desk.notice(_phone(999), kind="renewed")
    assert desk.ids(notices=10, replies=0) == [last]


def test_texts_whose_numbers_want_none_are_put_aside_and_the_rest_goes_at_the_next_look(desk) -> None:
    unwanted = [desk.notice(_phone(n)) for n in range(20)]
    with desk.store.session() as session:
        for n in range(20):
            suppression.suppress(session, desk.store.phone_hash(_phone(n)), "opt_out", NOON)
    desk.now += SECOND
    wanted = desk.notice(_phone(999))
    assert desk.ids(notices=20) == []
    assert {desk.row(one).state for one in unwanted} == {"suppressed"}
    assert desk.ids(notices=20) == [wanted]


def test_a_hold_that_is_set_and_lifted_four_times_leaves_no_text_behind(desk) -> None:
    texts = {desk.notice(_phone(n)) for n in range(30)}
    gone: set[str] = set()
    for _ in range(4):
        with desk.store.session() as session:
            holds.hold(session, holds.QUEUE, why="account 20003", now=desk.now)
        assert desk.ids() == []
        with desk.store.session() as session:
            holds.lift(session, holds.QUEUE, by="operator", now=desk.now)
        gone.update(desk.ids(notices=5, replies=5))
        desk.took(*gone)
    desk.now -= timedelta(minutes=1)  # a clock that is set back spends nothing either
    assert desk.ids() == []
    desk.now += timedelta(minutes=1)
    gone.update(desk.ids())
    assert gone == texts


def test_answers_go_before_notices_that_waited_longer(desk) -> None:
    for n in range(30):
        desk.notice(_phone(n))
    desk.now += timedelta(hours=1)
    answers = [desk.post(_phone(n)) for n in range(10)]
    claimed = desk.ids(replies=20, notices=12)
    assert claimed[:10] == answers
    assert len(claimed) == 20


def test_an_answer_goes_at_the_next_look_and_soon_while_a_hundred_thousand_notices_wait(desk) -> None:
    desk.limits = Limits(notice_hours=DAY, notices_a_day=4, notices_a_day_of_a_kind=2)
    one = desk.notice()
    columns = [
        column.name for column in Delivery.__table__.columns if column.name not in ("id", "phone_hash")
    ]
    told = ", ".join(columns)
    more = text(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)"
        f" INSERT INTO deliveries (id, phone_hash, {told})"
        f" SELECT 'n' || n, 'p' || n, {told} FROM numbers, deliveries WHERE deliveries.id = :one"
    )
    with desk.store.session() as session:
        session.execute(more, {"one": one})
    slowest_s = 0.0
    for n in range(10):
        desk.now += SECOND
        answer = desk.post(_phone(n))
        began_s = time.perf_counter()
        claimed = desk.ids(replies=50, notices=42)
        slowest_s = max(slowest_s, time.perf_counter() - began_s)
        assert claimed[0] == answer
        assert len(claimed) == 1 + 42
        desk.took(*claimed)
    assert slowest_s < 1.0


def test_the_second_part_waits_while_the_first_is_tried_again(desk) -> None:
    first, second = desk.post(part=1), desk.post(part=2)
    assert desk.ids() == [first]
    assert desk.ids() == []  # it is on its way
    desk.refused(first, SendFailure.BUSY)
    assert desk.ids() == []
    desk.now += 2 * SECOND
    assert desk.ids() == [first]
    desk.took(first)
    assert desk.ids() == [second]


def test_neighbouring_answers_made_at_one_moment_leave_in_their_order(desk) -> None:
    made = [desk.post() for _ in range(12)]
    left = []
    for _ in made:
        (one,) = desk.ids()
        left.append(one)
        desk.took(one)
    assert left == made


def test_an_answer_waits_for_an_unclear_one_before_it_but_not_for_ever(desk) -> None:
    first, second = desk.post(), desk.post()
    assert desk.ids() == [first]
    desk.refused(first, SendFailure.UNCLEAR)
    assert desk.ids() == []
    desk.now += claiming.EARLIER_FOR + SECOND
    assert desk.ids() == [second]


def test_an_answer_does_not_wait_half_an_hour_behind_one_that_is_tried_later(desk) -> None:
    first, second = desk.post(), desk.post()
    desk.change(first, not_before_at=desk.now + timedelta(minutes=30))
    assert desk.ids() == [second]


def test_a_stop_reaches_every_text_whose_call_has_not_begun(desk) -> None:
    made = [desk.post(_phone(1)), desk.notice(_phone(1)), desk.notice(_phone(2))]
    with desk.store.session() as session:
        suppression.suppress(session, desk.store.phone_hash(_phone(1)), "opt_out", NOON)
    assert desk.ids() == [made[2]]
    assert [desk.row(one).state for one in made] == ["suppressed", "suppressed", "sending"]


def test_a_notice_is_not_sent_once_the_permit_was_renewed(desk) -> None:
    with desk.store.session() as session:
        holder = Holder(
            name="样例甲",
            phone=PHONE,
            phone_hash=desk.store.phone_hash(PHONE),
            category=Category.EMPLOYMENT,
            district="sample",
            origin="sample",
            created_at=NOON,
        )
        session.add(holder)
        session.flush()
        permit = Permit(number="P1", holder_id=holder.id, expires_on=NOON.date())
        session.add(permit)
        session.flush()
        notice = Notice(
            permit_id=permit.id, holder_id=holder.id, period_on=NOON.date(), kind="failure", created_at=NOON
        )
        session.add(notice)
        session.flush()
        permit_id, notice_id = permit.id, notice.id
    told = desk.post(notice_id=notice_id)
    with desk.store.session() as session:
        session.get_one(Permit, permit_id).expires_on = NOON.date() + timedelta(days=365)
    assert desk.ids() == []
    assert desk.row(told).state == "expired"


def test_a_handset_gets_so_many_notices_a_day_and_the_rest_the_next_morning(desk) -> None:
    desk.limits = Limits(notices_a_day=3, notices_a_day_of_a_kind=2, notice_hours=DAY)
    kinds = ["failure", "failure", "failure", "renewed", "no_result"]
    made = []
    for kind in kinds:
        desk.now += SECOND
        made.append(desk.notice(kind=kind))
    sent = []
    for _ in made:
        desk.now += SECOND
        for one in desk.ids():
            sent.append(one)
            desk.took(one)
    assert sent == [made[0], made[1], made[3]]
    morning = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert {desk.row(one).not_before_at for one in set(made) - set(sent)} == {morning}
    desk.now = morning
    assert desk.ids() == [made[2]]


def test_a_retry_of_the_evening_waits_for_the_morning_and_an_answer_does_not(desk) -> None:
    desk.limits = Limits(notice_hours=DAY)
    desk.now = datetime(2026, 11, 23, 12, 50, tzinfo=UTC)  # ten to nine in the evening
    notice, answer = desk.notice(_phone(1)), desk.post(_phone(2))
    for one in (notice, answer):
        desk.change(one, not_before_at=desk.now + timedelta(minutes=30))
    desk.now += timedelta(minutes=30)
    assert desk.ids() == [answer]
    desk.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert desk.ids() == [notice]


def test_two_workers_together_keep_the_pace_within_a_twentieth_over_a_minute(desk) -> None:
    """Each looks when it comes to it; what they may send together is counted by the store's time."""
    per_s, given, ends = 20.0, [], NOON + timedelta(seconds=60)
    looks = sorted(
        [NOON + n * timedelta(milliseconds=170) for n in range(360)]
        + [NOON + n * timedelta(milliseconds=230) for n in range(270)]
    )
    with desk.store.session() as session:
        for now in (look for look in looks if look < ends):
            given += pace.take(session, "carrier", per_s=per_s, most=50, now=now)
    within = [moment for moment in given if moment < ends]
    assert abs(len(within) - 60 * per_s) <= 0.05 * 60 * per_s
    assert given == sorted(set(given))
    gaps = [later - earlier for earlier, later in pairwise(given)]
    assert min(gaps) >= timedelta(seconds=0.99 / per_s)


def test_a_rest_is_followed_by_no_burst(desk) -> None:
    with desk.store.session() as session:
        for now in (NOON, NOON + timedelta(hours=1)):
            assert len(pace.take(session, "carrier", per_s=10.0, most=50, now=now)) <= 4


def test_where_the_pace_is_spent_an_answer_gets_the_next_moment_before_any_notice(desk) -> None:
    desk.limits = Limits(per_s=2.0)
    for n in range(20):
        desk.notice(_phone(n))
    while desk.claim():
        pass
    desk.now += timedelta(seconds=0.3)
    answer = desk.post(_phone(99))
    assert desk.ids()[:1] == [answer]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_two_workers_claim_at_once_and_neither_waits_for_the_other(desk) -> None:
    texts = {desk.notice(_phone(n)) for n in range(20)}
    room = {"replies": 0, "notices": 10}
    with desk.store.session() as one, desk.store.session() as other:
        found = [
            claiming.claim(session, sender=name, room=room, limits=Limits(), now=desk.now).texts
            for session, name in ((one, "a"), (other, "b"))
        ]
    assert [len(texts) for texts in found] == [10, 10]
    assert {text.id for part in found for text in part} == texts


def test_workers_that_claim_together_hand_each_text_over_once(desk) -> None:
    texts = [desk.notice(_phone(n)) for n in range(60)]
    claimed: list[str] = []

    def work() -> None:
        while ids := desk.ids(notices=7):
            claimed.extend(ids)
            desk.took(*ids)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(claimed) == Counter(texts)


def test_a_text_that_was_never_handed_over_is_not_given_up_however_late_it_is(desk) -> None:
    desk.notice()
    assert delivery_rounds.expire(desk.store, NOON + timedelta(days=30)) == 0


@pytest.mark.parametrize("name", [holds.QUEUE, holds.NOTICES, holds.template_of("notice.failure")])
@pytest.mark.parametrize("tried_before", [True, False])
def test_a_text_that_was_held_for_longer_than_a_week_is_tried_for_a_week_afterwards(
    desk, name, tried_before
) -> None:
    held = desk.notice()
    if tried_before:
        desk.ids()
        desk.refused(held, SendFailure.BUSY)
    with desk.store.session() as session:
        holds.hold(session, name, why="x", now=desk.now)
    desk.now += timedelta(days=8)
    assert delivery_rounds.expire(desk.store, desk.now) == 0
    with desk.store.session() as session:
        holds.lift(session, name, by="li", now=desk.now)
    for day in range(7):
        desk.now += timedelta(hours=23)
        assert desk.ids() == [held], f"day {day}"
        desk.refused(held, SendFailure.BUSY)
        assert delivery_rounds.expire(desk.store, desk.now) == 0, f"day {day}"
    desk.now += timedelta(days=2)
    desk.ids()
    desk.refused(held, SendFailure.BUSY)
    assert delivery_rounds.expire(desk.store, desk.now) == 1


def test_a_text_that_was_first_tried_late_is_not_given_up_for_it(desk) -> None:
    """No worker ran for a week; the provider is busy when one does."""
    late = desk.notice()
    desk.now += timedelta(days=8)
    desk.ids()
    desk.refused(late, SendFailure.BUSY)
    assert delivery_rounds.expire(desk.store, desk.now) == 0
    desk.now += timedelta(days=8)
    desk.ids()
    desk.refused(late, SendFailure.BUSY)
    assert delivery_rounds.expire(desk.store, desk.now) == 1


def test_unclear_texts_that_are_held_do_not_keep_others_from_being_given_up(desk) -> None:
    for n in range(delivery_rounds.GIVEN_UP_AT_ONCE):
        desk.change(desk.notice(_phone(n)), state="uncertain")
    desk.now += SECOND
    answer = desk.post(_phone(99))
    desk.change(answer, state="uncertain", updated_at=desk.now)
    with desk.store.session() as session:
        holds.hold(session, holds.NOTICES, why="x", now=desk.now)
    assert delivery_rounds.expire(desk.store, NOON + timedelta(days=8)) == 1
    assert desk.row(answer).state == "expired"


def test_a_text_that_is_tried_in_vain_for_a_week_is_given_up_and_can_be_brought_back(desk) -> None:
    tried = desk.notice()
    desk.ids()
    desk.refused(tried, SendFailure.BUSY)
    assert delivery_rounds.expire(desk.store, NOON + timedelta(days=8)) == 0  # a clock that leapt
    desk.now += timedelta(days=8)
    desk.ids()
    desk.refused(tried, SendFailure.BUSY)
    assert delivery_rounds.expire(desk.store, desk.now) == 1
    assert desk.row(tried).state == "expired"
    with desk.store.session() as session:
        dead_letters.bring_back(session, session.get_one(Delivery, tried), desk.now, desk.now)
    assert desk.ids() == [tried]


def test_an_unclear_text_that_was_given_up_comes_back_as_unclear_and_not_to_be_sent(desk) -> None:
    unclear = desk.notice()
    desk.ids()
    desk.refused(unclear, SendFailure.UNCLEAR)
    desk.now += timedelta(days=8)
    assert delivery_rounds.expire(desk.store, desk.now) == 1
    with desk.store.session() as session:
        dead_letters.bring_back(session, session.get_one(Delivery, unclear), desk.now, desk.now)
    assert desk.row(unclear).state == "uncertain"
    assert desk.ids() == []


def test_a_clock_that_leaps_gives_up_a_few_texts_a_round_and_not_all(desk) -> None:
    for n in range(40):
        one = desk.notice(_phone(n))
        desk.change(one, state="uncertain")
    assert delivery_rounds.expire(desk.store, NOON + timedelta(days=8)) == delivery_rounds.GIVEN_UP_AT_ONCE


def test_a_call_that_could_not_begin_in_time_is_not_made_and_its_text_goes_back(desk) -> None:
    text_id = desk.post()
    (text,) = desk.claim()
    carrier = Carrier()
    late = delivery.hand_over(carrier, text, claimed_s=0.0, clock=lambda: delivery.STARTS_WITHIN_S + 1)
    assert carrier.sent == []
    with desk.store.session() as session:
        delivery.record(session, [late], desk.now)
    assert (desk.row(text_id).state, desk.row(text_id).attempts) == ("pending", 0)
    assert desk.ids() == [text_id]


def test_a_taken_text_that_was_thought_lost_meanwhile_is_not_sent_again(desk) -> None:
    """A process stood still in the midst of a call; the text was asked for too early, and put back."""
    text_id = desk.post()
    desk.ids()
    desk.change(text_id, state="pending", not_before_at=desk.now)
    desk.took(text_id)
    assert desk.row(text_id).state == "accepted"


def test_a_batch_whose_job_fails_each_time_does_not_keep_other_batches_from_their_turn(services) -> None:
    with Work.begin(services, actor=WORKER) as work:
        batches = [notices.open_batch(work.session, NOON) for _ in range(6)]
        notices.enqueue_batch(work, batches[0])
    later = NOON + timedelta(hours=1)
    for _ in range(40):
        delivery_rounds.enqueue_forgotten(services, later, 2)
    with services.store.read() as session:
        live = services.jobs.live(session, SEND_NOTICE_BATCH)
    assert {name.split("-")[2] for name in live} == {str(one) for one in batches}
    assert f"notice-batch-{batches[0]}" in live
    assert len(live) == 6
