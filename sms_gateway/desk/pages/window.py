"""A centre's day: who comes when with which papers, and the cases at the window, those that are late first."""

from functools import partial

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.applications.listing import list_applications
from renewal.services.applications.rows import paper_name
from renewal.services.appointments import day as days
from renewal.services.appointments.staff import keep_appointment, miss_appointment
from sms_gateway.desk.access import actor, for_role
from sms_gateway.desk.acting import carry_out
from sms_gateway.desk.listing import Pager, address, asked, day_asked, page_asked
from sms_gateway.desk.names import category, fields
from sms_gateway.desk.words import say
from sms_gateway.gateway import gateway

blueprint = Blueprint("window", __name__, url_prefix="/window")
LATE_SHOWN = 50
CASES = 50


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """One day, at one centre or at all."""
    services = gateway().services
    known = days.centres(services)
    chosen = next((centre for centre in known if centre.code == asked("centre")), None)
    code, district = (chosen.code, chosen.district) if chosen else ("", "")
    on = day_asked("day") or services.today()
    page, cases_page = page_asked(), page_asked("cases")
    shown = days.day_at(services, on, centre=code, staff=actor(), page=page)
    late, late_count = list_applications(
        services, overdue=True, with_ended=False, limit=LATE_SHOWN, district=district
    )
    cases, case_count = list_applications(
        services, overdue=False, with_ended=False, limit=CASES, page=cases_page, district=district
    )
    where = {"day": on.isoformat(), "centre": code}
    return render_template(
        "window.html",
        centres=known,
        chosen=chosen,
        on=on,
        shown=shown,
        seats=Pager(page=page, size=days.PAGE, count=shown.count),
        seats_at=lambda number: address("window.index", **where, page=number),
        late=late,
        late_count=late_count,
        cases=cases,
        pager=Pager(page=cases_page, size=CASES, count=case_count),
        cases_at=lambda number: address("window.index", **where, cases=number, _anchor="cases"),
        category=category,
        fields=fields,
        paper=partial(paper_name, services),
    )


@blueprint.post("/<int:appointment_id>/came")
@for_role(Role.CLERK)
def came(appointment_id: int) -> Response:
    """Note that somebody came."""

    def act() -> str:
        new = keep_appointment(gateway().services, appointment_id, staff=actor())
        return say("window.came" if new else "window.came_before", id=appointment_id)

    return carry_out(act, then=_back())


@blueprint.post("/<int:appointment_id>/not-come")
@for_role(Role.CLERK)
def not_come(appointment_id: int) -> Response:
    """Note that somebody did not come."""

    def act() -> str:
        new = miss_appointment(gateway().services, appointment_id, staff=actor())
        return say("window.not_come" if new else "window.not_come_before", id=appointment_id)

    return carry_out(act, then=_back())


def _back() -> str:
    """The day and the centre from which a button was pressed."""
    on = day_asked("day")
    return address("window.index", day=on.isoformat() if on else "", centre=asked("centre"))
