"""Which provider is which: a folder here and a line below make a new one (docs/adding_a_provider.md)."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from flask import Blueprint

from renewal.services.app import Services
from renewal.services.texts.call_counts import CallCounts
from renewal.services.texts.provider import Provider
from renewal.settings import Settings
from sms_gateway.providers.failover import FailoverProvider
from sms_gateway.providers.watched import WatchedProvider

# Imported where it is used: only the chosen one's library is loaded.
PROVIDERS: Mapping[str, str] = {
    "simulator": "sms_gateway.providers.simulator",
    "twilio": "sms_gateway.providers.twilio",
    "alibaba": "sms_gateway.providers.alibaba",
}


class ProviderFolder(Protocol):
    """What a provider's folder gives. One with pages of its own has `pages` as well."""

    @staticmethod
    def open_provider(services: Services) -> Provider:
        """The provider over these settings; connects to nothing."""


def open_providers(services: Services) -> tuple[Provider, ...]:
    """Each that the settings name: the gateway hears what any of them has to tell."""
    return tuple(_folder(kind.name).open_provider(services) for kind in services.settings.providers)


def open_sender(services: Services, counts: CallCounts | None = None) -> Provider:
    """The one that sends: the provider that the settings name, with the second one behind it where there is one.

    Its calls end in time, and are noted in `counts`.
    """
    counts = counts or CallCounts()
    first, *others = (WatchedProvider(provider, counts) for provider in open_providers(services))
    return FailoverProvider(first, others[0]) if others else first


def pages(settings: Settings) -> Sequence[Blueprint]:
    """Pages that the providers bring with them."""
    folders = [_folder(kind.name) for kind in settings.providers]
    return [page for folder in folders for page in getattr(folder, "pages", ())]


def _folder(name: str) -> ProviderFolder:
    return cast(ProviderFolder, import_module(PROVIDERS[name]))
