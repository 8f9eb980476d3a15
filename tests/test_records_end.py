"""Where the records stop, nothing is said of the days after."""

import datetime as dt

import pytest

from analytics.records_end import FEWEST, silent_since
from tests.support.histories import history

NOW = dt.datetime(2026, 11, 24, 12)


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
