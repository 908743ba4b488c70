"""From what was understood to what is said: picks the wording, works out the dates, knows the holder's case."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from renewal.dialogue.says import BotMessage, Button
from renewal.dialogue.understood import Understood
from renewal.domain import (
    Field,
    PermitState,
    Window,
    endorsed_until,
    permit_state,
    reinstatement_deadline,
    renewal_window,
)
from renewal.language.dates import find_endorsed, find_expiry, is_impossible
from renewal.services.app import Services
from renewal.services.talks.case import Case, load_case
from renewal.services.talks.own_record import notice_is_current, own_answer
from renewal.services.talks.topics import topic_of, variants_of
from renewal.services.window.answers import is_accepted
from renewal.wording.composer import Depth

DENIES = frozenset({"notice_dispute", "eligibility", "out_of_scope", "complaint"})
ADMITS = re.compile(r"离婚|离了|去世|过世|不在了|搬家|搬了|换了|辞职|失业|倒闭|退学|毕业")
NOT = re.compile(r"[没未]|哪有|不是|从来")
# A near day on which to go is no day of expiry.
VISIT = re.compile(
    r"(?:明天|明早|后天|过两天|过几天|这两天|下周|下个?礼拜).{0,2}(?:再|没空|去|来|过去|跑)"
    r"|(?:go|come) (?:tomorrow|next week)",
    re.IGNORECASE,
)
SUPPOSES = re.compile(r"的话|如果|要是|假如|万一|去签|去办|\bif\b", re.IGNORECASE)
EXPIRY = re.compile(r"到期|过期|逾期|有效期[至到]|expire|valid until", re.IGNORECASE)
_ASKS_BY_WHEN = frozenset(
    {"overdue", "renewal_window"}
)  # of an own permit that is overdue: by when, at the latest
DATED = frozenset({"renewal_window", "overdue", "inform", "validity", "my_status", "how_to_renew", "no_sms"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """The wording that was chosen for a text, and what it may name."""

    key: str
    values: Mapping[str, Any]


def answer(
    services: Services, conversation_id: str, understood: Understood, depth: Depth = "usual"
) -> tuple[BotMessage, ...]:
    """The answer to one text: sourced, from the rulebook, fitted to the channel and to what is known.

    Raises:
        WordingError: the wording lacks an entry that the topic needs.
    """
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    picked = pick(services, case, understood)
    return (render(services, case, picked.key, depth=depth, **picked.values),)


def say(services: Services, conversation_id: str, key: str, **values: Any) -> tuple[BotMessage, ...]:
    """One entry of the wording, in the conversation's channel."""
    with services.store.read() as session:
        case = load_case(session, conversation_id)
    return (render(services, case, key, **values),)


def render(services: Services, case: Case, key: str, *, depth: Depth = "usual", **values: Any) -> BotMessage:
    """One entry as a message in the case's channel, with its offers as buttons on the web."""
    today = services.today()
    wording = services.wording.edition(case.language)
    made = wording.answer(key, channel=case.channel, on=today, depth=depth, today=today, **values)
    offers = made.offer if case.channel == "web" and depth not in ("brief", "gist") else ()
    return BotMessage(text=made.text, buttons=buttons(services, case, offers))


def buttons(services: Services, case: Case, topics: Iterable[str]) -> tuple[Button, ...]:
    """A button for each topic, in the case's language."""
    wording = services.wording.edition(case.language)
    return tuple(Button(id="", label=wording.render(f"button.{topic}"), intent=topic) for topic in topics)


def pick(services: Services, case: Case, understood: Understood) -> Pick:
    """Which wording answers the text: a worked-out day's, a notice's, or the topic's own."""
    topic = topic_of(understood)
    dated = _dated(services, case, topic, understood)
    if dated is not None:
        return dated
    admits = ADMITS.search(understood.text) and not NOT.search(understood.text)
    if topic in DENIES and case.notice == "failure" and admits:
        topic = "change_report"  # "我已经离婚了" admits what the notice says
    own = own_answer(services, case, topic, understood.text)
    if own is not None:
        return Pick(key=own.key, values=own.values)
    told = _about_notice(services, case, topic)
    if told is not None:
        return told
    wanted = variants_of(topic, understood, services.rulebook, services.today())
    key = next((name for name in wanted if name in services.wording), "out_of_scope")
    return Pick(key=key, values=_named(understood))


