"""What a number of the text comes to: by when a call comes or a move is reported, who may go at an age."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.domain.workdays import due_on
from renewal.language.ages import age_told
from renewal.language.other_days import number_left_on

Told = tuple[str, Mapping[str, Any]]
OF_AN_AGE = ("in_person", "child_permit", "agent_age")  # what is asked of who goes, for which an age decides


def call_due(ask: Ask) -> Told | None:
    """By when staff call on a number left on a day that the text tells. Source: clause callback.workdays."""
    today = ask.ground.today
    left_on = number_left_on(ask.text, today)
    if left_on is None:
        return None
    workdays = ask.ground.rules.integer("callback.workdays", today)
    due = due_on(left_on, workdays, ask.ground.calendar).due_on
    return "callback_due", {"left_on": left_on, "call_by_on": due, "days_to_call": (due - today).days}


def change_due(ask: Ask) -> Told | None:
    """By when a move is to be reported, where the text speaks of the record. Source: clause change.report_days."""
    case, today = ask.case, ask.ground.today
    moved = case.facts.fact("moved_on")
    if moved is None or moved.value is None or not ask.reading.says("change_of_record"):
        return None
    if case.notice_is_current or not moved.exact or moved.value > today:
        return None
    due = moved.value + timedelta(days=ask.ground.rules.integer("change.report_days", today))
    return "change_due", {"moved_on": moved.value, "report_by_on": due, "days_to_report": (due - today).days}


def agent_age(ask: Ask) -> Told | None:
    """Who may go for somebody of an age told now, or before of whose permit it is. Source: clauses in_person.*."""
    leans = any(topic in OF_AN_AGE for topic in ask.memory.topics)
    age = age_told(ask.text, alone=leans)
    age = ask.case.facts.value("holders_age") if age is None and ask.case.about_another else age
    if age is None:
        return None
    rules, today = ask.ground.rules, ask.ground.today
    if age < rules.integer("in_person.guardian_below", today):
        return "in_person.age", {"age": age, "who": "child"}
    return "in_person.age", {
        "age": age,
        "who": "old" if age >= rules.integer("in_person.old_from", today) else "",
    }
