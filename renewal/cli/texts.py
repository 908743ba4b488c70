"""`renewal texts`: each SMS template filled in, what it costs, and whether the provider approved it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import yaml
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.console import out
from renewal.cli.errors import CliError
from renewal.cli.stack import opened
from renewal.providers import provider_kinds, refusals
from renewal.services.app import Services
from renewal.services.texts.provider import Approval, ApprovalState, SendError, SendsByTemplate
from renewal.services.texts.templates import load_templates
from renewal.wording.staff import staff_sentence as sentence


def preview(*, price: float, people: int) -> None:
    """Print every template; with a price of one segment in yuan, also what `people` of it cost."""
    with opened() as services:
        templates = load_templates(services)
    each = Decimal(str(price))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("哪一种", "样子", "条数", *(("元",) if price else ())):
        table.add_column(heading, overflow="fold")
    for one in templates:
        cost = (f"{each * one.segments * people:.2f}",) if price else ()
        table.add_row(*(Text(cell) for cell in (one.name, one.body, str(one.segments), *cost)))
    out.print(table)
    if price:
        out.print(sentence("texts.cost", price=each, people=people))


SENDABLE = (ApprovalState.READY, ApprovalState.OTHER_WORDS)


def templates(*, save: Path | None) -> None:
    """Print which text is which template at the provider, and what is not approved yet; `save` keeps the approved.

    Raises:
        CliError: no provider of the settings sends by template, it did not say, or the file cannot be written.
    """
    with opened() as services:
        ours = [(one.name, one.body) for one in load_templates(services)]
        told = _approvals(services, ours)
    for provider, approvals in told.items():
        out.print(_table(provider, approvals))
        missing = {name for name, _ in ours} - {one.name for one in approvals if one.state in SENDABLE}
        out.print(sentence("texts.approved", ready=len(ours) - len(missing), all=len(ours)))
        if save is not None:
            _write(save, approvals)
            out.print(sentence("texts.saved", file=save.name))


def _approvals(services: Services, ours: Sequence[tuple[str, str]]) -> dict[str, Sequence[Approval]]:
    from sms_gateway.providers import open_providers

    told: dict[str, Sequence[Approval]] = {}
    for provider in open_providers(services):
        if not isinstance(provider, SendsByTemplate):
            continue
        try:
            told[provider.name] = provider.approvals(ours)
        except SendError as error:
            known = refusals(provider.name).get(error.code)
            why = known.text if known else str(error)
            raise CliError(sentence("texts.unasked", provider=_title(provider.name), why=why)) from None
    if not told:
        raise CliError(sentence("texts.no_templates"))
    return told


def _table(provider: str, approvals: Sequence[Approval]) -> Table:
    table = Table(title=_title(provider), box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("哪一种", "模板", "情况", "批准的样子"):
        table.add_column(heading, overflow="fold")
    for one in approvals:
        state = sentence(f"texts.approval.{one.state.value}") + (f"：{one.why}" if one.why else "")
        table.add_row(*(Text(cell) for cell in (one.name, one.code, state, one.words)))
    return table


def _title(provider: str) -> str:
    return provider_kinds()[provider].title


def _write(file: Path, approvals: Sequence[Approval]) -> None:
    kept: dict[str, list[dict[str, str]]] = {}
    for one in approvals:
        if one.state in SENDABLE:
            kept.setdefault(one.name, []).append({"code": one.code, "words": one.words})
    try:
        file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    except OSError as error:
        raise CliError(sentence("texts.not_saved", file=file.name, why=error.strerror or "")) from None
