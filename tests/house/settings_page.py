"""The page of the settings, made from the code: `python -m tests.house.settings_page`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from renewal.programs import NEEDS, SECRETS
from renewal.providers import provider_kinds
from renewal.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs/settings.md"
# A variable that a program reads by itself: `Settings` does not hold it.
OUTSIDE = {
    "worker_name": "A worker's own name, where several share PostgreSQL and a machine's name changes. "
    "Empty: made from the machine's name and the state folder.",
}
# A program names itself; the providers' own settings have tables of their own.
NOT_FOR_OPERATORS = ("program", "provider_options")
BEGINNING = """# Settings

`RENEWAL_TODAY=2026-11-23 .venv/bin/renewal doctor` sets one variable for one command. What is not set has its default,
so a machine for trying needs none. `renewal up` makes the secrets that are missing, except in production, and keeps
them in `secrets.env` in the state folder, where more settings may stand, one a line; the environment goes before
that file.

This page is made from [`settings_fields.py`](../renewal/settings_fields.py) (name, default, what it is for),
[`programs.py`](../renewal/programs.py) (who is given it) and each provider's `provider.yml` by
`python -m tests.house.settings_page`; `tests/house/test_settings_page.py` fails where they differ. A command
(`renewal …`) reads every setting. What production refuses stands in [`production.py`](../renewal/production.py),
a whole set-up in [deployment](deployment.md).

## The house's own

A secret is marked ●. Bounds stand behind the default.

| variable | default | what it is for | given to |
|---|---|---|---|
"""
PROVIDERS = """
## {title}

With `RENEWAL_PROVIDER={name}` or `RENEWAL_PROVIDER_SECOND={name}`.{asks} Given to gateway and worker.

| variable | | what it is for |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return "".join([BEGINNING, *_house(), *_providers()])


def told() -> Mapping[str, str]:
    """What each setting is for, by its name."""
    fields = {name: field.description or "" for name, field in Settings.model_fields.items()}
    return fields | OUTSIDE


def _house() -> Iterator[str]:
    for name, about in told().items():
        if name in NOT_FOR_OPERATORS:
            continue
        field = Settings.model_fields.get(name)
        given = [program for program, needed in NEEDS.items() if name in needed]
        mark = " ●" if name in SECRETS else ""
        default = _default(field) if field else ""
        yield f"| `RENEWAL_{name.upper()}`{mark} | {default} | {about} | {', '.join(given)} |\n"


def _providers() -> Iterator[str]:
    for name, kind in sorted(provider_kinds().items()):
        if not kind.options:
            continue
        asked = ", ".join(f"`RENEWAL_{name.upper()}`" for name in kind.asks)
        yield PROVIDERS.format(title=kind.title, name=name, asks=f" It needs {asked}." if asked else "")
        for option in kind.options.values():
            must = "needed" if option.required else ""
            under = f" In production an https address under {option.domain}." if option.domain else ""
            mark = " ●" if option.secret else ""
            yield f"| `{option.variable}`{mark} | {must} | {option.about}{under} |\n"


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    bounds = [
        f"{word} {getattr(part, name)}"
        for part in field.metadata
        for name, word in _BOUNDS
        if hasattr(part, name)
    ]
    if isinstance(value, SecretStr) or value in (None, ""):
        return ""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{shown}`" + (f" ({', '.join(bounds)})" if bounds else "")


_BOUNDS = (("ge", "at least"), ("le", "at most"))

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
