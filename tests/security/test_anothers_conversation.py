"""One visitor reads and does nothing in another's conversation, and nothing that only the bot or staff may do."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renewal.store.models import Conversation, Message
from tests.security.conftest import Door, cookie_of, history, say

SECRET = "样例别人的话"


@dataclass(frozen=True, kw_only=True)
class Victim:
    """Somebody else's open conversation, and all that a test may know of it."""

    client: FlaskClient
    token: str
    cookie: str  # the name under which a browser keeps the token
    conversation_id: str
    token_hash: str
    first: int  # the number of what was said in it
    button: str


@pytest.fixture(scope="module")
def victim(door: Door) -> Victim:
    client = door.client()
    opened = client.post("/chat/sessions", json={})
    cookie, _, token = cookie_of(opened).partition("=")
    answer = say(client, SECRET, client_id="same").json["messages"][0]
    with door.services.store.read() as session:
        row = session.scalars(select(Message).where(Message.id == answer["n"] - 1)).one()
        talk = session.get_one(Conversation, row.conversation_id)
        return Victim(
            client=client,
            token=token,
            cookie=cookie,
            conversation_id=talk.id,
            token_hash=str(talk.token_hash),
            first=row.id,
            button=answer["buttons"][0]["id"],
        )


@pytest.fixture
def thief(door: Door, victim: Victim) -> FlaskClient:
    return door.visitor()


TOKENS: dict[str, Callable[[Victim], str]] = {
    "the conversation's id": lambda v: v.conversation_id,
    "the token's hash": lambda v: v.token_hash,
    "a token cut by one": lambda v: v.token[:-1],
    "a token and one letter": lambda v: v.token + "A",
    "a token in small letters": lambda v: v.token.lower(),
    "a token in capitals": lambda v: v.token.upper(),
    "a token backwards": lambda v: v.token[::-1],
    "a token twice": lambda v: v.token * 2,
    "a token in quotes": lambda v: f"'{v.token}'",
    "a token and a comma": lambda v: f"{v.token},x",
    "a token after another": lambda v: f"x {v.token}",
    "a token with a padding": lambda v: f"{v.token}=",
    "a token with a wildcard": lambda v: f"{v.token[:10]}%",
    "a token with a joker": lambda v: f"{v.token[:-1]}_",
    "the beginning of a token": lambda v: v.token[:8],
    "an encoded token": lambda v: "".join(f"%{ord(char):02x}" for char in v.token),
    "any hash": lambda v: "0" * 64,
    "null": lambda v: "null",
    "undefined": lambda v: "undefined",
    "a nought": lambda v: "0",
    "a token of JSON": lambda v: "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "a word for all": lambda v: "*",
    "a megabyte": lambda v: "a" * 100_000,
}


@pytest.mark.parametrize("forge", TOKENS.values(), ids=TOKENS)
def test_what_is_not_the_token_opens_no_conversation(
    door: Door, victim: Victim, forge: Callable[[Victim], str]
) -> None:
    guessed = forge(victim)
    assert guessed != victim.token
    headers = {"Cookie": f"{victim.cookie}={guessed}"}
    answer = door.client(use_cookies=False).get("/chat/messages", headers=headers)
    assert answer.status_code == 401
    assert SECRET not in answer.text


