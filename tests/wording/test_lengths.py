"""How long an answer grows: on a phone, at every depth, in every language, with the longest values."""

import re
from datetime import date
from itertools import product
from typing import get_args

import pytest

from renewal.domain import Field
from renewal.services.texts.segments import segments
from renewal.wording.composer import Depth
from tests.wording.test_wording import LANGUAGES, SIGNATURE, TODAY, WORDING, said, values

DEPTHS: tuple[Depth, ...] = get_args(Depth)
MOST_SEGMENTS = 4
CITED = [key for key in said() if WORDING.entry(key).cite]


def sms(key: str, language: str = "zh", depth: Depth = "usual", reason: Field = Field.ADDRESS) -> str:
    made = WORDING.edition(language).answer(key, channel="sms", on=TODAY, depth=depth, **values(reason))
    return SIGNATURE + made.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_no_sms_takes_more_than_four_segments_at_any_depth(language: str, depth: Depth) -> None:
    wrong = []
    for key in said():
        reasons = list(Field) if key.startswith(("notice.", "status.")) else [Field.ADDRESS]
        texts = {reason: sms(key, language, depth, reason) for reason in reasons}
        wrong += [f"{key}: {text}" for text in texts.values() if segments(text) > MOST_SEGMENTS]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh", "zh-Hant"])
@pytest.mark.parametrize("depth", ["usual", "again"])
def test_nine_in_ten_answers_take_at_most_two_segments(language: str, depth: Depth) -> None:
    long = [key for key in said() if segments(sms(key, language, depth)) > 2]
    assert len(long) <= len(said()) // 10, long


def test_nine_in_ten_cited_answers_name_their_source_on_a_phone() -> None:
    bare = [key for key in CITED if "（据" not in sms(key)[-24:]]
    assert len(bare) <= len(CITED) // 10, bare


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("depth", [depth for depth in DEPTHS if depth != "gist"])
def test_newer_practice_is_told_however_short_or_long_the_answer(language: str, depth: Depth) -> None:
    reported = {
        "zh": ("据报道", "有资料说"),
        "zh-Hant": ("據報道", "有資料說"),
        "en": ("eported", "sources say"),
    }
    edition = WORDING.edition(language)
    keys = [key for key in said() if WORDING.entry(key).later]
    assert keys
    for key in keys:
        later = edition.entry(key).later
        assert any(word in later for word in ("据报道", "有资料说", "eported", "sources say")), key
        assert any(word in sms(key, language, depth) for word in reported[language]), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_day_that_was_only_about_is_said_to_be_so_and_still_fits(language: str, depth: Depth) -> None:
    begins = {"zh": "按您说的大概日子算：", "en": "By your rough date: "}.get(language, "按您說的")
    most = 2 if language != "en" and depth != "full" else MOST_SEGMENTS
    named = values() | {"roughly": True}
    keys = [key for key in said() if re.fullmatch(r"dated\.(?!impossible).*", key)]
    assert keys
    for key in keys:
        made = WORDING.edition(language).answer(key, channel="sms", on=TODAY, depth=depth, **named)
        assert made.text.startswith(begins), key
        assert segments(SIGNATURE + made.text) <= most, key


def test_a_web_answer_in_brief_is_shorter_and_keeps_the_next_step() -> None:
    whole = WORDING.answer("overdue", channel="web", on=TODAY, **values()).text
    brief = WORDING.answer("overdue", channel="web", on=TODAY, depth="brief", **values()).text
    assert len(brief) < len(whole)
    assert "请尽快带材料到社区事务受理服务中心补办" in brief


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_hard_to_follow_is_said_again_in_other_words(language: str) -> None:
    for key in CITED:
        if key.startswith(("status.", "points_estimate.", "points_told.")) or key.endswith(
            (".complaint", ".out_of_scope")
        ):
            continue  # short as they are; or not understood, so that there is nothing to say again
        entry = WORDING.edition(language).entry(key)
        assert entry.again, key
        assert entry.again not in (entry.say, entry.sms), key


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("today", [date(2027, 1, 15), date(2027, 1, 20), date(2027, 6, 1)])
def test_a_reply_that_comes_late_is_not_told_of_days_below_zero(language: str, today: date) -> None:
    told = values() | {"today": today, "days_left": (values()["expires_on"] - today).days}
    for key, depth in product((key for key in said() if key.startswith("notice.")), DEPTHS):
        text = WORDING.edition(language).answer(key, channel="sms", on=today, depth=depth, **told).text
        assert "-" not in text.replace("2020-03-05", "").replace("third-party", ""), key
        if key.count(".") == 1:
            continue  # the notice itself is sent before that
        if today > told["expires_on"]:
            assert "到期前" not in text.replace("下一次在新的到期日前", ""), key
            assert "days left" not in text, key
