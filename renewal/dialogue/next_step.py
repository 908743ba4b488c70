"""What to do now: the steps of this person, for a text that asks no more than that ("那我该做什么")."""

from dataclasses import replace
from typing import Any

from renewal.dialogue.ask import Ask
from renewal.dialogue.computing import computed
from renewal.dialogue.facts import Facts
from renewal.dialogue.papers import HOME, as_unlike, record_is_unlike, situation_of
from renewal.dialogue.persons import whose_of
from renewal.dialogue.responding import Response, answer_again, told_as
from renewal.dialogue.speaking import Pick
from renewal.dialogue.topics import is_tagged, topics
from renewal.dialogue.verdicts import standing_of
from renewal.domain import Field, materials
from renewal.language.words import is_only

# Facts of a change, and what of the record it concerns.
_CHANGED = {"employer_changed": Field.EMPLOYMENT, "phone_changed": Field.PHONE}
_KINDS = frozenset({"situation", "question", "computed"})  # topics of which a next step can be asked
# Answers of which the steps of the whole renewal are the next step, not their own last line.
_OF_THE_WHOLE = frozenset(
    "how_to_renew auto_renewal materials materials_housing papers_list address_unchanged in_person where online "
    "auto_failed notice_meaning change_report my_status eligibility inform".split()
)
# Answers that suppose what is not so, or speak of what is not the writer's to do.
_NOT_OF = frozenset("lapse_effect settling points children_school".split())


def next_step(ask: Ask) -> Response | None:
    """The steps for a text that only asks what to do now; None where nothing was spoken of that has any."""
    if not is_only("asks_what_now", ask.text) or not _has_steps(ask):
        return None
    pick = _pick(ask)
    return told_as(ask, pick, "next_step", "again" if pick.key == ask.memory.key else "usual")


def steps(ask: Ask) -> Pick:
    """What to prepare, when and where to go, as far as the facts of the person tell."""
    ground, facts = ask.ground, ask.case.facts
    facts = as_unlike(facts) if record_is_unlike(ask) else facts
    situation = situation_of(ground, facts)
    everyone = ground.rules.texts("materials.everyone", ground.today)
    listed = materials(situation, ground.rules, ground.today) if situation else ()
    also = _also(ask, facts, home_known=situation is not None and situation.housing is not None)
    values: dict[str, Any] = {
        "state": "",
        **standing_of(ask),
        "papers": tuple(paper for paper in listed if paper not in everyone),
        "also": also,
        "address_known": facts.value("moved") is not None or Field.ADDRESS in also,
        "changed": bool(also) or facts.value("moved") is True or bool(facts.value("id_changes")),
        "whose": whose_of(facts),
    }
    return Pick(key="next.steps", values=values, topic="how_to_renew", claim="next_step")


def _has_steps(ask: Ask) -> bool:
    topic = ask.memory.topic
    if topic not in topics():
        failed = ask.case.notice_is_current and ask.case.notice == "failure"
        return not topic and (failed or ask.case.expiry is not None or "housing" in ask.case.facts)
    if topics()[topic].kind not in _KINDS and topic != "inform":
        return False
    apart = is_tagged(topic, "points") or is_tagged(topic, "apart") or ask.memory.key.startswith("points")
    return not apart and topic not in _NOT_OF


def _pick(ask: Ask) -> Pick:
    if ask.case.handed_in_on is not None:
        handed = computed(ask, "handed_told")
        if handed is not None:
            return replace(handed, key="next.handed", claim="next_step")
    changed = {*_CHANGED, *HOME} & {name for name in ask.case.facts if ask.case.facts.value(name)}
    of_days = ask.memory.key.startswith(("dated.", "days.", "within.", "notice.", "next.", "papers."))
    if of_days or changed or ask.memory.topic in _OF_THE_WHOLE:
        return steps(ask)
    last = answer_again(ask)
    wording = ask.ground.wording.edition(ask.case.language)
    given = {"today": ask.ground.today, **last.values}
    step = wording.part(last.key, "next", on=ask.ground.today, **given)
    if not step:
        return steps(ask)
    values = {"state": "", **standing_of(ask), "step": step}
    return Pick(key="next.of_last", values=values, topic=ask.memory.topic, claim="next_step")


def _also(ask: Ask, facts: Facts, *, home_known: bool) -> tuple[Field, ...]:
    """What of the record changed, or what a notice found unlike, beside the identity card.

    The home is among them where it is to be proved and nobody told its kind: else its papers are named one by one.
    """
    told = [field for name, field in _CHANGED.items() if facts.value(name) is True]
    home = [Field.ADDRESS] if facts.value("moved") is True and not home_known else []
    reasons = () if ask.case.about_another else ask.case.present_reasons
    return tuple(
        dict.fromkeys([*home, *told, *(reason for reason in reasons if reason is not Field.ADDRESS)])
    )
