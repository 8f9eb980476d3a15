"""Records begin with the first that others follow, and end where silence cannot be believed."""

import datetime as dt

import pytest

from analytics.recorded import (
    FEWEST,
    last_told_quarter,
    records_begin,
    silent_since,
    stopped_teams,
    strays,
)
from analytics.selection import Scope, select
from tests.support.histories import history

NOW = dt.datetime(2026, 11, 24, 12)
YEAR_END = dt.datetime(2027, 1, 1)


def every(days: float, *, last: dt.datetime, number: int = 60) -> list[dict[str, object]]:
    return [
        {"id": f"i{n}", "impact_started_at": last - dt.timedelta(days=days * n)}
        for n in range(number)
    ]


def stop(rows: list[dict[str, object]]) -> dt.date | None:
    return silent_since(history(rows), now=NOW)


@pytest.mark.parametrize(
    ("days", "silent", "stops"),
    [(1, 5, False), (1, 8, True), (10, 60, False), (10, 75, True), (0.1, 0.5, False)],
)
def test_a_silence_of_seven_expected_incidents_is_an_end(
    days: float, silent: float, stops: bool
) -> None:
    last = NOW - dt.timedelta(days=silent)
    assert stop(every(days, last=last)) == (last.date() if stops else None)


def test_a_silence_as_long_as_there_was_before_is_none() -> None:
    last = NOW - dt.timedelta(days=20)
    busy = every(0.5, last=last, number=30)
    assert stop(busy) == last.date()
    busy += every(0.5, last=last - dt.timedelta(days=30), number=30)
    assert stop([row | {"id": f"j{n}"} for n, row in enumerate(busy)]) is None


def test_few_records_show_no_pace() -> None:
    last = NOW - dt.timedelta(days=200)
    assert stop(every(1, last=last, number=FEWEST - 1)) is None
    assert stop(every(1, last=last, number=FEWEST)) == last.date()
    assert stop([]) is None


def test_records_without_a_time_or_dated_ahead_say_nothing_of_the_end() -> None:
    last = NOW - dt.timedelta(days=200)
    odd = [{"id": "none"}, {"id": "ahead", "impact_started_at": NOW + dt.timedelta(days=300)}]
    assert stop([*every(1, last=last), *odd]) == last.date()


def test_incidents_of_one_moment_do_not_divide_by_nothing() -> None:
    at = NOW - dt.timedelta(days=40)
    assert stop(every(0, last=at, number=20)) == at.date()


def test_a_team_that_stopped_is_named_where_the_others_go_on() -> None:
    on, off = every(3, last=NOW), every(3, last=NOW - dt.timedelta(days=120))
    rows = [
        row | {"id": f"{name}{n}", "team": name}
        for name, some in (("on", on), ("off", off))
        for n, row in enumerate(some)
    ]
    records = history(rows)
    assert silent_since(records, now=NOW) is None
    last = (NOW - dt.timedelta(days=120)).date()
    assert silent_since(records, now=NOW, teams=("off",)) == last
    assert stopped_teams(records, now=NOW) == {"off": last}
    # Where all stop on one day, no team stopped before the others.
    later = NOW + dt.timedelta(days=300)
    assert silent_since(records, now=later) == NOW.date()
    assert stopped_teams(records, now=later) == {"off": last}


# ---- where they begin


def test_of_several_teams_the_one_that_joined_last_begins_the_records() -> None:
    records = history(
        [
            {"impact_started_at": "2020-01-01", "team": "old"},
            {"impact_started_at": "2022-05-06", "team": "new"},
        ]
    )
    chosen = ("old", "new")
    assert records_begin(records, teams=chosen) == dt.date(2022, 5, 6)
    assert records_begin(records) == dt.date(2020, 1, 1)


def _began(*days: int, then: int = 0, every_days: float = 8.0) -> list[int]:
    """Strays among records so many days before the first of the others."""
    first = NOW - dt.timedelta(days=every_days * then)
    rows = [{"impact_started_at": first - dt.timedelta(days=d)} for d in days]
    rows += [{"impact_started_at": first + dt.timedelta(days=every_days * k)} for k in range(then)]
    records = history(rows)
    found = strays(records)
    begin = records_begin(records)
    assert begin == sorted(r["impact_started_at"] for r in rows)[len(found)].date()
    return found.tolist()


def test_records_that_stand_apart_before_all_others_are_strays() -> None:
    assert _began(450, then=28) == [0]
    assert _began(450, 900, 440, then=28) == [1, 0, 2]
    assert _began(450, then=FEWEST - 1) == []  # too few to show a pace
    assert _began(40, then=28) == []  # a silence that may be one
    assert _began(*range(450, 450 + FEWEST), then=28) == []  # as many as show a pace of their own


# ---- the quarter that is told last


def _by_default(*began: dt.datetime) -> str:
    records = history([{"impact_started_at": moment.isoformat()} for moment in began])
    return last_told_quarter(select(records, Scope()), as_of=YEAR_END).name


def test_the_latest_full_quarter_is_reviewed_where_it_has_a_record_or_there_is_none() -> None:
    assert _by_default(dt.datetime(2026, 3, 1), dt.datetime(2026, 12, 31)) == "2026 Q4"
    assert _by_default(dt.datetime(2027, 6, 1)) == "2026 Q4"
    assert _by_default() == "2026 Q4"


def test_of_a_few_old_records_the_latest_quarter_that_has_any_is_reviewed() -> None:
    assert _by_default(dt.datetime(2024, 1, 5), dt.datetime(2025, 5, 5)) == "2025 Q2"


def test_of_records_with_a_pace_a_quarter_without_any_is_reviewed_as_such() -> None:
    began = [dt.datetime(2026, 1, 1) + dt.timedelta(days=20 * n) for n in range(10)]
    assert _by_default(*began) == "2026 Q4"


@pytest.mark.parametrize(
    ("until", "told"),
    [(dt.date(2026, 3, 20), "2025 Q4"), (dt.date(2026, 3, 23), "2026 Q1")],
)
def test_a_quarter_is_told_where_records_reach_its_final_tenth(until: dt.date, told: str) -> None:
    last = dt.datetime.combine(until, dt.time(12))
    view = select(history(every(3, last=last, number=150)), Scope())
    as_of = dt.datetime.combine(until, dt.time.max)
    assert last_told_quarter(view, as_of=as_of, today=NOW.date()).name == told


def test_where_no_quarter_is_told_to_its_end_the_one_that_has_records_is_taken() -> None:
    days = [{"impact_started_at": f"2026-08-{day:02}"} for day in range(1, 25)]
    view = select(history(days), Scope())
    as_of = dt.datetime(2026, 8, 24, 23, 59)
    assert last_told_quarter(view, as_of=as_of, today=NOW.date()).name == "2026 Q3"
    # While it is not over, it is not the one.
    assert last_told_quarter(view, as_of=as_of).name == "2026 Q2"
