"""Many at once for few seats: never one too many, and nobody without an answer."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier

import pytest
from sqlalchemy import select

from renewal.domain import AppointmentState
from renewal.domain.appointments import Slot
from renewal.language.appointments.wishes import Wish
from renewal.services.app import Services
from renewal.services.appointments.booking import Came
from renewal.services.appointments.centres import TAKEN, seats
from renewal.services.appointments.outlook import offers
from renewal.services.appointments.seats import HasAppointment, NewAppointment, NoSeat, take_seat
from renewal.services.talks.case import case_of
from renewal.store.models import Appointment, Centre, Permit
from tests import bookings
from tests.services.test_appointments import add_centre, add_holder, changes, talk

CALLERS = 50
CAPACITY = 7
DAY = date(2026, 12, 1)
STARTS = time(9)


@pytest.fixture
def slot(sample: Services) -> Slot:
    """A slot of a centre with few seats."""
    with sample.store.session() as session:
        centre = Centre(
            code="XH-1",
            name="样例街道社区事务受理服务中心",
            district="徐汇区",
            address="样例路1号",
            phone="021-62345678",
            hours="周一至周五 09:00-11:00",
            slot_minutes=60,
            capacity=CAPACITY,
            updated_at=sample.now(),
        )
        session.add(centre)
        session.flush()
        return Slot(centre_id=centre.id, day=DAY, starts=STARTS)


def rush(services: Services, slot: Slot, permits: Sequence[int]) -> Counter[str]:
    """Everybody tries at the same moment, each in a session of its own."""
    together = Barrier(len(permits))

    def call(permit_id: int) -> str:
        wanted = NewAppointment(permit_id=permit_id, slot=slot, state=AppointmentState.APPROVED)
        together.wait()
        try:
            with services.store.session() as session:
                take_seat(session, wanted, services.now())
        except (NoSeat, HasAppointment) as refused:
            return type(refused).__name__
        return "booked"

    with ThreadPoolExecutor(max_workers=len(permits)) as pool:
        return Counter(pool.map(call, permits))


def taken(services: Services) -> list[int]:
    with services.store.read() as session:
        return sorted(session.scalars(select(Appointment.seat).where(Appointment.state.in_(TAKEN))))


def permits(services: Services, count: int) -> list[int]:
    with services.store.read() as session:
        return list(session.scalars(select(Permit.id).order_by(Permit.id).limit(count)))


def test_fifty_callers_at_once_get_exactly_the_seats_there_are(sample: Services, slot: Slot) -> None:
    came_to = rush(sample, slot, permits(sample, CALLERS))
    assert came_to == {"booked": CAPACITY, "NoSeat": CALLERS - CAPACITY}
    assert taken(sample) == list(range(1, CAPACITY + 1))


def test_fifty_callers_at_once_with_one_permit_get_one_seat(sample: Services, slot: Slot) -> None:
    came_to = rush(sample, slot, permits(sample, 1) * CALLERS)
    assert came_to == {"booked": 1, "HasAppointment": CALLERS - 1}
    assert taken(sample) == [1]


def test_seats_given_up_are_taken_again_and_never_twice(sample: Services, slot: Slot) -> None:
    rush(sample, slot, permits(sample, CAPACITY))
    with sample.store.session() as session:
        for row in session.scalars(select(Appointment).where(Appointment.seat.in_([2, 5]))):
            row.state = AppointmentState.CANCELLED
    others = permits(sample, CALLERS + CAPACITY)[CAPACITY:]
    assert rush(sample, slot, others)["booked"] == 2
    assert taken(sample) == list(range(1, CAPACITY + 1))


def test_with_fewer_seats_than_are_taken_nobody_loses_one_and_nobody_gets_one(
    sample: Services, slot: Slot
) -> None:
    first = permits(sample, CAPACITY)
    rush(sample, slot, first)
    with sample.store.session() as session:
        session.get_one(Centre, slot.centre_id).capacity = 3
        for row in session.scalars(select(Appointment).where(Appointment.seat <= 2)):
            row.state = AppointmentState.CANCELLED
    assert rush(sample, slot, permits(sample, CALLERS)[CAPACITY:]) == {"NoSeat": CALLERS - CAPACITY}
    assert taken(sample) == [3, 4, 5, 6, 7]
    with sample.store.read() as session:
        (told,) = [
            found
            for found in seats(session, session.get_one(Centre, slot.centre_id), DAY, DAY)
            if found.slot == slot
        ]
    assert (told.free, told.taken) == (0, 5)


def test_fifty_holders_who_ask_at_once_are_booked_or_find_the_centre_full(services: Services) -> None:
    friday = date(2026, 11, 27)
    centre = add_centre(
        services, hours="周一至周五 09:00-11:00", capacity=2
    )  # until Friday: 4 days of 2 slots
    holders = [talk(services, add_holder(services, n, expires_on=friday)) for n in range(CALLERS)]
    together = Barrier(CALLERS)
    first = Slot(centre_id=centre, day=date(2026, 11, 24), starts=STARTS)

    def call(conversation_id: str) -> str:
        together.wait()
        slot = first
        while bookings.ask(services, conversation_id, slot).came is Came.FULL:
            offered = offers(services, case_of(services, conversation_id), centre, Wish(), most=3).slots
            if not offered:
                return "full"
            slot = offered[-1]
        return "booked"

    with ThreadPoolExecutor(max_workers=CALLERS) as pool:
        assert Counter(pool.map(call, holders)) == {"booked": 16, "full": CALLERS - 16}
    with services.store.read() as session:
        held = session.execute(select(Appointment.day, Appointment.starts, Appointment.seat)).all()
    assert len(set(held)) == len(held) == 16
    assert [change[0] for change in changes(services)] == ["approved"] * 16
