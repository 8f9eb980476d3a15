"""The zone that readers see: months by their own clock, durations by no clock that changes."""

import datetime as dt

import numpy as np
import pytest

from analytics.calendar import in_zone, moments_of, ordinals, starts
from analytics.clocks import TTR, measure
from analytics.duplicates import settled
from analytics.frames import History
from analytics.impact import service_impact
from analytics.recorded import by_severity, silent_since
from analytics.repeats.ledger import find_repeats
from analytics.review.review import review
from analytics.selection import Scope, View, select
from tests.support.histories import history

PACIFIC, BERLIN = "America/Los_Angeles", "Europe/Berlin"
SEPTEMBER = Scope(start=dt.date(2026, 9, 1), end=dt.date(2026, 10, 1))
#: Late evenings of 31 August and of 30 September in California, and a midday between.
EVENINGS = history(
    [
        {"impact_started_at": "2026-09-01T03:00", "resolved_at": "2026-09-01T04:00"},
        {"impact_started_at": "2026-10-01T03:00", "resolved_at": "2026-10-01T04:00"},
        {"impact_started_at": "2026-09-15T19:00", "resolved_at": "2026-09-15T20:00"},
    ]
)


def months(view: View) -> list[tuple[str, int]]:
    numbers = ordinals(view.incidents["period_at"].to_numpy(), "month")
    named, counts = np.unique(starts(numbers, "month"), return_counts=True)
    return [(str(month)[:7], int(n)) for month, n in zip(named, counts, strict=True)]


def test_a_month_begins_and_ends_by_the_clock_of_the_reader() -> None:
    assert months(select(EVENINGS, Scope())) == [("2026-09", 2), ("2026-10", 1)]
    pacific = in_zone(EVENINGS, PACIFIC)
    assert months(select(pacific, Scope())) == [("2026-08", 1), ("2026-09", 2)]
    assert select(EVENINGS, SEPTEMBER).incidents["id"].tolist() == ["i0", "i2"]
    assert select(pacific, SEPTEMBER).incidents["id"].tolist() == ["i2", "i1"]


def test_a_year_ends_at_midnight_of_the_reader() -> None:
    new_year = history(
        [{"impact_started_at": "2025-12-31T23:30"}, {"impact_started_at": "2026-01-01T10:30"}]
    )
    year = Scope(start=dt.date(2026, 1, 1))
    assert select(new_year, year).incidents["id"].tolist() == ["i1"]
    assert select(in_zone(new_year, BERLIN), year).incidents["id"].tolist() == ["i0", "i1"]
    assert select(in_zone(new_year, "Pacific/Honolulu"), year).incidents["id"].tolist() == ["i1"]


def test_another_zone_counts_from_the_clocks_anew() -> None:
    back = in_zone(in_zone(EVENINGS, PACIFIC), "UTC")
    assert back.incidents["period_at"].equals(EVENINGS.incidents["period_at"])


def test_a_bare_day_is_that_day_everywhere() -> None:
    day = history([{"impact_started_at": "2026-09-01", "day_clocks": 1}])
    for zone in (PACIFIC, BERLIN, "Pacific/Kiritimati"):
        assert str(in_zone(day, zone).incidents["period_at"].iloc[0])[:10] == "2026-09-01"


def test_the_nights_of_clock_changes_change_no_duration() -> None:
    nights = history(
        [
            # 01:30 CET to 03:10 CEST, and 02:30 CEST to 02:50 CET.
            {"impact_started_at": "2026-03-29T00:30", "resolved_at": "2026-03-29T01:10"},
            {"impact_started_at": "2026-10-25T00:30", "resolved_at": "2026-10-25T01:50"},
        ]
    )
    for zone in ("UTC", BERLIN):
        local = in_zone(nights, zone)
        seconds = measure(local.incidents, TTR, as_of=dt.datetime(2026, 11, 1)).seconds
        assert seconds.tolist() == [40 * 60, 80 * 60]
    times = in_zone(nights, BERLIN).incidents["period_at"].astype(str).tolist()
    assert times == ["2026-03-29 01:30:00", "2026-10-25 02:30:00"]


