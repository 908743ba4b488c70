"""SMS templates: every one that is sent is listed, and one that breaks a rule is refused as it is loaded."""

import ast
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from renewal.services.app import Services
from renewal.services.texts import templates
from renewal.services.texts.templates import BadTemplate, checked, load_templates, refuse_words
from renewal.store import Store
from sms_gateway import worker
from tests.conftest import TODAY
from tests.loaded import WORDING

ROOT = Path(__file__).resolve().parents[2]
SERVICES = SimpleNamespace(wording=WORDING, today=lambda: TODAY)


FAMILIES = ("notice.", "application_text.", "appointment.sms_")  # keys that code puts together
OURS = ("sms.", "identity.", "handover.", "callback.unreached", "callback.code_sms")


def test_every_template_is_signed_short_enough_and_filled_in_by_its_own_parameters() -> None:
    listed = {one.name for one in load_templates(SERVICES)}
    sent = {key for key in WORDING if key.startswith(FAMILIES) and key.count(".") == 1}
    assert listed == sent | set(_named_in_code())


def _named_in_code() -> Iterator[str]:
    """The keys of the wording that code sends by their whole name."""
    for file in sorted((ROOT / "renewal/services").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and _name(call.func) in {"by_template", "tell", "_announce"}:
                yield from _keys(call.args)
            if isinstance(call, ast.Assign) and ast.unparse(call.targets[0]) in {"(key, part)", "UNREACHED"}:
                yield from _keys(getattr(call.value, "elts", [call.value]))


def _name(func: ast.expr) -> str:
    return getattr(func, "id", getattr(func, "attr", ""))


def _keys(args: list[ast.expr]) -> list[str]:
    return [
        arg.value
        for arg in args
        if isinstance(arg, ast.Constant) and arg.value in WORDING and arg.value.startswith(OURS)
    ]


def test_a_worker_does_not_start_where_a_template_breaks_a_rule(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes the wording sees it at the next start at the latest."""
    monkeypatch.setattr(
        templates, "_listed", lambda: {"sms.opted_out": {"segments": 1, "values": {"name": "样例"}}}
    )
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    closed: list[Store] = []
    monkeypatch.setattr(Store, "close", lambda store: (closed.append(store), store.engine.dispose()))
    with pytest.raises(BadTemplate, match="认出人"):
        worker.run(services.settings)
    assert [store.engine.url for store in closed] == [services.store.engine.url], "and leaves no connection"


@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en"])
def test_a_link_is_refused_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = WORDING.edition(language)
    render = type(edition).render

    def with_link(self, key: str, **values: object) -> str:
        more = " example.cn" if self is edition and key == "sms.opted_in" else ""
        return render(self, key, **values) + more

    monkeypatch.setattr(type(edition), "render", with_link)
    with pytest.raises(BadTemplate, match=r"example\.cn"):
        load_templates(SERVICES)


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
