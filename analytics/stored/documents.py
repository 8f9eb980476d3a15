"""What of a stored record tells its cause?"""

import datetime as dt

import numpy as np

from analytics.matcher.prepared import Document
from analytics.new_event import is_new_event
from data.record import CLOCK_FIELDS, Incident


def document_of(record: Incident) -> Document | None:
    """What of a record tells its cause; None for what is no incident."""
    if record.kind != "incident":
        return None
    began = _began(record)
    return Document(
        id=record.id,
        created=None if began is None else _naive(began),
        resolved=None if record.resolved_at is None else _naive(record.resolved_at),
        title=record.title,
        cause=record.root_cause,
        trigger=record.trigger or "",
        factors=record.contributing_factors,
        summary=record.summary,
        services=record.services,
        category=record.root_cause_category or "",
    )


def document_of_text(text: str) -> Document:
    """What somebody describes, to be compared with all records; a first line of its own is a title.

    Such a text is no record: it has no id and no beginning.
    """
    first, _, rest = text.strip().partition("\n")
    title, cause = (first, rest) if rest.strip() else ("", first)
    return Document(id="", created=None, title=title.lstrip("# "), cause=cause)


def is_second_report(record: Incident, original: Incident | None) -> bool:
    """Whether a record tells of the event of its original, and so of nothing to be searched for.

    Args:
        original: the record that it says to be a duplicate of; None where that is not stored.
    """
    if original is None or original.id == record.id:
        return False
    began, over = _began(record), original.resolved_at
    return began is None or over is None or not is_new_event(np.timedelta64(began - over))


def _began(record: Incident) -> dt.datetime | None:
    known = [at for name in CLOCK_FIELDS if (at := getattr(record, name)) is not None]
    return record.impact_started_at or min(known, default=None)


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
