"""Every page over the first records of a new user, of a new team, and over a handful of records."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.lists import current_lists
from data.loading import load_uploads
from data.record import Action, Incident
from data.store import open_store
from pages.parts import source
from tests.support.pages import ROOT, chart, opened, run_page, words

#: The latest full quarter ends with September.
NOW = dt.datetime(2026, 11, 26, 9)
SCRIPTS = ["dashboard.py", *sorted(f"pages/{page.name}" for page in ROOT.glob("pages/[a-z]*.py"))]
HEADER = "id,title,team,severity,impact_started_at,detected_at,mitigated_at,root_cause_category"
#: Fills a store with the rows of a table.
Fill = Callable[[list[str]], None]


@pytest.fixture
def fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Pages look at a store of this test's own, at a fixed time."""
    url = f"sqlite:///{tmp_path / 'few.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    monkeypatch.setattr(source, "now", lambda: NOW)

    def load_rows(rows: list[str]) -> None:
        store = open_store(url)
        load_uploads(
            store, [("incidents.csv", "\n".join([HEADER, *rows]).encode())], lists=current_lists()
        )
        store.close()

    return load_rows


def table(count: int, *, first: dt.datetime, days: float, team: str = "Payments") -> list[str]:
    """Incidents at equal distances, each a little longer than the one before."""
    rows = []
    for number in range(count):
        begin = first + dt.timedelta(days=days * number)
        seen, over = begin + dt.timedelta(minutes=4), begin + dt.timedelta(minutes=30 + number)
        clocks = ",".join(f"{moment.isoformat()}Z" for moment in (begin, seen, over))
        rows.append(f"{team}-{number},Checkout down,{team},SEV{1 + number % 3},{clocks},deployment")
    return rows


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_every_page_opens_over_a_handful_of_records(fill: Fill, script: str, count: int) -> None:
    fill(table(count, first=dt.datetime(2026, 9, 10), days=3))
    run_page(script)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_page_opens_over_three_weeks_that_begin_in_the_last_month_reviewed(
    fill: Fill, script: str
) -> None:
    fill(table(9, first=dt.datetime(2026, 9, 10, 11), days=2.4))
    run_page(script)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_page_opens_for_a_team_that_joined_in_the_last_month(fill: Fill, script: str) -> None:
    old = table(60, first=dt.datetime(2024, 10, 2), days=12)
    fill([*old, *table(4, first=dt.datetime(2026, 9, 12), days=4, team="Search")])
    run_page(script, team="Search")


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("day", [dt.datetime(2019, 3, 3), dt.datetime(2026, 11, 24)])
def test_every_page_opens_over_records_outside_of_the_period(
    fill: Fill, script: str, day: dt.datetime
) -> None:
    fill(table(2, first=day, days=1))
    run_page(script)


def test_the_front_page_says_how_many_months_a_chart_needs(fill: Fill) -> None:
    fill(table(9, first=dt.datetime(2026, 9, 10, 11), days=2.4))
    app = run_page()
    assert "9 incidents in 1 month so far: from 3 months on they are drawn by month." in words(app)
    assert not app.get("plotly_chart")
    app = opened("charts")
    assert "Too few to draw over time: 0 months so far, 3 are needed." in words(app)
    with pytest.raises(AssertionError, match="no chart 'control'"):
        chart(app, "control")


def test_from_three_months_on_the_charts_are_drawn(fill: Fill) -> None:
    fill(table(9, first=dt.datetime(2026, 6, 30), days=10))
    app = opened("charts")
    assert "Too few to draw over time: 0 months" not in words(app)
    assert len(chart(app, "control")["data"][-1]["x"]) == 3
    (june, july, august, september) = zip(*(d["y"] for d in columns(app)), strict=True)
    assert [sum(month) for month in (june, july, august, september)] == [1, 3, 3, 2]


def test_the_review_of_a_few_old_records_is_of_the_quarter_that_has_them(fill: Fill) -> None:
    fill(table(3, first=dt.datetime(2026, 2, 3), days=9))
    assert "Latest on record: **2026 Q1** (Jan to Mar 2026)" in words(run_page())


