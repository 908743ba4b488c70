"""What names the source can be told from what is said, by what the composer adds."""

import pytest

from renewal.wording import WordingError
from tests.conftest import TODAY
from tests.loaded import RULES, WORDING

EDITIONS = ("zh", "zh-Hant", "en")


@pytest.mark.parametrize("language", EDITIONS)
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_an_answer_without_its_source_names_no_document(language, channel):
    wording = WORDING.edition(language)
    seen = 0
    for key in wording:
        cite = wording.entry(key).cite
        try:
            told = wording.answer(key, channel=channel, depth="full").text if cite else ""
        except WordingError:  # it needs values that only a case has
            continue
        said = WORDING.without_sources(told)
        seen += said != told
        assert told.startswith(said), "nothing else is taken away"
        titles = [RULES.documents[RULES.clause(name).source.document].title for name in cite]
        assert not any(title in said for title in titles), key
    assert seen > 20


def test_what_is_said_of_sources_in_the_middle_of_an_answer_stays():
    assert WORDING.without_sources("数据来源：社保。\n\n来源：《指南》") == "数据来源：社保。"


def test_of_two_answers_in_one_message_both_sources_go():
    told = "可以。（据2020-03-05续签指南）\n不收费。（据较新资料）"
    assert WORDING.without_sources(told) == "可以。\n不收费。"


@pytest.mark.parametrize(("language", "expected"), [("zh", "签注"), ("zh-Hant", "簽"), ("en", "renew")])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_several_answers_in_one_message_are_in_the_language_of_one_and_lose_their_source(
    language, expected, channel
):
    wording = WORDING.edition(language)
    made = wording.several([("fees", {}), ("validity", {})], channel=channel, on=TODAY)
    text = "\n".join(answer.text for answer in made)
    assert expected in text
    assert language != "zh-Hant" or "签" not in text
    assert WORDING.without_sources(text) != text


@pytest.mark.parametrize("channel", ["sms", "web"])
def test_what_two_answers_say_in_the_same_words_is_said_once(channel):
    wording = WORDING
    twice = wording.several([("fees", {}), ("fees", {}), ("validity", {})], channel=channel, on=TODAY)
    once = wording.several([("fees", {}), ("validity", {})], channel=channel, on=TODAY)
    assert [made.text for made in twice] == [made.text for made in once]
