"""`renewal visit`: what a visit or call found, and what became of the permit."""

from datetime import date

from renewal.cli import labels
from renewal.cli.actor import actor
from renewal.cli.console import out, say
from renewal.cli.errors import UsageFault
from renewal.cli.labels import OUTCOMES
from renewal.cli.live import live_stack
from renewal.cli.stack import opened
from renewal.domain import Decision, VisitFinding, VisitWay
from renewal.services.app import Services
from renewal.services.night.decisions import decide
from renewal.services.renewals.visits import record_visit
from renewal.wording.staff import staff_sentence as sentence


def visit(number: str, *, way: str, found: str, renew: bool, day: date | None, staff: str) -> None:
    """Record a visit, decide on the permit at once, and print both."""
    try:
        known_way, finding = VisitWay(way), VisitFinding(found)
    except ValueError:
        ways, findings = "、".join(VisitWay), "、".join(VisitFinding)
        raise UsageFault(sentence("visit.usage", ways=ways, findings=findings)) from None
    who = actor(staff)
    with opened() as services:
        recorded = record_visit(
            services,
            number=number,
            visited_on=day or services.today(),
            way=known_way,
            finding=finding,
            renewed=renew,
            actor=who,
        )
        out.print(sentence("visit.recorded" if recorded.new else "visit.recorded_before"), markup=False)
        (decision,) = decide(services, [recorded.permit_id], actor=who)
        out.print(_outcome(services, decision), markup=False, soft_wrap=True)
        if decision and live_stack(services.settings.state_dir) is None:
            say(sentence("visit.queued"))


def _outcome(services: Services, decision: Decision | None) -> str:
    if decision is None:
        return sentence("visit.undecided")
    named = {
        "visit.reasons": decision.reasons,
        "visit.missing": decision.missing,
        "visit.stale": decision.stale,
    }
    parts = [labels.label(OUTCOMES, decision.outcome.value)]
    for key, fields in named.items():
        if fields:
            names = "、".join(labels.field(services, field.value) for field in fields)
            parts.append(sentence(key, fields=names))
    return "；".join(parts)
