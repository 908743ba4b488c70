"""Appointments: compared first, then approved, held or refused; moved, cancelled, settled by the night."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from renewal.domain import AppointmentState, Field, Outcome, VisitFinding, VisitWay
from renewal.domain.appointments import AppointmentDays, Slot
from renewal.language.appointments.wishes import Wish, read_wish
from renewal.services.app import Services
from renewal.services.appointments import booking as appointments
from renewal.services.appointments.booking import Came
from renewal.services.appointments.centre_rows import CentresRefused
from renewal.services.appointments.centres import holidays_known, import_centres, slots
from renewal.services.appointments.offers import find_offers
from renewal.services.appointments.staff import (
    AppointmentOver,
    cancel_appointment,
    free_days,
    keep_appointment,
)
from renewal.services.night import decisions
from renewal.services.renewals.previewing import preview, previews
from renewal.services.talks import conversations
from renewal.store.models import (
    Appointment,
    BureauFact,
    Centre,
    Change,
    Conversation,
    Delivery,
    Holder,
    Permit,
    Record,
    Visit,
)
from tests import bookings
from tests.bookings import look

TODAY = date(2026, 11, 23)  # a Monday
TUESDAY = date(2026, 11, 24)
NINE, TEN = time(9), time(10)
EXAMPLE = Path(__file__).parents[2] / "docs/examples/centres.csv"


@pytest.fixture
def centre(services: Services) -> int:
    """A small centre in 徐汇区; its id."""
    return add_centre(services)


def add_centre(services: Services, code: str = "XH-1", district: str = "徐汇区", **given: object) -> int:
    values = {
        "name": f"{code}样例街道社区事务受理服务中心",
        "address": "样例路1号",
        "phone": "021-62345678",
        "hours": "周一至周五 09:00-11:00 13:30-15:30",
        "slot_minutes": 60,
        "capacity": 2,
    }
    with services.store.session() as session:
        made = Centre(code=code, district=district, updated_at=services.now(), **values | given)
        session.add(made)
        session.flush()
        return made.id


def add_holder(
    services: Services,
    n: int = 1,
    *,
    expires_on: date = TODAY + timedelta(days=12),
    differs: tuple[Field, ...] = (),
    lacks: tuple[Field, ...] = (),
) -> int:
    """A holder in 就业 whose facts are fresh and match, but for what is named; the permit's id."""
    phone = f"+86199000{n:05d}"
    store = services.store
    with store.session() as session:
        holder = Holder(
            name="样例持证人", phone=phone, phone_hash=store.phone_hash(phone), category="employment",
            district="徐汇区", origin="sample", created_at=services.now(),
        )  # fmt: skip
        permit = Permit(number=f"AP-{n:04d}", holder=holder, expires_on=expires_on)
        session.add(permit)
        session.flush()
        own = {field: f"own-{field}" for field in (Field.ADDRESS, Field.EMPLOYMENT, Field.PHONE)}
        session.add(Record(permit_id=permit.id, **own))
        for field in own:
            if field not in lacks:
                value = "other" if field in differs else f"own-{field}"
                session.add(fact(permit.id, field, value))
        return permit.id


def fact(permit_id: int, field: Field, value: str) -> BureauFact:
    return BureauFact(
        permit_id=permit_id, field=field, value=value, as_of_on=TODAY - timedelta(days=3), source="police"
    )


def talk(services: Services, permit_id: int, channel: str = "sms") -> str:
    """A conversation with the permit's holder, who is known in it."""
    with services.store.session() as session:
        holder = session.get_one(Permit, permit_id).holder
        made = Conversation(
            channel=channel,
            phone=holder.phone if channel == "sms" else None,
            phone_hash=holder.phone_hash if channel == "sms" else None,
            holder_id=holder.id,
            created_at=services.now(),
            last_at=services.now(),
        )
        session.add(made)
        session.flush()
        return made.id


def rows(services: Services) -> list[Appointment]:
    with services.store.read() as session:
        return list(session.scalars(select(Appointment).order_by(Appointment.id)))


def states(services: Services) -> list[str]:
    return [row.state.value for row in rows(services)]


