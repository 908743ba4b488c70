"""The newest fact of each field, visits, nights, decisions that differ, window cases, centres and appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIELDS = ("address", "employment", "phone", "sponsor", "marriage", "enrolment")
CATEGORIES = ("employment", "business", "dependant", "schooling")
OUTCOMES = ("renewed", "failed", "waiting")
HOMES = ("own", "rented", "dormitory", "relative")
CASE_STATES = ("returned", "in_review", "passed", "refused", "endorsed", "withdrawn")
APPOINTMENT_STATES = (
    *("asked", "approved", "refused", "cancelled", "moved", "needless", "kept", "missed"),
)  # fmt: skip
OPEN_CASES = sa.text("state IN ('returned', 'in_review', 'passed')")
TAKEN_SEATS = sa.text("state IN ('asked', 'approved')")
MADE = ("changes", "appointments", "centres", "window_cases", "night_counts", "visits")
HASH_CHARS = 32  # hashes of values lose their second half: 128 bits tell two addresses apart


def upgrade() -> None:
    _one_row_a_permit()
    _one_fact_a_field()
    op.drop_index("ix_permits_expires_on", "permits")
    op.create_index("ix_permits_expires_on_id", "permits", ["expires_on", "id"])
    op.add_column("permits", sa.Column("row_hash", sa.String(), nullable=True))
    op.drop_column("permits", "state_note")
    _create_nights()
    _create_visits()
    _create_cases()
    _create_appointments()
    _create_changes()
    _remake_comparisons()
    op.add_column("notices", sa.Column("batch_id", sa.Integer(), nullable=True))
    op.create_index("ix_notices_batch_id", "notices", ["batch_id"])
    op.drop_index("ix_notices_holder_id", "notices")  # a holder's notices are found by the permit


def downgrade() -> None:
    op.create_index("ix_notices_holder_id", "notices", ["holder_id"])
    op.drop_index("ix_notices_batch_id", "notices")
    op.drop_column("notices", "batch_id")
    op.execute("DELETE FROM comparisons")  # a night's decisions cannot be told apart by day alone any more
    op.drop_table("comparisons")
    _create_old_comparisons()
    for table in (*MADE, "notice_batches", "nights"):
        op.drop_table(table)
    op.add_column("permits", sa.Column("state_note", sa.String(), nullable=True))
    op.drop_column("permits", "row_hash")
    op.drop_index("ix_permits_expires_on_id", "permits")
    op.create_index("ix_permits_expires_on", "permits", ["expires_on"])
    _many_facts_a_field()
    _one_row_a_record()


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _one_row_a_permit() -> None:
    """What is on file becomes a column a field."""
    _rename("records", "old_records")
    op.create_table(
        "records",
        sa.Column("permit_id", sa.Integer(), nullable=False),
        *(sa.Column(field, sa.String(), nullable=True) for field in FIELDS),
        sa.CheckConstraint(f"coalesce({', '.join(FIELDS)}) IS NOT NULL", name=op.f("ck_records_filed")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_records_permit_id")),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_records")),
    )
    values = (f"max(CASE WHEN field = '{field}' THEN substr(value, 1, {HASH_CHARS}) END)" for field in FIELDS)
    op.execute(
        f"INSERT INTO records (permit_id, {', '.join(FIELDS)})"
        f" SELECT permit_id, {', '.join(values)} FROM old_records GROUP BY permit_id"
    )
    op.drop_table("old_records")


def _one_row_a_record() -> None:
    _rename("records", "new_records")
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("field", _words("field", FIELDS), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_records_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("permit_id", "field", name=op.f("uq_records_permit_id_field")),
    )
    for field in FIELDS:
        op.execute(
            "INSERT INTO records (permit_id, field, value)"
            f" SELECT permit_id, '{field}', {field} FROM new_records WHERE {field} IS NOT NULL"
        )
    op.drop_table("new_records")


def _one_fact_a_field() -> None:
    """Only the newest fact is kept."""
    _rename("bureau_facts", "old_facts")
    op.create_table(
        "bureau_facts",
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("field", _words("field", FIELDS), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_bureau_facts_permit_id")),
        sa.PrimaryKeyConstraint("permit_id", "field", name=op.f("pk_bureau_facts")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO bureau_facts (permit_id, field, value, as_of_on, source)"
        f" SELECT permit_id, field, substr(value, 1, {HASH_CHARS}), as_of_on, source FROM (SELECT *, row_number()"
        " OVER (PARTITION BY permit_id, field ORDER BY as_of_on DESC, id DESC) AS n FROM old_facts) ranked"
        " WHERE n = 1"
    )
    op.drop_table("old_facts")


def _many_facts_a_field() -> None:
    _rename("bureau_facts", "new_facts")
    op.create_table(
        "bureau_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("field", _words("field", FIELDS), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_bureau_facts_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau_facts")),
        sa.UniqueConstraint(
            "permit_id", "field", "as_of_on", "source",
            name=op.f("uq_bureau_facts_permit_id_field_as_of_on_source"),
        ),
    )  # fmt: skip
    columns = "permit_id, field, value, as_of_on, source"
    op.execute(f"INSERT INTO bureau_facts ({columns}) SELECT {columns} FROM new_facts")
    op.drop_table("new_facts")


def _rename(table: str, to: str) -> None:
    """Move a table out of the way: PostgreSQL leaves a renamed table the names of its constraints, SQLite has none."""
    op.execute(f"ALTER TABLE {table} RENAME TO {to}")
    if op.get_bind().dialect.name == "postgresql":
        for name in (f"pk_{table}", f"fk_{table}_permit_id"):
            op.execute(f"ALTER TABLE {to} RENAME CONSTRAINT {name} TO old_{name}")


def _create_nights() -> None:
    op.create_table(
        "nights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pass_no", sa.Integer(), nullable=False),
        sa.Column("cursor_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("rulebook_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nights")),
        sa.UniqueConstraint("day", "pass_no", name=op.f("uq_nights_day_pass_no")),
    )
    op.create_table(
        "night_counts",
        sa.Column("night_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _words("outcome", OUTCOMES), nullable=False),
        sa.Column("category", _words("category", CATEGORIES), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("district", "reasons", "missing", "stale", "notice")
        ),
        sa.Column("permits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["night_id"], ["nights.id"], name=op.f("fk_night_counts_night_id")),
        sa.PrimaryKeyConstraint(
            "night_id", "outcome", "category", "district", "reasons", "missing", "stale", "notice",
            name=op.f("pk_night_counts"),
        ),
    )  # fmt: skip
    op.create_table(
        "notice_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("night_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["night_id"], ["nights.id"], name=op.f("fk_notice_batches_night_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_batches")),
    )
    op.create_index(op.f("ix_notice_batches_composed_at"), "notice_batches", ["composed_at"])


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("way", _words("way", ("door", "call")), nullable=False),
        sa.Column("finding", _words("finding", ("confirmed", "changed", "nobody")), nullable=False),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin IN ('import', 'staff')", name=op.f("ck_visits_origin")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_visits_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint(
            "permit_id", "period_on", "visited_on", "way",
            name=op.f("uq_visits_permit_id_period_on_visited_on_way"),
        ),
    )  # fmt: skip


def _create_cases() -> None:
    op.create_table(
        "window_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("category", _words("category", CATEGORIES), nullable=False),
        sa.Column("receipt_no", sa.String(), nullable=True),
        sa.Column("state", _words("state", CASE_STATES), nullable=False),
        sa.Column("address_changed", sa.Boolean(), nullable=False),
        sa.Column("housing", _words("housing", HOMES), nullable=True),
        sa.Column("relative_home", _words("relative_home", HOMES), nullable=True),
        sa.Column("id_changes", sa.String(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("papers_missing", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in (
                "accepted_on",
                "employment_review_due_on",
                "employment_review_passed_on",
                "police_review_due_on",
                "police_review_passed_on",
            )
        ),
        sa.Column("holidays_known", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("refused_by", sa.String(), nullable=True),
        sa.Column("written_reason", sa.Text(), nullable=True),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False),
        sa.Column("endorsed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_window_cases_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_cases")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_window_cases_receipt_no")),
    )
    op.create_index(op.f("ix_window_cases_permit_id"), "window_cases", ["permit_id"])
    op.create_index("ix_window_cases_state_id", "window_cases", ["state", "id"])
    op.create_index(
        "uq_window_cases_open_permit", "window_cases", ["permit_id"],
        unique=True, sqlite_where=OPEN_CASES, postgresql_where=OPEN_CASES,
    )  # fmt: skip


def _create_appointments() -> None:
    op.create_table(
        "centres",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("code", "name", "district", "address", "phone", "hours")
        ),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centres")),
        sa.UniqueConstraint("code", name=op.f("uq_centres_code")),
    )
    op.create_index(op.f("ix_centres_district"), "centres", ["district"])
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("state", _words("state", APPOINTMENT_STATES), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_appointments_permit_id")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_appointments_centre_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_appointments_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_permit_id"), "appointments", ["permit_id"])
    for name, columns in (
        ("uq_appointments_seat", ["centre_id", "day", "starts", "seat"]),
        ("uq_appointments_taken_permit", ["permit_id"]),
    ):
        op.create_index(
            name, "appointments", columns,
            unique=True, sqlite_where=TAKEN_SEATS, postgresql_where=TAKEN_SEATS,
        )  # fmt: skip


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("was", "now", "why", "rulebook_version")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_changes_permit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["window_cases.id"], name=op.f("fk_changes_case_id")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_changes_appointment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_permit_id"), "changes", ["permit_id"])


def _remake_comparisons() -> None:
    """Decisions gain who made them, when, in which night, and what was stale. Old ones are one night each."""
    _rename("comparisons", "old_comparisons")
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("compared_on", sa.Date(), nullable=False),
        sa.Column("night_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", _words("outcome", OUTCOMES), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("reasons", "missing", "stale", "clause", "rulebook_version")
        ),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_comparisons_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint(
            "permit_id", "period_on", "night_id", name=op.f("uq_comparisons_permit_id_period_on_night_id")
        ),
    )
    kept = "permit_id, period_on, compared_on, outcome, reasons, missing, clause, rulebook_version"
    at = (
        "compared_on::timestamptz"
        if op.get_bind().dialect.name == "postgresql"
        else "compared_on || ' 00:00:00.000000'"
    )
    op.execute(
        f"INSERT INTO comparisons ({kept}, night_id, actor, at, stale)"
        f" SELECT {kept}, NULL, 'nightly', {at}, '' FROM old_comparisons ORDER BY id"
    )
    op.drop_table("old_comparisons")


def _create_old_comparisons() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("compared_on", sa.Date(), nullable=False),
        sa.Column("outcome", _words("outcome", OUTCOMES), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("rulebook_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_comparisons_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint(
            "permit_id", "period_on", "compared_on",
            name=op.f("uq_comparisons_permit_id_period_on_compared_on"),
        ),
    )  # fmt: skip
