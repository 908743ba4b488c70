"""SMS templates: every one that is sent is listed, and one that breaks a rule is refused as it is loaded."""

from types import SimpleNamespace

import pytest

from renewal.services.texts.templates import BadTemplate, checked, load_templates, refuse_words
from tests.conftest import TODAY
from tests.loaded import WORDING

SERVICES = SimpleNamespace(wording=WORDING, today=lambda: TODAY)


def test_every_template_is_signed_short_enough_and_filled_in_by_its_own_parameters() -> None:
    listed = {one.name for one in load_templates(SERVICES)}
    families = ("notice.", "application_text.", "appointment.sms_")
    families = ("notice.", "application_text.", "appointment.sms_")
    others = {"identity.code_sms", "sms.opted_out", "sms.opted_in", "handover.taken", "handover.released"}
    others.add("callback.unreached")
    sent = {key for key in WORDING if key.startswith(families) and key.count(".") == 1}
    assert listed == sent | others


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("您好", "签名"),
        ("【续签助手】看 https://example.com/x", "链接"),
        ("【续签助手】看 example.cn", "链接"),
        ("【续签助手】身份证11010519491231002X", "身份证号"),
    ],
)
def test_words_that_may_not_go_out_are_refused_with_the_rule(body, says) -> None:
    with pytest.raises(BadTemplate, match=says):
        refuse_words(SERVICES, "x", body)


@pytest.mark.parametrize(
    ("most", "values", "says"),
    [
        (2, {"code": "1", "minutes": 5, "name": "x"}, "认出人"),
        (2, {"code": "1"}, "填不出来"),
        (1, {"code": "123456", "minutes": 5}, "太长"),
    ],
)
def test_a_template_that_names_a_person_lacks_a_value_or_is_too_long_is_refused(most, values, says) -> None:
    with pytest.raises(BadTemplate, match=says):
        checked(SERVICES, "identity.code_sms", most, values)
