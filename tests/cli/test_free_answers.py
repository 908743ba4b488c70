"""Where the provider sends templates alone, its operator is told what becomes of an answer in free words."""

import pytest

from renewal.cli.doctor import free_answers
from renewal.services.texts import delivery, holds
from renewal.services.texts.said import FREE, in_free_words
from renewal.settings import Settings
from renewal.store.models import Delivery
from sms_gateway.providers import open_sender
from tests import outgoing
from tests.contract.wires import alibaba

PHONE = "+8619900000001"


def test_the_doctor_says_that_answers_do_not_go_out_and_what_to_do() -> None:
    (finding,) = free_answers(Settings(provider="alibaba", program="actions"))
    assert not finding.fine
    assert not finding.needed
    assert "工作人员说的话没有模板，发不出去" in finding.detail
    assert "RENEWAL_PROVIDER" in finding.remedy


@pytest.mark.parametrize("provider", ["twilio", "simulator"])
def test_where_any_words_are_sent_there_is_nothing_to_say(provider: str) -> None:
    assert list(free_answers(Settings(provider=provider, program="actions"))) == []


def test_what_the_doctor_says_is_what_happens(services) -> None:
    """An answer in free words is not sent, is listed as failed, and holds nothing that could go."""
    with alibaba.open_wire(services) as wire:
        now = services.now()
        with wire.services.store.session() as session:
            made = outgoing.create(
                session,
                phone=PHONE,
                phone_hash=services.store.phone_hash(PHONE),
                body=in_free_words(services, "您好，带身份证就行").body,
                provider="alibaba",
                now=now,
                template=FREE,
                lane=holds.REPLIES,
            )
        delivery.send(wire.services.store, open_sender(wire.services), [made], now)
        with wire.services.store.read() as session:
            row = session.get_one(Delivery, made)
            assert (row.state, row.failure, row.error_code) == ("failed", "content", "no_template")
            assert not holds.standing(session)
