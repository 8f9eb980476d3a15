"""Where records come from, which files were loaded, what each said, and how to undo a load."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LABEL = sa.String(300)
#: The source of records that were loaded before sources had names. The first source that knows the
#: id of such a record takes it over.
EARLIER = "earlier"


def upgrade() -> None:
    """Records get a source; tables for files, what they said, settings and undoing."""
    _incidents()
    _loads()
    _files()
    _told()
    _undo()
    op.create_table(
        "settings",
        sa.Column("name", LABEL, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _incidents() -> None:
    op.add_column("incidents", sa.Column("source_name", LABEL))
    op.add_column("incidents", sa.Column("source_id", LABEL))
    op.add_column("incidents", _number("revision"))
    op.add_column("incidents", _flag("gone"))
    op.execute(
        f"UPDATE incidents SET source_name = '{EARLIER}', source_id = id "  # noqa: S608 (a constant)
        "WHERE NOT (SELECT holds_sample FROM store)"
    )
    op.create_index("incidents_by_source_id", "incidents", ["source_id"])


def _loads() -> None:
    op.add_column("loads", _number("cleared_fields"))
    op.add_column("loads", _number("cleared_records"))


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_name", LABEL, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("manner", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
    )


def _told() -> None:
    columns: list[sa.Column[Any]] = [
        sa.Column("file", sa.Integer, primary_key=True),
        sa.Column("name", LABEL, primary_key=True),
        sa.Column("incident", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("actions", sa.Text, nullable=False),
    ]
    op.create_table("told", *columns, sqlite_with_rowid=False)
    op.create_index("told_by_incident", "told", ["incident"])


def _undo() -> None:
    op.create_table(
        "undo",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("first_incident", sa.Integer, nullable=False),
        sa.Column("first_file", sa.Integer, nullable=False),
        sa.Column("held_sample", sa.Boolean, nullable=False),
        sa.Column("why_not", sa.Text, nullable=False),
    )
    op.create_table(
        "undo_rows",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", LABEL, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
    )
