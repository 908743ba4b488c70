"""The conversations that wait for a person: reading one with its case beside it, answering, giving it back."""

import secrets

from flask import Blueprint, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from renewal.domain.staff import Role
from renewal.services.talks import conversations, handover
from renewal.services.talks.summary import summarise
from renewal.services.talks.waiting import waiting_talks
from sms_gateway.body import whole
from sms_gateway.desk.access import actor, for_role, looks_for_news, may
from sms_gateway.desk.acting import carry_out
from sms_gateway.desk.forms import asked
from sms_gateway.desk.words import label, say
from sms_gateway.gateway import gateway

blueprint = Blueprint("talks", __name__, url_prefix="/talks")
SHOWN = 100  # of what was said, the last
ONCE_CHARS = 32


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """A colleague's words; `once` keeps a second press of the button from saying them twice."""

    text = TextAreaField("talks.text", asked(handover.LONGEST_TEXT_CHARS))
    once = HiddenField()


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """Those that wait, the longest first."""
    services = gateway().services
    talks = waiting_talks(services, staff=actor(), noted=not looks_for_news())
    return render_template("talks.html", talks=talks, now=services.now(), me=actor())


@blueprint.get("/<conversation_id>")
@for_role(Role.CLERK)
def read(conversation_id: str) -> str:
    """One of them; who read it is kept, once for a page that looks for news by itself."""
    return _shown(conversation_id, AnswerForm(formdata=None))


@blueprint.post("/<conversation_id>/take")
@for_role(Role.CLERK)
def take(conversation_id: str) -> Response:
    """I answer here; the assistant keeps quiet."""

    def act() -> str:
        over = request.form.get("over") == "1"
        taken = handover.take(gateway().services, conversation_id, staff=actor(), over=over)
        return label("talk.taken" if taken else "talk.taken_before")

    return carry_out(act, then=_at(conversation_id))


@blueprint.post("/<conversation_id>/say")
@for_role(Role.CLERK)
def answer(conversation_id: str) -> Response | tuple[str, int]:
    """Say something: by SMS where the holder is on SMS, else it appears in the chat. What is refused stays typed."""
    form = AnswerForm()
    if not form.validate():
        return _shown(conversation_id, form), 400
    try:
        handover.say(
            gateway().services,
            conversation_id,
            whole(form.text.data or ""),
            staff=actor(),
            once=(form.once.data or "")[:ONCE_CHARS],
        )
    except (handover.CannotSay, handover.TalkTaken) as error:
        return _shown(conversation_id, form, refused=str(error)), 409
    return carry_out(lambda: label("talk.said"), then=_at(conversation_id))


@blueprint.post("/<conversation_id>/release")
@for_role(Role.CLERK)
def release(conversation_id: str) -> Response:
    """The assistant answers again; who may, gives back what a colleague has."""

    def act() -> str:
        anyway = may(Role.SUPERVISOR)
        given = handover.release(gateway().services, conversation_id, staff=actor(), anyway=anyway)
        return label("talk.released" if given else "talk.released_before")

    return carry_out(act, then=url_for("talks.index"))


def _shown(conversation_id: str, form: AnswerForm, *, refused: str = "") -> str:
    services = gateway().services
    summary = summarise(services, conversation_id)
    if request.method == "GET" and not looks_for_news():
        handover.note_reading(services, conversation_id, staff=actor())
    return render_template(
        "talk.html",
        talk=summary,
        said=conversations.latest(services, conversation_id, SHOWN),
        form=form,
        refused=refused,
        once=form.once.data or secrets.token_hex(8),
        me=actor(),
        longest=handover.LONGEST_TEXT_CHARS,
        title=say("talks.one", id=conversation_id[:8]),
    )


def _at(conversation_id: str) -> str:
    return url_for("talks.read", conversation_id=conversation_id)
