"""Averages as vendors compute them, to the second, and durations in working hours."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import in_zone
from analytics.clocks import TTR, Status, measure
from analytics.response.other_clocks import (
    VENDORS,
    Vendor,
    WorkingHours,
    in_working_hours,
    vendor_means,
    working_median,
)
from analytics.selection import Scope, View, select
from analytics.stored.search import stored_history
from analytics.units import HOUR, MINUTE
from data import lists
from data import preferences as stored
from data.loading import load
from data.store import Store, open_store
from tests.support.histories import history
from tests.support.pages import run_page, words
from tests.support.pages_stores import make_sample

PAGE = "pages/response.py"
AS_OF = dt.datetime(2026, 12, 1)
OFFICE = WorkingHours(9 * HOUR, 17 * HOUR, (0, 1, 2, 3, 4))
BY_NAME = {vendor.name: vendor for vendor in VENDORS}


def seen(*rows: dict[str, Any], zone: str = "UTC") -> View:
    return select(in_zone(history(list(rows)), zone), Scope())


def averages(view: View, vendor: Vendor) -> dict[str, float | None]:
    return {one.clock.name: one.mean.estimate for one in vendor_means(view, vendor, as_of=AS_OF)}


# ---- vendors


def test_pagerduty_counts_from_the_trigger() -> None:
    # Rows of its analytics: first acknowledged after 61, 240 and 3 seconds, resolved after 1,000,
    # 5,401 and 600; it shows the plain means of 101.33 and 2,333.67 seconds.
    rows = []
    for triggered, acknowledged, resolved in (
        ("2026-03-01T10:00:00", 61, 1000),
        ("2026-03-02T11:07:13", 240, 5401),
        ("2026-03-03T23:59:59", 3, 600),
    ):
        at = dt.datetime.fromisoformat(triggered)
        rows.append(
            {
                "detected_at": at,
                "acknowledged_at": at + dt.timedelta(seconds=acknowledged),
                "resolved_at": at + dt.timedelta(seconds=resolved),
            }
        )
    told = averages(seen(*rows), BY_NAME["PagerDuty"])
    assert list(told.values()) == pytest.approx([304 / 3, 7001 / 3])


def test_an_export_of_pagerduty_gives_the_averages_that_it_shows(
    tmp_path: Path, sqlite_url: str
) -> None:
    # The means of its two columns: 101.33 and 2,333.67 seconds.
    (tmp_path / "analytics.json").write_text(
        json.dumps(
            [
                {
                    "incident_number": number,
                    "description": f"Queue {number} is stuck",
                    "created_at": created,
                    "resolved_at": resolved,
                    "seconds_to_first_ack": acknowledged,
                    "seconds_to_resolve": lasted,
                    "service_name": "Queue",
                    "urgency": "high",
                }
                for number, created, resolved, acknowledged, lasted in (
                    (1, "2026-03-01T10:00:00", "2026-03-01T10:16:40", 61, 1000),
                    (2, "2026-03-02T11:07:13", "2026-03-02T12:37:14", 240, 5401),
                    (3, "2026-03-03T23:59:59", "2026-03-04T00:09:59", 3, 600),
                )
            ]
        )
    )
    store = open_store(sqlite_url)
    load(store, [tmp_path / "analytics.json"], lists=lists.read(lists.SHIPPED))
    loaded = select(stored_history(store), Scope())
    store.close()
    assert len(loaded) == 3
    told = averages(loaded, BY_NAME["PagerDuty"])
    assert list(told.values()) == pytest.approx([304 / 3, 7001 / 3])


def test_datadog_repairs_from_the_detection_and_resolves_from_the_declaration() -> None:
    row = {
        "impact_started_at": "2026-03-01T10:00:00",
        "detected_at": "2026-03-01T10:05:00",
        "declared_at": "2026-03-01T10:12:00",
        "mitigated_at": "2026-03-01T11:00:00",
        "resolved_at": "2026-03-01T12:00:00",
    }
    told = averages(seen(row), BY_NAME["Datadog"])
    assert told == {
        "time to detect": 5 * MINUTE,
        "time to repair": 55 * MINUTE,
        "time to resolve": 108 * MINUTE,
    }


def test_the_start_is_where_others_count_from() -> None:
    row = {
        "impact_started_at": "2026-03-01T10:00:00",
        "acknowledged_at": "2026-03-01T10:07:00",
        "resolved_at": "2026-03-01T12:00:00",
    }
    told = averages(seen(row), BY_NAME["Rootly"])
    assert told == {"MTTD": None, "MTTA": 7 * MINUTE, "MTTM": None, "MTTR": 2 * HOUR}


def test_an_average_says_how_many_it_leaves_out() -> None:
    rows = [
        {"detected_at": "2026-03-01T10:00", "resolved_at": "2026-03-01T11:00"},
        {"detected_at": "2026-03-01T10:00", "resolved_at": None},
        {"detected_at": "2026-03-01T10:00", "status": "open"},
        {"detected_at": "2026-03-01T10:00", "resolved_at": "2026-03-01T09:00"},
    ]
    mean = vendor_means(seen(*rows), BY_NAME["PagerDuty"], as_of=AS_OF)[1].mean
    assert (mean.estimate, mean.n, mean.n_missing, mean.n_invalid) == (HOUR, 1, 2, 1)


# ---- working hours


def worked(began: str, ended: str, hours: WorkingHours = OFFICE, zone: str = "UTC") -> float:
    view = seen({"impact_started_at": began, "resolved_at": ended}, zone=zone)
    plain = measure(view.incidents, TTR, as_of=AS_OF)
    return float(in_working_hours(view, plain, hours).seconds[0]) / HOUR


@pytest.mark.parametrize(
    ("began", "ended", "hours"),
    [
        ("2026-06-05T16:00", "2026-06-08T10:30", 2.5),  # Friday to Monday
        ("2026-06-05T18:00", "2026-06-08T08:00", 0.0),  # the weekend alone
        ("2026-06-03T10:00", "2026-06-03T11:15", 1.25),
        ("2026-06-01T00:00", "2026-06-15T00:00", 80.0),  # two weeks
        ("1969-12-29T09:00", "1970-01-02T17:00", 40.0),  # a week around the first day
    ],
)
def test_only_working_time_counts(began: str, ended: str, hours: float) -> None:
    assert worked(began, ended) == hours


def test_nobody_works_on_a_holiday_and_one_on_a_sunday_takes_nothing_away() -> None:
    free = WorkingHours(
        9 * HOUR, 17 * HOUR, (0, 1, 2, 3, 4), (dt.date(2026, 12, 25), dt.date(2026, 12, 27))
    )
    # Thursday noon to Monday noon: five hours, no Friday, and three.
    assert worked("2026-12-24T12:00", "2026-12-28T12:00", free) == 8.0
    assert worked("2026-12-25T10:00", "2026-12-25T12:00", free) == 0.0


def test_hours_are_those_of_the_zone_that_readers_see() -> None:
    # 07:30 to 08:30 in UTC is 09:30 to 10:30 in a summer in Berlin, and 08:30 to 09:30 in winter.
    assert worked("2026-06-03T07:30", "2026-06-03T08:30", zone="Europe/Berlin") == 1.0
    assert worked("2026-12-02T07:30", "2026-12-02T08:30", zone="Europe/Berlin") == 0.5


@given(st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30))
def test_the_parts_of_a_time_add_up(one: int, two: int, three: int) -> None:
    first, middle, last = (
        dt.datetime(2026, 1, 1) + dt.timedelta(minutes=each) for each in sorted((one, two, three))
    )
    parts = worked(str(first), str(middle)) + worked(str(middle), str(last))
    assert worked(str(first), str(last)) == pytest.approx(parts)


def test_a_bare_day_and_an_open_incident_have_no_time_in_working_hours() -> None:
    view = seen(
        {"impact_started_at": "2026-06-01", "resolved_at": "2026-07-01", "day_clocks": 1},
        {"impact_started_at": "2026-06-01T10:00", "status": "open"},
        {"impact_started_at": "2026-06-01T10:00", "resolved_at": "2026-06-01T12:00"},
    )
    told = in_working_hours(view, measure(view.incidents, TTR, as_of=AS_OF), OFFICE)
    assert told.status.tolist() == [Status.TOO_COARSE, Status.PENDING, Status.RECORDED]
    assert np.isnan(told.seconds[:2]).all()
    answer = working_median(told)
    assert (answer.estimate, answer.n, answer.n_missing) == (2 * HOUR, 1, 2)


# ---- the setting


def test_hours_are_kept_and_taken_away(store: Store) -> None:
    hours = stored.Hours(8 * HOUR, 16 * HOUR, (0, 2, 4), (dt.date(2026, 12, 25),))
    assert stored.working_hours(store) is None
    assert stored.set_working_hours(store, hours)
    assert stored.working_hours(store) == hours
    assert not stored.set_working_hours(store, hours)
    assert stored.set_working_hours(store, None)
    assert stored.working_hours(store) is None


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (stored.Hours(17 * HOUR, 9 * HOUR, (0,)), "Work begins before it ends"),
        (stored.Hours(9 * HOUR, 17 * HOUR, ()), "at least one working day"),
        (stored.Hours(9 * HOUR, 17 * HOUR, (7,)), "at least one working day"),
    ],
)
def test_hours_that_are_none_are_refused_with_the_reason(
    store: Store, hours: stored.Hours, reason: str
) -> None:
    with pytest.raises(stored.UnfitHours, match=reason):
        stored.set_working_hours(store, hours)


@pytest.mark.parametrize("kept", [5, "nine to five", {"opens": 1}, {"opens": 9, "closes": 3}])
def test_what_another_version_kept_otherwise_is_no_setting(store: Store, kept: Any) -> None:
    store.set_setting(stored.HOURS_SETTING, kept)
    assert stored.working_hours(store) is None


def test_holidays_are_read_one_after_another_and_what_is_none_is_named() -> None:
    assert stored.holidays_in("2026-12-26, 2026-12-25") == (
        dt.date(2026, 12, 25),
        dt.date(2026, 12, 26),
    )
    with pytest.raises(stored.UnfitHours, match=r"'Xmas' is no day such as 2026-12-25"):
        stored.holidays_in("2026-12-26 Xmas")


# ---- the page


def test_the_page_shows_a_vendor_s_average_to_the_second_and_keeps_working_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", make_sample(tmp_path))
    app = run_page(PAGE, tab="How sure")
    table = next(each.value for each in app.table if "Its average" in each.value.columns)
    assert table.iloc[:, 0].tolist() == [
        "MTTA (mean seconds to first ack)",
        "MTTR (mean seconds to resolve)",
    ]
    assert "to see how much of each time was working time" in words(app)
    next(button for button in app.button if button.label == "Keep").click().run()
    assert not app.exception
    working = next(each.value for each in app.table if "By the plain clock" in each.value.columns)
    assert working.iloc[:, 0].tolist()[-1] == "Time to resolve"
    next(button for button in app.button if button.label == "Without working hours").click().run()
    assert not any("By the plain clock" in each.value.columns for each in app.table)
