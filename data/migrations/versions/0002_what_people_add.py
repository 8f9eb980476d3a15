"""What people add to the records, and what is found by comparing them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LABEL = sa.String(300)


def upgrade() -> None:
    """Beside the records, tables for breaks, verdicts, suggestions, exposure and known causes."""
    _breaks()
    _verdicts()
    _exposure()
    _known_causes()
    _prepared_texts()


def _breaks() -> None:
    op.create_table(
        "breaks",
        sa.Column("id", LABEL, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_by", LABEL, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("later_id", LABEL, primary_key=True),
        sa.Column("earlier_id", LABEL, primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("relation", LABEL, nullable=False),
        sa.Column("by", LABEL, nullable=False),
        sa.Column("undone_at", sa.BigInteger),
        sa.Column("score", sa.Double),
        sa.Column("level", LABEL, nullable=False),
    )
    op.create_table(
        "suggestions",
        sa.Column("later_id", LABEL, primary_key=True),
        sa.Column("earlier_id", LABEL, primary_key=True),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("level", LABEL, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )


def _exposure() -> None:
    op.create_table(
        "exposure",
        sa.Column("key", LABEL, primary_key=True),
        sa.Column("unit", LABEL, nullable=False),
        sa.Column("team", LABEL),
        sa.Column("service", LABEL),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.Double, nullable=False),
    )


def _known_causes() -> None:
    op.create_table(
        "known_causes",
        sa.Column("id", LABEL, primary_key=True),
        sa.Column("name", LABEL, nullable=False),
        sa.Column("named_by", LABEL, nullable=False),
        sa.Column("named_at", sa.BigInteger),
    )
    op.create_table(
        "cause_members",
        sa.Column("incident_id", LABEL, primary_key=True),
        sa.Column("cause", LABEL, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _prepared_texts() -> None:
    op.create_table(
        "prepared_texts",
        sa.Column(
            "incident",
            sa.Integer,
            sa.ForeignKey("incidents.key"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", LABEL, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )
