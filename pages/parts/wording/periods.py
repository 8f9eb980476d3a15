"""Names of the weeks, months, quarters and years that a page counts by."""

import datetime as dt

import numpy as np

from analytics.calendar import Datetimes, Every, ordinals


def period_names(starts: Datetimes, every: Every) -> list[str]:
    """``2026 Q1``, ``2026`` or ``Mar 2026`` for periods by their first days."""
    days = starts.astype("datetime64[D]").tolist()
    if every == "year":
        return [f"{start.year}" for start in days]
    if every == "quarter":
        return [f"{start.year} Q{(start.month + 2) // 3}" for start in days]
    return [f"{start:%b %Y}" for start in days]


def latest_name(starts: Datetimes, every: Every, *, as_of: dt.datetime) -> str:
    """The name of the last period, with "so far" while it has not ended.

    Args:
        starts: first days of the periods.
        every: how long they are.
        as_of: moment looked from, by the reader's clock; its whole day counts as seen.
    """
    name = period_names(starts[-1:], every)[0]
    tomorrow = np.array([as_of + dt.timedelta(days=1)], dtype="datetime64[s]")
    running = ordinals(tomorrow, every)[0] == ordinals(starts[-1:], every)[0]
    return f"{name} so far" if running else name
