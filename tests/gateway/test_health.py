"""Health, pages and what every answer carries."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from renewal.services.texts import holds, workers
from sms_gateway.app import create_app, create_ops_app
from tests.gateway.conftest import twilio_settings


@pytest.fixture
def ready_client(services, assistant, listener):
    """A gateway all of whose parts answer; gives the client and how to change its settings."""

    def make(**changes):
        ports = {"rasa_url": f"http://127.0.0.1:{listener()}", "actions_port": listener()} | changes
        settings = services.settings.model_copy(update=ports)
        changed = replace(services, settings=settings)
        _beat(services, services.now())
        return create_ops_app(create_app(settings, changed, assistant)).test_client()

    return make


def _beat(services, at) -> None:
    with services.store.session() as session:
        workers.beat(session, "worker", at)


@pytest.fixture
def ops(app):
    return create_ops_app(app).test_client()


def test_it_is_ready_when_every_part_answers(ready_client) -> None:
    answer = ready_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"store": "ok", "rasa": "ok", "actions": "ok", "provider": "ok", "worker": "ok"}


@pytest.mark.parametrize(
    ("changes", "part"), [({"rasa_url": "http://127.0.0.1:9"}, "rasa"), ({"actions_port": 9}, "actions")]
)
def test_readiness_names_the_part_that_is_down(ready_client, changes, part) -> None:
    answer = ready_client(**changes).get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json.items() if state != "ok"] == [part]


def test_readiness_says_so_where_no_worker_was_heard_of_for_a_while(ready_client, services) -> None:
    client = ready_client()
    _beat(services, services.now() - workers.SILENT_FOR - timedelta(seconds=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json.items() if state != "ok"] == ["worker"]


def test_readiness_names_a_store_that_is_down(ready_client, services) -> None:
    client = ready_client()
    database = services.settings.state_dir / "renewal.db"
    services.store.close()
    for file in services.settings.state_dir.glob("renewal.db*"):
        file.rename(file.with_suffix(".away"))
    database.mkdir()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["store"] == "down"
    assert client.get("/healthz").json == {"ok": True}


def test_readiness_names_a_provider_whose_queue_is_held(ready_client, services) -> None:
    with services.store.session() as session:
        holds.hold(session, holds.QUEUE, why="account 20003", now=services.now())
    assert ready_client().get("/readyz").json["provider"] == "held"


def test_readiness_says_nothing_of_a_twilio_that_nobody_may_call_for_it(twilio_services, assistant) -> None:
    settings = twilio_services.settings.model_copy(
        update=twilio_settings(twilio_base_url="http://127.0.0.1:9")
    )
    services = replace(twilio_services, settings=settings)
    client = create_ops_app(create_app(settings, services, assistant)).test_client()
    assert client.get("/readyz").json["provider"] == "ok"


def test_a_look_at_every_part_is_made_once_in_a_while_however_often_it_is_asked(
    ready_client, services
) -> None:
    client = ready_client()
    assert client.get("/readyz").status_code == 200
    with services.store.session() as session:
        holds.hold(session, holds.QUEUE, why="account 20003", now=services.now())
    assert client.get("/readyz").status_code == 200


def test_metrics_tell_how_many_texts_are_in_which_state(client, ops) -> None:
    client.get("/healthz")
    text = ops.get("/metrics").text
    assert "renewal_inbound_unanswered 0.0" in text
    assert 'renewal_request_seconds_count{method="GET",route="/healthz",status="200"}' in text


@pytest.mark.parametrize("path", ["/", "/simulator", "/chat/widget.js", "/healthz", "/no-such-page"])
def test_every_answer_carries_the_security_headers(client, path) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "frame-ancestors" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


def test_the_pages_load_nothing_from_elsewhere(client) -> None:
    for path in ("/", "/simulator"):
        page = client.get(path)
        assert page.status_code == 200
        addresses = [part.split('"')[0] for key in ('src="', 'href="') for part in page.text.split(key)[1:]]
        assert {urlsplit(address).netloc for address in addresses} <= {""}


def test_an_unknown_page_is_a_sentence_in_json(client) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.json["error"]["message"]


def test_the_wrong_method_is_a_sentence_in_json(client) -> None:
    assert client.get("/chat/sessions").json["error"]["message"]
