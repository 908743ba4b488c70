"""Before anything is booked: who asks, what stands, for which days and at which centres, and what is free there."""

from sqlalchemy.orm import Session

from renewal.dialogue.case import Case
from renewal.dialogue.forms.outlook import Booked, CentreChoice, Outlook
from renewal.domain import due_on
from renewal.domain.appointments import AppointmentDays, Slot, appointment_days
from renewal.language.appointments.wishes import Wish
from renewal.services.app import Services
from renewal.services.appointments.centres import CALENDAR, open_centres
from renewal.services.appointments.offers import Offers, find_offers
from renewal.services.appointments.seats import open_appointment
from renewal.services.appointments.telling import booked_row
from renewal.store.models import Centre, Holder

AHEAD_DAYS = 30  # how far ahead a seat may be booked: the product's, not a rule


def outlook_of(services: Services, session: Session, case: Case) -> Outlook:
    """How things stand for the holder of a case."""
    holder = session.get(Holder, case.holder_id) if case.holder_id is not None else None
    if holder is None or case.permit_id is None:
        return Outlook()
    every = tuple(
        CentreChoice(id=row.id, code=row.code, name=row.name, district=row.district)
        for row in open_centres(session)
    )
    found = Outlook(
        known=True,
        booked=booked_of(session, case.permit_id),
        days=days_for(services, case),
        expires_on=case.expires_on,
        all_centres=every,
    )
    return found.of_district(holder.district)


def offers(
    services: Services,
    case: Case,
    centre_id: int,
    wish: Wish,
    *,
    most: int,
    after: Slot | None = None,
) -> Offers:
    """Free slots of a centre for a wish, within the days for which the holder may book."""
    with services.store.read() as session:
        days = days_for(services, case)
        centre = session.get(Centre, centre_id)
        if days is None or days.bar or centre is None:
            return Offers(slots=())
        return find_offers(session, centre, days, wish, most=most, after=after)


def days_for(services: Services, case: Case) -> AppointmentDays | None:
    """The days for which the holder of a case may book; None for one who is not known or has no permit."""
    if not case.known or case.permit_id is None or case.expires_on is None:
        return None
    today = services.today()
    next_workday_on = due_on(today, 1, CALENDAR).due_on
    return appointment_days(case.expires_on, today, next_workday_on, AHEAD_DAYS, services.rulebook)


def booked_of(session: Session, permit_id: int) -> Booked | None:
    """The appointment of a permit that stands."""
    row = open_appointment(session, permit_id)
    return None if row is None else booked_row(row, session.get_one(Centre, row.centre_id))
