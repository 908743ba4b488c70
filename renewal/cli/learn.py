"""`renewal learn`: what was not understood, named by staff, and how often holders are answered."""

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.errors import CliError
from renewal.cli.places import ROOT
from renewal.cli.stack import opened
from renewal.services.learning import candidates, naming
from renewal.services.learning.charts import learning_page, percent, sentence
from renewal.services.learning.naming import Group
from renewal.services.learning.report import LearningReport, learning_report
from renewal.services.learning.unclear import LOOKED_BACK, nameable, topic_name

MOST_GROUPS = 20
MOST_WORDINGS = 5  # of a group


def show(*, whole: bool) -> None:
    """Print the groups of texts that nobody has named."""
    with opened() as services:
        found = naming.groups(services)
        rows = [_row(group) for group in (found if whole else found[:MOST_GROUPS])]
    if not found:
        out.print(sentence("none"))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("number", "texts", "why", "offered"):
        table.add_column(sentence(f"head.{heading}"))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # what holders wrote is no markup
    out.print(table)
    texts = sum(len(group.texts) for group in found)
    out.print(sentence("count", texts=texts, groups=len(found), days=LOOKED_BACK.days))
    if len(found) > len(rows):
        out.print(sentence("more", count=len(found) - len(rows)))


def topics() -> None:
    """Print what a text may be said to be about."""
    with opened() as services:
        for topic in nameable(services):
            out.print(f"{topic}  {topic_name(services, topic)}", markup=False)


def name(number: int, topic: str, *, only: bool, staff: str) -> None:
    """Say what a group of texts is about."""
    with opened() as services:
        count = naming.name_texts(services, number, topic, staff=actor(staff), only=only)
        out.print(sentence("named", count=count, topic=topic_name(services, topic)))


def export(file: Path) -> None:
    """Write what was named, for a maintainer to read."""
    with opened() as services:
        done = candidates.export(services, ROOT, file)
    out.print(
        sentence("exported", written=done.written, file=str(file), of_tests=done.of_tests),
        markup=False,
        soft_wrap=True,
    )


def report(html: Path | None) -> None:
    """Print the weeks, and write the page if wanted.

    Raises:
        CliError: the page cannot be written.
    """
    with opened() as services:
        found = learning_report(services)
        page = learning_page(services, found, at=services.now()) if html else ""
    out.print(_weeks(found))
    if html is None:
        return
    try:
        html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CliError(sentence("cannot_write", file=str(html), why=error.strerror)) from None
    out.print(sentence("written", file=str(html)), markup=False, soft_wrap=True)


def _weeks(found: LearningReport) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("week", "asked", "answer_rate", "up", "down", "satisfaction"):
        table.add_column(sentence(f"head.{heading}"))
    for monday, tally in found.weeks.items():
        shares = percent(tally.answer_rate), str(tally.up), str(tally.down), percent(tally.satisfaction)
        table.add_row(str(monday), str(tally.asked), *shares)
    return table


def _row(group: Group) -> tuple[str, ...]:
    wordings = list(group.distinct.items())[:MOST_WORDINGS]
    shown = [text if count == 1 else sentence("times", text=text, count=count) for text, count in wordings]
    why = [
        sentence("kinds", name=sentence(f"kind.{kind}"), count=count) for kind, count in group.kinds.items()
    ]
    return str(group.number), "\n".join(shown), "\n".join(why), "\n".join(group.offered)
