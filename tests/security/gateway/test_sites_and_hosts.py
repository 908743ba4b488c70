"""A page of another site cannot speak for its visitor, and no other name leads here."""

import pytest

from sms_gateway.app import create_app
from tests.gateway.conftest import TWILIO
from tests.security.conftest import Serve
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.wire import send, signed, status, text_form

SITES = ["cross-site", "same-site", "Cross-Site", "nonsense", ""]
ORIGINS = [
    *(
        "https://evil.example",
        "null",
        "http://localhost:1",
        "http://localhost.evil.example",
        "http://evil@localhost:1",
    ),
    *(
        "file://",
        "data:text/html,x",
        "http://127.0.0.1:9",
        "https://localhost",
        "http://[",
        "http://localhost:99999",
    ),
    *("http://evil.example\\@localhost", "http://evil.example@localhost", "http://localhost\\.evil.example"),
    *("chrome-extension://abc", "", " ", "//localhost", "localhost", "http://", "http://sms.example.org"),
]
TYPES = [
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/plain", "", "text/json"),
    *("application/json-patch+json", "text/plain; application/json", "application/xml", "*/*", "json"),
    "application/jsonp",
]
HOSTS = [
    *("evil.example", "10.0.0.7", "10.0.0.7:8000", "localhost.evil.example", "evil.example:80", "localhost."),
    *(
        "sms.example.org.evil.example",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "[::]",
        "a b",
        "a/b",
        "localhost@evil.example",
    ),
    *("evil.example#localhost", "localhost:99999999", "[", "[::1", "%6cocalhost", "2130706433", "127.1"),
]


def _doors(client, headers: dict[str, str]) -> set[int]:
    said = {"id": "a", "text": "x"}
    return {
        client.post("/chat/sessions", json={}, headers=headers).status_code,
        client.post("/chat/messages", json=said, headers=headers).status_code,
        client.get("/chat/messages", headers=headers).status_code,
        client.get("/simulator/holders", headers=headers).status_code,
    }


@pytest.mark.parametrize("site", SITES)
def test_a_request_that_another_site_made_is_refused(session, site: str) -> None:
    assert _doors(session, {"Sec-Fetch-Site": site}) == {403}


@pytest.mark.parametrize("origin", ORIGINS)
def test_an_origin_that_is_not_ours_is_refused(session, origin: str) -> None:
    assert _doors(session, {"Origin": origin}) == {403}


@pytest.mark.parametrize("content_type", TYPES)
def test_a_form_of_another_site_does_not_replace_the_visitors_session(session, content_type: str) -> None:
    mine = session.get_cookie("renewal_chat", path="/chat")
    for path in ("/chat/sessions", "/chat/messages"):
        answer = session.post(path, data='{"id": "a", "text": "x"}', content_type=content_type)
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers
    assert session.get_cookie("renewal_chat", path="/chat") == mine


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_page_is_heard(session, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Origin": "http://localhost"}
    assert session.post("/chat/messages", json={"id": "a", "text": "x"}, headers=headers).status_code == 200


def test_our_own_page_is_heard_behind_a_proxy(open_app: OpenApp) -> None:
    client = open_app(**TWILIO, environment="production").test_client()
    headers = {"Host": "sms.example.org", "Origin": "https://sms.example.org"}
    assert client.post("/chat/sessions", json={}, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "origin", ["http://sms.example.org", "https://sms.example.org:8443", "http://localhost"]
)
def test_our_own_name_under_http_is_another_site_where_there_is_tls(open_app: OpenApp, origin: str) -> None:
    """Who is on the way of a visitor writes the page that comes under http, whatever name it has."""
    client = open_app(**TWILIO, environment="production").test_client()
    headers = {"Host": "sms.example.org", "Origin": origin}
    assert client.post("/chat/sessions", json={}, headers=headers).status_code == 403


def test_any_page_may_embed_the_widget(client) -> None:
    with client.get("/chat/widget.js", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/chat/widget.js", "/no-such-page"])
def test_another_name_does_not_lead_here(client, host: str, path: str) -> None:
    with client.get(path, headers={"Host": host}) as answer:
        assert answer.status_code == 400
        assert answer.json["error"]["message"]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8000", "10.0.0.7", "sms.example.org.evil.example", "[::1]"]
)
def test_in_production_only_the_public_name_leads_here(open_app: OpenApp, host: str) -> None:
    client = open_app(**TWILIO, environment="production").test_client()
    form = text_form()
    assert client.get("/", headers={"Host": host}).status_code == 400
    forged = client.post("/sms/twilio", data=form, headers={"Host": host, **signed(form)})
    assert forged.status_code == 400


@pytest.mark.parametrize("host", ["sms.example.org", "SMS.Example.ORG", "sms.example.org:443"])
def test_the_public_name_leads_here_however_it_is_written(open_app: OpenApp, host: str) -> None:
    client = open_app(**TWILIO, environment="production").test_client()
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "lb.internal", ""])
def test_a_load_balancer_may_ask_by_address_whether_we_are_alive(open_app: OpenApp, host: str) -> None:
    client = open_app(**TWILIO, environment="production").test_client()
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_request_without_a_host_is_refused(open_app: OpenApp, serve: Serve) -> None:
    port = serve(open_app())
    assert status(send(port, b"GET / HTTP/1.0\r\n\r\n")) == 400
    assert status(send(port, b"GET /healthz HTTP/1.0\r\n\r\n")) == 200


def test_a_redirect_leads_to_no_other_site(client) -> None:
    for path in ("//evil.example/", "/\\evil.example", "//evil.example//chat"):
        answer = client.get(path)
        assert answer.headers.get("Location", "http://localhost/").startswith("http://localhost/")


@pytest.mark.parametrize("path", ["/", "/chat/widget.js", "/no-such-page", "/healthz"])
def test_a_site_under_https_says_so_for_good(open_app: OpenApp, path: str) -> None:
    with open_app(**TWILIO).test_client().get(path) as answer:
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_a_site_without_https_does_not_say_so(client) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_whoever_is_refused_is_known_to_the_log_by_a_hash_only(open_app: OpenApp, shared, capsys) -> None:
    address = "203.0.113.77"
    base = {"REMOTE_ADDR": address}
    client = create_app(
        shared.settings.model_copy(update=TWILIO), shared, open_app().extensions["renewal"].assistant
    ).test_client()
    client.get("/", headers={"Host": "evil.example"}, environ_base=base)
    client.open("/", method="PURGE", environ_base=base)
    client.post("/chat/sessions", json={}, headers={"Sec-Fetch-Site": "cross-site"}, environ_base=base)
    for _ in range(61):
        client.post("/chat/sessions", json={}, environ_base=base)
    told = capsys.readouterr().out
    assert address not in told
    hashed = shared.store.address_hash(address)
    for what in ("host", "method", "cross_site", "limit"):
        assert any(hashed in line and f"what={what}" in line for line in told.splitlines()), what
