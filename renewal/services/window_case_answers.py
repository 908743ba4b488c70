"""What a known holder who asks is told of the own renewal at the window."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from renewal.domain import CaseState, renewal_window
from renewal.services.app import Services
from renewal.services.case import Case
from renewal.services.window_case_rows import view
from renewal.services.window_case_texts import case_values
from renewal.store.models import Permit, WindowCase

# What a question of each topic can be about, where the own case stands so.
_TOPICS: Mapping[str, frozenset[CaseState]] = {
    "process": frozenset({CaseState.RETURNED, CaseState.IN_REVIEW, CaseState.PASSED}),
    "review_time": frozenset({CaseState.IN_REVIEW, CaseState.PASSED}),
    "processing_time": frozenset({CaseState.RETURNED, CaseState.IN_REVIEW, CaseState.PASSED}),
    "receipt": frozenset({CaseState.RETURNED, CaseState.IN_REVIEW, CaseState.PASSED}),
    "refused": frozenset({CaseState.REFUSED}),
    "materials": frozenset({CaseState.RETURNED}),
}
CASE_TOPICS = frozenset(_TOPICS)
_NEED_A_SIGN = frozenset({"process", "receipt"})  # how it goes in general is a question of its own
_MINE = re.compile(
    r"我|本人|自己|到哪|进度|进展|好了[吗没么]|[办审]好了|下来|结果|还[要得缺差少]|什么时候[能可会]?[好办拿]"
    r"|\b(?:my|mine|i|me)\b|progress|status|done yet|still",
    re.IGNORECASE,
)
_NOT_MINE = re.compile(
    r"一般|通常|正常情况|朋友|同事|别人|我(?:老公|老婆|爱人|爸|妈|儿子|女儿|孩子|姐|哥|弟|妹)"
    r"|\b(?:usually|in general|generally)\b|my (?:friend|wife|husband|colleague|son|daughter|mother|father)",
    re.IGNORECASE,
)


def own_case(services: Services, case: Case, topic: str, text: str) -> tuple[str, Mapping[str, Any]] | None:
    """The wording about the holder's own renewal at the window, and what it may name; None where none answers.

    Of the topics that are general as well, only a text about the own case gets it.
    """
    if not case.known or case.permit_id is None:
        return None
    states = _TOPICS.get(topic)
    if states is not None and not _about_own(topic, text):
        return None
    with services.store.read() as session:
        row = session.scalars(
            select(WindowCase)
            .where(WindowCase.permit_id == case.permit_id)
            .order_by(WindowCase.id.desc())
            .limit(1)
        ).first()
        if row is None or (states is not None and row.state not in states):
            return None
        if not _is_present(services, row, session.get_one(Permit, row.permit_id)):
            return None
        seen = view(session, row, services.today())
    return f"status.case.{seen.state}", case_values(services, seen)


def _about_own(topic: str, text: str) -> bool:
    if _NOT_MINE.search(text):
        return False
    return topic not in _NEED_A_SIGN or bool(_MINE.search(text))


def _is_present(services: Services, row: WindowCase, permit: Permit) -> bool:
    """Whether the case is about the permit's present period: the one it is to renew, or the one it made."""
    if row.state is CaseState.ENDORSED:
        opens_on = renewal_window(permit.expires_on, services.rulebook).opens_on
        return permit.endorsed_on == row.endorsed_on and services.today() < opens_on
    return row.state is not CaseState.WITHDRAWN and row.period_on == permit.expires_on
