"""`renewal application show`: one application, its stages with their days, and its history."""

from datetime import date

from renewal.cli import labels
from renewal.cli.console import out
from renewal.domain import ApplicationState, Field, Stage
from renewal.services.app import Services
from renewal.services.applications.listing import Event, Timeline
from renewal.services.applications.rows import ApplicationView, paper_name
from renewal.settings import SHANGHAI
from renewal.wording.staff import staff_sentence as sentence

OVER = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)


def print_timeline(services: Services, timeline: Timeline) -> None:
    """Print an application for staff: head, stages, what is missing, the written reason, and every event."""
    application = timeline.application
    for line in _head(services, application):
        _print(line, style="bold")
    _print("")
    for number, stage in enumerate(Stage, start=1):
        name = services.rulebook.text(f"stages.names.{stage}", services.today())
        what, colour = _stage(application, stage, services.today())
        _print(sentence("application.show.stage", number=number, name=name, what=what), style=colour)
    if not application.holidays_known and application.open_review:
        _print(sentence("application.holidays"), style="yellow")
    if timeline.written_reason and application.refused_by:
        by = sentence(f"application.by.{application.refused_by}")
        _print(sentence("application.show.reason", by=by, reason=timeline.written_reason), style="red")
    _print("")
    _print(sentence("application.show.history"))
    for event in timeline.events:
        _print("  " + _event(services, event))


def _head(services: Services, application: ApplicationView) -> tuple[str, ...]:
    head = sentence(
        "application.show.head",
        id=application.id,
        permit=application.permit_no,
        holder=application.holder,
        category=labels.category(services, application.category),
        period=application.period_on,
    )
    state = sentence(f"application.state.{application.state}")
    now = sentence("application.state.overdue", state=state) if application.overdue else state
    lines = [head, sentence("application.show.now", state=now)]
    if application.receipt_no:
        lines.append(
            sentence("application.show.receipt", receipt=application.receipt_no, day=application.accepted_on)
        )
    if application.on_the_spot:
        lines.append(sentence("application.show.spot"))
    if application.papers:
        lines.append(sentence("application.show.papers", papers=_papers(services, application.papers)))
    if application.papers_missing and application.state is ApplicationState.RETURNED:
        lines.append(
            sentence("application.show.missing", papers=_papers(services, application.papers_missing))
        )
    return tuple(lines)


def _stage(application: ApplicationView, stage: Stage, today: date) -> tuple[str, str]:
    """What a stage has come to, and its colour."""
    if stage is Stage.SUBMISSION:
        return (
            _done(application.accepted_on)
            if application.accepted_on
            else (sentence("application.show.stage.open"), "yellow")
        )
    if stage is Stage.ENDORSEMENT:
        return (
            _done(application.endorsed_on)
            if application.endorsed_on
            else _waits(application, application.due_on, today)
        )
    return _review(application, stage, today)


def _review(application: ApplicationView, stage: Stage, today: date) -> tuple[str, str]:
    review = next((each for each in application.reviews if each.reviewer.stage is stage), None)
    if review is None:
        return sentence(f"application.show.stage.{'none' if application.accepted_on else 'waits'}"), "dim"
    if review.passed_on:
        return _done(review.passed_on)
    if application.refused_by is review.reviewer:
        return sentence("application.show.stage.refused"), "red"
    return _waits(application, review.due_on, today)


def _done(day: date) -> tuple[str, str]:
    return sentence("application.show.stage.done", day=day), "green"


def _waits(application: ApplicationView, due_on: date | None, today: date) -> tuple[str, str]:
    if application.state is ApplicationState.WITHDRAWN:
        return sentence("application.show.stage.withdrawn"), "dim"
    if due_on is None or application.state in OVER:
        return sentence("application.show.stage.waits"), "dim"
    if due_on < today:
        return sentence("application.show.stage.late", day=due_on), "bold red"
    return sentence("application.show.stage.due", day=due_on), "cyan"


def _event(services: Services, event: Event) -> str:
    now = event.now
    if event.action == "application.returned":
        now = _papers(services, tuple(part for part in now.split(",") if part))
    elif event.action == "record.changed":
        now = labels.field(services, Field(now))
    what = sentence(f"application.event.{event.action}", was=event.was, now=now)
    at = f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return sentence(
        "application.show.event", at=at, what=what, actor=event.actor, why=_why(services, event.why)
    )


def _why(services: Services, why: str) -> str:
    """A clause by its title; a sentence as it is."""
    return services.rulebook.clause(why).title if why in services.rulebook.clauses else why


def _papers(services: Services, papers: tuple[str, ...]) -> str:
    return "、".join(paper_name(services, paper) for paper in papers)


def _print(line: str, style: str = "") -> None:
    out.print(line, markup=False, style=style, soft_wrap=True)
