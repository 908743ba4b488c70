"""A text that comes in is stored once, and answered once whatever is rerun."""

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.language.masking import MASK
from renewal.services.talks import answering, inbound
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.services.texts import delivery, suppression
from renewal.services.texts.provider import InboundText
from renewal.services.texts.segments import segments
from renewal.store.models import Delivery, Message
from renewal.store.models import InboundText as InboundRow
from tests import outgoing
from tests.gateway.queue_view import queued
from tests.services.carrier import Carrier

PHONE = "+8619900000001"


class Away(Exception):
    """The process ends here."""


class Assistant:
    """The wire's end: answers in `parts` messages, unless it is away."""

    def __init__(self) -> None:
        self.away, self.parts, self.heard = False, 2, []

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        if self.away:
            raise AssistantUnavailable
        self.heard.append(text)
        return tuple(BotMessage(text=f"第{part}条") for part in range(1, self.parts + 1))


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


def _receive(services, body: str, ref: str = "SM1", phone: str = PHONE) -> bool:
    text = InboundText(provider="carrier", provider_ref=ref, phone=phone, body=body)
    return inbound.receive(services, text, services.now())


def _inbound_ids(services) -> list[str]:
    with services.store.read() as session:
        return list(session.scalars(select(InboundRow.id).order_by(InboundRow.received_at)))


def _replies(services) -> list[str]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery.body).order_by(Delivery.created_at, Delivery.part)))


def _jobs(services, name: str) -> list[str]:
    return [job.workflow_id for job in queued(services) if job.name == name]


def test_a_text_is_stored_once_with_one_job(services) -> None:
    assert [_receive(services, "你好") for _ in range(3)] == [True, False, False]
    assert len(_inbound_ids(services)) == len(_jobs(services, "answer_inbound")) == 1


def test_an_answer_has_one_delivery_for_each_message_that_waits_to_be_sent(services, assistant) -> None:
    _receive(services, "你好")
    answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    assert _replies(services) == ["【续签助手】第1条", "【续签助手】第2条"]
    assert {row.state for row in _rows(services.store)} == {"pending"}


def test_answering_again_changes_nothing(services, assistant) -> None:
    _receive(services, "你好")
    for _ in range(3):
        answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    assert len(_replies(services)) == 2
    assert assistant.heard == ["你好"]


@pytest.mark.parametrize("step", ["for_phone", "say_to", "answer"])
def test_a_kill_after_any_step_neither_loses_nor_doubles_the_answer(
    services, assistant, step, monkeypatch
) -> None:
    _receive(services, "你好")
    owner = answering.replies if step == "answer" else answering.conversations
    whole = getattr(owner, step)

    def broken(*args, **kwargs):
        whole(*args, **kwargs)
        raise Away

    with monkeypatch.context() as broken_once:
        broken_once.setattr(owner, step, broken)
        with pytest.raises(Away):
            answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    assert _replies(services) == ["【续签助手】第1条", "【续签助手】第2条"]
    with services.store.read() as session:
        assert sorted(session.scalars(select(Message.author))) == ["bot", "bot", "user"]


def test_with_the_assistant_away_the_text_is_kept_and_answered_on_its_return(services, assistant) -> None:
    _receive(services, "在吗")
    inbound_id = _inbound_ids(services)[0]
    assistant.away = True
    assert not answering.answer_inbound(services, assistant, inbound_id, services.now())
    assert not answering.answer_inbound(services, assistant, inbound_id, services.now())
    assert _replies(services) == []
    assert len(_jobs(services, "answer_inbound")) == 3
    assistant.away = False
    assert answering.answer_inbound(services, assistant, inbound_id, services.now())
    assert len(_replies(services)) == 2
    assert assistant.heard == ["在吗"]


def test_an_earlier_text_of_the_same_phone_is_answered_first(services, assistant) -> None:
    _receive(services, "第一句", "SM1")
    _receive(services, "第二句", "SM2")
    answering.answer_inbound(services, assistant, _inbound_ids(services)[1], services.now())
    assert assistant.heard == ["第一句", "第二句"]


def _is_opted_out(services) -> bool:
    with services.store.read() as session:
        return suppression.is_suppressed(session, services.store.phone_hash(PHONE))


