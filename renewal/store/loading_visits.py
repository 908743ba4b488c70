"""Brings visits, and what they say of the address, up to staged rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, bindparam, text

from renewal.store import loading_facts
from renewal.store.staging import Trace, Written, days, strings, temporary
from renewal.store.types import UtcTime

SOURCE = "visit"
STAGED = temporary(
    "staged_visits", *strings("number"), *days("visited_on"), *strings("way", "finding", "renewed", "visitor")
)
# What is staged beside the visits that are known; `state` is 0 for the same, 1 for a correction, 2 for a new one.
FOUND = temporary(
    "found_visits",
    Column("permit_id", Integer),
    *days("period_on", "visited_on"),
    *strings("way", "finding"),
    Column("renewed", Boolean),
    *strings("visitor"),
    Column("state", Integer),
)
TABLES = (STAGED, FOUND, loading_facts.FOUND)
SAME, CORRECTED, NEW = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A staged visit that renewed on the spot, and the day until which the permit runs."""

    line: int
    permit_id: int
    visited_on: date
    period_on: date


def find_visits(connection: Connection) -> tuple[Sequence[Renewal], tuple[int, ...]]:
    """Look up the staged visits; returns the new or corrected ones that renewed, and the lines of unknown permits.

    A permit must not be staged twice. What must not be written is then discarded from FOUND.
    """
    connection.execute(_FORGET)
    found = connection.execute(_FIND).rowcount
    renewals = [Renewal(**row) for row in connection.execute(_RENEWALS).mappings()]
    staged = connection.scalar(_COUNT_STAGED) or 0
    return renewals, tuple(connection.scalars(_UNKNOWN)) if staged > found else ()


def write_visits(connection: Connection, trace: Trace, *, origin: str, stronger: Sequence[str]) -> Written:
    """Write what was found: the visits, and the address as the newest of them found it.

    A visit to the door counts for more than a call of the same day. Where the address was confirmed, the fact
    is what is on file now; where nothing is, there is none. A correction of what a visit found or did leaves a
    row in the permit's history.
    """
    counts: dict[int, int] = dict(iter(connection.execute(_COUNT)))
    signed = {"at": trace.at, "origin": origin}
    connection.execute(_ADD, signed)
    if counts.get(CORRECTED):
        told = {"actor": trace.actor, "why": trace.why, "version": trace.rulebook_version}
        connection.execute(_TELL_CORRECTIONS, {"at": trace.at, **told})
        connection.execute(_CORRECT, signed)
    connection.execute(_FORGET_FACTS)
    connection.execute(_WITHDRAW_FACTS)
    connection.execute(_FIND_FACTS, {"stronger": stronger})
    loading_facts.put_facts(connection, SOURCE)
    return Written(added=counts.get(NEW, 0), changed=counts.get(CORRECTED, 0), unchanged=counts.get(SAME, 0))


