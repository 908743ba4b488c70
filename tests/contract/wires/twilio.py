"""Twilio: its official client against a stateful fake of its Messages resource."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import EnvironBuilder

from renewal.services.app import Services
from renewal.services.texts.provider import Webhook
from sms_gateway.providers.twilio import open_provider
from tests.contract.fake_twilio import FakeTwilio
from tests.contract.wires.wire import Wire, webhook
from tests.gateway.conftest import TWILIO_OPTIONS, twilio_settings

BASE = "https://sms.example.org"
TOKEN = TWILIO_OPTIONS["twilio_auth_token"]


def _posted(form: dict[str, str], rule: str, our_id: str | None = None) -> Webhook:
    path = "/sms/twilio" + rule.replace("<our_id>", our_id or "")
    signature = RequestValidator(TOKEN).compute_signature(BASE + path, MultiDict(form))
    builder = EnvironBuilder(path, method="POST", data=form, headers={"X-Twilio-Signature": signature})
    return webhook(builder, rule=rule, our_id=our_id)


def _text(texts: list[tuple[str, str, str]]) -> Webhook:
    ((ref, phone, body),) = texts
    return _posted({"MessageSid": ref, "From": phone, "Body": body}, "")


def _receipt(told: list[tuple[str, str, bool]]) -> Webhook:
    ((ref, our_id, good),) = told
    form = {"MessageSid": ref, "MessageStatus": "delivered" if good else "undelivered"}
    return _posted(form, "/status/<our_id>", our_id)


@contextmanager
def open_wire(services: Services) -> Iterator[Wire]:
    fake = FakeTwilio(TWILIO_OPTIONS["twilio_account_sid"], TOKEN)
    fake.start()
    settings = services.settings.model_copy(update=twilio_settings(twilio_base_url=fake.url))
    services = replace(services, settings=settings)
    numbers = count()
    yield Wire(
        provider=open_provider(services),
        services=services,
        new_id=lambda: f"{next(numbers):032x}",
        sent=lambda: [(message["To"], message["Body"]) for message in fake.taken],
        texts=_text,
        receipts=_receipt,
        unsigned=lambda hook: replace(hook, headers=Headers()),  # type: ignore[arg-type]
        swallow=lambda: fake.take_then_fail.append(500),
        refuse_account=lambda: fake.refuse.append((401, 20003)),
        refuse_busy=lambda: fake.refuse.append((429, 20429)),
        hang_up=fake.stop,
    )
    fake.stop()
