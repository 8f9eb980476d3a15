"""A series of months is judged between the days that a reader has marked, never across them."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from analytics.calendar import Break
from analytics.clocks import TTM, measure
from analytics.response.stability import Stability, stability
from analytics.review.claims import Verdict
from analytics.selection import Scope, select
from pages.views.stability import drift_words
from tests.support.claims import judged
from tests.support.histories import history

AS_OF = dt.datetime(2026, 1, 1)
CLAIMED = judged(Verdict.ROSE, key="time:TTM")
MONTHS = 36
#: First month of the second half.
HALF = dt.date(2023, 7, 1)


def found_in(minutes: Sequence[float], breaks: Sequence[Break] = ()) -> Stability:
    """The stability of months from January 2022 on, each with one incident of so many minutes."""
    rows = []
    for month, length in enumerate(minutes):
        began = dt.datetime(2022 + month // 12, 1 + month % 12, 5)
        over = began + dt.timedelta(minutes=length)
        rows.append({"impact_started_at": began, "mitigated_at": over})
    view = select(history([{k: v.isoformat() for k, v in row.items()} for row in rows]), Scope())
    return stability(view, measure(view.incidents, TTM, as_of=AS_OF), breaks=breaks)


def noisy(levels: Sequence[float]) -> list[float]:
    """Minutes around these levels, the same in every run."""
    noise = np.random.default_rng(1).normal(0, 0.2, len(levels))
    return [float(level * np.exp(e)) for level, e in zip(levels, noise, strict=True)]


STEP = noisy([60.0] * (MONTHS // 2) + [420.0] * (MONTHS // 2))


def test_a_change_of_level_that_nobody_marked_is_found_with_its_month() -> None:
    found = found_in(STEP)
    assert found.changed_level
    assert "The level changed in Jul 2023" in drift_words(found, CLAIMED)
    assert drift_words(found, CLAIMED).endswith("(p under 0.001; by ranks p under 0.001).")


def test_no_month_is_named_where_the_review_claims_no_change() -> None:
    found = found_in(STEP)
    for claim in (None, judged(Verdict.NO_SIGNAL)):
        assert "The level changed" not in drift_words(found, claim)
        said = drift_words(found, claim)
        assert said.endswith("; judged with all questions of the review, it is not claimed.")


def test_a_steady_drift_is_told_as_one_and_has_no_month() -> None:
    found = found_in(noisy([60.0 * 1.05**month for month in range(MONTHS)]))
    assert found.drifts
    assert found.split.p_value is not None
    assert found.split.p_value < 0.001
    assert not found.changed_level
    # 5 % a month is 80 % a year.
    said = drift_words(found, CLAIMED)
    assert said.startswith("Drift of the monthly means: +")
    assert 60 < float(said.split("+")[1].split(" ")[0]) < 100
    assert "so no drift" not in said


def test_no_change_of_level_is_claimed_where_the_reader_marked_a_break() -> None:
    found = found_in(STEP, [Break(HALF, "new scheme")])
    assert found.since == MONTHS // 2
    assert not found.changed_level
    assert found.drift.points == MONTHS // 2
    assert "since the break before Jul 2023" in drift_words(found, CLAIMED)


def test_a_change_after_the_last_break_keeps_its_place_among_all_months() -> None:
    levels = [900.0] * 6 + [60.0] * 15 + [420.0] * 15
    found = found_in(noisy(levels), [Break(dt.date(2022, 7, 1), "merger")])
    assert found.since == 6
    assert found.split.index == 21
    assert "Oct 2023" in drift_words(found, CLAIMED)


def test_too_few_months_since_a_break_are_not_tested() -> None:
    found = found_in(STEP, [Break(dt.date(2024, 7, 1), "policy")])
    assert found.split.reason == "needs 12 points, has 6"
    assert found.drift.slope.estimate is None
