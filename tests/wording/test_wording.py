"""Everything a holder can read: it renders, it fits, and its numbers come from the rulebook."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from renewal.domain import Field
from renewal.rulebook import load_rulebook
from renewal.services.segments import segments
from renewal.wording import Wording, WordingError, load_wording

TODAY = date(2026, 11, 23)
EXPIRES_ON = date(2027, 1, 15)
RULES = load_rulebook()
WORDING = load_wording(RULES)
SIGNATURE = WORDING.render("sms.signature")
TECHNICAL = ("source.", "label.", "button.", "chat.", "gateway.", "simulator.", "staff.")
NUMERAL = re.compile(
    r"\d|[二三四五六七八九十百]+\s*个?(?:天|日|年|月|周|工作日|分|元|小时)|(?<![后那哪])一(?:年|天|个月|周)"
)


def values(reason: Field = Field.ADDRESS) -> dict[str, Any]:
    """The longest that a wording can be given."""
    return {
        "today": TODAY,
        "expires_on": EXPIRES_ON,
        "opens_on": EXPIRES_ON - timedelta(days=30),
        "deadline_on": EXPIRES_ON + timedelta(days=60),
        "endorsed_until_on": EXPIRES_ON,
        "days_left": 53,
        "days_overdue": 59,
        "days_to_deadline": 60,
        "days_to_open": 100,
        "reasons": (reason, Field.EMPLOYMENT),
        "housing": "rented",
        "category": "business",
        "relation": "",
        "id_change": "",
        "city": "呼和浩特",
        "name": "欧阳女士",
        "phone_tail": "0001",
        "call_by_on": EXPIRES_ON,
    }


LANGUAGES = ("zh", "zh-Hant", "en")


def said() -> list[str]:
    return [key for key in WORDING if not key.startswith(TECHNICAL)]


@pytest.mark.parametrize("key", said())
@pytest.mark.parametrize("reason", list(Field))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sms_renders_within_three_segments_with_the_signature(
    key: str, reason: Field, language: str
) -> None:
    text = SIGNATURE + WORDING.edition(language).render(key, channel="sms", on=TODAY, **values(reason))
    assert segments(text) <= 3, text


@pytest.mark.parametrize("key", said())
@pytest.mark.parametrize(("language", "mark"), [("zh", "来源："), ("zh-Hant", "來源："), ("en", "Source: ")])
def test_every_web_answer_renders_with_its_source(key: str, language: str, mark: str) -> None:
    text = WORDING.edition(language).render(key, channel="web", on=TODAY, **values())
    assert (mark in text) == bool(WORDING.entry(key).cite)


@pytest.mark.parametrize("key", said())
@pytest.mark.parametrize(("language", "mark"), [("zh", "（据"), ("zh-Hant", "（據"), ("en", " guide)")])
def test_an_sms_that_cites_a_clause_names_its_source(key: str, language: str, mark: str) -> None:
    if WORDING.entry(key).cite and not WORDING.entry(key).cite[0].startswith(("loss", "registration")):
        text = WORDING.edition(language).render(key, channel="sms", on=TODAY, **values())
        assert mark in text, "the source did not fit"


@pytest.mark.parametrize("key", [key for key in WORDING if not key.startswith("staff.")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_is_typed_into_the_wording(key: str, language: str) -> None:
    edition = WORDING.edition(language)
    if key not in edition:
        assert key.startswith("simulator.")  # the tool's own page is in Chinese
        return
    entry = edition.entry(key)
    if key.startswith("label.document."):
        return  # a document's own date is its name
    for part in (entry.say, entry.more, entry.next, entry.later):
        typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", part)
        typed = re.sub(r"“[^”]*”", "", typed)  # what a holder might type, as an example
        assert not NUMERAL.search(typed), typed


@pytest.mark.parametrize("key", list(WORDING))
def test_every_clause_cited_and_every_topic_offered_is_there(key: str) -> None:
    entry = WORDING.entry(key)
    for clause in entry.cite:
        assert RULES.clause(clause).in_force(TODAY)
    for topic in entry.offer:
        assert f"button.{topic}" in WORDING


@pytest.mark.parametrize("key", said())
def test_nothing_promises_or_quotes_what_is_contested(key: str) -> None:
    text = WORDING.render(key, channel="web", on=TODAY, **values())
    for word in ("一定能", "保证", "肯定能", "90天", "90日", "20元", "25元"):
        assert word not in text


def test_every_edition_says_the_same_things() -> None:
    english = WORDING.edition("en")
    assert [key for key in said() if key not in english] == []
    for key in said():
        assert (WORDING.entry(key).cite, WORDING.entry(key).offer) == (
            english.entry(key).cite,
            english.entry(key).offer,
        )


def test_the_traditional_edition_is_written_in_traditional_characters() -> None:
    text = WORDING.edition("zh-Hant").render("greet", channel="sms")
    assert "居住證續簽" in text


def test_an_unknown_key_is_an_error_with_its_name() -> None:
    with pytest.raises(WordingError, match="no_such_key"):
        WORDING.render("no_such_key")


def test_a_missing_value_is_an_error_with_its_key() -> None:
    with pytest.raises(WordingError, match=r"dated\.open"):
        WORDING.render("dated.open", channel="sms")


def test_newer_practice_is_told_with_its_month() -> None:
    assert "2025年12月" in WORDING.render("materials_housing.rented", channel="sms", on=TODAY, **values())


def test_the_wording_follows_the_rulebook(monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer(type(RULES)):  # type: ignore[misc]
        def value(self, key: str, on: date) -> object:
            return 45 if key == "renewal.window_days" else super().value(key, on)

    changed = Longer(clauses=RULES.clauses, documents=RULES.documents, version="test")
    entries = {key: WORDING.entry(key) for key in WORDING}
    assert "45日" in Wording(entries, changed).render("renewal_window", channel="sms", on=TODAY)
