"""What people said here of actions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

LABEL = sa.String(300)


def upgrade() -> None:
    """A table of states, owners and dates that people gave to actions."""
    labels = ("url", "reason", "verification", "verified_how", "told", "by")
    op.create_table(
        "worked",
        sa.Column("record_id", LABEL, primary_key=True),
        sa.Column("action_id", LABEL, primary_key=True),
        sa.Column("status", LABEL, nullable=False),
        sa.Column("owner", LABEL, nullable=False),
        sa.Column("due_on", sa.BigInteger),
        sa.Column("completed_on", sa.BigInteger),
        *(sa.Column(name, LABEL, nullable=False) for name in labels),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
