"""What `renewal application` does: one service call each, and what came of it in a few lines."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli import labels
from renewal.cli.actor import actor
from renewal.cli.application_timeline import print_timeline
from renewal.cli.console import out, say
from renewal.cli.errors import UsageFault
from renewal.cli.live import live_stack
from renewal.cli.stack import opened
from renewal.domain import ApplicationState, Housing, IdChange, Situation
from renewal.domain.application import BEYOND_CLAUSE, CountedFrom, Reviewer
from renewal.services.app import Services
from renewal.services.applications import endorsing, handling, listing
from renewal.services.applications.rows import ApplicationView, Done, paper_name
from renewal.wording.staff import staff_sentence as sentence

COLUMNS = ("id", "receipt", "permit", "holder", "category", "state", "review", "due")
COLOURS = {
    ApplicationState.RETURNED: "yellow",
    ApplicationState.IN_REVIEW: "cyan",
    ApplicationState.PASSED: "green",
    ApplicationState.REFUSED: "red",
    ApplicationState.ENDORSED: "dim",
    ApplicationState.WITHDRAWN: "dim",
}
OVERDUE_COLOUR = "bold red"


def papers(named: list[str] | None, *, all_papers: bool) -> frozenset[str] | None:
    """The ids typed, in parts joined by commas too; None for all that are needed.

    Raises:
        UsageFault: both were typed.
    """
    if all_papers and named:
        raise UsageFault(sentence("application.papers_either"))
    if all_papers:
        return None
    return frozenset(part.strip() for text in named or () for part in text.split(",") if part.strip())


def open_application(
    number: str,
    *,
    address_changed: bool,
    housing: Housing | None,
    relative_home: Housing | None,
    id_changes: frozenset[IdChange],
    papers: frozenset[str] | None,
    on_the_spot: bool,
    staff: str,
) -> None:
    """Take an application, and print its receipt or what is missing."""
    try:
        situation = Situation(
            address_changed=address_changed,
            housing=housing,
            relative_home=relative_home,
            id_changes=id_changes,
        )
    except ValueError:
        raise UsageFault(sentence("application.relative_home")) from None
    intake = handling.Intake(situation=situation, papers=papers, on_the_spot=on_the_spot)
    with opened() as services:
        _print_taken(services, handling.open_application(services, number, intake, staff=actor(staff)))


def bring(application: str, brought: frozenset[str] | None, *, on_the_spot: bool, staff: str) -> None:
    """Add papers, and print the receipt or what is still missing."""
    if brought is not None and not brought:
        raise UsageFault(sentence("application.papers_none"))
    with opened() as services:
        made = handling.bring_papers(
            services, application, brought, staff=actor(staff), on_the_spot=on_the_spot
        )
        _print_taken(services, made)


def passed(application: str, by: Reviewer, *, staff: str) -> None:
    """Note a passed review."""
    with opened() as services:
        made = handling.pass_review(services, application, by, staff=actor(staff))
    through = made.application.state is ApplicationState.PASSED
    out.print(
        sentence(
            "application.passed" if through else "application.passed_one",
            by=sentence(f"application.by.{by}"),
            application=_named(made.application),
        ),
        style="green",
    )


def refused(application: str, by: Reviewer, reason: str, *, staff: str) -> None:
    """Note a refusal."""
    with opened() as services:
        made = handling.refuse_application(services, application, by, reason, staff=actor(staff))
        out.print(
            sentence(
                "application.refused",
                by=sentence(f"application.by.{by}"),
                application=_named(made.application),
            )
        )
        _print_told(services, made)


def endorsed(application: str, *, address: str, counted_from: CountedFrom | None, staff: str) -> None:
    """Endorse, and print until when the permit runs."""
    with opened() as services:
        made = endorsing.endorse(
            services, application, staff=actor(staff), address=address, counted_from=counted_from
        )
        _print_endorsed(services, made, "application.endorsed")
        if made.application.address_changed and not address:
            out.print(sentence("application.address_kept"), style="yellow")


def withdrawn(application: str, *, staff: str) -> None:
    """Withdraw an application."""
    with opened() as services:
        made = handling.withdraw(services, application, staff=actor(staff))
    out.print(sentence("application.withdrawn", application=_named(made.application)))


def show(application: str, *, staff: str) -> None:
    """Print one application: its stages, its days, its history."""
    with opened() as services:
        timeline = listing.look_up(services, application, staff=actor(staff))
        print_timeline(services, timeline)


def list_applications(*, overdue: bool, with_ended: bool, limit: int) -> None:
    """Print the applications, what is due first at the top; what is overdue in red."""
    with opened() as services:
        listed, count = listing.list_applications(
            services, overdue=overdue, with_ended=with_ended, limit=limit
        )
        rows = [(application, _row(services, application)) for application in listed]
    if not rows:
        kind = "none_overdue" if overdue else "none_at_all" if with_ended else "none"
        out.print(sentence(f"application.{kind}"))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(sentence(f"application.column.{column}"), no_wrap=True)
    table.add_column(sentence("application.column.missing"), min_width=12, overflow="fold")
    for application, row in rows:
        table.add_row(*row, style=OVERDUE_COLOUR if application.overdue else COLOURS[application.state])
    out.print(table)
    if any(not application.holidays_known and application.open_review for application, _ in rows):
        out.print(sentence("application.holidays"), style="yellow")
    if count > len(rows):
        out.print(sentence("application.more", count=count, shown=len(rows)))


def _row(services: Services, application: ApplicationView) -> tuple[Text, ...]:
    state = sentence(f"application.state.{application.state}")
    review = application.open_review
    waits = application.state in (ApplicationState.IN_REVIEW, ApplicationState.PASSED)
    cells = (
        str(application.id),
        application.receipt_no,
        application.permit_no,
        application.holder,
        labels.category(services, application.category),
        sentence("application.state.overdue", state=state) if application.overdue else state,
        f"{review.due_on}{'' if application.holidays_known else '*'}" if review else "",
        str(application.due_on) if waits and application.due_on else "",
        "、".join(paper_name(services, paper) for paper in application.papers_missing)
        if application.state is ApplicationState.RETURNED
        else "",
    )
    return tuple(Text(cell) for cell in cells)


def _print_taken(services: Services, made: Done) -> None:
    application = made.application
    if application.state is ApplicationState.ENDORSED:
        _print_endorsed(services, made, "application.spot")
        return
    if application.state is ApplicationState.RETURNED:
        out.print(sentence("application.returned", id=application.id), style="yellow")
        for paper in application.papers_missing:
            line = sentence("application.paper", name=paper_name(services, paper), paper=paper)
            out.print(line, markup=False, soft_wrap=True)
        out.print(sentence("application.bring", id=application.id), markup=False)
    else:
        out.print(
            sentence("application.accepted", receipt=application.receipt_no, id=application.id), style="green"
        )
        for review in application.reviews:
            mark = "" if application.holidays_known else " *"
            day = f"{review.due_on}{mark}"
            out.print(sentence(f"application.due_review.{review.reviewer}", day=day))
        out.print(sentence("application.due_all", day=application.due_on))
        if not application.holidays_known:
            out.print(sentence("application.holidays"), style="yellow")
    _print_late(services, made)
    _print_told(services, made)


def _print_endorsed(services: Services, made: Done, key: str) -> None:
    out.print(
        sentence(key, until=made.application.expires_on, application=_named(made.application)), style="green"
    )
    _print_late(services, made)
    _print_told(services, made)


def _print_late(services: Services, made: Done) -> None:
    """What the rules say of a late renewal, in their words; beyond the deadline nothing is promised."""
    if made.late:
        title, rule = (
            services.rulebook.clause(made.late).title,
            services.rulebook.text(made.late, services.today()),
        )
        key = "application.late_beyond" if made.late == BEYOND_CLAUSE else "application.late"
        out.print(sentence(key, title=title, rule=rule), style="yellow")


def _print_told(services: Services, made: Done) -> None:
    if not made.told:
        say(sentence("application.not_told"))
    elif live_stack(services.settings.state_dir) is None:
        say(sentence("application.told_queued"))
    else:
        say(sentence("application.told"))


def _named(application: ApplicationView) -> str:
    return application.receipt_no or str(application.id)
