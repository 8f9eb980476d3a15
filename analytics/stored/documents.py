"""What of a stored record tells its cause?"""

import datetime as dt

from analytics.matcher.prepared import Document
from data.record import CLOCK_FIELDS, Incident


def document_of(record: Incident) -> Document | None:
    """What of a record tells its cause; None for what is no incident of its own or has no time."""
    known = [at for name in CLOCK_FIELDS if (at := getattr(record, name)) is not None]
    began = record.impact_started_at or min(known, default=None)
    if began is None or record.kind != "incident" or record.duplicate_of:
        return None
    return Document(
        id=record.id,
        created=_naive(began),
        resolved=None if record.resolved_at is None else _naive(record.resolved_at),
        title=record.title,
        cause=record.root_cause,
        trigger=record.trigger or "",
        factors=record.contributing_factors,
        summary=record.summary,
        services=record.services,
        category=record.root_cause_category or "",
    )


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
