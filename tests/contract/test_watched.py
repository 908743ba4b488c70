"""A provider under watch: what drips is cut, what fails is classed, and each call is counted."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from renewal.services.texts import delivery
from renewal.services.texts.call_counts import CallCounts, counted
from renewal.services.texts.claiming import CALL_AT_MOST
from renewal.services.texts.provider import SendError, SendFailure, TextTemplate
from sms_gateway.providers.alibaba.provider import AlibabaProvider
from sms_gateway.providers.alibaba.templates import ApprovedTemplate, Templates
from sms_gateway.providers.twilio.provider import TwilioProvider
from sms_gateway.providers.watched import CALL_LIMIT_S, WatchedProvider
from sms_gateway.providers.whole_call import TooLong, WholeCalls
from tests.contract.wires.alibaba import alibaba_settings
from tests.gateway.conftest import twilio_settings
from tests.services.carrier import Carrier

PHONE, ID = "+8619900000001", "0" * 32
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DRIP_S = 0.1  # far below what a library waits for the next byte


class Dripping:
    """Answers every call byte by byte, for ever."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._ends = threading.Event()
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self._ends.is_set():
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._drip, args=(line,), daemon=True).start()

    def _drip(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(b"HTTP/1.1 201 Created\r\nX-Long: ")
            while not self._ends.wait(DRIP_S):
                line.sendall(b"x")

    def stop(self) -> None:
        self._ends.set()
        self._door.close()


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    server = Dripping()
    yield server
    server.stop()


@pytest.mark.parametrize("name", ["twilio", "alibaba"])
def test_a_provider_that_drips_bytes_is_cut_at_the_limit_of_the_whole_call(services, dripping, name) -> None:
    if name == "twilio":
        settings = services.settings.model_copy(update=twilio_settings(twilio_base_url=dripping.url))
        provider = TwilioProvider(settings)
    else:
        update = alibaba_settings(services, dripping.url)
        provider = AlibabaProvider(services.settings.model_copy(update=update), services.now)
        provider._templates = Templates({"t": [ApprovedTemplate(code="SMS_1", words="x")]})
    watched = WatchedProvider(provider, CallCounts(), limit_s=0.8)
    began_s = time.monotonic()
    with pytest.raises(SendError) as cut:
        watched.send(to=PHONE, body="x", our_id=ID, template=TextTemplate(name="t"))
    assert cut.value.failure is SendFailure.UNCLEAR  # it may have gone through
    assert 0.7 < time.monotonic() - began_s < 3


def test_the_lease_of_a_text_outlives_every_call_also_of_two_providers_in_turn() -> None:
    longest = timedelta(seconds=delivery.STARTS_WITHIN_S + 2 * CALL_LIMIT_S)
    assert longest < CALL_AT_MOST


def test_a_call_that_was_cut_keeps_no_other_from_its_turn() -> None:
    calls, stuck = WholeCalls(0.2), threading.Event()
    for _ in range(3):
        with pytest.raises(TooLong):
            calls(lambda: stuck.wait(30))
    began_s = time.monotonic()
    assert calls(lambda: 7) == 7
    assert time.monotonic() - began_s < 0.2
    stuck.set()


def test_calls_one_after_the_other_share_a_thread_and_what_it_has_open() -> None:
    calls = WholeCalls(5)
    assert len({calls(threading.get_ident) for _ in range(20)}) == 1


def test_what_a_call_raises_is_raised_to_who_asked() -> None:
    calls = WholeCalls(5)
    with pytest.raises(ZeroDivisionError):
        calls(lambda: 1 / 0)
    assert calls(lambda: 1) == 1


def test_each_call_is_counted_by_provider_and_outcome_and_added_up_in_the_store(services) -> None:
    counts, carrier = CallCounts(), Carrier(name="first")
    watched = WatchedProvider(carrier, counts)
    carrier.refuse_next = [SendError(SendFailure.BUSY, "20429"), SendError(SendFailure.ACCOUNT, "20003")]
    for _ in range(4):
        with suppress(SendError):
            watched.send(to=PHONE, body="x", our_id=ID)
    counts.hand_in(services.store)
    counts.hand_in(services.store)
    watched.send(to=PHONE, body="x", our_id=ID)
    counts.hand_in(services.store)
    found = {(calls.provider, calls.outcome): calls.calls for calls in counted(services.store)}
    assert found == {("first", "taken"): 3, ("first", "busy"): 1, ("first", "account"): 1}


def test_counts_are_kept_where_the_store_is_away(services) -> None:
    counts = CallCounts()
    counts.note("first", "taken", 0.1)

    class Away:
        engine = services.store.engine

        def session(self) -> None:
            raise OSError("away")

    with pytest.raises(OSError, match="away"):
        counts.hand_in(Away())
    counts.hand_in(services.store)
    assert [calls.calls for calls in counted(services.store)] == [1]
