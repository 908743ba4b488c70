"""Brings what the bureaus say up to a feed's rows: the newer day wins, and on one day the stronger source."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, bindparam, text

from renewal.domain import Field
from renewal.store.staging import Written, days, strings, temporary

STAGED = temporary("staged_facts", *strings("number"), *days("as_of_on"), *strings("first", "second"))
# What is staged beside what is known, one row a value; `state` is one of those below.
FOUND = temporary(
    "found_facts",
    Column("permit_id", Integer),
    *strings("field", "value"),
    *days("as_of_on"),
    Column("state", Integer),
    many=True,
)
TABLES = (STAGED, FOUND)
SAME, SUPERSEDED, CHANGED, ADDED = range(4)  # a row of two values is what the better of them is


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who says it: the fields of the staged columns, and the sources that are believed rather on the same day."""

    name: str
    fields: tuple[Field, ...]
    stronger: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.fields) <= 2:
            raise ValueError("a feed tells of one or two fields")


def write_facts(connection: Connection, source: Source) -> Written:
    """Add the staged facts that are new, replace those that are older or of a weaker source of the same day.

    A permit must not be staged twice; rows of one that nobody knows are left out and told.
    """
    connection.execute(_FORGET)
    first, *rest = (field.value for field in source.fields)
    asked = {
        "first": first,
        "second": rest[0] if rest else "",
        "source": source.name,
        "stronger": source.stronger,
    }
    connection.execute(_FIND, asked)
    counts: dict[int, int] = dict(iter(connection.execute(_COUNT)))
    put_facts(connection, source.name)
    staged = connection.scalar(_COUNT_STAGED) or 0
    return Written(
        added=counts.get(ADDED, 0),
        changed=counts.get(CHANGED, 0),
        unchanged=counts.get(SAME, 0),
        superseded=counts.get(SUPERSEDED, 0),
        unknown=tuple(connection.scalars(_UNKNOWN)) if staged > sum(counts.values()) else (),
    )


def put_facts(connection: Connection, source: str) -> None:
    """Write what was found to be added or changed."""
    connection.execute(_ADD, {"source": source})
    connection.execute(_CHANGE, {"source": source})


_FORGET = text("DELETE FROM found_facts")
_FIND = text("""
    INSERT INTO found_facts (line, permit_id, field, value, as_of_on, state)
    SELECT g.line, g.permit_id, g.field, g.value, g.as_of_on, CASE
        WHEN b.permit_id IS NULL THEN 3
        WHEN g.as_of_on > b.as_of_on THEN 2
        WHEN g.as_of_on < b.as_of_on THEN 1
        WHEN b.source = :source AND b.value = g.value THEN 0
        WHEN b.source IN :stronger THEN 1
        ELSE 2
    END
    FROM (
        SELECT s.line, p.id AS permit_id, s.as_of_on, f.field,
            CASE f.place WHEN 1 THEN s.first ELSE s.second END AS value
        FROM staged_facts s JOIN permits p ON p.number = s.number CROSS JOIN (
            SELECT 1 AS place, CAST(:first AS VARCHAR) AS field
            UNION ALL SELECT 2, CAST(:second AS VARCHAR)
        ) f
    ) g LEFT JOIN bureau_facts b ON b.permit_id = g.permit_id AND b.field = g.field
    WHERE g.value <> ''
""").bindparams(bindparam("stronger", type_=String, expanding=True))
_COUNT = text("""
    SELECT state, count(*) FROM (SELECT max(state) AS state FROM found_facts GROUP BY line) lines GROUP BY state
""")
_COUNT_STAGED = text("SELECT count(*) FROM staged_facts")
_UNKNOWN = text("""
    SELECT s.line FROM staged_facts s LEFT JOIN permits p ON p.number = s.number WHERE p.id IS NULL ORDER BY s.line
""")
_ADD = text("""
    INSERT INTO bureau_facts (permit_id, field, value, as_of_on, source)
    SELECT permit_id, field, value, as_of_on, :source FROM found_facts WHERE state = 3
""")
_CHANGE = text("""
    UPDATE bureau_facts SET value = f.value, as_of_on = f.as_of_on, source = :source
    FROM found_facts f
    WHERE f.state = 2 AND bureau_facts.permit_id = f.permit_id AND bureau_facts.field = f.field
""")