@pytest.mark.parametrize("word", ["n", "N", "cancel", "end", "quit"])
@pytest.mark.parametrize(
    ("ours", "opted_out"),
    [
        ("本科有学士学位吗？", False),
        ('Reply "yes" with a degree certificate, "no" without.', False),
        ("自动续签成功，有效期到2027年1月8日。退订回T。", True),
        ("有疑问直接回复，退订回T。", True),
        ("", True),
    ],
)
def test_a_word_that_answers_our_question_does_not_opt_out(services, store, word, ours, opted_out) -> None:
    with store.session() as session:
        if ours:
            outgoing.create(
                session,
                phone=PHONE,
                phone_hash=store.phone_hash(PHONE),
                body=ours,
                provider="carrier",
                now=services.now(),
            )
    _receive(services, word)
    assert _is_opted_out(services) is opted_out
    assert len(_jobs(services, "answer_inbound")) == (0 if opted_out else 1)


@pytest.mark.parametrize("word", ["STOP", "T", "td", "退订", "退訂，謝謝", "opt out"])
def test_a_word_that_only_opts_out_does_so_in_the_middle_of_our_questions(services, store, word) -> None:
    with store.session() as session:
        outgoing.create(
            session,
            phone=PHONE,
            phone_hash=store.phone_hash(PHONE),
            body="您今年几周岁？",
            provider="carrier",
            now=services.now(),
        )
    _receive(services, word)
    assert _is_opted_out(services)


def test_opting_out_is_confirmed_once_and_stops_everything_else(services, store) -> None:
    _receive(services, "退订", "SM1")
    _receive(services, "TD", "SM2")
    assert _replies(services) == ["【续签助手】" + services.wording.render("sms.opted_out")]
    carrier = Carrier()
    with store.session() as session:
        other = outgoing.create(
            session,
            phone=PHONE,
            phone_hash=store.phone_hash(PHONE),
            body="x",
            provider="carrier",
            now=services.now(),
        )
    ids = [row.id for row in _rows(store)]
    delivery.send(store, carrier, ids, services.now())
    assert [body for _, body, _ in carrier.sent] == [
        "【续签助手】" + services.wording.render("sms.opted_out")
    ]
    assert {row.id: row.state for row in _rows(store)}[other] == "suppressed"


def _rows(store):
    with store.read() as session:
        return session.scalars(select(Delivery)).all()


def test_opting_in_again_works_and_is_confirmed(services, store) -> None:
    for ref, text in enumerate(["退订", "恢复订阅", "恢复订阅", "退订"]):
        _receive(services, text, f"SM{ref}")
    out, back = ("【续签助手】" + services.wording.render(f"sms.opted_{way}") for way in ("out", "in"))
    assert _replies(services) == [out, back, out]
    _receive(services, "START", "SM9")
    with store.read() as session:
        assert not suppression.is_suppressed(session, store.phone_hash(PHONE))


def test_a_question_about_opting_out_is_answered(services) -> None:
    _receive(services, "退订怎么办")
    assert len(_jobs(services, "answer_inbound")) == 1


def test_a_text_from_a_number_called_bad_shows_that_it_works(services, store) -> None:
    with store.session() as session:
        suppression.suppress(session, store.phone_hash(PHONE), "bad_number", services.now())
    _receive(services, "你好")
    with store.read() as session:
        assert not suppression.is_suppressed(session, store.phone_hash(PHONE))


def test_an_id_number_is_masked_before_it_is_stored_and_the_holder_is_told(services, assistant) -> None:
    _receive(services, "我的证号31010119900101123X，到期了吗")
    with services.store.read() as session:
        assert session.scalars(select(InboundRow.body)).all() == [f"我的证号{MASK}，到期了吗"]
    answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    assert assistant.heard == [f"我的证号{MASK}，到期了吗"]
    assert services.wording.render("notice_id_number") in _replies(services)[0]


def test_an_id_number_before_a_line_break_or_of_fifteen_digits_is_neither_kept_nor_passed_on(
    services, assistant
) -> None:
    _receive(services, "310101199001011234\n1月到期")
    _receive(services, "310101900101123 1月到期", "SM2")
    for inbound_id in _inbound_ids(services):
        answering.answer_inbound(services, assistant, inbound_id, services.now())
    assert assistant.heard == [f"{MASK}\n1月到期", f"{MASK} 1月到期"]
    with services.store.read() as session:
        assert set(session.scalars(select(InboundRow.body))) == set(assistant.heard)
    assert sum(services.wording.render("notice_id_number") in reply for reply in _replies(services)) == 2


@pytest.mark.parametrize("body", ["", "😀" * 20, "字" * 5000, "/restart"])
def test_odd_texts_are_answered(services, assistant, body) -> None:
    _receive(services, body)
    answering.answer_inbound(services, assistant, _inbound_ids(services)[0], services.now())
    assert len(_replies(services)) == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("中" * 134, 2),
        ("中" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_segments_are_counted_as_they_are_charged(body, expected) -> None:
    assert segments(body) == expected
