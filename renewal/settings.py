"""What an operator may set: the environment, or the state folder's `secrets.env`. Read once, at a process's door."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone, no summer time since 1991
WEAKEST_SECRET_CHARS = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(Exception):
    """A setting is missing or unusable."""


class Settings(BaseSettings):
    """Every setting, with the default of a single machine that nobody configured."""

    model_config = SettingsConfigDict(env_prefix="RENEWAL_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = "development"
    today: date | None = None
    state_dir: Path = Path(".state")
    database_url: str = ""

    data_keys: SecretStr = SecretStr("")
    lookup_key: SecretStr = SecretStr("")
    rasa_secret: SecretStr = SecretStr("")
    actions_secret: SecretStr = SecretStr("")

    rasa_url: str = "http://127.0.0.1:5005"
    actions_host: str = "127.0.0.1"
    actions_port: int = 5055
    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8000
    public_url: str = ""

    provider: Literal["simulator", "twilio"] = "simulator"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_previous: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_base_url: str = ""

    # A code that proves a phone on the web (design section 9); the counts hold for a phone and for a conversation.
    login_code_digits: int = Field(default=6, ge=6, le=8)
    login_code_minutes: int = Field(default=5, ge=1, le=15)
    login_code_tries: int = Field(default=5, ge=1, le=10)
    login_codes_per_hour: int = Field(default=3, ge=1, le=20)
    login_codes_per_day: int = Field(default=6, ge=1, le=50)

    # What is kept for how many days: talks since something was last said, texts in and out, callbacks since their end.
    keep_talks_days: int = Field(default=180, ge=7, le=3650)
    keep_texts_days: int = Field(default=180, ge=7, le=3650)
    keep_callbacks_days: int = Field(default=90, ge=7, le=3650)

    # Callbacks that may be asked for in a day: in a conversation, for a number, by all whom nobody knows on the web.
    callbacks_per_talk: int = Field(default=3, ge=1, le=20)
    callbacks_per_phone: int = Field(default=3, ge=1, le=20)
    callbacks_unknown_per_day: int = Field(default=100, ge=1, le=10_000)

    @model_validator(mode="after")
    def _keep_simulator_private(self) -> "Settings":
        """The simulator shows everybody's texts and login codes to whoever opens its page."""
        if self.provider != "simulator":
            return self
        if self.environment == "production":
            raise ValueError(
                "生产环境不能用短信模拟器，它的页面谁都能看到短信和验证码：请设 RENEWAL_PROVIDER=twilio"
            )
        if self.gateway_host not in LOOPBACK:
            raise ValueError(
                "短信模拟器只能在本机看：RENEWAL_GATEWAY_HOST 请用 127.0.0.1，或设 RENEWAL_PROVIDER=twilio"
            )
        return self

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> "Settings":
        for name in ("data_keys", "lookup_key", "rasa_secret", "actions_secret"):
            secret = getattr(self, name).get_secret_value()
            if self.environment == "production" and len(secret) < WEAKEST_SECRET_CHARS:
                raise ValueError(
                    f"RENEWAL_{name.upper()} 太短或没有设置：生产环境至少要 {WEAKEST_SECRET_CHARS} 个字符"
                )
        if self.provider == "twilio":
            for name in ("twilio_account_sid", "twilio_auth_token", "twilio_from", "public_url"):
                if not str(getattr(self, name)):
                    raise ValueError(f"RENEWAL_{name.upper()} 没有设置：用 Twilio 发短信需要它")
        return self

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the status store; SQLite in the state folder unless one is set."""
        return self.database_url or f"sqlite:///{self.state_dir / 'renewal.db'}"

    def current_day(self) -> date:
        """Today in Shanghai, or the day that RENEWAL_TODAY fixes."""
        return self.today or datetime.now(UTC).astimezone(SHANGHAI).date()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, over those of the state folder's `secrets.env`.

    Raises:
        SettingsError: a value is missing or malformed; the message names it and says what to do.
    """
    try:
        first = Settings(**overrides)
        return Settings(_env_file=first.state_dir / "secrets.env", **overrides)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError("；".join(_sentence(item) for item in error.errors())) from None


def _sentence(item: Mapping[str, Any]) -> str:
    where = "_".join(str(part) for part in item["loc"]).upper()
    return f"RENEWAL_{where}：{item['msg']}" if where else str(item["msg"]).removeprefix("Value error, ")
