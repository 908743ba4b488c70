"""The migrations: one head, agreeing with the models, and leaving other people's tables alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from renewal.domain import Field
from renewal.settings import Settings
from renewal.store import Store
from renewal.store.migrate import VERSION_TABLE, alembic_config
from renewal.store.models import Base

_OLD_HOLDER = """
INSERT INTO holders (id, name, phone, phone_hash, phone_ok, category, district, origin, created_at)
VALUES (:id, 'x', 'x', 'x', true, 'dependant', 'x', 'import', '2026-10-01 00:00:00')"""
_OLD_PERMIT = """
INSERT INTO permits (id, number, holder_id, expires_on) VALUES (:id, CAST(:id AS VARCHAR), :id, '2026-12-05')"""
_OLD_TALK = """
INSERT INTO conversations (id, channel, staffed, created_at, last_at)
VALUES ('t', 'web', false, '2026-10-01 00:00:00', '2026-10-01 00:00:00')"""
_OLD_CALLBACK = """
INSERT INTO {table} (id, conversation_id, name, phone, about, housing, created_at, call_by_on, state)
VALUES (7, 't', 'x', 'y', 'z', 'rented', '2026-10-01 00:00:00', '2026-10-09', 'cancelled')"""
_OLD_APPLICATION = """
INSERT INTO {table} (id, permit_id, period_on, category, receipt_no, state, address_changed, housing, id_changes,
    papers, papers_missing, opened_on, holidays_known, written_reason, on_the_spot, created_at, updated_at)
VALUES (7, 1, '2026-12-05', 'dependant', 'R-7', 'refused', true, 'rented', '',
    'x,y', '', '2026-11-20', true, 'z', false, '2026-11-20 00:00:00', '2026-11-21 00:00:00')"""
_OLD_CHANGE = """
INSERT INTO changes (permit_id, at, actor, action, case_id, was, now, why, rulebook_version)
VALUES (1, '2026-11-20 00:00:00', 'x', :action, :case_id, 'case.x', 'refused', 'z', 'v')"""
_OLD_AUDIT = """
INSERT INTO audit (at, actor, action, subject, detail)
VALUES ('2026-11-20 00:00:00', 'x', :action, :subject, '{}')"""
_OLD_RECORD = "INSERT INTO records (permit_id, field, value) VALUES (:permit_id, :field, :value)"
_OLD_NOTICE = """
INSERT INTO notices (id, permit_id, holder_id, period_on, kind, reasons, created_at)
VALUES (:id, 1, 1, '2026-12-05', :id, '', '2026-11-20 00:00:00')"""
_OLD_DELIVERY = """
INSERT INTO deliveries (id, notice_id, part, phone, phone_hash, body, segments, state, provider, attempts, error_code,
    not_before_at, created_at, updated_at)
