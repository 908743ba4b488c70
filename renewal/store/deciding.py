"""The decisions on many permits at once, in the database: compared, written down, renewed and told in a few statements.

The rules are those of `renewal.domain.compare`, which the tests hold these statements to. What a day of expiry
means is worked out by the domain beforehand: the database adds up no days.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import CursorResult, Date, TextClause, bindparam, text
from sqlalchemy.orm import Session

from renewal.domain import VISIT, Category, Field
from renewal.store.types import UtcTime

LAST_ID = 2**62  # greater than any id

_MAKE = """
CREATE TEMPORARY TABLE IF NOT EXISTS decided (
    permit_id INTEGER PRIMARY KEY, holder_id INTEGER NOT NULL, period_on DATE NOT NULL, until_on DATE NOT NULL,
    category VARCHAR NOT NULL, district VARCHAR NOT NULL, outcome VARCHAR NOT NULL, reasons VARCHAR NOT NULL,
    missing VARCHAR NOT NULL, stale VARCHAR NOT NULL, clause VARCHAR NOT NULL, differs INTEGER NOT NULL,
    notice VARCHAR NOT NULL
)"""
# Nothing vacuums a temporary table of PostgreSQL: what was deleted would be read again by every later batch.
_EMPTY = {"sqlite": "DELETE FROM decided", "postgresql": "TRUNCATE decided"}
# The walk goes by id, so that each page of a table is written once a night: CROSS JOIN and CASE keep the databases
# to that order, where an index by day would have them sort all that is due for each batch.
_DUE = """
    SELECT p.id, p.holder_id, e.period_on, e.until_on, e.fresh_since_on, e.last_call
    FROM permits p CROSS JOIN periods e
    WHERE p.id > :after AND p.id <= :last AND CASE WHEN p.expires_on BETWEEN {first} AND {latest} THEN 1 END = 1
        AND e.period_on = p.expires_on AND NOT EXISTS (
        SELECT 1 FROM applications a WHERE a.permit_id = p.id AND a.period_on = p.expires_on
            AND (a.state IN ('in_review', 'passed', 'refused')
                OR a.state = 'returned' AND (a.address_changed OR a.id_changes <> '')))
    ORDER BY p.id LIMIT :most"""
# One field's state, as `renewal.domain.field_state` has it; looked up only for categories that compare the field.
_STATE = """
        CASE WHEN h.category NOT IN ({owners}) THEN '' WHEN COALESCE(r.{field}, '') = '' THEN 'missing'
            ELSE COALESCE((
                SELECT CASE WHEN f.value = '' THEN 'missing' WHEN f.as_of_on < due.fresh_since_on THEN 'stale'
                    WHEN f.value = r.{field} THEN 'same' WHEN f.source = '{visit}' THEN 'visited'
                    ELSE 'differs' END
                FROM bureau_facts f WHERE f.permit_id = due.id AND f.field = '{field}'
            ), 'missing') END AS {field}"""
# MATERIALIZED: SQLite would work out a column anew wherever it is named further down.
_COMPARE = """
WITH periods (period_on, until_on, fresh_since_on, last_call) AS (VALUES {periods}),
due AS ({due}),
states AS MATERIALIZED (
    SELECT due.*, h.category, h.district, {states},
        CASE WHEN EXISTS (
            SELECT 1 FROM visits v WHERE v.permit_id = due.id AND v.period_on = due.period_on AND v.renewed
        ) THEN 1 ELSE 0 END AS renewed_by_visitor
    FROM due CROSS JOIN holders h LEFT JOIN records r ON r.permit_id = due.id
    WHERE h.id = due.holder_id
),
spotted AS MATERIALIZED (
    SELECT states.*, CASE WHEN renewed_by_visitor = 1 AND address NOT IN ('differs', 'visited') THEN 1 ELSE 0
        END AS on_the_spot
    FROM states
),
found AS MATERIALIZED (
    SELECT id, holder_id, period_on, until_on, last_call, category, district, on_the_spot,
        address = 'visited' AS by_visit,
        CASE WHEN on_the_spot = 1 THEN '' ELSE {reasons} END AS reasons,
        CASE WHEN on_the_spot = 1 THEN '' ELSE {missing} END AS missing,
        CASE WHEN on_the_spot = 1 THEN '' ELSE {stale} END AS stale
    FROM spotted
),
told AS MATERIALIZED (
    SELECT id, holder_id, period_on, until_on, category, district, reasons, missing, stale,
        CASE WHEN reasons <> '' THEN 'failed' WHEN missing <> '' OR stale <> '' THEN 'waiting'
            ELSE 'renewed' END AS outcome,
        CASE WHEN on_the_spot = 1 THEN 'automatic.step_one_on_the_spot'
            WHEN reasons <> '' AND by_visit THEN 'automatic.step_one' WHEN reasons <> '' THEN 'automatic.failed'
            WHEN missing <> '' OR stale <> '' THEN 'automatic.step_two' ELSE 'automatic.renewed' END AS clause,
        CASE WHEN reasons <> '' THEN 'failure' WHEN missing = '' AND stale = '' THEN 'renewed'
            WHEN last_call = 1 THEN 'no_result' ELSE '' END AS kind
    FROM found
)
SELECT id AS permit_id, holder_id, period_on, until_on, category, district, outcome, reasons, missing, stale, clause,
    CASE WHEN outcome || '|' || reasons || '|' || missing || '|' || stale = COALESCE((
        SELECT l.outcome || '|' || l.reasons || '|' || l.missing || '|' || l.stale FROM comparisons l
        WHERE l.permit_id = told.id AND l.period_on = told.period_on ORDER BY l.id DESC LIMIT 1
    ), '') THEN 0 ELSE 1 END AS differs,
    CASE WHEN kind = '' OR EXISTS (
        SELECT 1 FROM notices n WHERE n.permit_id = told.id AND n.period_on = told.period_on AND n.kind = told.kind
    ) THEN '' ELSE kind END AS notice
