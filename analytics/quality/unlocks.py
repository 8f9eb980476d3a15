"""What to fill in first: the field that opens most figures and is known of too few records.

The order is fixed and that of the questions people ask first. A field is worth filling in where it
is known of fewer than half of the records that could have it: any figure made of it speaks for a
minority.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.answer import Answer
from analytics.quality.known import Known

#: Known for fewer than this share, and a figure that needs the field speaks for a minority.
MOSTLY = 0.5
#: Table and fields of which one will do, those that open most first: without a start there is no
#: trend, and without an end no time.
IN_ORDER = (
    ("incidents", ("impact_started_at", "detected_at")),
    ("incidents", ("mitigated_at", "resolved_at")),
    ("incidents", ("detected_at",)),
    ("incidents", ("root_cause_category",)),
    ("incidents", ("severity",)),
    ("incidents", ("services",)),
    ("incidents", ("actions",)),
    ("actions", ("status",)),
    ("actions", ("due_on",)),
    ("actions", ("completed_on",)),
    ("incidents", ("impact_started_at",)),
    ("incidents", ("team",)),
    ("incidents", ("acknowledged_at",)),
    ("incidents", ("detection_source",)),
)


@dataclass(frozen=True, slots=True)
class ToFillIn:
    """A field that is worth filling in.

    Attributes:
        table: ``incidents`` or ``actions``.
        name: the field.
        share: of how many of the records that could have it it is known.
    """

    table: str
    name: str
    share: Answer


def to_fill_in(shares: Sequence[Known]) -> tuple[ToFillIn, ...]:
    """The fields known of too few records, the one that opens most first.

    Args:
        shares: :func:`analytics.quality.known.known_shares` of the same records.
    """
    by_field = {(known.table, known.name): known.share for known in shares}
    lacking = []
    for table, names in IN_ORDER:
        estimates = [by_field[table, name].estimate for name in names]
        told = [estimate for estimate in estimates if estimate is not None]
        if told and max(told) < MOSTLY:
            lacking.append(ToFillIn(table, names[0], by_field[table, names[0]]))
    first = {(item.table, item.name): item for item in reversed(lacking)}
    return tuple(item for item in lacking if first[item.table, item.name] is item)
