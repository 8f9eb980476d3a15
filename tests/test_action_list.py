"""Do the promises that have waited longest come first, with what is known of their age?"""

import pandas as pd
import pytest

from analytics.actions.listed import FACETS, listed
from analytics.actions.states import oldest_open
from tests.support.columns import AS_OF, empty, times, view


def test_the_oldest_open_prevention_comes_first_and_those_without_any_date_last() -> None:
    seen = view(
        {"impact_started_at": times("2026-05-31 10:00", None)},
        actions={
            "incident": [0, 0, 1, 0, 0],
            "title": ["young", "dated by its incident", "undated", "done", "alert"],
            "kind": ["prevent"] * 4 + ["detect"],
            "status": ["open", "in_progress", "open", "done", "open"],
            "created_on": times("2026-06-21", None, None, "2020-01-01", "2020-01-01"),
        },
    )
    found = oldest_open(seen, as_of=AS_OF)
    assert found.rows["title"].tolist() == ["dated by its incident", "young", "undated"]
    assert found.rows["basis"].tolist() == ["incident", "created", "unknown"]
    assert found.rows["age_days"].tolist() == pytest.approx([31, 10, float("nan")], nan_ok=True)
    assert found.total == 3


def test_a_list_that_is_cut_says_of_how_many() -> None:
    columns = {"incident": [0] * 30, "status": ["open"] * 30, "kind": ["prevent"] * 30}
    found = oldest_open(view({"id": ["i"]}, actions=columns), as_of=AS_OF, most=10)
    assert (len(found.rows), found.total) == (10, 30)


def test_the_first_due_date_counts_and_not_the_one_it_slipped_to() -> None:
    seen = view(
        {"id": ["i"]},
        actions={
            "incident": [0, 0],
            "kind": ["prevent"] * 2,
            "status": ["open"] * 2,
            "first_due_on": times("2026-06-01", None),
            "due_on": times("2026-08-01", None),
        },
    )
    due = oldest_open(seen, as_of=AS_OF).rows["first_due_on"]
    assert due.isna().tolist() == [False, True]
    assert due.iloc[0] == pd.Timestamp("2026-06-01")


def test_nothing_open_is_an_empty_list() -> None:
    found = oldest_open(empty(), as_of=AS_OF)
    assert (len(found.rows), found.total) == (0, 0)


def test_what_is_past_its_date_stands_before_what_is_due_and_what_only_waits() -> None:
    seen = view(
        {"impact_started_at": times("2026-05-31 10:00")},
        actions={
            "incident": [0] * 5,
            "status": ["open", "open", "done", "in_progress", "open"],
            "created_on": times("2026-06-21", "2026-06-20", "2026-01-01", "2026-06-22", None),
            "due_on": times(None, "2026-08-01", "2026-01-02", "2026-06-23", None),
        },
    )
    assert listed(seen, "all", "", as_of=AS_OF).tolist() == [3, 1, 4, 0, 2]
    assert listed(seen, "left", "open", as_of=AS_OF).tolist() == [3, 1, 4, 0]
    assert listed(seen, "left", "overdue", as_of=AS_OF).tolist() == [3]
    assert listed(seen, "quarter", "2026 Q2", as_of=AS_OF).tolist() == [3, 1, 0]


def test_a_list_of_nothing_that_occurs_is_empty() -> None:
    for facet in FACETS:
        assert len(listed(empty(), facet, "x", as_of=AS_OF)) == 0
