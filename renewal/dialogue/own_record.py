"""What a known holder's own record answers: how it stands, why it failed, what to bring for that reason."""

from renewal.dialogue.ask import Ask
from renewal.dialogue.case import Case
from renewal.dialogue.days import expiry_values
from renewal.dialogue.speaking import Pick
from renewal.dialogue.topics import is_tagged, topics
from renewal.domain import ApplicationState, PermitState, permit_state
from renewal.domain.application import OPEN_STATES
from renewal.language import talk

ACCEPTED = frozenset({ApplicationState.IN_REVIEW, ApplicationState.PASSED})
_STATES = {
    "accepted": ACCEPTED,
    "returned": frozenset({ApplicationState.RETURNED}),
    "refused": frozenset({ApplicationState.REFUSED}),
    "sent_back": frozenset({ApplicationState.RETURNED, ApplicationState.REFUSED}),
    "open": OPEN_STATES,
}


def own_answer(ask: Ask, topic: str) -> Pick | None:
    """The answer to a question about the holder's own permit; None where the general answer is the right one."""
    case, text = ask.case, ask.text
    if not case.known or case.expires_on is None or case.about_another:
        return None
    by_day = is_tagged(topic, "own_day") and talk.asks_own_day(text)
    told = topic == "auto_success" and case.notice == "renewed"  # the notice has said how it stands
    mine = is_tagged(topic, "own_if_mine") and talk.is_about_self(text) and not told
    if topic == "my_status" or by_day or mine:
        return _handed_in(ask, "my_status") or standing(ask)
    return _handed_in(ask, topic) or _about_failure(ask, topic)


def standing(ask: Ask) -> Pick:
    """How the present period stands; the holder is known and has a permit."""
    case = ask.case
    assert case.expires_on is not None
    values = {**expiry_values(ask.ground, case.expires_on), "reasons": case.present_reasons}
    return Pick(key=_standing_key(ask, case), values=values, topic="my_status", claim="own_record")


def asks_own(ask: Ask) -> bool:
    """Whether a known holder asks when the own permit expires, how late it is, or how a renewal handed in stands."""
    case = ask.case
    if not case.known or case.expires_on is None or case.about_another:
        return False
    if talk.asks_own_day(ask.text) or talk.asks_how_late(ask.text):
        return True
    return talk.asks_progress(ask.text) and case.handed_in is not None


def _about_failure(ask: Ask, topic: str) -> Pick | None:
    """What the present period's failure, or its absence, answers."""
    case, reasons = ask.case, ask.case.present_reasons
    if case.expires_on is None:
        return None
    key = ""
    if topic == "materials" and reasons:
        if case.facts.value("moved") is True and "housing" in case.facts:
            return None  # which papers the new home needs is known, and said with those of the failure
        key = "status.bring"
    elif reasons and (is_tagged(topic, "failure") or _asks_why_it_failed(ask, topic)):
        key = "status.why" if talk.asks_why(ask.text) else "status.failed"
    elif topic == "auto_failed" and talk.asks_why(ask.text) and not case.notice:
        key = "status.no_failure"
    if not key:
        return None
    values = {**expiry_values(ask.ground, case.expires_on), "reasons": reasons}
    return Pick(key=key, values=values, topic=topic, claim="own_failure")


def _asks_why_it_failed(ask: Ask, topic: str) -> bool:
    """Whether "why did it not pass" is meant of the automatic renewal, since no papers went in."""
    went = ask.case.facts.value("went_already") or ask.case.handed_in is not None
    none_in = not went and ask.case.handed_in_on is None
    return topic == "refused" and none_in and talk.asks_why(ask.text) and not ask.reading.supposes


def _standing_key(ask: Ask, case: Case) -> str:
    assert case.expires_on is not None
    state = permit_state(case.expires_on, ask.ground.today, ask.ground.rules)
    if state is PermitState.LAPSED:
        return "dated.lapsed"
    if state is PermitState.SUSPENDED:
        return "status.suspended"
    if case.present_reasons:
        return "status.failed"
    if state is PermitState.IN_WINDOW:
        return "status.last_day" if case.expires_on == ask.ground.today else "status.waiting"
    # Told of a renewal, and the permit runs on from it; a year later the same notice would be old news.
    renewed = case.notice == "renewed" and not case.notice_is_current
    return "status.renewed" if renewed else "status.early"


def _handed_in(ask: Ask, topic: str) -> Pick | None:
    """A renewal that was handed in at the window: its stage, and by when that is due; None where none answers."""
    handed = ask.case.handed_in
    if handed is None or handed.state not in _answered_by(topic, ask.text):
        return None
    return Pick(
        key=f"status.application.{handed.state}", values=handed.values, topic=topic, claim="handed_in"
    )


def _answered_by(topic: str, text: str) -> frozenset[ApplicationState]:
    """The states in which the own renewal at the window answers this text."""
    if topic == "my_status":
        return frozenset(ApplicationState)
    row = topics().get(topic)
    if row is None or not row.application or talk.is_about_others(text):
        return frozenset()
    said = row.application.get("said", "") if talk.is_about_own_papers(text) else ""
    states: frozenset[ApplicationState] = frozenset()
    for name in (row.application.get("taken", ""), said):
        states |= _STATES.get(name, frozenset())
    return states
