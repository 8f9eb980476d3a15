"""What a check of each promised action showed, when, and how one knows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Three columns, empty for what was loaded before."""
    op.add_column("actions", sa.Column("verification", sa.String(300)))
    op.add_column("actions", sa.Column("verified_how", sa.Text))
    op.add_column("actions", sa.Column("verified_on", sa.BigInteger))
