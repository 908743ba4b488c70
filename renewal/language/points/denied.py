"""What a text takes away from the points: an item that would not count, a title that there is none of."""

from renewal.domain.points import Bonus, Deduction, Degree
from renewal.language.points.answers import AGE, BASE, EXTRAS, INSURANCE, LEVEL, SKIPPED, Answer, Answers
from renewal.language.words import says
from renewal.language.words import without as without_words

_TAKES_OUT = {
    "age": "takes_out_age",
    "degree": "takes_out_degree",
    "academic_degree": "takes_out_academic_degree",
    "title": "takes_out_title",
    "insurance": "takes_out_insurance",
    "base": "takes_out_base",
    "spouse": "takes_out_spouse",
    Bonus.SHORTAGE: "takes_out_shortage",
    Bonus.GRADUATE: "takes_out_graduate",
    "award": "takes_out_award",
    "deductions": "takes_out_deduction",
}
_EXTRAS = {"spouse", "award", *Bonus}


def taken_out(text: str) -> frozenset[str]:
    """The items that a text says do not count, or leaves out to see what remains ("基数不认的话")."""
    text = without_words("not_yet_counted", text)
    return frozenset(item for item, concept in _TAKES_OUT.items() if says(concept, text))


def denies_title(text: str) -> bool:
    """Whether a text says that its writer has no professional title and no certificate of skill."""
    return says("no_title", text)


def without_items(items: frozenset[str], told: Answers) -> dict[str, Answer]:
    """The answers that are left where some items do not count."""
    left: dict[str, Answer] = {name: dict(SKIPPED) for name in (AGE, INSURANCE, BASE) if name in items}
    level, extras = told.get(LEVEL) or {}, told.get(EXTRAS) or {}
    lost = {"degree": {"degree", "open"}, "title": {"skill"}}
    gone = {name for item, names in lost.items() if item in items for name in names}
    if gone & level.keys():
        kept = {name: value for name, value in level.items() if name not in gone}
        left[LEVEL] = kept or dict(SKIPPED)
    elif "academic_degree" in items and level.get("degree") == Degree.BACHELOR_WITH_DEGREE:
        left[LEVEL] = {**level, "degree": Degree.BACHELOR.value}
    denied = (items & _EXTRAS) | (set(Deduction) if "deductions" in items else set())
    if (kept := without(extras, frozenset(denied))) != extras:
        left[EXTRAS] = kept
    return left


def without(given: Answer, denied: frozenset[str]) -> Answer:
    """The answer so far without what is now said not to be so."""
    kept = dict(given)
    if "spouse" in denied:
        kept = {name: value for name, value in kept.items() if name not in {"spouse_years", "open"}}
    if "award" in denied:
        kept.pop("award", None)
    if "bonuses" in kept:
        kept["bonuses"] = [bonus for bonus in kept["bonuses"] if bonus not in denied]
    if "deductions" in kept:
        kept["deductions"] = {name: n for name, n in kept["deductions"].items() if name not in denied}
    return kept
