"""The bare SQL of a night: what a person would type who needs the rows and nothing else.

One transaction, whole sets, no batches, no place to go on from, no job, no count. It reads the same rows as a
night and writes as many to the same tables; `benchmarks.nightly` checks that the numbers agree.
"""

import time
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, text

WINDOW = 30

_COMPARED = """
    VALUES ('employment', 'address'), ('employment', 'employment'), ('employment', 'phone'),
    ('business', 'address'), ('business', 'employment'), ('business', 'phone'),
    ('dependant', 'address'), ('dependant', 'employment'), ('dependant', 'phone'), ('dependant', 'sponsor'),
    ('dependant', 'marriage'), ('schooling', 'address'), ('schooling', 'employment'), ('schooling', 'phone'),
    ('schooling', 'enrolment')"""
_ON_FILE = """CASE c.field WHEN 'address' THEN r.address WHEN 'employment' THEN r.employment
    WHEN 'phone' THEN r.phone WHEN 'sponsor' THEN r.sponsor WHEN 'marriage' THEN r.marriage
    WHEN 'enrolment' THEN r.enrolment END"""
_OUTCOMES = """
CREATE TEMPORARY TABLE outcomes AS
WITH compared (category, field) AS ({compared})
SELECT p.id, p.holder_id, p.expires_on,
    {joined_differs} AS reasons, {joined_missing} AS missing
FROM permits p
JOIN holders h ON h.id = p.holder_id
JOIN compared c ON c.category = h.category
LEFT JOIN records r ON r.permit_id = p.id
LEFT JOIN bureau_facts f ON f.permit_id = p.id AND f.field = c.field AND f.as_of_on >= {since}
WHERE p.expires_on BETWEEN {day} AND {last}
GROUP BY p.id, p.holder_id, p.expires_on"""
_WRITE = (
    """
INSERT INTO comparisons (permit_id, period_on, compared_on, night_id, actor, at, outcome, reasons, missing, stale,
    clause, rulebook_version)
SELECT id, expires_on, {day}, 1, 'bare', CURRENT_TIMESTAMP,
    CASE WHEN reasons <> '' THEN 'failed' WHEN missing <> '' THEN 'waiting' ELSE 'renewed' END,
    reasons, missing, '', 'automatic.renewed', 'bare'
FROM outcomes""",
    """
INSERT INTO changes (permit_id, at, actor, action, was, now, why, rulebook_version)
SELECT id, CURRENT_TIMESTAMP, 'bare', 'renewed', CAST(expires_on AS VARCHAR), {until_text}, 'automatic.renewed',
    'bare'
FROM outcomes WHERE reasons = '' AND missing = ''""",
    """
UPDATE permits SET expires_on = {until}, endorsed_on = {day}
WHERE id IN (SELECT id FROM outcomes WHERE reasons = '' AND missing = '')""",
    """
INSERT INTO notices (id, permit_id, batch_id, holder_id, period_on, kind, reasons, created_at)
SELECT 'bare-' || CAST(id AS VARCHAR), id, 1, holder_id, expires_on,
    CASE WHEN reasons <> '' THEN 'failure' WHEN missing <> '' THEN 'no_result' ELSE 'renewed' END, reasons,
    CURRENT_TIMESTAMP
FROM outcomes WHERE reasons <> '' OR missing = '' OR expires_on = {day}""",
)


def bare_night(engine: Engine, day: date) -> float:
    """Do it, and return the seconds it took."""
    words = _words(engine.dialect.name, day)
    started = time.perf_counter()
    with engine.begin() as connection:
        for statement in (_OUTCOMES, *_WRITE):
            connection.execute(text(statement.format(**words)))
    return time.perf_counter() - started


def written(connection: Connection) -> dict[str, int]:
    """How many rows a night left in each of its tables, and how many permits it renewed."""
    counts = {
        table: connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()
        for table in ("comparisons", "changes", "notices")
    }
    renewed = "SELECT COUNT(*) FROM permits WHERE endorsed_on IS NOT NULL"
    return counts | {"renewed": connection.execute(text(renewed)).scalar_one()}


def _words(dialect: str, day: date) -> Mapping[str, str]:
    differs = f"CASE WHEN {_ON_FILE} <> f.value THEN c.field END"
    missing = f"CASE WHEN {_ON_FILE} IS NULL OR f.value IS NULL THEN c.field END"
    last = day + timedelta(days=WINDOW)
    if dialect == "postgresql":
        return {
            "compared": _COMPARED,
            "joined_differs": f"COALESCE(STRING_AGG({differs}, ','), '')",
            "joined_missing": f"COALESCE(STRING_AGG({missing}, ','), '')",
            "since": f"p.expires_on - {WINDOW}",
            "day": f"DATE '{day}'",
            "last": f"DATE '{last}'",
            "until": "(expires_on + INTERVAL '1 year')::date",
            "until_text": "CAST((expires_on + INTERVAL '1 year')::date AS VARCHAR)",
        }
    return {
        "compared": _COMPARED,
        "joined_differs": f"COALESCE(GROUP_CONCAT({differs}), '')",
        "joined_missing": f"COALESCE(GROUP_CONCAT({missing}), '')",
        "since": f"date(p.expires_on, '-{WINDOW} days')",
        "day": f"'{day}'",
        "last": f"'{last}'",
        "until": "date(expires_on, '+1 year')",
        "until_text": "date(expires_on, '+1 year')",
    }
