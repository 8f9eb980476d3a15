"""How often incidents happen, per day or per deploy."""

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.calendar import Break, Period, PeriodPair
from analytics.exposure import PER_30_DAYS, Per
from analytics.frames import History
from analytics.response.rates import how_often, monthly_rates
from analytics.selection import Scope, View, select
from analytics.statistics.rates import compare
from tests.support.exposed import exposed
from tests.support.published import published

YEAR, QUARTER, END = dt.date(2025, 1, 1), dt.date(2026, 1, 1), dt.date(2026, 4, 1)
PAIR = PeriodPair(before=Period("before", YEAR, QUARTER), after=Period("after", QUARTER, END))
AS_OF = dt.datetime(2026, 4, 1)
PER_DEPLOYS = Per("deploys", 1e3)


def spread_out(count: int, start: dt.date, end: dt.date, **fields: Any) -> list[dict[str, Any]]:
    """Incidents at even distances, the first of them on the first day."""
    first, last = (dt.datetime.combine(day, dt.time()) for day in (start, end))
    step = (last - first) / count
    return [{"impact_started_at": (first + step * k).isoformat(), **fields} for k in range(count)]


def world(after: int, before: int, *rows: tuple[Any, ...]) -> View:
    incidents = [*spread_out(before, YEAR, QUARTER), *spread_out(after, QUARTER, END)]
    return select(exposed(incidents, *rows), Scope())


def test_two_rates_with_their_exposure_are_compared_as_published() -> None:
    rates = published("rates", "two_rates")
    (after, watched_after), (before, watched_before) = rates["after"], rates["before"]
    view = world(
        after,
        before,
        ("deploys", YEAR, QUARTER, watched_before),
        ("deploys", QUARTER, END, watched_after),
    )
    found = how_often(view, PAIR, PER_DEPLOYS, as_of=AS_OF)
    assert (found.after.n, found.before.n) == (after, before)
    assert found.after.exposure.estimate == pytest.approx(watched_after)
    assert found.change is not None
    assert found.change.dispersion == 1.0
    assert found.change.ratio.estimate == pytest.approx(
        (after / watched_after) / (before / watched_before)
    )
    assert found.change.p_value == pytest.approx(rates["score_p"], rel=0.2)
    assert found.after.rate.estimate == pytest.approx(1e3 * after / watched_after)


def test_per_day_and_per_deploy_answer_different_questions() -> None:
    # Four times the deploys a day in the quarter, and twice the incidents a day.
    view = world(60, 120, ("deploys", YEAR, QUARTER, 3_650.0), ("deploys", QUARTER, END, 3_600.0))
    days, deploys = (how_often(view, PAIR, per, as_of=AS_OF) for per in (PER_30_DAYS, PER_DEPLOYS))
    assert days.change is not None
    assert deploys.change is not None
    assert days.change.ratio.estimate == pytest.approx((60 / 90) / (120 / 365))
    assert deploys.change.ratio.estimate == pytest.approx((60 / 3_600) / (120 / 3_650))
    assert days.change.ratio.low is not None
    assert deploys.change.ratio.high is not None
    assert days.change.ratio.low > 1.0 > deploys.change.ratio.high


def test_where_deploys_are_not_known_there_is_no_rate_and_days_do_not_step_in() -> None:
    view = world(60, 120, ("deploys", YEAR, QUARTER, 3_650.0))
    found = how_often(view, PAIR, PER_DEPLOYS, as_of=AS_OF)
    assert found.change is None
    assert found.after.n == 60
    assert found.after.rate.estimate is None
    assert found.reason == "no amount of deploys is loaded for 2026-01-01 to 2026-03-31"
    assert found.before.rate.estimate == pytest.approx(1e3 * 120 / 3_650)


def test_a_quarter_without_a_deploy_has_no_rate() -> None:
    view = world(6, 6, ("deploys", YEAR, QUARTER, 10.0), ("deploys", QUARTER, END, 0.0))
    assert how_often(view, PAIR, PER_DEPLOYS, as_of=AS_OF).reason.startswith(
        "there were no deploys"
    )


def test_days_before_the_first_record_were_not_watched() -> None:
    began = dt.date(2025, 7, 1)
    incidents = [*spread_out(40, began, QUARTER), *spread_out(20, QUARTER, END)]
    found = how_often(select(exposed(incidents), Scope()), PAIR, PER_30_DAYS, as_of=AS_OF)
    assert found.before.period.start == began
    assert found.before.exposure.estimate == 184.0
    late = select(exposed(spread_out(20, QUARTER, END)), Scope())
    alone = how_often(late, PAIR, PER_30_DAYS, as_of=AS_OF)
    assert alone.reason == "records begin on 2026-01-01"


def test_a_period_counts_as_far_as_it_has_passed() -> None:
    found = how_often(world(60, 120), PAIR, PER_30_DAYS, as_of=dt.datetime(2026, 1, 31))
    assert (found.after.exposure.estimate, found.after.n) == (30.0, 20)
    assert found.after.period.end == dt.date(2026, 1, 31)
    noon = how_often(world(60, 120), PAIR, PER_30_DAYS, as_of=dt.datetime(2026, 1, 31, 12))
    assert (noon.after.period.end, noon.before.period.end) == (dt.date(2026, 2, 1), QUARTER)
    early = how_often(world(60, 120), PAIR, PER_30_DAYS, as_of=dt.datetime(2025, 12, 31))
    assert early.reason == "the period has not begun"


