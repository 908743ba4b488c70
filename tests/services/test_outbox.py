"""The outbox: one way to send, in the caller's transaction, by day, and never to who wants nothing."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from renewal.services.texts import holds, outbox, suppression
from renewal.services.texts.quiet_hours import next_daytime
from renewal.services.texts.said import FREE, by_template, in_free_words
from renewal.services.texts.segments import segments
from renewal.services.work import WORKER, Work
from renewal.settings import SHANGHAI, Settings
from renewal.store.models import Delivery, DeliveryEvent
from tests import outgoing

ROOT = Path(__file__).resolve().parents[2]
PHONE = "+8619900000001"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
NIGHT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # two at night
MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REAL = Settings(provider="twilio", program="actions")  # whose provider has real phones


def _text(services, said=None, **more: object) -> outbox.Text:
    values = {"phone": PHONE, "phone_hash": services.store.phone_hash(PHONE), "lane": holds.REPLIES}
    return outbox.Text(said=said or in_free_words(services, "您好"), **(values | more))


def _rows(services) -> list[Delivery]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.created_at)))


def test_a_text_is_signed_counted_and_waits_to_be_sent(services) -> None:
    said = by_template(services, "identity.code_sms", code="123456", minutes=5)
    with Work.begin(services, actor=WORKER) as work:
        text_id = outbox.post(work, _text(services, said))
    (row,) = _rows(services)
    assert (row.id, row.state, row.lane, row.provider) == (text_id, "pending", "replies", "simulator")
    assert row.body.startswith("【续签助手】验证码123456")
    assert row.segments == segments(row.body)
    assert (row.template, row.language) == ("identity.code_sms", "zh")
    assert json.loads(row.parameters) == {"code": "123456", "minutes": 5}
    assert row.not_before_at == row.created_at


def test_a_text_is_not_sent_where_what_it_tells_of_did_not_happen(services) -> None:
    with Work.begin(services, actor=WORKER) as work:
        outbox.post(work, _text(services))
        work.session.rollback()
    assert _rows(services) == []


def test_a_number_that_opted_out_gets_a_row_for_all_to_see_and_no_text(services) -> None:
    with Work.begin(services, actor=WORKER) as work:
        suppression.suppress(work.session, services.store.phone_hash(PHONE), "opt_out", NOW)
        assert outbox.post(work, _text(services)) is None
        assert outbox.post(work, _text(services, part=outbox.CONFIRMATION_PART)) is not None
    assert [row.state for row in _rows(services)] == ["suppressed", "pending"]
    with services.store.read() as session:
        assert session.scalars(select(DeliveryEvent.raw)).all() == ["suppressed"]


def test_many_texts_are_written_at_once_and_a_phones_replies_keep_their_order(services) -> None:
    flushes: list[int] = []
    with Work.begin(services, actor=WORKER, now=NOW) as work:
        event.listen(work.session, "after_flush", lambda session, _: flushes.append(len(session.new)))
        texts = [_text(services, in_free_words(services, f"{n}"), part=n) for n in range(1, 4)]
        other = services.store.phone_hash("+8619900000002")
        texts += [_text(services, phone_hash=other, lane=holds.NOTICES, part=n) for n in range(1, 4)]
        made = outbox.post_all(work, texts)
        more = outbox.post(work, _text(services, in_free_words(services, "4"), part=4))
    assert flushes == [6, 1]
    rows = {row.id: row for row in _rows(services)}
    replies = [rows[made[0]], rows[made[1]], rows[made[2]], rows[more]]
    assert [row.body[-1] for row in sorted(replies, key=lambda row: row.created_at)] == list("1234")
    assert len({row.created_at for row in replies}) == 4


def test_replies_to_a_phone_have_an_order_also_where_the_clock_stands_still_or_goes_back(store) -> None:
    with store.session() as session:
        made = [
            outgoing.create(
                session,
                phone=PHONE,
                phone_hash="h",
                body=str(n),
                provider="p",
                now=NOW - timedelta(seconds=n),
            )
            for n in range(4)
        ]
    with store.read() as session:
        in_order = session.scalars(select(Delivery.id).order_by(Delivery.created_at)).all()
        assert in_order == made
        assert len(set(session.scalars(select(Delivery.created_at)))) == 4


def test_an_id_number_leaves_in_no_text(services) -> None:
    said = in_free_words(services, "身份证 11010519491231002X 收到")
    assert "11010519491231002X" not in said.body


def test_what_slips_into_a_value_of_a_template_leaves_in_no_text(services) -> None:
    """A centre's name comes from a file, and may hold anything."""
    centre = "样例中心 www.example.org/login 11010519491231002X"
    said = by_template(
        services, "appointment.sms_cancelled", come_on=date(2026, 12, 1), come_at="09:00", centre=centre
    )
    assert "样例中心" in said.body
    assert "example.org" not in said.body
    assert "11010519491231002X" not in said.body


