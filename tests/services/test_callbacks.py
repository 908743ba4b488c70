"""A callback: booked once, changed in place, cancelled, and told with the working day of the call."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text

from renewal.dialogue.forms.known import Contact
from renewal.dialogue.says import BotMessage
from renewal.services.app import Services
from renewal.services.callbacks.staff import PAGE, list_callbacks
from renewal.services.samples.scenarios import open_scenario
from renewal.services.talks import conversations, web_sessions
from renewal.services.talks.callback_rows import shown_name
from renewal.services.turns.knowing import load_known
from renewal.store.models import AuditEntry, Callback, Holder
from tests.bookings import book_callback, cancel_callback, erase_number, note_wish, own_contact

TODAY = date(2026, 11, 23)
MS_CHEN = {"name": "陈女士", "phone": "+8613800138000"}


class Wire:
    def answer(self, **_: str) -> tuple[BotMessage, ...]:
        return (BotMessage(text="好的"),)


def open_calls(services: Services, talk: str) -> bool:
    return load_known(services, talk, appointments=False).callback is not None


def callbacks(services: Services) -> list[Callback]:
    with services.store.read() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


def test_a_callback_is_stored_encrypted_and_the_day_of_the_call_is_told(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    reply = book_callback(services, talk, **MS_CHEN, about="租房续签", housing="rented")
    assert "11月24日" in reply[0].text
    assert "13800138000" not in reply[0].text
    with services.store.read() as session:
        callback = session.scalars(select(Callback)).one()
        assert (callback.name, callback.about, callback.call_by_on) == (
            "陈女士",
            "租房续签",
            date(2026, 11, 24),
        )
        raw = session.execute(text("SELECT name, phone, about FROM callbacks")).one()
    assert all("陈" not in str(value) and "138" not in str(value)[:4] for value in raw)


def test_before_a_holiday_the_call_is_on_the_next_working_day(services, on) -> None:
    friday = on(date(2026, 9, 30))  # the National Day holiday begins the day after
    talk = conversations.open_anonymous(friday, "web")
    assert "10月8日" in book_callback(friday, talk, **MS_CHEN)[0].text


def test_in_a_year_without_published_holidays_that_is_said(services, on) -> None:
    later = on(date(2031, 3, 3))
    talk = conversations.open_anonymous(later, "web")
    assert "还没公布" in book_callback(later, talk, **MS_CHEN)[0].text


def test_a_second_booking_changes_the_first_and_keeps_its_day(services, on) -> None:
    talk = conversations.open_anonymous(services, "web")
    book_callback(services, talk, **MS_CHEN, about="租房续签")
    reply = book_callback(on(date(2026, 11, 24)), talk, name="陈女士", phone="+8613900139000")
    (callback,) = callbacks(services)
    assert (callback.phone, callback.call_by_on) == ("+8613900139000", date(2026, 11, 24))
    assert callback.about == "租房续签"
    assert "改好了" in reply[0].text
    assert "9000" in reply[0].text


def test_asking_again_tells_that_it_is_booked_and_apologises_where_the_day_has_passed(services, on) -> None:
    talk = conversations.open_anonymous(services, "web")
    book_callback(services, talk, **MS_CHEN)
    assert "已经登记着" in book_callback(services, talk, **MS_CHEN)[0].text
    assert "抱歉" in book_callback(on(date(2026, 11, 26)), talk, **MS_CHEN)[0].text
    assert len(callbacks(services)) == 1


def test_a_cancelled_call_is_cancelled_once_and_can_be_booked_anew(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    book_callback(services, talk, **MS_CHEN)
    assert "取消了" in cancel_callback(services, talk)[0].text
    assert "没有等着的回电" in cancel_callback(services, talk)[0].text
    assert not open_calls(services, talk)
    book_callback(services, talk, **MS_CHEN)
    assert [callback.state for callback in callbacks(services)] == ["cancelled", "open"]
    with services.store.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.detail) == ("holder", "callback.cancelled", {})


def test_a_wish_for_an_hour_is_kept_for_staff_and_not_promised(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    assert note_wish(services, talk, "下午三点打") == ()
    book_callback(services, talk, **MS_CHEN, about="租房续签")
    assert "由他们安排" in note_wish(services, talk, "下午三点打")[0].text
    assert callbacks(services)[0].about == "租房续签；下午三点打"


def test_without_a_topic_it_is_about_what_was_asked_last(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    for n, said in enumerate(["怎么续签", "社保断了三个月还能续吗", "转人工", "王女士 13800138000"]):
        conversations.say_to(services, Wire(), talk, said, f"m{n}")
    book_callback(services, talk, **MS_CHEN)
    assert callbacks(services)[0].about == "社保断了三个月还能续吗"


def test_of_a_holder_on_file_nothing_need_be_asked(sample) -> None:
    talk = open_scenario(sample, "failure:address", "sms")
    own = own_contact(sample, talk)
    with sample.store.read() as session:
        holder = session.scalars(select(Holder).where(Holder.phone == own.phone)).one_or_none()
        names = {row.name for row in session.scalars(select(Holder)) if row.phone == own.phone}
    assert holder is None or holder.name == own.name
    assert own.name in names
    reply = book_callback(sample, talk, name=own.name, phone=own.phone)
    assert own.phone[-4:] in reply[0].text
    assert own.name not in reply[0].text
    assert callbacks(sample)[0].expires_on is not None


def test_a_holders_open_call_is_found_from_a_later_conversation(sample) -> None:
    first = open_scenario(sample, "overdue", "sms")
    own = own_contact(sample, first)
    book_callback(sample, first, name=own.name, phone=own.phone)
    assert open_calls(sample, open_scenario(sample, "overdue", "sms"))


def test_an_unknown_number_is_known_as_a_number_only(services) -> None:
    talk = conversations.for_phone(services, "+8619900000001")
    assert own_contact(services, talk) == Contact(phone="+8619900000001")


@pytest.mark.parametrize(
    ("name", "by_sms"), [("陈晓明", "陈*明"), ("王女士", "王女士"), ("小张", "小张"), ("Li Lei", "Li")]
)
def test_no_full_name_goes_into_an_sms(name: str, by_sms: str) -> None:
    assert shown_name(name, "sms") == by_sms
    assert shown_name(name, "web") == name


def strangers(services: Services, count: int, phone: str = "", first: int = 0) -> list[str]:
    """What each of so many web visitors is told who asks for a call."""
    told = []
    for n in range(first, first + count):
        talk, _ = web_sessions.open_web(services)
        told.append(book_callback(services, talk, name="某先生", phone=phone or f"+86138{n:08}")[0].text)
    return told


def limited(services: Services, **most: int) -> Services:
    return replace(services, settings=services.settings.model_copy(update=most))


def test_a_crowd_on_the_web_is_told_kindly_that_no_more_calls_are_booked_and_the_operators_hear_of_it(
    services, capsys
) -> None:
    few = limited(services, callbacks_unknown_per_day=3)
    *taken, refused, again = strangers(few, 5)
    assert all("登记好了" in told for told in taken)
    assert "没有登记上" in refused
    assert "社区事务受理服务中心" in refused
    assert refused == again
    assert len(callbacks(services)) == 3
    with services.store.read() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["callbacks.too_many"]
    logged = capsys.readouterr()
    assert "callbacks.too_many" in logged.out + logged.err


def test_the_crowd_keeps_no_holder_out_and_nobody_who_texts(sample) -> None:
    few = limited(sample, callbacks_unknown_per_day=1)
    strangers(few, 2)
    talk = open_scenario(few, "failure:address", "web")
    assert "登记好了" in book_callback(few, talk, **MS_CHEN)[0].text
    texting = conversations.for_phone(few, "+8613700137000")
    assert "登记好了" in book_callback(few, texting, name="王女士", phone="+8613700137000")[0].text


def test_a_number_cannot_be_rung_again_and_again_on_strangers_word(services) -> None:
    told = strangers(limited(services, callbacks_per_phone=2), 4, phone="+8613900139000")
    assert ["登记好了" in text for text in told] == [True, True, False, False]
    with_extension = strangers(limited(services, callbacks_per_phone=2), 1, phone="+8613900139000;ext=8")
    assert "没有登记上" in with_extension[0]


def test_a_number_that_strangers_left_is_no_bar_to_who_texts_from_it(services) -> None:
    few = limited(services, callbacks_per_phone=2)
    strangers(few, 3, phone="+8613900139000")
    talk = conversations.for_phone(few, "+8613900139000")
    assert "登记好了" in book_callback(few, talk, name="王女士", phone="+8613900139000")[0].text


def test_a_booked_call_cannot_be_turned_on_a_number_that_is_rung_enough(services) -> None:
    few = limited(services, callbacks_per_phone=2)
    strangers(few, 2, phone="+8613900139000")
    talk, _ = web_sessions.open_web(few)
    book_callback(few, talk, **MS_CHEN)
    assert "没有改成它" in book_callback(few, talk, name="陈女士", phone="+8613900139000")[0].text
    assert callbacks(services)[-1].phone == MS_CHEN["phone"]


def test_a_conversation_books_and_cancels_only_so_often(services) -> None:
    few = limited(services, callbacks_per_talk=2)
    talk, _ = web_sessions.open_web(few)
    for _ in range(2):
        book_callback(few, talk, **MS_CHEN)
        cancel_callback(few, talk)
    assert "没有登记上" in book_callback(few, talk, **MS_CHEN)[0].text


def test_a_real_callback_stands_before_hundreds_of_bogus_ones_and_no_list_is_cut_in_silence(sample) -> None:
    many = limited(sample, callbacks_unknown_per_day=10_000)
    strangers(many, PAGE + 10)
    texting = conversations.for_phone(many, "+8613700137000")
    book_callback(many, texting, name="发短信的", phone="+8613700137000")
    talk = open_scenario(many, "failure:address", "web")
    book_callback(many, talk, **MS_CHEN)
    first, count = list_callbacks(many, staff="li")
    assert [callback.conversation_id for callback in first[:2]] == [talk, texting]
    second, _ = list_callbacks(many, staff="li", page=2)
    assert (len(first), len(second), count) == (PAGE, 12, PAGE + 12)
    assert not {callback.id for callback in first} & {callback.id for callback in second}
    assert list_callbacks(many, staff="li", page=3) == ((), count)


def test_numbers_that_no_code_proved_keep_their_owner_from_no_call(services) -> None:
    few = limited(services, callbacks_per_phone=1, callbacks_unknown_per_day=1)
    for cancels in (False, True, False):
        stranger = conversations.open_anonymous(few, "web")
        book_callback(few, stranger, name="陈女士", phone=MS_CHEN["phone"], proved=False)
        if cancels:
            cancel_callback(few, stranger)
    assert [row.state for row in callbacks(services)] == ["unconfirmed", "cancelled", "unconfirmed"]
    owner = conversations.open_anonymous(few, "web")
    assert "登记好了" in book_callback(few, owner, **MS_CHEN)[0].text


def test_a_number_cancelled_before_its_code_is_still_erased_on_a_word(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    book_callback(services, talk, **MS_CHEN, proved=False)
    cancel_callback(services, talk)
    assert "删掉了" in erase_number(services, talk)[0].text
    assert callbacks(services) == []