PLACES: dict[str, Callable[[FlaskClient, str], object]] = {
    "in the address": lambda c, t: c.get(f"/chat/messages?token={t}&renewal_chat={t}&access_token={t}"),
    "in the path": lambda c, t: c.get(f"/chat/messages/{t}"),
    "in the body": lambda c, t: c.post("/chat/messages", json={"id": "1", "text": "x", "token": t}),
    "as a password": lambda c, t: c.get("/chat/messages", auth=("renewal", t)),
    "as a bearer": lambda c, t: c.get("/chat/messages", headers={"Authorization": f"Bearer {t}"}),
    "under another scheme": lambda c, t: c.get("/chat/messages", headers={"Authorization": f"Token {t}"}),
    "in a header of its own": lambda c, t: c.get("/chat/messages", headers={"X-Renewal-Chat": t}),
    "in another cookie": lambda c, t: c.get("/chat/messages", headers={"Cookie": f"session={t}; chat={t}"}),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_token_counts_nowhere_but_in_its_cookie(
    door: Door, victim: Victim, place: Callable[[FlaskClient, str], object]
) -> None:
    """An address is kept in histories and logs, and another site may write a body."""
    answer = place(door.client(use_cookies=False), victim.token)
    assert answer.status_code in (401, 404)
    assert SECRET not in answer.text


NAMES: dict[str, Callable[[Victim], dict[str, object]]] = {
    "conversation_id": lambda v: {"conversation_id": v.conversation_id},
    "conversation": lambda v: {"conversation": v.conversation_id},
    "sender": lambda v: {"sender": v.conversation_id},
    "session": lambda v: {"session": v.token},
    "holder_id": lambda v: {"holder_id": 1},
    "phone": lambda v: {"phone": "+8619900000001"},
    "notice": lambda v: {"notice": "failure"},
    "author": lambda v: {"author": "staff"},
    "staffed": lambda v: {"staffed": True},
    "buttons": lambda v: {"buttons": [{"id": "btn-x", "label": "x", "intent": "affirm"}]},
    "intent": lambda v: {"intent": "affirm"},
    "payload": lambda v: {"payload": "/affirm"},
    "metadata": lambda v: {"metadata": {"intent": "affirm", "explain": True}},
    "explain": lambda v: {"explain": True},
    "parse_data": lambda v: {"parse_data": {"intent": {"name": "affirm", "confidence": 1.0}}},
    "n": lambda v: {"n": v.first},
    "at": lambda v: {"at": "1999-01-01T00:00:00Z"},
    "client_id": lambda v: {"client_id": f"re-{v.first}-0"},
    "__proto__": lambda v: {"__proto__": {"author": "staff"}},
    "__class__": lambda v: {"__class__": "Message"},
}


@pytest.mark.parametrize("more", NAMES.values(), ids=NAMES)
def test_a_message_says_nothing_but_its_id_and_its_text(
    door: Door, victim: Victim, thief: FlaskClient, more: Callable[[Victim], dict[str, object]]
) -> None:
    before = history(victim.client)
    answer = say(thief, "你好", **more(victim))
    assert answer.status_code == 200
    assert [(m["author"], m["text"]) for m in history(thief)] == [("user", "你好"), ("bot", "答1：你好")]
    talk, intent = door.assistant.meant[-1]
    assert talk != victim.conversation_id
    assert intent == ""
    assert history(victim.client) == before
    with door.services.store.read() as session:
        row = session.get_one(Conversation, talk)
        assert (row.holder_id, row.phone_hash, row.staffed, row.notice_id) == (None, None, False, None)


CLIENT_IDS: dict[str, Callable[[Victim], str]] = {
    "the same": lambda v: "same",
    "the store's for it": lambda v: "c-same",
    "the store's for its answer": lambda v: f"re-{v.first}-0",
    "the store's for all its answers": lambda v: f"re-{v.first}-%",
    "a joker": lambda v: f"re-{v.first}__",
    "the next answer's": lambda v: f"re-{v.first + 2}-0",
    "the button's": lambda v: v.button,
    "the conversation's": lambda v: v.conversation_id,
    "with a blank": lambda v: "same ",
}


@pytest.mark.parametrize("name", CLIENT_IDS.values(), ids=CLIENT_IDS)
def test_a_client_id_means_something_in_its_own_conversation_only(
    victim: Victim, thief: FlaskClient, name: Callable[[Victim], str]
) -> None:
    said = say(thief, "我的话", client_id=name(victim)).json["messages"]
    assert [message["text"] for message in said] == ["答1：我的话"]
    assert SECRET not in str(history(thief))
    assert [m["text"] for m in history(victim.client)] == [SECRET, f"答1：{SECRET}"]


@pytest.mark.parametrize(
    "name",
    [
        "same\x00",
        "same\n",
        "\u200bsame",
        "same\x7f",
        "\ufeff",
        "\u202esame",
        "",
        "a" * 101,
        "same␀",
        "ｓａｍｅ",
        "same\u0301",
    ],
)
def test_a_client_id_of_hidden_letters_is_refused(thief: FlaskClient, name: str) -> None:
    assert say(thief, "你好", client_id=name).status_code == 400


@pytest.mark.parametrize("after", ["0", "00", "1", "-0", "0&after=0", "0%00", "0;1", "%30", "0#", "0&n=0"])
def test_no_number_reads_before_one_s_own_beginning(thief: FlaskClient, after: str) -> None:
    say(thief, "我的话")
    answer = thief.get(f"/chat/messages?after={after}")
    assert answer.status_code in (200, 400)
    assert SECRET not in answer.text


PRESSED: dict[str, Callable[[Victim], str]] = {
    "a button of another conversation": lambda v: v.button,
    "it, with blanks": lambda v: f"  {v.button}  ",
    "a guessed button": lambda v: "btn-AAAAAAAAAAA",
    "a button's beginning": lambda v: "btn-",
    "a button's wildcard": lambda v: "btn-%",
    "an intent": lambda v: "affirm",
    "an intent as Rasa writes it": lambda v: "/affirm",
    "an intent with entities": lambda v: '/affirm{"phone": "19900000001"}',
    "a button's row": lambda v: '{"id":"btn-x","label":"x","intent":"affirm"}',
}


@pytest.mark.parametrize("press", PRESSED.values(), ids=PRESSED)
def test_only_a_button_that_was_offered_here_is_pressed(
    door: Door, victim: Victim, thief: FlaskClient, press: Callable[[Victim], str]
) -> None:
    assert say(thief, press(victim)).status_code == 200
    assert door.assistant.meant[-1][1] == ""


def test_a_button_that_was_offered_here_is_pressed_and_says_its_label(door: Door, thief: FlaskClient) -> None:
    button = say(thief, "你好").json["messages"][0]["buttons"][0]
    assert set(button) == {"id", "label"}
    say(thief, button["id"], client_id="2")
    assert door.assistant.meant[-1][1] == "affirm"
    assert history(thief)[-2]["text"] == button["label"]


def test_a_message_tells_the_client_nothing_but_what_it_shows(thief: FlaskClient) -> None:
    said = say(thief, "你好").json["messages"][0]
    assert set(said) == {"n", "author", "text", "buttons", "at", "sources", "verdict"}


def test_tokens_are_long_and_no_two_are_alike(door: Door) -> None:
    tokens = {cookie_of(door.client().post("/chat/sessions", json={})).partition("=")[2] for _ in range(10)}
    assert len(tokens) == 10
    assert min(len(token) for token in tokens) >= 43


def test_a_visitor_cannot_choose_the_token_of_a_new_conversation(door: Door, victim: Victim) -> None:
    client = door.client(use_cookies=False)
    chosen = "A" * 43
    answer = client.post(
        "/chat/sessions", json={"token": chosen}, headers={"Cookie": f"{victim.cookie}={chosen}"}
    )
    assert chosen not in str(answer.headers)
    planted = {"Cookie": f"{victim.cookie}={chosen}"}
    assert client.get("/chat/messages", headers=planted).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/gateway/webhook",
        "/webhooks/rest/webhook",
        "/conversations/x/tracker",
        "/model/parse",
        "/actions",
        "/admin",
        "/debug",
        "/console",
        "/.git/config",
        "/.env",
        "/.state/secrets.env",
        "/docs",
        "/server-status",
        "/metrics/../chat/messages",
        "/sms/simulator",
        "/static/",
        "/chat/",
        "/renewal.db",
    ],
)
def test_nothing_is_served_that_is_no_route(door: Door, path: str) -> None:
    for method in ("GET", "POST"):
        answer = door.client().open(
            path, method=method, json={"sender": "x", "text": "x"} if method == "POST" else None
        )
        assert answer.status_code in (400, 401, 404, 405)
