"""Alibaba Cloud's own: templates instead of words, batches, a key at the end of the address."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from renewal.providers import refusals
from renewal.services.texts.provider import DeliveryState, SendError, SendFailure, TextTemplate
from renewal.settings import SettingsError
from renewal.store.models import InboundText
from sms_gateway.app import create_app
from sms_gateway.limits_table import LARGEST_PUSH_BYTES, LONGEST_BODY_BYTES
from sms_gateway.providers.alibaba.pushes import e164, texts_in
from sms_gateway.providers.alibaba.templates import ApprovedTemplate, Templates, load_templates
from tests.contract.wires import alibaba
from tests.contract.wires.alibaba import BODY, CALLBACK_KEY, alibaba_settings, pushed, report_item, text_item
from tests.contract.wires.wire import PHONE
from tests.security.conftest import Serve, serving

FAILURE = TextTemplate(name="notice.failure")


@pytest.fixture
def serve() -> Iterator[Serve]:
    yield from serving()


@pytest.fixture
def wire(services):
    with alibaba.open_wire(services) as opened:
        yield opened


def _failure(wire, **changed) -> SendError:
    given = {"to": PHONE, "body": BODY, "our_id": wire.new_id(), "template": FAILURE} | changed
    with pytest.raises(SendError) as caught:
        wire.provider.send(**given)
    return caught.value


@pytest.mark.parametrize(
    ("body", "template"),
    [
        ("【续签助手】您的居住证12月1日到期。", FAILURE),
        ("【续签助手】随便说的话", TextTemplate(name="answer")),
        (BODY, TextTemplate(name="notice.renewed")),
        (BODY, None),
        ("【别的签名】您的居住证12月1日到期，请到窗口办理。", FAILURE),
    ],
)
def test_words_that_no_approved_template_says_are_not_sent_at_all(wire, body, template) -> None:
    error = _failure(wire, body=body, template=template)
    assert (error.failure, error.code) == (SendFailure.CONTENT, "no_template")
    assert wire.sent() == []


@pytest.mark.parametrize(
    ("words", "said", "values"),
    [
        ("您已退订。", "您已退订。", {}),
        ("您已退订。", "您已退订。另外", None),
        ("${a}", "", None),
        ("${day}到期", "12月1日到期", {"day": "12月1日"}),
        ("到期：${day}", "到期：12月1日", {"day": "12月1日"}),
        ("${a}，${b}。", "一，二，三。", {"a": "一", "b": "二，三"}),
        ("${a}到期。${a}前办。", "1日到期。1日前办。", {"a": "1日"}),
        ("${a}到期。${a}前办。", "1日到期。2日前办。", None),
        ("您好${a}再见", "您好再见", None),
        ("您好${a}再见", "您好再见再见", {"a": "再见"}),
    ],
)
def test_what_stands_in_a_templates_gaps_is_read_from_the_words_that_a_holder_would_get(
    words, said, values
) -> None:
    assert ApprovedTemplate(code="SMS_1", words=words).values_in(said) == values


def test_of_two_templates_that_say_a_text_the_one_with_the_most_fixed_words_is_taken() -> None:
    both = [ApprovedTemplate(code=f"SMS_{len(w)}", words=w) for w in ("${a}。", "您的居住证${day}到期。")]
    assert Templates({"x": both}).find("x", "您的居住证1日到期。") == ("SMS_14", {"day": "1日"})


def test_a_table_of_templates_that_cannot_be_read_is_a_sentence_at_the_start(tmp_path) -> None:
    (tmp_path / "t.yml").write_text("notice: [{code: SMS_1}]", encoding="utf-8")
    for name in ("t.yml", "missing.yml"):
        with pytest.raises(SettingsError, match="RENEWAL_ALIBABA_TEMPLATES"):
            load_templates(tmp_path / name)


def test_each_try_has_an_id_of_its_own_that_names_our_text(wire) -> None:
    our_id = wire.new_id()
    refs = [wire.provider.send(to=PHONE, body=BODY, our_id=our_id, template=FAILURE) for _ in range(2)]
    assert len(set(refs)) == 2
    assert {ref.partition("-")[0] for ref in refs} == {our_id}


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (200, "isv.MOBILE_NUMBER_ILLEGAL", "bad_number"), (200, "isv.SMS_TEMPLATE_ILLEGAL", "content"),
        (200, "isv.SMS_SIGNATURE_ILLEGAL", "account"), (200, "isv.AMOUNT_NOT_ENOUGH", "account"),
        (200, "isv.BUSINESS_LIMIT_CONTROL", "busy"), (400, "Throttling.User", "busy"),
        (200, "isp.SYSTEM_ERROR", "unclear"), (503, "ServiceUnavailable", "unclear"), (500, "NobodyKnows", "unclear"),
        (400, "NobodyKnows", "content"), (403, "Forbidden.RAM", "account"),
    ],
)  # fmt: skip
def test_each_refusal_falls_into_its_class(services, status, code, expected) -> None:
    fakes = []
    with alibaba.open_wire(services, fakes) as wire:
        fakes[0].refuse = [(status, code)]
        error = _failure(wire)
    assert (error.failure, error.code) == (expected, code)


def test_a_wrong_secret_stops_the_account(services) -> None:
    fakes = []
    with alibaba.open_wire(services, fakes) as wire:
        fakes[0].key_secret = "changed"
        assert _failure(wire).failure is SendFailure.ACCOUNT
        with pytest.raises(SendError):
            wire.provider.health()


def test_every_code_has_a_class_and_a_plain_chinese_sentence() -> None:
    assert {refusal.failure for refusal in refusals("alibaba").values()} == {f.value for f in SendFailure}
    assert [code for code, known in refusals("alibaba").items() if len(known.text) < 4] == []


def test_a_receipts_code_is_classed_and_one_that_nobody_knows_is_told_to_the_operators(wire) -> None:
    ref = f"{wire.new_id()}-1"
    (known,) = wire.provider.read(pushed([report_item(ref, good=False, code="MOBILE_IN_BLACK")], "/reports"))
    assert (known.state, known.failure, known.raw) == (
        DeliveryState.FAILED,
        SendFailure.OPTED_OUT,
        "MOBILE_IN_BLACK",
    )
    with capture_logs() as lines:
        (unknown,) = wire.provider.read(pushed([report_item(ref, good=False, code="MK:0099")], "/reports"))
    assert (unknown.failure, unknown.error_code) == (None, "MK:0099")
    assert [line["action"] for line in lines] == ["provider.unknown_code"]


def test_one_that_cannot_be_read_costs_its_neighbours_nothing(wire) -> None:
    items = [text_item("1", PHONE, "第一"), {"phone_number": None}, 7, text_item("2", PHONE, "第二")]
    assert [text.body for text in wire.provider.read(pushed(items, "/texts"))] == ["第一", "第二"]
    receipts = [
        report_item("../x", good=True),
        report_item("a-1", good=True) | {"success": "yes"},
        report_item("b-1", good=True),
    ]
    assert [receipt.our_id for receipt in wire.provider.read(pushed(receipts, "/reports"))] == ["b"]


@pytest.mark.parametrize("body", [b"", b"{", b"7", b"{}", b"\xff", b'[{"x": 1}]', b"[" * 5000])
def test_a_push_that_tells_nothing_is_refused(wire, body) -> None:
    for rule in ("/reports", "/texts"):
        with pytest.raises(ValueError, match=r"\w"):
            wire.provider.read(replace(pushed([], rule), body=body))


def test_an_empty_push_is_acknowledged(wire) -> None:
    assert wire.provider.read(pushed([], "/texts")) == []


@pytest.mark.parametrize(
    "path", ["/x", f"/x?key={CALLBACK_KEY}x", f"/x?key={CALLBACK_KEY}&key=1", "/x?key=", "/x?KEY=1"]
)
def test_only_the_key_at_the_end_of_the_address_opens_it(wire, path) -> None:
    hook = pushed([], "/texts")
    assert wire.provider.verify(hook)
    assert not wire.provider.verify(replace(hook, path=path))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("19900000001", "+8619900000001"), ("8619900000001", "+8619900000001"), ("+8619900000001", "+8619900000001"),
        ("85291234567", "+85291234567"), ("106900001", "106900001"), ("续签", "续签"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_everywhere_else(written, number) -> None:
    assert e164(written) == number


def test_a_text_of_long_ago_is_not_taken_for_a_new_try_and_pages_are_turned(wire) -> None:
    our_id = wire.new_id()
    for _ in range(60):
        wire.provider.send(to=PHONE, body=BODY, our_id=wire.new_id(), template=FAILURE)
    first = wire.provider.send(to=PHONE, body=BODY, our_id=our_id, template=FAILURE)
    for _ in range(60):
        wire.provider.send(to=PHONE, body=BODY, our_id=wire.new_id(), template=FAILURE)
    now = datetime.now(UTC)
    found = wire.provider.lookup(to=PHONE, body=BODY, our_id=our_id, since=now - timedelta(minutes=5))
    assert found.provider_ref == first
    assert wire.provider.lookup(to=PHONE, body=BODY, our_id=our_id, since=now + timedelta(minutes=5)) is None


def test_the_gateway_takes_a_batch_and_answers_as_alibaba_wants_it(services, assistant) -> None:
    settings = services.settings.model_copy(update=alibaba_settings(services, "http://127.0.0.1:9"))
    client = create_app(settings, replace(services, settings=settings), assistant).test_client()
    place = f"/sms/alibaba/texts?key={CALLBACK_KEY}"
    items = [text_item(str(number), PHONE, f"第{number}条") for number in range(3)]
    for _ in range(2):
        answer = client.post(place, json=items)
        assert (answer.status_code, json.loads(answer.data)) == (200, {"code": 0, "msg": "成功"})
    with services.store.read() as session:
        assert len(session.scalars(select(InboundText)).all()) == 3
    assert client.post("/sms/alibaba/texts?key=x", json=items).status_code == 403
    assert client.post("/sms/alibaba/reports", json=[]).status_code == 403
    assert client.post("/sms/twilio").status_code == 404


def test_no_key_of_the_address_is_logged(services, assistant) -> None:
    settings = services.settings.model_copy(update=alibaba_settings(services, "http://127.0.0.1:9"))
    client = create_app(settings, replace(services, settings=settings), assistant).test_client()
    with capture_logs() as lines:
        client.post(f"/sms/alibaba/texts?key={CALLBACK_KEY}", json=[text_item("1", PHONE, "你好")])
    assert lines
    assert CALLBACK_KEY not in str(lines)


def _row(
    name: str, code: str, words: str, audit: str = "AUDIT_STATE_PASS", why: str = ""
) -> dict[str, object]:
    return {
        "TemplateName": name,
        "TemplateCode": code,
        "TemplateContent": words,
        "AuditStatus": audit,
        "Reason": {"RejectInfo": why},
    }


def test_each_of_our_texts_is_told_how_far_its_template_is(services) -> None:
    fakes = []
    texts = [(name, f"【续签助手】{name}，到1日为止。") for name in "abcdef"]
    with alibaba.open_wire(services, fakes) as wire:
        fakes[0].listed = [
            _row("a", "SMS_1", "a，到${day}为止。"),
            _row("a 2", "SMS_2", "a，已经过了${day}。"),
            _row("b", "SMS_3", "b，到${day}为止。", "AUDIT_STATE_INIT"),
            _row("c", "SMS_4", "c，到${day}为止。", "AUDIT_STATE_NOT_PASS", "变量太多"),
            _row("d", "SMS_5", "d，别的话。"),
            _row("随便起的名", "SMS_6", "e，到${day}为止。"),
            *[_row("别的业务", f"SMS_9{number}", "促销") for number in range(60)],
        ]
        told = wire.provider.approvals(texts)
    assert [(one.name, one.state.value, one.code, one.why) for one in told] == [
        ("a", "ready", "SMS_1", ""),
        ("a", "other_words", "SMS_2", ""),
        ("b", "waiting", "SMS_3", ""),
        ("c", "refused", "SMS_4", "变量太多"),
        ("d", "other_words", "SMS_5", ""),
        ("d", "missing", "", ""),
        ("e", "ready", "SMS_6", ""),
        ("f", "missing", "", ""),
    ]


def test_a_provider_that_does_not_say_which_templates_it_has_is_an_error_and_no_empty_list(services) -> None:
    fakes = []
    with alibaba.open_wire(services, fakes) as wire:
        fakes[0].key_secret = "changed"
        with pytest.raises(SendError):
            wire.provider.approvals([("a", "b")])


def test_a_batch_larger_than_other_requests_may_be_is_taken_by_the_server(services, serve) -> None:
    """1,500 receipts: six times 64 KB."""
    settings = services.settings.model_copy(update=alibaba.alibaba_settings(services, "http://127.0.0.1:9"))
    port = serve(create_app(settings, replace(services, settings=settings)))
    url = f"http://127.0.0.1:{port}"
    items = [report_item(f"{n:032d}-1", good=True) for n in range(1_500)]
    assert len(json.dumps(items)) > 6 * LONGEST_BODY_BYTES
    place = f"{url}/sms/alibaba/reports?key={CALLBACK_KEY}"
    assert httpx.post(place, json=items, timeout=60).status_code == 200
    assert httpx.post(place, json=[*items, "x" * LARGEST_PUSH_BYTES], timeout=60).status_code == 413
    for other in ("/chat/messages", "/sms/alibabas", "/healthz"):
        answer = httpx.post(f"{url}{other}", json=items, timeout=60)
        assert answer.status_code in {404, 405, 413}, other
    assert httpx.post(f"{url}/chat/messages", json=items, timeout=60).status_code == 413


@pytest.mark.parametrize(
    "broken", [{"sequence_id": None}, {"sequence_id": True}, {"content": ["退订"]}, {"content": {"a": 1}}]
)
def test_a_text_whose_fields_are_of_another_kind_is_left_out(broken: dict[str, object]) -> None:
    right = {"sequence_id": 7, "phone_number": "19900000001", "content": "怎么续签"}
    kept = texts_in(json.dumps([right | broken, right]).encode())
    assert [text.body for text in kept] == ["怎么续签"]
