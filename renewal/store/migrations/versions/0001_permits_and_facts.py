"""Holders, permits, what is on file, what the bureaus say, comparisons."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "holders",
    "permits",
    "records",
    "bureau_facts",
    "comparisons",
)


def upgrade() -> None:
    _create_holders()
    _create_permits()
    _create_records()
    _create_bureau_facts()
    _create_comparisons()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_holders() -> None:
    op.create_table(
        "holders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(), nullable=False),
        sa.Column("phone_ok", sa.Boolean(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "employment",
                "business",
                "dependant",
                "schooling",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin IN ('sample', 'import')", name=op.f("ck_holders_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
    )
    op.create_index(op.f("ix_holders_phone_hash"), "holders", ["phone_hash"], unique=False)


def _create_permits() -> None:
    op.create_table(
        "permits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("endorsed_on", sa.Date(), nullable=True),
        sa.Column("state_note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_permits_holder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permits")),
        sa.UniqueConstraint("number", name=op.f("uq_permits_number")),
    )
    op.create_index(op.f("ix_permits_expires_on"), "permits", ["expires_on"], unique=False)
    op.create_index(op.f("ix_permits_holder_id"), "permits", ["holder_id"], unique=False)


def _create_records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "address",
                "employment",
                "phone",
                "sponsor",
                "marriage",
                "enrolment",
                name="field",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_records_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("permit_id", "field", name=op.f("uq_records_permit_id_field")),
    )


def _create_bureau_facts() -> None:
    op.create_table(
        "bureau_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "address",
                "employment",
                "phone",
                "sponsor",
                "marriage",
                "enrolment",
                name="field",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_bureau_facts_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau_facts")),
        sa.UniqueConstraint(
            "permit_id",
            "field",
            "as_of_on",
            "source",
            name=op.f("uq_bureau_facts_permit_id_field_as_of_on_source"),
        ),
    )


def _create_comparisons() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=False),
        sa.Column("period_on", sa.Date(), nullable=False),
        sa.Column("compared_on", sa.Date(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "renewed",
                "failed",
                "waiting",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("rulebook_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.id"], name=op.f("fk_comparisons_permit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint(
            "permit_id",
            "period_on",
            "compared_on",
            name=op.f("uq_comparisons_permit_id_period_on_compared_on"),
        ),
    )
