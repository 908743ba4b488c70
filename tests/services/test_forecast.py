"""When a night's texts will be out is told beforehand, and that is when they are: against a drain by the real claim."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from renewal.services.app import Services
from renewal.services.renewals import notices
from renewal.services.texts import claiming, delivery, holds, outbox
from renewal.services.texts.claiming import Limits
from renewal.services.texts.delivery import Handed
from renewal.services.texts.forecast import drained_at, forecast
from renewal.services.texts.said import FREE, Said
from renewal.services.work import NIGHTLY, Work
from renewal.settings import SHANGHAI
from renewal.store.models import Delivery, Notice, Permit, opaque_id
from tests.services import city

SECOND = timedelta(seconds=1)
DAY = (8, 21)
ROOM: dict[claiming.Lane, int] = {"replies": 50, "notices": 42}
FAILURE, RENEWED = "notice.failure", "notice.renewed"


def _at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of Shanghai."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def real(services: Services) -> Services:
    """With a provider of real phones: at daytime, ten a second, three of a kind and five in all a day."""
    options = {
        "provider": "twilio",
        "sms_per_s": 10.0,
        "sms_notices_a_day": 5,
        "sms_notices_a_day_of_a_kind": 3,
    }
    return replace(services, settings=services.settings.model_copy(update=options))


def _post(services: Services, now: datetime, *texts: tuple[int, str]) -> None:
    """Texts to be sent, each to the phone of that number by that template; an answer is one in free words."""
    with Work.begin(services, actor=NIGHTLY, now=now) as work:
        outbox.post_all(work, [_text(services, phone, template) for phone, template in texts])


def _text(services: Services, phone: int, template: str) -> outbox.Text:
    number = f"+86199{phone:08}"
    return outbox.Text(
        phone=number,
        phone_hash=services.store.phone_hash(number),
        said=Said(body="【续签助手】您好", template=template),
        lane=holds.REPLIES if template == FREE else holds.NOTICES,
    )


def _drain(services: Services, now: datetime, *, until_s: float = 4 * 86_400) -> datetime:
    """Claim and send as workers do, on a clock of the test's own; the moment of the last call for a notice."""
    limits, ends, last = Limits.of(services.settings), now + until_s * SECOND, now
    while now < ends:
        with services.store.session() as session:
            claims = claiming.claim(session, sender="twilio", room=ROOM, limits=limits, now=now)
            delivery.record(session, [Handed(id=text.id, ref=f"S{text.id}") for text in claims.texts], now)
            left = session.scalar(select(func.count()).where(Delivery.state == "pending"))
        if claims.texts:
            last = max(text.go_at for text in claims.texts)
        if not left:
            return last
        now = now + 0.2 * SECOND if claims.texts or now - last < 2 * SECOND else _next_hour(now)
    raise AssertionError("not all went out")


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("by_day", "begins_at", "out_at"),
    [
        ([600], _at(23, 12), _at(23, 12, 1)),
        ([0], _at(23, 12), _at(23, 12)),
        ([600], _at(23, 2), _at(23, 8, 1)),
        ([600], _at(23, 22), _at(24, 8, 1)),
        ([600], _at(23, 20, 59, 30), _at(24, 8, 0, 30)),
        ([300], _at(23, 20, 59, 30), _at(23, 21)),
        ([10, 20, 30], _at(23, 12), _at(25, 8, 0, 3)),
        ([468_000], _at(23, 8), _at(23, 21)),
        ([1_000_000], _at(23, 8), _at(25, 9, 46, 40)),
        ([468_000, 600], _at(23, 9), _at(24, 9, 1)),
    ],
)
def test_texts_leave_at_the_pace_in_the_hours_of_the_day(by_day, begins_at, out_at) -> None:
    assert abs(drained_at(by_day, begins_at, per_s=10, hours=DAY) - out_at) < 0.1 * SECOND


