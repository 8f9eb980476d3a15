"""What people here call what sources write."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LABEL = sa.String(300)


def upgrade() -> None:
    """A table for the meanings of values."""
    op.create_table(
        "names",
        sa.Column("field", LABEL, primary_key=True),
        sa.Column("key", LABEL, primary_key=True),
        sa.Column("written", LABEL, nullable=False),
        sa.Column("ours", LABEL, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
    )
