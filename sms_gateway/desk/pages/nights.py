"""The nights, one night's report with its charts, what waits for staff after it, and doing what was not done."""

from datetime import date

from flask import Blueprint, Response, abort, make_response, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect

from renewal.domain.staff import Role
from renewal.services.lookup.searching import permit_ids
from renewal.services.night import listing, staff
from renewal.services.night.page import night_part, stylesheet, weekday_of
from renewal.services.night.report import load_report, load_trend
from sms_gateway.desk.access import actor, for_role
from sms_gateway.desk.acting import carry_out
from sms_gateway.desk.listing import Pager, day_of, page_asked
from sms_gateway.desk.words import say
from sms_gateway.gateway import gateway

blueprint = Blueprint("nights", __name__, url_prefix="/nights")
WAITING = 100


@blueprint.get("/")
@for_role(Role.SUPERVISOR)
def index() -> str:
    """The nights, newest first; one that failed is told before all."""
    page = page_asked()
    nights = listing.list_nights(gateway().services, page=page)
    return render_template(
        "nights.html",
        nights=nights,
        failed=[night for night in nights.rows if night.failed],
        pager=Pager(page=page, size=listing.PAGE, count=nights.count),
        at=lambda number: url_for("nights.index", page=number),
    )


@blueprint.get("/<on>")
@for_role(Role.SUPERVISOR)
def one(on: str) -> str:
    """One night's report."""
    services, day = gateway().services, day_of(on)
    report = load_report(services, day) if day else None
    if day is None or report is None:
        abort(404)
    trend = load_trend(services, day)
    return render_template(
        "night.html",
        day_shown=day,
        weekday=weekday_of(report),
        night=listing.state_of(services, day),
        report=Markup(night_part(services, report, trend, links=_links())),  # noqa: S704 made by Jinja, escaped
        before=_neighbour([each.day for each in trend], day),
    )


@blueprint.get("/report.css")
@for_role(Role.SUPERVISOR)
def style() -> Response:
    """How a report looks."""
    answer = make_response(stylesheet())
    answer.mimetype = "text/css"
    return answer


@blueprint.get("/waiting/<kind>")
@for_role(Role.SUPERVISOR)
def waiting(kind: str) -> str:
    """The permits or conversations of one kind that wait for a person."""
    services = gateway().services
    rows, count = staff.list_waiting(services, kind, limit=WAITING)
    permits = permit_ids(services, [row.permit for row in rows if row.permit])
    return render_template("waiting.html", kind=kind, rows=rows, count=count, permits=permits)


@blueprint.post("/owed")
@for_role(Role.SUPERVISOR)
def owed() -> Redirect:
    """Have the nights done that are not."""

    def act() -> str:
        days = listing.do_owed(gateway().services, staff=actor())
        return say("nights.asked", days="、".join(day.isoformat() for day in days), count=len(days))

    return carry_out(act, then=url_for("nights.index"))


def _links() -> dict[str, str]:
    """Where each kind of what waits for staff is shown at the desk."""
    listed = {kind: url_for("nights.waiting", kind=kind) for kind in staff.LISTS}
    return listed | {
        "held_texts": url_for("sending.index"),
        "failed_texts": url_for("nights.waiting", kind="failed_texts"),
        "late_applications": url_for("window.index"),
        "late_callbacks": url_for("callbacks.index"),
        "unsent_batches": url_for("sending.index"),
    }


def _neighbour(days: list[date], day: date) -> date | None:
    """The night before this one, if there was one."""
    earlier = [each for each in days if each < day]
    return earlier[-1] if earlier else None
