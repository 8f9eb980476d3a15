"""Every record stands in an index of its texts, which an older version would not keep in step.

The index is made where a store is opened (:mod:`data.text_index`): what it holds follows from the
records, and whether SQLite can have one depends on the machine.
"""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """No table of ours changes; the next opening makes the index."""
