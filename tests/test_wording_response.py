"""Response times in words: too few, one of them, none."""

import datetime as dt

import numpy as np
import pytest

from analytics.answer import Answer
from analytics.exposure import PER_30_DAYS
from analytics.response.durations import response
from analytics.response.groups import durations_by_group, members, rates_by_group
from analytics.response.stability import stability
from analytics.review.claims import Verdict
from analytics.selection import Scope, View, select
from analytics.statistics.quantiles import geometric_mean
from pages.parts.wording.response import duration_or_few
from pages.views.durations import closed_early_words
from pages.views.groups import group_durations_basis, groups_basis
from pages.views.stability import chart_words, stability_basis, stability_finding
from tests.support.claims import judged
from tests.support.histories import history

AS_OF = dt.datetime(2024, 7, 1)


def lasting(service: str | None, minutes: int | None, day: int) -> dict[str, object]:
    start = dt.datetime(2024, 1, 1) + dt.timedelta(days=day)
    end = None if minutes is None else (start + dt.timedelta(minutes=minutes)).isoformat()
    named = {} if service is None else {"services": [service]}
    return {"impact_started_at": start.isoformat(), "mitigated_at": end, **named}


def some(*rows: dict[str, object]) -> View:
    return select(history(list(rows)), Scope())


def bases(seen: View) -> tuple[str, str]:
    """What the figures of rates and of durations of services rest on."""
    found = members(seen, "service")
    assert found is not None
    rates = rates_by_group(seen, found, "service", PER_30_DAYS, as_of=AS_OF)
    durations = durations_by_group(seen, found, as_of=AS_OF)
    return groups_basis(rates, "service"), group_durations_basis(durations, "service")


def test_a_duration_of_too_few_for_an_interval_says_how_many_they_are() -> None:
    assert duration_or_few(geometric_mean(np.array([120.0] * 4))) == "2 min (from 4 incidents)"
    assert duration_or_few(geometric_mean(np.array([120.0] * 6))) == "2 min"
    assert duration_or_few(Answer(None, reason="none recorded")) == "none recorded"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ""),
        (1, " · 1 incident was closed before the impact was over"),
        (2, " · 2 incidents were closed before the impact was over"),
    ],
)
def test_how_many_were_closed_early(number: int, said: str) -> None:
    assert closed_early_words(number) == said


def test_each_figure_of_groups_has_its_own_basis() -> None:
    seen = some(
        lasting("a", 10, 0),
        lasting("b", None, 1),
        lasting("c", 20, 2),
        lasting(None, 30, 3),
        lasting(None, None, 4),
    )
    rates, durations = bases(seen)
    assert rates.startswith("3 services in alphabetical order")
    assert rates.endswith("2 incidents of no known service left out")
    assert durations.startswith("2 services with a duration")
    assert durations.endswith("2 incidents with both · 1 more of no known service left out")


def test_nothing_left_out_is_not_mentioned() -> None:
    rates, durations = bases(some(lasting("a", 10, 0), lasting("b", 9, 1)))
    assert "left out" not in rates
    assert "left out" not in durations


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "geometric mean of each month"),
        ([0], "geometric mean of each month · 1 month with 1 incident"),
        ([0, 40, 41], "2 months with 3 incidents"),
    ],
)
def test_months_are_counted_as_people_count(days: list[int], said: str) -> None:
    seen = some(*[lasting("a", 10, day) for day in days]) if days else some(lasting("a", None, 0))
    found = stability(seen, response(seen, as_of=AS_OF)["TTM"].durations)
    assert said in stability_basis(found)
    assert "not known" not in stability_basis(found)


def test_that_no_rule_fired_is_not_called_stable() -> None:
    days = [30 * month for month in range(24)]
    seen = some(*[lasting("a", 10 + day % 7, day) for day in days])
    found = stability(seen, response(seen, as_of=AS_OF)["TTM"].durations)
    assert chart_words(found) == "No rule of the chart fired."
    usual = judged(Verdict.NO_SIGNAL, key="time:TTM")
    assert stability_finding("TTM", usual) == "Time to mitigate month by month: about as usual"
    assert stability_finding("TTM", None) == "Time to mitigate month by month"


def test_a_signal_of_the_chart_is_small_print_and_no_title() -> None:
    minutes = [10.0, 11.0, 9.0, 10.5] * 6 + [400.0]
    seen = some(*[lasting("a", length, 30 * k) for k, length in enumerate(minutes)])
    found = stability(seen, response(seen, as_of=AS_OF)["TTM"].durations)
    assert found.chart.signals
    assert chart_words(found).startswith("Latest rule of the chart: ")
    title = stability_finding("TTM", judged(Verdict.ROSE, key="time:TTM"))
    assert title == "Time to mitigate month by month: longer than in the 12 months before"