def changes(services: Services) -> list[tuple[str, str, str, str]]:
    with services.store.read() as session:
        found = session.scalars(select(Change).order_by(Change.id))
        return [
            (change.action.removeprefix("appointment."), change.actor, change.was, change.now)
            for change in found
            if change.action.startswith("appointment.")
        ]


def texts(services: Services) -> list[str]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery.body).order_by(Delivery.created_at, Delivery.id)))


def said(told: appointments.Told) -> str:
    return "".join(message.text for message in told.messages)


# Asking


def test_who_matches_is_approved_and_told_when_where_and_what_to_bring(
    services: Services, centre: int
) -> None:
    slot = Slot(centre_id=centre, day=TUESDAY, starts=NINE)
    told = bookings.ask(services, talk(services, add_holder(services)), slot)
    assert told.came is Came.APPROVED
    for words in ("11月24日", "周二", "09:00", "样例路1号", "身份证", "取消预约"):
        assert words in said(told)
    assert states(services) == ["approved"]
    assert changes(services) == [("approved", "holder", "", "2026-11-24 09:00 XH-1")]
    assert texts(services) == []  # the answer itself is the text


def test_who_asks_on_the_web_is_told_by_text_too_and_no_name_is_in_it(
    services: Services, centre: int
) -> None:
    permit = add_holder(services)
    bookings.ask(
        services,
        talk(services, permit, "web"),
        Slot(centre_id=centre, day=TUESDAY, starts=NINE),
    )
    (body,) = texts(services)
    assert body.startswith("【续签助手】")
    assert "11月24日（周二）09:00" in body
    assert "样例持证人" not in body
    assert "AP-0001" not in body


