"""Alibaba Cloud: its official SDK against a stateful fake that checks every signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import yaml
from pydantic import SecretStr
from werkzeug.test import EnvironBuilder

from renewal.services.app import Services
from renewal.services.texts.provider import TextTemplate, Webhook
from sms_gateway.providers.alibaba import open_provider
from tests.contract.fake_alibaba import FakeAlibaba
from tests.contract.wires.wire import Wire, webhook

KEY_ID, KEY_SECRET, SIGN_NAME = "LTAI-of-the-tests", "secret-of-the-tests", "续签助手"
CALLBACK_KEY = "callback-key-of-the-tests"
TEMPLATES = {"SMS_1": "您的居住证${day}到期，请到${place}办理。", "SMS_2": "您已退订，不再发送。"}
TABLE = {
    "notice.failure": [{"code": "SMS_1", "words": TEMPLATES["SMS_1"]}],
    "sms.opted_out": [{"code": "SMS_2", "words": TEMPLATES["SMS_2"]}],
}
BODY = f"【{SIGN_NAME}】您的居住证12月1日到期，请到徐汇区“一网通办”窗口办理。"
OTHER_BODY = f"【{SIGN_NAME}】您已退订，不再发送。"


def alibaba_settings(services: Services, base_url: str, **changed: str) -> dict[str, Any]:
    """Changes of the settings that make Alibaba the provider; its table of templates is in the state folder."""
    table = services.settings.state_dir / "templates.yml"
    table.write_text(yaml.safe_dump(TABLE, allow_unicode=True), encoding="utf-8")
    options = {
        "alibaba_access_key_id": KEY_ID,
        "alibaba_access_key_secret": KEY_SECRET,
        "alibaba_sign_name": SIGN_NAME,
        "alibaba_callback_key": CALLBACK_KEY,
        "alibaba_templates": str(table),
        "alibaba_base_url": base_url,
    }
    given = {name: SecretStr(value) for name, value in (options | changed).items()}
    return {"provider": "alibaba", "provider_options": given, "public_url": "https://sms.example.org"}


def pushed(items: list[dict[str, Any]], rule: str, *, key: str = CALLBACK_KEY) -> Webhook:
    """What Alibaba posts to one of its places."""
    path = f"/sms/alibaba{rule}"
    return webhook(EnvironBuilder(path, method="POST", json=items, query_string={"key": key}), rule=rule)


def text_item(ref: str, phone: str, body: str) -> dict[str, Any]:
    return {
        "phone_number": phone.removeprefix("+86"),
        "send_time": "2026-11-23 10:00:00",
        "content": body,
        "sign_name": SIGN_NAME,
        "dest_code": "1234",
        "sequence_id": ref,
    }


def report_item(ref: str, good: bool, code: str = "") -> dict[str, Any]:
    return {
        "phone_number": "19900000001",
        "send_time": "2026-11-23 10:00:00",
        "report_time": "2026-11-23 10:00:05",
        "success": good,
        "err_code": code or ("DELIVERED" if good else "MOBILE_NOT_ON_SERVICE"),
        "err_msg": "",
        "sms_size": "1",
        "biz_id": "000000000000000001^0",
        "out_id": ref,
    }


@contextmanager
def open_wire(services: Services, fakes: list[FakeAlibaba] | None = None) -> Iterator[Wire]:
    """`fakes` gets the far end, for a test that changes it."""
    fake = FakeAlibaba(KEY_ID, KEY_SECRET, SIGN_NAME, dict(TEMPLATES))
    if fakes is not None:
        fakes.append(fake)
    fake.start()
    settings = services.settings.model_copy(update=alibaba_settings(services, fake.url) | {"today": None})
    services = replace(services, settings=settings)
    numbers = iter(range(1000))
    provider = open_provider(services)
    provider._clock = lambda: datetime.now(UTC)  # the fake's clock is the machine's
    yield Wire(
        provider=provider,
        services=services,
        new_id=lambda: f"{next(numbers):032x}",
        sent=lambda: [(f"+86{row['PhoneNum']}", row["Content"]) for row in fake.taken],
        body=BODY,
        template=TextTemplate(name="notice.failure"),
        other_body=OTHER_BODY,
        other_template=TextTemplate(name="sms.opted_out"),
        texts=lambda texts: pushed([text_item(*text) for text in texts], "/texts"),
        receipts=lambda told: pushed([report_item(ref, good) for ref, _, good in told], "/reports"),
        receipt_ref=lambda our_id: f"{our_id}-1",
        several=True,
        unsigned=lambda hook: replace(hook, path=hook.path.replace(CALLBACK_KEY, "guessed")),
        swallow=lambda: fake.take_then_fail.append(500),
        refuse_account=lambda: fake.refuse.append((404, "InvalidAccessKeyId.NotFound")),
        refuse_busy=lambda: fake.refuse.append((400, "Throttling.User")),
        hang_up=fake.stop,
    )
    fake.stop()
