"""Everything a holder can read: it renders, it fits, and its numbers come from the rulebook."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from renewal.domain import Field
from renewal.wording import Wording, WordingError
from tests.loaded import RULES, WORDING

TODAY = date(2026, 11, 23)
EXPIRES_ON = date(2027, 1, 15)
SIGNATURE = WORDING.render("sms.signature")
LONGEST_SOURCES = max((WORDING.sources(key) for key in WORDING), key=len)
TECHNICAL = (
    "source.",
    "label.",
    "button.",
    "question.",
    "widget.",
    "chat.",
    "gateway.",
    "simulator.",
    "staff.",
    "page.",
)
NUMERAL = re.compile(
    r"\d|[二三四五六七八九十百]+\s*个?(?:天|日|年|月|周|工作日|分|元|小时)|(?<![后那哪])一(?:年|天|个月|周)"
)

POINTS = {
    "youngest": 18,
    "oldest": 60,
    "most_years": 42,
    "number": 100,
    "bands": [{"letter": letter, "low": "0.8", "high": "1"} for letter in "ABCD"],
    "lower_letter": "E",
    "insured": True,
    "total": 130,
    "gap": 0,
    "lines": [
        {"name": "age", "count": 43, "unit": "age", "points": 30, "low": "", "high": ""},
        {"name": "degree.master", "count": None, "unit": "", "points": 100, "low": "", "high": ""},
    ],
    "left_out": ["base"],
    "missing": ["extras"],
    "question": "extras",
    "before": 98,
    "ways": [],
    "other": False,
    "lower": "",
    "both": False,
    "tried": False,
    "reasons": (
        {"reason": "level", "names": ("degree.master", "skill.level_2"), "points": (100, 100)},
        {"reason": "base_months", "months": 36},
        {"reason": "months", "count": 11},
    ),
    "years": 4,
    "item": "extras",
    "age_then": 47,
}

APPOINTMENT = {
    "district": "浦东新区",
    "note": "closed",
    "centre": "徐汇区样例街道社区事务受理服务中心",
    "address": "徐汇区样例东路1000弄10号",
    "come_on": EXPIRES_ON,
    "come_at": "13:30",
    "weekday": 4,
    "holidays_known": False,
    "papers_roughly": False,
    "appointment_state": "approved",
    "asked_on": EXPIRES_ON,
    "asked_weekday": 4,
    "missing": (Field.ADDRESS, Field.EMPLOYMENT),
    "first_on": EXPIRES_ON,
    "last_on": EXPIRES_ON,
    "centres": ["徐汇区样例街道社区事务受理服务中心"] * 3,
    "times": [{"day": EXPIRES_ON, "weekday": 4, "at": "13:30"}] * 3,
}

COMPUTED = {
    "state": "early",
    "visit": "restores",
    "visit_on": EXPIRES_ON + timedelta(days=20),
    "visit_roughly": False,
    "first_on": EXPIRES_ON,
    "second_on": EXPIRES_ON + timedelta(days=1),
    "handed_in_on": EXPIRES_ON,
    "done_by_on": EXPIRES_ON + timedelta(days=30),
    "days_to_done": 30,
    "days_to_review": 14,
    "days_waiting": 59,
    "left_on": EXPIRES_ON - timedelta(days=3),
    "call_by_on": EXPIRES_ON,
    "days_to_call": 0,
    "tries": 3,
    "moved_on": EXPIRES_ON - timedelta(days=20),
    "report_by_on": EXPIRES_ON + timedelta(days=10),
    "days_to_report": 10,
    "age": 17,
    "who": "",
    "copies": True,
    "kept": True,
    "moved": None,
    "short": 9,
    "years": 3,
    "tried": 2,
    "added": 6,
    "workdays_gone": 3,
    "valid_until_on": EXPIRES_ON + timedelta(days=365),
    "days_late": 59,
    "automatic_on": EXPIRES_ON,
    "not_before_on": EXPIRES_ON + timedelta(days=365),
    "days_over_then": 59,
    "days_left_then": 53,
    "papers": ("application_form", "id_card_copy", "property_certificate", "kinship_proof"),
    "address_known": True,
    "kind": "employer",
    "near": "",
    "noted": True,
    "same": False,
    "renumbered": False,
    "other_building": False,
    "address_changed": True,
    "unmoved": True,
    "home_known": True,
    "also": (Field.EMPLOYMENT,),
    "needed": ("property_certificate", "kinship_proof"),
    "same_address": (),
    "other_home": ("dormitory_proof",),
    "same_identity": (),
    "depends": (),
    "unwritten": (),
    "late_ones": ({"who": "self", "named": ""},),
    "apart": False,
    "lapse_days": 59,
    "within": True,
    "people": tuple(
        {
            "who": who,
            "named": "",
            "state": "suspended",
            "expires_on": EXPIRES_ON,
            "opens_on": EXPIRES_ON,
            "deadline_on": EXPIRES_ON,
            "days_overdue": 59,
            "visit": "in_time",
        }
        for who in ("self", "spouse")
    ),
    "from_on": EXPIRES_ON,
    "until_on": EXPIRES_ON,
    "in_time": False,
    "overdue": True,
    "restored": True,
    "late_until_on": EXPIRES_ON,
    "urgent": {"who": "spouse", "named": "", "until_on": EXPIRES_ON},
    "gone": False,
    "first_ends": "id",
    "id_ends_on": EXPIRES_ON,
    "registered": "not_yet",
    "full_on": EXPIRES_ON,
    "whose": "mother",
    "changed": True,
    "renews": True,
    "home_papers": ("lease_filing", "kinship_proof"),
    "step": "请先打电话问社区事务受理服务中心要什么证明，带身份证和手里的合同（签过的话）。",
}


def values(reason: Field = Field.ADDRESS) -> dict[str, Any]:
    """The longest that a wording can be given."""
    return {
        "today": TODAY,
        "expires_on": EXPIRES_ON,
        "opens_on": EXPIRES_ON - timedelta(days=30),
        "roughly": False,
        "yours": True,
        "deadline_on": EXPIRES_ON + timedelta(days=60),
        "endorsed_until_on": EXPIRES_ON,
        "next_opens_on": EXPIRES_ON - timedelta(days=30),
        "by_ground": "enrolment",
        "days_left": 53,
        "days_overdue": 59,
        "days_to_deadline": 60,
        "last_on": date(2027, 1, 31),
        "split_on": date(2027, 1, 20),
        "before_split_on": date(2027, 1, 19),
        "opens_last_on": date(2027, 1, 1),
        "deadline_last_on": date(2027, 4, 1),
        "days_to_open": 100,
        "reasons": (reason, Field.EMPLOYMENT),
        "by_on": EXPIRES_ON,
        "may_go_now": True,
        "day_off": True,
        "housing": "rented",
        "category": "business",
        "relation": "",
        "id_change": "",
        "city": "呼和浩特",
        "name": "欧阳女士",
        "named": "没有房产证的房子",
        "paper_on": date(2026, 12, 4),
        "comes_in_time": True,
        "office": "plates",
        "phone_tail": "0001",
        "only_rings": True,
        "call_by_on": EXPIRES_ON,
        "code": "000000",
        "digits": 6,
        "digits_given": 10,
        "digits_wanted": 11,
        "minutes": 5,
        "tries_left": 4,
        "wait_minutes": 60,
        "tomorrow": False,
        "permits": 2,
        "tail": "5521",
        "notice": "no_result",
        "told_on": EXPIRES_ON,
        "endorsed_on": EXPIRES_ON,
        "missing_papers": ("application_form", "id_card_copy", "lease_filing"),
        "receipt_tail": "0177",
        "review_by": "employment",
        "review_due_on": EXPIRES_ON,
        "due_on": EXPIRES_ON,
        "holidays_known": False,
        "late": False,
        "refused_by": "employment",
        "first": "自动续签失败了呢",
        "second": "地址没变要带吗",
        "first_says": "",
        "second_says": "",
        "documents": LONGEST_SOURCES,
        "points": POINTS,
        **APPOINTMENT,
        **COMPUTED,
    }


LANGUAGES = ("zh", "zh-Hant", "en")


def said() -> list[str]:
    return [key for key in WORDING if not key.startswith(TECHNICAL)]


@pytest.mark.parametrize(("language", "mark"), [("zh", "来源："), ("zh-Hant", "來源："), ("en", "Source: ")])
def test_every_web_answer_renders_with_its_source(language: str, mark: str) -> None:
    edition = WORDING.edition(language)
    texts = {key: edition.render(key, channel="web", on=TODAY, **values()) for key in said()}
    wrong = [key for key, text in texts.items() if (mark in text) != bool(WORDING.entry(key).cite)]
    assert not wrong, wrong


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_is_typed_into_the_wording(language: str) -> None:
    edition = WORDING.edition(language)
    # The tool's own page is in Chinese.
    keys = [key for key in WORDING if not key.startswith("staff.")]
    missing = [key for key in keys if key not in edition and not key.startswith("simulator.")]
    assert not missing, missing
    wrong = []
    for key in keys:
        if key not in edition or key.startswith("label.document."):
            continue  # a document's own date is its name
        entry = edition.entry(key)
        for part in (entry.say, entry.sms, entry.more, entry.again, entry.next, entry.later):
            typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", part)
            typed = re.sub(r"“[^”]*”", "", typed)  # what a holder might type, as an example
            if NUMERAL.search(typed):
                wrong.append(f"{key}: {typed}")
    assert not wrong, "\n".join(wrong)


def test_every_clause_cited_and_every_topic_offered_is_there() -> None:
    wrong = []
    for key in WORDING:
        entry = WORDING.entry(key)
        wrong += [f"{key}: {clause}" for clause in entry.cite if not RULES.clause(clause).in_force(TODAY)]
        wrong += [f"{key}: {topic}" for topic in entry.offer if f"button.{topic}" not in WORDING]
    assert not wrong, wrong


def test_nothing_promises_or_quotes_what_is_contested() -> None:
    words = ("一定能", "保证", "肯定能", "90天", "90日", "20元", "25元")
    texts = {key: WORDING.render(key, channel="web", on=TODAY, **values()) for key in said()}
    wrong = [
        f"{key}: {word}"
        for key, text in texts.items()
        for word in words
        if word in text.replace("不能保证", "")
    ]
    assert not wrong, wrong


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


MOST_LABEL_CHARS = 10
SUBJECTS = (
    "how_to_renew auto_renewal visit auto_compared_items data_sources auto_failed no_sms auto_success validity "
    "eligibility renewal_window overdue continuity_years materials materials_housing address_unchanged "
    "relatives_scope id_changed process review_time processing_time receipt refused on_the_spot online fees where "
    "opening_hours in_person change_report lost_permit first_application registration lost_job landlord agents "
    "family_change hardship card_update child_permit points points_rules points_estimate points_renewal settling "
    "children_school permit_use my_status callback_time human notice_dispute notice_meaning notice_genuine "
    "wrong_number acknowledge opt_out_question privacy"
).split()


def test_every_subject_has_a_short_name_to_offer_it_by() -> None:
    for subject in SUBJECTS:
        assert 0 < len(WORDING.render(f"button.{subject}")) <= MOST_LABEL_CHARS, subject
        assert WORDING.edition("en").render(f"button.{subject}"), subject


def test_a_choice_is_made_by_digit_on_a_phone_and_by_button_on_the_web() -> None:
    named = values()
    phone, web = (WORDING.render("choice", channel=channel, **named) for channel in ("sms", "web"))
    assert all(named[name] in text for name in ("first", "second") for text in (phone, web))
    assert "回复“1”或“2”" in phone
    assert "回复“1”或“2”" in WORDING.render("choice_again")
    assert "回复" not in web


def test_asked_why_the_documents_are_named_and_the_centre_decides() -> None:
    document = WORDING.sources("overdue")
    for channel in ("sms", "web"):
        named = WORDING.render("why", channel=channel, documents=document)
        assert "2020年上海居住证续签" in named
        assert "社区事务受理服务中心" in named
        assert "没有引用" in WORDING.render("why", channel=channel, documents="")


def test_only_the_first_complaint_gets_an_apology() -> None:
    assert "抱歉" in WORDING.render("complaint")
    assert "抱歉" not in WORDING.render("complaint_again")
    assert "人工" in WORDING.render("complaint_again")


def test_whoever_was_not_understood_twice_is_offered_a_person_and_the_centre() -> None:
    for text in (
        WORDING.render("missed_twice", channel="sms"),
        WORDING.render("missed_twice", channel="web"),
    ):
        assert "人工" in text
        assert "社区事务受理服务中心" in text


@pytest.mark.parametrize("key", ["verification_code", "privacy", "notice_genuine", "agents"])
def test_a_code_sent_for_anything_else_is_never_wanted(key: str) -> None:
    assert "验证码" in WORDING.render(key, channel="web", on=TODAY, **values())
    assert not re.search(r"请(把|将)?验证码?发(给我|来)", WORDING.render(key, on=TODAY, **values()))


@pytest.mark.parametrize("reason", list(Field))
def test_a_failure_says_what_to_bring_for_its_reason(reason: Field) -> None:
    for topic in ("materials", "notice_meaning", "how_to_renew", "change_report", "where", "acknowledge"):
        text = WORDING.render(f"notice.failure.{topic}", on=TODAY, **values(reason))
        assert WORDING.render(f"label.bring.{reason}") in text


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
