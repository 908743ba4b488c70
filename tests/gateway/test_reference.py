"""The description of the HTTP routes is true: every route is in it, and each answers as it says."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from werkzeug.test import Client
from werkzeug.wsgi import ClosingIterator

from renewal.services.app import Services
from renewal.services.jobs import Jobs
from renewal.services.samples.sample import make_sample
from renewal.settings import Settings
from renewal.store import Store
from sms_gateway.app import create_app
from sms_gateway.chat_key import COOKIE
from sms_gateway.reference import METHODS, description, operations, routes
from tests.conftest import KEYS, TODAY
from tests.contract.wires.alibaba import CALLBACK_KEY, alibaba_settings
from tests.gateway.conftest import TWILIO, ScriptedAssistant
from tests.loaded import RULES, WORDING

PROVIDERS = ("simulator", "twilio", "alibaba")
CASES = 5  # of each route; every one is a request and its answer
BOUNDED = settings(
    max_examples=CASES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
Start = Callable[..., Any]


class Visitors:
    """The gateway as many people reach it: each request has an address of its own, so none spends another's share."""

    def __init__(self, app: Flask) -> None:
        self.app, self._numbers = app, count(1)

    def __call__(self, environ: dict[str, Any], start: Start) -> Any:
        number = next(self._numbers)
        environ["REMOTE_ADDR"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        with closing(ClosingIterator(self.app(environ, start))) as said:  # a file that is served is closed
            return [b"".join(said)]


@pytest.fixture(scope="module")
def apps(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template_with_jobs: Path
) -> Iterator[dict[str, Flask]]:
    """The gateway with each provider, over stores of their own, for all tests of this file."""
    made: dict[str, Flask] = {}
    stores = []
    for name in PROVIDERS:
        folder = tmp_path_factory.mktemp(name)
        shutil.copyfile(sqlite_template_with_jobs, folder / "renewal.db")
        services = _services(Settings(today=TODAY, state_dir=folder, **KEYS))
        changes = {"simulator": {}, "twilio": TWILIO, "alibaba": alibaba_settings(services, "")}[name]
        services = _services(services.settings.model_copy(update=changes), services.store)
        made[name] = create_app(services.settings, services, ScriptedAssistant())
        stores.append(services.store)
    make_sample(stores[0], seed=1, count=5, today=TODAY)
    yield made
    for store in stores:
        store.close()


def _services(settings: Settings, store: Store | None = None) -> Services:
    store = store or Store.open(settings)
    return Services(settings=settings, store=store, rulebook=RULES, wording=WORDING, jobs=Jobs(store))


def methods_of(spec: Any) -> set[tuple[str, str]]:
    return {(path, method) for path, item in spec["paths"].items() for method in METHODS if method in item}


def site_of(app: Flask) -> str:
    return app.extensions["renewal"].services.settings.public_url or "http://localhost"


def test_every_public_route_is_described_and_none_more(apps: dict[str, Flask]) -> None:
    assert {route for app in apps.values() for route in routes(app)} == methods_of(description())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_served_names_the_routes_that_are_there(apps: dict[str, Flask], provider: str) -> None:
    app = apps[provider]
    client, site = app.test_client(), site_of(app)
    served = client.get("/openapi.json", base_url=site)
    assert served.status_code == 200
    assert methods_of(served.json) == routes(app)
    assert served.json["servers"] == [{"url": site}]
    page = client.get("/api", base_url=site)
    told = page.get_data(as_text=True)
    assert page.mimetype == "text/html"
    assert all(f'<article id="{each.id}">' in told for each in operations(served.json))
    assert "<script" not in told


def test_every_operation_has_a_name_of_its_own_and_a_sentence_for_each_value() -> None:
    named = operations(description())
    assert len({each.id for each in named}) == len(named)
    bare = [
        (each.id, field.name)
        for each in named
        for field in (*each.fields, *(field for answer in each.answers for field in answer.fields))
        if not field.about
        and "." not in field.name
        and field.kind not in ("true", "0", "object", "array", "string")
    ]
    assert bare == []


def test_every_code_of_an_error_that_is_named_has_a_sentence() -> None:
    named = set(re.findall(r"\b(?:chat|gateway)[.][a-z_]+", str(description()["components"]["responses"])))
    assert len(named) > 5
    assert [code for code in named if code not in WORDING] == []


ROUTES = sorted(methods_of(description()))
WITH_SESSION = ("/chat/messages", "/chat/feedback", "/chat/callbacks", "/chat/callbacks/code")
WEBHOOKS = [route for route in ROUTES if route[0].startswith("/sms/")]


@pytest.mark.parametrize(("path", "method"), [route for route in ROUTES if route not in WEBHOOKS])
def test_the_gateway_answers_as_it_is_described(apps: dict[str, Flask], path: str, method: str) -> None:
    visits = Visitors(apps["simulator"])
    holder = Client(visits).get("/simulator/holders").json["holders"][0]["id"]
    cookies = {COOKIE: session_of(visits)} if path in WITH_SESSION else {}

    def judge(case: schemathesis.Case) -> None:
        case.cookies = dict(cookies)
        if "holder" in case.path_parameters and len(str(case.path_parameters["holder"])) % 2:
            case.path_parameters["holder"] = holder
        assert_said(case.call_and_validate())

    hold(visits, path, method, judge)


@pytest.mark.parametrize("path", [path for path, _ in WEBHOOKS if "twilio" in path])
def test_a_webhook_of_twilio_that_nobody_signed_is_refused_as_described(
    apps: dict[str, Flask], path: str
) -> None:
    def judge(case: schemathesis.Case) -> None:
        answer = case.call_and_validate()
        assert answer.status_code in (400, 403, 404)
        assert_said(answer)

    hold(Visitors(apps["twilio"]), path, "post", judge)


# Of a push, what cannot be read is left out and its neighbours are kept: a described one may be refused, and one
# that breaks the description at one place is not refused as a whole.
LEFT_OPEN = ["positive_data_acceptance", "negative_data_rejection"]


@pytest.mark.parametrize("path", [path for path, _ in WEBHOOKS if "alibaba" in path])
def test_a_push_of_alibaba_is_kept_or_refused_as_described(apps: dict[str, Flask], path: str) -> None:
    def judge(case: schemathesis.Case) -> None:
        case.query = {"key": CALLBACK_KEY}
        answer = case.call_and_validate(excluded_checks=CHECKS.get_by_names(LEFT_OPEN))
        assert answer.status_code in (200, 400)
        assert_said(answer)

    hold(Visitors(apps["alibaba"]), path, "post", judge)


def hold(visits: Visitors, path: str, method: str, judge: Callable[[schemathesis.Case], None]) -> None:
    """Judge the same cases of a route at each run: such as are described, and such as are not."""
    operation = _schema(visits.app)[path][method]
    operation.schema.app = operation.app = visits
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something(operation) else [])]
    for mode in modes:
        BOUNDED(given(operation.as_strategy(generation_mode=mode))(judge))()


@cache
def _schema(app: Flask) -> Any:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", Visitors(app), base_url="http://localhost")
    schema.validate()
    return schema


def takes_something(operation: Any) -> bool:
    """Whether something can be wrong with what is asked: a value that is not any text at all."""
    return any(
        field.kind not in ("string", "")
        for each in operations(operation.schema.raw_schema)
        if each.id == operation.definition.raw["operationId"]
        for field in each.fields
    )


def session_of(visits: Visitors) -> str:
    said = Client(visits).post("/chat/sessions", json={})
    return said.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]


def assert_said(answer: Any) -> None:
    """An error says the sentence of its code, word for word; nothing else has its shape."""
    if answer.status_code < 400:
        return
    error = answer.json()["error"]
    assert error["message"] == WORDING.render(error["code"], channel="web")
