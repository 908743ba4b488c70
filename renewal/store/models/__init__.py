"""The tables, as typed rows."""

from renewal.store.models.accounts import StaffAccount, StaffSession
from renewal.store.models.applications import Application
from renewal.store.models.appointments import Appointment, Centre
from renewal.store.models.base import Base, opaque_id
from renewal.store.models.keys import KeyMark
from renewal.store.models.logins import Identification, LoginCode
from renewal.store.models.nights import Night, NightCount, NoticeBatch
from renewal.store.models.permits import BureauFact, Change, Comparison, Holder, Permit, Record, Visit
from renewal.store.models.sending import Hold, Pace, ProviderCalls, WorkerBeat
from renewal.store.models.talks import AuditEntry, Callback, Conversation, Feedback, Message, NamedText
from renewal.store.models.texts import (
    Delivery,
    DeliveryEvent,
    InboundText,
    Notice,
    SimulatedText,
    Suppression,
)

__all__ = [
    "Application",
    "Appointment",
    "AuditEntry",
    "Base",
    "BureauFact",
    "Callback",
    "Centre",
    "Change",
    "Comparison",
    "Conversation",
    "Delivery",
    "DeliveryEvent",
    "Feedback",
    "Hold",
    "Holder",
    "Identification",
    "InboundText",
    "KeyMark",
    "LoginCode",
    "Message",
    "NamedText",
    "Night",
    "NightCount",
    "Notice",
    "NoticeBatch",
    "Pace",
    "Permit",
    "ProviderCalls",
    "Record",
    "SimulatedText",
    "StaffAccount",
    "StaffSession",
    "Suppression",
    "Visit",
    "WorkerBeat",
    "opaque_id",
]
