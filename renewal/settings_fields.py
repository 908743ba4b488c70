"""What an operator may set, one field each: the variable's name, its default, its bounds and what it is for.

docs/settings.md is made from this file by `python -m tests.house.settings_page`.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from renewal.pages import Pages
from renewal.provider_options import PREFIX

UNSET = SecretStr("")
LOCAL_FILE = "Empty: a SQLite file in the state folder. Else postgresql://… or an absolute sqlite:////…"


class Place(BaseSettings):
    """Where the other settings lie."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    state_dir: Path = Field(
        default=Path(".state"),
        description="Folder of the files that this machine writes: store, conversations, models, logs, `secrets.env`.",
    )
    sealed: bool = Field(
        default=False,
        description="The environment holds all that a program is to have; `secrets.env` is not read. "
        "`renewal up` sets it.",
    )


class Fields(Place):
    """Every setting, with the default of a single machine that nobody configured."""

    program: Literal["", "actions", "gateway", "worker", "rasa"] = Field(
        default="",
        description="Which program reads the settings. Each program names itself; a command has no name and is "
        "given all.",
    )
    environment: Literal["development", "production"] = Field(
        default="development", description="In production no program starts on a weak or missing secret."
    )
    today: date | None = Field(
        default=None, description="Fixes the day, as 2026-11-23, for tries. Production refuses it."
    )
    database_url: str = Field(default="", description=f"The status store and the jobs. {LOCAL_FILE}")
    redis_url: str = Field(
        default="",
        pattern=r"^(rediss?://.+)?$",
        description="A Redis that several gateways count their limits in, and several Rasas lock conversations with: "
        "redis://:PASSWORD@127.0.0.1:6379/0, or rediss://… on another machine. Empty: one of each, which needs none.",
    )

    data_keys: SecretStr = Field(
        default=UNSET, description="Fernet keys with commas, newest first: they seal names, phones and texts."
    )
    lookup_key: SecretStr = Field(
        default=UNSET, description="Key of the hashes by which phones, tokens and addresses are found."
    )
    rasa_secret: SecretStr = Field(default=UNSET, description="What Rasa asks of whoever sends it a text.")
    actions_secret: SecretStr = Field(default=UNSET, description="What the action server asks of Rasa.")
    tracker_key: SecretStr = Field(
        default=UNSET, description="Keys with commas, newest first: they seal Rasa's own conversations."
    )
    tracker_url: str = Field(default="", description=f"Rasa's own conversations. {LOCAL_FILE}")
    keep_trackers_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="How long Rasa's own conversation is kept after the last word in it.",
    )

    rasa_url: str = Field(default="http://127.0.0.1:5005", description="Where Rasa is asked.")
    actions_host: str = Field(default="127.0.0.1", description="Where the action server listens.")
    actions_port: int = Field(default=5055, description="Port of the action server.")
    gateway_host: str = Field(
        default="127.0.0.1", description="Where the gateway listens, the only program that faces the network."
    )
    gateway_port: int = Field(default=8000, description="Port of the gateway.")
    public_url: str = Field(
        default="",
        description="The https address by which the SMS provider and browsers reach the gateway. Signatures of "
        "webhooks are checked over it.",
    )
    chat_origins: Pages = Field(
        default="",
        description="Pages of other origins that may embed the chat: https://… with commas, without a path.",
    )
    trusted_proxy: str = Field(
        default="",
        description="IP address of the proxy that ends TLS, as the gateway sees it. Only its X-Forwarded-For counts.",
    )
    trusted_proxy_hops: int = Field(
        default=1, ge=1, le=10, description="How many proxies in a row add to X-Forwarded-For."
    )
    ops_host: str = Field(
        default="127.0.0.1",
        description="Where `/readyz` and `/metrics` are asked; the public port has neither.",
    )
    ops_port: int = Field(default=8001, description="Port of readiness and metrics.")
    desk: bool = Field(default=True, description="Whether there is a desk at `/desk`, where staff work.")
    desk_secret: SecretStr = Field(
        default=UNSET, description="Signs the cookie of whoever is signed in at the desk."
    )

    provider: str = Field(
        default="simulator",
        description="Who sends and receives texts: a folder of `sms_gateway/providers/`.",
    )
    provider_second: str = Field(
        default="", description="Who sends while the first is away: another of these folders."
    )
    provider_options: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="The providers' own settings, each a variable below."
    )
    sms_countries: str = Field(
        default="CN",
        pattern=r"^[A-Z]{2}(,[A-Z]{2})*$",
        description="Countries whose numbers get an answer by SMS: ISO codes with commas. An answer costs money.",
    )
    sms_answers_per_hour: int = Field(
        default=2000, ge=1, description="Answers by SMS in an hour, to all together."
    )
    notices_from_hour: int = Field(
        default=8, ge=0, le=23, description="Hour in Shanghai from which texts go out that nobody asked for."
    )
    notices_until_hour: int = Field(
        default=21, ge=1, le=24, description="Hour in Shanghai until which they do."
    )
    sms_per_s: float = Field(
        default=10.0,
        ge=0,
        le=10_000,
        description="Texts out in a second, by all workers together; 0: as fast as the provider takes them.",
    )
    sms_calls_at_once: int = Field(
        default=64, ge=10, le=500, description="Calls to the provider that one worker has under way at once."
    )
    sms_notices_a_day: int = Field(
        default=10, ge=0, le=1000, description="Notices to one phone in a day; 0: any number."
    )
    sms_notices_a_day_of_a_kind: int = Field(
        default=3, ge=0, le=1000, description="Notices of one kind to one phone in a day; 0: any number."
    )

    web_idle_minutes: int = Field(
        default=15, ge=1, le=120, description="How long a holder stays known on the web with nothing said."
    )
    web_login_hours: int = Field(
        default=12,
        ge=1,
        le=24,
        description="How long at most a holder stays known on the web after the code.",
    )

    # The counts hold for a conversation, and for a phone as one address asks for it. What a phone gets from all
    # together is bounded by services/talks/login_limits.py.
    login_code_digits: int = Field(
        default=6, ge=6, le=8, description="Digits of the code that proves a phone on the web."
    )
    login_code_minutes: int = Field(default=5, ge=1, le=15, description="How long a code is good for.")
    login_code_tries: int = Field(default=5, ge=1, le=10, description="Wrong tries that end a code.")
    login_codes_per_hour: int = Field(
        default=3,
        ge=1,
        le=20,
        description="Codes in an hour for one conversation, and for a phone from one address.",
    )
    login_codes_per_day: int = Field(default=6, ge=1, le=50, description="The same codes in a day.")
    login_codes_over_all_per_hour: int = Field(
        default=600, ge=10, le=100_000, description="Codes in an hour, to all together."
    )

    keep_talks_days: int = Field(
        default=180, ge=7, le=3650, description="How long a conversation is kept after the last word in it."
    )
    keep_texts_days: int = Field(
        default=180, ge=7, le=3650, description="How long texts in and out are kept."
    )
    keep_callbacks_days: int = Field(
        default=90, ge=7, le=3650, description="How long a callback is kept after its end."
    )

    callbacks_per_talk: int = Field(
        default=3, ge=1, le=20, description="Callbacks that may be asked for in a day in one conversation."
    )
    callbacks_per_phone: int = Field(
        default=3, ge=1, le=20, description="Callbacks that may be asked for in a day for one number."
    )
    callbacks_unknown_per_day: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="Callbacks that may be asked for in a day on the web by all together whom nobody knows.",
    )

    desk_searches_per_10_minutes: int = Field(
        default=40,
        ge=1,
        le=1_000,
        description="Holders that one account of staff may look up in ten minutes.",
    )
    desk_searches_per_day: int = Field(
        default=400, ge=1, le=10_000, description="Holders that one account of staff may look up in a day."
    )
