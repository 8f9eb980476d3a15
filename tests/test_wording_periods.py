"""Names of periods: the one that runs is called so."""

import datetime as dt

import numpy as np
import pytest

from analytics.calendar import Datetimes, Every
from pages.parts.wording.periods import latest_name


@pytest.mark.parametrize(
    ("start", "every", "as_of", "said"),
    [
        ("2026-07-01", "quarter", dt.datetime(2026, 8, 20, 23, 59, 59), "2026 Q3 so far"),
        ("2026-07-01", "quarter", dt.datetime(2026, 9, 30, 23, 59, 59), "2026 Q3"),
        ("2026-01-01", "year", dt.datetime(2026, 8, 20), "2026 so far"),
        ("2026-07-01", "month", dt.datetime(2026, 8, 20), "Jul 2026"),
    ],
)
def test_a_period_that_runs_is_called_so_far(
    start: str, every: Every, as_of: dt.datetime, said: str
) -> None:
    starts: Datetimes = np.array([start], dtype="datetime64[D]")
    assert latest_name(starts, every, as_of=as_of) == said
