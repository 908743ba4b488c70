"""What a holder leaves for a callback: checked, stored encrypted, and told when staff will call."""

from datetime import date

import pytest
from sqlalchemy import select, text

from renewal.services import conversations
from renewal.services.leads import check_day, check_name, check_phone, take_lead
from renewal.store.models import Lead

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("我电话是13987654321哦", "+8613987654321"),
        ("021-62345678", "+862162345678"),
        ("不是13812345678是13987654321", "+8613987654321"),
        ("1380013800", None),
        ("没有电话", None),
        ("", None),
    ],
)
def test_a_phone_is_found_in_any_wording_or_refused(said: str, phone: str | None) -> None:
    assert check_phone(said) == phone


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("陈晓明", "陈晓明"),
        ("我叫陈晓明", "陈晓明"),
        ("免贵姓王", "王"),
        ("王女士", "王女士"),
        ("叫我小张就行", "小张"),
        ("我叫陈晓明 13800138000 想问续签", "陈晓明"),
        ("名字不对，我叫李四", "李四"),
        ("阿里木江·买买提", "阿里木江·买买提"),
        ("I'm John Smith", "John Smith"),
        ("马为民", "马为民"),
        ("怎么续签", None),
        ("不想说", None),
        ("13800138000", None),
        ("你好", None),
    ],
)
def test_a_name_is_found_in_any_wording_or_refused(said: str, name: str | None) -> None:
    assert check_name(said) == name


@pytest.mark.parametrize(
    ("said", "day"), [("12月5号", date(2026, 12, 5)), ("过期20天了", date(2026, 11, 3)), ("不知道", None)]
)
def test_a_day_is_found_or_refused(said: str, day: date | None) -> None:
    assert check_day(said, TODAY) == day


def test_a_lead_is_stored_encrypted_and_the_day_of_the_call_is_told(services) -> None:
    talk = conversations.open_anonymous(services, "web")
    reply = take_lead(
        services, talk, name="陈女士", phone="+8613800138000", about="租房续签", housing="rented"
    )
    assert "11月24日" in reply[0].text
    assert "13800138000" not in reply[0].text
    with services.store.read() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.name, lead.about, lead.call_by_on) == ("陈女士", "租房续签", date(2026, 11, 24))
        raw = session.execute(text("SELECT name, phone, about FROM leads")).one()
    assert all("陈" not in str(value) and "138" not in str(value)[:4] for value in raw)


def test_before_a_holiday_the_call_is_on_the_next_working_day(services, on) -> None:
    friday = on(date(2026, 9, 30))  # the National Day holiday begins the day after
    talk = conversations.open_anonymous(friday, "web")
    reply = take_lead(friday, talk, name="陈女士", phone="+8613800138000", about="续签")
    assert "10月8日" in reply[0].text


def test_in_a_year_without_published_holidays_that_is_said(services, on) -> None:
    later = on(date(2031, 3, 3))
    talk = conversations.open_anonymous(later, "web")
    reply = take_lead(later, talk, name="陈女士", phone="+8613800138000", about="续签")
    assert "还没公布" in reply[0].text
