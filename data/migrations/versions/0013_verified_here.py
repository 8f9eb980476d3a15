"""The day on which an action was verified, as people said here."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """A day beside the outcome; it was taken for that of the last change of any field."""
    op.add_column("worked", sa.Column("verified_on", sa.BigInteger))
    op.execute("UPDATE worked SET verified_on = at WHERE verification IN ('verified', 'failed')")
