"""Signing in and out, and one's own password."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from renewal.domain.errors import RenewalError
from renewal.domain.staff import Role
from renewal.services.accounts import signing_in
from sms_gateway.caller import caller
from sms_gateway.desk import browsers
from sms_gateway.desk.access import OWN_ACCOUNT, SIGN_IN, SignedIn, actor, for_everybody, for_role, person
from sms_gateway.desk.acting import REFUSED, tell
from sms_gateway.desk.forms import PasswordForm, SignInForm
from sms_gateway.desk.words import say
from sms_gateway.gateway import gateway
from sms_gateway.limits import BUSY_WAIT_S
from sms_gateway.limits_table import SIGN_INS_PER_ADDRESS
from sms_gateway.refused import Refused

blueprint = Blueprint("signing", __name__)
HOME = "home.index"
LOOKS = BoundedSemaphore(4)  # a look takes 19 MiB and a core, and may not take every thread


@blueprint.get("/sign-in")
@for_everybody
def sign_in() -> Response | str:
    """The page to sign in."""
    if current_user.is_authenticated:
        return redirect(url_for(HOME), 303)
    return render_template("sign_in.html", form=SignInForm(formdata=None))


@blueprint.post("/sign-in")
@for_everybody
def signed_in() -> Response | tuple[str, int]:
    """Sign in; a wrong name, a wrong password and a locked account get the same answer."""
    gateway().limits.spend(SIGN_INS_PER_ADDRESS, "sign_in", caller())
    form = SignInForm()
    token = None
    if form.validate():
        name, password, marks = form.name.data or "", form.password.data or "", browsers.marks()
        with _room():
            token = signing_in.sign_in(gateway().services, name, password, marks)
    if token is None:
        flash(say("signing.wrong", tries=signing_in.MOST_TRIES, minutes=_shut_out_minutes()), REFUSED)
        return render_template("sign_in.html", form=form), 401
    _enter(token)
    return _remembered(redirect(url_for(HOME), 303))


@blueprint.post("/sign-out")
@for_role(Role.CLERK)
def sign_out() -> Response:
    """Sign out in this browser; a copy of its cookie opens nothing any more."""
    signing_in.sign_out(gateway().services, current_user.get_id())
    _leave()
    return tell(say("signing.signed_out"), then=url_for(SIGN_IN))


@blueprint.post("/sign-out-everywhere")
@for_role(Role.CLERK)
def sign_out_everywhere() -> Response:
    """Sign out here and in every other browser."""
    signing_in.sign_out_everywhere(gateway().services, person().name, actor=actor())
    _leave()
    return tell(say("signing.signed_out_everywhere"), then=url_for(SIGN_IN))


@blueprint.get("/account")
@for_role(Role.CLERK)
def own() -> str:
    """One's own account."""
    return render_template("account.html", form=PasswordForm(formdata=None))


@blueprint.post("/account/password")
@for_role(Role.CLERK)
def change_password() -> Response | tuple[str, int]:
    """Change one's own password; who is signed in elsewhere with the old one is out."""
    form = PasswordForm()
    if not form.validate():
        return render_template("account.html", form=form), 400
    if form.new.data != form.again.data:
        form.again.errors = ["signing.differ"]
        return render_template("account.html", form=form), 400
    try:
        with _room():
            token = signing_in.change_password(
                gateway().services, person(), form.present.data or "", form.new.data or ""
            )
    except RenewalError as error:
        return tell(str(error), then=url_for(OWN_ACCOUNT), category=REFUSED)
    _leave()
    _enter(token)
    return _remembered(tell(say("signing.password_changed"), then=url_for(HOME)))


@contextmanager
def _room() -> Iterator[None]:
    """Room for one password to be looked at; nobody waits for it, so the other threads stay free for webhooks."""
    if not LOOKS.acquire(blocking=False):
        raise Refused(503, "desk.busy", what="busy", retry_after_s=BUSY_WAIT_S)
    try:
        yield
    finally:
        LOOKS.release()


def _enter(token: str) -> None:
    """Begin a session of which nobody knew anything before."""
    session.clear()
    found = signing_in.who(gateway().services, token)
    if found is not None:
        login_user(SignedIn(found, token))


def _remembered(answer: Response) -> Response:
    """The answer, with a mark for the browser in which somebody is signed in now."""
    if current_user.is_authenticated:
        browsers.remember(answer, person().name)
    return answer


def _leave() -> None:
    logout_user()
    session.clear()


def _shut_out_minutes() -> int:
    return int(signing_in.SHUT_OUT.total_seconds() // 60)
