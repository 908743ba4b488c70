"""Automatic renewal's first step, by hand: a visit or call about the address, recorded by staff."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from renewal.domain import RenewalError, VisitFinding, VisitWay
from renewal.language.records import is_id_number, number_as_kept
from renewal.services.app import Services
from renewal.services.importing.cells import NO, YES
from renewal.services.importing.feed_kinds import VISITS
from renewal.services.importing.writing import Writer, tables_of
from renewal.services.work import write_audit
from renewal.store.models import Permit
from renewal.store.staging import fill, loading, pack, prepare, takes_copies
from renewal.wording.staff import staff_sentence

LINE = 1  # of the one row that is staged


class VisitRefused(RenewalError):
    """The visit was not recorded; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The permit that was visited, and whether that was new: the same visit again changes nothing."""

    permit_id: int
    new: bool


def record_visit(
    services: Services,
    *,
    number: str,
    visited_on: date,
    way: VisitWay,
    finding: VisitFinding,
    renewed: bool,
    actor: str,
) -> Recorded:
    """Record one visit and what it says of the address; what follows is decided afterwards.

    A visit of the same day and way is corrected, which its history tells. Source: clauses automatic.step_one,
    automatic.step_one_on_the_spot and renewal.window_days (guide of 2020-03-05, automatic renewal 1.1).

    Raises:
        VisitRefused: nobody knows the permit, the day is still to come, or it cannot be renewed on the spot.
    """
    today = services.today()
    if visited_on > today:
        raise VisitRefused(staff_sentence("import.future_day", text=visited_on, today=today))
    if renewed and finding is not VisitFinding.CONFIRMED:
        raise VisitRefused(staff_sentence("import.renewed_unconfirmed"))
    number = number_as_kept(number)
    if is_id_number(number):
        raise VisitRefused(staff_sentence("import.id_number"))
    visitor = services.store.visitor_hash(actor)
    row = (
        str(LINE),
        number,
        visited_on.isoformat(),
        way.value,
        finding.value,
        YES if renewed else NO,
        visitor,
    )
    write = Writer(services, VISITS, why="", origin="staff", actor=actor)
    engine = services.store.engine
    with loading(engine, tables_of(VISITS)) as connection, connection.begin():
        prepare(connection)
        fill(connection, VISITS.staged_in, pack([row], copied=takes_copies(engine)))
        written, problems = write(connection)
        if problems:
            raise VisitRefused("；".join(problems[0].reasons))
        new = not written.unchanged
        if new:
            write_audit(
                connection,
                at=services.now(),
                actor=actor,
                action="visit.recorded",
                subject=number,
                visited_on=visited_on.isoformat(),
                way=way,
                finding=finding,
                renewed=renewed,
            )
        permit_id = connection.scalars(select(Permit.id).where(Permit.number == number)).one()
    return Recorded(permit_id=permit_id, new=new)
