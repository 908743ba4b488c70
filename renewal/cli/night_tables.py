"""A night's report at a terminal: tables with bars in colour, aligned whatever the width of a character."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from renewal.services.app import Services
from renewal.services.night.report import NightReport
from renewal.services.night.view import Row, Section, facts_of, say, sections, state_line

LONGEST_BAR, SHORTEST_BAR = 30, 8  # in characters' widths
BESIDE_BAR = 62  # what the widest table of a city has beside its bars
EIGHTHS = " ▏▎▍▌▋▊▉█"
COLOURS = {"renewed": "green", "failed": "red", "waiting": "bright_black", "missing": "bright_black"}
COLOURS |= {"stale": "yellow"}


def night_tables(services: Services, report: NightReport, *, width: int, dry: bool = False) -> Group:
    """The whole report, the most urgent first, for a terminal of `width` characters."""
    cells = min(max(width - BESIDE_BAR, SHORTEST_BAR), LONGEST_BAR)
    return Group(*_parts(services, report, dry=dry, cells=cells))


def bar(row: Row, most: int, cells: int) -> Text:
    """A row's pieces, where the longest bar of the table fills `cells`; what is there at all shows."""
    if len(row.parts) == 1:
        eighths = max(round(row.total / most * cells * 8), 1) if row.total else 0
        whole, rest = divmod(eighths, 8)
        return Text("█" * whole + EIGHTHS[rest].strip(), style=COLOURS[row.parts[0].kind])
    drawn, counted, end = Text(), 0, 0
    for part in row.parts:
        counted += part.count
        before, end = end, round(counted / most * cells)
        if part.count:  # pieces of one bar meet at whole cells
            drawn.append("█" * max(end - before, 1), style=COLOURS[part.kind])
    return drawn


def _parts(services: Services, report: NightReport, *, dry: bool, cells: int) -> Iterator[RenderableType]:
    title = say("title_dry" if dry else "title", day=str(report.day))
    yield Text(title, style="bold")
    yield Text(" · ".join(facts_of(report)), style="dim")
    if state := state_line(report, dry=dry):
        yield Text(state, style="yellow")
    if not report.permits and not report.staff:
        return
    outcomes, *tables, districts, notices = sections(services, report)
    yield from _section(outcomes, cells)
    yield from _staff(report)
    for section in (*tables, notices, districts):
        yield from _section(section, cells)


def _section(section: Section, cells: int) -> Iterator[RenderableType]:
    yield Text()
    yield Text(section.title, style="bold")
    if section.empty:
        yield Padding(Text(section.none, style="dim"), (0, 0, 0, 1))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(Text(section.column), no_wrap=True)
    heads = (
        ("column.all", *(f"word.{kind}" for kind in section.kinds)) if section.kinds else ("column.count",)
    )
    for key in heads:
        table.add_column(Text(say(key)), justify="right", no_wrap=True)
    if section.share:
        table.add_column(Text(section.share), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in section.rows:
        counts = (row.total, *(part.count for part in row.parts)) if section.kinds else (row.total,)
        told = [Text(row.label), *(Text(f"{count:,}") for count in counts)]
        if section.share:
            told.append(Text("–" if row.share is None else f"{row.share:.1%}"))
        table.add_row(*told, bar(row, section.most, cells))
    yield Padding(table, (0, 0, 0, 1))


def _staff(report: NightReport) -> Iterator[RenderableType]:
    waiting = [item for item in report.staff if item.count]
    if not report.staff:
        return
    yield Text()
    yield Text(say("staff.title"), style="bold")
    if not waiting:
        yield Padding(Text(say("staff.none"), style="dim"), (0, 0, 0, 1))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(Text(say("column.what")))
    table.add_column(Text(say("column.count")), justify="right", no_wrap=True)
    table.add_column(Text(say("column.command")), no_wrap=True)
    for item in waiting:
        table.add_row(
            Text(say(f"item.{item.kind}")),
            Text(f"{item.count:,}", style="bold"),
            Text(item.command, style="cyan"),
        )
    yield Padding(table, (0, 0, 0, 1))
