"""What a holder leaves for a callback: checking each detail, storing it, telling when staff will call."""

import re
import unicodedata
from datetime import date

import phonenumbers

from renewal.domain import Housing, due_on
from renewal.services.answers import render
from renewal.services.app import Services
from renewal.services.assistant import BotMessage
from renewal.services.calendar import PublishedCalendar
from renewal.services.case import load_case
from renewal.services.dates import find_expiry
from renewal.store.models import Conversation, Lead

REGION = "CN"
_NAME_LEAD = re.compile(
    r"^.*(?:我的名字(?:叫|是)|名字(?:叫|是|应该是)|我(?:叫|姓|是)|本人(?:叫|姓)?|姓名(?:是|[:：])?|免贵姓|叫我"
    r"|称呼我?|是叫|my name is|i am|i'm|name:)\s*",
    re.IGNORECASE,
)
_NAME_TAIL = re.compile(r"(?:就行了?|就好|就可以了?|好了|吧|哦|啊|呀)+$")
_NAME = re.compile(r"[㐀-鿿·]{1,8}(?:先生|女士|小姐|师傅|老师|阿姨)?|[A-Za-z][A-Za-z .'-]{1,38}")
_NOT_A_NAME = re.compile(
    r"吗|么|呢|怎|什么|哪|几|续签|居住|签证|办|过期|逾期|到期|租|宿舍|房|不[想要是对知行]|没|你好|您好|谢谢|可以|知道|电话"
    r"|号码|咨询|好的|随便|人工|取消|算了"
)
_CORRECTS = re.compile(r"不是|不对|错|改")


def check_phone(text: str) -> str | None:
    """The first valid phone number in a text, as E.164; the last in a correction. None where there is none."""
    clean = unicodedata.normalize("NFKC", text)
    found = [
        phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for match in phonenumbers.PhoneNumberMatcher(clean, REGION)
        if phonenumbers.is_valid_number(match.number)
    ]
    return found[-1 if _CORRECTS.search(clean) else 0] if found else None


def check_name(text: str) -> str | None:
    """The name in a text of one's own name ("我叫…", or the bare name); None where it is none."""
    clean = unicodedata.normalize("NFKC", text)
    clean = re.sub(r"[\d+\-()]{5,}.*$", "", clean)  # what follows a number is something else
    rest = _NAME_LEAD.sub("", clean, count=1)
    part = re.split(r"[，,。.!！?？;；\n、]", rest.strip(" ，,。.!！"), maxsplit=1)[0].strip()
    part = _NAME_TAIL.sub("", part)
    if not _NAME.fullmatch(part) or _NOT_A_NAME.search(part):
        return None
    return part


def check_day(text: str, today: date) -> date | None:
    """The expiry day that a text names; a date that has passed this year stays this year's."""
    found = find_expiry(text, today) or find_expiry(text, today, overdue=True)
    return found.on if found else None


def take_lead(
    services: Services,
    conversation_id: str,
    *,
    name: str,
    phone: str,
    about: str,
    expires_on: date | None = None,
    housing: str | None = None,
) -> tuple[BotMessage, ...]:
    """Store the callback request and tell by which working day staff will call.

    Source: clause callback.workdays (the guide's page, its form for details).
    """
    today = services.today()
    workdays = services.rulebook.days("callback.workdays", today)
    due = due_on(today, workdays, PublishedCalendar())
    with services.store.session() as session:
        case = load_case(session, conversation_id)
        talk = session.get(Conversation, conversation_id)
        if talk is not None:
            session.add(
                Lead(
                    conversation_id=talk.id,
                    holder_id=case.holder_id,
                    name=name,
                    phone=phone,
                    about=about[:500],
                    expires_on=expires_on,
                    housing=Housing(housing) if housing in set(Housing) else None,
                    created_at=services.now(),
                    call_by_on=due.due_on,
                )
            )
    key = "lead.taken" if due.holidays_known else "lead.taken_holidays_unknown"
    tail = phone[-4:]
    return (render(services, case, key, name=name, phone_tail=tail, call_by_on=due.due_on),)
