"""Endorsing at the window: after the reviews, or on the spot, for a year; with the new address, if there is one."""

from datetime import date

from sqlalchemy.orm import Session

from renewal.domain import CaseState, Field, endorsed_until
from renewal.domain.window_case import BEYOND_CLAUSE, CaseStep, CountedFrom, spot_bar, spot_clause
from renewal.language.records import comparable, tidy
from renewal.services.app import Services
from renewal.services.renewals.previewing import preview
from renewal.services.window.rows import (
    CaseRefused,
    Done,
    done,
    find_case,
    lateness,
    move,
    note,
    refuse_renewed,
    refuse_wrong_step,
)
from renewal.services.window.texts import tell
from renewal.store.models import BureauFact, Permit, Record, WindowCase
from renewal.wording.staff import staff_sentence

SOURCE = "window"  # of a fact that staff saw proof of
APPROVED_CLAUSE = "stages.approval"
TERM_CLAUSE = "endorsement.years"
MOVED_CLAUSE = "materials.housing.needed_when"


def endorse(
    services: Services,
    reference: str,
    *,
    staff: str,
    address: str = "",
    counted_from: CountedFrom | None = None,
) -> Done:
    """Endorse a case whose reviews are passed: the permit runs a year from its acceptance or endorsement.

    From which of the two the guide leaves open; unsaid, it is the endorsement. A late one restores the permit's
    use within the restoring days. Beyond them the guide is silent and the centre decides; the history says so.
    `address` is the new one that papers proved, kept as a keyed hash.

    Raises:
        NoSuchCase: there is no such case.
        CaseRefused: its reviews are not through, the permit was renewed in the meantime, an address is given
            for a case that was opened without a changed one, or the restoring days ended between acceptance
            and endorsement and nobody said which of the two counts.
    """
    with services.store.session() as session:
        case = find_case(session, reference, lock=True)
        refuse_wrong_step(case, CaseStep.ENDORSE)
        permit = session.get_one(Permit, case.permit_id, with_for_update=True)
        refuse_renewed(case, permit)
        if address:
            _record_address(services, session, case, address, staff)
        counts = counted_from or _unsaid(services, case)
        return _endorse(services, session, case, permit, staff, why=APPROVED_CLAUSE, counted_from=counts)


def refuse_on_the_spot(services: Services, session: Session, case: WindowCase) -> str:
    """The clause that allows to endorse this case on the spot.

    Raises:
        CaseRefused: none does, the address changed, or what is on file was not found to be true in every field.
    """
    today, rules = services.today(), services.rulebook
    decision = preview(services, session, case.permit_id, today)
    barred = spot_bar(case.category, decision, rules, today, address_changed=case.address_changed)
    if barred is not None:
        bar, fields = barred
        raise CaseRefused(staff_sentence(f"case.no_spot.{bar}", fields=_field_names(services, fields)))
    return spot_clause(case.category, rules, today) or ""


def endorse_on_the_spot(
    services: Services, session: Session, case: WindowCase, permit: Permit, clause: str, *, staff: str
) -> Done:
    """Endorse a case whose papers were just accepted, by the clause that allows it."""
    case.on_the_spot = True
    return _endorse(services, session, case, permit, staff, why=clause, counted_from=CountedFrom.ENDORSED)


def _unsaid(services: Services, case: WindowCase) -> CountedFrom:
    """From when the year runs where staff don't say; they must where it makes a lapsed permit of a restored one."""
    accepted_on = case.accepted_on or services.today()
    days = (accepted_on, services.today())
    before, now = (lateness(services, case.period_on, day) for day in days)
    if now == BEYOND_CLAUSE != before:
        raise CaseRefused(staff_sentence("case.say_from", day=accepted_on.isoformat()))
    return CountedFrom.ENDORSED


def _endorse(
    services: Services,
    session: Session,
    case: WindowCase,
    permit: Permit,
    staff: str,
    *,
    why: str,
    counted_from: CountedFrom,
) -> Done:
    today = services.today()
    from_on: date = today
    if counted_from is CountedFrom.ACCEPTED and case.accepted_on is not None:
        from_on = case.accepted_on
    late = lateness(services, case.period_on, from_on)
    was_until, until = permit.expires_on, endorsed_until(from_on, services.rulebook)
    was = move(services, case, CaseState.ENDORSED)
    case.endorsed_on = permit.endorsed_on = today
    permit.expires_on = until
    note(services, session, case, "case.endorsed", staff=staff, was=was, now=case.state, why=why)
    note(
        services,
        session,
        case,
        "endorsed",
        staff=staff,
        was=was_until.isoformat(),
        now=until.isoformat(),
        why=late or TERM_CLAUSE,
    )
    session.flush()
    told = tell(services, session, case, permit.holder, "endorsed")
    return done(services, session, case, told=told, late=late)


def _record_address(services: Services, session: Session, case: WindowCase, address: str, staff: str) -> None:
    """Put the address on file, and make it the newest that is known of it: staff saw the proof today."""
    if not case.address_changed:
        raise CaseRefused(staff_sentence("case.address_unproved"))
    if not tidy(address):
        raise CaseRefused(staff_sentence("case.address_empty"))
    value, today = comparable(Field.ADDRESS, address, services.store), services.today()
    session.merge(Record(permit_id=case.permit_id, address=value))  # what else is on file stays
    known = session.get(BureauFact, (case.permit_id, Field.ADDRESS))
    if known is None or known.as_of_on <= today:
        session.merge(
            BureauFact(
                permit_id=case.permit_id, field=Field.ADDRESS, value=value, as_of_on=today, source=SOURCE
            )
        )
    note(services, session, case, "record.changed", staff=staff, now=Field.ADDRESS.value, why=MOVED_CLAUSE)


def _field_names(services: Services, fields: tuple[Field, ...]) -> str:
    return "、".join(services.wording.render(f"label.field.{field}") for field in fields)
