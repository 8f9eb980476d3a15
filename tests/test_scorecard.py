"""The figures that a leader asks for first: values by hand, words by the review, ranges by luck."""

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

from analytics.calendar import Break, Period, quarter
from analytics.clocks import TTM, TTR
from analytics.frames import History
from analytics.impact import impact_total
from analytics.quality import known_shares
from analytics.repeats.ledger import find_repeats, repeat_rate
from analytics.response.durations import step_result, summarise, who_noticed
from analytics.review.claims import Verdict
from analytics.review.review import review
from analytics.scorecard import Scorecard, Tile, Word, scorecard
from analytics.selection import Scope, select
from analytics.targets import Target
from analytics.units import DAY, HOUR, MINUTE
from pages.parts.wording.numbers import duration
from pages.views.impact import total_title
from pages.views.scorecard import metric
from tests.benchmarks import worlds
from tests.support.histories import history
from tests.support.pages import opened, run_page
from tests.support.pages_stores import AS_OF, company_history

Q2 = quarter(dt.date(2026, 4, 1))
KEYS = [
    *("incidents", "severe", "TTD", "TTA", "TTM", "TTR", "hours"),
    *("repeats", "outside", "done", "coverage", "publish"),
]


def card(records: History, *, period: Period | None = Q2, **options: Any) -> Scorecard:
    as_of, breaks = options.pop("as_of", AS_OF), options.pop("breaks", ())
    repeats = find_repeats(records)
    scope = options.pop("scope", Scope())
    found = review(records, scope, as_of=as_of, repeats=repeats, period=period, breaks=breaks)
    return scorecard(found, **options)


def incident(day: str, minutes: float = 60.0, **more: Any) -> dict[str, Any]:
    """An incident at noon that was detected after a tenth and acknowledged after a fifth of it."""
    start = dt.datetime.fromisoformat(f"{day}T12:00")
    at = {
        name: start + dt.timedelta(minutes=minutes * part)
        for name, part in (
            ("detected_at", 0.1),
            ("acknowledged_at", 0.2),
            ("mitigated_at", 0.5),
            ("resolved_at", 1.0),
        )
    }
    return {"impact_started_at": start, **at, "severity": "SEV2", "severity_rank": 2} | more


def figures(tile: Tile) -> list[float | None]:
    answers = (tile.now, tile.previous, tile.year_ago, tile.year, tile.year_before)
    return [answer.estimate for answer in answers]


#: A year and a half by hand: one each in 2024 Q4 and 2025 Q2, two in 2026 Q1, three in 2026 Q2.
BY_HAND = [
    incident("2024-10-01", 20),
    incident("2025-05-01", 30, severity="SEV1", severity_rank=1, detection_source="customer"),
    incident("2026-02-01", 40, detection_source="monitoring"),
    incident("2026-02-20", 80, detection_source="customer"),
    incident("2026-04-10", 60, detection_source="customer", has_postmortem=True),
    incident("2026-05-10", 120, severity="SEV1", severity_rank=1, detection_source="monitoring"),
    incident(
        "2026-06-10",
        240,
        detection_source="monitoring",
        has_postmortem=True,
        postmortem_published_at="2026-06-14T09:00",
    ),
]


