"""One number for one thing: what two pages show of the same records is the same to the last digit.

The worlds are made here, each rough in its own way.
"""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analytics.actions.states import action_states, oldest_open
from analytics.calendar import Period, bounds, period_pair, without_future
from analytics.causes.tables import cause_drift
from analytics.clocks import STEPS, measure
from analytics.duplicates import settled
from analytics.exposure import PER_30_DAYS
from analytics.frames import History
from analytics.impact import impact_by_period, impact_total
from analytics.known_causes.grouping import known_causes
from analytics.known_causes.membership import families_of
from analytics.known_causes.overview import cause_list
from analytics.known_causes.priorities import cause_actions, finish_first
from analytics.recorded import last_told_quarter
from analytics.repeats.ledger import find_repeats
from analytics.response.durations import headline
from analytics.response.rates import how_often, monthly_rates
from analytics.response.stability import stability
from analytics.review.review import Review, review
from analytics.scorecard import scorecard
from analytics.selection import Scope, select
from analytics.surveillance import Chart
from tests.support.histories import history

AS_OF = dt.datetime(2026, 11, 26, 9)
BEGIN = dt.datetime(2023, 10, 1)
Rows = list[dict[str, Any]]


def _world(seed: int, *, a_month: float = 8.0, months: int = 37) -> Rows:
    """Three years of incidents of three teams and four causes, with long and short ones."""
    luck = random.Random(seed)
    rows: Rows = []
    moment = BEGIN
    while True:
        moment += dt.timedelta(days=luck.expovariate(a_month / 30.0))
        if moment > BEGIN + dt.timedelta(days=30.44 * months) or moment > AS_OF:
            return rows
        rows.append(_incident(luck, moment))


def _incident(luck: random.Random, moment: dt.datetime, **more: Any) -> dict[str, Any]:
    seen = moment + dt.timedelta(minutes=luck.lognormvariate(2.0, 1.0))
    felt = moment + dt.timedelta(minutes=luck.lognormvariate(4.0, 1.2))
    rank = luck.choice((1, 2, 2, 3, 3, 3))
    return {
        "impact_started_at": moment.isoformat(),
        "detected_at": seen.isoformat(),
        "mitigated_at": felt.isoformat(),
        "resolved_at": (felt + dt.timedelta(minutes=20)).isoformat(),
        "severity": f"SEV{rank}",
        "severity_rank": rank,
        "team": luck.choice(("Edge", "Payments", "Search")),
        "services": [luck.choice(("cart", "web"))],
        "root_cause_category": luck.choice(("deployment", "network", "capacity", "code bug")),
        "detection_source": luck.choice(("monitoring", "monitoring", "customer")),
        **more,
    }


def _changed(rows: Rows, every: int, **more: Any) -> Rows:
    return [{**row, **(more if n % every == 0 else {})} for n, row in enumerate(rows)]


def _storms(seed: int) -> Rows:
    """Each incident is seen up to four times within a day."""
    luck, rows = random.Random(seed), []
    for row in _world(seed, a_month=4.0):
        first = dt.datetime.fromisoformat(row["impact_started_at"])
        same = {key: row[key] for key in ("root_cause_category", "services", "team")}
        for _ in range(luck.randint(1, 4)):
            first += dt.timedelta(hours=luck.uniform(1.0, 8.0))
            rows.append(_incident(luck, first, **same))
    return rows


def _drifting(seed: int) -> Rows:
    luck = random.Random(seed)
    rows = _world(seed, a_month=24.0)
    return [row for n, row in enumerate(rows) if luck.random() < 0.2 + 0.8 * n / len(rows)]


def _reported_twice(seed: int) -> Rows:
    rows = _world(seed)
    again = [
        {**row, "duplicate_of": n, "is_duplicate": True} for n, row in enumerate(rows) if n % 7 == 0
    ]
    plain = {"duplicate_of": -1, "is_duplicate": False}
    return [*({**row, **plain} for row in rows), *again]


