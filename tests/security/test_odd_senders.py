"""A sender that is none costs nobody else his text: Alibaba posts again, whole, what it hears 500 to."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from renewal.store.models import InboundText
from tests.contract.wires.alibaba import CALLBACK_KEY, alibaba_settings, text_item
from tests.contract.wires.wire import PHONE
from tests.security.conftest import Door

NO_SENDERS = [
    "+", "+" * 50_000, "1" * 30_000, "+86", "+999999999999999", "+8619900000001;ext=1", "+1abc", "sip:a@b", "a" * 16,
    "\u202e19900000001", "'; --", "<b>", "1 2 3", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def alibaba_door(open_door: Callable[..., Door]) -> Door:
    """The gateway behind Alibaba."""
    plain = open_door()
    return open_door(**alibaba_settings(plain.services, "https://dysmsapi.aliyuncs.com"))


@pytest.mark.parametrize("sender", NO_SENDERS, ids=lambda sender: ascii(sender[:12]))
def test_a_sender_that_is_none_is_left_out_and_its_neighbours_are_kept(
    alibaba_door: Door, sender: str
) -> None:
    before, ref = alibaba_door.traces()[0], uuid4().hex
    items = [text_item(f"{ref}-{n}", phone, "续签") for n, phone in enumerate((PHONE, sender, PHONE))]
    answer = alibaba_door.client().post(
        f"/sms/alibaba/texts?key={CALLBACK_KEY}", json=items, base_url="https://sms.example.org"
    )
    assert answer.status_code == 200
    assert alibaba_door.traces()[0] == before + 2


def test_no_sender_is_kept_that_is_longer_than_a_number_or_a_code(alibaba_door: Door) -> None:
    with alibaba_door.services.store.read() as session:
        assert max(len(text.phone) for text in session.scalars(select(InboundText))) <= 20
