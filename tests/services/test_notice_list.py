"""The list of notices: a page of it is read by an index, however many there are."""

from sqlalchemy import event, text

from renewal.services.app import Services
from renewal.services.renewals.notice_list import list_notices
from tests.conftest import TODAY
from tests.onfile import put_holder

INDEX = "ix_notices_created_at"
MANY = 3_000
FIRST_ID = 1_000_000  # beyond the one that is put on file, whatever its number
_HOLDERS = """
INSERT INTO holders (id, name, phone, phone_hash, phone_ok, category, district, origin, created_at)
SELECT {first} + n, one.name, one.phone, 'h' || CAST(n AS VARCHAR), true, one.category, 'x', 'import', one.created_at
FROM numbers, holders AS one WHERE one.id < {first}"""
_PERMITS = """
INSERT INTO permits (id, number, holder_id, expires_on)
SELECT {first} + n, 'p' || CAST(n AS VARCHAR), {first} + n, :day FROM numbers"""
_NOTICES = """
INSERT INTO notices (id, permit_id, holder_id, period_on, kind, reasons, created_at)
SELECT 'n' || CAST(n AS VARCHAR), {first} + n, {first} + n, :day, 'renewed', '', '2026-10-01 00:00:00' FROM numbers"""
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many) "


def test_the_newest_page_is_read_by_the_index_and_sorts_nothing(services: Services) -> None:
    put_holder(services)  # whose encrypted name is everybody's
    is_sqlite = services.store.engine.dialect.name == "sqlite"
    with services.store.session() as session:
        for rows in (_HOLDERS, _PERMITS, _NOTICES):
            head, _, rest = rows.partition("SELECT")
            named = {"day": TODAY.isoformat(), "many": MANY}
            query = f"{head}{_NUMBERS}SELECT{rest}".replace("{first}", str(FIRST_ID))
            session.execute(
                text(query), {name: value for name, value in named.items() if f":{name}" in query}
            )
        session.execute(text("ANALYZE"))
    asked: list[tuple[str, object]] = []

    @event.listens_for(services.store.engine, "before_cursor_execute")
    def keep(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if "ORDER BY notices.created_at" in statement:
            asked.append((statement, parameters))

    listed, count = list_notices(services, limit=50, page=2)
    event.remove(services.store.engine, "before_cursor_execute", keep)
    assert (len(listed), count) == (50, MANY)
    statement, parameters = asked[0]
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    with services.store.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(explain + statement, parameters).all())
    assert INDEX in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