WORLDS: dict[str, Callable[[], Rows]] = {
    "plain": lambda: _world(1),
    "busy": lambda: _world(2, a_month=40.0),
    "rare": lambda: _world(3, a_month=1.2),
    "storms": lambda: _storms(4),
    "drift": lambda: _drifting(5),
    "open": lambda: _changed(_world(6), 9, mitigated_at=None, resolved_at=None, status="open"),
    "impossible": lambda: _changed(_world(7), 6, mitigated_at="2023-01-01T00:00"),
    "end to come": lambda: _changed(_world(8), 50, mitigated_at="2031-01-01", resolved_at=None),
    "drills": lambda: _changed(_world(9), 5, kind="drill"),
    "no detection": lambda: _changed(_world(10), 1, detected_at=None, detection_source=None),
    "causes unknown": lambda: _changed(_world(11), 2, root_cause_category=None),
    "days only": lambda: _changed(_world(12), 3, day_clocks=255),
    "one stray": lambda: [{"impact_started_at": "2019-02-03T10:00"}, *_world(13)],
    "new team": lambda: [
        *_world(14),
        *({**row, "team": "New"} for row in _world(15)[-30:]),
    ],
    "stopped": lambda: _world(16, months=31),
    "begun of late": lambda: [row for row in _world(17) if row["impact_started_at"] > "2026-03"],
    "reported twice": lambda: _reported_twice(18),
    "few": lambda: _world(19, a_month=0.4),
}


@pytest.fixture(scope="module", params=list(WORLDS))
def world(request: pytest.FixtureRequest) -> tuple[History, Review]:
    """Records, and the review of their last quarter."""
    records = settled(without_future(history(WORLDS[request.param]()), now=AS_OF))
    return records, review(records, Scope(), as_of=AS_OF, repeats=find_repeats(records))


def test_how_often_is_the_same_on_the_review_on_response_times_and_on_the_tile(
    world: tuple[History, Review],
) -> None:
    records, found = world
    always = select(records, Scope())
    latest = last_told_quarter(always, as_of=AS_OF)
    assert bounds(latest) == (found.sides.now.start, found.sides.now.end)
    pair = period_pair(latest)
    beside = how_often(always, pair, PER_30_DAYS, as_of=AS_OF)
    claim = found.claim("rate")
    for stretch, figure in ((beside.after, claim.now), (beside.before, claim.reference.figure)):
        if figure.known:
            thirty = figure.map(lambda rate: 30.0 * rate, unit="")
            rate = stretch.rate
            assert rate.n == thirty.n
            assert (rate.estimate, rate.low, rate.high) == pytest.approx(
                (thirty.estimate, thirty.low, thirty.high)
            )
    change = claim.reference.versus.change
    if change.known:
        assert beside.change is not None
        assert (beside.change.ratio.low, beside.change.ratio.high) == (change.low, change.high)
        assert beside.change.ratio.estimate == change.estimate
    else:
        assert beside.change is None
    card = scorecard(found)
    assert card.tile("incidents").now.estimate == beside.after.n == len(found.view)


def test_months_have_the_same_incidents_on_both_charts(world: tuple[History, Review]) -> None:
    records, found = world
    charted = monthly_rates(select(records, Scope()), PER_30_DAYS, as_of=AS_OF)
    by_month = dict(zip(charted.starts.tolist(), charted.counts.tolist(), strict=True))
    months = found.counts[0].months
    for start, count in zip(months.starts.tolist(), months.counts.tolist(), strict=True):
        if start in by_month:
            assert by_month[start] == count


def test_impact_is_the_same_on_the_review_on_impact_and_on_the_tile(
    world: tuple[History, Review],
) -> None:
    records, found = world
    total = impact_total(found.view, as_of=AS_OF).total
    quarters = impact_by_period(select(records, Scope()), every="quarter", as_of=AS_OF)
    at = quarters.starts.astype("datetime64[D]").astype(object) == found.sides.now.start
    assert float(quarters.seconds[at].sum()) == pytest.approx(total.estimate or 0.0)
    assert int(quarters.n[at].sum()) == total.n
    assert int(quarters.n_unknown[at].sum()) == total.n_missing + total.n_invalid
    tile = scorecard(found).tile("hours").now
    assert tile.known == total.known
    if total.estimate is not None:
        assert tile.estimate == pytest.approx(total.estimate)


def test_shares_of_causes_are_the_same_on_the_review_and_on_causes(
    world: tuple[History, Review],
) -> None:
    records, found = world
    if found.drift is None:
        return
    latest = last_told_quarter(select(records, Scope()), as_of=AS_OF)
    pair = period_pair(latest)
    after, before = (
        select(records, Scope(start=period.start, end=period.end))
        for period in (pair.after, pair.before)
    )
    page = cause_drift(after, before)
    assert page.rows == found.drift.rows
    assert page.unknown == found.drift.unknown


