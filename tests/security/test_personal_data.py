"""What a person types or is called is in no log, and an ID number is kept nowhere and passed on to nobody."""

import io
import json
import logging
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from renewal.language.masking import MASK
from renewal.services.talks import answering
from renewal.store.models import Delivery, InboundText, Message, SimulatedText
from sms_gateway.logs import set_up_logs
from tests.gateway.queue_view import queued
from tests.security.conftest import Door, history, say
from tests.security.signing import SIGNATURE, SMS, post

TABLE = Path(__file__).parents[1] / "language" / "id_numbers.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
SPELT = [text.replace("\\n", "\n").replace("<ZW>", "\u200b") for text, kept in ROWS if "M" in kept]
NUMBERS = ("31010119900101123", "310101900101123", "11010119491231002")
SPOKEN = str.maketrans("零〇一二三四五六七八九", "00123456789")
_numbers = count(1)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that the gateway's log holds, set up as in earnest."""
    stream = io.StringIO()
    set_up_logs(stream)
    structlog.configure(cache_logger_on_first_use=False)
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    structlog.reset_defaults()


def holds_number(*kept: object) -> bool:
    """Whether the digits of a number are there, whatever is between them."""
    plain = unicodedata.normalize("NFKC", " ".join(str(one) for one in kept)).translate(SPOKEN)
    digits = "".join(char for char in plain if char.isdigit())
    return any(number in digits for number in NUMBERS)


def test_the_numbers_are_seen_where_they_are_kept() -> None:
    assert all(holds_number(text) for text in SPELT)


@pytest.mark.parametrize("text", SPELT)
def test_an_id_number_in_a_chat_is_kept_nowhere_and_passed_on_to_nobody(
    door: Door, lines: io.StringIO, text: str
) -> None:
    client = door.visitor()
    answer = say(client, text)
    assert answer.status_code == 200
    talk = door.assistant.said[-1]
    assert MASK in history(client)[0]["text"]
    assert not holds_number(answer.text, history(client), talk[1], lines.getvalue())
    with door.services.store.read() as session:
        assert not holds_number(*session.scalars(select(Message.body).order_by(Message.id.desc()).limit(4)))


@pytest.mark.parametrize("text", SPELT)
def test_an_id_number_in_an_sms_is_kept_nowhere_and_passed_on_to_nobody(
    twilio_door: Door, lines: io.StringIO, text: str
) -> None:
    number = next(_numbers)
    form = [("MessageSid", f"SM{number}"), ("From", f"+861990002{number:04d}"), ("Body", text)]
    assert post(twilio_door.client(), form, SMS).status_code == 200
    services = twilio_door.services
    with services.store.read() as session:
        row = session.scalars(select(InboundText).where(InboundText.provider_ref == f"SM{number}")).one()
    assert answering.answer_inbound(services, twilio_door.assistant, row.id, services.now())
    with services.store.read() as session:
        told = session.scalars(select(Delivery.body).where(Delivery.inbound_id == row.id)).all()
    assert MASK in row.body
    assert told
    assert not holds_number(row.body, *told, twilio_door.assistant.said[-1][1], lines.getvalue())


