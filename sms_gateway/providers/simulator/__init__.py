"""The phones on screen: SMS with no provider, on this machine only."""

from renewal.services.app import Services
from sms_gateway.providers.simulator.page import blueprint
from sms_gateway.providers.simulator.provider import SimulatorProvider

pages = (blueprint,)


def open_provider(services: Services) -> SimulatorProvider:
    """The phones that are rows of this store."""
    return SimulatorProvider(services.store, services.now)