@pytest.mark.parametrize("step", ["TTD", "TTA", "TTM", "TTR"])
def test_typical_times_are_the_same_on_the_tile_and_on_response_times(
    world: tuple[History, Review], step: str
) -> None:
    _, found = world
    tile = scorecard(found).tile(step).now
    page = headline(measure(found.view.incidents, STEPS[step], as_of=AS_OF))
    assert (tile.estimate, tile.n) == (page.estimate, page.n)
    assert (tile.n_missing, tile.n_invalid) == (page.n_missing, page.n_invalid)


def _limits(chart: Chart, points: slice) -> list[list[float]]:
    return [getattr(chart, name)[points].tolist() for name in ("values", "centre", "low", "high")]


def test_the_two_charts_of_a_duration_have_the_same_points_and_limits(
    world: tuple[History, Review],
) -> None:
    records, found = world
    mine = found.time_chart
    always = select(records, Scope())
    durations = measure(always.incidents, found.times.step, as_of=AS_OF)
    page = stability(always, durations, reviewed=Period("", *_days(found)))
    begins = page.starts.astype("datetime64[D]")
    if not len(mine.at):
        return
    first = int(np.searchsorted(begins, mine.at[0]))
    points = slice(first, first + len(mine.at))
    assert begins[points].tolist() == mine.at.tolist()
    for one, other in zip(
        _limits(mine.chart, slice(None)), _limits(page.chart, points), strict=True
    ):
        assert one == pytest.approx(other, nan_ok=True)


def test_the_two_charts_of_the_rate_have_the_same_points_and_limits(
    world: tuple[History, Review],
) -> None:
    records, found = world
    mine = found.counts[0].chart
    if mine.kind != "u" or not len(mine.at):
        return
    page = monthly_rates(
        select(records, Scope()), PER_30_DAYS, as_of=AS_OF, reviewed=Period("", *_days(found))
    )
    first = int(np.searchsorted(page.starts, mine.at[0]))
    points = slice(first, first + len(mine.at))
    assert page.starts[points].tolist() == mine.at.tolist()
    mine_by_30 = [[30.0 * value for value in row] for row in _limits(mine.chart, slice(None))]
    for one, other in zip(mine_by_30, _limits(page.found.chart, points), strict=True):
        assert one == pytest.approx(other, nan_ok=True)


def _days(found: Review) -> tuple[dt.date, dt.date]:
    return found.sides.now.start, found.sides.now.end


def test_the_median_beside_the_distribution_is_that_of_the_tile(
    world: tuple[History, Review],
) -> None:
    _, found = world
    beside = found.times
    tile = scorecard(found).tile(beside.step.name).now
    assert beside.medians["now"].estimate == tile.estimate
    # What is drawn of the year before has a median beside it, also where it is too short a year.
    assert beside.medians["reference"].known or not beside.reference.n


def test_what_is_open_against_causes_is_the_same_on_four_pages() -> None:
    """Twelve causes that struck two to four times, each with reports of the same event."""
    luck, rows, links, actions = random.Random(23), [], [], []
    for cause in range(12):
        before = None
        for _ in range(luck.randint(2, 4)):
            moment = BEGIN + dt.timedelta(days=cause + 90 * (len(rows) % 11) + 3 * len(rows))
            here = len(rows)
            rows.append({**_incident(luck, moment), "duplicate_of": -1, "is_duplicate": False})
            rows.append({**rows[here], "duplicate_of": here, "is_duplicate": True})
            if before is not None:
                links.append({"later": here, "earlier": before, "relation": "repeat"})
            for report in (here, here + 1):
                status = luck.choice(("open", "done")) if report == here else "open"
                promise = {"kind": "prevent", "status": status, "created_on": moment}
                actions.append({"incident": report, "title": f"Mend {here}", **promise})
            before = here
    said = [{**link, "origin": "record"} for link in links]
    records = settled(history(rows, actions=actions, links=said))
    view, repeats = select(records, Scope()), find_repeats(records)
    causes = known_causes(repeats)
    listed = cause_list(families_of(causes, ()), view, as_of=AS_OF, most=99)
    first = finish_first(causes, view, as_of=AS_OF, next_review=AS_OF + dt.timedelta(days=90))
    one_by_one = [
        cause_actions(causes, causes.members(int(cause)), as_of=AS_OF) for cause in listed.cause
    ]
    assert listed.total == 12
    assert listed.open_actions.tolist() == [int(each.is_open.sum()) for each in one_by_one]
    open_now = int(listed.open_actions.sum())
    assert 0 < open_now < len(view)
    assert open_now == len(first.action) == action_states(view).still_open
    assert open_now == oldest_open(view, as_of=AS_OF, most=1).total
    # What was open when the last repeat began, and is not done yet, is still open.
    assert int(repeats.open_then.max()) <= open_now
