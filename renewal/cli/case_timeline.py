"""`renewal case show`: one case, its stages with their days, and its history."""

from datetime import date

from renewal.cli import labels
from renewal.cli.console import out
from renewal.domain import CaseState, Field, Stage
from renewal.services.app import Services
from renewal.services.window.listing import Event, Timeline
from renewal.services.window.rows import CaseView, paper_name
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence as sentence

OVER = (CaseState.REFUSED, CaseState.WITHDRAWN)


def print_timeline(services: Services, timeline: Timeline) -> None:
    """Print a case for staff: head, stages, what is missing, the written reason, and every event."""
    case = timeline.case
    for line in _head(services, case):
        _print(line, style="bold")
    _print("")
    for number, stage in enumerate(Stage, start=1):
        name = services.rulebook.text(f"stages.names.{stage}", services.today())
        what, colour = _stage(case, stage, services.today())
        _print(sentence("case.show.stage", number=number, name=name, what=what), style=colour)
    if not case.holidays_known and case.open_review:
        _print(sentence("case.holidays"), style="yellow")
    if timeline.written_reason and case.refused_by:
        by = sentence(f"case.by.{case.refused_by}")
        _print(sentence("case.show.reason", by=by, reason=timeline.written_reason), style="red")
    _print("")
    _print(sentence("case.show.history"))
    for event in timeline.events:
        _print("  " + _event(services, event))


def _head(services: Services, case: CaseView) -> tuple[str, ...]:
    head = sentence(
        "case.show.head",
        id=case.id,
        permit=case.permit_no,
        holder=case.holder,
        category=labels.category(services, case.category),
        period=case.period_on,
    )
    state = sentence(f"case.state.{case.state}")
    now = sentence("case.state.overdue", state=state) if case.overdue else state
    lines = [head, sentence("case.show.now", state=now)]
    if case.receipt_no:
        lines.append(sentence("case.show.receipt", receipt=case.receipt_no, day=case.accepted_on))
    if case.on_the_spot:
        lines.append(sentence("case.show.spot"))
    if case.papers:
        lines.append(sentence("case.show.papers", papers=_papers(services, case.papers)))
    if case.papers_missing and case.state is CaseState.RETURNED:
        lines.append(sentence("case.show.missing", papers=_papers(services, case.papers_missing)))
    return tuple(lines)


def _stage(case: CaseView, stage: Stage, today: date) -> tuple[str, str]:
    """What a stage has come to, and its colour."""
    if stage is Stage.SUBMISSION:
        return _done(case.accepted_on) if case.accepted_on else (sentence("case.show.stage.open"), "yellow")
    if stage is Stage.ENDORSEMENT:
        return _done(case.endorsed_on) if case.endorsed_on else _waits(case, case.due_on, today)
    return _review(case, stage, today)


def _review(case: CaseView, stage: Stage, today: date) -> tuple[str, str]:
    review = next((each for each in case.reviews if each.reviewer.stage is stage), None)
    if review is None:
        return sentence(f"case.show.stage.{'none' if case.accepted_on else 'waits'}"), "dim"
    if review.passed_on:
        return _done(review.passed_on)
    if case.refused_by is review.reviewer:
        return sentence("case.show.stage.refused"), "red"
    return _waits(case, review.due_on, today)


def _done(day: date) -> tuple[str, str]:
    return sentence("case.show.stage.done", day=day), "green"


def _waits(case: CaseView, due_on: date | None, today: date) -> tuple[str, str]:
    if case.state is CaseState.WITHDRAWN:
        return sentence("case.show.stage.withdrawn"), "dim"
    if due_on is None or case.state in OVER:
        return sentence("case.show.stage.waits"), "dim"
    if due_on < today:
        return sentence("case.show.stage.late", day=due_on), "bold red"
    return sentence("case.show.stage.due", day=due_on), "cyan"


def _event(services: Services, event: Event) -> str:
    now = event.now
    if event.action == "case.returned":
        now = _papers(services, tuple(part for part in now.split(",") if part))
    elif event.action == "record.changed":
        now = labels.field(services, Field(now))
    what = sentence(f"case.event.{event.action}", was=event.was, now=now)
    at = f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return sentence("case.show.event", at=at, what=what, actor=event.actor, why=_why(services, event.why))


def _why(services: Services, why: str) -> str:
    """A clause by its title; a sentence as it is."""
    return services.rulebook.clause(why).title if why in services.rulebook.clauses else why


def _papers(services: Services, papers: tuple[str, ...]) -> str:
    return "、".join(paper_name(services, paper) for paper in papers)


def _print(line: str, style: str = "") -> None:
    out.print(line, markup=False, style=style, soft_wrap=True)
