"""The desk is an app of its own below the public one: its cookie, its errors and its headers are not the chat's."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import IntegerConverter, Map

from renewal.domain.staff import Role
from renewal.language.for_staff import mask_numbers
from renewal.language.staff_names import spoken
from renewal.settings import Settings
from sms_gateway import checks
from sms_gateway.body import LARGEST_NUMBER
from sms_gateway.desk import access, signing, words
from sms_gateway.desk.errors import answer_errors
from sms_gateway.desk.pages import PAGES, Page
from sms_gateway.desk.tickets import story_of
from sms_gateway.gateway import gateway

PATH = "/desk"
COOKIE = "renewal_desk"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A stylesheet, a small script and forms, all ours; nobody shows the desk within a page of theirs.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class RowId(IntegerConverter):
    """The number of a row in an address; a larger one than a database counts to is no address of ours."""

    def __init__(self, url_map: Map, *given: Any, **named: Any) -> None:
        super().__init__(url_map, *given, **{"max": LARGEST_NUMBER, **named})


def furnish(app: Flask, settings: Settings) -> None:
    """Make an app, which has the gateway's checks already, the desk."""
    app.secret_key = settings.desk_secret.get_secret_value()
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if is_secure(settings) else COOKIE,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=is_secure(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=10),
        WTF_CSRF_TIME_LIMIT=None,  # as long as its session
        WTF_CSRF_SSL_STRICT=False,  # where a form comes from is checked below, by its origin
    )
    app.url_map.converters["int"] = RowId
    app.before_request(refuse_forms_of_other_sites)
    CSRFProtect(app)
    access.login_manager().init_app(app)
    app.before_request(access.guard)
    for blueprint in (signing.blueprint, *(page.blueprint for page in PAGES)):
        app.register_blueprint(blueprint)
    app.context_processor(_for_templates)
    app.after_request(add_headers)
    answer_errors(app)


def below(public: Flask, desk: Flask) -> None:
    """Put the desk under its path of the public app."""
    public.wsgi_app = DispatcherMiddleware(public.wsgi_app, {PATH: desk.wsgi_app})  # type: ignore[method-assign]


def is_secure(settings: Settings) -> bool:
    """Whether its cookie is for TLS only: always, but for a development machine without it."""
    return settings.environment == "production" or settings.public_url.lower().startswith("https://")


def refuse_forms_of_other_sites() -> None:
    """Nothing of another site's speaks for who is signed in; a link to the desk may be followed."""
    if request.method not in SAFE_METHODS:
        checks.refuse_other_sites()


def add_headers(answer: Response) -> Response:
    """Stricter than the chat's, which other pages embed."""
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _for_templates() -> dict[str, object]:
    return {
        "say": words.say,
        "label": words.label,
        "clock": words.clock,
        "hour": words.hour,
        "day": words.day,
        "waited": words.waited,
        "spoken": spoken,
        "masked": mask_numbers,
        "may": lambda role: access.may(Role(role)),
        "links": _links,
        "story_of": story_of,
        "site": request.script_root.removesuffix(PATH),
        "today": gateway().services.today(),
    }


def _links() -> list[Page]:
    """The pages that who is signed in may see."""
    roles = [(page, access.role_of(page.endpoint)) for page in PAGES]
    return [page for page, role in roles if isinstance(role, Role) and access.may(role)]
