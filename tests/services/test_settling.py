"""Of a text of which nobody knows, the provider is asked: none is sent blindly, none is left without an end."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from renewal.services.texts import settling
from renewal.services.texts.provider import DeliveryState, Receipt, SendError, SendFailure
from renewal.store import Store
from renewal.store.models import Delivery, opaque_id

CALLED_AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOW = CALLED_AT + timedelta(minutes=2)
PHONE = "+8619900000001"
WORDS = "【续签助手】您好"
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Listed:
    """A text that the provider took."""

    ref: str
    body: str
    created_at: datetime


@dataclass
class Lister:
    """A provider without ids of ours: it lists what it took, and tells of one by its own id."""

    name: str = "lister"
    listed: list[Listed] = field(default_factory=list)
    states: dict[str, Receipt] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    def took(self, ref: str, *, after_s: float = 1, body: str = WORDS) -> None:
        self.listed.append(Listed(ref, body, CALLED_AT + timedelta(seconds=after_s)))

    def tells(self, ref: str, state: DeliveryState, failure: SendFailure | None = None) -> None:
        code = failure.value if failure else ""
        self.states[ref] = Receipt(
            provider_ref=ref, state=state, raw=state.value, error_code=code, failure=failure
        )

    def lookup(
        self,
        *,
        to: str,
        body: str,
        our_id: str,
        ref: str | None = None,
        since: datetime | None = None,
        owned: Container[str] = (),
    ) -> Receipt | None:
        self.asked.append(ref or our_id)
        if self.away:
            raise SendError(SendFailure.UNCLEAR, detail="read timeout")
        if ref is None:
            may_be_ours = (t for t in self.listed if t.ref not in owned and t.created_at >= since)
            ref = next((t.ref for t in may_be_ours if t.body.endswith(body)), None)
        if ref is None:
            return None
        return self.states.get(ref) or Receipt(provider_ref=ref, state=DeliveryState.ACCEPTED, raw="accepted")


@pytest.fixture
def lister() -> Lister:
    return Lister()


def text(store: Store, state: DeliveryState, *, after_s: float = 0, **values: object) -> str:
    """A text that was handed over `after_s` seconds after CALLED_AT."""
    called_at = CALLED_AT + timedelta(seconds=after_s)
    row = Delivery(
        **{
            "id": opaque_id(),
            "phone": PHONE,
            "phone_hash": store.phone_hash(PHONE),
            "body": WORDS,
            "segments": 1,
            "state": state.value,
            "provider": "lister",
            "attempts": 1,
            "called_at": called_at,
            "created_at": called_at,
            "updated_at": called_at,
        }
        | values
    )
    with store.session() as session:
        session.add(row)
    return row.id


def row(store: Store, delivery_id: str) -> Delivery:
    with store.read() as session:
        return session.get_one(Delivery, delivery_id)


def test_a_text_that_the_provider_has_is_not_sent_again(store, lister) -> None:
    lister.took("SM1")
    ours = text(store, DeliveryState.UNCERTAIN)
    settling.settle(store, lister, ours, NOW)
    assert (row(store, ours).state, row(store, ours).provider_ref) == ("accepted", "SM1")


def test_a_text_that_the_provider_never_got_goes_again(store, lister) -> None:
    ours = text(store, DeliveryState.UNCERTAIN)
    settling.settle(store, lister, ours, NOW)
    assert (row(store, ours).state, row(store, ours).not_before_at) == ("pending", NOW)


def test_two_unclear_texts_with_the_same_words_are_each_given_their_own(store, lister) -> None:
    lister.took("SM1", after_s=1)
    lister.took("SM2", after_s=21)
    first, second = (text(store, DeliveryState.UNCERTAIN, after_s=s) for s in (0, 20))
    for delivery_id in (second, first):
        settling.settle(store, lister, delivery_id, NOW)
    assert [row(store, delivery_id).provider_ref for delivery_id in (first, second)] == ["SM1", "SM2"]


def test_of_two_unclear_texts_with_the_same_words_the_lost_one_goes_again_once(store, lister) -> None:
    lister.took("SM1", after_s=21)
    both = [text(store, DeliveryState.UNCERTAIN, after_s=s) for s in (0, 20)]
    for delivery_id in both:
        settling.settle(store, lister, delivery_id, NOW)
    assert sorted(row(store, delivery_id).state for delivery_id in both) == ["accepted", "pending"]


def test_an_older_text_with_the_same_words_does_not_hide_that_ours_was_lost(store, lister) -> None:
    lister.took("SM1", after_s=-86_400)
    ours = text(store, DeliveryState.UNCERTAIN)
    settling.settle(store, lister, ours, NOW)
    assert row(store, ours).state == "pending"


def test_a_trial_accounts_preface_does_not_make_the_text_go_again(store, lister) -> None:
    lister.took("SM1", body=f"Sent from your Twilio trial account - {WORDS}")
    ours = text(store, DeliveryState.UNCERTAIN)
    settling.settle(store, lister, ours, NOW)
    assert row(store, ours).state == "accepted"


def test_nothing_is_asked_while_another_text_to_the_same_phone_is_handed_over(store, lister) -> None:
    lister.took("SM1", after_s=60)  # that other one's
    ours = text(store, DeliveryState.UNCERTAIN)
    text(store, DeliveryState.SENDING, after_s=60)
    settling.settle(store, lister, ours, NOW)
    assert (row(store, ours).state, lister.asked) == ("uncertain", [])


def test_what_a_dead_worker_left_is_uncertain_once_its_lease_is_over(store) -> None:
    ours = text(store, DeliveryState.SENDING, leased_until_at=NOW)
    assert settling.recover(store, NOW, alone=False) == 0
    assert settling.recover(store, NOW + timedelta(seconds=1), alone=False) == 1
    assert row(store, ours).state == "uncertain"


@pytest.mark.parametrize("state", [DeliveryState.ACCEPTED, DeliveryState.SENT])
def test_a_receipt_that_was_lost_is_asked_for_after_half_an_hour(store, lister, state) -> None:
    ours = text(store, state, provider_ref="SM1")
    lister.tells("SM1", DeliveryState.FAILED, SendFailure.BAD_NUMBER)
    early = CALLED_AT + HALF_AN_HOUR - timedelta(seconds=1)
    assert settling.ask_after_lost(store, lister, early, 10) == 0
    assert settling.ask_after_lost(store, lister, CALLED_AT + HALF_AN_HOUR, 10) == 1
    assert (row(store, ours).state, row(store, ours).failure) == ("failed", "bad_number")
    assert lister.asked == ["SM1"]


def test_a_text_that_the_provider_still_works_on_is_asked_for_again_after_hours(store, lister) -> None:
    text(store, DeliveryState.ACCEPTED, provider_ref="SM1")
    minutes = range(0, 24 * 60, 10)
    for minute in minutes:
        settling.ask_after_lost(store, lister, CALLED_AT + timedelta(minutes=minute), 10)
    assert 3 <= len(lister.asked) <= 5


def test_nobody_asks_for_ever_after_a_network_that_gives_no_receipts(store, lister) -> None:
    text(store, DeliveryState.SENT, provider_ref="SM1")
    assert settling.ask_after_lost(store, lister, CALLED_AT + timedelta(days=8), 10) == 0
    assert lister.asked == []


def test_a_provider_that_does_not_answer_is_asked_one_question_a_round_and_all_of_them_when_it_is_back(
    store, lister
) -> None:
    for number in range(3):
        ref = f"SM{number}"
        text(store, DeliveryState.ACCEPTED, provider_ref=ref)
        lister.tells(ref, DeliveryState.DELIVERED)
    lister.away = True
    at = CALLED_AT + HALF_AN_HOUR
    settling.ask_after_lost(store, lister, at, 10)
    assert len(lister.asked) == 1
    lister.away = False
    assert settling.ask_after_lost(store, lister, at + timedelta(minutes=10), 10) == 3


def test_those_at_the_head_of_the_list_do_not_keep_the_others_from_being_asked_for(store, lister) -> None:
    for number in range(4):
        text(store, DeliveryState.ACCEPTED, after_s=number, provider_ref=f"SM{number}")
    for minute in (31, 32):
        settling.ask_after_lost(store, lister, CALLED_AT + timedelta(minutes=minute), 2)
    assert sorted(lister.asked) == ["SM0", "SM1", "SM2", "SM3"]
