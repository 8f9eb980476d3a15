"""Impact to be expected of a cause: by hand, and found again in causes of known rates."""

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.frames import History
from analytics.impact import impact_hours
from analytics.known_causes.grouping import NO_CAUSE, KnownCauses, known_causes
from analytics.known_causes.overview import impact_ahead
from analytics.repeats.ledger import find_repeats
from data.history import read_history
from data.store import open_store
from tests.support.pages_stores import make_sample
from tests.support.repeating import Row, history_of, incident, link

AS_OF = dt.datetime(2025, 12, 31)


def causes_of(rows: list[Row], links: list[Row]) -> KnownCauses:
    return known_causes(find_repeats(history_of(rows, links)))


def test_one_time_takes_the_mean_of_a_log_normal_not_its_middle() -> None:
    rows = [incident(f"2025-{month:02}-01", hours=2) for month in (1, 4, 7, 10)]
    found = impact_ahead(
        causes_of(rows, [link(k, k - 1) for k in (1, 2, 3)]), np.array([0]), as_of=AS_OF, days=90
    )
    # Three values beyond the first, without scatter, beside four of the planning spread.
    within = 4 * 1.25**2 / (3 + 4)
    assert found.hours_each == pytest.approx([2 * math.exp((within / 4 + within) / 2)])
    assert found.hours == pytest.approx(found.recurrences * found.hours_each)


@pytest.mark.parametrize(("third", "second_time"), [([], 6.0), ([2.0], 8.0)])
def test_incidents_within_a_day_are_one_time_and_count_together(
    third: list[float], second_time: float
) -> None:
    rows = [incident("2025-01-01", hours=2), incident("2025-05-01", hours=6)]
    rows += [incident("2025-05-01 12:00", hours=hours) for hours in third]
    causes = causes_of(rows, [link(k, k - 1) for k in range(1, len(rows))])
    found = impact_ahead(causes, np.array([0]), as_of=AS_OF, days=90)
    scatter = math.log(second_time / 2) ** 2 / 2
    within = (scatter + 4 * 1.25**2) / (1 + 4)
    middle = math.sqrt(2 * second_time)
    assert found.hours_each == pytest.approx([middle * math.exp((within / 2 + within) / 2)])


def test_what_began_after_the_moment_looked_from_is_not_looked_at() -> None:
    rows = [incident("2025-01-01"), incident("2025-03-01"), incident("2025-09-01", hours=90)]
    links = [link(1, 0), link(2, 1)]
    early = dt.datetime(2025, 6, 1)
    all_of_it, first_two = (
        impact_ahead(causes_of(rows[:n], links[: n - 1]), np.array([0]), as_of=early, days=90)
        for n in (3, 2)
    )
    assert all_of_it.hours == pytest.approx(first_two.hours)


def test_a_cause_that_came_back_for_the_first_time_today_is_expected_again() -> None:
    rows = [incident("2025-01-01"), incident("2025-06-01 09:00")]
    noon, midnight = (
        impact_ahead(
            causes_of(rows, [link(1, 0)]),
            np.array([0]),
            as_of=dt.datetime(2025, 6, 1, hour),
            days=90,
        ).recurrences[0]
        for hour in (12, 0)
    )
    assert (noon > 0.1, math.isnan(midnight)) == (True, True)


def test_without_a_recurrence_or_a_known_impact_nothing_is_expected() -> None:
    alone = impact_ahead(
        causes_of([incident("2025-01-01")], []), np.array([0]), as_of=AS_OF, days=9
    )
    assert np.isnan([alone.hours, alone.low, alone.high]).all()
    bare: list[Row] = [{**incident("2025-01-01"), "mitigated_at": None, "resolved_at": None}]
    unknown = impact_ahead(causes_of(bare, []), np.array([0]), as_of=AS_OF, days=9)
    assert np.isnan(unknown.hours_each).all()
    assert unknown.borrowed.all()


def test_made_up_causes_take_what_is_expected_and_mostly_within_the_interval() -> None:
    rng = np.random.default_rng(1)
    worlds = [_world(rng, causes=60, days=730, ahead=90) for _ in range(6)]
    expected, high, seen = (np.concatenate(each) for each in zip(*worlds, strict=True))
    assert seen.sum() == pytest.approx(expected.sum(), rel=0.25)
    assert (seen <= high).mean() > 0.95
    # Where it is worth a guess, the interval is not so wide that it says nothing.
    assert np.median(high[expected > 2] / expected[expected > 2]) < 10


def _world(
    rng: np.random.Generator, *, causes: int, days: int, ahead: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """Causes of gamma rates and log-normal hours: expected, upper end, and what came."""
    rows: list[Row] = []
    links: list[Row] = []
    first_of: list[int] = []
    seen: list[float] = []
    start = pd.Timestamp("2024-01-01")
    for rate, middle in zip(
        rng.gamma(1.0, 1 / 200, causes), rng.normal(np.log(2), 0.7, causes), strict=True
    ):
        first, later = len(rows), 0.0
        at = rng.uniform(0, days * 0.8)
        while at < days + ahead:
            hours = math.exp(rng.normal(middle, 1.1))
            if at < days:
                rows.append(incident(str((start + pd.Timedelta(days=at)).floor("s")), hours=hours))
                links += [link(len(rows) - 1, len(rows) - 2)] if len(rows) - 1 > first else []
            else:
                later += hours
            at += 2 + rng.exponential(1 / rate)
        first_of.append(first)
        seen.append(later)
    found = known_causes(find_repeats(history_of(rows, links)))
    cut = (start + pd.Timedelta(days=days)).to_pydatetime()
    told = impact_ahead(found, np.arange(len(found)), as_of=cut, days=ahead)
    of = found.of[first_of]
    return told.hours[of], told.high[of], np.array(seen)


def test_of_the_windows_of_the_sample_nineteen_in_twenty_lie_within_what_was_told(
    tmp_path: Path,
) -> None:
    store = open_store(make_sample(tmp_path))
    causes = known_causes(find_repeats(History.of(**read_history(store).tables(), revision=1)))
    store.close()
    began = causes.repeats.links.moments.began
    hours = np.nan_to_num(impact_hours(causes.repeats.history.incidents))
    first_began = began[causes.incidents[causes.first[:-1]]]
    inside = []
    for start in pd.date_range("2024-03-16", "2026-05-22", freq="90D"):
        end = start + pd.Timedelta(days=90)
        asked = np.flatnonzero(first_began <= start.to_datetime64())
        told = impact_ahead(causes, asked, as_of=start.to_pydatetime(), days=90)
        window = (began > start.to_datetime64()) & (began <= end.to_datetime64())
        window &= causes.of != NO_CAUSE
        seen = np.bincount(causes.of[window], weights=hours[window], minlength=len(causes))[asked]
        often = told.recurrences > 0.3
        inside.append(((told.low <= seen) & (seen <= told.high))[often])
    assert len(np.concatenate(inside)) == 50
    assert np.concatenate(inside).mean() > 0.95
