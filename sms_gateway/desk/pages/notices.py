"""The notices that were made, and one notice with its words and its course."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.lookup.reasons import SearchRefused
from renewal.services.lookup.searching import permit_named
from renewal.services.renewals import notice_list
from renewal.services.renewals.notice_list import NoticeFilter
from renewal.services.texts import dead_letters
from renewal.services.texts.provider import DeliveryState
from sms_gateway.desk.access import actor, for_role
from sms_gateway.desk.acting import REFUSED, carry_out, tell
from sms_gateway.desk.listing import Pager, address, choice_asked, id_asked, page_asked
from sms_gateway.desk.names import fields
from sms_gateway.desk.words import say
from sms_gateway.gateway import gateway

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
SIZE = 50


@blueprint.get("/")
@for_role(Role.SUPERVISOR)
def index() -> str:
    """The notices, newest first, of a state, a kind or a permit where one is asked for."""
    only = NoticeFilter(
        state=choice_asked("state", notice_list.STATES),
        kind=choice_asked("kind", notice_list.KINDS),
        permit_id=id_asked("of"),
    )
    page = page_asked()
    rows, count = notice_list.list_notices(gateway().services, limit=SIZE, page=page, only=only)
    chosen = {"state": only.state, "kind": only.kind, "of": only.permit_id}
    return render_template(
        "notices.html",
        rows=rows,
        only=only,
        states=notice_list.STATES,
        kinds=notice_list.KINDS,
        pager=Pager(page=page, size=SIZE, count=count),
        at=lambda number: address("notices.index", page=number, **chosen),
        fields=fields,
    )


@blueprint.post("/")
@for_role(Role.SUPERVISOR)
def choose() -> Response:
    """Choose a state, a kind, a permit; the permit's number stands in no address."""
    chosen = {name: request.form.get(name) or None for name in ("state", "kind")}
    typed = request.form.get("permit", "").strip()
    try:
        permit_id = permit_named(gateway().services, typed) if typed else None
    except SearchRefused as refused:
        return tell(str(refused), then=address("notices.index", **chosen), category=REFUSED)
    return redirect(address("notices.index", **chosen, of=permit_id), 303)


@blueprint.get("/<notice_id>")
@for_role(Role.SUPERVISOR)
def one(notice_id: str) -> str:
    """One notice; who read it is kept."""
    whole = notice_list.read_notice(gateway().services, notice_id, staff=actor())
    retryable = whole.notice.state in dead_letters.DEAD
    pending = whole.notice.state == DeliveryState.PENDING
    return render_template("notice.html", whole=whole, retryable=retryable, pending=pending, fields=fields)


@blueprint.post("/<notice_id>/retry")
@for_role(Role.SUPERVISOR)
def retry(notice_id: str) -> Response:
    """Send its text once more."""

    def act() -> str:
        whole = notice_list.read_notice(gateway().services, notice_id, staff=actor())
        return retried(whole.text_id)

    return carry_out(act, then=url_for("notices.one", notice_id=notice_id))


def retried(text_id: str) -> str:
    """Send one text once more; returns what came of it."""
    made = dead_letters.retry_text(gateway().services, text_id, staff=actor())
    return say("sending.retried" if made.again else "sending.unwanted")
