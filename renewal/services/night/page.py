"""A night's report as one HTML file that asks the network for nothing: charts are drawn here, as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from renewal.domain import Outcome
from renewal.services.app import Services
from renewal.services.columns import THINNEST, WIDTH, Column, columns
from renewal.services.night.report import NightReport, TrendDay
from renewal.services.night.view import OUTCOME_PARTS, Part, Row, facts_of, say, sections, state_line
from renewal.settings import SHANGHAI

FEWEST_SLOTS = 10  # a trend of few nights is not drawn as a few planks


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a drawn bar."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """One outcome over the nights, with what a reader who does not see it is told."""

    kind: str
    name: str
    most: int
    desc: str
    columns: tuple[Column, ...]


def night_page(
    services: Services, report: NightReport, days: Sequence[TrendDay], *, at: datetime, dry: bool = False
) -> str:
    """The page of a report, made at `at`; `days` are the nights of its trend, oldest first."""
    return (
        _templates()
        .get_template("night.html")
        .render(
            title=say("title_dry" if dry else "title", day=str(report.day)),
            weekday=weekday_of(report),
            generated=say("generated", at=f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
            **_parts(services, report, days, {}, dry=dry),
        )
    )


def night_part(
    services: Services,
    report: NightReport,
    days: Sequence[TrendDay],
    *,
    links: Mapping[str, str],
) -> str:
    """The report alone, as a piece of HTML for a page that has its own head and loads `stylesheet()`.

    `links` are addresses of pages that show what waits for staff, by its kind; what has none is told by its command.
    """
    return _templates().get_template("report.html").render(**_parts(services, report, days, links, dry=False))


def weekday_of(report: NightReport) -> str:
    """The day of the week of a report."""
    return say("weekday", name=say("weekdays")[report.day.weekday()])


@cache
def stylesheet() -> str:
    """How the report looks, for a page that holds it as a piece."""
    return (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")


def _parts(
    services: Services,
    report: NightReport,
    days: Sequence[TrendDay],
    links: Mapping[str, str],
    *,
    dry: bool,
) -> dict[str, Any]:
    """What the report's template needs."""
    outcomes, *tables, districts, notices = sections(services, report)
    return {
        "say": say,
        "n": _number,
        "segments": segments,
        "width": WIDTH,
        "fewest_slots": FEWEST_SLOTS,
        "facts": facts_of(report),
        "state": state_line(report, dry=dry),
        "unfinished": report.finished_at is None and not dry,
        "outcomes": outcomes,
        "whole": segments(_all_of(outcomes.rows), report.permits),
        "asked_staff": bool(report.staff),
        "waiting": [item for item in report.staff if item.count],
        "tables": [*tables, notices],
        "districts": districts,
        "days": tuple(days),
        "trend": _trend(days),
        "links": links,
    }


def segments(row: Row, most: int) -> tuple[Segment, ...]:
    """The pieces of a row's bar, where the longest bar has `most`; a piece that is not empty can be seen."""
    made: list[Segment] = []
    x = 0.0
    for part in row.parts:
        if not part.count:
            continue
        width = max(WIDTH * part.count / most, THINNEST)
        made.append(Segment(kind=part.kind, x=round(x, 1), width=round(width, 1)))
        x += width
    return tuple(made)


def _all_of(rows: Sequence[Row]) -> Row:
    parts: tuple[Part, ...] = tuple(part for row in rows for part in row.parts)
    return Row(label="", parts=parts)


def _trend(days: Sequence[TrendDay]) -> tuple[TrendLine, ...]:
    """The outcomes over the nights; nothing of a single night, which has nothing to be compared with."""
    if len(days) < 2:
        return ()
    return tuple(_line(kind, days) for kind in OUTCOME_PARTS)


def _line(kind: str, days: Sequence[TrendDay]) -> TrendLine:
    counts = [
        {Outcome.RENEWED: day.renewed, Outcome.FAILED: day.failed, Outcome.WAITING: day.waiting}[
            Outcome(kind)
        ]
        for day in days
    ]
    name, most = say(f"word.{kind}"), max(counts)
    drawn = [
        (count / most if count else None, say("trend.tip", day=f"{day.day:%m-%d}", name=name, count=count))
        for day, count in zip(days, counts, strict=True)
    ]
    desc = say(
        "trend.desc",
        first=str(days[0].day),
        last=str(days[-1].day),
        least=min(counts),
        most=most,
        now=counts[-1],
    )
    return TrendLine(kind=kind, name=name, most=most, desc=desc, columns=columns(drawn, places=_slots(days)))


def _slots(days: Sequence[TrendDay]) -> int:
    return max(len(days), FEWEST_SLOTS)


def _number(count: int) -> str:
    return f"{count:,}"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
