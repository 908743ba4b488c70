"""What every SMS provider must do; a new one is added to WIRES and passes as it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from renewal.providers import provider_kinds
from renewal.services.texts.provider import (
    DeliveryState,
    InboundText,
    NotOffered,
    Receipt,
    SendError,
    SendFailure,
)
from sms_gateway.providers import PROVIDERS, open_providers, open_sender
from tests.contract.wires import TOYS, WIRES
from tests.contract.wires.wire import OTHER, PHONE, Wire


@pytest.fixture(params=[*WIRES, *TOYS])
def wire(request, services) -> Iterator[Wire]:
    with (WIRES | TOYS)[request.param](services) as opened:
        yield opened


def _send(wire: Wire, our_id: str = "") -> str:
    return wire.provider.send(
        to=PHONE, body=wire.body, our_id=our_id or wire.new_id(), template=wire.template
    )


def _refusal(wire: Wire) -> SendError:
    with pytest.raises(SendError) as refusal:
        _send(wire)
    return refusal.value


def _lookup(wire: Wire, our_id: str, **more: object) -> Receipt | None:
    return wire.provider.lookup(to=PHONE, body=wire.body, our_id=our_id, **more)


def _can(wire: Wire, *names: str) -> None:
    if missing := [name for name in names if not getattr(wire, name)]:
        pytest.skip(f"{wire.provider.name} has no {missing[0]}")


def test_every_provider_of_the_table_is_tested_here_and_tells_its_operator_what_to_set() -> None:
    assert set(PROVIDERS) == set(WIRES)
    assert set(provider_kinds()) == set(PROVIDERS)


def test_the_settings_name_it_and_it_is_opened(wire) -> None:
    assert [provider.name for provider in open_providers(wire.services)] == [wire.provider.name]
    assert open_sender(wire.services).name == wire.provider.name


def test_a_sent_text_arrives_as_it_was_and_has_an_id(wire) -> None:
    assert _send(wire)
    assert wire.sent() == [(PHONE, wire.body)]


def test_two_texts_have_two_ids(wire) -> None:
    assert len({_send(wire) for _ in range(3)}) == 3


def test_a_text_that_was_sent_is_found_by_our_id_and_by_the_providers(wire) -> None:
    our_id = wire.new_id()
    ref = _send(wire, our_id)
    for found in (_lookup(wire, our_id), _lookup(wire, our_id, ref=ref)):
        assert found is not None
        assert (found.provider_ref, found.our_id) == (ref, our_id)
        assert found.state is not DeliveryState.UNKNOWN


def test_a_text_that_was_never_sent_is_not_found(wire) -> None:
    wire.provider.send(to=PHONE, body=wire.other_body, our_id=wire.new_id(), template=wire.other_template)
    assert _lookup(wire, wire.new_id()) is None
    assert _lookup(wire, wire.new_id(), ref="nobodys-id") is None


def test_a_text_to_another_number_is_not_taken_for_ours(wire) -> None:
    wire.provider.send(to=OTHER, body=wire.body, our_id=wire.new_id(), template=wire.template)
    assert _lookup(wire, wire.new_id()) is None


def test_a_text_that_another_row_owns_is_not_found_again(wire) -> None:
    ref = _send(wire)
    assert _lookup(wire, wire.new_id(), owned={ref}) is None


def test_a_text_from_before_the_call_is_not_ours(wire) -> None:
    _send(wire)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert _lookup(wire, wire.new_id(), since=tomorrow) is None


def test_a_text_that_was_taken_before_the_line_broke_is_unclear_and_found_afterwards(wire) -> None:
    _can(wire, "swallow")
    our_id, called_at = wire.new_id(), datetime.now(UTC)
    wire.swallow()
    with pytest.raises(SendError) as refusal:
        _send(wire, our_id)
    assert refusal.value.failure is SendFailure.UNCLEAR
    found = _lookup(wire, our_id, since=called_at)
    assert found is not None
    assert wire.sent() == [(PHONE, wire.body)]


def test_nothing_went_out_where_nobody_listens(wire) -> None:
    _can(wire, "hang_up")
    wire.hang_up()
    assert _refusal(wire).failure is SendFailure.BUSY


def test_a_refused_account_and_a_busy_provider_are_told_apart(wire) -> None:
    _can(wire, "refuse_account", "refuse_busy")
    wire.refuse_account()
    assert _refusal(wire).failure is SendFailure.ACCOUNT
    wire.refuse_busy()
    busy = _refusal(wire)
    assert (busy.failure, bool(busy.code)) == (SendFailure.BUSY, True)
    assert wire.sent() == []


def test_a_text_that_came_in_is_verified_read_and_acknowledged(wire) -> None:
    _can(wire, "texts")
    hook = wire.texts([("SM1", PHONE, "你好")])
    assert wire.provider.verify(hook)
    (text,) = wire.provider.read(hook)
    assert isinstance(text, InboundText)
    assert (text.provider, text.provider_ref, text.phone, text.body) == (
        wire.provider.name,
        "SM1",
        PHONE,
        "你好",
    )
    assert wire.provider.acknowledge(hook).status == 200


def test_a_receipt_is_verified_read_and_says_whose_it_is(wire) -> None:
    _can(wire, "receipts")
    our_id = wire.new_id()
    for good, state in ((True, DeliveryState.DELIVERED), (False, DeliveryState.FAILED)):
        ref = wire.receipt_ref(our_id)
        hook = wire.receipts([(ref, our_id, good)])
        assert wire.provider.verify(hook)
        (receipt,) = wire.provider.read(hook)
        assert isinstance(receipt, Receipt)
        assert (receipt.provider_ref, receipt.state, receipt.our_id) == (ref, state, our_id)
        assert receipt.raw
        assert wire.provider.acknowledge(hook).status in (200, 204)


def test_several_in_one_request_are_all_read(wire) -> None:
    _can(wire, "several")
    texts = [(f"T{number}", PHONE, f"第{number}条") for number in range(3)]
    assert [text.body for text in wire.provider.read(wire.texts(texts))] == ["第0条", "第1条", "第2条"]
    ids = [wire.new_id() for _ in range(3)]
    told = [(wire.receipt_ref(our_id), our_id, bool(number % 2)) for number, our_id in enumerate(ids)]
    assert [receipt.our_id for receipt in wire.provider.read(wire.receipts(told))] == ids


def test_what_the_provider_did_not_sign_is_not_believed(wire) -> None:
    _can(wire, "texts", "unsigned")
    assert not wire.provider.verify(wire.unsigned(wire.texts([("SM1", PHONE, "你好")])))
    assert not wire.provider.verify(wire.unsigned(wire.receipts([("SM1", wire.new_id(), True)])))


def test_every_route_refuses_what_tells_nothing(wire) -> None:
    for rule in wire.provider.routes():
        _can(wire, "texts")
        empty = wire.texts([("SM1", PHONE, "x")])
        with pytest.raises(ValueError, match=r"\w"):
            wire.provider.read(_emptied(empty, rule))


def _emptied(hook, rule):
    from dataclasses import replace

    return replace(hook, rule=rule, form={}, body=b"{}", our_id=None)


def test_a_healthy_provider_says_nothing_and_texts_that_came_in_are_listed_or_not_offered(wire) -> None:
    wire.provider.health()
    try:
        assert wire.provider.recent_inbound(datetime.now(UTC) - timedelta(days=1)) == ()
    except NotOffered:
        assert wire.provider.name
