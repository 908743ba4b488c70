"""Endorsing at the window: after the reviews, or on the spot, for a year; with the new address, if there is one."""

from datetime import date

from sqlalchemy.orm import Session

from renewal.domain import ApplicationState, Field, endorsed_until
from renewal.domain.application import BEYOND_CLAUSE, ApplicationStep, CountedFrom, spot_bar, spot_clause
from renewal.language.records import comparable, tidy
from renewal.services.app import Services
from renewal.services.applications.rows import (
    ApplicationRefused,
    Done,
    done,
    find_application,
    lateness,
    move,
    note,
    refuse_renewed,
    refuse_wrong_step,
)
from renewal.services.applications.texts import tell
from renewal.services.renewals.previewing import preview
from renewal.services.work import Work
from renewal.store.models import Application, BureauFact, Permit, Record
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
    """Endorse an application whose reviews are passed: the permit runs a year from its acceptance or endorsement.

    From which of the two the guide leaves open; unsaid, it is the endorsement. A late one restores the permit's
    use within the restoring days. Beyond them the guide is silent and the centre decides; the history says so.
    `address` is the new one that papers proved, kept as a keyed hash.

    Raises:
        NoSuchApplication: there is no such application.
        ApplicationRefused: its reviews are not through, the permit was renewed in the meantime, an address is given
            for an application that was opened without a changed one, or the restoring days ended between acceptance
            and endorsement and nobody said which of the two counts.
    """
    with Work.begin(services, actor=staff) as work:
        session = work.session
        application = find_application(session, reference, lock=True)
        refuse_wrong_step(application, ApplicationStep.ENDORSE)
        permit = session.get_one(Permit, application.permit_id, with_for_update=True)
        refuse_renewed(application, permit)
        if address:
            _record_address(work, application, address)
        counts = counted_from or _unsaid(services, application)
        return _endorse(work, application, permit, why=APPROVED_CLAUSE, counted_from=counts)


def refuse_on_the_spot(services: Services, session: Session, application: Application) -> str:
    """The clause that allows to endorse this application on the spot.

    Raises:
        ApplicationRefused: none does, the address changed, or what is on file was not found to be true in every field.
    """
    today, rules = services.today(), services.rulebook
    decision = preview(services, session, application.permit_id, today)
    barred = spot_bar(
        application.category, decision, rules, today, address_changed=application.address_changed
    )
    if barred is not None:
        bar, fields = barred
        raise ApplicationRefused(
            staff_sentence(f"application.no_spot.{bar}", fields=_field_names(services, fields))
        )
    return spot_clause(application.category, rules, today) or ""


def endorse_on_the_spot(work: Work, application: Application, permit: Permit, clause: str) -> Done:
    """Endorse an application whose papers were just accepted, by the clause that allows it."""
    application.on_the_spot = True
    return _endorse(work, application, permit, why=clause, counted_from=CountedFrom.ENDORSED)


def _unsaid(services: Services, application: Application) -> CountedFrom:
    """From when the year runs where staff don't say; they must where it makes a lapsed permit of a restored one."""
    accepted_on = application.accepted_on or services.today()
    days = (accepted_on, services.today())
    before, now = (lateness(services, application.period_on, day) for day in days)
    if now == BEYOND_CLAUSE != before:
        raise ApplicationRefused(staff_sentence("application.say_from", day=accepted_on.isoformat()))
    return CountedFrom.ENDORSED


def _endorse(
    work: Work, application: Application, permit: Permit, *, why: str, counted_from: CountedFrom
) -> Done:
    services, session = work.services, work.session
    today = services.today()
    from_on: date = today
    if counted_from is CountedFrom.ACCEPTED and application.accepted_on is not None:
        from_on = application.accepted_on
    late = lateness(services, application.period_on, from_on)
    was_until, until = permit.expires_on, endorsed_until(from_on, services.rulebook)
    was = move(work, application, ApplicationState.ENDORSED)
    application.endorsed_on = permit.endorsed_on = today
    permit.expires_on = until
    note(
        work,
        application,
        "application.endorsed",
        was=was,
        now=application.state,
        why=why,
    )
    note(
        work,
        application,
        "endorsed",
        was=was_until.isoformat(),
        now=until.isoformat(),
        why=late or TERM_CLAUSE,
    )
    session.flush()
    told = tell(work, application, permit.holder, "endorsed")
    return done(services, session, application, told=told, late=late)


def _record_address(work: Work, application: Application, address: str) -> None:
    """Put the address on file, and make it the newest that is known of it: staff saw the proof today."""
    if not application.address_changed:
        raise ApplicationRefused(staff_sentence("application.address_unproved"))
    if not tidy(address):
        raise ApplicationRefused(staff_sentence("application.address_empty"))
    services, session = work.services, work.session
    value, today = comparable(Field.ADDRESS, address, services.store), services.today()
    session.merge(Record(permit_id=application.permit_id, address=value))  # what else is on file stays
    known = session.get(BureauFact, (application.permit_id, Field.ADDRESS))
    if known is None or known.as_of_on <= today:
        session.merge(
            BureauFact(
                permit_id=application.permit_id,
                field=Field.ADDRESS,
                value=value,
                as_of_on=today,
                source=SOURCE,
            )
        )
    note(
        work,
        application,
        "record.changed",
        now=Field.ADDRESS.value,
        why=MOVED_CLAUSE,
    )


def _field_names(services: Services, fields: tuple[Field, ...]) -> str:
    return "、".join(services.wording.render(f"label.field.{field}") for field in fields)
