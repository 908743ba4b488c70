"""Looking a holder up, always with a reason, and the holder's whole story."""

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import Length, Optional

from renewal.domain import RenewalError
from renewal.domain.staff import Role
from renewal.services.lookup import searching, story
from renewal.services.lookup.reasons import REASON_CHARS, Reason, Why
from renewal.services.lookup.searching import NoSuchSearch, TooManySearches
from sms_gateway.desk.access import actor, for_role, may
from sms_gateway.desk.acting import REFUSED, tell
from sms_gateway.desk.forms import TOO_LONG, asked
from sms_gateway.desk.names import category
from sms_gateway.desk.tickets import read_ticket
from sms_gateway.gateway import gateway

blueprint = Blueprint("search", __name__, url_prefix="/search")
KINDS = ("permit", "visit", "night", "application", "appointment", "notice", "talk", "callback", "text")


class SearchForm(FlaskForm):  # type: ignore[misc]
    """Whom to look for, and why."""

    who = StringField("search.who", asked(searching.LONGEST_TYPED_CHARS))
    reason = RadioField("search.reason", choices=list(Reason), validate_choice=False)
    words = StringField("search.words", [Optional(), Length(max=REASON_CHARS.stop - 1, message=TOO_LONG)])


@blueprint.get("/")
@for_role(Role.CLERK)
def index() -> str:
    """The form to search with."""
    return _form(SearchForm(formdata=None))


@blueprint.post("/")
@for_role(Role.CLERK)
def search() -> Response | tuple[str, int]:
    """Search, and go to what was found. A refused search is shown again with what was typed, in no address."""
    form = SearchForm()
    if not form.validate():
        return _form(form), 400
    try:
        why = Why.of(form.reason.data or "", form.words.data or "")
        number = searching.search(gateway().services, form.who.data or "", why, staff=actor())
    except TooManySearches as refused:
        return _form(form, str(refused)), 429
    except RenewalError as refused:
        return _form(form, str(refused)), 400
    return redirect(url_for("search.found", number=number), 303)


@blueprint.post("/permit/<ticket>")
@for_role(Role.CLERK)
def of_permit(ticket: str) -> Response:
    """Open the story of a permit that another page showed; the button's ticket says which, and for what reason."""
    try:
        permit_id, reason = read_ticket(ticket)
        why = Why.of(reason, "")
        number = searching.search_permit(gateway().services, permit_id, why, staff=actor())
    except RenewalError as refused:
        return tell(str(refused), then=url_for("search.index"), category=REFUSED)
    return redirect(url_for("search.whole", number=number, permit_id=permit_id), 303)


@blueprint.get("/<int:number>")
@for_role(Role.CLERK)
def found(number: int) -> str | Response:
    """What a search found."""
    try:
        made = searching.results(gateway().services, number, staff=actor())
    except NoSuchSearch as over:
        return tell(str(over), then=url_for("search.index"), category=REFUSED)
    return render_template("found.html", search=made, most=searching.MOST_FOUND, category=category)


@blueprint.get("/<int:number>/<int:permit_id>")
@for_role(Role.CLERK)
def whole(number: int, permit_id: int) -> str | Response:
    """One holder's whole story; that it was opened is kept with the search's reason."""
    try:
        told = story.tell(gateway().services, number, permit_id, staff=actor())
    except NoSuchSearch as over:
        return tell(str(over), then=url_for("search.index"), category=REFUSED)
    return render_template(
        "story.html",
        story=told,
        kinds=_kinds(told),
        search_id=number,
        may_notices=may(Role.SUPERVISOR),
    )


def _kinds(told: story.Story) -> list[str]:
    """The kinds of what happened, in one order."""
    there = {event.kind for event in told.events}
    return [kind for kind in KINDS if kind in there]


def _form(form: SearchForm, refused: str = "") -> str:
    return render_template("search.html", form=form, reasons=list(Reason), refused=refused)