def _named(understood: Understood) -> dict[str, Any]:
    """Entity values as a wording names them: the first of each kind, empty where none was found."""
    kinds = ("housing", "category", "relation", "id_change", "city")
    return {kind: next(iter(understood.entities.get(kind, ())), "") for kind in kinds}


def _about_notice(services: Services, case: Case, topic: str) -> Pick | None:
    """The answer fitted to the notice that the holder was sent, where there is one for it."""
    if case.period_on is None or not (case.notice == "renewed" or notice_is_current(case)):
        return None
    first = f".{case.reasons[0]}" if case.reasons else ""
    for key in (f"notice.{case.notice}.{topic}{first}", f"notice.{case.notice}.{topic}"):
        if key in services.wording:
            return Pick(key=key, values=notice_values(services, case.reasons, case.period_on))
    return None


def notice_values(services: Services, reasons: tuple[Field, ...], expires_on: date) -> dict[str, Any]:
    """What a wording about a notice may name: the reasons, the day, how much time is left."""
    today = services.today()
    return {
        "reasons": reasons,
        "expires_on": expires_on,
        "days_left": (expires_on - today).days,
        "deadline_on": reinstatement_deadline(expires_on, services.rulebook),
        "endorsed_until_on": expires_on,
    }


def _dated(services: Services, case: Case, topic: str, understood: Understood) -> Pick | None:
    """The answer worked out from a day that the text names, or from the holder's own permit."""
    if topic not in DATED:
        return None
    overdue = topic == "overdue"
    if is_impossible(understood.text, services.today(), overdue=overdue):
        return Pick(key="dated.impossible", values={})
    visits = bool(VISIT.search(understood.text))
    found = None if visits else find_expiry(understood.text, services.today(), overdue=overdue)
    own = case.expires_on
    if found is not None and own is not None and not EXPIRY.search(understood.text):
        # A day that is only named is when somebody comes, or calls: whose permit is on file is told of that one.
        return None if is_accepted(services, case) else expiry_pick(services, own)
    if found is not None:
        unsaid = topic in {"validity", "how_to_renew", "no_sms"} and not EXPIRY.search(understood.text)
        return None if unsaid else expiry_pick(services, found.on, roughly=not found.exact)
    if own is not None and (visits or (topic in _ASKS_BY_WHEN and own < services.today())):
        return None if is_accepted(services, case) else expiry_pick(services, own)
    endorsed = None if SUPPOSES.search(understood.text) else find_endorsed(understood.text, services.today())
    return _year_later(services, endorsed.on) if endorsed else None


def _year_later(services: Services, endorsed_on: date) -> Pick:
    """What the day of the last endorsement means: the permit runs from it as long as clause endorsement.years says."""
    return expiry_pick(services, endorsed_until(endorsed_on, services.rulebook), roughly=True)


def about_expiry(services: Services, case: Case, expires_on: date) -> BotMessage:
    """What a permit's expiry day means today: from when, until when, how many days left, what happens then."""
    picked = expiry_pick(services, expires_on)
    return render(services, case, picked.key, **picked.values)


def expiry_pick(services: Services, expires_on: date, *, roughly: bool = False) -> Pick:
    """The wording for what an expiry day means today; `roughly`: the day is what a span of "some" days comes to."""
    today, rules = services.today(), services.rulebook
    window: Window = renewal_window(expires_on, rules)
    state = permit_state(expires_on, today, rules)
    values = {
        "roughly": roughly,
        "expires_on": expires_on,
        "opens_on": window.opens_on,
        "deadline_on": reinstatement_deadline(expires_on, rules),
        "days_left": (expires_on - today).days,
        "days_overdue": (today - expires_on).days,
        "days_to_deadline": (reinstatement_deadline(expires_on, rules) - today).days,
        "days_to_open": (window.opens_on - today).days,
    }
    key = {
        PermitState.VALID: "dated.early",
        PermitState.IN_WINDOW: "dated.last_day" if expires_on == today else "dated.open",
        PermitState.SUSPENDED: "dated.suspended",
        PermitState.LAPSED: "dated.lapsed",
    }[state]
    return Pick(key=key, values=values)