def test_nothing_is_compared_across_a_break_or_with_too_few() -> None:
    merger = Break(dt.date(2025, 10, 1), "merger")
    across = how_often(world(60, 120), PAIR, PER_30_DAYS, as_of=AS_OF, breaks=[merger])
    assert (across.change, across.reason) == (None, "merger (2025-10-01)")
    few = how_often(world(2, 3), PAIR, PER_30_DAYS, as_of=AS_OF)
    assert few.reason == "needs 6 incidents, has 5"


def test_with_less_than_half_a_year_before_the_usual_spread_is_not_known() -> None:
    began = dt.date(2025, 9, 1)
    incidents = [*spread_out(40, began, QUARTER), *spread_out(20, QUARTER, END)]
    deploys = ("deploys", dt.date(2025, 11, 1), END, 1_000.0)
    view = select(exposed(incidents, deploys), Scope())
    found = how_often(view, PAIR, PER_30_DAYS, as_of=AS_OF)
    assert found.before.rate.known
    assert found.change is None
    assert found.reason == "needs 180 days of records before, has 122"
    later = PeriodPair(Period("b", dt.date(2025, 11, 1), QUARTER), PAIR.after)
    per_deploy = how_often(view, later, PER_DEPLOYS, as_of=AS_OF)
    assert per_deploy.reason == "needs 180 days of known deploys before, has 60"


def test_clusters_that_deploys_explain_do_not_widen_the_comparison() -> None:
    # Every second month has ten times the incidents, and ten times the deploys.
    edges = pd.date_range(YEAR, QUARTER, freq="30D").date.tolist()
    incidents, rows = [], []
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        size = 20 if number % 2 else 2
        incidents += spread_out(size, start, end)
        rows.append(("deploys", start, end, 100.0 * size))
    rows += [("deploys", edges[-1], END, 5_000.0)]
    incidents += spread_out(20, QUARTER, END)
    view = select(exposed(incidents, *rows), Scope())
    per_day, per_deploy = (
        how_often(view, PAIR, per, as_of=AS_OF).change for per in (PER_30_DAYS, PER_DEPLOYS)
    )
    assert per_day is not None
    assert per_deploy is not None
    assert per_day.dispersion > 3.0
    assert per_deploy.dispersion < per_day.dispersion / 2


def test_the_test_is_the_exact_one() -> None:
    found = how_often(world(9, 20), PAIR, PER_30_DAYS, as_of=AS_OF)
    assert found.change is not None
    exact = compare(9, 90.0, 20, 365.0)
    assert (found.change.ratio, found.change.p_value) == (exact.ratio, exact.p_value)


def monthly(incidents: list[dict[str, Any]], *rows: tuple[Any, ...]) -> History:
    return exposed(incidents, *rows)


def test_months_are_charted_on_their_deploys_and_those_without_any_have_no_point() -> None:
    incidents = spread_out(365, YEAR, QUARTER)
    months = pd.date_range(YEAR, QUARTER, freq="MS")
    rows = [
        ("deploys", a, b, 100.0 * (b - a).days)
        for a, b in itertools.pairwise(months)
        if a.month != 3
    ]
    found = monthly_rates(
        select(exposed(incidents, *rows), Scope()), PER_DEPLOYS, as_of=dt.datetime(2026, 1, 1)
    )
    assert len(found.starts) == 11
    assert np.datetime64("2025-03-01") not in found.starts
    assert found.found.chart.values == pytest.approx(np.full(11, 10.0), rel=1e-9)
    assert found.n_unknown == 1
    assert found.reason == "no amount of deploys is loaded for 2025-03-01 to 2025-03-31"


def test_the_month_under_way_counts_as_far_as_it_has_passed() -> None:
    incidents = spread_out(365, YEAR, QUARTER)
    as_of = dt.datetime(2025, 2, 11)
    found = monthly_rates(select(exposed(incidents), Scope()), PER_30_DAYS, as_of=as_of)
    assert found.counts.tolist() == [31, 10]
    assert found.exposure.tolist() == [31.0, 10.0]


def test_a_chosen_period_is_charted_from_its_first_day_and_an_empty_month_is_zero() -> None:
    incidents = [*spread_out(31, YEAR, dt.date(2025, 2, 1)), *spread_out(1, QUARTER, END)]
    scope = Scope(start=dt.date(2025, 1, 11), end=dt.date(2025, 4, 1))
    found = monthly_rates(select(exposed(incidents), scope), PER_30_DAYS, as_of=AS_OF)
    assert found.counts.tolist() == [21, 0, 0]
    assert found.exposure.tolist() == [21.0, 28.0, 31.0]


def test_without_an_incident_in_view_there_is_no_month() -> None:
    view = select(exposed([{}]), Scope(teams=("nobody",)))
    found = monthly_rates(view, PER_30_DAYS, as_of=AS_OF)
    assert len(found.starts) == 0
    assert found.false_alarms.estimate is None
