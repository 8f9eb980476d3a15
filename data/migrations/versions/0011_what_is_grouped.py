"""Which texts the known causes were built with, so that a search that was cut off goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """One column; texts without any known cause may be those of a search that was cut off."""
    op.add_column(
        "prepared_texts",
        sa.Column("grouped", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE prepared_texts SET grouped = true WHERE EXISTS (SELECT 1 FROM cause_members)"
    )
