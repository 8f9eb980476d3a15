"""How many of the requests of a service were good, from one time to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LABEL = sa.String(300)


def upgrade() -> None:
    """A table of what indicators of service levels said."""
    op.create_table(
        "service_levels",
        sa.Column("key", LABEL, primary_key=True),
        sa.Column("service", LABEL, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("good", sa.Double, nullable=False),
        sa.Column("total", sa.Double, nullable=False),
        sa.Column("objective", sa.Double),
    )
