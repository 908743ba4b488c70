"""Settings with which production starts: keys as its operator would draw them, new at each run."""

import secrets
from typing import Any

from cryptography.fernet import Fernet


def settings_of_production(**changed: Any) -> dict[str, Any]:
    """What `Settings` takes, with some of it changed."""
    return {
        "environment": "production",
        "today": None,
        "data_keys": Fernet.generate_key().decode(),
        "lookup_key": secrets.token_urlsafe(32),
        "rasa_secret": secrets.token_urlsafe(32),
        "actions_secret": secrets.token_urlsafe(32),
        "tracker_key": secrets.token_urlsafe(32),
        "desk_secret": secrets.token_urlsafe(32),
        "provider": "twilio",
        "twilio_account_sid": "AC" + secrets.token_hex(16),
        "twilio_auth_token": secrets.token_hex(16),
        "twilio_from": "+12025550143",
        "public_url": "https://sms.example.org",
        "trusted_proxy": "127.0.0.1",
        **changed,
    }
