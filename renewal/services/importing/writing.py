"""Brings the store up to what is staged, whatever its kind."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table

from renewal.domain import renewal_window
from renewal.services.app import Services
from renewal.services.importing.checking import Problem
from renewal.services.importing.feed_kinds import VISITS
from renewal.services.importing.holder_kind import HOLDERS
from renewal.services.importing.kinds import Kind, stronger_than
from renewal.store import loading_facts, loading_holders, loading_visits
from renewal.store.loading_facts import write_facts
from renewal.store.loading_holders import write_holders
from renewal.store.loading_visits import Renewal, find_visits, write_visits
from renewal.store.staging import Trace, Written, discard
from renewal.wording.staff import staff_sentence

ACTOR = "staff"


def tables_of(kind: Kind) -> Sequence[Table]:
    """The temporary tables that writing this kind needs."""
    if kind is HOLDERS:
        return loading_holders.TABLES
    return loading_visits.TABLES if kind is VISITS else loading_facts.TABLES


class Writer:
    """Writes one kind; all that one writer writes bears the same time."""

    def __init__(
        self, services: Services, kind: Kind, why: str, *, origin: str = "import", actor: str = ACTOR
    ) -> None:
        self._services, self._kind, self._origin = services, kind, origin
        self._trace = Trace(
            at=services.now(), actor=actor, why=why, rulebook_version=services.rulebook.version
        )

    def __call__(self, connection: Connection) -> tuple[Written, list[Problem]]:
        """Write what is staged; returns what it came to, and what is against the rows that were left out."""
        if self._kind is HOLDERS:
            return write_holders(connection, self._trace), []
        if self._kind is VISITS:
            return self._visits(connection)
        if self._kind.source is None:
            raise ValueError(f"nobody tells {self._kind.name}")
        written = write_facts(connection, self._kind.source)
        return written, [_unknown(line) for line in written.unknown]

    def _visits(self, connection: Connection) -> tuple[Written, list[Problem]]:
        """A visitor can renew only within the renewal window (clauses automatic.step_one_on_the_spot,
        renewal.window_days).
        """
        renewals, unknown = find_visits(connection)
        problems = [_outside(found) for found in renewals if not self._in_window(found)]
        discard(connection, loading_visits.FOUND, [problem.line for problem in problems])
        written = write_visits(
            connection, self._trace, origin=self._origin, stronger=stronger_than(loading_visits.SOURCE)
        )
        return written, problems + [_unknown(line) for line in unknown]

    def _in_window(self, found: Renewal) -> bool:
        return found.visited_on in renewal_window(found.period_on, self._services.rulebook)


def _unknown(line: int) -> Problem:
    told = staff_sentence("import.unknown_permit")
    return Problem(line=line, columns=("permit_no",), reasons=(told,))


def _outside(found: Renewal) -> Problem:
    told = staff_sentence("import.renewed_outside_window", visited=found.visited_on, expires=found.period_on)
    return Problem(line=found.line, columns=("renewed",), reasons=(told,))
