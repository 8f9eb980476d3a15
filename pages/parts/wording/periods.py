"""What a page counts: names of its weeks, months, quarters and years, and what is in view."""

import datetime as dt

import numpy as np

from analytics.calendar import Datetimes, Every, Period, ordinals
from analytics.frames import UTC
from analytics.selection import Scope, View
from pages.parts.wording.numbers import period, plural


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


def in_view_words(view: View) -> str:
    """What counts of all records, and what does not and why."""
    parts = [
        f"**{len(view):,} of {view.total:,} records in view**",
        period(view.scope.start, view.scope.end),
    ]
    if view.history.zone != UTC:
        parts.append(f"days and months in {view.history.zone}")
    return " · ".join([*parts, *_not_counted(view)])


def _not_counted(view: View) -> list[str]:
    """What matches the filters and does not count, by reason; only what occurs."""
    left_out = view.left_out
    drills = plural(left_out.not_incidents, "drill or maintenance", "drills or maintenance")
    counts = (
        (left_out.not_incidents, f"{drills} left out"),
        (
            left_out.duplicates,
            f"{plural(left_out.duplicates, 'second report')} of the same event left out",
        ),
        (
            view.standing_in,
            f"{plural(view.standing_in, 'second report')} counted, as the first one is outside the "
            "filters",
        ),
        (
            left_out.in_future,
            f"{plural(left_out.in_future, 'record')} dated in the future left out",
        ),
        (left_out.undated, f"{plural(left_out.undated, 'record')} without any time left out"),
    )
    return [text for number, text in counts if number]


def chosen_in(scope: Scope, today: dt.date) -> Period | None:
    """The period that the reader chose, an open end being that of today; None without a start."""
    start, end = scope.start, scope.end or today + dt.timedelta(days=1)
    return Period("this period", start, end) if start and start < end else None


def scope_told(scope: Scope, now: dt.datetime, *, revision: int) -> dict[str, str]:
    """What is said of everything that a page lets one take along."""
    chosen = {
        "Teams": scope.teams,
        "Services": scope.services,
        "Severities": scope.severities,
        "Causes": scope.causes,
        "Tags": scope.tags,
    }
    return {
        "Period": period(scope.start, scope.end),
        **{name: ", ".join(values) for name, values in chosen.items() if values},
        "Seen from": f"{now:%Y-%m-%d %H:%M}",
        "Revision of the records": str(revision),
    }
