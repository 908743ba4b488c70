"""Brings holders, permits and what is on file up to a file's rows, by statements over all staged rows."""

from functools import cache

from sqlalchemy import Column, Connection, Date, Integer, TextClause, bindparam, text

from renewal.domain import Field
from renewal.store.staging import Trace, Written, days, strings, temporary
from renewal.store.types import UtcTime

STAGED = temporary(
    "staged_holders",
    *strings("number", "name", "name_hash", "phone", "phone_hash", "category", "district"),
    *days("expires_on"),
    *strings("row_hash", *(f"on_file_{field.value}" for field in Field)),
)
# The staged rows that are to be written: `was_on` is empty for a permit that is new.
TARGETS = temporary(
    "staged_targets",
    Column("holder_id", Integer),
    Column("permit_id", Integer),
    Column("was_on", Date),
    *days("now_on"),
)
TABLES = (STAGED, TARGETS)


def write_holders(connection: Connection, trace: Trace) -> Written:
    """Add the staged holders that are new, bring up to the file those whose row is another than the last one.

    A permit must not be staged twice. The same row again changes nothing, whatever happened to the permit
    since; a renewal that was made here is not undone by a file that was written before it.
    """
    connection.execute(_FORGET_TARGETS)
    connection.execute(_find_targets(connection.dialect.name))
    staged, targets, changed = connection.execute(_COUNT).one()
    if changed:
        signed = {"at": trace.at, "actor": trace.actor, "why": trace.why, "version": trace.rulebook_version}
        connection.execute(_TELL_CHANGES, signed)
        for statement in (_CHANGE_HOLDERS, _CHANGE_PERMITS, _DROP_RECORDS):
            connection.execute(statement)
    if changed < targets:
        connection.execute(_ADD_HOLDERS, {"at": trace.at})
        connection.execute(_ADD_PERMITS)
    if targets:
        connection.execute(_ADD_RECORDS)
    return Written(added=targets - changed, changed=changed, unchanged=staged - targets)


_FORGET_TARGETS = text("DELETE FROM staged_targets")
_FIND_TARGETS = """
    INSERT INTO staged_targets (line, holder_id, permit_id, was_on, now_on)
    SELECT s.line,
        CASE WHEN p.id IS NULL THEN {new_holder} ELSE p.holder_id END,
        CASE WHEN p.id IS NULL THEN {new_permit} ELSE p.id END,
        p.expires_on,
        CASE WHEN p.endorsed_on IS NOT NULL AND s.expires_on < p.expires_on THEN p.expires_on ELSE s.expires_on END
    FROM staged_holders s LEFT JOIN permits p ON p.number = s.number
    WHERE coalesce(p.row_hash, '') <> s.row_hash ORDER BY s.line
"""
_FROM_SEQUENCE = "nextval('{table}_id_seq')"
_AFTER_THE_LAST = """
            (SELECT coalesce(max(id), 0) FROM {table})
            + count(CASE WHEN p.id IS NULL THEN 1 END) OVER (ORDER BY s.line ROWS UNBOUNDED PRECEDING)"""
_COUNT = text("""
    SELECT (SELECT count(*) FROM staged_holders), count(*), count(was_on) FROM staged_targets
""")
_ADD_HOLDERS = text("""
    INSERT INTO holders (id, name, name_hash, phone, phone_hash, phone_ok, category, district, origin, created_at)
    SELECT t.holder_id, s.name, s.name_hash, s.phone, s.phone_hash, true, s.category, s.district, 'import', :at
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line WHERE t.was_on IS NULL ORDER BY t.line
""").bindparams(bindparam("at", type_=UtcTime()))
_ADD_PERMITS = text("""
    INSERT INTO permits (id, number, holder_id, expires_on, row_hash)
    SELECT t.permit_id, s.number, t.holder_id, s.expires_on, s.row_hash
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line WHERE t.was_on IS NULL ORDER BY t.line
""")
_TELL_CHANGES = text("""
    INSERT INTO changes (permit_id, at, actor, action, was, now, why, rulebook_version)
    SELECT permit_id, :at, :actor, 'import.changed',
        CASE WHEN was_on <> now_on THEN CAST(was_on AS VARCHAR) ELSE '' END,
        CASE WHEN was_on <> now_on THEN CAST(now_on AS VARCHAR) ELSE '' END,
        :why, :version
    FROM staged_targets WHERE was_on IS NOT NULL ORDER BY line
""").bindparams(bindparam("at", type_=UtcTime()))
# What a provider said of a phone was about the old number.
_CHANGE_HOLDERS = text("""
    UPDATE holders SET name = s.name, name_hash = s.name_hash, category = s.category, district = s.district,
        phone = CASE WHEN holders.phone_hash = s.phone_hash THEN holders.phone ELSE s.phone END,
        phone_ok = CASE WHEN holders.phone_hash = s.phone_hash THEN holders.phone_ok ELSE true END,
        phone_hash = s.phone_hash
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line
    WHERE t.was_on IS NOT NULL AND holders.id = t.holder_id
""")
_CHANGE_PERMITS = text("""
    UPDATE permits SET expires_on = t.now_on, row_hash = s.row_hash
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line
    WHERE t.was_on IS NOT NULL AND permits.id = t.permit_id
""")
_DROP_RECORDS = text("""
    DELETE FROM records WHERE permit_id IN (SELECT permit_id FROM staged_targets WHERE was_on IS NOT NULL)
""")
_ADD_RECORDS = text("""
    INSERT INTO records (permit_id, address, employment, phone, sponsor, marriage, enrolment)
    SELECT t.permit_id, nullif(s.on_file_address, ''), nullif(s.on_file_employment, ''), nullif(s.on_file_phone, ''),
        nullif(s.on_file_sponsor, ''), nullif(s.on_file_marriage, ''), nullif(s.on_file_enrolment, '')
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line ORDER BY t.line
""")


@cache
def _find_targets(dialect: str) -> TextClause:
    """The staged rows that are not the same as the last of their permit; new permits and holders get their ids."""
    new_id = _FROM_SEQUENCE if dialect == "postgresql" else _AFTER_THE_LAST
    return text(
        _FIND_TARGETS.format(
            new_holder=new_id.format(table="holders"), new_permit=new_id.format(table="permits")
        )
    )
