"""`renewal run` and `renewal report`: one night's comparison by hand, and what a night came to."""

from datetime import date
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli.console import out, progress_bar, say
from renewal.cli.errors import CliError
from renewal.cli.live import live_stack
from renewal.cli.night_tables import night_tables
from renewal.cli.stack import opened
from renewal.domain import Outcome
from renewal.services.app import Services
from renewal.services.night.nightly import owed_days, run_night, run_nights
from renewal.services.night.page import night_page
from renewal.services.night.report import NightReport, load_report, load_trend, newest_night
from renewal.services.night.staff import Waiting, list_waiting
from renewal.services.night.view import say as sentence

MOST_LISTED = 50
ID_CHARS = 8  # of a conversation's id: enough to find it again


def run(day: date | None, *, dry_run: bool = False, html: Path | None = None) -> None:
    """Compare what is due on `day` (today where None), print what came of it, and write the page if wanted.

    Nights that are owed before it are done first. A dry run is of that day alone, and writes nothing to the store.

    Raises:
        CliError: the page cannot be written; the night was done.
        NightRefused: the day is to come, or lies before a night that is done.
    """
    with opened() as services:
        chosen = day or services.today()
        owed = tuple(owed for owed in owed_days(services, chosen) if owed < min(chosen, services.today()))
        with progress_bar(sentence("rehearsal")) as move:
            report = run_night(services, chosen, dry_run=True, progress=move)
        if not dry_run:
            _tell_beforehand(report)
            with progress_bar(sentence("progress")) as move:
                report = run_nights(services, chosen, progress=move)
        if owed:
            days = f"{owed[0]}" if len(owed) == 1 else f"{owed[0]} – {owed[-1]}"
            say(sentence("owed" if dry_run else "caught_up", count=len(owed), days=days))
            for night in owed if not dry_run else ():
                _tell_made_up(services, night)
        running = live_stack(services.settings.state_dir) is not None
        _show(services, report, html=html, dry=dry_run)
    if report.new_notices and not running and not dry_run:
        say(sentence("queued"))


def _tell_beforehand(rehearsed: NightReport) -> None:
    """What the night will come to in texts, and when they will be out."""
    if rehearsed.new_notices:
        say(sentence("beforehand", notices=rehearsed.new_notices))
        say(rehearsed.texts_out)


def _tell_made_up(services: Services, night: date) -> None:
    """One line for a night that was made up for."""
    found = load_report(services, night)
    if found is not None:
        counts = {outcome.value: f"{found.outcomes.get(outcome, 0):,}" for outcome in Outcome}
        say(sentence("made_up", day=night, notices=f"{sum(found.notices.values()):,}", **counts))


def report(day: date | None, *, html: Path | None = None, listed: str = "") -> None:
    """Print the stored report of a day (the newest where None), or one list of what waits for staff.

    Raises:
        CliError: that day had no night, or the page cannot be written.
        NothingToList: there is no such list.
    """
    with opened() as services:
        if listed:
            _list(services, listed)
            return
        chosen = day or newest_night(services)
        if chosen is None:
            raise CliError(sentence("no_night"))
        found = load_report(services, chosen)
        if found is None:
            raise CliError(sentence("no_report", day=str(chosen)))
        _show(services, found, html=html)


def _show(services: Services, report: NightReport, *, html: Path | None, dry: bool = False) -> None:
    out.print(night_tables(services, report, width=out.width, dry=dry))
    if html is not None:
        page = night_page(services, report, load_trend(services, report.day), at=services.now(), dry=dry)
        _write(html, page)
        out.print(sentence("written", file=str(html)), markup=False, soft_wrap=True)


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, "utf-8")
    except OSError as error:
        raise CliError(sentence("cannot_write", file=str(file), why=error.strerror)) from None


def _list(services: Services, kind: str) -> None:
    waiting, count = list_waiting(services, kind, limit=MOST_LISTED)
    out.print(sentence(f"item.{kind}"), style="bold")
    if not waiting:
        out.print(sentence("list_empty"))
        return
    table = Table(box=SIMPLE_HEAD, show_header=False, padding=(0, 1, 0, 0))
    for one in waiting:
        table.add_row(*(Text(cell) for cell in _cells(one)))
    out.print(table)
    if count > len(waiting):
        out.print(sentence("listed", count=count, shown=len(waiting)))


def _cells(one: Waiting) -> tuple[str, str]:
    if one.permit:
        return one.permit, sentence("list_permit", permit=one.permit)
    talk = one.conversation_id[:ID_CHARS]
    return talk, sentence("list_talk", talk=talk)