def test_values_are_given_for_every_stretch_by_hand() -> None:
    found = card(history(BY_HAND))
    assert [tile.key for tile in found.tiles] == KEYS
    assert figures(found.tile("incidents")) == [3, 2, 1, 5, None]
    assert figures(found.tile("severe")) == [1, 0, 1, 1, None]
    assert found.tile("severe").label == "SEV1"
    # One incident in the first half of the year before, two in its second: of 91 days in 365.
    assert found.tile("incidents").reference.estimate == pytest.approx(3 * 91 / 365)
    assert found.tile("TTR").reference.estimate == 40 * MINUTE
    minutes = [60 * MINUTE, 120 * MINUTE, 240 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    half = [m / 2 for m in minutes]
    assert figures(found.tile("TTR")) == [120 * MINUTE, HOUR, 30 * MINUTE, 80 * MINUTE, None]
    assert figures(found.tile("TTM")) == [HOUR, 30 * MINUTE, 15 * MINUTE, 40 * MINUTE, None]
    assert figures(found.tile("TTD")) == [12 * MINUTE, 360, 180, 480, None]
    assert figures(found.tile("TTA")) == [12 * MINUTE, 360, 180, 480, None]
    assert found.tile("TTR").mean == summarise_mean(sum(minutes[:3]) / 3)
    assert figures(found.tile("hours")) == [sum(half[:3]), HOUR, 15 * MINUTE, sum(half), None]
    assert figures(found.tile("outside")) == [1 / 3, 1 / 2, 1, 2 / 5, None]
    assert figures(found.tile("coverage")) == [2 / 3, 0, 0, 2 / 5, None]
    assert figures(found.tile("publish")) == [4 * DAY, None, None, 4 * DAY, None]
    reason = found.tile("incidents").year_before.reason
    assert reason == "records begin on 2024-10-01"


def summarise_mean(seconds: float) -> Any:
    class Mean:
        def __eq__(self, other: object) -> bool:
            return getattr(other, "estimate", None) == pytest.approx(seconds)

    return Mean()


def test_what_cannot_be_compared_says_how_many_it_needs() -> None:
    found = card(history(BY_HAND))
    refused = {tile.key: (tile.word, tile.reason) for tile in found.tiles}
    assert refused["TTR"] == (Word.TOO_FEW, "needs 6 incidents in each period, has 3")
    assert refused["outside"] == (Word.TOO_FEW, "needs 6 incidents in each period, has 3")
    assert refused["coverage"] == (Word.TOO_FEW, "needs 4 earlier periods as long, has 3")
    assert refused["publish"] == (Word.TOO_FEW, "needs 4 earlier periods as long, has 0")
    assert refused["repeats"][0] is Word.NOT_RECORDED
    assert refused["done"][0] is Word.NOT_RECORDED


def test_a_single_incident_has_all_its_values_and_no_comparison() -> None:
    found = card(history([incident("2026-05-05", 90)]))
    assert found.tile("incidents").now.estimate == 1
    assert found.tile("TTR").now.estimate == 90 * MINUTE
    assert found.tile("hours").now.estimate == 45 * MINUTE
    assert found.tile("TTR").word is Word.TOO_FEW
    assert found.tile("TTR").reason == "needs 180 days of records before, has 0"
    assert not any(tile.word in (Word.BETTER, Word.WORSE, Word.MORE) for tile in found.tiles)


def test_without_a_record_nothing_is_known_and_nothing_breaks() -> None:
    found = card(History.of())
    assert {tile.key for tile in found.tiles if tile.word is Word.NOT_RECORDED} == set(KEYS) - {
        "incidents"
    }
    assert found.tile("incidents").now.estimate == 0
    with pytest.raises(KeyError):
        found.tile("MTBF")


def test_the_line_of_months_has_gaps_where_nothing_is_known() -> None:
    tile = card(history(BY_HAND)).tile("TTR")
    assert tile.months[-1] == np.datetime64("2026-06-01")
    assert len(tile.months) == 21  # the month of the first record is whole, as it begins there
    assert tile.values[-3:].tolist() == [60 * MINUTE, 120 * MINUTE, 240 * MINUTE]
    assert np.isnan(tile.values[-4])
    assert card(history(BY_HAND)).tile("incidents").values[-5:].tolist() == [2, 0, 1, 1, 1]


def quarters(counts: list[int]) -> list[dict[str, Any]]:
    """So many incidents in each quarter up to 2026 Q2, on its first days."""
    firsts = [Q2.start]
    for _ in counts[1:]:
        firsts.append(quarter(firsts[-1] - dt.timedelta(days=1)).start)  # type: ignore[operator]
    days = [
        first + dt.timedelta(days=n)  # type: ignore[operator]
        for first, count in zip(reversed(firsts), counts, strict=True)
        for n in range(count)
    ]
    return [incident(day.isoformat()) for day in days]


def test_the_usual_range_is_what_nine_of_ten_quarters_bring() -> None:
    # Roots 2, 3, 2, 3: mean 2.5, variance 1/3; t(0.95; 3) = 2.3534; one more value adds a quarter.
    usual = card(history(quarters([4, 9, 4, 9, 5]))).tile("incidents").usual
    assert usual.n == 4
    assert usual.low == pytest.approx(0.9622, abs=0.001)
    assert usual.high == pytest.approx(16.153, abs=0.01)


def test_a_usual_range_needs_four_quarters() -> None:
    usual = card(history(quarters([4, 9, 4, 5]))).tile("incidents").usual
    assert (usual.low, usual.high) == (None, None)
    assert usual.reason == "needs 4 earlier periods as long, has 3"


def test_equal_quarters_vary_at_least_by_luck_and_by_what_a_clock_shows() -> None:
    found = card(history(quarters([9] * 9)))
    low, high = found.tile("incidents").usual.low, found.tile("incidents").usual.high
    assert low == pytest.approx((3 - 1.8946 * (0.25 * 9 / 8) ** 0.5) ** 2, rel=1e-3)
    assert high == pytest.approx((3 + 1.8946 * (0.25 * 9 / 8) ** 0.5) ** 2, rel=1e-3)
    time = found.tile("TTR")
    assert time.usual.holds(time.now.estimate or 0.0)
    assert not time.usual.holds((time.now.estimate or 0.0) + 60 * MINUTE)


def test_the_usual_range_holds_what_nine_of_ten_worlds_bring() -> None:
    inside, tried = 0, 0
    for seed in range(30):
        rng = np.random.default_rng([7, seed])
        world = replace(worlds.null_world(rng), dispersion=1.0)
        found = card(worlds.build(world, rng), period=worlds.PERIOD, as_of=worlds.AS_OF)
        for key in ("incidents", "TTM", "TTR", "hours", "outside"):
            tile = found.tile(key)
            inside += bool(tile.usual.holds(tile.now.estimate or 0.0))
            tried += 1
    assert 0.85 <= inside / tried <= 0.95


def test_words_are_those_of_the_review_and_of_no_other_test() -> None:
    rng = np.random.default_rng(5)
    records = worlds.build(worlds.halved_world(rng), rng)
    found = card(records, period=worlds.PERIOD, as_of=worlds.AS_OF)
    words = {tile.key: tile.word for tile in found.tiles}
    assert words["TTM"] is words["TTR"] is Word.BETTER
    assert words["incidents"] is Word.AS_USUAL
    claim = found.tile("TTM").claim
    assert claim is not None
    assert claim.verdict is Verdict.FELL


def test_more_severe_ones_are_more_and_neither_better_nor_worse() -> None:
    rng = np.random.default_rng(3)
    records = worlds.build(worlds.doubled_world(rng), rng)
    without = records.incidents["severity"] != "SEV1"
    records = History.of(records.incidents[without].reset_index(drop=True))
    tile = card(records, period=worlds.PERIOD, as_of=worlds.AS_OF).tile("severe")
    assert (tile.label, tile.word) == ("SEV2", Word.MORE)


def test_across_a_break_nothing_is_compared_and_the_break_is_named() -> None:
    marked = [Break(dt.date(2026, 3, 1), "new policy")]
    found = card(history(quarters([9] * 9)), breaks=marked)
    tile = found.tile("incidents")
    assert (tile.now.estimate, tile.word) == (9, Word.NOT_COMPARED)
    assert tile.reason == "new policy (2026-03-01)"
    assert tile.usual.reason == "needs 4 earlier periods as long, has 0"


def test_where_no_severity_is_recorded_the_severe_ones_are_not() -> None:
    rows = [incident("2026-05-05") | {"severity": None, "severity_rank": None}]
    tile = card(history(rows)).tile("severe")
    assert (tile.word, tile.now.reason) == (Word.NOT_RECORDED, "no severity is recorded")


def test_a_period_that_has_not_begun_has_no_value_and_no_usual_range() -> None:
    ahead = quarter(dt.date(2026, 10, 1))
    found = card(history(quarters([9] * 9)), period=ahead)
    for key in ("incidents", "TTR", "coverage"):
        tile = found.tile(key)
        assert (tile.now.estimate, tile.now.reason) == (None, "the period has not begun")
        assert (tile.word, tile.usual.n) == (Word.NOT_COMPARED, 0)


def test_a_running_period_is_held_against_as_much_of_those_before() -> None:
    rows = quarters([9] * 8 + [4])
    rows += [incident("2025-06-20"), incident("2025-12-20")]
    found = card(history(rows), as_of=dt.datetime(2026, 4, 4, 23, 59, 59)).tile("incidents")
    assert found.now.estimate == 4
    # Four days of a quarter have four of its nine incidents: roots of 2, as far apart as luck has.
    reach = 1.8946 * (0.25 * 9 / 8) ** 0.5
    assert found.usual.low == pytest.approx((2 - reach) ** 2, rel=1e-3)
    assert found.usual.high == pytest.approx((2 + reach) ** 2, rel=1e-3)
    assert found.year.estimate == 4 + 27 + 2 + 5
    assert found.months[-1] == np.datetime64("2026-03-05")


def test_young_incidents_are_held_against_others_when_those_were_young() -> None:
    rows = []
    for row in quarters([12] * 9):
        late = row["impact_started_at"] + dt.timedelta(days=100)
        if late < AS_OF:
            row |= {"has_postmortem": True, "postmortem_published_at": late}
        rows.append(row)
    found = card(history(rows))
    assert figures(found.tile("coverage"))[:2] == [0.0, 1.0]
    assert found.tile("coverage").word is Word.AS_USUAL
    assert found.tile("publish").previous.estimate == 100 * DAY


def test_a_post_mortem_before_the_end_has_no_time_to_publish() -> None:
    rows = [
        incident("2026-05-05", postmortem_published_at="2026-05-01T00:00"),
        incident("2026-05-06", postmortem_published_at="2026-05-06T00:00", day_clocks=1 << 7),
    ]
    answer = card(history(rows)).tile("publish").now
    assert (answer.estimate, answer.n, answer.n_invalid) == (0.0, 1, 1)


def test_the_share_within_target_stands_beside_its_time() -> None:
    targets = [
        Target("TTR", HOUR, wanted=0.9),
        Target("TTR", 3 * HOUR, severity="SEV1"),
        Target("publish", 3 * DAY),
    ]
    found = card(history(BY_HAND), targets=targets)
    within = found.tile("TTR").within
    assert within is not None
    # 60 min of SEV2 within the hour, 120 min of SEV1 within three, 240 min of SEV2 not.
    assert (within.estimate, within.n) == (pytest.approx(2 / 3), 3)
    published = found.tile("publish").within
    assert published is not None
    assert (published.estimate, published.n, published.n_missing) == (0.0, 1, 2)
    assert found.tile("TTM").within is None


def test_every_tile_is_the_number_that_the_pages_show() -> None:
    records = company_history()
    found = card(records)
    view = select(records, Scope(start=Q2.start, end=Q2.end))
    assert found.tile("incidents").now.n == len(view)
    assert found.tile("hours").now == impact_total(view, as_of=AS_OF).total
    for step in (TTM, TTR):
        shown = step_result(view, step, as_of=AS_OF)
        assert found.tile(step.name).now == shown.headline
        assert found.tile(step.name).mean == summarise(shown.durations).mean
    assert found.tile("repeats").now == repeat_rate(find_repeats(records), view).of_examined
    assert found.tile("outside").now == who_noticed(view).outside
    known = {each.name: each.share for each in known_shares(view) if each.table == "incidents"}
    coverage = found.tile("coverage").now
    assert (coverage.estimate, coverage.n) == (known["postmortem"].estimate, known["postmortem"].n)
    claims = review(records, Scope(), as_of=AS_OF, repeats=find_repeats(records), period=Q2)
    assert found.tile("done").now == claims.claim("done").now


@pytest.mark.usefixtures("company_store")
def test_the_front_page_shows_the_tiles_as_they_are() -> None:
    app = opened("more")
    expected = {
        text.label: text
        for text in (metric(tile) for tile in card(company_history(), period=None).tiles)
    }
    assert {one.label: (one.value, one.delta) for one in app.metric} == {
        text.label: (text.value, text.beside) for text in expected.values()
    }
    assert {one.label: one.help for one in app.metric} == {
        text.label: text.help for text in expected.values()
    }
    drawn = next(html for html in app.get("html") if "data:image/svg" in html.proto.body)
    bars = unquote(drawn.proto.body).count("<rect")
    assert (app.metric[0].label, bars) == ("Incidents", len(expected["Incidents"].course))


@pytest.mark.usefixtures("company_store")
def test_the_front_page_and_the_page_of_a_figure_show_the_same_number() -> None:
    tiles = {one.label: one.value for one in opened("more").metric}
    response = run_page("pages/response.py", period="2026 Q2")
    titles = [title.value for title in response.header]
    phases = run_page("pages/response.py", period="2026 Q2", tab="Where the time goes")
    titles += [title.value for title in phases.header]
    assert f"Time to mitigate (MTTM): typically {tiles['Time to mitigate']}" in titles
    outside = next(title for title in titles if title.startswith("Noticed outside first: "))
    assert f"({tiles['Found outside']}," in outside
    quarter_two = select(company_history(), Scope(start=Q2.start, end=Q2.end))
    impact = impact_total(quarter_two, as_of=AS_OF)
    assert tiles["Impact added up"] == f"≥ {duration(impact.total.estimate)}"
    assert total_title(impact) in [title.value for title in opened("hurts").header]
