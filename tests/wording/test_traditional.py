"""Answers in traditional characters: the right forms, and names as their owners write them."""

import pytest

from tests.wording.test_wording import TODAY, WORDING, said, values

TRADITIONAL = WORDING.edition("zh-Hant")
WRONG = ("籤", "簽註", "纔", "裏", "爲", "羣", "麪", "覆印", "回復")


@pytest.mark.parametrize("channel", ["sms", "web"])
def test_no_answer_has_a_form_that_nobody_writes(channel: str) -> None:
    texts = {key: TRADITIONAL.render(key, channel=channel, on=TODAY, **values()) for key in said()}
    assert {key: form for key, text in texts.items() for form in WRONG if form in text} == {}


@pytest.mark.parametrize("name", ["余女士", "范先生", "于小姐", "游先生", "岳阿姨"])
def test_a_name_stays_as_it_was_given(name: str) -> None:
    told = {**values(), "name": name, "centre": "徐汇区漕河泾街道社区事务受理服务中心"}
    assert name in TRADITIONAL.render("callback.taken", channel="web", on=TODAY, **told)
    place = TRADITIONAL.render("appointment.approved", channel="web", on=TODAY, **told)
    assert "徐汇区漕河泾街道" in place
    assert "預約" in place or "簽注" in place
