"""The report drawn as SVG, with a sentence for whoever does not see it: for the desk, and as one HTML file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from renewal.services.app import Services
from renewal.services.columns import HEIGHT, WIDTH, Column, columns
from renewal.services.learning.report import LearningReport, Tally
from renewal.services.learning.unclear import topic_name
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence

MOST_TOPICS = 20
Share = Callable[[Tally], float | None]
SHARES: tuple[tuple[str, Share], ...] = (
    ("answer_rate", lambda tally: tally.answer_rate),
    ("satisfaction", lambda tally: tally.satisfaction),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One share over the weeks; `desc` tells it in words, also where nothing is known to be drawn."""

    kind: str
    title: str
    desc: str
    known: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """One topic: its name, its counts, and how wide its bars are."""

    name: str
    tally: Tally
    answered_width: float
    up_width: float


def charts(report: LearningReport) -> tuple[Chart, ...]:
    """Both shares over the weeks."""
    return tuple(_chart(kind, share, report) for kind, share in SHARES)


def topic_rows(services: Services, report: LearningReport) -> tuple[TopicRow, ...]:
    """The topics that were asked most."""
    return tuple(
        TopicRow(
            name=topic_name(services, topic),
            tally=tally,
            answered_width=_part(tally.answer_rate),
            up_width=_part(tally.satisfaction),
        )
        for topic, tally in list(report.topics.items())[:MOST_TOPICS]
    )


def values(services: Services, report: LearningReport) -> dict[str, Any]:
    """What a template that shows the report is filled with."""
    return {
        "charts": charts(report),
        "topics": topic_rows(services, report),
        "weeks": report.weeks,
        "percent": percent,
        "learn": sentence,
        "width": WIDTH,
        "height": HEIGHT,
    }


def figures(services: Services, report: LearningReport) -> str:
    """The charts and tables alone, as HTML for a page that has its own frame."""
    return _templates().get_template("learning_part.html").render(**values(services, report))


def learning_page(services: Services, report: LearningReport, *, at: datetime) -> str:
    """The report as one HTML file that asks the network for nothing, made at `at`."""
    made = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return _templates().get_template("learning.html").render(**values(services, report), made=made)


def sentence(key: str, **named: object) -> str:
    """`staff.learn.<key>` of the wording."""
    return staff_sentence(f"learn.{key}", **named)


def percent(share: float | None) -> str:
    """A share as staff read it; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"


def _chart(kind: str, share: Share, report: LearningReport) -> Chart:
    shares = [(monday, share(tally)) for monday, tally in report.weeks.items()]
    known = [each for _, each in shares if each is not None]
    drawn = [(each, sentence("tip", day=f"{monday:%m-%d}", share=percent(each))) for monday, each in shares]
    return Chart(
        kind=kind,
        title=sentence(f"chart.{kind}"),
        desc=_told(shares, known),
        known=bool(known),
        columns=columns(drawn, places=len(shares)),
    )


def _told(shares: Sequence[tuple[Any, float | None]], known: Sequence[float]) -> str:
    if not known:
        return sentence("desc_none")
    return sentence(
        "desc",
        first=str(shares[0][0]),
        last=str(shares[-1][0]),
        least=percent(min(known)),
        most=percent(max(known)),
        now=percent(shares[-1][1]),
    )


def _part(share: float | None) -> float:
    return round(WIDTH * (share or 0.0), 1)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
