"""What goes out and how fast, what is held and why, which texts did not get through; holding, lifting, trying again."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.language.for_staff import reason_kept
from renewal.services.lookup.story import template_name
from renewal.services.texts import dead_letters, holds, sending
from renewal.services.texts.templates import template_names
from sms_gateway.desk.access import actor, for_role
from sms_gateway.desk.acting import REFUSED, carry_out, tell
from sms_gateway.desk.listing import Pager, page_asked
from sms_gateway.desk.pages.notices import retried
from sms_gateway.desk.words import say
from sms_gateway.gateway import gateway

blueprint = Blueprint("sending", __name__, url_prefix="/sending")
SIZE = 50
LONGEST_WHY_CHARS = 200
SHORTEST_WHY_CHARS = 4


@blueprint.get("/")
@for_role(Role.SUPERVISOR)
def index() -> str:
    """How sending stands, and what may be held."""
    seen = sending.picture(gateway().services)
    held = {hold.name for hold in seen.holds}
    can = [name for name in _holdable() if _hold_name(name) not in held]
    _, dead = dead_letters.list_dead(gateway().services, limit=1)
    return render_template("sending.html", seen=seen, can=can, named=named, dead=dead)


@blueprint.post("/hold")
@for_role(Role.SUPERVISOR)
def hold() -> Response:
    """Hold everything, a lane or a kind of text; why is asked for."""
    back = url_for("sending.index")
    what, why = request.form.get("what", ""), reason_kept(request.form.get("why", ""))
    if what not in _holdable():
        return tell(say("sending.choose"), then=back, category=REFUSED)
    if not SHORTEST_WHY_CHARS <= len(why) <= LONGEST_WHY_CHARS:
        told = say("sending.say_why", least=SHORTEST_WHY_CHARS, most=LONGEST_WHY_CHARS)
        return tell(told, then=back, category=REFUSED)

    def act() -> str:
        new = sending.stop(gateway().services, what, why=why, staff=actor())
        return say("sending.held" if new else "sending.held_before", name=named(what))

    return carry_out(act, then=back)


@blueprint.post("/lift")
@for_role(Role.SUPERVISOR)
def lift() -> Response:
    """Let what was held go on."""
    what = request.form.get("what", "")

    def act() -> str:
        new = sending.go_on(gateway().services, what, staff=actor())
        return say("sending.lifted" if new else "sending.lifted_before", name=named(what))

    return carry_out(act, then=url_for("sending.index"))


@blueprint.get("/failed")
@for_role(Role.SUPERVISOR)
def failed() -> str:
    """The texts that did not get through, newest first, with the reasons."""
    page = page_asked()
    rows, count = dead_letters.list_dead(gateway().services, limit=SIZE, page=page)
    return render_template(
        "failed.html",
        rows=rows,
        pager=Pager(page=page, size=SIZE, count=count),
        at=lambda number: url_for("sending.failed", page=number),
        named=template_name,
    )


@blueprint.post("/failed/<text_id>/retry")
@for_role(Role.SUPERVISOR)
def retry(text_id: str) -> Response:
    """Send one text once more."""
    return carry_out(lambda: retried(text_id), then=url_for("sending.failed", page=page_asked()))


def named(name: str) -> str:
    """What staff call something that is held: everything, a lane or a kind of text."""
    shown = sending.shown_name(name)
    return say(f"sending.what.{shown}") if shown in (holds.QUEUE, *holds.LANES) else template_name(shown)


def _holdable() -> tuple[str, ...]:
    return (holds.QUEUE, *holds.LANES, *template_names())


def _hold_name(name: str) -> str:
    return name if name in (holds.QUEUE, *holds.LANES) else holds.template_of(name)