def test_who_does_not_match_is_refused_with_the_reasons_and_holds_no_seat(
    services: Services, centre: int
) -> None:
    permit = add_holder(services, differs=(Field.ADDRESS, Field.PHONE))
    told = bookings.ask(services, talk(services, permit), Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    assert told.came is Came.REFUSED
    assert "居住地址、联系电话" in said(told)
    assert "窗口" in said(told)
    (row,) = rows(services)
    assert (row.state.value, row.reasons, row.seat) == ("refused", "address,phone", 0)
    with services.store.read() as session:
        assert look(services, talk(services, permit)).booked is None
        assert session.get_one(Centre, centre).capacity == 2
    assert free_days(services, "XH-1", days=2)[1].free == 8


def test_while_data_are_missing_the_seat_is_held_and_the_holder_told_to_wait(
    services: Services, centre: int
) -> None:
    permit = add_holder(services, lacks=(Field.EMPLOYMENT,))
    told = bookings.ask(services, talk(services, permit), Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    assert told.came is Came.ASKED
    assert "就业情况" in said(told)
    assert "先别去" in said(told)
    assert free_days(services, "XH-1", days=2)[1].free == 7


def test_before_a_time_is_chosen_a_mismatch_is_told_and_kept(services: Services, centre: int) -> None:
    permit = add_holder(services, differs=(Field.ADDRESS,))
    told = bookings.compare_first(services, talk(services, permit))
    assert told is not None
    assert told.came is Came.REFUSED
    assert [change[:2] for change in changes(services)] == [("refused", "holder")]
    assert bookings.compare_first(services, talk(services, add_holder(services, 2))) is None


def test_an_unknown_number_can_book_nothing(services: Services, centre: int) -> None:
    stranger = conversations.for_phone(services, "+8619900099999")
    told = bookings.ask(services, stranger, Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    assert told.came is Came.BARRED
    assert "登记的手机" in said(told)
    assert rows(services) == []


def test_a_full_slot_is_refused_and_nothing_is_written(services: Services, centre: int) -> None:
    slot = Slot(centre_id=centre, day=TUESDAY, starts=NINE)
    for n in (1, 2):
        assert bookings.ask(services, talk(services, add_holder(services, n)), slot).came is Came.APPROVED
    before = changes(services)
    assert bookings.ask(services, talk(services, add_holder(services, 3)), slot).came is Came.FULL
    assert states(services) == ["approved", "approved"]
    assert changes(services) == before


def test_who_has_an_appointment_is_told_of_it_and_gets_no_second(services: Services, centre: int) -> None:
    holder = talk(services, add_holder(services))
    bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    told = bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=TEN))
    assert told.came is Came.HAS
    assert "09:00" in said(told)
    assert states(services) == ["approved"]


# Days


@pytest.mark.parametrize("day", [TODAY, date(2026, 12, 7), date(2026, 11, 28)])
def test_neither_today_nor_after_expiry_nor_a_closed_day_can_be_booked(
    services: Services, centre: int, day: date
) -> None:
    holder = talk(services, add_holder(services, expires_on=date(2026, 12, 5)))
    assert bookings.ask(services, holder, Slot(centre_id=centre, day=day, starts=NINE)).came is Came.FULL


@pytest.mark.parametrize(
    ("expires_on", "first_on", "last_on"),
    [
        (date(2026, 12, 5), TUESDAY, date(2026, 12, 5)),  # until expiry
        (date(2027, 1, 10), date(2026, 12, 11), date(2026, 12, 23)),  # from the window's first day
        (date(2026, 11, 3), TUESDAY, date(2026, 12, 23)),  # suspended: within the days that restore
        (date(2026, 9, 30), TUESDAY, date(2026, 11, 29)),  # the last of the 60 days is nearer
        (date(2026, 6, 1), TUESDAY, date(2026, 12, 23)),  # beyond them: any day
    ],
)
def test_the_days_for_an_appointment_follow_the_window_and_the_deadline(
    services: Services, expires_on: date, first_on: date, last_on: date
) -> None:
    days = look(services, talk(services, add_holder(services, expires_on=expires_on))).days
    assert days is not None
    assert (days.first_on, days.last_on, days.bar) == (first_on, last_on, None)


@pytest.mark.parametrize(
    ("expires_on", "says"),
    [(date(2027, 6, 1), "还没到续签的时候"), (TODAY, "来不及")],
)
def test_where_no_day_is_left_or_none_yet_it_is_said_and_what_to_do(
    services: Services, expires_on: date, says: str
) -> None:
    told = bookings.compare_first(services, talk(services, add_holder(services, expires_on=expires_on)))
    assert told is not None
    assert told.came is Came.BARRED
    assert says in said(told)


def test_a_suspended_permit_may_come(services: Services, centre: int) -> None:
    holder = talk(services, add_holder(services, expires_on=date(2026, 11, 3)))
    assert (
        bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=NINE)).came is Came.APPROVED
    )


def test_centres_close_on_public_holidays_and_open_on_make_up_workdays(services: Services) -> None:
    made = add_centre(services, hours="周一至周五 09:00-11:00; 周六 09:00-10:00")
    with services.store.read() as session:
        row = session.get_one(Centre, made)
        assert slots(row, date(2026, 10, 2)) == ()  # a Friday of the National Day
        assert slots(row, date(2026, 10, 3)) == ()  # and its Saturday
        assert slots(row, date(2026, 10, 10)) == (NINE, TEN)  # a Saturday worked for it
        assert slots(row, date(2026, 11, 28)) == (NINE,)  # a Saturday like any other
        assert slots(row, date(2031, 1, 4)) == ()  # a Saturday of a year that is not published
        assert slots(row, date(2031, 1, 1)) == (NINE, TEN)  # counted on, and said to be so
    assert not holidays_known(date(2031, 1, 1))


# Offers


@pytest.fixture
def offer(services: Services, centre: int) -> Callable[..., list[str]]:
    """`offer(text)`: what is offered for it, as `24 09:00`; `=` before what was named exactly, the note behind."""

    def run(text: str, *, most: int = 3, after: Slot | None = None) -> list[str]:
        days = AppointmentDays(opens_on=TODAY, first_on=TUESDAY, last_on=date(2026, 12, 5))
        with services.store.read() as session:
            found = find_offers(
                session,
                session.get_one(Centre, centre),
                days,
                read_wish(text, TODAY) if text else Wish(),
                most=most,
                after=after,
            )
        shown = [f"{'=' * found.exact}{slot.day.day} {slot.starts:%H:%M}" for slot in found.slots]
        return [*shown, found.note] if found.note else shown

    return run


