"""The index of the search, so that a single question needs not read every text."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A table of its parts; it is filled by the next search."""
    op.create_table(
        "search_index",
        sa.Column("part", sa.String(300), primary_key=True),
        sa.Column("version", sa.String(300), nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
