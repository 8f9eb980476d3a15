"""Own fields of records in a table of their own, so that records can be chosen by them."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LABEL = sa.String(300)
AT_ONCE = 1_000
LONGEST, MOST_FIELDS = 100, 50


def upgrade() -> None:
    """Make the table, and fill it from the records that are there."""
    own_fields = op.create_table(
        "own_fields",
        sa.Column("incident", sa.Integer, sa.ForeignKey("incidents.key"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", LABEL, nullable=False),
        sa.Column("value", LABEL, nullable=False),
        sqlite_with_rowid=False,
    )
    texts = sa.table("texts", sa.column("incident"), sa.column("extra"))
    connection = op.get_bind()
    last = 0
    while True:
        some = (
            sa.select(texts.c.incident, texts.c.extra)
            .where(texts.c.incident > last, texts.c.extra != "{}")
            .order_by(texts.c.incident)
            .limit(AT_ONCE)
        )
        found = connection.execute(some).all()
        if not found:
            return
        last = found[-1].incident
        rows = [row for key, extra in found for row in _rows(key, json.loads(extra))]
        if rows:
            connection.execute(own_fields.insert(), rows)


def _rows(key: int, extra: dict[str, Any]) -> Iterator[dict[str, Any]]:
    short = ((_short(name), _short(raw)) for name, raw in extra.items() if name != "repeat_basis")
    said = [(name, value) for name, value in short if name and value][:MOST_FIELDS]
    for position, (name, value) in enumerate(said):
        yield {"incident": key, "position": position, "name": name, "value": value}


def _short(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not isinstance(raw, str | int | float) or (isinstance(raw, int) and abs(raw) > 10**30):
        return ""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(raw)).split())
    return text if len(text) <= LONGEST else ""
