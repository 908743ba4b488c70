"""What stands where an id, a number or a name is expected is compared with what is there, and never run."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from renewal.dialogue.case import Case
from renewal.services.talks.answers import render
from renewal.store.models import Delivery, Holder, Message
from tests import outgoing
from tests.security.conftest import Door, history, say
from tests.security.payloads import PATHS, SQL, TEMPLATES
from tests.security.signing import SMS, post

SECRET = "样例别人的话"
FILES = ("PRIVATE", "import ", "data-mount", "root:", "[core]", "RENEWAL_", "from __future__")


@pytest.fixture(scope="module")
def stranger(door: Door) -> FlaskClient:
    """A visitor, after another one said something that is nobody else's."""
    say(door.visitor(), SECRET)
    return door.visitor()


@pytest.mark.parametrize("words", SQL)
def test_sql_for_a_client_id_or_a_text_is_an_id_or_a_text(door: Door, words: str) -> None:
    client = door.visitor()
    if not words.isascii():  # no id at all; as a text it is one like any other
        assert say(client, words, client_id=words).status_code == 400
    own_id = words if words.isascii() else "own"
    first = say(client, words, client_id=own_id)
    assert first.status_code == 200
    assert say(client, words, client_id=own_id).json == first.json
    assert [m["text"] for m in history(client)] == [words, f"答1：{words}"]


@pytest.mark.parametrize(
    "after", [*SQL, "-1", "1e9", "0x10", "١", "1.0", "NaN", "null", "[]", " 1", "+1", "1,2", "9" * 30]
)
def test_sql_for_a_message_s_number_is_a_wrong_number(stranger: FlaskClient, after: str) -> None:
    answer = stranger.get("/chat/messages", query_string={"after": after})
    assert answer.status_code == 400
    assert SECRET not in answer.text


@pytest.mark.parametrize("token", SQL)
def test_sql_for_a_token_opens_nothing(door: Door, token: str) -> None:
    headers = {"Cookie": f"renewal_chat={token}".encode().decode("latin-1")}
    assert door.client(use_cookies=False).get("/chat/messages", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "holder", [*SQL, "-1", "1e0", "1.0", "0x1", "１", "1 ", "01" * 9, "guest'--", "GUEST"]
)
def test_sql_for_a_phone_on_the_screen_is_nobodys(door: Door, holder: str) -> None:
    answer = door.client().get(f"/simulator/phones/{quote(holder, safe='')}/texts")
    assert answer.status_code == 404


@pytest.mark.parametrize("our_id", SQL)
def test_sql_for_a_texts_id_in_a_receipt_moves_no_text(twilio_door: Door, our_id: str) -> None:
    store = twilio_door.services.store
    with store.session() as session:
        kept = outgoing.create(
            session,
            phone="+8619900000001",
            phone_hash="0",
            body="x",
            provider="twilio",
            now=twilio_door.services.now(),
        )
    path = f"{SMS}/status/{quote(our_id, safe='')}"
    form = [("MessageSid", "SM1"), ("MessageStatus", "failed")]
    assert post(twilio_door.client(), form, path).status_code in (204, 400, 403, 404)
    with store.read() as session:
        assert session.get_one(Delivery, kept).state == "pending"


def test_every_table_is_still_there(door: Door, stranger: FlaskClient) -> None:
    with door.services.store.read() as session:
        assert session.query(Message).count() > 0
        assert session.query(Holder).count() == 0


@pytest.mark.parametrize("prefix", ["/static/", "/chat/", "/simulator/phones/"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_out_of_the_folder_of_files_finds_no_file(door: Door, prefix: str, path: str) -> None:
    answer = door.client().get(f"{prefix}{path}", follow_redirects=True)
    assert answer.status_code in (400, 404, 405)
    assert not [mark for mark in FILES if mark in answer.text]


@pytest.mark.parametrize("words", TEMPLATES)
def test_a_template_in_a_text_is_words(door: Door, words: str) -> None:
    client = door.visitor()
    assert say(client, words).json["messages"][0]["text"] == f"答1：{words}"


@pytest.mark.parametrize("channel", ["sms", "web"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_for_a_name_comes_back_as_it_was_typed(door: Door, name: str, channel: str) -> None:
    case = Case(conversation_id="", channel=channel)
    plain, told = (
        render(
            door.services,
            case,
            "callback.taken",
            name=given,
            phone_tail="0001",
            only_rings=False,
            call_by_on=door.services.today(),
            today=door.services.today(),
        ).text
        for given in ("样例明", name)
    )
    assert told == plain.replace("样例明", name)


Ask = Callable[[FlaskClient], object]
HEADERS_OF: dict[str, Ask] = {
    "a client id": lambda client: say(client, "x", client_id="a\r\nSet-Cookie: a=b"),
    "a path": lambda client: client.get("/x%0d%0aSet-Cookie:%20a=b"),
    "a static file": lambda client: client.get("/static/widget.js%0d%0aSet-Cookie:%20a=b"),
    "a query": lambda client: client.get("/?x=%0d%0aSet-Cookie:%20a=b"),
    "an after": lambda client: client.get("/chat/messages?after=0%0d%0aSet-Cookie:%20a=b"),
    "a holder": lambda client: client.get("/simulator/phones/guest%0d%0aSet-Cookie:%20a=b/texts"),
    "a trailing slash": lambda client: client.get("/simulator/%0d%0aSet-Cookie:%20a=b/"),
}


@pytest.mark.parametrize("ask", HEADERS_OF.values(), ids=HEADERS_OF)
def test_a_line_break_makes_no_header(stranger: FlaskClient, ask: Ask) -> None:
    answer = ask(stranger)
    assert "a=b" not in str(answer.headers)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "//evil.example/", "/\\evil.example", "/%2f%2fevil.example", "///evil.example/%2e%2e"],
)
def test_no_address_of_ours_leads_to_another_site(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert "evil.example" not in answer.headers.get("Location", "")
