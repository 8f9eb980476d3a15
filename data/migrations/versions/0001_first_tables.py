"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LABEL = sa.String(300)
CLOCKS = (
    "impact_started_at",
    "detected_at",
    "declared_at",
    "notified_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
    "postmortem_published_at",
)


def upgrade() -> None:
    """From nothing to the first tables; the store starts empty at revision 0."""
    _store()
    _incidents()
    _texts()
    _part("services", sa.Column("service", LABEL, nullable=False))
    _part("tags", sa.Column("tag", LABEL, nullable=False))
    _part("factors", sa.Column("factor", LABEL, nullable=False))
    _part("repeats", sa.Column("earlier", LABEL, nullable=False), sa.Column("basis", sa.Text))
    _part(
        "events",
        sa.Column("at", sa.BigInteger),
        sa.Column("kind", LABEL, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    _actions()


def _store() -> None:
    store = op.create_table(
        "store",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("holds_sample", sa.Boolean, nullable=False),
    )
    op.bulk_insert(store, [{"only": 1, "revision": 0, "holds_sample": False}])
    op.create_table(
        "loads",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(
            sa.Column(count, sa.Integer, nullable=False)
            for count in ("new", "updated", "unchanged")
        ),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", LABEL, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", LABEL, nullable=False),
        sa.Column("status", LABEL),
        sa.Column("severity", LABEL),
        sa.Column("severity_rank", sa.SmallInteger),
        sa.Column("team", LABEL),
        sa.Column("environment", LABEL),
        sa.Column("detection_source", LABEL),
        sa.Column("trigger_category", LABEL),
        sa.Column("root_cause_category", LABEL),
        sa.Column("needs_analysis", sa.Boolean, nullable=False),
        sa.Column("postmortem_status", LABEL),
        *(sa.Column(clock, sa.BigInteger) for clock in CLOCKS),
        sa.Column("day_clocks", sa.SmallInteger, nullable=False),
        sa.Column("estimated_clocks", sa.SmallInteger, nullable=False),
        sa.Column("affected_users", sa.Double),
        sa.Column("cost", sa.Double),
        sa.Column("currency", LABEL),
        sa.Column("duplicate_of", LABEL),
        sa.Column("has_postmortem", sa.Boolean, nullable=False),
    )


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column(
            "incident",
            sa.Integer,
            sa.ForeignKey("incidents.key"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("time_precision", LABEL),
        sa.Column("trigger", sa.Text),
        sa.Column("root_cause", sa.Text, nullable=False),
        sa.Column("what_let_it_grow", sa.Text, nullable=False),
        sa.Column("impact", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("what_went_well", sa.Text, nullable=False),
        sa.Column("what_went_wrong", sa.Text, nullable=False),
        sa.Column("where_we_got_lucky", sa.Text, nullable=False),
        sa.Column("clock_precision", sa.Text, nullable=False),
        sa.Column("clock_sources", sa.Text, nullable=False),
        sa.Column("extra", sa.Text, nullable=False),
    )


def _actions() -> None:
    _part(
        "actions",
        sa.Column("id", LABEL, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        *(sa.Column(name, LABEL) for name in ("kind", "strength", "priority", "owner", "status")),
        *(
            sa.Column(name, sa.BigInteger)
            for name in ("created_on", "first_due_on", "due_on", "completed_on")
        ),
        sa.Column("url", sa.Text),
        sa.Column("extra", sa.Text, nullable=False),
    )


def _part(name: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(
        name,
        sa.Column("incident", sa.Integer, sa.ForeignKey("incidents.key"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        *columns,
        sqlite_with_rowid=False,
    )
