"""`renewal sending`: what goes out, what is held, what did not get through; stopping and going on."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.actor import actor
from renewal.cli.console import out
from renewal.cli.labels import STATES, label
from renewal.cli.pipeline import pipeline, providers
from renewal.cli.stack import opened
from renewal.services.texts import call_counts, dead_letters, sending
from renewal.services.texts.dead_letters import Retried
from renewal.services.texts.sending import Picture
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence as sentence

ID_CHARS = 8  # of a text's id: enough to find it again


def show() -> None:
    """Print how sending stands."""
    with opened() as services:
        seen = sending.picture(services)
        calls = call_counts.counted(services.store)
    for line in pipeline(seen):
        out.print(line)
    if seen.counted:
        _print(
            ("类别", "状态", "条数", "最早"),
            [
                (
                    sentence(f"sending.lane.{one.lane}"),
                    label(STATES, one.state),
                    str(one.count),
                    f"{one.oldest_at.astimezone(SHANGHAI):%m-%d %H:%M}",
                )
                for one in seen.counted
            ],
        )
    elif not seen.unworded:
        out.print(sentence("sending.none"))
    if seen.unworded:
        out.print(sentence("sending.unworded", notices=seen.unworded))
    _tell_rate(seen)
    for told in providers(calls):
        out.print(told, markup=False)
    _tell_holds(seen)


def stop(what: str, *, why: str, staff: str) -> None:
    """Hold everything, a lane or a template."""
    with opened() as services:
        who = actor(staff)
        stopped = sending.stop(services, what, why=why or sentence("sending.why.staff"), staff=who)
    out.print(sentence("sending.held" if stopped else "sending.held_before", name=what))


def lift(what: str, *, staff: str) -> None:
    """Let what was held go on."""
    with opened() as services:
        lifted = sending.go_on(services, what, staff=actor(staff))
    out.print(sentence("sending.lifted" if lifted else "sending.lifted_before", name=what))


def failed(*, limit: int) -> None:
    """Print the newest texts that did not get through, with the reasons."""
    with opened() as services:
        dead, count = dead_letters.list_dead(services, limit=limit)
    if not dead:
        out.print(sentence("sending.no_dead"))
        return
    rows = [
        (
            one.id[:ID_CHARS],
            f"{one.ended_at.astimezone(SHANGHAI):%m-%d %H:%M}",
            one.template,
            one.permit,
            f"{label(STATES, one.state)}（{one.code}）" if one.code else label(STATES, one.state),
            one.reason,
        )
        for one in dead
    ]
    _print(("短信", "时间", "哪一种", "证", "状态", "原因"), rows)
    if count > len(dead):
        out.print(sentence("sending.some_dead", count=count, shown=len(dead)))


def retry(beginning: str, *, staff: str) -> None:
    """Send one text once more."""
    with opened() as services:
        retried = dead_letters.retry_text(services, beginning, staff=actor(staff))
    tell_retried(retried)


def tell_retried(retried: Retried) -> None:
    """One line for what goes out again, one for what does not."""
    out.print(sentence("sending.retried", again=retried.again))
    if retried.unwanted:
        out.print(sentence("sending.unwanted", unwanted=retried.unwanted))


def _tell_rate(seen: Picture) -> None:
    out.print(
        sentence(
            "sending.rate",
            per_minute=seen.per_minute,
            due=seen.due,
            later=seen.later,
            held=seen.held,
            workers=seen.workers,
        )
    )
    if seen.due and not seen.per_minute:
        out.print(sentence("sending.nobody"))
    if seen.doubtful:
        out.print(sentence("sending.doubtful", count=f"{seen.doubtful:,}"))
    if told := seen.out.told():
        out.print(told)


def _tell_holds(seen: Picture) -> None:
    if not seen.holds:
        out.print(sentence("sending.no_hold"))
        return
    rows = [
        (
            sending.shown_name(hold.name),
            hold.why,
            hold.held_by,
            f"{hold.held_at.astimezone(SHANGHAI):%m-%d %H:%M}",
        )
        for hold in seen.holds
    ]
    _print(("停着的", "为什么", "谁停的", "从"), rows)


def _print(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # what a provider or a person wrote is no markup
    out.print(table)