def test_the_signature_gives_way_only_where_it_would_cost_a_fourth_segment(services) -> None:
    full = "字" * (3 * 67)
    assert in_free_words(services, full).body == full
    assert in_free_words(services, full, most_segments=4).body.startswith("【续签助手】")
    assert in_free_words(services, "字").body == "【续签助手】字"


def test_values_of_a_template_are_kept_as_plain_data(services) -> None:
    said = by_template(
        services, "appointment.sms_no_data", come_on=date(2026, 12, 1), come_at="09:00", holidays_known=True
    )
    assert json.loads(said.parameters) == {
        "come_on": "2026-12-01",
        "come_at": "09:00",
        "holidays_known": True,
    }
    assert in_free_words(services, "x").template == FREE


@pytest.mark.parametrize(
    ("lane", "now", "goes_at"),
    [
        (holds.NOTICES, NIGHT, MORNING),
        (holds.NOTICES, NOW, NOW),
        (holds.REPLIES, NIGHT, NIGHT),
    ],
)
def test_a_notice_of_the_night_waits_for_the_morning_and_an_answer_does_not(
    store, lane, now, goes_at
) -> None:
    with store.session() as session:
        made = outgoing.create(
            session, phone=PHONE, phone_hash="h", body="x", provider="p", now=now, lane=lane, settings=REAL
        )
        assert session.get_one(Delivery, made).not_before_at == goes_at


@pytest.mark.parametrize(
    ("hour", "minute", "waits_for"),
    [(0, 0, (23, 8)), (7, 59, (23, 8)), (8, 0, None), (20, 59, None), (21, 0, (24, 8)), (23, 59, (24, 8))],
)
def test_daytime_is_from_eight_to_nine_in_the_evening_in_shanghai(hour, minute, waits_for) -> None:
    at = datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)
    begins = at if waits_for is None else datetime(2026, 11, *waits_for, tzinfo=SHANGHAI)
    assert next_daytime(REAL, at) == begins


def test_a_simulated_phone_gets_notices_at_any_hour() -> None:
    assert next_daytime(Settings(), NIGHT) == NIGHT


def test_a_held_text_is_put_into_the_outbox_and_left_there(services) -> None:
    with Work.begin(services, actor=WORKER) as work:
        holds.hold(work.session, holds.NOTICES, why="x", now=NOW)
        outbox.post(work, _text(services, lane=holds.NOTICES))
        outbox.post(work, _text(services))
        free = work.session.scalars(select(Delivery.lane).where(holds.not_held())).all()
    assert free == ["replies"]


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        (holds.QUEUE, {("replies", FREE), ("notices", "notice.failure"), ("notices", "notice.renewed")}),
        (holds.NOTICES, {("notices", "notice.failure"), ("notices", "notice.renewed")}),
        (holds.REPLIES, {("replies", FREE)}),
        (holds.template_of("notice.failure"), {("notices", "notice.failure")}),
    ],
)
def test_a_hold_stops_everything_one_lane_or_one_template(store, name, stopped) -> None:
    kinds = [("replies", FREE), ("notices", "notice.failure"), ("notices", "notice.renewed")]
    with store.session() as session:
        for lane, template in kinds:
            outgoing.create(
                session,
                phone=PHONE,
                phone_hash=template,
                body="x",
                provider="p",
                now=NOW,
                lane=lane,
                template=template,
            )
        assert holds.hold(session, name, why="x", now=NOW)
        assert not holds.hold(session, name, why="y", now=NOW)
        found = holds.held(session)
        assert {kind for kind in kinds if found.stops(*kind)} == stopped
        free = session.execute(select(Delivery.lane, Delivery.template).where(holds.not_held()))
        assert {tuple(row) for row in free} == set(kinds) - stopped
        assert holds.lift(session, name, by="operator", now=NOW)
        assert not holds.lift(session, name, by="operator", now=NOW)
        assert not any(holds.held(session).stops(*kind) for kind in kinds)


def test_nothing_but_the_outbox_makes_a_text() -> None:
    """A row of `deliveries` made elsewhere would miss signature, suppression, quiet hours and order."""
    makes = re.compile(r"(?<!class )\bDelivery\(")
    files = [file for room in ("renewal", "sms_gateway", "actions") for file in (ROOT / room).rglob("*.py")]
    makers = {str(file.relative_to(ROOT)) for file in files if makes.search(file.read_text("utf-8"))}
    assert makers == {"renewal/services/texts/outbox.py"}