def test_how_long_something_is_open_does_not_depend_on_the_zone() -> None:
    still = history([{"impact_started_at": "2026-10-24T22:00", "status": "open"}])
    as_of = dt.datetime(2026, 10, 25, 22)
    for zone in ("UTC", BERLIN, PACIFIC):
        assert measure(in_zone(still, zone).incidents, TTR, as_of=as_of).elapsed.tolist() == [86400]


def test_whether_an_event_is_a_new_one_does_not_depend_on_the_zone() -> None:
    # A day and a minute by the clock of Berlin, and an hour more by any other.
    rows = [
        {
            "impact_started_at": "2026-10-24T10:00",
            "resolved_at": "2026-10-24T12:00",
            "duplicate_of": -1,
            "is_duplicate": False,
        },
        {"impact_started_at": "2026-10-25T12:30", "duplicate_of": 0, "is_duplicate": True},
    ]
    for zone in ("UTC", BERLIN):
        records = settled(in_zone(history(rows), zone))
        assert records.incidents["is_duplicate"].tolist() == [False, False]
        moments = moments_of(records.incidents)
        assert (moments.began[1] - moments.over[0]) / np.timedelta64(1, "m") == 24 * 60 + 30


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        (BERLIN, dt.datetime(2026, 3, 29, 0, 59), dt.datetime(2026, 3, 29, 1, 59)),
        (BERLIN, dt.datetime(2026, 3, 29, 1, 0), dt.datetime(2026, 3, 29, 3, 0)),
        (BERLIN, dt.datetime(2026, 10, 25, 1, 0), dt.datetime(2026, 10, 25, 2, 0)),
        ("Asia/Kolkata", dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 5, 30)),
        ("UTC", dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1)),
    ],
)
def test_a_moment_is_shown_by_the_clock_of_the_reader(
    zone: str, moment: dt.datetime, shown: dt.datetime
) -> None:
    local = in_zone(History.of(), zone)
    assert local.here(moment) == shown
    assert local.absolute(shown) <= moment
    assert local.here(local.absolute(shown)) == shown


def test_a_month_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    down = {"impact_started_at": "2026-03-31T21:00", "resolved_at": "2026-04-01T01:00"}
    records = history([{**down, "services": ["api"]}])
    as_of = dt.datetime(2026, 6, 1)
    scope = Scope(start=dt.date(2026, 3, 1), end=dt.date(2026, 5, 1))

    def hours(zone: str) -> tuple[list[float], list[float]]:
        found = service_impact(select(in_zone(records, zone), scope), every="month", as_of=as_of)
        return (found.length / 3600).tolist(), (found.down[0] / 3600).tolist()

    assert hours("UTC") == ([744, 720], [3, 1])
    # In Berlin March ends at 22:00 UTC and has the short night.
    assert hours(BERLIN) == ([743, 720], [1, 3])


def test_records_that_go_on_until_today_are_not_silent_since_yesterday() -> None:
    days = [{"impact_started_at": f"2026-05-{day:02}T23:30"} for day in range(1, 31)]
    now = dt.datetime(2026, 5, 30, 23, 45)
    for zone in ("UTC", BERLIN, PACIFIC):
        assert silent_since(in_zone(history(days), zone), now=now) is None


def test_the_quarter_under_review_is_over_where_the_reader_is() -> None:
    rows = [
        {"impact_started_at": f"2026-{month:02}-10T10:00", "severity": "SEV1"}
        for month in range(1, 10)
    ]
    # In Berlin, October has begun.
    as_of = dt.datetime(2026, 9, 30, 22, 30)

    def quarter(zone: str) -> dt.date | None:
        records = in_zone(history(rows), zone)
        return review(records, Scope(), as_of=as_of, repeats=find_repeats(records)).view.scope.start

    assert (quarter("UTC"), quarter(BERLIN)) == (dt.date(2026, 4, 1), dt.date(2026, 7, 1))


def test_the_bars_of_months_are_those_of_the_reader() -> None:
    found = by_severity(select(in_zone(EVENINGS, PACIFIC), Scope()))
    assert [str(start)[:7] for start in found.starts] == ["2026-08", "2026-09"]
