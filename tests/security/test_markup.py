"""What a stranger types is words on every page, in every answer and in every file that we make of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from renewal.domain import Category, Outcome
from renewal.services.night.page import night_page
from renewal.services.night.report import CountRow, NightReport
from renewal.services.samples import simulated
from renewal.store.models import Holder, Permit
from tests.conftest import TODAY
from tests.loaded import RULES, WORDING
from tests.security.conftest import Door, history, say
from tests.security.payloads import MARKUP, TEMPLATES
from tests.security.signing import SMS, post

OURS = {"X-Requested-With": "fetch"}
AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def is_words_only(answer) -> bool:
    """Whether a browser that opens the answer by itself shows it as data."""
    return (
        answer.headers["X-Content-Type-Options"] == "nosniff"
        and answer.content_type.split(";")[0] in ("application/json", "application/xml", "text/xml")
        and "default-src 'self'" in answer.headers["Content-Security-Policy"]
    )


@pytest.mark.parametrize("words", MARKUP)
def test_markup_in_a_chat_is_kept_and_told_as_words_in_json(door: Door, words: str) -> None:
    client = door.visitor()
    said = say(client, words)
    told = client.get("/chat/messages?after=0")
    assert is_words_only(said)
    assert is_words_only(told)
    assert [m["text"] for m in told.json["messages"]] == [words, f"答1：{words}"]
    assert json.loads(told.data) == told.json


@pytest.mark.parametrize("words", MARKUP)
def test_markup_on_the_simulated_phone_is_words_in_json(
    door: Door, phone: Callable[[], str], words: str
) -> None:
    client, holder = door.client(), phone()
    path = f"/simulator/phones/{holder}/texts"
    assert client.post(path, json={"body": words}, headers=OURS).status_code == 202
    told = client.get(path)
    assert is_words_only(told)
    assert [text["body"] for text in told.json["texts"]] == [words]


@pytest.fixture
def phone(door: Door) -> Callable[[], str]:
    """Makes a holder of whom nobody knows; gives the id by which the simulator calls him."""
    store = door.services.store

    def make(name: str = "样例明") -> str:
        with store.session() as session:
            number = f"+861990001{session.query(Holder).count():04d}"
            holder = Holder(
                name=name,
                phone=number,
                phone_hash=store.phone_hash(number),
                category=Category.EMPLOYMENT,
                district="sample",
                origin="import",
                created_at=door.services.now(),
            )
            session.add(holder)
            session.flush()
            session.add(Permit(number=f"P{holder.id}", holder_id=holder.id, expires_on=TODAY))
            return str(holder.id)

    return make


@pytest.mark.parametrize("name", MARKUP[::4])
def test_markup_for_a_name_is_masked_words_in_json(
    door: Door, phone: Callable[[str], str], name: str
) -> None:
    holder = phone(name)
    listed = door.client().get("/simulator/holders")
    assert is_words_only(listed)
    shown = next(one["name"] for one in listed.json["holders"] if str(one["id"]) == holder)
    assert "<script" not in shown.lower()
    assert name not in listed.text


class Read(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Told:
    """What the page of a night needs of the services."""

    wording, rulebook = WORDING, RULES


def _night_of(district: str) -> Read:
    """The page of a night with one district."""
    row = CountRow(outcome=Outcome.RENEWED, category=Category.EMPLOYMENT, district=district, permits=3)
    report = NightReport.of(
        TODAY,
        (row,),
        rulebook_version="<script>alert(1)</script>",
        seconds=1.0,
        started_at=AT,
        finished_at=AT,
        staff=(),
    )
    return Read(night_page(Told, report, (), at=AT))


@pytest.mark.parametrize("district", [*MARKUP, *TEMPLATES])
def test_markup_for_a_district_is_words_on_the_page_of_a_night(district: str) -> None:
    read, plain = _night_of(district), _night_of("徐汇区")
    assert district in "".join(read.words)
    assert read.tags == plain.tags
    assert read.attributes == plain.attributes


ECHOES: dict[str, Callable[[FlaskClient, str], object]] = {
    "a path": lambda client, words: client.get(f"/{words}"),
    "a query": lambda client, words: client.get("/", query_string={"q": words, words: "1"}),
    "a client id": lambda client, words: client.post("/chat/messages", json={"id": words * 9, "text": 1}),
    "an after": lambda client, words: client.get("/chat/messages", query_string={"after": words}),
    "a holder": lambda client, words: client.get(f"/simulator/phones/{words}/texts"),
    "a header": lambda client, words: client.get("/", headers={"Referer": words, "User-Agent": words}),
    "a cookie": lambda client, words: client.get(
        "/chat/messages", headers={"Cookie": f"renewal_chat={words}"}
    ),
    "a body that is no JSON": lambda client, words: client.post(
        "/chat/messages", data=words, content_type="application/json"
    ),
}


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}x"])
@pytest.mark.parametrize("place", ECHOES.values(), ids=ECHOES)
def test_no_page_and_no_error_says_back_what_was_asked(
    door: Door, place: Callable[[FlaskClient, str], object], words: str
) -> None:
    answer = place(door.visitor(), words)
    assert words not in answer.text
    assert "49x" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("words", MARKUP[::6])
def test_a_webhook_is_acknowledged_without_a_word_of_the_text(twilio_door: Door, words: str) -> None:
    form = [("MessageSid", f"SM{abs(hash(words))}"), ("From", "+8619900000001"), ("Body", words)]
    answer = post(twilio_door.client(), form, SMS)
    assert answer.status_code == 200
    assert is_words_only(answer)
    assert answer.text.endswith("<Response />")


@pytest.mark.parametrize("words", MARKUP[::6])
def test_markup_that_goes_out_on_a_phone_comes_to_the_screen_as_words(
    door: Door, phone: Callable[[], str], words: str
) -> None:
    holder = phone()
    store = door.services.store
    number = simulated.phone_of(store, holder)
    simulated.show(store, phone=number, body=words, delivery_id=None, now=door.services.now())
    told = door.client().get(f"/simulator/phones/{holder}/texts")
    assert is_words_only(told)
    assert told.json["texts"][-1]["body"] == words


@pytest.mark.parametrize("path", ["/", "/simulator"])
def test_no_page_holds_a_script_or_a_style_of_its_own_or_a_strangers(door: Door, path: str) -> None:
    read = Read(door.client().get(path).text)
    assert not [name for name in read.attributes if name.startswith("on") or name == "style"]
    assert not [
        value for value in read.values if value.startswith(("http:", "https:", "//", "javascript:", "data:"))
    ]


def test_history_is_what_was_said(door: Door) -> None:
    client = door.visitor()
    say(client, "<b>粗</b>")
    assert [message["author"] for message in history(client)] == ["user", "bot"]
