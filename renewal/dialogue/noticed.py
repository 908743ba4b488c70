"""What a text that only tells something comes to, of a holder who was sent a notice of failure: admitted, or denied."""

from renewal.dialogue.ask import Ask
from renewal.dialogue.asking import asked
from renewal.dialogue.thresholds import SURE
from renewal.domain import Field

# The facts that a compared field has changed by.
CHANGES = {
    Field.ADDRESS: ("moved",),
    Field.EMPLOYMENT: ("employer_changed", "lost_job"),
    Field.PHONE: ("phone_changed",),
    Field.SPONSOR: ("sponsor_died",),
    Field.MARRIAGE: ("divorced", "widowed"),
    Field.ENROLMENT: ("left_school",),
}
_OF_ITS_OWN = {
    "lost_job": "lost_job",
    **dict.fromkeys(("divorced", "widowed", "sponsor_died"), "family_change"),
}
# Replies to the notice: what is told decides between them, whichever of them a text was taken for.
OF_THE_NOTICE = frozenset(
    {"notice_dispute", "change_report", "address_unchanged", "materials_housing", "family_change"}
)

# What a text that names the office where the change was reported is taken for.
WHERE_REPORTED = frozenset({"went_told", "where", "registration"})


def of_the_notice(ask: Ask) -> tuple[str, ...]:
    """The topics that answer what was told now of the compared fields; none where something else is asked."""
    if ask.case.notice != "failure" or not ask.case.notice_is_current or ask.case.about_another:
        return ()
    if ask.case.facts.is_told_now("change_reported"):
        apart = any(each.topic not in OF_THE_NOTICE | WHERE_REPORTED for each in asked(ask))
        return () if apart else ("change_report",)
    changed = _told(ask, True)
    of_it = bool(set(ask.case.reasons) & set(_fields(changed)))  # what the notice says is owned up to
    others = [each for each in asked(ask) if each.topic not in OF_THE_NOTICE]
    if any(not of_it or each.said.confidence >= SURE for each in others):
        return ()
    denied = [field for field in _fields(_told(ask, False)) if field in ask.case.reasons]
    found = ["notice_dispute"] if denied else []
    own = [_OF_ITS_OWN.get(fact, "change_report") for fact in changed]
    found += own
    if "moved" in changed and "housing" in ask.case.facts:
        found.append("papers_list")
    return tuple(dict.fromkeys(found))


def _told(ask: Ask, value: bool) -> list[str]:
    """The facts of the compared fields that were told now, and not only supposed, to be so."""
    facts = ask.case.facts
    told = [name for names in CHANGES.values() for name in names if facts.is_told_now(name)]
    return [name for name in told if facts.value(name) is value]


def _fields(names: list[str]) -> list[Field]:
    return [field for field, facts in CHANGES.items() if any(name in facts for name in names)]
