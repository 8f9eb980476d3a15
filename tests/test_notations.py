"""Are times understood in the notations that people use, and left open where they are not clear?"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notations import DayOrder
from data.times import (
    day_order_of,
    from_epoch,
    from_serial,
    hints_in,
    moments_in,
    read_duration,
    read_moment,
    read_window,
    zone_of,
)

DAY = dt.date(2026, 3, 2)


def iso(text: str, *, order: DayOrder | None = None) -> str:
    moment = read_moment(text, day_order=order, default_day=DAY)
    return moment.iso() if moment else "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T09:14:00Z", "2026-03-02T09:14:00+00:00"),
        ("2026-03-02 09:14 UTC", "2026-03-02T09:14:00+00:00"),
        ("2026-03-02 09:14:00-07:00", "2026-03-02T09:14:00-07:00"),
        ("2026-03-02 09:14 -0700", "2026-03-02T09:14:00-07:00"),
        ("20260302T091400Z", "2026-03-02T09:14:00+00:00"),
        ("2026/3/2 9:14", "2026-03-02T09:14:00"),
        ("March 2, 2026", "2026-03-02"),
        ("Mar 2 2026 9:14 AM", "2026-03-02T09:14:00"),
        ("Monday, March 2nd, 2026 at 9:14am (PST)", "2026-03-02T09:14:00-08:00"),
        ("2 de marzo de 2026 a las 09:14 (UTC)", "2026-03-02T09:14:00+00:00"),
        ("2. März 2026 um 09:14 Uhr", "2026-03-02T09:14:00"),
        ("02.03.2026, 9.14 Uhr", "2026-03-02T09:14:00"),
        ("le 2 mars 2026 à 9h14", "2026-03-02T09:14:00"),
        ("2 de março de 2026 às 9h14", "2026-03-02T09:14:00"),
        ("2026年3月2日 午後6時14分", "2026-03-02T18:14:00"),
        ("２０２６年３月２日（月）１８：１４", "2026-03-02T18:14:00"),  # noqa: RUF001
        ("Mon, 02 Mar 2026 09:14:00 +0000", "2026-03-02T09:14:00+00:00"),
        ("Mon Mar 2 09:14:00 UTC 2026", "2026-03-02T09:14:00+00:00"),
        ("25/Feb/26 10:17 PM", "2026-02-25T22:17:00"),
        ("09:14 UTC on March 2, 2026", "2026-03-02T09:14:00+00:00"),
        ("approx. 9:14 AM PT", "2026-03-02T09:14:00-08:00"),
        ("0914Z", "2026-03-02T09:14:00+00:00"),
        ("12:30 am", "2026-03-02T00:30:00"),
        ("Mar 3, 23:50", "2026-03-03T23:50:00"),
        ("31 December 23:50", "2025-12-31T23:50:00"),
        ("2026-03-02 09:14 (Europe/London)", "2026-03-02T09:14:00+00:00"),
        ("2026-07-02 09:14 Europe/London", "2026-07-02T09:14:00+01:00"),
        ("2026-07-02 09:14 PT", "2026-07-02T09:14:00-07:00"),
        ("2026-07-02 09:14 PST", "2026-07-02T09:14:00-08:00"),
        ("2026-03-02 09:14 UTC (10:14 CET)", "2026-03-02T09:14:00+00:00"),
        ("2026-03-02 09:14 local time", "2026-03-02T09:14:00"),
    ],
)
def test_a_moment_is_read_in_every_notation(text: str, expected: str) -> None:
    assert iso(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "1.24.0", "10.0.0.1", "timed out 3 times", "3 out of 5", "March 2026",
        "2026-13-02", "25:14", "Feb 30, 2026", "10:?? UTC", "2026-03-02 restart of the pool",
        "09:14 and 10:40", "T+12m", "1 h 26 m", "13:14 am", "https://x.example/2026/03/02/a",
    ],
)  # fmt: skip
def test_what_is_no_single_moment_is_none(text: str) -> None:
    assert iso(text) == "none"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/02/2026 09:14", None, ""),
        ("03/02/2026 09:14", DayOrder.MONTH, "2026-03-02T09:14:00"),
        ("03/02/2026 09:14", DayOrder.DAY, "2026-02-03T09:14:00"),
        ("6/21/2025 16:14", None, "2025-06-21T16:14:00"),
        ("25/12/2025", DayOrder.MONTH, "2025-12-25"),
        ("03/03/2026", None, "2026-03-03"),
        ("3/2 09:14", DayOrder.MONTH, "2026-03-02T09:14:00"),
        ("02.03.2026", None, "2026-03-02"),
    ],
)
def test_the_order_of_day_and_month_is_never_guessed(
    text: str, order: DayOrder | None, expected: str
) -> None:
    assert iso(text, order=order) == expected


def test_a_number_over_twelve_decides_for_all_dates_unless_another_objects() -> None:
    assert day_order_of(["03/02/2026", "closed 03/25/2026"]) is DayOrder.MONTH
    assert day_order_of(["3/2/2026", "25/3/2026"]) is DayOrder.DAY
    assert day_order_of(["03/25/2026", "25/03/2026"]) is None
    assert day_order_of(["03/02/2026", "2026-03-25"]) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("09:14–10:40 UTC (1 h 26 m)", "2026-03-02T09:14:00+00:00", "2026-03-02T10:40:00+00:00"),
        ("May 3, 2026 9:14 AM (UTC) → 10:40 AM", "2026-05-03T09:14:00+00:00",
         "2026-05-03T10:40:00+00:00"),
        ("On 2026-05-03 between 12:17 and 12:30 UTC", "2026-05-03T12:17:00+00:00",
         "2026-05-03T12:30:00+00:00"),
        ("from 09:14 to 10:40 on May 3, 2026", "2026-05-03T09:14:00", "2026-05-03T10:40:00"),
        ("11:30-1:15 PM", "2026-03-02T11:30:00", "2026-03-02T13:15:00"),
        ("1:46pm - 5:30pm", "2026-03-02T13:46:00", "2026-03-02T17:30:00"),
        ("2026-05-03 23:50 to 00:10", "2026-05-03T23:50:00", "2026-05-04T00:10:00"),
        ("2026-05-03 09:14 UTC - 2026-05-04 10:40 UTC", "2026-05-03T09:14:00+00:00",
         "2026-05-04T10:40:00+00:00"),
        ("zwischen 09:14 und 10:40 Uhr", "2026-03-02T09:14:00", "2026-03-02T10:40:00"),
        ("de 9h14 à 10h40", "2026-03-02T09:14:00", "2026-03-02T10:40:00"),
        ("3月3日 18:14〜19:40", "2026-03-03T18:14:00", "2026-03-03T19:40:00"),
        ("2026-05-03 09:14-10:00", "2026-05-03T09:14:00", "2026-05-03T10:00:00"),
    ],
)  # fmt: skip
def test_the_ends_of_a_range_lend_each_other_what_they_lack(
    text: str, start: str, end: str
) -> None:
    window = read_window(text, default_day=DAY)
    assert window is not None
    assert (window[0].iso(day=DAY), window[1].iso(day=DAY)) == (start, end)


def test_two_times_in_a_sentence_are_no_range() -> None:
    assert read_window("09:14 alert and 10:40 end") is None
    assert [moment.iso(day=DAY) for moment in moments_in("at 9:14, then 10:40 UTC")] == [
        "2026-03-02T09:14:00",
        "2026-03-02T10:40:00+00:00",
    ]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Timeline (all times UTC)", 0),
        ("All times are Pacific time (PT).", -7),
        ("Zeiten in MEZ", 1),
        ("Timeline (UTC+2)", 2),
        ("Times are Europe/London.", 1),
        ("時刻 (JST)", 9),
        ("hora de Madrid", 2),
        ("Timeline, GMT-03:30", -3.5),
        ("Note: all timestamps are in US Eastern time", -4),
        ("UTC", 0),
    ],
)
def test_a_zone_is_said_once_for_all_times(text: str, hours: float) -> None:
    zone = zone_of(text)
    assert zone is not None
    assert zone.utcoffset(dt.datetime(2026, 7, 1)) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    ["At 09:14 UTC it began", "Timeline (CST)", "Times are Moon/Crater", "Summary", "see PT-41"],
)
def test_a_zone_of_one_time_of_several_meanings_or_of_none_is_said_for_nothing(text: str) -> None:
    assert zone_of(text) is None


def test_an_abbreviation_of_several_meanings_needs_a_hint() -> None:
    assert iso("09:14 CST") == ""
    assert hints_in("09:14 CST") == {}
    assert hints_in("09:14 CST, the team in Chicago, China and CDT") == {}
    hints = hints_in("09:14 CST, 10:14 CDT")
    moment = read_moment("2026-03-02 09:14 CST", hints=hints)
    assert moment is not None
    assert moment.iso() == "2026-03-02T09:14:00-06:00"
    assert zone_of("Timeline (IST)", hints=hints_in("IST, Bangalore")) == dt.timezone(
        dt.timedelta(hours=5.5)
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("86 minutes", 86), ("1 h 20 min", 80), ("1h26m", 86), ("0h 46m", 46), ("01:26", 86),
        ("PT1H26M", 86), ("P1DT2H", 1560), ("1 day, 2 hours", 1560), ("1.5 hours", 90),
        ("1,5 Stunden", 90), ("half an hour", 30), ("about 3 hours", 180), ("~40 min", 40),
        ("2 hours and 5 minutes", 125), ("an hour and a half", 90), ("1時間26分", 86),
        ("86 minutes (09:14–10:40 UTC)", 86), ("1h20", 80), ("una hora y media", 90),
        ("2 heures et 5 minutes", 125), ("a total of 4 hours", 240), ("0 minutes", 0),
        ("13 minutes, between 12:17 and 12:30", 13), ("dois dias", 2880),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_in_every_notation(text: str, minutes: float) -> None:
    assert read_duration(text) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    ["", "90", "2-3 hours", "over 3 hours", "3 hours degraded, 1 hour down", "9:14 AM",
     "09:14–10:40", "1 hour 30", "less than 5 minutes", "5000 days"],
)  # fmt: skip
def test_a_bound_a_clock_and_a_bare_number_are_no_length(text: str) -> None:
    assert read_duration(text) is None


def test_epochs_and_serial_numbers_are_read_by_their_size() -> None:
    for number in (1772442840, 1772442840000, 1772442840000000, 1772442840000000000):
        assert from_epoch(number) == "2026-03-02T09:14:00+00:00"
    assert from_epoch(12345) == ""
    assert from_epoch(10**30) == ""
    assert from_serial(46083) == "2026-03-02"
    assert from_serial(46083.384722222) == "2026-03-02T09:14:00"
    assert from_serial(12) == ""


PIECES = st.lists(
    st.sampled_from(
        ["2026-03-02", "03/02/2026", "March 2", "9:14", "25:99", " UTC", " CST", "-", "→", " to ",
         "T", "+02:00", "午後", "時", "h", " AM", " Uhr", "0000", "99999999999", "12.", "/", ", "]
    ) | st.text("0123456789:/-. TZ月日年", max_size=12),
    max_size=12,
).map("".join)  # fmt: skip


@given(PIECES)
def test_no_text_at_all_breaks_the_reading_of_times(text: str) -> None:
    for order in (None, DayOrder.MONTH):
        for moment in moments_in(text, day_order=order, default_day=DAY):
            assert 0 <= moment.start < moment.end <= len(text)
            moment.iso(day=DAY)
    read_moment(text, default_day=dt.date.max)
    read_duration(text)
    zone_of(text)


@pytest.mark.parametrize(
    "text", ["1" * 400_000, "1 " * 200_000, "9:14 - " * 60_000, "March " * 70_000, "(UTC " * 80_000]
)
def test_text_made_to_take_for_ever_is_read_to_its_end(text: str) -> None:
    moments_in(text)
    zone_of(text)
    read_duration(text)
