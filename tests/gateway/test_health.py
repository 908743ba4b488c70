"""Health, pages and what every answer carries."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from renewal.services.texts import holds, workers
from renewal.services.texts.call_counts import CallCounts
from renewal.store import Store
from renewal.store.models import Delivery
from sms_gateway.app import create_app, create_ops_app
from tests import outgoing
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


def test_a_store_of_other_keys_is_as_good_as_none(settings, services, assistant, listener) -> None:
    services.store.ping()
    other = settings.model_copy(update={"lookup_key": SecretStr("another-lookup-key-of-the-tests")})
    stranger = replace(services, settings=other, store=Store.open(other))
    answer = create_ops_app(create_app(other, stranger, assistant)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["store"] == answer.json["worker"] == answer.json["provider"] == "down"
    stranger.store.close()


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


def test_metrics_tell_what_waits_by_lane_and_state_and_for_how_long(ops, services) -> None:
    now = services.store.clock()
    with services.store.session() as session:
        for n, (lane, minutes) in enumerate([("notices", 10), ("notices", 30), ("replies", 1)]):
            outgoing.create(
                session,
                phone="+8619900000001",
                phone_hash=str(n),
                body="x",
                provider="simulator",
                now=now - timedelta(minutes=minutes),
                lane=lane,
            )
    told = _figures(ops.get("/metrics").text)
    assert told['renewal_deliveries{lane="notices",state="pending"}'] == 2
    assert told['renewal_deliveries{lane="replies",state="pending"}'] == 1
    oldest = "renewal_deliveries_oldest_seconds"
    assert told[f'{oldest}{{lane="notices",state="pending"}}'] == pytest.approx(1800, abs=60)
    assert told[f'{oldest}{{lane="replies",state="pending"}}'] == pytest.approx(60, abs=60)


def test_metrics_tell_what_waits_by_what_it_says_and_for_how_long(ops, services) -> None:
    now = services.store.clock()
    texts = [("notice.failure", "pending", 600), ("notice.failure", "pending", 60), ("identity.code_sms", "sent", 5),
             ("application_text.accepted", "delivered", 900), ("answer", "uncertain", 120)]  # fmt: skip
    with services.store.session() as session:
        for n, (template, state, seconds) in enumerate(texts):
            at = now - timedelta(seconds=seconds)
            text_id = outgoing.create(
                session, phone="+8619900000001", phone_hash=str(n), body="x", provider="simulator", now=at
            )
            row = session.get_one(Delivery, text_id)
            row.template, row.state = template, state
    told = _figures(ops.get("/metrics").text)
    kinds = {name: number for name, number in told.items() if name.startswith("renewal_texts{")}
    assert kinds == {
        'renewal_texts{state="pending",template="notice.failure"}': 2,
        'renewal_texts{state="sent",template="identity.code_sms"}': 1,
        'renewal_texts{state="delivered",template="application_text.accepted"}': 1,
        'renewal_texts{state="uncertain",template="answer"}': 1,
    }
    ages = {
        name.split("{")[1]: age
        for name, age in told.items()
        if name.startswith("renewal_texts_oldest_seconds{")
    }
    assert ages == {
        'state="pending",template="notice.failure"}': pytest.approx(600, abs=30),
        'state="sent",template="identity.code_sms"}': pytest.approx(5, abs=30),
        'state="uncertain",template="answer"}': pytest.approx(120, abs=30),
    }


def test_metrics_tell_how_long_each_provider_takes_and_what_comes_of_it_over_all_workers(
    ops, services
) -> None:
    for seconds in (0.04, 0.2, 0.2, 30.0):  # two workers
        counts = CallCounts()
        counts.note("twilio", "taken", seconds)
        counts.note("alibaba", "busy", 0.01)
        counts.hand_in(services.store)
    told = _figures(ops.get("/metrics").text)
    name = "renewal_provider_call_seconds"
    taken = 'outcome="taken",provider="twilio"'
    buckets = {
        bound: told[f'{name}_bucket{{le="{bound}",{taken}}}'] for bound in ("0.05", "0.25", "20.0", "+Inf")
    }
    assert buckets == {"0.05": 1, "0.25": 3, "20.0": 3, "+Inf": 4}
    assert told[f"{name}_count{{{taken}}}"] == 4
    assert told[f"{name}_sum{{{taken}}}"] == pytest.approx(30.44)
    assert told[f'{name}_count{{outcome="busy",provider="alibaba"}}'] == 4


def test_metrics_hold_no_phone_and_no_word_of_a_text(ops, services) -> None:
    with services.store.session() as session:
        outgoing.create(
            session,
            phone="+8619900000001",
            phone_hash=services.store.phone_hash("+8619900000001"),
            body="金丝雀",
            provider="simulator",
            now=services.now(),
        )
    text = ops.get("/metrics").text
    assert "19900000001" not in text
    assert "金丝雀" not in text
    assert services.store.phone_hash("+8619900000001") not in text


def _figures(text: str) -> dict[str, float]:
    """The metrics by name and labels, the labels in the order of the alphabet."""
    found = {}
    for sample in (s for family in text_string_to_metric_families(text) for s in family.samples):
        labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
        found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


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
