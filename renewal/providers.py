"""What each SMS provider asks of its operator, from the `provider.yml` of its folder: data, so that no code is run.

A provider's settings are variables that begin with its name (`RENEWAL_<NAME>_FROM`). They are read, kept and refused
here for all of them alike; what they are good for only the provider's folder knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDERS = [Path(__file__).resolve().parents[1] / "sms_gateway/providers"]
FILE, CODES = "provider.yml", "codes.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting of a provider. `domain`: in production it is an https address under it, or empty.

    `about` says what it is for, `remedy` where a secret is to be found.
    """

    name: str
    about: str = ""
    required: bool = False
    secret: bool = False
    remedy: str = ""
    domain: str = ""

    @property
    def variable(self) -> str:
        """How an operator sets it."""
        return f"RENEWAL_{self.name.upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a provider's code means: `failure` is a class of the port (SendFailure), `text` a sentence for staff.

    `title` is what the provider itself calls it, where it calls it anything.
    """

    failure: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """One provider: `title` as staff call it, `asks` settings of the house that it cannot do without.

    One that `shows_texts` has a page with everybody's texts: it stays on this machine, and out of production. One
    that sends `only_templates` sends no answer in free words.
    """

    name: str
    title: str
    shows_texts: bool = False
    only_templates: bool = False
    asks: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)


@cache
def provider_kinds() -> Mapping[str, ProviderKind]:
    """Every provider by its name.

    Raises:
        TypeError: a file has a key that is not known here.
    """
    files = sorted(file for folder in FOLDERS for file in folder.glob(f"*/{FILE}"))
    kinds = [_kind(file.parent.name, yaml.safe_load(file.read_text("utf-8"))) for file in files]
    return {kind.name: kind for kind in kinds}


@cache
def refusals(provider: str) -> Mapping[str, Refusal]:
    """What each code of a provider means, from the `codes.yml` of its folder; empty where it has none."""
    files = [file for folder in FOLDERS if (file := folder / provider / CODES).exists()]
    listed = yaml.safe_load(files[0].read_text("utf-8")) if files else {}
    return {
        str(code): Refusal(failure=failure, **(told if isinstance(told, dict) else {"text": told}))
        for failure, codes in listed.items()
        for code, told in codes.items()
    }


def _kind(name: str, told: Mapping[str, Any]) -> ProviderKind:
    told = dict(told)
    options = [
        Option(name=f"{name}_{key}", **(values or {})) for key, values in told.pop("options", {}).items()
    ]
    asks = tuple(told.pop("asks", ()))
    return ProviderKind(name=name, asks=asks, options={option.name: option for option in options}, **told)
