"""What teams wrote down at their retrospectives."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A table of what was talked about, noted and decided, by team, period and topic."""
    op.create_table(
        "minutes",
        sa.Column("team", sa.String(300), primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("end", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.String(40), primary_key=True),
        sa.Column("ticked", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
