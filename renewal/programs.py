"""Which settings each program is given. What is not named here does not reach it, in no way.

A name that `Settings` does not hold is a variable of the environment that the program reads by itself.
"""

from collections.abc import Mapping
from typing import Literal

ProgramName = Literal["actions", "gateway", "worker", "rasa"]

# Each stands for a right of its own: no two may be the same, and each goes only to whom it is named for.
SECRETS = ("data_keys", "lookup_key", "rasa_secret", "actions_secret", "tracker_key", "desk_secret")

_HOUSE = frozenset({"environment", "today", "state_dir", "sealed", "notices_from_hour", "notices_until_hour"})
_STORE = frozenset({"database_url", "data_keys", "lookup_key", "provider"})
_LOGIN = frozenset(
    {
        "login_code_digits",
        "login_code_minutes",
        "login_code_tries",
        "login_codes_per_hour",
        "login_codes_per_day",
        "login_codes_over_all_per_hour",
        "web_idle_minutes",
        "web_login_hours",
    }
)
_RASA = frozenset({"rasa_url", "rasa_secret"})
_TEXTS = frozenset({"provider_second", "provider_options", "public_url"})

NEEDS: Mapping[str, frozenset[str]] = {
    "actions": _HOUSE
    | _STORE
    | _LOGIN
    | {"actions_host", "actions_port", "actions_secret"}
    | {"callbacks_per_talk", "callbacks_per_phone", "callbacks_unknown_per_day"},
    "gateway": _HOUSE
    | _STORE
    | _LOGIN
    | _RASA
    | _TEXTS
    | {"redis_url"}
    | {"callbacks_per_talk", "callbacks_per_phone", "callbacks_unknown_per_day"}
    | {"gateway_host", "gateway_port", "ops_host", "ops_port", "actions_host", "actions_port"}
    | {"chat_origins", "trusted_proxy", "trusted_proxy_hops", "sms_countries", "sms_answers_per_hour"}
    | {"desk", "desk_secret", "desk_searches_per_10_minutes", "desk_searches_per_day"},
    "worker": _HOUSE
    | _STORE
    | _LOGIN
    | _RASA
    | _TEXTS
    | {"redis_url"}
    | {"sms_per_s", "sms_calls_at_once", "sms_notices_a_day", "sms_notices_a_day_of_a_kind"}
    | {"worker_name", "tracker_url", "keep_talks_days", "keep_texts_days", "keep_callbacks_days"},
    # Everybody's texts pass through it, and its pins are old: it can open nothing but its own door.
    "rasa": frozenset({"state_dir", "rasa_secret", "actions_secret", "actions_port"})
    | {"tracker_key", "tracker_url", "keep_trackers_days", "redis_url"},
}


def needs(program: str, setting: str) -> bool:
    """Whether the program is given the setting; a command, which has no name here, is given all."""
    return setting in NEEDS[program] if program in NEEDS else True
