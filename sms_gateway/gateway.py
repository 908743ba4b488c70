"""What a request handler reaches: services, assistant and limits of this process."""

from dataclasses import dataclass
from typing import Self, cast

import structlog
from flask import current_app

from renewal.services.app import Services
from renewal.services.talks.assistant import Assistant
from renewal.settings import Settings
from sms_gateway.caller import caller
from sms_gateway.limits import Limits, Turns
from sms_gateway.metrics import REFUSED

EXTENSION = "renewal"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One process's parts."""

    services: Services
    assistant: Assistant
    limits: Limits
    turns: Turns

    @classmethod
    def of(cls, services: Services, assistant: Assistant) -> Self:
        """Over these services, with limits that are counted where the settings say."""
        limits = Limits(services.settings.redis_url, services.store.address_hash)
        return cls(services=services, assistant=assistant, limits=limits, turns=Turns())


def gateway() -> Gateway:
    """The parts of the app that handles this request."""
    return cast(Gateway, current_app.extensions[EXTENSION])


def note_refusal(what: str) -> None:
    """Count and log that a request was refused, with its caller as a keyed hash: an address is personal data."""
    REFUSED.labels(what).inc()
    log.warning("refused", what=what, caller=gateway().services.store.address_hash(caller()))


def open_assistant(settings: Settings) -> Assistant:
    """Rasa, behind its private channel."""
    from renewal.services.talks.rasa import RasaAssistant

    return RasaAssistant(settings)
