"""Brings holders, permits and what is on file up to a file's rows, by statements over all staged rows."""

from sqlalchemy import Column, Connection, Date, Integer, bindparam, text

from renewal.domain import Field
from renewal.store.staging import Trace, Written, days, temporary, words
from renewal.store.types import UtcTime

STAGED = temporary(
    "staged_holders",
    *words("number", "name", "phone", "phone_hash", "category", "district"),
    *days("expires_on"),
    *words("row_hash", *(f"on_file_{field.value}" for field in Field)),
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
    staged, known, same = connection.execute(_COUNT).one()
    connection.execute(_FORGET_TARGETS)
    if known < staged:
        on_postgresql = connection.dialect.name == "postgresql"
        connection.execute(_IDS_FROM_SEQUENCES if on_postgresql else _IDS_AFTER_THE_LAST)
        connection.execute(_ADD_HOLDERS, {"at": trace.at})
        connection.execute(_ADD_PERMITS)
    if same < known:
        signed = {"at": trace.at, "actor": trace.actor, "why": trace.why, "version": trace.rulebook_version}
        connection.execute(_FIND_CHANGED)
        connection.execute(_TELL_CHANGES, signed)
        for statement in (_CHANGE_HOLDERS, _CHANGE_PERMITS, _DROP_RECORDS):
            connection.execute(statement)
    if same < staged:
        connection.execute(_ADD_RECORDS)
    return Written(added=staged - known, changed=known - same, unchanged=same)


_FORGET_TARGETS = text("DELETE FROM staged_targets")
_COUNT = text("""
    SELECT count(*), count(p.id), coalesce(sum(CASE WHEN p.row_hash = s.row_hash THEN 1 ELSE 0 END), 0)
    FROM staged_holders s LEFT JOIN permits p ON p.number = s.number
""")
_IDS_FROM_SEQUENCES = text("""
    INSERT INTO staged_targets (line, holder_id, permit_id, now_on)
    SELECT s.line, nextval('holders_id_seq'), nextval('permits_id_seq'), s.expires_on
    FROM staged_holders s LEFT JOIN permits p ON p.number = s.number WHERE p.id IS NULL ORDER BY s.line
""")
_IDS_AFTER_THE_LAST = text("""
    INSERT INTO staged_targets (line, holder_id, permit_id, now_on)
    SELECT s.line,
        (SELECT coalesce(max(id), 0) FROM holders) + row_number() OVER (ORDER BY s.line),
        (SELECT coalesce(max(id), 0) FROM permits) + row_number() OVER (ORDER BY s.line),
        s.expires_on
    FROM staged_holders s LEFT JOIN permits p ON p.number = s.number WHERE p.id IS NULL
""")
_ADD_HOLDERS = text("""
    INSERT INTO holders (id, name, phone, phone_hash, phone_ok, category, district, origin, created_at)
    SELECT t.holder_id, s.name, s.phone, s.phone_hash, true, s.category, s.district, 'import', :at
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line ORDER BY t.line
""").bindparams(bindparam("at", type_=UtcTime()))
_ADD_PERMITS = text("""
    INSERT INTO permits (id, number, holder_id, expires_on, row_hash)
    SELECT t.permit_id, s.number, t.holder_id, s.expires_on, s.row_hash
    FROM staged_targets t JOIN staged_holders s ON s.line = t.line ORDER BY t.line
""")
_FIND_CHANGED = text("""
    INSERT INTO staged_targets (line, holder_id, permit_id, was_on, now_on)
    SELECT s.line, p.holder_id, p.id, p.expires_on,
        CASE WHEN p.endorsed_on IS NOT NULL AND s.expires_on < p.expires_on THEN p.expires_on ELSE s.expires_on END
    FROM staged_holders s JOIN permits p ON p.number = s.number
    WHERE coalesce(p.row_hash, '') <> s.row_hash
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
    UPDATE holders SET name = s.name, category = s.category, district = s.district,
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
