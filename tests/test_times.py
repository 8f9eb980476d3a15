"""Is a time read as its source wrote it, and one that cannot be refused in words?"""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notations import DayOrder
from data.times import Doubt, Moment, parse_day, parse_moment

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


BERLIN, NEW_YORK_CITY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("value", "zone", "moment"),
    [
        ("2026-07-01T09:14", BERLIN, "2026-07-01T07:14:00Z"),
        ("2026-01-01T09:14", BERLIN, "2026-01-01T08:14:00Z"),
        ("2026-07-01T09:14Z", BERLIN, "2026-07-01T09:14:00Z"),
        ("2026-07-01 09:14 BST", BERLIN, "2026-07-01T08:14:00Z"),
        ("2026-07-01 09:14 CEST", None, "2026-07-01T07:14:00Z"),
        ("2026-07-01 09:14 Europe/London", None, "2026-07-01T08:14:00Z"),
        ("2 March 2026, 9:14 pm", BERLIN, "2026-03-02T20:14:00Z"),
    ],
)
def test_the_zone_of_a_load_is_that_of_times_without_one(
    value: str, zone: dt.tzinfo | None, moment: str
) -> None:
    assert parse_moment(value, zone=zone).at == dt.datetime.fromisoformat(moment)


def test_a_bare_day_has_no_zone() -> None:
    assert parse_moment("2026-07-01", zone=BERLIN) == Moment(
        dt.datetime(2026, 7, 1, tzinfo=dt.UTC), day_only=True
    )


@pytest.mark.parametrize(
    ("value", "zone", "at", "doubt"),
    [
        ("2026-10-25T02:30", BERLIN, "2026-10-25T00:30:00Z", Doubt.TWICE),
        ("2026-03-29T02:30", BERLIN, "2026-03-29T01:30:00Z", Doubt.NEVER),
        ("2026-11-01T01:30", NEW_YORK_CITY, "2026-11-01T05:30:00Z", Doubt.TWICE),
        ("2026-03-08T02:30", NEW_YORK_CITY, "2026-03-08T07:30:00Z", Doubt.NEVER),
        ("2026-10-25T01:59", BERLIN, "2026-10-24T23:59:00Z", None),
        ("2026-10-25T03:00", BERLIN, "2026-10-25T02:00:00Z", None),
        ("2026-03-29T03:00", BERLIN, "2026-03-29T01:00:00Z", None),
        ("2026-10-25T02:30+01:00", BERLIN, "2026-10-25T01:30:00Z", None),
        ("2026-10-25T02:30", None, "2026-10-25T02:30:00Z", None),
    ],
)
def test_a_time_in_the_night_of_a_clock_change_is_doubted(
    value: str, zone: dt.tzinfo | None, at: str, doubt: Doubt | None
) -> None:
    moment = parse_moment(value, zone=zone)
    assert (moment.at, moment.doubt) == (dt.datetime.fromisoformat(at), doubt)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("02/03/2026 09:14", "may have its day or month first"),
        ("2026-03-02 09:14 IST", "is in IST, which means several zones"),
        (1772442840, "counted from 1970 it would be 2026-03-02T09:14:00"),
        ("1772442840000", "is a number; counted from 1970 it would be 2026-03-02T09:14:00"),
        ("09:14", "is not an ISO 8601 time"),
    ],
)
def test_what_could_mean_several_times_is_not_read_and_says_why(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_moment(value)


def test_the_order_of_a_load_decides_what_a_date_leaves_open() -> None:
    assert parse_day("02/03/2026", day_order=DayOrder.DAY) == dt.date(2026, 3, 2)
    assert parse_day("02/03/2026", day_order=DayOrder.MONTH) == dt.date(2026, 2, 3)
