"""What people said of values that were suggested for fields of records."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LABEL = sa.String(300)
FIELD = sa.String(40)


def upgrade() -> None:
    """A table of suggested values that were accepted or refused."""
    op.create_table(
        "judgements",
        sa.Column("record_id", LABEL, primary_key=True),
        sa.Column("field", FIELD, primary_key=True),
        sa.Column("value", LABEL, primary_key=True),
        sa.Column("state", LABEL, nullable=False),
        sa.Column("basis", LABEL, nullable=False),
        sa.Column("by", LABEL, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
