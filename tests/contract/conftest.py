"""The gateway's services, for providers."""

from tests.gateway.conftest import services

__all__ = ["services"]
