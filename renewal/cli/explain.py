"""`renewal explain`: why a permit is in its state."""

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from renewal.cli.console import out
from renewal.cli.stack import opened
from renewal.domain import FieldState
from renewal.services.explaining.permit import Explanation
from renewal.services.explaining.permit import explain as explanation_of
from renewal.services.explaining.sentences import say

COLOURS = {
    FieldState.SAME: "green",
    FieldState.DIFFERS: "red",
    FieldState.STALE: "yellow",
    FieldState.MISSING: "bright_black",
}


def explain(permit: str) -> None:
    """Print how a permit stands, what happened to it, and what the bureaus know of it now.

    Raises:
        UnknownPermit: there is none of that number.
    """
    with opened() as services:
        found = explanation_of(services, permit)
    out.print(Text(found.who, style="dim"))
    out.print(Text(found.headline, style="bold"))
    for line in found.because:
        out.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2)))
    _print_events(found)
    _print_known(found)


def _print_events(found: Explanation) -> None:
    out.print()
    out.print(Text(say("events.title"), style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for event in found.events:
        table.add_row(Text(event.when), Text(event.text))
        for detail in event.details:
            table.add_row("", Text(detail, style="dim"))
    out.print(Padding(table, (0, 0, 0, 2)))


def _print_known(found: Explanation) -> None:
    out.print()
    out.print(Text(say("now.title"), style="bold"))
    for line in found.about:
        out.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("field", "state", "source", "day"):
        table.add_column(Text(say(f"now.column.{name}")), no_wrap=True)
    for known in found.known:
        day = known.as_of_on.isoformat() if known.as_of_on else "–"
        state = Text(known.says, style=COLOURS[known.state])
        table.add_row(Text(known.field), state, Text(known.source or "–"), Text(day))
    out.print(Padding(table, (0, 0, 0, 2)))
