"""Alibaba Cloud SMS, by its official SDK: approved templates instead of free words, receipts and replies in batches."""

from renewal.services.app import Services
from sms_gateway.providers.alibaba.provider import AlibabaProvider


def open_provider(services: Services) -> AlibabaProvider:
    """Alibaba Cloud, with the account and the templates of these settings."""
    return AlibabaProvider(services.settings, services.now)
