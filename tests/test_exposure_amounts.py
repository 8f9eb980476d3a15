"""How much exposure falls into a span: by its part, and never guessed."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.exposure import DAYS, Meter, meter
from analytics.selection import Scope
from tests.support.exposed import exposed

MAY, JUNE, JULY, AUGUST = (dt.datetime(2026, month, 1) for month in (5, 6, 7, 8))
MONTHS = (
    ("deploys", MAY, JUNE, 31.0),
    ("deploys", JUNE, JULY, 60.0),
    ("deploys", JULY, AUGUST, 93.0),
)


def deploys(*rows: tuple[object, ...]) -> Meter:
    return meter(exposed([{}], *rows), "deploys", Scope())


def test_days_are_always_known() -> None:
    days = meter(exposed([{}]), DAYS, Scope(teams=("anyone",)))
    assert days.amount(MAY, dt.datetime(2026, 5, 2, 12)).estimate == 1.5


def test_whole_stretches_are_added_up() -> None:
    found = deploys(*MONTHS).amount(MAY, AUGUST)
    assert (found.estimate, found.unit, found.n) == (184.0, "deploys", 1)


def test_a_stretch_partly_in_the_span_counts_by_its_part() -> None:
    # 11 of 31 days of May at 1 a day, and 10 of 30 days of June at 2 a day.
    found = deploys(*MONTHS).amount(dt.datetime(2026, 5, 21), dt.datetime(2026, 6, 11))
    assert found.estimate == pytest.approx(11.0 + 20.0)


def test_a_part_of_a_day_counts_too() -> None:
    found = deploys(*MONTHS).amount(dt.datetime(2026, 6, 1, 6), dt.datetime(2026, 6, 1, 18))
    assert found.estimate == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("rows", "lacking"),
    [
        (MONTHS[1:], "2026-05-01 to 2026-05-31"),
        (MONTHS[:2], "2026-07-01 to 2026-07-31"),
        ((MONTHS[0], MONTHS[2]), "2026-06-01 to 2026-06-30"),
    ],
)
def test_a_day_without_an_amount_leaves_none_for_the_span_and_is_named(
    rows: tuple[tuple[object, ...], ...], lacking: str
) -> None:
    found = deploys(*rows).amount(MAY, AUGUST)
    assert found.estimate is None
    assert found.reason == f"no amount of deploys is loaded for {lacking}"


def test_a_gap_outside_the_span_does_not_matter() -> None:
    assert deploys(MONTHS[0], MONTHS[2]).amount(MAY, JUNE).estimate == 31.0


def test_days_of_two_amounts_leave_none_for_spans_with_them_and_for_no_other() -> None:
    again = ("deploys", dt.datetime(2026, 5, 30), dt.datetime(2026, 6, 3), 9.0)
    counted = deploys(*MONTHS, again)
    found = counted.amount(MAY, JUNE)
    assert found.estimate is None
    assert found.reason == "two amounts of deploys are loaded for 2026-05-30 to 2026-05-31"
    assert counted.amount(MAY, dt.datetime(2026, 5, 30)).estimate == pytest.approx(29.0)
    assert counted.amount(dt.datetime(2026, 6, 3), JULY).estimate == pytest.approx(56.0)


def test_of_days_without_an_amount_and_days_with_two_the_first_are_named() -> None:
    twice = [("deploys", dt.datetime(2026, 5, 11), dt.datetime(2026, 5, 21), 9.0)] * 2
    reason = deploys(*twice).amount(MAY, JUNE).reason
    assert reason == "no amount of deploys is loaded for 2026-05-01 to 2026-05-10"
    reason = deploys(*twice).amount(dt.datetime(2026, 5, 11), JUNE).reason
    assert reason == "two amounts of deploys are loaded for 2026-05-11 to 2026-05-20"


spans = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda it: (it[0], it[0] + it[1]))


@given(st.lists(spans, min_size=1, max_size=8), spans)
def test_the_amount_is_that_of_days_that_one_amount_is_of(
    rows: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    day = [dt.datetime(2026, 1, 1) + dt.timedelta(n) for n in range(50)]
    meter = deploys(*(("deploys", day[a], day[b], 3.0 * (b - a)) for a, b in rows))
    found = meter.amount(day[asked[0]], day[asked[1]]).estimate
    of_each = [sum(a <= n < b for a, b in rows) for n in range(*asked)]
    expected = 3.0 * len(of_each) if set(of_each) == {1} else None
    assert found == (None if expected is None else pytest.approx(expected))


def test_an_amount_of_nothing_is_known_to_be_nothing() -> None:
    assert deploys(("deploys", MAY, JUNE, 0.0)).amount(MAY, JUNE).estimate == 0.0


def test_an_empty_span_has_no_amount() -> None:
    assert deploys(*MONTHS).amount(JUNE, JUNE).reason == "the span is empty"


def test_many_spans_are_answered_as_each_one_alone() -> None:
    counted = deploys(*MONTHS)
    edges = np.arange("2026-04-25", "2026-08-15", 6, dtype="datetime64[D]").astype("datetime64[s]")
    together = counted.between(edges[:-1], edges[1:])
    alone = [
        counted.amount(a.astype(object), b.astype(object)).estimate
        for a, b in itertools.pairwise(edges)
    ]
    assert together == pytest.approx([np.nan if a is None else a for a in alone], nan_ok=True)
    assert np.isnan(together).tolist() == [True, *[False] * 15, True, True]


#: Days from 1 January 2026, in order: ends of stretches that follow each other.
cuts = st.lists(st.integers(1, 400), min_size=1, max_size=12, unique=True).map(sorted)


@given(cuts, st.integers(0, 400), st.data())
def test_an_even_stream_has_the_same_amount_however_it_is_cut(
    ends: list[int], day: int, data: st.DataObject
) -> None:
    origin = dt.datetime(2026, 1, 1)
    stretches = zip([0, *ends[:-1]], ends, strict=True)
    rows = [
        ("deploys", origin + dt.timedelta(a), origin + dt.timedelta(b), 7.0 * (b - a))
        for a, b in stretches
    ]
    order = data.draw(st.permutations(rows))
    found = deploys(*order).amount(origin, origin + dt.timedelta(day)).estimate
    if 0 < day <= ends[-1]:
        assert found == pytest.approx(7.0 * day)
    else:
        assert found is None


@given(cuts, st.lists(st.integers(1, 399), min_size=1, max_size=5, unique=True))
def test_the_parts_of_a_span_add_up_to_it(ends: list[int], inside: list[int]) -> None:
    origin = np.datetime64("2026-01-01", "s")
    rows = [
        ("deploys", str(origin + np.timedelta64(a, "D")), str(origin + np.timedelta64(b, "D")), a)
        for a, b in zip([0, *ends[:-1]], ends, strict=True)
    ]
    marks = sorted({0, ends[-1], *(mark for mark in inside if mark < ends[-1])})
    edges = origin + np.array(marks) * np.timedelta64(1, "D")
    parts = deploys(*rows).between(edges[:-1], edges[1:])
    assert parts.sum() == pytest.approx(sum(row[3] for row in rows))
