"""`renewal keys`: which data keys are in use, a new one, and taking an old one out of use."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from renewal.cli.actor import actor
from renewal.cli.console import out, progress_bar, put, say
from renewal.cli.errors import CliError
from renewal.cli.places import display, local_settings
from renewal.cli.secret_file import FILE_NAME, new_data_key, put_in_front
from renewal.cli.stack import opened
from renewal.services.keeping.rotating import give_up
from renewal.services.keeping.rotating import rotate as rotate_keys
from renewal.store import Store
from renewal.store.rotating import TableKeys
from renewal.wording.staff import staff_sentence as sentence

VARIABLE = "RENEWAL_DATA_KEYS"


def show() -> None:
    """Print, by table, how many rows have something under each data key."""
    with opened() as services:
        with progress_bar(sentence("keys.counting")) as move:
            tables = services.store.key_survey(move)
        marks = services.store.data_marks
    _print(tables, marks)
    in_use = {mark for table in tables for mark in table.by_mark}
    for mark in marks[1:]:
        out.print(sentence("keys.needed" if mark in in_use else "keys.idle", mark=mark), soft_wrap=True)
    out.print(sentence("keys.kept"), soft_wrap=True)


def new() -> None:
    """Make a data key. Its own text is shown only where nothing but a person can carry it to where it is kept."""
    settings = local_settings()
    key = new_data_key()
    if os.environ.get(VARIABLE):
        put(key)
        say(sentence("keys.carry", variable=VARIABLE))
        return
    file = settings.state_dir / FILE_NAME
    if not put_in_front(settings.state_dir, "data_keys", key):
        raise CliError(sentence("keys.none", file=display(file)))
    out.print(sentence("keys.made_new", file=display(file)), soft_wrap=True)


def rotate(*, staff: str) -> None:
    """Write everything under the newest key, and say which keys may go.

    Raises:
        CliError: something still lies under an old key, or under none that is known.
    """
    who = actor(staff)
    with opened() as services:
        marks = services.store.data_marks
        with progress_bar(sentence("keys.rotating")) as move:
            done = rotate_keys(services, actor=who, progress=move)
    _print(done.tables, marks)
    out.print(sentence("keys.rotated", rows=done.rewritten, mark=marks[0]), soft_wrap=True)
    if not done.scrubbed:
        say(sentence("keys.busy"))
    if done.unreadable:
        raise CliError(sentence("keys.unreadable", rows=done.unreadable))
    if done.left:
        raise CliError(sentence("keys.left", rows=done.left))
    old = "、".join(dict.fromkeys((*marks[1:], *done.retired)))
    out.print(sentence("keys.may_go", marks=old) if old else sentence("keys.only_one"), soft_wrap=True)


def lost(mark: str, *, yes: bool, staff: str) -> None:
    """Let the store be opened without a data key that nobody has any more.

    Raises:
        CliError: it was not confirmed, or the store needs no such key.
    """
    who = actor(staff)
    if not yes:
        _confirm(mark)
    store = Store.open(local_settings())
    try:
        if not give_up(store, mark, actor=who, now=datetime.now(UTC)):
            raise CliError(sentence("keys.not_noted", mark=mark))
    finally:
        store.close()
    out.print(sentence("keys.given_up", mark=mark), soft_wrap=True)


def _confirm(mark: str) -> None:
    if not sys.stdin.isatty():
        raise CliError(sentence("keys.needs_yes"))
    if not typer.confirm(sentence("keys.confirm", mark=mark)):
        raise CliError(sentence("keys.refused"))


def _print(tables: Sequence[TableKeys], marks: Sequence[str]) -> None:
    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column(sentence("keys.column.table"))
    for heading in (sentence("keys.column.rows"), *map(_heading, range(len(marks)), marks)):
        shown.add_column(heading, justify="right")
    shown.add_column(sentence("keys.column.unreadable"), justify="right")
    for table in tables:
        counts = (table.rows, *(table.by_mark.get(mark, 0) for mark in marks), table.unreadable)
        shown.add_row(table.table, *map(str, counts))
    out.print(shown)


def _heading(number: int, mark: str) -> str:
    return f"{mark} {sentence('keys.column.newest')}" if number == 0 else mark
