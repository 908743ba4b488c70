"""Staff ring back: one of them at a time, three times, then a text; and which conversations wait for a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from renewal.language.contact import country_to_text
from renewal.services.app import Services
from renewal.services.callbacks import calling, rows
from renewal.services.callbacks.rows import CLAIM_LIFE, CallbackCancelled, CallbackEnded, CallbackTaken
from renewal.services.callbacks.staff import counts, list_callbacks
from renewal.services.keeping import erasing
from renewal.services.talks import conversations, handover, web_sessions
from renewal.services.talks.waiting import how_many_wait, waiting_talks
from renewal.services.texts import suppression
from renewal.store.models import Callback, Delivery, InboundText
from tests.bookings import book_callback, cancel_callback
from tests.gateway.conftest import ScriptedAssistant

PHONE = "+8613800138000"
LANDLINE = "+862162345678"


def asked(services: Services, phone: str = PHONE, name: str = "样例女士") -> tuple[int, str]:
    """A callback of a visitor's: its number, and the conversation."""
    talk, _ = web_sessions.open_web(services)
    book_callback(services, talk, name=name, phone=phone, about="租房")
    with services.store.read() as session:
        return session.scalars(select(Callback.id).order_by(Callback.id.desc())).first(), talk


def sent(services: Services) -> list[Delivery]:
    with services.store.read() as session:
        return list(session.scalars(select(Delivery)))


def test_of_many_who_claim_one_callback_at_once_one_has_it_and_the_others_are_told_who(services) -> None:
    number, _ = asked(services)

    def claim(who: str) -> str:
        try:
            calling.claim(services, number, staff=f"{who}(desk)")
        except CallbackTaken as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(claim, "abcdef"))
    assert told.count("") == 1
    winner = "abcdef"[told.index("")]
    assert {line for line in told if line} == {
        f"回电 {number} 由 {winner} 在打，没有改：请打别的，或先和他说一声"
    }


def test_a_claim_of_somebody_who_went_home_lapses(services) -> None:
    number, _ = asked(services)
    calling.claim(services, number, staff="li")
    with services.store.session() as session:
        session.get_one(Callback, number).claimed_at -= CLAIM_LIFE + timedelta(minutes=1)
    assert list_callbacks(services, staff="x")[0][0].claimed_by == ""
    assert calling.claim(services, number, staff="wang")
    with pytest.raises(CallbackTaken):
        calling.close_callback(services, number, staff="li")


def test_what_ended_or_was_cancelled_cannot_be_claimed(services) -> None:
    number, talk = asked(services)
    cancel_callback(services, talk)
    with pytest.raises(CallbackCancelled):
        calling.claim(services, number, staff="li")
    other, _ = asked(services)
    assert calling.close_callback(services, other, staff="li")
    with pytest.raises(CallbackEnded):
        calling.not_reached(services, other, staff="li")


def test_a_note_is_encrypted_masked_and_erased_with_its_callback(services) -> None:
    number, _ = asked(services)
    calling.add_note(services, number, "证件号 11010119900307123X，\x1b[31m下午再打", staff="li")
    with services.store.read() as session:
        (note,) = rows.notes_of(session.get_one(Callback, number))
        raw = session.execute(text("SELECT notes FROM callbacks")).scalar_one()
    assert note.by == "li"
    assert "11010119900307123X" not in note.text
    assert note.text.endswith("下午再打")
    assert "\x1b" not in note.text
    assert "下午" not in raw
    person, _ = erasing.find(services, phone=PHONE)
    erasing.erase(services, person, actor="test")
    with services.store.read() as session:
        assert session.scalars(select(Callback)).all() == []


@pytest.mark.parametrize("words", ["", "  ", "长" * 501])
def test_a_note_that_says_nothing_or_too_much_is_refused(services, words: str) -> None:
    number, _ = asked(services)
    with pytest.raises(calling.BadNote, match="最多 500 个字"):
        calling.add_note(services, number, words, staff="li")


def test_nobody_answers_three_times_and_a_text_says_so_once(services) -> None:
    number, _ = asked(services)
    for left in (2, 1):
        calling.claim(services, number, staff="li")
        assert calling.not_reached(services, number, staff="li") == calling.NotReached(left=left)
        (listed,), _ = list_callbacks(services, staff="x")
        assert (listed.claimed_by, listed.tries) == ("", 3 - left)
        assert listed.call_after_at is not None
    assert calling.not_reached(services, number, staff="li") == calling.NotReached(left=0, texted=True)
    (text_out,) = sent(services)
    assert "打了3次都没接通" in text_out.body
    assert (text_out.template, text_out.lane, text_out.phone) == ("callback.unreached", "notices", PHONE)
    (ended,), _ = list_callbacks(services, staff="x", with_closed=True)
    assert ended.state == "unreached"


