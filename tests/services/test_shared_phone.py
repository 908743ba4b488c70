"""Two holders on one number: texts are about the one last notified, and the other one can be asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from renewal.dialogue.says import BotMessage
from renewal.services.app import Services
from renewal.services.talks import conversations
from renewal.store.models import Conversation, Holder, Notice, Permit

OLDER, NEWER = "5521", "5522"


class Wire:
    """Stands for Rasa's end of the wire."""

    def answer(
        self, *, conversation_id: str, text: str, intent: str = "", notice: str = ""
    ) -> tuple[BotMessage, ...]:
        return (BotMessage(text="机器人的回答"),)


class Family:
    """A phone of two holders, which texts."""

    def __init__(self, services: Services, *, notified: bool) -> None:
        self.services, self.said = services, 0
        with services.store.session() as session:
            first, second = session.scalars(select(Holder).order_by(Holder.id).limit(2)).all()
            second.phone, second.phone_hash = first.phone, first.phone_hash
            self.phone, self.ids = first.phone, {OLDER: first.id, NEWER: second.id}
            for days, (tail, holder_id) in enumerate(self.ids.items(), start=30):
                permit = session.scalars(select(Permit).where(Permit.holder_id == holder_id)).first()
                permit.number = f"310000{tail}"
                permit.expires_on = services.today() + timedelta(days=days)
                if notified:
                    self.notify(session, permit, minutes=days)

    def notify(self, session, permit: Permit, *, minutes: int) -> None:
        session.add(
            Notice(
                permit_id=permit.id,
                holder_id=permit.holder_id,
                period_on=permit.expires_on,
                kind="failure",
                reasons="address",
                created_at=self.services.now() - timedelta(hours=5) + timedelta(minutes=minutes),
            )
        )

    def say(self, words: str) -> list[str]:
        self.said += 1
        talk = conversations.for_phone(self.services, self.phone)
        found = conversations.say_to(self.services, Wire(), talk, words, f"m{self.said}")
        with self.services.store.read() as session:
            self.holder_id = session.get_one(Conversation, talk).holder_id
        return [message.text for message in found if message.author == "bot"]


def test_the_first_answer_says_whose_permit_it_is_about_and_the_next_does_not(sample) -> None:
    family = Family(sample, notified=True)
    said = family.say("要带什么")
    assert len(said) == 2
    assert f"尾号{NEWER}" in said[0]
    assert "2张" in said[0]
    assert family.holder_id == family.ids[NEWER]
    assert family.say("要几天") == ["机器人的回答"]


@pytest.mark.parametrize(
    "words", [OLDER, f"尾号{OLDER}", f"尾號{OLDER}的", "另一张", "the other one", "不是这张"]
)
def test_the_other_permit_is_asked_for_by_its_number_or_as_the_other(sample, words: str) -> None:
    family = Family(sample, notified=True)
    family.say("你好")
    said = family.say(words)
    assert OLDER in said[0]
    assert "机器人的回答" not in said
    assert family.holder_id == family.ids[OLDER]
    assert family.say("要几天") == ["机器人的回答"]
    assert family.holder_id == family.ids[OLDER]


def test_the_other_permit_is_asked_for_by_its_day_with_a_question(sample) -> None:
    family = Family(sample, notified=True)
    family.say("你好")
    day = sample.today() + timedelta(days=30)
    said = family.say(f"{day.month}月{day.day}号到期的那张，去窗口要带什么？")
    assert OLDER in said[0]
    assert said[-1] == "机器人的回答"


def test_a_later_notice_is_what_the_next_text_is_about(sample) -> None:
    family = Family(sample, notified=True)
    family.say("你好")
    with sample.store.session() as session:
        permit = session.scalars(select(Permit).where(Permit.holder_id == family.ids[OLDER])).first()
        permit.expires_on += timedelta(days=1)
        family.notify(session, permit, minutes=400)
    assert OLDER in family.say("怎么回事")[0]


def test_with_nobody_notified_it_is_asked_which_permit_is_meant(sample) -> None:
    family = Family(sample, notified=False)
    said = family.say("查询")
    assert "2张" in said[0]
    assert OLDER not in said[0]
    assert NEWER not in said[0]
    family.say(OLDER)
    assert family.holder_id == family.ids[OLDER]
