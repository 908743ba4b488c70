"""Where a provider's own settings come from: variables of the environment that its folder names."""

from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from renewal.providers import provider_kinds

PREFIX = "RENEWAL_"


class ProviderOptions(PydanticBaseSettingsSource):
    """Variables that no setting of ours is named for: a provider's own are among them."""

    def __init__(self, settings_cls: type[BaseSettings], *given: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._given = given

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found: dict[str, str | None] = {}
        for source in self._given:
            found |= getattr(source, "env_vars", {})
        names = {name.removeprefix(PREFIX.lower()): value for name, value in found.items()}
        known = {name for kind in provider_kinds().values() for name in kind.options}
        return {"provider_options": {name: value for name, value in names.items() if name in known and value}}
