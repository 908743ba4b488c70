"""Which provider is which: a new one is one file here and one line below; its webhooks are a blueprint."""

from collections.abc import Callable, Mapping

from renewal.services.app import Services
from renewal.services.texts.provider import Provider
from sms_gateway.providers.simulator import provider as simulator
from sms_gateway.providers.twilio import provider as twilio

PROVIDERS: Mapping[str, Callable[[Services], Provider]] = {
    simulator.NAME: lambda services: simulator.SimulatorProvider(services.store, services.now),
    twilio.NAME: lambda services: twilio.TwilioProvider(services.settings),
}


def open_provider(services: Services) -> Provider:
    """The provider that the settings name."""
    return PROVIDERS[services.settings.provider](services)
