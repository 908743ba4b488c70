"""What an operator may set: the environment, or the state folder's `secrets.env`. Read once, at a process's door."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from renewal.lines import is_loopback
from renewal.production import refusal
from renewal.programs import SECRETS, needs
from renewal.provider_options import ProviderOptions
from renewal.providers import ProviderKind, provider_kinds
from renewal.settings_fields import Fields, Place

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone, no summer time since 1991
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(Exception):
    """A setting is missing or unusable."""


class Settings(Fields):
    """Every setting, checked for what does not go together."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic hands it over by this name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        options = ProviderOptions(settings_cls, dotenv_settings, env_settings)
        return init_settings, env_settings, dotenv_settings, options

    @model_validator(mode="before")
    @classmethod
    def _keep_own_secrets_only(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Wherever a secret of another program comes from, this one does not hold it."""
        program = given.get("program", "")
        others = {name for name in SECRETS if not needs(program, name)}
        kept = {name: value for name, value in given.items() if name not in others}
        loose = given | dict(kept.pop("provider_options", {}))
        if needs(program, "provider_options"):
            named = (given.get("provider", "simulator"), given.get("provider_second", ""))
            kinds = [provider_kinds()[name] for name in named if name in provider_kinds()]
            known = [name for kind in kinds for name in kind.options if loose.get(name)]
            kept["provider_options"] = {name: loose[name] for name in known}
        return kept

    @model_validator(mode="after")
    def _know_the_provider(self) -> "Settings":
        for variable, name in (("PROVIDER", self.provider), ("PROVIDER_SECOND", self.provider_second)):
            if name not in provider_kinds() and (name or variable == "PROVIDER"):
                names = "、".join(provider_kinds())
                raise ValueError(f"RENEWAL_{variable} 不认识：请从这些服务商里选一个：{names}")
        if self.provider_second == self.provider:
            raise ValueError("RENEWAL_PROVIDER_SECOND 和 RENEWAL_PROVIDER 相同：请换一个，或者去掉")
        return self

    @model_validator(mode="after")
    def _keep_simulator_private(self) -> "Settings":
        """The simulator shows everybody's texts and login codes to whoever opens its page.

        A public address or a proxy says that others than this machine open it, whatever the environment is called.
        """
        shown = next((kind for kind in self.providers if kind.shows_texts), None)
        if shown is None:
            return self
        if self.gateway_host not in LOOPBACK:
            raise ValueError(
                f"{shown.title}只能在本机看：RENEWAL_GATEWAY_HOST 请用 127.0.0.1，或换一个 RENEWAL_PROVIDER"
            )
        public = self.public_url and not is_loopback(urlsplit(self.public_url).hostname)
        if public or self.trusted_proxy:
            raise ValueError(
                f"{shown.title}只能在本机看，它的页面有所有人的短信和验证码：对外服务请设 "
                "RENEWAL_ENVIRONMENT=production 并换一个 RENEWAL_PROVIDER，"
                "只在本机试请去掉 RENEWAL_PUBLIC_URL 和 RENEWAL_TRUSTED_PROXY"
            )
        return self

    @model_validator(mode="after")
    def _know_the_proxy(self) -> "Settings":
        if self.trusted_proxy and not _is_one_machine(self.trusted_proxy):
            raise ValueError(
                "RENEWAL_TRUSTED_PROXY 要写代理的一个 IP 地址（网关看到的那个），不能用 * 或域名"
            )
        return self

    @model_validator(mode="after")
    def _keep_the_ports_apart(self) -> "Settings":
        if self.ops_port == self.gateway_port:
            raise ValueError("RENEWAL_OPS_PORT 不能和 RENEWAL_GATEWAY_PORT 相同：请换一个端口")
        return self

    @model_validator(mode="after")
    def _ask_for_what_the_provider_needs(self) -> "Settings":
        if not needs(self.program, "provider_options"):
            return self
        for kind in self.providers:
            asked = [option.variable for option in kind.options.values() if option.required]
            asked = [name for name in asked if not self.option(name.removeprefix("RENEWAL_").lower())]
            asked += [f"RENEWAL_{name.upper()}" for name in kind.asks if not str(getattr(self, name))]
            if asked:
                raise ValueError(f"{asked[0]} 没有设置：用 {kind.title} 发短信需要它，请填上")
        return self

    @model_validator(mode="after")
    def _leave_some_hours_for_notices(self) -> "Settings":
        if self.notices_from_hour >= self.notices_until_hour:
            raise ValueError("RENEWAL_NOTICES_FROM_HOUR 要早于 RENEWAL_NOTICES_UNTIL_HOUR，例如 8 和 21")
        return self

    @model_validator(mode="after")
    def _refuse_what_production_must_not_have(self) -> "Settings":
        if self.environment == "production" and (reason := refusal(self)):
            raise ValueError(reason)
        return self

    @model_validator(mode="after")
    def _refuse_a_place_that_depends_on_the_folder(self) -> "Settings":
        """Programs and commands run in different folders: each would have, and erase in, a file of its own."""
        for name, file in (("database_url", "renewal.db"), ("tracker_url", "conversations.db")):
            url = str(getattr(self, name))
            if url.startswith("sqlite") and not url.partition(":///")[2].startswith("/"):
                raise ValueError(
                    f"RENEWAL_{name.upper()} 要写绝对路径，例如 sqlite:////var/lib/renewal/{file}"
                )
        return self

    @property
    def providers(self) -> tuple[ProviderKind, ...]:
        """The provider, and the second one where there is one."""
        kinds = provider_kinds()
        return tuple(kinds[name] for name in (self.provider, self.provider_second) if name)

    def option(self, name: str) -> str:
        """A setting of a provider by its whole name (`<provider>_from`); empty where it is not set."""
        value = self.provider_options.get(name)
        return value.get_secret_value() if value is not None else ""

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the status store; SQLite in the state folder unless one is set."""
        return self.database_url or f"sqlite:///{self.state_dir / 'renewal.db'}"

    @property
    def answered_countries(self) -> frozenset[str]:
        """ISO codes of the countries whose numbers get answers by SMS."""
        return frozenset(self.sms_countries.split(","))

    @property
    def notice_hours(self) -> tuple[int, int]:
        """The hours of Shanghai from and until which notices go out; a simulated phone wakes nobody."""
        whole_day = (0, 24)
        return (
            whole_day if self.provider == "simulator" else (self.notices_from_hour, self.notices_until_hour)
        )

    @property
    def desk_is_open(self) -> bool:
        """Whether staff can sign in: not where it is switched off, nor where nothing would sign their cookie."""
        return self.desk and bool(self.desk_secret.get_secret_value().strip())

    @property
    def conversations_url(self) -> str:
        """SQLAlchemy URL of Rasa's conversations; SQLite in the state folder unless one is set."""
        return self.tracker_url or f"sqlite:///{self.state_dir / 'conversations.db'}"

    def current_day(self) -> date:
        """Today in Shanghai, or the day that RENEWAL_TODAY fixes."""
        return self.today or datetime.now(UTC).astimezone(SHANGHAI).date()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, over those of the state folder's `secrets.env` unless they are sealed.

    Raises:
        SettingsError: a value is missing or malformed; the message names it and says what to do.
    """
    try:
        place = Place(**overrides)
        file = None if place.sealed else place.state_dir / "secrets.env"
        return Settings(_env_file=file, **overrides)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError("；".join(_sentence(item) for item in error.errors())) from None


def _is_one_machine(text: str) -> bool:
    """Whether it is the address of one machine, from which a connection may come."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    of_many = address.is_unspecified or address.is_multicast or text == "255.255.255.255"
    return str(address) == text and not of_many


def _sentence(item: Mapping[str, Any]) -> str:
    where = "_".join(str(part) for part in item["loc"]).upper()
    return f"RENEWAL_{where}：{item['msg']}" if where else str(item["msg"]).removeprefix("Value error, ")
