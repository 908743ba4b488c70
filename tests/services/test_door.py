"""What is said at the door comes as from a phone, and what is heard is what the phone gets."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from renewal.dialogue.says import BotMessage, Button
from renewal.services.app import Services
from renewal.services.samples import door
from renewal.services.samples.door import RealPhones
from renewal.services.talks.assistant import AssistantUnavailable
from renewal.store.models import Conversation, Delivery, Notice
from tests.gateway.queue_view import queued

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


class Parrot:
    """The wire's end: says what it hears, with a button; away when told so."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        if text == "away":
            raise AssistantUnavailable("gone")
        return (BotMessage(text=f"听到{text}{intent}", buttons=(Button(id="", label="是", intent="yes"),)),)


def _said(services: Services, talk: str, *texts: str) -> list[str]:
    return [door.say(services, Parrot(), talk, text).text for text in texts]


def test_a_text_message_is_heard_as_it_was_delivered_without_the_signature(services: Services):
    heard = door.say(services, Parrot(), door.enter(services, "sms"), "你好")
    (reply,) = heard.replies
    assert reply.text == "听到你好"
    assert reply.body == "【续签助手】听到你好"
    assert not reply.buttons
    with services.store.read() as session:
        assert session.scalars(select(Delivery.state)).all() == ["delivered"]
    assert queued(services) == [], "nothing is left for a worker to do twice"


def test_who_opts_out_is_told_once_and_hears_nothing_until_they_opt_in(services: Services):
    talk = door.enter(services, "sms")
    out, again, answer, back, after = _said(services, talk, "TD", "退订", "你好", "START", "你好")
    assert out
    assert (again, answer) == ("", "")
    assert back
    assert after == "听到你好"


def test_every_anonymous_talk_has_a_number_of_its_own(services: Services):
    talks = [door.enter(services, "sms") for _ in range(20)]
    _said(services, talks[0], "退订")
    assert _said(services, talks[1], "你好") == ["听到你好"]
    with services.store.read() as session:
        phones = set(session.scalars(select(Conversation.phone_hash)))
    assert len(phones) == len(talks)


def test_a_later_text_of_a_number_goes_on_in_its_conversation(services: Services):
    talk = door.enter(services, "sms")
    heard = [door.say(services, Parrot(), talk, text).conversation_id for text in ("一", "TD", "START", "二")]
    assert set(heard) == {talk}


def test_a_masked_number_is_warned_of_in_a_text_message_too(services: Services):
    (said,) = _said(services, door.enter(services, "sms"), "我的证号31010119900101123X")
    assert "31010119900101123X" not in said
    assert said.count("\n") == 1


def test_a_holder_of_a_scenario_is_known_by_number_with_the_last_notice(sample: Services):
    for name, kind in (("renewed", "renewed"), ("matching", None), ("failure:address", "failure")):
        heard = door.say(sample, Parrot(), door.enter(sample, "sms", name), "你好")
        with sample.store.read() as session:
            talk = session.get_one(Conversation, heard.conversation_id)
            notice = session.get(Notice, talk.notice_id) if talk.notice_id else None
        assert talk.holder_id is not None
        assert (notice.kind if notice else None) == kind, name


def test_a_scenario_opens_anew_for_a_holder_who_opted_out(sample: Services):
    assert _said(sample, door.enter(sample, "sms", "renewed"), "退订", "你好")[1] == ""
    assert _said(sample, door.enter(sample, "sms", "renewed"), "你好") == ["听到你好"]


def test_on_the_web_a_button_comes_along_and_can_be_pressed(services: Services):
    talk = door.enter(services, "web")
    (reply,) = door.say(services, Parrot(), talk, "你好").replies
    assert _said(services, talk, reply.buttons[0].id) == ["听到是yes"]
    with services.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


@pytest.mark.parametrize("channel", ["sms", "web"])
def test_an_assistant_that_is_away_is_said_to_be(services: Services, channel):
    talk = door.enter(services, channel)
    with pytest.raises(AssistantUnavailable):
        door.say(services, Parrot(), talk, "away")
    assert queued(services) == []


def test_where_texts_are_real_nobody_is_made_up(services: Services):
    real = replace(services, settings=services.settings.model_copy(update={"provider": "twilio"}))
    with pytest.raises(RealPhones):
        door.enter(real, "sms")
    assert door.enter(real, "web")
