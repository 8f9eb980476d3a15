"""Impact in words: one unit for sums, and no zero for what nobody knows."""

import datetime as dt

import pytest

from analytics.impact import impact_total
from pages.views.impact import in_hours, total_basis, total_title
from tests.support.columns import times, view

AS_OF = dt.datetime(2025, 12, 31)


def test_an_impact_that_nobody_knows_is_no_zero() -> None:
    found = impact_total(view({"id": ["a"]}), as_of=AS_OF)
    assert total_title(found).startswith("Impact time: no incident")
    assert total_basis(found, "all time").startswith("0 of 1 incident with a usable start")


def test_a_sum_says_what_is_not_in_it_and_never_a_zero() -> None:
    def said(*ends: str | None) -> str:
        seen = view(
            {
                "impact_started_at": times(*["2025-12-01T10:00"] * len(ends)),
                "resolved_at": times(*ends),
                "status": ["open" if end is None else "resolved" for end in ends],
            }
        )
        return total_title(impact_total(seen, as_of=AS_OF))

    ended, backwards = "2025-12-01T12:00", "2025-12-01T09:00"
    assert said(ended) == "Impact of 1 incident added up: 2 h"
    assert said(ended, None) == "Impact of 1 incident added up: at least 2 h; 1 not over"
    assert said(ended, ended, backwards) == (
        "Impact of 2 incidents added up: at least 4 h; 1 impossible"
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "0 hours"), (1800.0, "30 min"), (36_000.0, "10 hours"), (7_617_600.0, "2,116 hours")],
)
def test_sums_have_one_unit(seconds: float, said: str) -> None:
    assert in_hours(seconds) == said
