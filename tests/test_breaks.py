"""Marked days part the records, and nothing else does."""

import datetime as dt

import numpy as np

from analytics.calendar import Break, between, first_points, last_before

SCHEME = Break(dt.date(2026, 3, 1), "new severity scheme")
POLICY = Break(dt.date(2025, 7, 1), "all incidents are reported")


def test_a_break_within_a_stretch_is_named_with_its_day() -> None:
    found = between([SCHEME], dt.date(2026, 1, 1), dt.date(2026, 4, 1))
    assert found == "new severity scheme (2026-03-01)"


def test_several_breaks_are_named_in_order_of_time() -> None:
    found = between([SCHEME, POLICY], dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    assert found == "all incidents are reported (2025-07-01); new severity scheme (2026-03-01)"


def test_a_break_on_the_first_day_or_after_the_last_parts_nothing() -> None:
    assert between([SCHEME], dt.date(2026, 3, 1), dt.date(2026, 6, 1)) == ""
    assert between([SCHEME], dt.date(2026, 1, 1), dt.date(2026, 3, 1)) == ""


def test_the_last_break_before_a_day_may_fall_on_it() -> None:
    assert last_before([SCHEME, POLICY], dt.date(2026, 3, 1)) == dt.date(2026, 3, 1)
    assert last_before([SCHEME, POLICY], dt.date(2026, 2, 28)) == dt.date(2025, 7, 1)
    assert last_before([SCHEME], dt.date(2025, 1, 1)) is None


def test_a_series_begins_anew_with_the_first_point_after_a_break_and_never_with_its_first() -> None:
    months = np.arange("2025-06", "2026-06", dtype="datetime64[M]").astype("datetime64[D]")
    later = Break(dt.date(2026, 3, 2), "merger")
    before_all = Break(dt.date(2020, 1, 1), "long ago")
    assert first_points(months, [SCHEME, later, POLICY, before_all]) == [1, 9, 10]
    assert first_points(months, [Break(dt.date(2025, 7, 10), "in the middle of a month")]) == [2]
    assert first_points(months, [Break(dt.date(2027, 1, 1), "to come")]) == []
