"""What other numbers of incidents would show: taken from what the review says, by hand."""

import datetime as dt
import math

import pytest

from analytics.review.periods import Side, Sides
from analytics.review.power import MOST_QUARTERS, SIZES, power
from tests.benchmarks.honesty import reviewed
from tests.benchmarks.worlds import null_world
from tests.support.pages import opened
from tests.support.worked_statistics import sized

DAY = dt.date(2026, 1, 1)
SIDES = Sides(
    now=Side(DAY, DAY, 91.0, slice(0, 0), "", ""),
    reference=Side(DAY, DAY, 364.0, slice(0, 0), "", ""),
    previous=Side(DAY, DAY, 91.0, slice(0, 0), "", ""),
    year_ago=Side(DAY, DAY, 91.0, slice(0, 0), "", ""),
)


def test_the_same_number_of_incidents_shows_what_the_review_says() -> None:
    rate, time = sized(60, 240, rise=1.6, fall=0.6), sized(60, 240, rise=2.1, fall=0.5)
    (row,) = power(rate, time, SIDES, sizes=[60])
    assert (row.rise, row.fall) == (pytest.approx(1.6), pytest.approx(0.6))
    assert (row.longer, row.shorter) == (pytest.approx(2.1), pytest.approx(0.5))


def test_four_times_as_many_halve_the_step() -> None:
    rate, time = sized(60, 240, rise=1.44, fall=0.64), sized(60, 240, rise=4.0, fall=0.25)
    (row,) = power(rate, time, SIDES, sizes=[240])
    assert row.rise == pytest.approx(1.1**2)
    assert row.fall == pytest.approx(0.9**2)
    assert (row.longer, row.shorter) == (pytest.approx(2.0), pytest.approx(0.5))


def test_so_many_quarters_against_as_many_show_a_fifth() -> None:
    rate, time = sized(60, 240, rise=1.6, fall=0.6), sized(60, 240, rise=2.0, fall=0.5)
    (row,) = power(rate, time, SIDES, sizes=[60])
    assert row.quarters_more is not None
    step = (math.sqrt(1.6) - 1) / math.sqrt(1 / 60 + 1 / 240)
    quarters = 2 / 60 * (step / (math.sqrt(1.2) - 1)) ** 2
    assert row.quarters_more == math.ceil(quarters) == 13
    assert row.quarters_shorter == math.ceil(2 * 48 * (math.log(2) / -math.log(0.8)) ** 2 / 60)


def test_what_takes_longer_than_ten_years_is_not_promised() -> None:
    rate, time = sized(8, 32, rise=3.0, fall=None), sized(8, 32, rise=6.0, fall=1 / 6)
    (row,) = power(rate, time, SIDES, sizes=[8])
    assert (row.quarters_more, row.quarters_shorter, row.fall) == (None, None, None)
    assert MOST_QUARTERS == 40


def test_without_a_comparison_there_is_no_table() -> None:
    none = sized(0, 0, rise=None, fall=None)
    assert power(none, none, SIDES) == ()


def test_the_table_of_a_made_up_company_begins_with_less_and_ends_with_more() -> None:
    found = reviewed(null_world, seed=(1, 2, 3))
    rows = power(found.claim("rate"), found.claim("time"), found.sides)
    rises = [row.rise for row in rows if row.rise is not None]
    assert rises == sorted(rises, reverse=True)
    assert [row.n for row in rows] == sorted(row.n for row in rows)


@pytest.mark.usefixtures("company_store")
def test_the_table_stands_below_the_questions_of_the_front_page() -> None:
    app = opened("asked")
    table = next(each.value for each in app.table if "Incidents a quarter" in each.value.columns)
    assert table["Incidents a quarter"].tolist() == [str(n) for n in SIZES]