FROM told"""
_LISTS = {"reasons": ("differs", "visited"), "missing": ("missing",), "stale": ("stale",)}
# A batch is small against its tables; left alone, PostgreSQL reads whole ones, and compiles what runs for a moment.
_PLANNER = (
    "SELECT set_config(name, value, true) FROM (VALUES ('jit', 'off'), ('enable_seqscan', 'off'),"
    " ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), ('enable_memoize', 'off'),"
    " ('max_parallel_workers_per_gather', '0')) settings (name, value)"
)
_RENEW = """
UPDATE permits SET expires_on = decided.until_on, endorsed_on = :today_on
FROM decided
WHERE decided.permit_id = permits.id AND decided.outcome = 'renewed' AND permits.expires_on = decided.period_on"""
_WRITE = (
    """
INSERT INTO comparisons (permit_id, period_on, compared_on, night_id, actor, at, outcome, reasons, missing, stale,
    clause, rulebook_version)
SELECT permit_id, period_on, :today_on, :night_id, :actor, :now_at, outcome, reasons, missing, stale, clause,
    :rulebook_version
FROM decided WHERE differs = 1 ORDER BY permit_id""",
    """
INSERT INTO changes (permit_id, at, actor, action, was, now, why, rulebook_version)
SELECT permit_id, :now_at, :actor, 'renewed', CAST(period_on AS VARCHAR), CAST(until_on AS VARCHAR), clause,
    :rulebook_version
