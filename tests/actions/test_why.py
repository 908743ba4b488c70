"""Why a text was answered so is told beside the answer, to who asks for it."""

import asyncio

import pytest

from actions.server import make_executor
from renewal.services.app import Services
from tests.actions.conftest import _action_call

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def _responses(services: Services, conversation: str, text: str, intent: str, *, explain: bool) -> list[dict]:
    body = _action_call("action_answer", conversation, text, intent, entities={"housing": "rented"})
    if explain:
        body["tracker"]["latest_message"]["metadata"] = {"explain": True}
    return asyncio.run(make_executor(services).run(body)).model_dump()["responses"]


def test_who_asks_why_gets_reading_topics_wording_and_clauses(services: Services, conversation: str):
    text = "租房要带什么材料，12月8号到期"
    *said, told = _responses(services, conversation, text, "materials_housing", explain=True)
    assert any(message["text"] for message in said)
    assert all("why" not in message["custom"] for message in said)
    why = told["custom"]["why"]
    assert why["action"] == "action_answer"
    assert why["reading"]["housing"] == ["rented"]
    assert why["reading"]["expiry"] == "2026-12-08"
    assert why["reading"]["language"] == "zh"
    assert why["topics"] == {"materials_housing": 0.9}
    assert why["claim"]
    assert why["wordings"]
    assert all(wording["key"] and wording["claim"] for wording in why["wordings"])
    assert "materials.housing.needed_when" in why["clauses"]
    assert "2026-12-08 (now)" in why["facts"].values()


def test_no_name_and_no_number_is_told_again(services: Services, conversation: str):
    text = "我叫王小样，电话13800138000，租房要带什么"
    told = _responses(services, conversation, text, "materials_housing", explain=True)[-1]["custom"]["why"]
    assert not {"name", "phone"} & set(told["reading"])


def test_nobody_else_gets_it(services: Services, conversation: str):
    for message in _responses(services, conversation, "租房要带什么材料", "materials_housing", explain=False):
        assert "why" not in message["custom"]


def _counted(services: Services, body: dict) -> list[dict]:
    answered = asyncio.run(make_executor(services).run(body)).model_dump()["responses"]
    return [message["custom"]["turn"] for message in answered if "turn" in message["custom"]]


def test_a_form_that_opens_counts_as_what_was_asked_and_an_answer_within_it_does_not(
    services: Services, conversation: str
):
    opens = _action_call(
        "validate_callback_form", conversation, "请工作人员回电", "human", form="callback_form"
    )
    assert _counted(services, opens) == [{"topics": ["human"], "claim": ""}]
    within = _action_call(
        "validate_callback_form", conversation, "王女士", "inform", requested="callback_name"
    )
    assert _counted(services, within) == []
    answers = _action_call("action_answer", conversation, "要收费吗", "fees")
    assert [told["topics"] for told in _counted(services, answers)] == [["fees"]]
