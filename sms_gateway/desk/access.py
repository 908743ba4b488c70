"""Who is signed in, and which view is for whom. A view that does not say it is for nobody."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import abort, current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from renewal.domain.staff import Role
from renewal.services.accounts import signing_in
from renewal.services.accounts.signing_in import Person
from sms_gateway.gateway import gateway

View = TypeVar("View", bound=Callable[..., Any])
LIVE = "X-Desk-Live"  # a page that looks for news by itself says so: it keeps nobody signed in
SIGN_IN = "signing.sign_in"
OWN_ACCOUNT = "signing.own"
_FREE = "everybody"
_WITH_ANY = frozenset({OWN_ACCOUNT, "signing.change_password", "signing.sign_out"})


class RoleTooLow(Exception):
    """The page takes another role than this person's."""

    def __init__(self, needed: Role) -> None:
        super().__init__(needed.value)
        self.needed = needed


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person with the token by which they are known; Flask-Login keeps the token in the signed cookie."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        return self.token


def for_role(role: Role) -> Callable[[View], View]:
    """Decorator: the view is for this role and those above it."""

    def mark(view: View) -> View:
        view.role = role  # type: ignore[attr-defined]
        return view

    return mark


def for_everybody(view: View) -> View:
    """Decorator: the view is for whoever comes, signed in or not."""
    view.role = _FREE  # type: ignore[attr-defined]
    return view


def role_of(endpoint: str) -> Role | str | None:
    """Whom the view of an endpoint is for; None where it does not say."""
    return getattr(current_app.view_functions.get(endpoint), "role", None)


def person() -> Person:
    """Who is signed in; only in a view that is for a role."""
    return cast(Person, current_user.person)


def actor() -> str:
    """Who is signed in, as the audit names them."""
    return person().actor


def may(role: Role) -> bool:
    """Whether somebody is signed in whose role is enough."""
    return bool(current_user.is_authenticated) and person().role.may(role)


def looks_for_news() -> bool:
    """Whether the page asks by itself, and nobody does."""
    return LIVE in request.headers


def guard() -> Response | None:
    """Before each request: who is not meant gets the page to sign in, or a sentence."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    role = role_of(request.endpoint)
    if role == _FREE:
        return None
    if not isinstance(role, Role):
        abort(404)
    if not current_user.is_authenticated:
        return redirect(url_for(SIGN_IN), 303)
    if person().must_change and request.endpoint not in _WITH_ANY:
        return redirect(url_for(OWN_ACCOUNT), 303)
    if not person().role.may(role):
        raise RoleTooLow(role)
    return None


def login_manager() -> LoginManager:
    """Finds who is signed in by the token in the cookie, at each request anew."""
    manager = LoginManager()
    manager.session_protection = None  # a phone's address changes; the session itself is ours to end
    manager.user_loader(_by_token)
    return manager


def _by_token(token: str) -> SignedIn | None:
    found = signing_in.who(gateway().services, token, active=not looks_for_news())
    return SignedIn(found, token) if found else None
