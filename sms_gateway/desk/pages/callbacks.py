"""Whom to ring: the callbacks by the day on which they are due."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.callbacks import calling
from renewal.services.callbacks.staff import PAGE, list_callbacks
from sms_gateway.desk.access import actor, for_role, looks_for_news, may
from sms_gateway.desk.acting import REFUSED, carry_out, tell
from sms_gateway.desk.forms import NoteForm
from sms_gateway.desk.words import label
from sms_gateway.gateway import gateway

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")
MOST_PAGES = 10_000


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """One page of them; names and numbers in full, for they are there to be called."""
    page = _number(request.args.get("page", "1"))
    ended = request.args.get("ended") == "1"
    listed, count = list_callbacks(
        gateway().services, staff=actor(), with_closed=ended, page=page, noted=not looks_for_news()
    )
    return render_template(
        "callbacks.html",
        callbacks=listed,
        count=count,
        page=page,
        more=count > page * PAGE,
        ended=ended,
        me=actor(),
        now=gateway().services.now(),
        tries=calling.MOST_TRIES,
        longest=calling.LONGEST_NOTE_CHARS,
    )


@blueprint.post("/<int:callback_id>/claim")
@for_role(Role.CLERK)
def claim(callback_id: int) -> Response:
    """I ring."""

    def act() -> str:
        new = calling.claim(gateway().services, callback_id, staff=actor())
        return label("callbacks.claimed" if new else "callbacks.claimed_before", id=callback_id)

    return carry_out(act, then=_back(callback_id))


@blueprint.post("/<int:callback_id>/give-back")
@for_role(Role.CLERK)
def give_back(callback_id: int) -> Response:
    """I ring no more; who may, takes it from a colleague."""

    def act() -> str:
        anyway = may(Role.SUPERVISOR)
        given = calling.give_back(gateway().services, callback_id, staff=actor(), anyway=anyway)
        return label("callbacks.given_back" if given else "callbacks.given_back_before", id=callback_id)

    return carry_out(act, then=_back(callback_id))


@blueprint.post("/<int:callback_id>/note")
@for_role(Role.CLERK)
def note(callback_id: int) -> Response:
    """Keep a word for whoever rings next."""
    form = NoteForm()
    if not form.validate():
        sentence = label("callbacks.bad_note", most=calling.LONGEST_NOTE_CHARS)
        return tell(sentence, then=_back(callback_id), category=REFUSED)

    def act() -> str:
        calling.add_note(gateway().services, callback_id, form.note.data or "", staff=actor())
        return label("callbacks.noted", id=callback_id)

    return carry_out(act, then=_back(callback_id))


@blueprint.post("/<int:callback_id>/done")
@for_role(Role.CLERK)
def done(callback_id: int) -> Response:
    """We spoke."""

    def act() -> str:
        closed = calling.close_callback(gateway().services, callback_id, staff=actor())
        return label("callbacks.closed" if closed else "callbacks.closed_before", id=callback_id)

    return carry_out(act, then=_back(0))


@blueprint.post("/<int:callback_id>/not-reached")
@for_role(Role.CLERK)
def not_reached(callback_id: int) -> Response:
    """Nobody answered."""

    def act() -> str:
        what = calling.not_reached(gateway().services, callback_id, staff=actor())
        if what.left:
            return label("callbacks.not_reached", id=callback_id, left=what.left)
        key = "texted" if what.texted else "silent"
        return label(f"callbacks.not_reached_{key}", id=callback_id, tries=calling.MOST_TRIES)

    return carry_out(act, then=_back(callback_id))


def _back(callback_id: int) -> str:
    anchor = f"callback-{callback_id}" if callback_id else None
    return url_for("callbacks.index", _anchor=anchor)


def _number(typed: str) -> int:
    """The number of a page; the first where it is none."""
    return (
        min(int(typed), MOST_PAGES)
        if typed.isascii() and typed.isdigit() and len(typed) < 8 and int(typed)
        else 1
    )