_FORGET = text("DELETE FROM found_visits")
_FORGET_FACTS = text("DELETE FROM found_facts")
_COUNT_STAGED = text("SELECT count(*) FROM staged_visits")
# A visit that is known belongs to the period that it ended, also after the permit has been renewed.
_FIND = text("""
    INSERT INTO found_visits (line, permit_id, period_on, visited_on, way, finding, renewed, visitor, state)
    SELECT line, permit_id, period_on, visited_on, way, finding, renewed, visitor, CASE
        WHEN known_id IS NULL THEN 2
        WHEN known_on = period_on AND known_finding = finding AND known_renewed = renewed
            AND known_visitor = visitor THEN 0
        ELSE 1
    END
    FROM (
        SELECT s.line, p.id AS permit_id, s.visited_on, s.way, s.finding, s.renewed = 'yes' AS renewed, s.visitor,
            v.id AS known_id, v.period_on AS known_on, v.finding AS known_finding, v.renewed AS known_renewed,
            v.visitor AS known_visitor,
            CASE WHEN p.endorsed_on >= v.visited_on THEN v.period_on ELSE p.expires_on END AS period_on
        FROM staged_visits s JOIN permits p ON p.number = s.number
        LEFT JOIN visits v ON v.permit_id = p.id AND v.visited_on = s.visited_on AND v.way = s.way
    ) given
""")
_RENEWALS = text("""
    SELECT line, permit_id, visited_on, period_on FROM found_visits WHERE renewed AND state > 0 ORDER BY line
""").columns(line=Integer, permit_id=Integer, visited_on=Date, period_on=Date)
_UNKNOWN = text("""
    SELECT s.line FROM staged_visits s LEFT JOIN permits p ON p.number = s.number WHERE p.id IS NULL ORDER BY s.line
""")
_COUNT = text("SELECT state, count(*) FROM found_visits GROUP BY state")
_ADD = text("""
    INSERT INTO visits (permit_id, period_on, visited_on, way, finding, renewed, visitor, origin, recorded_at)
    SELECT permit_id, period_on, visited_on, way, finding, renewed, visitor, :origin, :at
    FROM found_visits WHERE state = 2 ORDER BY line
""").bindparams(bindparam("at", type_=UtcTime()))
# Before the visits themselves: what they were is read from them.
_TELL_CORRECTIONS = text("""
    INSERT INTO changes (permit_id, at, actor, action, was, now, why, rulebook_version)
    SELECT f.permit_id, :at, :actor, 'visit.corrected',
        v.finding || CASE WHEN v.renewed THEN ',renewed' ELSE '' END,
        f.finding || CASE WHEN f.renewed THEN ',renewed' ELSE '' END,
        :why, :version
    FROM found_visits f
    JOIN visits v ON v.permit_id = f.permit_id AND v.visited_on = f.visited_on AND v.way = f.way
    WHERE f.state = 1 AND (v.finding <> f.finding OR v.renewed <> f.renewed) ORDER BY f.line
""").bindparams(bindparam("at", type_=UtcTime()))
_CORRECT = text("""
    UPDATE visits SET period_on = f.period_on, finding = f.finding, renewed = f.renewed, visitor = f.visitor,
        origin = :origin, recorded_at = :at
    FROM found_visits f WHERE f.state = 1
        AND visits.permit_id = f.permit_id AND visits.visited_on = f.visited_on AND visits.way = f.way
""").bindparams(bindparam("at", type_=UtcTime()))
# A visit that turns out to have met nobody takes back what it said, unless another one of the day says it too.
_WITHDRAW_FACTS = text("""
    DELETE FROM bureau_facts WHERE field = 'address' AND source = 'visit' AND EXISTS (
        SELECT 1 FROM found_visits f
        WHERE f.permit_id = bureau_facts.permit_id AND f.visited_on = bureau_facts.as_of_on
            AND f.state = 1 AND f.finding = 'nobody'
    ) AND NOT EXISTS (
        SELECT 1 FROM visits v
        WHERE v.permit_id = bureau_facts.permit_id AND v.visited_on = bureau_facts.as_of_on AND v.finding <> 'nobody'
    )
""")
_FIND_FACTS = text("""
    INSERT INTO found_facts (line, permit_id, field, value, as_of_on, state)
    SELECT g.line, g.permit_id, 'address', g.value, g.visited_on, CASE
        WHEN b.permit_id IS NULL THEN 3
        WHEN g.visited_on > b.as_of_on THEN 2
        WHEN g.visited_on < b.as_of_on THEN 1
        WHEN b.source IN :stronger THEN 1
        ELSE 2
    END
    FROM (
        SELECT f.line, f.permit_id, f.visited_on,
            CASE WHEN v.finding = 'changed' THEN 'changed' ELSE r.address END AS value
        FROM found_visits f
        JOIN visits v ON v.permit_id = f.permit_id AND v.visited_on = f.visited_on AND v.finding <> 'nobody'
        LEFT JOIN records r ON r.permit_id = f.permit_id
        WHERE f.state > 0 AND NOT EXISTS (
            SELECT 1 FROM visits w
            WHERE w.permit_id = f.permit_id AND w.finding <> 'nobody'
                AND (w.visited_on > v.visited_on
                    OR (w.visited_on = v.visited_on AND w.way = 'door' AND v.way = 'call'))
        )
    ) g LEFT JOIN bureau_facts b ON b.permit_id = g.permit_id AND b.field = 'address'
    WHERE g.value IS NOT NULL
""").bindparams(bindparam("stronger", type_=String, expanding=True))