@pytest.mark.parametrize("database_kind", ["sqlite"])  # reads one centre: no matter for the database
@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", ["24 09:00", "24 13:30", "25 09:00"]),
        ("周三上午", ["25 09:00", "25 10:00"]),
        ("周三", ["25 09:00", "25 13:30", "25 14:30"]),
        ("下周一9点半", ["=30 09:00"]),
        ("12月3日下午", ["3 13:30", "3 14:30"]),
        ("周五下午三点", ["=27 14:30"]),
        ("越早越好", ["=24 09:00"]),
        ("周四最早的", ["=26 09:00"]),
        ("下周", ["30 09:00", "30 13:30", "1 09:00"]),
        ("10点", ["24 10:00", "25 10:00", "26 10:00"]),
        ("周三12点半", ["25 13:30", "25 14:30", "closed"]),
        ("周六", ["30 09:00", "30 13:30", "1 09:00", "closed"]),
        ("12月20日", ["24 09:00", "24 13:30", "25 09:00", "outside"]),
        ("今天下午", ["24 09:00", "24 13:30", "25 09:00", "outside"]),
        ("next Monday at 10", ["=30 10:00"]),
        ("Thursday afternoon", ["26 13:30", "26 14:30"]),
        ("周三到周五", ["25 09:00", "25 13:30", "26 09:00"]),
        ("25号之前", ["24 09:00", "24 13:30", "24 14:30"]),
        ("12月2号之后", ["3 09:00", "3 13:30", "4 09:00"]),
        ("明天之前", ["24 09:00", "24 13:30", "25 09:00", "outside"]),
        ("周二不行", ["25 09:00", "25 13:30", "26 09:00"]),
        ("周二上午9点不行", ["24 10:00", "24 13:30", "25 09:00"]),
        ("除了周二都可以", ["25 09:00", "25 13:30", "26 09:00"]),
        ("除了周二，越早越好", ["=25 09:00"]),
        ("下周除周一外", ["1 09:00", "1 13:30", "2 09:00"]),
        ("上午都不行", ["24 13:30", "25 13:30", "26 13:30"]),
        ("明天9点不行，10点呢", ["=24 10:00"]),
        ("周二不行，周三上午10点", ["=25 10:00"]),
        ("not tomorrow", ["25 09:00", "25 13:30", "26 09:00"]),
        ("any day but Tuesday", ["25 09:00", "25 13:30", "26 09:00"]),
        ("周三10点以后", ["25 10:00", "25 13:30", "25 14:30"]),
        ("周三下午2点之前", ["25 13:30"]),
        ("周三10点前不行", ["24 09:00", "24 13:30", "25 10:00"]),
        ("明天后天都不行", ["26 09:00", "26 13:30", "27 09:00"]),
        ("上午下午都不行", ["24 09:00", "24 13:30", "25 09:00", "no_more"]),
    ],
)
def test_what_is_wished_is_offered_or_what_comes_near(
    offer: Callable[..., list[str]], text: str, offered: list[str]
) -> None:
    assert offer(text) == offered


def test_a_time_that_is_taken_is_said_to_be_and_the_nearest_offered(
    services: Services, centre: int, offer: Callable[..., list[str]]
) -> None:
    for n in (1, 2):
        bookings.ask(
            services,
            talk(services, add_holder(services, n)),
            Slot(centre_id=centre, day=TUESDAY, starts=NINE),
        )
    assert offer("明天9点") == ["24 10:00", "taken"]
    assert offer("最早的") == ["=24 10:00"]


def test_others_are_those_after_what_was_offered(centre: int, offer: Callable[..., list[str]]) -> None:
    last = Slot(centre_id=centre, day=date(2026, 11, 25), starts=NINE)
    assert offer("还有别的吗", after=last) == ["25 10:00", "25 13:30", "26 09:00"]
    end = Slot(centre_id=centre, day=date(2026, 12, 4), starts=time(14, 30))
    assert offer("还有别的吗", after=end)[-1] == "no_more"


