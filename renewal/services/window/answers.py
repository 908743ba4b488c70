"""What a known holder who asks is told of the own renewal at the window."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from renewal.domain import CaseState, renewal_window
from renewal.domain.window_case import OPEN_STATES
from renewal.services.app import Services
from renewal.services.talks.case import Case
from renewal.services.window.rows import view
from renewal.services.window.texts import case_values
from renewal.store.models import Permit, WindowCase

ACCEPTED = frozenset({CaseState.IN_REVIEW, CaseState.PASSED})
# Where a question of the topic is taken to be about the own case as it stands, unless it says otherwise,
# and where it must say so, since the general answer is as likely wanted.
_TAKEN: Mapping[str, frozenset[CaseState]] = {
    **dict.fromkeys(("auto_failed", "notice_meaning", "no_sms", "overdue"), ACCEPTED),
    "review_time": ACCEPTED,
    "processing_time": ACCEPTED,
    "refused": frozenset({CaseState.REFUSED}),
    "materials": frozenset({CaseState.RETURNED}),
}
_SAID: Mapping[str, frozenset[CaseState]] = {
    "process": OPEN_STATES,
    "receipt": OPEN_STATES,
    "materials": OPEN_STATES,
}
CASE_TOPICS = _TAKEN.keys() | _SAID.keys()
_MINE = re.compile(
    r"我|本人|自己|到哪|进度|进展|好了[吗没么]|[办审]好了|下来|结果|还[要得缺差少]|什么时候[能可会]?[好办拿]"
    r"|\b(?:my|mine|i|me)\b|progress|status|done yet|still",
    re.IGNORECASE,
)
# What is asked of something handed in, whatever else it may be taken for.
_PROGRESS = re.compile(
    r"到哪一?步|[进近]度|进展|[审办批核]到哪|[审批办核]好?完?了[吗没么]|有结果了?[吗没么]|谁[来在]?[定审批核]"
    r"|(?:什么时候|啥时候|几时|几号|哪天|多久)[能会可以才]{0,3}(?:好|办好|办完|下来|出来|拿到?|出结果)"
    r"|[还缺差少][缺差少要]了?(?:啥|什么|哪)|退(?:了)?回来"
    r"|\b(?:progress|how far along|which step|any (?:news|result))\b|(?:be|is it) (?:done|ready)",
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
    states = _states(topic, text)
    if not states:
        return None
    newest = select(WindowCase).where(WindowCase.permit_id == case.permit_id).order_by(WindowCase.id.desc())
    with services.store.read() as session:
        row = session.scalars(newest.limit(1)).first()
        if row is None or row.state not in states:
            return None
        if not _is_present(services, row, session.get_one(Permit, row.permit_id)):
            return None
        seen = view(session, row, services.today())
    return f"status.case.{seen.state}", case_values(services, seen)


def asks_progress(services: Services, case: Case, text: str) -> bool:
    """Whether a known holder who handed in a renewal of this period asks how that stands."""
    if not _PROGRESS.search(text) or _NOT_MINE.search(text):
        return False
    return own_case(services, case, "my_status", text) is not None


def is_accepted(services: Services, case: Case) -> bool:
    """Whether the known holder's renewal was accepted at the window, and is not endorsed yet."""
    if not case.known or case.permit_id is None:
        return False
    accepted = select(WindowCase.id).where(
        WindowCase.permit_id == case.permit_id, WindowCase.state.in_(ACCEPTED)
    )
    with services.store.read() as session:
        return session.scalar(accepted.limit(1)) is not None


def _states(topic: str, text: str) -> frozenset[CaseState]:
    """The states in which the own case answers this text."""
    if topic not in CASE_TOPICS:
        return frozenset(CaseState)
    if _NOT_MINE.search(text):
        return frozenset()
    said = _SAID.get(topic, frozenset()) if _MINE.search(text) else frozenset()
    return _TAKEN.get(topic, frozenset()) | said


def _is_present(services: Services, row: WindowCase, permit: Permit) -> bool:
    """Whether the case is about the permit's present period: the one it is to renew, or the one it made."""
    if row.state is CaseState.ENDORSED:
        opens_on = renewal_window(permit.expires_on, services.rulebook).opens_on
        return permit.endorsed_on == row.endorsed_on and services.today() < opens_on
    return row.state is not CaseState.WITHDRAWN and row.period_on == permit.expires_on
