"""Twilio Programmable Messaging, by its official client."""

from renewal.services.app import Services
from sms_gateway.providers.twilio.provider import TwilioProvider


def open_provider(services: Services) -> TwilioProvider:
    """Twilio, with the account of these settings."""
    return TwilioProvider(services.settings)