# Moving and cancelling


def test_a_move_gives_the_old_seat_back_and_keeps_the_state(services: Services, centre: int) -> None:
    holder = talk(services, add_holder(services))
    bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    told = bookings.move(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=TEN))
    assert told.came is Came.MOVED
    assert "10:00" in said(told)
    assert states(services) == ["moved", "approved"]
    assert changes(services)[-1] == ("moved", "holder", "2026-11-24 09:00 XH-1", "2026-11-24 10:00 XH-1")


def test_a_move_to_a_full_slot_leaves_the_old_seat_as_it_was(services: Services, centre: int) -> None:
    for n in (1, 2):
        bookings.ask(
            services,
            talk(services, add_holder(services, n)),
            Slot(centre_id=centre, day=TUESDAY, starts=TEN),
        )
    holder = talk(services, add_holder(services, 3))
    bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    assert bookings.move(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=TEN)).came is Came.FULL
    booked = look(services, holder).booked
    assert booked is not None
    assert booked.slot.starts == NINE


def test_one_that_waits_for_data_waits_on_after_a_move(services: Services, centre: int) -> None:
    holder = talk(services, add_holder(services, lacks=(Field.ADDRESS,)))
    bookings.ask(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=NINE))
    bookings.move(services, holder, Slot(centre_id=centre, day=TUESDAY, starts=TEN))
    assert states(services) == ["moved", "asked"]


def test_a_cancelled_seat_is_free_again(services: Services, centre: int) -> None:
    holder = talk(services, add_holder(services))
    slot = Slot(centre_id=centre, day=TUESDAY, starts=NINE)
    bookings.ask(services, holder, slot)
    told = bookings.cancel(services, holder)
    assert told.came is Came.CANCELLED
    assert "取消了" in said(told)
    assert changes(services)[-1] == ("cancelled", "holder", "2026-11-24 09:00 XH-1", "")
    assert bookings.cancel(services, holder).came is Came.NONE
    assert bookings.ask(services, holder, slot).came is Came.APPROVED


# The night after


def book(services: Services, centre: int, permit_id: int, day: date = TUESDAY, starts: time = NINE) -> None:
    bookings.ask(services, talk(services, permit_id), Slot(centre_id=centre, day=day, starts=starts))


def test_when_the_data_came_the_night_approves_and_tells_by_text(services: Services, centre: int) -> None:
    permit = add_holder(services, lacks=(Field.ADDRESS,))
    book(services, centre, permit)
    with services.store.session() as session:
        session.add(fact(permit, Field.ADDRESS, f"own-{Field.ADDRESS}"))
    assert appointments.after_night(services, TODAY)["approved"] == 1
    (body,) = texts(services)
    assert "11月24日（周二）09:00" in body
    assert changes(services)[-1] == ("approved", "nightly", "", "2026-11-24 09:00 XH-1")
    assert +appointments.after_night(services, TODAY) == {}
    assert len(texts(services)) == 1


def test_when_the_data_differ_the_night_refuses_with_the_reasons(services: Services, centre: int) -> None:
    permit = add_holder(services, lacks=(Field.ADDRESS,))
    book(services, centre, permit)
    with services.store.session() as session:
        session.add(fact(permit, Field.ADDRESS, "elsewhere"))
    assert appointments.after_night(services, TODAY)["refused"] == 1
    (body,) = texts(services)
    assert "居住地址" in body
    assert "窗口" in body
    (row,) = rows(services)
    assert (row.state.value, row.reasons) == ("refused", "address")


def test_who_still_waits_keeps_the_seat_until_the_day_and_is_then_sent_to_the_window(
    services: Services, centre: int
) -> None:
    book(services, centre, add_holder(services, lacks=(Field.ADDRESS,)))
    assert appointments.after_night(services, TODAY)["waiting"] == 1
    assert states(services) == ["asked"]
    assert texts(services) == []
    appointments.after_night(services, TUESDAY)
    assert states(services) == ["refused"]
    assert "没到齐" in texts(services)[0]


