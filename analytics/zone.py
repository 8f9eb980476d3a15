"""The zone that readers see: which day and which month a moment belongs to.

Clocks stay in UTC, so that a duration is right in the night of a clock change. What decides the
period of an incident, ``period_at``, is the reader's own time, and so is every edge of a day, of a
week and of a month. A clock that is known to the day only names a day of a calendar, and stays
that day.
"""

from dataclasses import replace

from analytics.frames import UTC, History
from analytics.moments import REST_OF_DAY, moments_of


def in_zone(history: History, zone: str) -> History:
    """The history with its periods counted in a zone.

    Args:
        zone: a name such as ``Europe/Berlin``.
    """
    if zone == UTC:
        period = history.incidents["began_at"]
        return replace(history, zone=zone, incidents=history.incidents.assign(period_at=period))
    began = history.incidents["began_at"]
    moments = moments_of(history.incidents)
    day_only = moments.began_until - moments.began == REST_OF_DAY
    local = began.dt.tz_localize(UTC).dt.tz_convert(zone).dt.tz_localize(None)
    period = local.where(~day_only, began).astype("datetime64[s]")
    return replace(history, zone=zone, incidents=history.incidents.assign(period_at=period))
