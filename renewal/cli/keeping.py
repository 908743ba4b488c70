"""`renewal erase`: what there is of one person, what goes and what stays, and the deleting itself."""

import sys

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from renewal.cli.actor import actor
from renewal.cli.console import out, say
from renewal.cli.errors import CliError, UsageFault
from renewal.cli.stack import opened
from renewal.services.keeping.erasing import erase as erase_talk
from renewal.services.keeping.erasing import find
from renewal.wording.staff import staff_sentence as sentence

STAYS = ("opt_out", "reference", "course", "audit", "record", "elsewhere")


def erase(*, permit: str, phone: str, yes: bool, dry_run: bool, staff: str) -> None:
    """Print how much there is, ask, and delete it.

    Raises:
        UsageFault: not exactly one of permit and phone is given.
        NobodyKnown: there is no such permit, or the number was never met.
        CliError: it was not confirmed.
    """
    if bool(permit.strip()) == bool(phone.strip()):
        raise UsageFault(sentence("keeping.one_of"))
    who = actor(staff)
    with opened() as services:
        person, counts = find(services, permit=permit.strip(), phone=phone.strip())
        _print(counts)
        if dry_run:
            out.print(sentence("keeping.dry"))
            return
        if any(counts.values()) and not yes:
            _confirm()
        erased = erase_talk(services, person, actor=who)
    if any(counts.values()):
        out.print(sentence("keeping.done", rows=erased.tracker_rows))
    else:
        out.print(sentence("keeping.nothing"))
    if not erased.scrubbed:
        say(sentence("keeping.busy"))


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise CliError(sentence("keeping.needs_yes"))
    if not typer.confirm(sentence("keeping.confirm")):
        raise CliError(sentence("keeping.refused"))


def _print(counts: dict[str, int]) -> None:
    going = _table("what", "count")
    for kind, count in counts.items():
        going.add_row(sentence(f"keeping.what.{kind}"), str(count))
    out.print(going)
    staying = _table("stays", "why")
    for kind in STAYS:
        staying.add_row(sentence(f"keeping.stays.{kind}"), sentence(f"keeping.why.{kind}"))
    out.print(staying)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            sentence(f"keeping.column.{column}"), justify="right" if column == "count" else "left"
        )
    return table
