"""The request form: a number is proved by a code within the limits of login codes, and booked once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renewal.language.secrets import find_code
from renewal.store.models import Callback, Delivery, LoginCode, Message
from sms_gateway.app import create_app
from tests.gateway.conftest import ScriptedAssistant
from tests.gateway.queue_view import queued
from tests.security.visitors import Clocked, clocked

PHONE, OTHER = "13800138000", "13900139000"
FILLED = {"name": "样例女士", "phone": PHONE, "agreed": True, "language": "zh-CN"}


@pytest.fixture
def clock(services) -> Clocked:
    return clocked(services)


@pytest.fixture
def visitor(clock) -> FlaskClient:
    client = create_app(clock.settings, clock, ScriptedAssistant()).test_client()
    client.post("/chat/sessions", json={})
    return client


def want_code(client, phone: str = PHONE, client_id: str = "c1"):
    return client.post("/chat/callbacks/code", json={"id": client_id, "phone": phone, "language": "zh-CN"})


def code_sent(services) -> str:
    """The code in the text that was queued last."""
    with services.store.read() as session:
        newest = select(Delivery).order_by(Delivery.created_at.desc()).limit(1)
        return find_code(session.scalars(newest).one().body, 6).secret


def submit(client, code: str, client_id: str = "s1", **changed):
    return client.post("/chat/callbacks", json={"id": client_id, "code": code, **FILLED, **changed})


def callbacks(services) -> list[Callback]:
    with services.store.read() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def other(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_a_request_is_taken_and_the_day_is_named(visitor, clock) -> None:
    told = want_code(visitor)
    assert told.status_code == 200
    assert "尾号8000" in told.json["said"]
    done = submit(visitor, code_sent(clock), about="租房备案")
    assert done.json["done"] is True
    assert done.json["said"].startswith("您的服务申请已提交。")
    assert "11月24日" in done.json["said"]  # the working day after Monday, 23 November 2026
    (callback,) = callbacks(clock)
    assert (callback.name, callback.phone, callback.about) == ("样例女士", "+8613800138000", "租房备案")
    assert callback.proved_at is not None


def test_the_code_is_texted_by_the_template_of_its_own(visitor, clock) -> None:
    want_code(visitor)
    with clock.store.read() as session:
        sent = session.scalars(select(Delivery)).one()
        row = session.scalars(select(LoginCode)).one()
    assert (sent.template, sent.phone, row.purpose) == ("callback.code_sms", "+8613800138000", "callback")
    assert code_sent(clock) not in row.code_hash


def test_what_was_done_stands_in_the_conversation(visitor, clock) -> None:
    want_code(visitor)
    submit(visitor, code_sent(clock))
    told = visitor.get("/chat/messages?after=0").json["messages"]
    assert [message["author"] for message in told] == ["bot", "bot"]
    assert told[1]["text"].startswith("您的服务申请已提交。")


def test_the_same_submission_again_books_once_and_says_the_same(visitor, clock) -> None:
    want_code(visitor)
    code = code_sent(clock)
    assert submit(visitor, code).json == submit(visitor, code).json
    assert len(callbacks(clock)) == 1


def test_the_same_wish_for_a_code_sends_one(visitor, clock) -> None:
    assert want_code(visitor).json == want_code(visitor).json
    with clock.store.read() as session:
        assert len(session.scalars(select(Delivery)).all()) == 1


def test_a_wrong_code_tells_how_many_tries_are_left(visitor, clock) -> None:
    want_code(visitor)
    answer = submit(visitor, other(code_sent(clock)))
    assert answer.status_code == 422
    assert "还能试4次" in answer.json["wrong"]["code"]
    assert callbacks(clock) == []


def test_a_code_tried_too_often_is_void_even_when_it_is_right(visitor, clock) -> None:
    want_code(visitor)
    code = code_sent(clock)
    tries = [submit(visitor, other(code), f"t{number}").json["wrong"]["code"] for number in range(5)]
    assert "作废" in tries[-1]
    assert "作废" in submit(visitor, code, "t9").json["wrong"]["code"]


def test_a_late_code_is_told_to_be_late(visitor, clock) -> None:
    want_code(visitor)
    code = code_sent(clock)
    clock.wait(minutes=5)
    assert "失效" in submit(visitor, code).json["wrong"]["code"]


def test_a_used_code_books_nothing_more(visitor, clock) -> None:
    want_code(visitor)
    code = code_sent(clock)
    submit(visitor, code)
    again = submit(visitor, code, "s2", name="样例先生")
    assert "用过了" in again.json["wrong"]["code"]
    assert [callback.name for callback in callbacks(clock)] == ["样例女士"]


def test_a_code_counts_for_the_number_that_it_was_sent_to(visitor, clock) -> None:
    want_code(visitor)
    assert "手机号改过了" in submit(visitor, code_sent(clock), phone=OTHER).json["wrong"]["code"]
    assert callbacks(clock) == []


def test_without_a_code_asked_for_it_is_said_so(visitor, clock) -> None:
    assert "还没有要过" in submit(visitor, "123456").json["wrong"]["code"]


def test_where_no_code_arrived_another_takes_its_place(visitor, clock) -> None:
    want_code(visitor)
    first = code_sent(clock)
    clock.wait(seconds=40)
    want_code(visitor, client_id="c2")
    second = code_sent(clock)
    if first != second:
        assert submit(visitor, first).status_code == 422
    assert submit(visitor, second, "s2").json["done"] is True


def test_a_repeated_request_keeps_one_callback_and_a_changed_number_changes_it(visitor, clock) -> None:
    want_code(visitor)
    submit(visitor, code_sent(clock))
    clock.wait(minutes=1)
    want_code(visitor, OTHER, "c2")
    told = submit(visitor, code_sent(clock), "s2", phone=OTHER)
    assert told.json["done"] is True
    (callback,) = callbacks(clock)
    assert callback.phone == "+8613900139000"


def test_a_number_gets_no_more_codes_than_for_a_login(visitor, clock) -> None:
    assert [want_code(visitor, client_id=f"c{number}").status_code for number in range(4)] == [200] * 3 + [
        422
    ]
    refused = want_code(visitor, client_id="c9")
    assert "太多" in refused.json["wrong"]["code"]
    with clock.store.read() as session:
        assert len(session.scalars(select(LoginCode)).all()) == 3


def test_one_address_cannot_have_strangers_texted(clock) -> None:
    app = create_app(clock.settings, clock, ScriptedAssistant())
    codes = []
    for number in range(12):
        client = app.test_client()
        client.post("/chat/sessions", json={})
        codes.append(want_code(client, f"1380013{8000 + number}").status_code)
    assert codes == [200] * 10 + [422] * 2


def test_a_code_for_a_call_makes_nobody_known(visitor, clock) -> None:
    want_code(visitor)
    visitor.post("/chat/messages", json={"id": "m", "text": "查状态"})
    visitor.post("/chat/messages", json={"id": "n", "text": f"验证码{code_sent(clock)}"})
    told = visitor.get("/chat/messages?after=0").json
    assert told["known"] is False
    assert code_sent(clock) not in str(told["messages"])


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "/restart"}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "021-64741234"}, "phone"),
        ({"phone": "<script>alert(1)</script>"}, "phone"),
        ({"agreed": False}, "agreed"),
        ({"agreed": "true"}, "agreed"),
    ],
)
def test_each_field_that_is_wrong_is_named_with_what_to_do(visitor, clock, changed, place: str) -> None:
    want_code(visitor)
    answer = submit(visitor, code_sent(clock), **changed)
    assert answer.status_code == 422
    assert list(answer.json["wrong"]) == [place]
    assert callbacks(clock) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"id": 1}, 400),
        ({"id": "字"}, 400),
        ({"id": "a", "name": 5}, 400),
        ({"id": "a", "name": "字" * 41}, 413),
        ({"id": "a", "about": "字" * 301}, 413),
        ({"id": "a" * 101}, 413),
    ],
)
def test_a_malformed_form_gets_one_clear_sentence(visitor, body, status: int) -> None:
    answer = visitor.post("/chat/callbacks", json=body)
    assert answer.status_code == status
    assert answer.json["error"]["message"]


def test_markup_in_the_fields_stays_words(visitor, clock) -> None:
    want_code(visitor)
    submit(visitor, code_sent(clock), about="<img src=x onerror=alert(1)>")
    assert callbacks(clock)[0].about == "<img src=x onerror=alert(1)>"


def test_an_id_number_in_what_it_is_about_is_masked(visitor, clock) -> None:
    want_code(visitor)
    submit(visitor, code_sent(clock), about="31010119900101123X")
    assert "31010119900101123X" not in callbacks(clock)[0].about


def test_without_a_session_no_code_is_sent(clock) -> None:
    client = create_app(clock.settings, clock, ScriptedAssistant()).test_client()
    assert want_code(client).status_code == 401
    assert submit(client, "123456").status_code == 401


def test_the_form_answers_in_the_language_of_the_widget(visitor, clock) -> None:
    assert (
        "A code went to"
        in visitor.post("/chat/callbacks/code", json={"id": "c", "phone": PHONE, "language": "en"}).json[
            "said"
        ]
    )
    done = submit(visitor, code_sent(clock), language="en", name="Ms Sample")
    assert done.json["said"].startswith("Your request has been submitted")


def test_no_number_and_no_code_lies_in_the_job_queue(visitor, clock) -> None:
    want_code(visitor)
    submit(visitor, code_sent(clock))
    assert PHONE not in str([job.input for job in queued(clock)])


def test_a_flood_of_forms_is_slowed(visitor) -> None:
    assert [submit(visitor, "123456").status_code for _ in range(13)][-1] == 429


def test_the_question_before_the_form_is_what_the_call_is_about(visitor, clock) -> None:
    visitor.post("/chat/messages", json={"id": "m", "text": "租赁备案房东不配合怎么办"})
    want_code(visitor)
    submit(visitor, code_sent(clock))
    assert callbacks(clock)[0].about == "租赁备案房东不配合怎么办"
    with clock.store.read() as session:
        assert session.scalars(select(Message).where(Message.author == "user")).one()
