"""When incidents begin, by hour and day of the week in the reader's zone."""

import datetime as dt

import pytest

from analytics.calendar import in_zone
from analytics.response.rates import NOT_TOLD, hours_of_the_week
from analytics.selection import Scope, View, select
from pages.parts import leads
from pages.parts.palette import LIGHT
from pages.parts.wording.numbers import show_zone
from pages.views import rates as cards
from tests.support.histories import history
from tests.support.pages import chart, run_page, words

#: A Monday.
MONDAY = dt.date(2026, 6, 1)


def begun(*moments: str, zone: str = "UTC") -> View:
    rows = [{"impact_started_at": moment} for moment in moments]
    return select(in_zone(history(rows), zone), Scope())


def test_an_incident_counts_in_the_hour_and_on_the_day_it_began() -> None:
    week = hours_of_the_week(begun("2026-06-01T00:00", "2026-06-07T23:59:59", "2026-06-07T23:00"))
    assert (week.day.tolist(), week.hour.tolist()) == ([0, 6, 6], [0, 23, 23])
    assert (week.counts[0, 0], week.counts[6, 23], week.counts.sum()) == (1, 2, 3)
    assert (week.weekend.estimate, week.night.estimate) == (pytest.approx(2 / 3), 1.0)


def test_hours_are_those_of_the_reader_and_another_day_may_begin() -> None:
    week = hours_of_the_week(begun("2026-06-01T02:30", zone="America/Los_Angeles"))
    assert (week.day.tolist(), week.hour.tolist()) == ([6], [19])
    winter = hours_of_the_week(begun("2026-01-05T02:30", zone="America/Los_Angeles"))
    assert (winter.day.tolist(), winter.hour.tolist()) == ([6], [18])


def test_a_day_without_an_hour_is_not_midnight_and_no_time_is_none() -> None:
    rows = [
        {"impact_started_at": "2026-06-01T00:00", "day_clocks": 1},
        {"impact_started_at": "2026-06-02T00:00", "day_clocks": 0},
        {"day_clocks": 0},
    ]
    for zone in ("UTC", "Europe/Berlin"):
        week = hours_of_the_week(select(in_zone(history(rows), zone), Scope()))
        assert week.hour.tolist() == [NOT_TOLD, 0 if zone == "UTC" else 2, NOT_TOLD]
        assert (week.n, week.n_unknown, week.night.n_missing) == (1, 2, 2)


def test_without_a_time_of_day_there_is_a_line_and_no_figure() -> None:
    seen = select(history([{"impact_started_at": "2026-06-01T00:00", "day_clocks": 1}]), Scope())
    card = cards.hours_map(hours_of_the_week(seen), seen.incidents, "all time", LIGHT)
    assert card.figure is None
    assert card.notes == ("When incidents begin: no time of day is recorded.",)


def test_a_cell_leads_to_the_incidents_that_began_in_it() -> None:
    show_zone("UTC")
    seen = begun("2026-06-02T14:05", "2026-06-09T14:55", "2026-06-02T15:00")
    week = hours_of_the_week(seen)
    card = cards.hours_map(week, seen.incidents, "all time", LIGHT)
    assert card.figure is not None
    _, marks = card.figure.data
    page, asked = leads.parted(marks.ids[1 * 24 + 14])
    assert (page, asked["only"]) == ("incidents", ["i1", "i0"])
    assert asked["of"] == ["Began on a Tuesday from 14 to 15 h, UTC"]
    assert marks.ids[1 * 24 + 15] == leads.incident("i2")
    assert marks.ids[0] == ""


def test_more_incidents_than_an_address_names_lead_to_the_latest_of_them() -> None:
    show_zone("UTC")
    many = leads.MOST_NAMED + 5
    seen = begun(*[f"{MONDAY + dt.timedelta(days=7 * n)}T09:30" for n in range(many)])
    card = cards.hours_list(hours_of_the_week(seen), seen.incidents, "all time")
    cell = card.tables[0].rows[0]["8–12"]
    assert not isinstance(cell, str)
    _, asked = leads.parted(cell.to) if hasattr(cell, "to") else ("", {})
    assert cell.text == f"{many}"
    assert asked["only"][0] == f"i{many - 1}"
    assert asked["of"][0].endswith(f": the latest {leads.MOST_NAMED} of {many}")


@pytest.mark.usefixtures("company_store")
def test_the_page_shows_the_week_with_how_many_have_a_time_of_day() -> None:
    app = run_page("pages/response.py", tab="How often")
    colour, marks = chart(app, "hours")["data"]
    numbers = [number for row in colour["z"] for number in row]
    assert f"{sum(numbers):,} of " in words(app)
    assert [bool(leads.bare(lead)) for lead in marks["ids"]] == [number > 0 for number in numbers]