FROM decided WHERE outcome = 'renewed' ORDER BY permit_id""",
)
_TELL = """
INSERT INTO notices (id, permit_id, batch_id, holder_id, period_on, kind, reasons, created_at)
SELECT :batch_name || CAST(permit_id AS VARCHAR), permit_id, :batch_id, holder_id, period_on, notice, reasons, :now_at
FROM decided WHERE notice <> '' ORDER BY permit_id"""
_COUNT = """
INSERT INTO night_counts (night_id, outcome, category, district, reasons, missing, stale, notice, permits)
SELECT :night_id, outcome, category, district, reasons, missing, stale, notice, COUNT(*)
FROM decided WHERE true GROUP BY outcome, category, district, reasons, missing, stale, notice
ON CONFLICT (night_id, outcome, category, district, reasons, missing, stale, notice)
DO UPDATE SET permits = night_counts.permits + excluded.permits"""
_SUM = """
SELECT outcome, category, district, reasons, missing, stale, notice, COUNT(*) AS permits, MAX(permit_id) AS last_id
FROM ({select}) found GROUP BY outcome, category, district, reasons, missing, stale, notice"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a day of expiry means for a decision: until when it is renewed, since when facts count for it.

    `last_call` says that what still waits is told so now.
    """

    ends_on: date
    until_on: date
    fresh_since_on: date
    last_call: bool

    def __post_init__(self) -> None:
        if not self.fresh_since_on <= self.ends_on < self.until_on:
            raise ValueError("a period has its window before its end, and its renewal after it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What permits are decided by. Only those are due whose day of expiry is one of `periods`, oldest first.

    `compared` is the rulebook's list of fields by category. `night_id` is empty for decisions that staff ask for.
    """

    periods: tuple[Period, ...]
    compared: tuple[tuple[Category, tuple[Field, ...]], ...]
    today_on: date
    rulebook_version: str
    actor: str
    night_id: int | None = None

    def __post_init__(self) -> None:
        if not self.periods or not self.compared:
            raise ValueError("terms name at least one period, and what is compared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a batch holds: permits, the last of their ids (0 for none), how many are renewed and have to be told."""

    permits: int
    last_id: int
    renewed: int
    notices: int


def decide_next(session: Session, terms: Terms, *, after: int, most: int, last: int = LAST_ID) -> Decided:
    """Compare up to `most` due permits with ids in (after, last], in their order, into this connection's `decided`.

    Left out is whose renewal of this period is with the window: accepted, refused, or with a change declared.
    """
    _prepare(session)
    session.execute(text(_MAKE))
    session.execute(text(_EMPTY[session.get_bind().dialect.name]))
    session.execute(
        text(f"INSERT INTO decided {_select(session, terms)}"), {"after": after, "most": most, "last": last}
    )
    row = session.execute(
        text(
            "SELECT COUNT(*) AS permits, COALESCE(MAX(permit_id), 0) AS last_id,"
            " COUNT(CASE WHEN outcome = 'renewed' THEN 1 END) AS renewed, COUNT(NULLIF(notice, '')) AS notices"
            " FROM decided"
        )
    ).one()
    return Decided(**row._mapping)  # noqa: SLF001 the row's public view has this name


def write_decided(session: Session, terms: Terms, *, batch_id: int | None, now_at: datetime) -> int:
    """Write what follows from `decided`: decisions that differ from the last, renewals, notices, counts.

    `batch_id` is the notices' batch, empty where nobody has to be told. Returns how many permits were renewed:
    fewer than were decided if one was renewed elsewhere since.
    """
    values = {
        "today_on": terms.today_on,
        "rulebook_version": terms.rulebook_version,
        "actor": terms.actor,
        "night_id": terms.night_id,
        "now_at": now_at,
        "batch_id": batch_id,
        "batch_name": f"{batch_id or 0:010d}-",  # in order, so that the index of ids grows at its end
    }
    renewed: CursorResult[Any] = session.execute(_typed(_RENEW), values)  # type: ignore[assignment]
    for statement in (*_WRITE, *((_TELL,) if batch_id is not None else ())):
        session.execute(_typed(statement), values)
    if terms.night_id is not None:
        session.execute(_typed(_COUNT), values)
    return renewed.rowcount


def count_next(session: Session, terms: Terms, *, after: int, most: int) -> list[dict[str, Any]]:
    """What `decide_next` would come to, counted and not kept: rows named as `night_counts` has them, and `last_id`."""
    _prepare(session)
    rows = session.execute(
        text(_SUM.format(select=_select(session, terms))), {"after": after, "most": most, "last": LAST_ID}
    )
    return [dict(row) for row in rows.mappings()]


def _prepare(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(_PLANNER))


def _select(session: Session, terms: Terms) -> str:
    return _compare_sql(session.get_bind().dialect.name, terms.periods, terms.compared)


@lru_cache(maxsize=8)
def _compare_sql(
    dialect: str, periods: tuple[Period, ...], compared: tuple[tuple[Category, tuple[Field, ...]], ...]
) -> str:
    def day(on: date) -> str:
        return f"DATE '{on.isoformat()}'" if dialect == "postgresql" else f"'{on.isoformat()}'"

    rows = (
        f"({day(p.ends_on)}, {day(p.until_on)}, {day(p.fresh_since_on)}, {int(p.last_call)})" for p in periods
    )
    owners = {field: [f"'{category}'" for category, own in compared if field in own] for field in Field}
    return _COMPARE.format(
        periods=", ".join(rows),
        due=_DUE.format(first=day(periods[0].ends_on), latest=day(periods[-1].ends_on)),
        states=",".join(
            _STATE.format(owners=", ".join(owners[field]) or "''", visit=VISIT, field=field.value)
            for field in Field
        ),
        **{name: _listed(states) for name, states in _LISTS.items()},
    )


def _listed(states: Sequence[str]) -> str:
    """SQL: the fields that are in one of these states, joined by commas in the order of Field."""
    wanted = ", ".join(f"'{state}'" for state in states)
    words = " || ".join(
        f"CASE WHEN {field.value} IN ({wanted}) THEN '{field.value},' ELSE '' END" for field in Field
    )
    return f"RTRIM({words}, ',')"


@cache
def _typed(statement: str) -> TextClause:
    """The statement with days and instants bound as our columns hold them; a name's ending tells its type."""
    names = set(re.findall(r":(\w+_(?:on|at))\b", statement))
    types = {name: Date() if name.endswith("_on") else UtcTime() for name in names}
    return text(statement).bindparams(*(bindparam(name, type_=kind) for name, kind in types.items()))
