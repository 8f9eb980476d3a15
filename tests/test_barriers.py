"""Do guards count only where somebody confirmed their state, with the hours that follow them?"""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.causes.barriers import (
    costliest_first,
    guard_periods,
    guards_by_cause,
    missing_guards,
    no_suggestions,
)
from analytics.causes.suggesting import FACTORS
from analytics.frames import ACCEPTED, conform
from analytics.selection import Scope, View, select
from tests.support.repeating import Row, history_of, incident


def view(
    incidents: list[Row], confirmed: list[tuple[int, str]], scope: Scope | None = None
) -> View:
    told = [*((row, "barrier", value) for row, value in confirmed), (0, FACTORS, "alert:absent")]
    accepted = pd.DataFrame(told, columns=["incident", "field", "value"])
    history = replace(history_of(incidents, []), accepted=conform(accepted, ACCEPTED))
    return select(history, scope or Scope())


def suggestions(*told: tuple[int, str]) -> pd.DataFrame:
    return pd.DataFrame(told, columns=["incident", "value"])


SEVEN = [
    incident(f"2025-0{month}-01 10:00", hours=month, root_cause_category=cause)
    for month, cause in zip(range(1, 8), ["code bug", "code bug", "network", "code bug", None,
                                          "network", "code bug"], strict=True)
]  # fmt: skip


def test_a_guard_is_missing_where_it_was_absent_or_failed_before_hours_that_add_up() -> None:
    found = missing_guards(
        view(
            SEVEN,
            [
                (0, "alert:absent"),
                (1, "alert:failed"),
                (1, "alert:absent"),
                (2, "alert:held"),
                (3, "canary:absent"),
                (4, "alert:held"),
                (5, "test:failed"),
            ],
        ),
        no_suggestions(),
    )
    # Hours: 6 of the test, 4 of the canary, 1 + 2 of the alert.
    assert [(row.guard, row.hours.estimate) for row in found.rows] == [
        ("test", 6.0),
        ("canary", 4.0),
        ("alert", 3.0),
    ]
    alert = found.rows[2]
    assert (alert.absent, alert.failed, alert.held) == (2, 1, 2)
    assert (alert.without, alert.absent_hours.estimate) == (2, 3.0)
    # In 2 of the 6 incidents that somebody looked at; Wilson.
    assert alert.missing.estimate == pytest.approx(2 / 6)
    assert (alert.missing.low, alert.missing.high) == pytest.approx((0.0968, 0.7000), abs=1e-3)
    assert (found.looked_at, found.n) == (6, 7)


def test_few_incidents_make_no_share_and_unknown_hours_are_counted_beside_the_sum() -> None:
    rows = [incident("2025-01-01 10:00", hours=3), {"kind": "incident"}]
    found = missing_guards(view(rows, [(0, "alert:absent"), (1, "alert:absent")]), no_suggestions())
    (alert,) = found.rows
    assert alert.missing.estimate is None
    assert alert.missing.reason == "needs 6 incidents looked at, has 2"
    assert (alert.hours.estimate, alert.hours.n, alert.hours.n_missing) == (3.0, 1, 1)


def test_suggestions_stand_apart_until_somebody_confirms_them() -> None:
    told = suggestions(
        (0, "alert:absent"), (1, "alert:failed"), (1, "canary:held"), (2, "test:absent")
    )
    found = missing_guards(view(SEVEN, [(0, "alert:held")]), told)
    rows = {row.guard: row for row in found.rows}
    assert set(rows) == {"alert", "test"}  # a guard that worked is not missing
    assert (rows["alert"].absent, rows["alert"].failed, rows["alert"].held) == (0, 0, 1)
    # What somebody said of a guard of an incident settles it, whatever else is suggested.
    assert (rows["alert"].suggested, rows["alert"].suggested_hours.estimate) == (1, 2.0)
    assert (rows["test"].suggested, rows["test"].hours.estimate) == (1, 0.0)
    assert (found.looked_at, found.suggested) == (1, 3)


def test_suggestions_are_judged_in_the_order_of_their_hours() -> None:
    rows = [*SEVEN, {"kind": "incident"}]
    told = suggestions((7, "alert:absent"), (1, "alert:absent"), (6, "test:absent"))
    assert costliest_first(view(rows, []), told)["incident"].tolist() == [6, 1, 7]


def test_only_incidents_in_view_count() -> None:
    spring = Scope(start=dt.date(2025, 3, 1), end=dt.date(2025, 5, 1))
    confirmed = [(0, "alert:absent"), (2, "alert:absent")]
    found = missing_guards(view(SEVEN, confirmed, spring), suggestions((6, "test:absent")))
    assert [(row.guard, row.absent, row.hours.estimate) for row in found.rows] == [
        ("alert", 1, 3.0)
    ]


def test_guards_are_counted_by_root_cause_among_what_was_looked_at() -> None:
    confirmed = [(row, "alert:absent") for row in (0, 1, 2, 4)] + [(3, "alert:held")]
    found = guards_by_cause(view(SEVEN, confirmed))
    assert found.guards == ("alert",)
    assert found.looked_at == {"code bug": 3, "network": 1, "unknown": 1}
    assert found.shares["code bug"]["alert"].reason == "needs 6 incidents looked at, has 3"
    assert len(found.missing_in["code bug"]["alert"]) == 2


def test_by_period_a_guard_is_missing_among_what_was_looked_at_then() -> None:
    twelve = [incident(f"2025-01-{day:02} 10:00") for day in range(1, 8)]
    twelve += [incident(f"2025-07-{day:02} 10:00") for day in range(1, 7)]
    confirmed = [(row, "alert:absent") for row in range(3)]
    confirmed += [(row, "alert:held") for row in range(3, 13)]
    found = guard_periods(view(twelve, confirmed), "alert", every="quarter")
    assert found.starts.astype(str).tolist() == ["2025-01-01", "2025-04-01", "2025-07-01"]
    estimates = [answer.estimate for answer in found.shares]
    assert estimates == [pytest.approx(3 / 7), None, 0.0]
    assert [answer.n for answer in found.shares] == [7, 0, 6]
    assert found.missing_in == ((0, 1, 2), (), ())


def test_nothing_confirmed_and_nothing_suggested_is_nothing_missing() -> None:
    found = missing_guards(view(SEVEN, []), no_suggestions())
    assert (found.rows, found.looked_at, found.suggested, found.n) == ((), 0, 0, 7)
    assert guards_by_cause(view(SEVEN, [])).guards == ()
    assert np.isnan([answer.estimate or np.nan for answer in guard_periods(
        view(SEVEN, []), "alert", every="year").shares]).all()  # fmt: skip
