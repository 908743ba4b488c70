"""What `renewal case` does: one service call each, and what came of it in a few lines."""

import getpass

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from renewal.cli import labels
from renewal.cli.case_timeline import print_timeline
from renewal.cli.console import out, say
from renewal.cli.errors import UsageFault
from renewal.cli.live import live_stack
from renewal.cli.stack import opened
from renewal.domain import CaseState, Housing, IdChange, Situation
from renewal.domain.window_case import BEYOND_CLAUSE, CountedFrom, Reviewer
from renewal.services.app import Services
from renewal.services.window import cases as window_cases
from renewal.services.window import endorsing as window_endorsing
from renewal.services.window import listing as window_case_list
from renewal.services.window.rows import CaseView, Done, paper_name
from renewal.wording.staff import staff_sentence as sentence

COLUMNS = ("id", "receipt", "permit", "holder", "category", "state", "review", "due")
COLOURS = {
    CaseState.RETURNED: "yellow",
    CaseState.IN_REVIEW: "cyan",
    CaseState.PASSED: "green",
    CaseState.REFUSED: "red",
    CaseState.ENDORSED: "dim",
    CaseState.WITHDRAWN: "dim",
}
OVERDUE_COLOUR = "bold red"


def papers(named: list[str] | None, *, all_papers: bool) -> frozenset[str] | None:
    """The ids typed, in parts joined by commas too; None for all that are needed.

    Raises:
        UsageFault: both were typed.
    """
    if all_papers and named:
        raise UsageFault(sentence("case.papers_either"))
    if all_papers:
        return None
    return frozenset(part.strip() for text in named or () for part in text.split(",") if part.strip())


