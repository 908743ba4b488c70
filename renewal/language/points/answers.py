"""The answers of a points estimate by question, as JSON values that a conversation can keep."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from renewal.domain.points import Award, Bonus, Deduction, Degree, PointsSituation, Skill

AGE, LEVEL, INSURANCE, BASE, EXTRAS = QUESTIONS = ("age", "level", "insurance", "base", "extras")
SKIPPED: Mapping[str, bool] = {"skipped": True}
Answer: TypeAlias = dict[str, Any]
Answers: TypeAlias = Mapping[str, Answer | None]


def situation_of(answers: Answers) -> PointsSituation:
    """The situation that the answers tell; what was skipped is not in it."""
    level, extras = answers.get(LEVEL) or {}, answers.get(EXTRAS) or {}
    base, base_months = (answers.get(BASE) or {}).get("base"), (answers.get(BASE) or {}).get("months")
    return PointsSituation(
        age=(answers.get(AGE) or {}).get("age"),
        degree=Degree(level["degree"]) if "degree" in level else None,
        skill=Skill(level["skill"]) if "skill" in level else None,
        insurance_months=(answers.get(INSURANCE) or {}).get("months"),
        base_multiple=None if base is None else Decimal(base),
        base_months=base_months,
        spouse_years=extras.get("spouse_years"),
        bonuses=frozenset(Bonus(bonus) for bonus in extras.get("bonuses", ())),
        award=Award(extras["award"]) if extras.get("award") else None,
        deductions=tuple((Deduction(name), times) for name, times in extras.get("deductions", {}).items()),
    )
