"""The gateway's services, for providers."""

from tests.gateway.conftest import assistant, services

__all__ = ["assistant", "services"]
