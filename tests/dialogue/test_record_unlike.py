"""Where the address failed the comparison, the home is to be proved: whoever did not move is not told otherwise."""

from datetime import date
from typing import Any

import pytest

from renewal.dialogue.case import Case
from renewal.dialogue.claims import respond
from renewal.dialogue.facts import Fact, Facts, Source
from renewal.dialogue.memory import Memory
from renewal.dialogue.understood import Understood
from renewal.domain import Field
from tests.loaded import ask_of

EXPIRES = date(2026, 12, 16)
AFTER_PAPERS = Memory(topic="materials", topics=("materials",), key="materials")


def said(text: str, intent: str, *, found: tuple[Field, ...] = (Field.ADDRESS,), **told: Any) -> str:
    """The answer by SMS to a holder whose notice found these fields unlike."""
    known = {name: Fact(value=value, source=Source.BEFORE) for name, value in told.items()}
    case = Case(
        conversation_id="",
        channel="sms",
        facts=Facts(known),
        notice="failure",
        reasons=found,
        expires_on=EXPIRES,
        period_on=EXPIRES,
    )
    heard = Understood(intent=intent, text=text, confidence=0.9)
    return "".join(m.text for m in respond(ask_of(heard, case=case, memory=AFTER_PAPERS)).messages)


@pytest.mark.parametrize(
    ("told", "paper"),
    [
        ({"housing": "rented"}, "房屋租赁合同登记备案证明"),
        ({"housing": "own"}, "房地产权证明"),
        ({"housing": "dormitory"}, "集体宿舍证明"),
        ({"housing": "own", "whose_home": "儿子"}, "亲属关系证明"),
    ],
)
@pytest.mark.parametrize("moved", [False, None])
def test_the_papers_hold_the_proof_of_that_home(told: dict[str, Any], paper: str, moved: bool | None) -> None:
    answer = said("去窗口要带哪些材料", "papers_list", **told, **({} if moved is None else {"moved": moved}))
    assert paper in answer
    assert "不用住所证明" not in answer
    assert "没搬过家就不用" not in answer


def test_of_a_home_that_nobody_told_its_kinds_are_named() -> None:
    assert "住址证明（租房备案、房产证或宿舍证明）" in said("去窗口要带哪些材料", "papers_list", moved=False)


def test_the_steps_bring_it_too() -> None:
    assert "住址证明" in said("那我现在该怎么办", "auto_failed", moved=False)
    assert "房屋租赁合同登记备案证明" in said(
        "那我现在该怎么办", "auto_failed", moved=False, housing="rented"
    )


def test_one_paper_asked_about_is_needed() -> None:
    answer = said("租赁合同备案要带吗", "paper_needed", moved=False, housing="rented")
    assert "要带" in answer
    assert "不用" not in answer


def test_where_another_field_failed_the_home_of_who_did_not_move_is_not_proved() -> None:
    answer = said(
        "去窗口要带哪些材料", "papers_list", found=(Field.EMPLOYMENT,), moved=False, housing="rented"
    )
    assert "不用住所证明" in answer
