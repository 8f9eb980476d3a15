"""Do periods begin when calendars say, before 1970 as after?"""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import Every, ordinals, run, starts

FIRST_DAYS: dict[Every, dt.date] = {
    "week": dt.date(2026, 4, 27),
    "month": dt.date(2026, 5, 1),
    "quarter": dt.date(2026, 4, 1),
    "year": dt.date(2026, 1, 1),
}


@pytest.mark.parametrize("every", FIRST_DAYS)
def test_the_first_of_may_2026_lies_in_the_period_that_began_on(every: Every) -> None:
    moment = np.array(["2026-05-01T23:59:59"], dtype="datetime64[s]")
    assert starts(ordinals(moment, every), every).tolist() == [FIRST_DAYS[every]]


@given(
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2060, 1, 1)), st.sampled_from([*FIRST_DAYS])
)
def test_each_moment_lies_between_its_period_and_the_next(
    moment: dt.datetime, every: Every
) -> None:
    number = ordinals(np.array([moment], dtype="datetime64[s]"), every)
    first, following = starts(np.array([number[0], number[0] + 1]), every).tolist()
    assert first <= moment.date() < following


def test_a_run_fills_the_gaps() -> None:
    assert run(np.array([7, 4])).tolist() == [4, 5, 6, 7]
    assert run(np.array([], dtype=np.int64)).tolist() == []