def test_an_appointment_is_needless_once_the_permit_was_renewed(services: Services, centre: int) -> None:
    renewed, late = add_holder(services, 1), add_holder(services, 2, expires_on=date(2026, 11, 3))
    book(services, centre, renewed)
    book(services, centre, late)
    (decided,) = decisions.decide(services, [renewed], actor="nightly")
    assert decided is not None
    assert decided.outcome is Outcome.RENEWED
    assert appointments.after_night(services, TODAY)["needless"] == 1
    assert states(services) == ["needless", "approved"]
    assert changes(services)[-1] == ("needless", "nightly", "2026-11-24 09:00 XH-1", "")
    assert free_days(services, "XH-1", days=2)[1].free == 7


def test_whoever_did_not_come_missed_it_and_whoever_came_kept_it(services: Services, centre: int) -> None:
    for n in (1, 2):
        book(services, centre, add_holder(services, n))
    on = date(2026, 11, 25)
    kept, _ = rows(services)
    later = services.__class__(
        settings=services.settings.model_copy(update={"today": TUESDAY}),
        store=services.store,
        rulebook=services.rulebook,
        wording=services.wording,
        jobs=services.jobs,
    )
    assert keep_appointment(later, kept.id, staff="小李")
    assert not keep_appointment(later, kept.id, staff="小李")
    assert appointments.after_night(later, TUESDAY)["missed"] == 0
    assert appointments.after_night(later, on)["missed"] == 1
    assert states(services) == ["kept", "missed"]
    assert +appointments.after_night(later, on) == {}


