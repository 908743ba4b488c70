"""Saying a text and hearing what a holder would hear: the door of `ask`, `evaluate` and the tests.

A text message goes the way of a real one: received, answered by the job that answers it, its answer sent. The
jobs are done here and now instead of by the worker, and the phone at the other end is ours. On the web a text
goes as the gateway takes it.
"""

import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from renewal.dialogue.says import Button
from renewal.domain.errors import RenewalError
from renewal.services.app import Services
from renewal.services.jobs import ANSWER_INBOUND, Jobs
from renewal.services.samples import scenarios
from renewal.services.samples.simulated import PROVIDER
from renewal.services.talks import answering, conversations, inbound
from renewal.services.talks.assistant import Assistant, AssistantUnavailable
from renewal.services.texts import delivery
from renewal.services.texts.provider import DeliveryState, InboundText, Receipt, TextTemplate
from renewal.store.models import Conversation, Delivery, opaque_id
from renewal.store.models import InboundText as InboundRow

NOBODYS_PHONE = (
    "+861999"  # seven digits follow; the sample's numbers and the guest's begin otherwise or are taken
)

Channel = Literal["sms", "web"]
_HEARD = (DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.SENT, DeliveryState.DELIVERED)


class RealPhones(RenewalError):
    """This store's texts go to real phones; here one can only be made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message as it came: `text` without our signature, `body` as it was delivered (on the web the same)."""

    text: str
    body: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a text, and the conversation that it came to stand in: after days of silence a new one."""

    conversation_id: str
    replies: tuple[Reply, ...]

    @property
    def text(self) -> str:
        """All replies as one text; empty where none came."""
        return "\n".join(reply.text for reply in self.replies)


def enter(services: Services, channel: Channel, scenario: str = "") -> str:
    """A new conversation: of the scenario's holder, or of nobody known, by SMS from a number that nobody has.

    Raises:
        RealPhones: an SMS, where the provider is not the simulator.
        UnknownScenario, NoSampleHolder: as `open_scenario`.
    """
    if channel == "sms" and services.settings.provider != PROVIDER:
        raise RealPhones("这套服务发真的短信：这里只能用 --channel web")
    if scenario:
        return scenarios.open_scenario(services, scenario, channel)
    if channel == "web":
        return conversations.open_anonymous(services, channel)
    return conversations.for_phone(services, _free_number(services))


def say(services: Services, assistant: Assistant, conversation_id: str, text: str) -> Heard:
    """Say `text` in a conversation; an SMS comes from its number, to whatever conversation that number has.

    Raises:
        NoSuchConversation: nobody opened it.
        AssistantUnavailable: no answer came.
    """
    phone = _phone_of(services, conversation_id)
    if phone is not None:
        return _by_sms(services, assistant, conversation_id, phone, text)
    said = conversations.say_to(services, assistant, conversation_id, text, opaque_id())
    replies = (Reply(text=message.text, body=message.text, buttons=message.buttons) for message in said)
    return Heard(conversation_id=conversation_id, replies=tuple(replies))


class _HeldJobs(Jobs):
    """Keeps the answers that would be queued, for the caller to give; anything else is queued."""

    def __init__(self, jobs: Jobs, store: Any) -> None:
        super().__init__(store)
        self._jobs = jobs
        self.held: list[str] = []

    def enqueue(self, session: Session, workflow: str, queue: str, *args: Any, **options: Any) -> None:
        if workflow == ANSWER_INBOUND:
            self.held.append(args[0])
        else:
            self._jobs.enqueue(session, workflow, queue, *args, **options)


@dataclass(slots=True)
class _Handset:
    """The phone at the other end: everything arrives at once."""

    name: str = PROVIDER
    got: list[str] = field(default_factory=list)

    def send(self, *, to: str, body: str, our_id: str, template: TextTemplate | None = None) -> str:
        self.got.append(our_id)
        return f"door-{our_id}"

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
        return Receipt(provider_ref=f"door-{our_id}", state=DeliveryState.DELIVERED, raw="delivered")


def _by_sms(services: Services, assistant: Assistant, conversation_id: str, phone: str, text: str) -> Heard:
    jobs = _HeldJobs(services.jobs, services.store)
    services = replace(services, jobs=jobs)
    ref = f"door-{opaque_id()}"
    inbound.receive(
        services, InboundText(provider=PROVIDER, provider_ref=ref, phone=phone, body=text), services.now()
    )
    for inbound_id in jobs.held:
        if not answering.answer_inbound(services, assistant, inbound_id, services.now()):
            raise AssistantUnavailable("the assistant did not answer")
    handset = _Handset()
    delivery.send(services.store, handset, [row.id for row in _answer_to(services, ref)], services.now())
    for delivery_id in handset.got:
        receipt = handset.lookup(to=phone, body="", our_id=delivery_id)
        if receipt is not None:
            delivery.apply_receipt(services.store, receipt, services.now(), delivery_id=delivery_id)
    signature = services.wording.render("sms.signature", channel="sms")
    heard = [row.body for row in _answer_to(services, ref) if row.state in _HEARD]
    replies = (Reply(text=body.removeprefix(signature), body=body) for body in heard)
    return Heard(conversation_id=_now_in(services, ref) or conversation_id, replies=tuple(replies))


def _answer_to(services: Services, ref: str) -> Sequence[Delivery]:
    """The texts that answer one that came in; a worker that runs beside us may have sent them first."""
    query = (
        select(Delivery)
        .join(InboundRow, InboundRow.id == Delivery.inbound_id)
        .where(InboundRow.provider == PROVIDER, InboundRow.provider_ref == ref)
        .order_by(Delivery.created_at, Delivery.part)
    )
    with services.store.read() as session:
        return session.scalars(query).all()


def _phone_of(services: Services, conversation_id: str) -> str | None:
    """The number of an SMS conversation; None on the web, where a code may have made somebody known."""
    with services.store.read() as session:
        talk = session.get(Conversation, conversation_id)
        return talk.phone if talk is not None and talk.channel == "sms" else None


def _now_in(services: Services, ref: str) -> str | None:
    with services.store.read() as session:
        return session.scalar(
            select(InboundRow.conversation_id).where(
                InboundRow.provider == PROVIDER, InboundRow.provider_ref == ref
            )
        )


def _free_number(services: Services) -> str:
    """A number in E.164 that never texted us, drawn at random: several may ask at once."""
    while True:
        phone = f"{NOBODYS_PHONE}{secrets.randbelow(10**7):07d}"
        taken = select(Conversation.id).where(Conversation.phone_hash == services.store.phone_hash(phone))
        with services.store.read() as session:
            if session.scalars(taken.limit(1)).first() is None:
                return phone