@pytest.mark.parametrize("text", SPELT[::3])
def test_an_id_number_typed_on_the_simulated_phone_is_kept_nowhere(door: Door, text: str) -> None:
    path = "/simulator/phones/guest/texts"
    answer = door.client().post(path, json={"body": text}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 202
    with door.services.store.read() as session:
        shown = session.scalars(select(SimulatedText.body).order_by(SimulatedText.id.desc()).limit(1)).one()
        kept = session.scalars(select(InboundText.body).where(InboundText.provider == "simulator")).all()
    assert MASK in shown
    assert not holds_number(shown, *kept)


# ---- logs ----------------------------------------------------------------------------------------

NAME, PHONE, WORDS = "欧阳卡那利", "+8619912345678", "金丝雀的话七七三一"
CANARIES = (NAME, PHONE, PHONE[3:], "19912345678", WORDS, "七七三一", "canary")
CANARY = f"我叫{NAME}，电话{PHONE}，{WORDS} canary"


class Broken(Exception):
    """An error whose message quotes what somebody wrote, as errors of libraries do."""


def _broken(error: Exception) -> Callable[..., object]:
    def answer(**_: object) -> object:
        raise error

    return answer


CHAT, SCREEN = "/chat/messages", "/simulator/phones/guest/texts"
OURS = {"X-Requested-With": "fetch"}
ASKED: dict[str, Callable[[FlaskClient], object]] = {
    "a message": lambda c: say(c, CANARY),
    "a message's id": lambda c: say(c, "x", client_id=CANARY),
    "a message that is too long": lambda c: say(c, CANARY * 200),
    "a body that is too large": lambda c: say(c, CANARY * 9000),
    "a message that is none": lambda c: c.post(CHAT, json={"text": CANARY}),
    "a list": lambda c: c.post(CHAT, json=[CANARY]),
    "broken JSON": lambda c: c.post(CHAT, data="{" + CANARY, content_type="application/json"),
    "broken letters": lambda c: c.post(CHAT, data=CANARY.encode("gb18030"), content_type="application/json"),
    "a form": lambda c: c.post(CHAT, data={"id": "1", "text": CANARY}),
    "an odd kind of body": lambda c: c.post(CHAT, data=CANARY.encode(), content_type="text/canary"),
    "a query": lambda c: c.get(CHAT, query_string={"after": CANARY, "canary": CANARY}),
    "a path": lambda c: c.get(f"/{CANARY}"),
    "a path of files": lambda c: c.get(f"/static/{CANARY}"),
    "a holder": lambda c: c.get(f"/simulator/phones/{CANARY}/texts"),
    "a token": lambda c: c.get(CHAT, headers={"Authorization": "Bearer canary"}),
    "a cookie": lambda c: c.get(CHAT, headers={"Cookie": "renewal_chat=canary; canary=canary"}),
    "an agent": lambda c: c.get(
        "/", headers={"User-Agent": "canary", "Referer": "https://canary/19912345678"}
    ),
    "a wrong method": lambda c: c.open(CHAT, method="DELETE", query_string={"canary": CANARY}),
    "the phone on screen": lambda c: c.post(SCREEN, json={"body": CANARY}, headers=OURS),
    "the phone on screen, too long": lambda c: c.post(SCREEN, json={"body": CANARY * 300}, headers=OURS),
    "the phone on screen, of another site": lambda c: c.post(SCREEN, json={"body": CANARY}),
    "the phone on screen, no text": lambda c: c.post(SCREEN, json={"x": CANARY}, headers=OURS),
}


def held(lines: io.StringIO) -> str:
    return lines.getvalue() + lines.getvalue().encode().decode("unicode_escape", "replace")


def assert_quiet(lines: io.StringIO) -> None:
    assert lines.getvalue(), "nothing was logged, so nothing is shown"
    assert [canary for canary in CANARIES if canary in held(lines)] == []


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_no_request_puts_what_it_holds_into_the_log(
    door: Door, lines: io.StringIO, ask: Callable[[FlaskClient], object]
) -> None:
    ask(door.visitor())
    assert_quiet(lines)


@pytest.mark.parametrize(
    "error",
    [
        Broken(CANARY),
        ValueError(CANARY),
        KeyError(CANARY),
        RuntimeError(PHONE),
        UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
        json.JSONDecodeError(CANARY, CANARY, 0),
        OperationalError(f"INSERT {CANARY}", {"body": CANARY}, Exception(CANARY)),
        RecursionError(CANARY),
        MemoryError(CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_puts_what_it_quotes_into_the_log_or_the_answer(
    door: Door, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    client = door.visitor()
    monkeypatch.setattr(door.assistant, "answer", _broken(error))
    answer = say(client, CANARY)
    assert answer.status_code in (500, 503)
    assert_quiet(lines)
    assert not [canary for canary in CANARIES if canary in answer.text]
    assert "Traceback" not in answer.text
    assert type(error).__name__ not in answer.text


FORMS: dict[str, list[tuple[str, str]]] = {
    "a text": [("MessageSid", "SMc1"), ("From", PHONE), ("Body", CANARY), ("FromCity", "canary")],
    "a text of no number": [("MessageSid", "SMc2"), ("From", CANARY), ("Body", CANARY)],
    "a text of no id": [("From", PHONE), ("Body", CANARY)],
    "a text of nothing": [("canary", CANARY)],
    "a text that opts out": [("MessageSid", "SMc3"), ("From", PHONE), ("Body", "TD")],
    "a text with a code": [("MessageSid", "SMc4"), ("From", PHONE), ("Body", "验证码 884422 canary")],
    "a repeated text": [("MessageSid", "SMc1"), ("From", PHONE), ("Body", CANARY)],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("signature", [None, "canary"], ids=["signed", "forged"])
def test_no_webhook_puts_what_it_holds_into_the_log(
    twilio_door: Door, lines: io.StringIO, form: list[tuple[str, str]], signature: str | None
) -> None:
    post(twilio_door.client(), form, SMS, signature=signature)
    assert_quiet(lines)
    assert "884422" not in held(lines)


@pytest.mark.parametrize("status", ["canary", "delivered"])
def test_no_receipt_puts_a_number_into_the_log(twilio_door: Door, lines: io.StringIO, status: str) -> None:
    form = [("MessageSid", "SM1"), ("MessageStatus", status), ("To", PHONE), ("Body", CANARY)]
    post(twilio_door.client(), form, f"{SMS}/status/x")
    assert_quiet(lines)


def test_no_answer_to_a_text_puts_a_word_of_it_into_the_log(twilio_door: Door, lines: io.StringIO) -> None:
    form = [("MessageSid", "SMc9"), ("From", PHONE), ("Body", CANARY)]
    post(twilio_door.client(), form, SMS)
    services = twilio_door.services
    with services.store.read() as session:
        row = session.scalars(select(InboundText).where(InboundText.provider_ref == "SMc9")).one()
    twilio_door.assistant.away = True
    assert not answering.answer_inbound(services, twilio_door.assistant, row.id, services.now())
    twilio_door.assistant.away = False
    assert answering.answer_inbound(
        services, twilio_door.assistant, row.id, services.now() + timedelta(minutes=1)
    )
    assert_quiet(lines)


def test_no_word_of_anybody_is_in_the_queue_of_jobs(twilio_door: Door) -> None:
    post(twilio_door.client(), [("MessageSid", "SMc10"), ("From", PHONE), ("Body", CANARY)], SMS)
    seen = str([(job.input, job.queue_name, job.workflow_id) for job in queued(twilio_door.services)])
    assert not [canary for canary in CANARIES if canary in seen]


def test_a_log_line_is_one_line_whatever_it_says(door: Door, lines: io.StringIO) -> None:
    door.visitor().get("/x%0a{%22event%22:%22forged%22}", headers={SIGNATURE: "x"})
    written = [line for line in lines.getvalue().splitlines() if line.startswith("{")]
    assert all(json.loads(line)["event"] != "forged" for line in written)