@pytest.mark.parametrize("begins_at", [_at(23, 12), _at(23, 20, 59, 55), _at(23, 2), _at(23, 21, 30)])
def test_what_waits_is_out_when_it_was_said_to_be(real, begins_at) -> None:
    night = [(phone, FAILURE if phone % 2 else RENEWED) for phone in range(120)]
    _post(real, begins_at, *night, *((phone, FREE) for phone in range(400, 420)))
    told = forecast(real, now=begins_at)
    assert (told.notices, told.answers, told.later) == (120, 20, 0)
    assert abs(_drain(real, begins_at) - told.out_at) < 2 * SECOND


def test_what_a_phone_may_not_get_today_is_told_for_another_day_and_goes_then(real) -> None:
    begins_at = _at(23, 12)
    _post(real, begins_at, *[(1, FAILURE)] * 7, *[(2, FAILURE), (2, RENEWED)] * 4, (3, FAILURE))
    told = forecast(real, now=begins_at)
    assert (told.notices, told.later) == (16, 4 + 3)
    assert abs(_drain(real, begins_at) - told.out_at) < 2 * SECOND
    assert told.out_at.astimezone(SHANGHAI).day == 25
    assert "7 条的号码当天已经发够" in told.told()


def test_what_a_phone_had_today_counts(real) -> None:
    begins_at = _at(23, 12)
    _post(real, begins_at, *[(1, FAILURE)] * 3)
    later_at = _drain(real, begins_at) + 5 * SECOND
    _post(real, later_at, (1, FAILURE))
    told = forecast(real, now=later_at)
    assert (told.notices, told.later) == (1, 1)
    assert abs(_drain(real, later_at) - told.out_at) < 2 * SECOND


def test_while_it_runs_the_rest_is_told_by_what_is_seen(real) -> None:
    """The provider takes two a second, whatever was set: the forecast follows after a few seconds."""
    slow = replace(real, settings=real.settings.model_copy(update={"sms_per_s": 2.0}))
    begins_at = _at(23, 12)
    _post(real, begins_at, *((phone, FAILURE) for phone in range(60)))
    with pytest.raises(AssertionError, match="not all"):
        _drain(slow, begins_at, until_s=20)
    told = forecast(real, now=begins_at + 20 * SECOND)
    assert told.per_s == pytest.approx(2.0, rel=0.1)
    assert abs(told.out_at - (begins_at + 30 * SECOND)) < 4 * SECOND


def test_notices_that_are_not_worded_yet_and_those_still_to_be_made_count(real) -> None:
    numbers = city.add(real, [city.matching(real, real.today()) for _ in range(3)])
    with Work.begin(real, actor=NIGHTLY) as work:
        batch = notices.open_batch(work.session, work.now)
        for number in numbers:
            permit = work.session.get_one(Permit, number)
            work.session.add(
                Notice(
                    id=opaque_id(),
                    permit_id=permit.id,
                    holder_id=permit.holder_id,
                    period_on=permit.expires_on,
                    kind="no_result",
                    reasons="",
                    batch_id=batch,
                    created_at=work.now,
                )
            )
    noon = _at(23, 12)
    assert forecast(real, now=noon).notices == 3
    assert forecast(real, more=597, now=noon).out_at == _at(23, 12, 1)


def test_what_is_held_is_told_as_such(real) -> None:
    noon = _at(23, 12)
    _post(real, noon, (1, FAILURE))
    assert "停着" not in forecast(real, now=noon).told()
    with real.store.session() as session:
        holds.hold(session, holds.NOTICES, why="x", now=noon)
    told = forecast(real, now=noon)
    assert told.stopped
    assert "现在放行" in told.told()


def test_without_a_pace_and_before_anything_went_nobody_can_say(real) -> None:
    unpaced = replace(real, settings=real.settings.model_copy(update={"sms_per_s": 0.0}))
    noon = _at(23, 12)
    assert forecast(unpaced, now=noon).told() == ""
    _post(unpaced, noon, (1, FAILURE))
    told = forecast(unpaced, now=noon)
    assert told.out_at is None
    assert "说不准" in told.told()
