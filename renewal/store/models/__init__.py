"""The tables, as typed rows."""

from renewal.store.models.base import Base, opaque_id
from renewal.store.models.logins import Identification, LoginCode
from renewal.store.models.permits import BureauFact, Comparison, Holder, Permit, Record
from renewal.store.models.talks import AuditEntry, Conversation, Lead, Message
from renewal.store.models.texts import (
    Delivery,
    DeliveryEvent,
    InboundText,
    Notice,
    SimulatedText,
    Suppression,
)

__all__ = [
    "AuditEntry",
    "Base",
    "BureauFact",
    "Comparison",
    "Conversation",
    "Delivery",
    "DeliveryEvent",
    "Holder",
    "Identification",
    "InboundText",
    "Lead",
    "LoginCode",
    "Message",
    "Notice",
    "Permit",
    "Record",
    "SimulatedText",
    "Suppression",
    "opaque_id",
]
