"""A page of another origin: only where it is listed, with a token of its own, never with a cookie."""

import pytest

from renewal.settings import SettingsError, load_settings
from tests.gateway.conftest import TWILIO
from tests.security.gateway.conftest import OpenApp

PAGE = "https://centre.example.org"
OTHERS = [
    "https://evil.example",
    "http://centre.example.org",
    "https://centre.example.org:8443",
    "https://centre.example.org.evil.example",
    "https://evil.example@centre.example.org",
    "null",
]


@pytest.fixture
def client(open_app: OpenApp):
    return open_app(chat_origins=f"{PAGE}, https://other.example.org").test_client()


def ask(client, method: str, path: str, *, origin: str = PAGE, token: str = "", **more):
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(path, method=method, headers=headers, **more)


def opened(client) -> str:
    answer = ask(client, "POST", "/chat/sessions", json={})
    assert answer.status_code == 201
    return answer.json["token"]


def test_a_listed_page_talks_with_a_token_and_without_a_cookie(client) -> None:
    token = opened(client)
    said = ask(client, "POST", "/chat/messages", token=token, json={"id": "a", "text": "你好"})
    assert said.json["messages"][0]["text"] == "答1：你好"
    read = ask(client, "GET", "/chat/messages?after=0", token=token)
    assert len(read.json["messages"]) == 2
    for answer in (said, read):
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/simulator/holders"),
        ("GET", "/simulator/phones/guest/texts"),
        ("POST", "/simulator/phones/guest/texts"),
        ("POST", "/desk/sign-in"),
        ("POST", "/desk/sign-out"),
    ],
)
def test_a_listed_page_has_the_chat_and_nothing_else(client, method: str, path: str) -> None:
    headers = {"Origin": PAGE, "Sec-Fetch-Site": "cross-site", "X-Requested-With": "fetch"}
    answer = client.open(
        path, method=method, headers=headers, json={"body": "x"} if method == "POST" else None
    )
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_browser_is_told_what_a_listed_page_may_send(client) -> None:
    answer = ask(client, "OPTIONS", "/chat/messages")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("OPTIONS", "/chat/messages"),
        ("POST", "/chat/sessions"),
        ("GET", "/chat/words/en"),
        ("GET", "/chat/hints/en"),
        ("POST", "/chat/feedback"),
    ],
)
def test_a_page_that_is_not_listed_is_refused(client, origin: str, method: str, path: str) -> None:
    more = {"json": {}} if method == "POST" else {}
    answer = ask(client, method, path, origin=origin, **more)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "token" not in (answer.json or {})


def test_with_no_list_no_other_page_is_heard(open_app: OpenApp) -> None:
    assert ask(open_app().test_client(), "POST", "/chat/sessions", json={}).status_code == 403


def test_our_own_page_gets_no_token_to_read_and_needs_its_cookie(client) -> None:
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/chat/sessions", json={}, headers=own)
    assert answer.json == {}
    assert "HttpOnly" in answer.headers.getlist("Set-Cookie")[-1]
    token = opened(client)
    client.delete_cookie("renewal_chat")
    own["Authorization"] = f"Bearer {token}"
    assert client.get("/chat/messages", headers=own).status_code == 401


def test_a_listed_page_cannot_speak_with_a_visitors_cookie(client) -> None:
    client.post("/chat/sessions", json={}, headers={"Origin": "http://localhost"})
    assert client.get("/chat/messages").status_code == 200
    assert ask(client, "GET", "/chat/messages").status_code == 401


def test_our_own_address_on_the_list_is_still_our_own(open_app: OpenApp) -> None:
    client = open_app(
        **TWILIO, environment="production", chat_origins="https://sms.example.org"
    ).test_client()
    headers = {"Host": "sms.example.org", "Origin": "https://sms.example.org"}
    answer = client.post("/chat/sessions", json={}, headers=headers)
    assert answer.json == {}
    assert "__Host-renewal_chat=" in answer.headers["Set-Cookie"]


def test_an_ended_token_opens_nothing(client) -> None:
    token = opened(client)
    assert ask(client, "DELETE", "/chat/sessions", token=token).json == {}
    assert ask(client, "GET", "/chat/messages", token=token).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "bearer ", "Token", ""])
def test_a_token_under_another_scheme_opens_nothing(client, scheme: str) -> None:
    token = opened(client)
    headers = {"Origin": PAGE, "Authorization": f"{scheme} {token}"}
    assert client.get("/chat/messages", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "listed",
    [
        "*",
        "https://*.example.org",
        "https:// centre.example.org",
        "centre.example.org",
        "http://centre.example.org",
        "https://centre.example.org/",
        "https://centre.example.org/path",
        "https://a@centre.example.org",
        "https://",
        "null",
        f"{PAGE},javascript:alert(1)",
        "https://centre.example.org:99999999",
    ],
)
def test_a_list_that_opens_too_much_or_nothing_is_refused_with_what_to_write(
    listed: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("RENEWAL_CHAT_ORIGINS", listed)
    with pytest.raises(SettingsError, match=r"RENEWAL_CHAT_ORIGINS.*https://www\.example\.org"):
        load_settings(state_dir=tmp_path)


def test_pages_of_this_machine_may_be_listed_without_tls(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RENEWAL_CHAT_ORIGINS", f"{PAGE}, http://127.0.0.1:9000")
    assert load_settings(state_dir=tmp_path).chat_origins