def test_the_night_walks_more_than_one_batch(
    services: Services, centre: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renewal.services.appointments.night.BATCH", 2)
    monkeypatch.setattr("renewal.services.appointments.night.BATCH_COMPARED", 2)
    for n in range(1, 6):
        starts = (NINE, TEN, time(13, 30))[n // 2]
        book(services, centre, add_holder(services, n, lacks=(Field.ADDRESS,)), starts=starts)
    assert appointments.after_night(services, TODAY)["waiting"] == 5
    assert appointments.after_night(services, TUESDAY)["refused"] == 5
    assert len(texts(services)) == 5


def test_a_batch_is_judged_as_each_of_its_permits_alone(sample: Services) -> None:
    with sample.store.session() as session:
        permits = list(session.scalars(select(Permit).order_by(Permit.id)))
        for permit in permits[::7]:
            session.add(visit(permit, sample))
    with sample.store.read() as session:
        judged = previews(sample, session, [permit.id for permit in permits], TODAY)
        alone = {permit.id: preview(sample, session, permit.id, TODAY) for permit in permits}
    assert judged == alone
    assert {decision.outcome for decision in judged.values()} == set(Outcome)
    assert "automatic.step_one_on_the_spot" in {decision.clause for decision in judged.values()}


def visit(permit: Permit, services: Services) -> Visit:
    return Visit(
        permit_id=permit.id,
        period_on=permit.expires_on,
        visited_on=TODAY,
        way=VisitWay.DOOR,
        finding=VisitFinding.CONFIRMED,
        renewed=True,
        origin="staff",
        recorded_at=services.now(),
    )


# Staff


def test_one_that_staff_cancel_frees_the_seat_and_tells_the_holder(services: Services, centre: int) -> None:
    book(services, centre, add_holder(services))
    (row,) = rows(services)
    cancel_appointment(services, row.id, staff="小李")
    assert states(services) == ["cancelled"]
    assert "预约已取消" in texts(services)[0]
    assert changes(services)[-1][:2] == ("cancelled", "小李")
    with pytest.raises(AppointmentOver, match="已取消"):
        cancel_appointment(services, row.id, staff="小李")


def test_nobody_is_marked_as_come_before_the_day(services: Services, centre: int) -> None:
    book(services, centre, add_holder(services))
    with pytest.raises(AppointmentOver, match="还没到"):
        keep_appointment(services, rows(services)[0].id, staff="小李")


# Centres


def test_the_example_file_loads_and_loading_it_again_changes_nothing(services: Services) -> None:
    first = import_centres(services.store, EXAMPLE, at=services.now())
    assert (first.added, first.changed, first.unchanged) == (4, 0, 0)
    again = import_centres(services.store, EXAMPLE, at=services.now())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_chinese_headings_in_any_order_and_both_encodings_are_read(
    services: Services, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "中心.csv"
    head = "名称,编号,所在区,地址,电话,办公时间,每段人数,每段分钟"
    row = "样例街道中心,xh-9,徐汇,样例路9号,021-62345609,工作日 9：00-11：30,2,30"
    file.write_bytes(f"{head}\r\n{row}\r\n".encode(encoding))
    assert import_centres(services.store, file, at=services.now()).added == 1
    with services.store.read() as session:
        made = session.scalars(select(Centre)).one()
    assert (made.code, made.district, made.capacity, made.slot_minutes) == ("XH-9", "徐汇区", 2, 30)


def test_a_wrong_line_is_told_with_what_is_wrong_and_nothing_is_loaded(
    services: Services, tmp_path: Path
) -> None:
    good, *_ = EXAMPLE.read_text("utf-8").splitlines()[1:]
    lines = [
        "XH-01,又一个,徐汇区,样例路,021-62345601,周一 09:00-11:00,30,4",
        "A B,名,火星区,样例路,12,周八 09:00-11:00,3,一",
        "XH-03,名,徐汇区,,021-62345601,周一 09:00-09:20,30,4",
        "XH-04,名,徐汇区",
        "XH-05,名,徐汇区,样例路5号（www.example.cn）,021-62345601,周一 09:00-11:00,30,4",
    ]
    file = tmp_path / "centres.csv"
    head = EXAMPLE.read_text("utf-8").splitlines()[0]
    file.write_text("\n".join([head, good, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(CentresRefused) as refused:
        import_centres(services.store, file, at=services.now())
    told = str(refused.value).splitlines()
    assert [line.split("行")[0] for line in told] == ["第 3 ", "第 4 ", "第 5 ", "第 6 ", "第 7 "]
    assert "重复" in told[0]
    for words in ("code", "district", "phone", "hours", "slot_minutes", "capacity", "周八"):
        assert words in told[1]
    assert "address 不能空着" in told[2]
    assert "3 格" in told[3]
    assert "address 里有网址 www.example.cn" in told[4]
    with services.store.read() as session:
        assert session.scalars(select(Centre)).all() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("code,name\nA,B\n", "缺少列"),
        ("code,name,district,address,phone,hours,slot_minutes,capacity,colour\n", "不认识的列 colour"),
        ("code,code,name,district,address,phone,hours,slot_minutes,capacity\n", "不止一个"),
        ("", "缺少列"),
        ('code,"name\n', "引号"),
    ],
)
def test_a_file_that_is_none_of_centres_is_refused(
    services: Services, tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "centres.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CentresRefused, match=says):
        import_centres(services.store, file, at=services.now())


def test_fewer_seats_in_a_later_file_drop_no_appointment(services: Services, tmp_path: Path) -> None:
    import_centres(services.store, EXAMPLE, at=services.now())
    with services.store.read() as session:
        made = session.scalars(select(Centre).where(Centre.code == "XH-01")).one().id
    for n in (1, 2, 3):
        book(services, made, add_holder(services, n))
    file = tmp_path / "centres.csv"
    file.write_text(EXAMPLE.read_text("utf-8").replace("30,4\n", "30,2\n"), encoding="utf-8")
    assert import_centres(services.store, file, at=services.now()).changed == 1
    assert states(services) == [AppointmentState.APPROVED] * 3
    told = bookings.ask(
        services,
        talk(services, add_holder(services, 4)),
        Slot(centre_id=made, day=TUESDAY, starts=NINE),
    )
    assert told.came is Came.FULL


def test_a_centre_without_seats_takes_no_appointments_and_is_not_offered(services: Services) -> None:
    made = add_centre(services, capacity=0)
    holder = talk(services, add_holder(services))
    assert look(services, holder).centres == ()
    assert bookings.ask(services, holder, Slot(centre_id=made, day=TUESDAY, starts=NINE)).came is Came.FULL