@pytest.mark.parametrize("why", ["landline", "extension", "abroad", "opted out"])
def test_where_no_text_can_be_sent_staff_are_told_so(services, why: str) -> None:
    phone = {"landline": LANDLINE, "extension": f"{PHONE};ext=8", "abroad": "+12025550143"}.get(why, PHONE)
    number, _ = asked(services, phone)
    if why == "opted out":
        with services.store.session() as session:
            suppression.suppress(session, services.store.phone_hash(PHONE), "opt_out", services.now())
    for _ in range(2):
        calling.not_reached(services, number, staff="li")
    assert calling.not_reached(services, number, staff="li") == calling.NotReached(left=0, texted=False)
    assert [row.state for row in sent(services) if row.state != "suppressed"] == []


@pytest.mark.parametrize("number", [LANDLINE, f"{PHONE};ext=8", "+12025550143"])
def test_who_asked_by_sms_for_a_call_on_a_landline_is_texted_where_they_text_from(
    services, number: str
) -> None:
    talk = conversations.for_phone(services, PHONE)
    (said,) = book_callback(services, talk, name="样例女士", phone=number, about="租房", proved=False)
    assert f"尾号{number.partition(';')[0][-4:]}" in said.text
    assert "收不了短信" in said.text
    with services.store.read() as session:
        callback_id = session.scalars(select(Callback.id)).one()
    for _ in range(2):
        calling.not_reached(services, callback_id, staff="li")
    assert calling.not_reached(services, callback_id, staff="li") == calling.NotReached(left=0, texted=True)
    (text_out,) = sent(services)
    assert (text_out.template, text_out.phone) == ("callback.unreached", PHONE)
    assert text_out.phone_hash == services.store.phone_hash(PHONE)


def test_a_number_that_gets_texts_is_booked_without_a_word_of_that(services) -> None:
    talk = conversations.for_phone(services, PHONE)
    (said,) = book_callback(services, talk, name="样例女士", phone="+8613900139000", proved=False)
    assert "收不了短信" not in said.text
    (said,) = book_callback(services, talk, name="样例女士", phone=LANDLINE, proved=False)
    assert said.text.startswith("改好了")
    assert "收不了短信" in said.text


def test_a_landline_takes_no_text_and_a_mobile_number_is_of_its_country() -> None:
    assert country_to_text(PHONE) == "CN"
    assert country_to_text(LANDLINE) is None
    assert country_to_text(f"{PHONE};ext=12") is None


def test_callbacks_are_listed_by_the_day_on_which_they_are_due_and_counted(services, on) -> None:
    later, _ = asked(services, name="样例甲")
    with services.store.session() as session:
        session.get_one(Callback, later).call_by_on += timedelta(days=3)
    sooner, _ = asked(services, "+8613900139000", name="样例乙")
    again, _ = asked(services, "+8613700137000", name="样例丙")
    last, _ = asked(services, "+8613600136000", name="样例丁")
    calling.not_reached(services, again, staff="li")
    assert [one.id for one in list_callbacks(services, staff="x")[0]] == [sooner, last, again, later]
    due = list_callbacks(services, staff="x")[0][0].call_by_on
    assert (counts(on(due)).open, counts(on(due)).due_today, counts(on(due)).late) == (4, 3, 0)
    assert counts(on(due + timedelta(days=1))).late == 3


def said(services: Services, talk: str, words: str, ref: str) -> None:
    conversations.say_to(services, ScriptedAssistant(), talk, words, ref)


def test_conversations_wait_by_how_long_they_have_waited_for_a_persons_word(services) -> None:
    assert waiting_talks(services, staff="x") == ()
    _, called = asked(services)
    held, _ = web_sessions.open_web(services)
    said(services, held, "在吗", "m1")
    assert [(talk.conversation_id, talk.why) for talk in waiting_talks(services, staff="x")] == [
        (called, "asked_for_a_call")
    ]
    handover.take(services, held, staff="li(desk)")
    assert [
        (talk.conversation_id, talk.why, talk.last_text) for talk in waiting_talks(services, staff="x")
    ] == [
        (called, "asked_for_a_call", ""),
        (held, "unanswered", "在吗"),
    ]
    handover.say(services, held, "在的", staff="li(desk)")
    assert how_many_wait(services) == 1
    (_, answered) = waiting_talks(services, staff="x")
    assert (answered.why, answered.since, answered.staffed_by) == ("held", None, "li(desk)")
    said(services, held, "谢谢", "m2")
    assert how_many_wait(services) == 2
    handover.release(services, held, staff="li(desk)")
    assert how_many_wait(services) == 1


def test_a_text_that_the_assistant_could_not_answer_waits_until_staff_write(services) -> None:
    talk = conversations.for_phone(services, PHONE)
    with services.store.session() as session:
        session.add(
            InboundText(
                id="t1",
                provider="simulator",
                provider_ref="r1",
                phone=PHONE,
                phone_hash=services.store.phone_hash(PHONE),
                body="x",
                conversation_id=talk,
                received_at=services.now(),
                set_aside_at=services.now(),
            )
        )
    assert [one.why for one in waiting_talks(services, staff="x")] == ["set_aside"]
    handover.say(services, talk, "您好", staff="li(desk)")
    assert [one.why for one in waiting_talks(services, staff="x")] == ["held"]
    handover.release(services, talk, staff="li(desk)")
    assert waiting_talks(services, staff="x") == ()
