"""The table `window_cases` becomes `applications`, for a case is what is known of who writes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CATEGORIES = ("employment", "business", "dependant", "schooling")
HOMES = ("own", "rented", "dormitory", "relative")
STATES = ("returned", "in_review", "passed", "refused", "endorsed", "withdrawn")
OPEN = sa.text("state IN ('returned', 'in_review', 'passed')")
COLUMNS = (
    *("id", "permit_id", "period_on", "category", "receipt_no", "state", "address_changed", "housing"),
    *("relative_home", "id_changes", "papers", "papers_missing", "opened_on", "accepted_on"),
    *("employment_review_due_on", "employment_review_passed_on", "police_review_due_on"),
    *("police_review_passed_on", "holidays_known", "due_on", "refused_by", "written_reason", "on_the_spot"),
    *("endorsed_on", "created_at", "updated_at"),
)


def upgrade() -> None:
    _copy("window_cases", "applications")
    _point_changes("case_id", "application_id", "applications")
    op.drop_table("window_cases")
    _call_in_history("case", "application")


def downgrade() -> None:
    _copy("applications", "window_cases")
    _point_changes("application_id", "case_id", "window_cases")
    op.drop_table("applications")
    _call_in_history("application", "case")


def _copy(old: str, new: str) -> None:
    """Copy all rows into a table of the other name. SQLite renames no constraint, so it is made whole."""
    _create(new)
    op.execute(f"INSERT INTO {new} ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)} FROM {old}")
    op.create_index(op.f(f"ix_{new}_permit_id"), new, ["permit_id"])
    op.create_index(op.f(f"ix_{new}_state_id"), new, ["state", "id"])
    op.create_index(
        op.f(f"uq_{new}_open_permit"),
        new,
        ["permit_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    if op.get_bind().dialect.name == "postgresql":  # the new sequence goes on after the copied ids
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), coalesce(max(id), 0) + 1, false) FROM {new}"
        )


def _point_changes(old: str, new: str, table: str) -> None:
    """Let the history refer to the new table. In two goes: SQLite makes a key only on a column that has its name."""
    with op.batch_alter_table("changes") as batch:
        batch.drop_constraint(op.f(f"fk_changes_{old}"), type_="foreignkey")
        batch.alter_column(old, new_column_name=new)
    with op.batch_alter_table("changes") as batch:
        batch.create_foreign_key(op.f(f"fk_changes_{new}"), table, [new], ["id"])


def _call_in_history(old: str, new: str) -> None:
    """What was done is kept by name: sentences are found by it, and who looks in the audit finds old and new alike."""
    after = len(old) + 2  # substr counts from one
    for table, column, mark in (
        ("changes", "action", "."),
        ("audit", "action", "."),
        ("audit", "subject", ":"),
    ):
        op.execute(
            f"UPDATE {table} SET {column} = '{new}{mark}' || substr({column}, {after})"
            f" WHERE substr({column}, 1, {after - 1}) = '{old}{mark}'"
        )


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _create(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("category", _words("category", CATEGORIES), nullable=False),
        sa.Column("receipt_no", sa.String(), nullable=True),
        sa.Column("state", _words("state", STATES), nullable=False),
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
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f(f"fk_{table}_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("receipt_no", name=op.f(f"uq_{table}_receipt_no")),
    )
