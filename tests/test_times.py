"""Is a time read as its source wrote it, and one that cannot be refused in words?"""

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.times import Moment, parse_day, parse_moment

NOON = dt.datetime(2024, 5, 1, 12, 0, tzinfo=dt.UTC)
NEW_YORK = dt.timezone(dt.timedelta(hours=-5))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01T12:00:00Z",
        " 2024-05-01 12:00:00+00:00 ",
        "2024-05-01T07:00:00-05:00",
        "2024-05-01T12:00:00.987Z",
        "20240501T120000Z",
        NOON.astimezone(NEW_YORK),
    ],
)
def test_every_way_to_write_a_moment_gives_it_in_utc_to_the_second(value: object) -> None:
    assert parse_moment(value) == Moment(NOON)


@pytest.mark.parametrize("value", ["2024-05-01T12:00:00", dt.datetime(2024, 5, 1, 12)])
def test_a_moment_without_a_zone_is_taken_as_utc_and_says_so(value: object) -> None:
    assert parse_moment(value) == Moment(NOON, zone_assumed=True)


@pytest.mark.parametrize("value", ["2024-05-01", "20240501", dt.date(2024, 5, 1)])
def test_a_bare_date_is_known_to_the_day_and_assumes_no_zone(value: object) -> None:
    assert parse_moment(value) == Moment(NOON.replace(hour=0), day_only=True)


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01",
        "2024-05-01T23:30:00-05:00",
        "2024-05-01T00:30:00+09:00",
        "2024-05-01T23:59:59",
        dt.date(2024, 5, 1),
        dt.datetime(2024, 5, 1, 23, 30, tzinfo=NEW_YORK),
    ],
)
def test_a_day_is_the_date_as_it_is_written_whatever_the_zone(value: object) -> None:
    assert parse_day(value) == dt.date(2024, 5, 1)


@given(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2199, 12, 30), timezones=ZONES))
def test_the_day_of_any_time_is_the_date_that_stands_in_its_text(at: dt.datetime) -> None:
    assert parse_day(at.isoformat()).isoformat() == at.isoformat()[:10]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "is not a time"),
        (1714521600, "is not a time"),
        ("yesterday", "is not an ISO 8601 time"),
        ("", "is not an ISO 8601 time"),
        ("2024-02-30", "names no time that there is"),
        ("2024-05-01T25:00", "names no time that there is"),
        ("1969-12-31", "lies outside 1970 to 2200"),
        ("2200-01-01T00:00:00Z", "lies outside 1970 to 2200"),
    ],
)
@pytest.mark.parametrize("parse", [parse_moment, parse_day])
def test_what_is_no_usable_time_is_refused_in_words(
    parse: Callable[[object], object], value: object, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(value)


def test_a_zone_that_leads_out_of_the_calendar_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        parse_moment("0001-01-01T00:00:00+05:00")
    with pytest.raises(ValueError, match="lies outside 1970 to 2200"):
        parse_day("9999-12-31T23:00:00-05:00")