def open_case(
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
    """Take a case, and print its receipt or what is missing."""
    try:
        situation = Situation(
            address_changed=address_changed,
            housing=housing,
            relative_home=relative_home,
            id_changes=id_changes,
        )
    except ValueError:
        raise UsageFault(sentence("case.relative_home")) from None
    intake = window_cases.Intake(situation=situation, papers=papers, on_the_spot=on_the_spot)
    with opened() as services:
        _print_taken(services, window_cases.open_case(services, number, intake, staff=_who(staff)))


def bring(case: str, brought: frozenset[str] | None, *, on_the_spot: bool, staff: str) -> None:
    """Add papers, and print the receipt or what is still missing."""
    if brought is not None and not brought:
        raise UsageFault(sentence("case.papers_none"))
    with opened() as services:
        made = window_cases.bring_papers(services, case, brought, staff=_who(staff), on_the_spot=on_the_spot)
        _print_taken(services, made)


def passed(case: str, by: Reviewer, *, staff: str) -> None:
    """Note a passed review."""
    with opened() as services:
        made = window_cases.pass_review(services, case, by, staff=_who(staff))
    through = made.case.state is CaseState.PASSED
    out.print(
        sentence(
            "case.passed" if through else "case.passed_one",
            by=sentence(f"case.by.{by}"),
            case=_named(made.case),
        ),
        style="green",
    )


def refused(case: str, by: Reviewer, reason: str, *, staff: str) -> None:
    """Note a refusal."""
    with opened() as services:
        made = window_cases.refuse_case(services, case, by, reason, staff=_who(staff))
        out.print(sentence("case.refused", by=sentence(f"case.by.{by}"), case=_named(made.case)))
        _print_told(services, made)


def endorsed(case: str, *, address: str, counted_from: CountedFrom | None, staff: str) -> None:
    """Endorse, and print until when the permit runs."""
    with opened() as services:
        made = window_endorsing.endorse(
            services, case, staff=_who(staff), address=address, counted_from=counted_from
        )
        _print_endorsed(services, made, "case.endorsed")
        if made.case.address_changed and not address:
            out.print(sentence("case.address_kept"), style="yellow")


def withdrawn(case: str, *, staff: str) -> None:
    """Withdraw a case."""
    with opened() as services:
        made = window_cases.withdraw(services, case, staff=_who(staff))
    out.print(sentence("case.withdrawn", case=_named(made.case)))


def show(case: str, *, staff: str) -> None:
    """Print one case: its stages, its days, its history."""
    with opened() as services:
        timeline = window_case_list.look_up(services, case, staff=_who(staff))
        print_timeline(services, timeline)


def list_cases(*, overdue: bool, with_ended: bool, limit: int) -> None:
    """Print the cases, what is due first at the top; what is overdue in red."""
    with opened() as services:
        listed, count = window_case_list.list_cases(
            services, overdue=overdue, with_ended=with_ended, limit=limit
        )
        rows = [(case, _row(services, case)) for case in listed]
    if not rows:
        kind = "none_overdue" if overdue else "none_at_all" if with_ended else "none"
        out.print(sentence(f"case.{kind}"))
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        table.add_column(sentence(f"case.column.{column}"), no_wrap=True)
    table.add_column(sentence("case.column.missing"), min_width=12, overflow="fold")
    for case, row in rows:
        table.add_row(*row, style=OVERDUE_COLOUR if case.overdue else COLOURS[case.state])
    out.print(table)
    if any(not case.holidays_known and case.open_review for case, _ in rows):
        out.print(sentence("case.holidays"), style="yellow")
    if count > len(rows):
        out.print(sentence("case.more", count=count, shown=len(rows)))


def _row(services: Services, case: CaseView) -> tuple[Text, ...]:
    state = sentence(f"case.state.{case.state}")
    review, waits = case.open_review, case.state in (CaseState.IN_REVIEW, CaseState.PASSED)
    cells = (
        str(case.id),
        case.receipt_no,
        case.permit_no,
        case.holder,
        labels.category(services, case.category),
        sentence("case.state.overdue", state=state) if case.overdue else state,
        f"{review.due_on}{'' if case.holidays_known else '*'}" if review else "",
        str(case.due_on) if waits and case.due_on else "",
        "、".join(paper_name(services, paper) for paper in case.papers_missing)
        if case.state is CaseState.RETURNED
        else "",
    )
    return tuple(Text(cell) for cell in cells)


def _print_taken(services: Services, made: Done) -> None:
    case = made.case
    if case.state is CaseState.ENDORSED:
        _print_endorsed(services, made, "case.spot")
        return
    if case.state is CaseState.RETURNED:
        out.print(sentence("case.returned", id=case.id), style="yellow")
        for paper in case.papers_missing:
            line = sentence("case.paper", name=paper_name(services, paper), paper=paper)
            out.print(line, markup=False, soft_wrap=True)
        out.print(sentence("case.bring", id=case.id), markup=False)
    else:
        out.print(sentence("case.accepted", receipt=case.receipt_no, id=case.id), style="green")
        for review in case.reviews:
            mark = "" if case.holidays_known else " *"
            day = f"{review.due_on}{mark}"
            out.print(sentence(f"case.due_review.{review.reviewer}", day=day))
        out.print(sentence("case.due_all", day=case.due_on))
        if not case.holidays_known:
            out.print(sentence("case.holidays"), style="yellow")
    _print_late(services, made)
    _print_told(services, made)


def _print_endorsed(services: Services, made: Done, key: str) -> None:
    out.print(sentence(key, until=made.case.expires_on, case=_named(made.case)), style="green")
    _print_late(services, made)
    _print_told(services, made)


def _print_late(services: Services, made: Done) -> None:
    """What the rules say of a late renewal, in their words; beyond the deadline nothing is promised."""
    if made.late:
        title, rule = (
            services.rulebook.clause(made.late).title,
            services.rulebook.text(made.late, services.today()),
        )
        key = "case.late_beyond" if made.late == BEYOND_CLAUSE else "case.late"
        out.print(sentence(key, title=title, rule=rule), style="yellow")


def _print_told(services: Services, made: Done) -> None:
    if not made.told:
        say(sentence("case.not_told"))
    elif live_stack(services.settings.state_dir) is None:
        say(sentence("case.told_queued"))
    else:
        say(sentence("case.told"))


def _named(case: CaseView) -> str:
    return case.receipt_no or str(case.id)


def _who(staff: str) -> str:
    return staff.strip() or getpass.getuser()