VALUES (:id, :notice_id, 1, 'x', 'x', 'x', 1, 'pending', 'twilio', 0, :code,
    :not_before_at, '2026-11-20 00:00:00', '2026-11-21 00:00:00')"""
_OLD_HOLD = """
INSERT INTO suppressions (phone_hash, reason, at, lifted_at)
VALUES (:name, 'blocked', '2026-11-20 00:00:00', :lifted_at)"""


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_models_and_migrations_agree(store: Store) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name != VERSION_TABLE

    with store.engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(store: Store) -> None:
    before = sorted(inspect(store.engine).get_table_names())
    store.migrate()
    assert sorted(inspect(store.engine).get_table_names()) == before


def test_every_migration_can_be_undone(store: Store) -> None:
    config = alembic_config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(store.engine).get_table_names() == [VERSION_TABLE]
    store.migrate()
    assert "holders" in inspect(store.engine).get_table_names()


def test_what_is_on_file_becomes_one_row_a_permit_and_back(store: Store) -> None:
    hashed = "a" * 64
    old = [(1, "address", hashed), (1, "employment", "none"), (2, "sponsor", "alive")]
    config = alembic_config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        for number in (1, 2):
            connection.execute(text(_OLD_HOLDER), {"id": number})
            connection.execute(text(_OLD_PERMIT), {"id": number})
        for permit_id, field, value in old:
            row = {"permit_id": permit_id, "field": field, "value": value}
            connection.execute(text(_OLD_RECORD), row)
        command.upgrade(config, "head")
        found = connection.execute(
            text(f"SELECT {', '.join(['permit_id', *Field])} FROM records ORDER BY permit_id")
        )
        none = (None,) * 3
        assert found.all() == [(1, hashed[:32], "none", None, *none), (2, *none, "alive", None, None)]
        command.downgrade(config, "0004")
        found = connection.execute(
            text("SELECT permit_id, field, value FROM records ORDER BY permit_id, field")
        )
        assert found.all() == [(number, field, value[:32]) for number, field, value in old]


def test_callbacks_keep_their_rows_under_either_name(store: Store) -> None:
    config = alembic_config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.execute(text(_OLD_TALK))
        connection.execute(text(_OLD_CALLBACK.format(table="leads")))
        before = connection.execute(text("SELECT * FROM leads")).all()
        command.upgrade(config, "0006")
        assert connection.execute(text("SELECT * FROM callbacks")).all() == before
        command.upgrade(config, "head")
        command.downgrade(config, "0005")
        assert connection.execute(text("SELECT * FROM leads")).all() == before
        command.upgrade(config, "head")
        insert = _OLD_CALLBACK.format(table="callbacks").replace("(id, ", "(").replace("(7, ", "(")
        connection.execute(text(insert))
        assert connection.execute(text("SELECT id FROM callbacks ORDER BY id")).scalars().all() == [7, 8]


def test_callbacks_bear_no_name_from_when_they_were_leads(store: Store) -> None:
    found = inspect(store.engine)
    named = [
        *found.get_indexes("callbacks"),
        *found.get_check_constraints("callbacks"),
        *found.get_foreign_keys("callbacks"),
        found.get_pk_constraint("callbacks"),
    ]
    assert {str(one["name"]).partition("_")[2] for one in named} == {
        *("callbacks_conversation_id", "callbacks_state_call_by_on", "callbacks_housing", "callbacks_state"),
        *("callbacks_holder_id", "callbacks", "callbacks_phone_hash", "callbacks_created_at"),
    }


def test_applications_keep_their_rows_and_their_history_under_either_name(store: Store) -> None:
    config = alembic_config()
    with store.engine.begin() as connection:

        def rows(columns: str, table: str) -> list[tuple[object, ...]]:
            found = connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY id"))
            return [tuple(row) for row in found]

        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        connection.execute(text(_OLD_HOLDER), {"id": 1})
        connection.execute(text(_OLD_PERMIT), {"id": 1})
        connection.execute(text(_OLD_APPLICATION.format(table="window_cases")))
        connection.execute(text(_OLD_CHANGE), {"action": "case.refused", "case_id": 7})
        connection.execute(text(_OLD_CHANGE), {"action": "record.changed", "case_id": None})
        connection.execute(text(_OLD_AUDIT), {"action": "case.read", "subject": "case:7"})
        connection.execute(text(_OLD_AUDIT), {"action": "callback.closed", "subject": "callback:7"})
        before, changed = rows("*", "window_cases"), rows("*", "changes")
        command.upgrade(config, "head")
        assert rows("*", "applications") == before
        assert rows("action, application_id, was", "changes") == [
            ("application.refused", 7, "case.x"),
            ("record.changed", None, "case.x"),
        ]
        assert rows("action, subject", "audit") == [
            ("application.read", "application:7"),
            ("callback.closed", "callback:7"),
        ]
        command.downgrade(config, "0006")
        assert (rows("*", "window_cases"), rows("*", "changes")) == (before, changed)
        assert rows("action, subject", "audit")[0] == ("case.read", "case:7")
        command.upgrade(config, "head")
        insert = _OLD_APPLICATION.format(table="applications").replace("(id, ", "(").replace("(7, ", "(")
        connection.execute(text(insert.replace("R-7", "R-8")))
        assert rows("id", "applications") == [(7,), (8,)]


def test_a_hold_among_the_suppressions_becomes_one_of_its_own_and_back(store: Store) -> None:
    config = alembic_config()
    with store.engine.begin() as connection:

        def rows(columns: str, table: str) -> list[tuple[object, ...]]:
            found = connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1"))
            return [tuple(row) for row in found]

        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
        holds = [("hold:queue", "2026-11-21 00:00:00"), ("hold:template:failure", None), ("a" * 64, None)]
        for name, lifted_at in holds:
            connection.execute(text(_OLD_HOLD), {"name": name, "lifted_at": lifted_at})
        before = rows("*", "suppressions")
        command.upgrade(config, "head")
        assert rows("phone_hash", "suppressions") == [("a" * 64,)]
        assert rows("name, lifted_at IS NULL", "holds") == [
            ("queue", False),
            ("template:notice.failure", True),
        ]
        command.downgrade(config, "0010")
        assert rows("*", "suppressions") == before


def test_a_held_text_of_before_waits_for_its_hold_and_a_refused_one_is_left_aside(store: Store) -> None:
    config, never = alembic_config(), "9999-01-01 00:00:00"
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
        connection.execute(text(_OLD_HOLDER), {"id": 1})
        connection.execute(text(_OLD_PERMIT), {"id": 1})
        texts = [
            ("a", "failure", None, never),
            ("b", "renewed", "30007", never),
            ("c", None, None, None),
        ]
        for name, kind, code, not_before_at in texts:
            if kind:
                connection.execute(text(_OLD_NOTICE), {"id": kind})
            row = {"id": name, "notice_id": kind, "code": code, "not_before_at": not_before_at}
            connection.execute(text(_OLD_DELIVERY), row)
        command.upgrade(config, "head")
        found = connection.execute(
            text("SELECT lane, template, state, not_before_at = created_at FROM deliveries ORDER BY id")
        )
        assert [tuple(row) for row in found] == [
            ("notices", "notice.failure", "pending", True),
            ("notices", "notice.renewed", "failed", None),
            ("replies", "answer", "pending", True),
        ]


def test_applications_bear_no_name_from_when_they_were_cases(store: Store) -> None:
    found = inspect(store.engine)
    named = [
        one
        for table in ("applications", "changes")
        for one in (
            *found.get_indexes(table),
            *found.get_check_constraints(table),
            *found.get_foreign_keys(table),
            *found.get_unique_constraints(table),
            found.get_pk_constraint(table),
        )
    ]
    assert {str(one["name"]).partition("_")[2] for one in named} == {
        *("applications", "applications_permit_id", "applications_state_id", "applications_open_permit"),
        *("applications_receipt_no", "applications_category", "applications_state", "applications_housing"),
        *("applications_relative_home", "changes", "changes_permit_id", "changes_application_id"),
        "changes_appointment_id",
    }


def test_tables_of_others_in_the_same_database_are_left_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE workflow_status (id INTEGER)"))
        config = alembic_config()
        config.attributes["connection"] = connection
        command.check(config)
    store.migrate()
    assert "workflow_status" in inspect(store.engine).get_table_names()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_processes_that_migrate_at_once_do_not_collide(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'folder' / 'new.db'}"
    stores = [Store.open(settings.model_copy(update={"database_url": url})) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as pool:
        outcomes = [pool.submit(store.migrate) for store in stores]
    for outcome, store in zip(outcomes, stores, strict=True):
        assert outcome.result() is None
        store.close()


def test_names_on_file_get_their_hash_and_one_that_no_key_reads_gets_none(store: Store) -> None:
    config = alembic_config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
        connection.execute(text(_OLD_HOLDER), {"id": 1})
        connection.execute(text(_OLD_HOLDER), {"id": 2})
        sealed = store._keys.encrypt("样例 甲", b"holders.name")
        connection.execute(text("UPDATE holders SET name = :name WHERE id = 1"), {"name": sealed})
    store.migrate()
    with store.engine.begin() as connection:
        found = connection.execute(text("SELECT id, name_hash FROM holders ORDER BY id")).all()
    assert found == [(1, store.name_hash("样例甲")), (2, None)]