def test_the_tiles_give_the_values_of_a_single_incident(fill: Fill) -> None:
    fill(table(1, first=dt.datetime(2026, 9, 10), days=1))
    first = {one.label: (one.value, one.delta) for one in run_page().metric}
    assert first["Incidents"] == ("1", "too few yet")
    assert first["Time to detect"] == ("4 min", "too few yet")
    assert first["Time to mitigate"] == ("30 min", "too few yet")
    assert len(first) == 6
    every = {one.label: (one.value, one.delta) for one in opened("more").metric}
    assert every["Impact added up"] == ("30 min", "too few yet")
    assert every["Time to acknowledge"] == ("–", "not recorded")
    assert len(every) == 12


def test_what_the_tiles_need_to_compare_is_said_with_what_there_is(fill: Fill) -> None:
    fill(table(9, first=dt.datetime(2026, 6, 30), days=10))
    needs = r"needs 180 days of records before, has 1\)"
    said = words(opened("more"))
    assert "Not compared yet: Incidents, SEV1, Time to detect, " in said
    assert re.search(needs, said)


def test_a_handful_of_records_is_listed_with_what_to_record_next_and_refuses_nothing(
    fill: Fill,
) -> None:
    fill(table(8, first=dt.datetime(2026, 9, 10), days=2))
    app = run_page()
    assert "**8 incidents, typically 34 min, too few to compare yet.**" in words(app)
    listed = next(each.value for each in app.table if "Incident" in each.value.columns)
    assert len(listed) == 8
    assert listed["Incident"][0].startswith("[Checkout down](incident?id=Payments-7")
    decide = next(each.value for each in app.table if "To decide" in each.value.columns)
    assert decide["To decide"].iloc[-1].startswith("[Record services?](records?")
    assert decide["Because"].iloc[-1] == "known of 0 of 8 incidents; it opens where it breaks"
    assert not re.search("cannot|needs", words(app), re.IGNORECASE)


def columns(app: AppTest) -> list[dict[str, Any]]:
    return [trace for trace in chart(app, "counts")["data"] if trace["type"] == "bar"]


def test_a_chosen_period_without_an_end_is_reviewed_until_today(fill: Fill) -> None:
    fill(table(60, first=dt.datetime(2024, 10, 2), days=13))
    chosen = {"period": "Between two days", "from": "2026-09-01"}
    assert "**1 Sep 2026 to 26 Nov 2026**" in words(run_page(**chosen))
    assert "Causes" in words(run_page("pages/causes.py", **chosen))


def test_the_front_page_begins_with_a_cause_that_came_back_before_its_fix(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    monkeypatch.setattr(source, "now", lambda: NOW)
    began = [dt.datetime(2026, month, 3, 12, tzinfo=dt.UTC) for month in (2, 8, 11)]
    fix = Action(
        id="fix",
        title="Renew it by itself",
        kind="prevent",
        status="open",
        created_on=dt.date(2026, 2, 5),
    )
    records = [
        Incident(
            id=f"cert-{number}",
            title="Certificate ran out",
            impact_started_at=begin,
            resolved_at=begin + dt.timedelta(hours=2),
            repeats=("cert-0",) if number else (),
            actions=() if number else (fix,),
        )
        for number, begin in enumerate(began)
    ]
    store = open_store(sqlite_url)
    store.load(records, source="test")
    store.close()
    app = run_page("dashboard.py")
    decide = next(each.value for each in app.table if "To decide" in each.value.columns)
    first = decide.iloc[0].str.replace("\N{NO-BREAK SPACE}", " ")
    assert first["To decide"].startswith("[A fallback for “Certificate ran out”?]")
    assert "(known_cause?known=cert-0" in first["To decide"]
    # The latest quarter ends with September; what came since stands here too.
    assert first["Because"] == (
        "struck again 2 times in this period, last on 3 Nov 2026; “Renew it by itself”, promised "
        "39 weeks before, is still open"
    )
    spring = {"period": "Between two days", "from": "2026-01-01", "to": "2026-07-01"}
    later = run_page("dashboard.py", **spring)
    assert not any("fallback" in cell for each in later.table for cell in each.value.iloc[:, 0])
