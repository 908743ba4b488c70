"""What a known holder's own permit answers: how it stands, why it failed, what to bring for that reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from renewal.domain import (
    Field,
    Outcome,
    PermitState,
    permit_state,
    reinstatement_deadline,
    renewal_window,
)
from renewal.services.app import Services
from renewal.services.talks.case import Case
from renewal.services.texts.provider import DeliveryState
from renewal.services.window.answers import CASE_TOPICS, own_case
from renewal.settings import SHANGHAI
from renewal.store.models import Delivery, DeliveryEvent, Permit

WENT_OUT = (DeliveryState.ACCEPTED.value, DeliveryState.SENT.value, DeliveryState.DELIVERED.value)
_MINE = re.compile(r"我|本人|自己|\b(?:my|mine|i|me)\b", re.IGNORECASE)
_WHICH_DAY = re.compile(
    r"[还剩][有剩余下]?(?:多少|几)个?(?:天|日|月)|(?:什么时候|啥时候|几时|几号|哪天|哪一天|何时|多久).{0,4}[到过]期"
    r"|[到过]期(?:日|时间|是).{0,6}[哪几什多]|[到过]期了[吗没么]"
    r"|how many days|days (?:are )?left|when (?:does|do|will|is).{0,24}expir|expiry date|(?:is|has).{0,20}expired",
    re.IGNORECASE,
)
_SO_LATE = re.compile(r"(?:过期|逾期|超期)了?(?:几|多少)个?(?:天|月)")
_WHY = re.compile(
    r"为什么|为何|为啥|怎么会|什么原因|啥原因|原因|哪里|哪项|哪一项|哪个|什么不|\bwhy\b|reason|which",
    re.IGNORECASE,
)
_BY_DAY = frozenset({"validity", "renewal_window", "overdue", "inform", "auto_renewal", "card_update"})
_IF_MINE = frozenset({"renewal_window", "auto_success"})
_FAILED = frozenset({"auto_failed", "notice_meaning"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The wording that answers from the holder's own record, and what it may name."""

    key: str
    values: Mapping[str, Any]


def own_answer(services: Services, case: Case, topic: str, text: str) -> Own | None:
    """The answer to a question about the holder's own permit; None where the general answer is the right one."""
    if not case.known or case.expires_on is None:
        return None
    by_day = topic in _BY_DAY and _WHICH_DAY.search(text)
    if topic == "my_status" or by_day or (topic in _IF_MINE and _MINE.search(text)):
        return _window_case(services, case, "my_status", text) or standing(services, case, case.expires_on)
    handed_in = _window_case(services, case, topic, text) if topic in CASE_TOPICS else None
    return handed_in or _about_failure(services, case, topic, text)


def _about_failure(services: Services, case: Case, topic: str, text: str) -> Own | None:
    """What the present period's failure, or its absence, answers."""
    if case.expires_on is None:
        return None
    reasons = present_reasons(case)
    values = record_values(services, reasons, case.expires_on)
    if topic == "materials" and reasons:
        return Own(key="status.bring", values=values)
    if topic in _FAILED and reasons:
        return Own(key="status.why" if _WHY.search(text) else "status.failed", values=values)
    if topic == "auto_failed" and _WHY.search(text) and not case.notice:
        return Own(key="status.no_failure", values=values)
    return None


def asks_own_day(case: Case, text: str) -> bool:
    """Whether a known holder asks when the own permit expires, or how long it has been overdue."""
    return (
        case.known and case.expires_on is not None and bool(_WHICH_DAY.search(text) or _SO_LATE.search(text))
    )


def standing(services: Services, case: Case, expires_on: date) -> Own:
    """How the present period stands."""
    state = permit_state(expires_on, services.today(), services.rulebook)
    values = record_values(services, present_reasons(case), expires_on)
    return Own(key=_standing_key(services, case, expires_on, state), values=values)


def present_reasons(case: Case) -> tuple[Field, ...]:
    """Why the present period's automatic renewal failed; empty where it did not, or nobody knows yet."""
    if case.last_outcome is not None:
        return case.last_reasons if case.last_outcome is Outcome.FAILED else ()
    return case.reasons if notice_is_current(case) else ()


def notice_is_current(case: Case) -> bool:
    """Whether the last notice is about the permit's present period; one of an earlier period explains nothing now."""
    return bool(case.notice) and case.period_on == case.expires_on


def record_values(services: Services, reasons: tuple[Field, ...], expires_on: date) -> dict[str, Any]:
    """What a wording about the own permit may name: days, spans, reasons."""
    today, rules = services.today(), services.rulebook
    deadline_on = reinstatement_deadline(expires_on, rules)
    opens_on = renewal_window(expires_on, rules).opens_on
    return {
        "roughly": False,
        "reasons": reasons,
        "expires_on": expires_on,
        "opens_on": opens_on,
        "deadline_on": deadline_on,
        "days_left": (expires_on - today).days,
        "days_overdue": (today - expires_on).days,
        "days_to_deadline": (deadline_on - today).days,
        "days_to_open": (opens_on - today).days,
    }


def on_file(session: Session, case: Case) -> Own:
    """What is on file, in words, and which notice went out when; never an address, an id or a whole phone."""
    permit = session.get(Permit, case.permit_id) if case.permit_id is not None else None
    values = {
        "category": case.category.value if case.category else "",
        "endorsed_on": permit.endorsed_on if permit else None,
        "notice": case.notice,
        "told_on": _told_on(session, case.notice_id),
    }
    return Own(key="status.on_file", values=values)


def _standing_key(services: Services, case: Case, expires_on: date, state: PermitState) -> str:
    if state is PermitState.LAPSED:
        return "dated.lapsed"
    if state is PermitState.SUSPENDED:
        return "status.suspended"
    if present_reasons(case):
        return "status.failed"
    if state is PermitState.IN_WINDOW:
        return "status.last_day" if expires_on == services.today() else "status.waiting"
    # Told of a renewal, and the permit runs on from it; a year later the same notice would be old news.
    renewed = case.notice == "renewed" and not notice_is_current(case)
    return "status.renewed" if renewed else "status.early"


def _window_case(services: Services, case: Case, topic: str, text: str) -> Own | None:
    """A renewal that was handed in at the window: its stage, and by when that is due; None where none answers."""
    told = own_case(services, case, topic, text)
    return Own(key=told[0], values=told[1]) if told else None


def _told_on(session: Session, notice_id: str | None) -> date | None:
    """The day in Shanghai on which a notice's text went out; None where it did not."""
    if notice_id is None:
        return None
    went = (
        select(func.min(DeliveryEvent.at))
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(Delivery.notice_id == notice_id, DeliveryEvent.state_to.in_(WENT_OUT))
    )
    at = session.scalar(went)
    return at.astimezone(SHANGHAI).date() if at else None
