"""What pages say of records as they are: with slips of the year, silences, strays, double reports.

Each store is made here; what a page must say of it can be counted by hand.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from data.lists import current_lists
from data.loading import Summary, load_uploads
from data.report import in_words
from data.store import open_store
from pages.parts import source
from tests.support.pages import ROOT, cells, chart, run_page, words

NOW = dt.datetime(2026, 11, 26, 9)
SCRIPTS = ["dashboard.py", *sorted(f"pages/{page.name}" for page in ROOT.glob("pages/[a-z]*.py"))]

Row = Mapping[str, object]
#: Fills a store with incidents and actions; what became of them.
Fill = Callable[..., Summary]


@pytest.fixture
def fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fill]:
    """Pages look at a store of this test's own, at a fixed time."""
    url = f"sqlite:///{tmp_path / 'rough.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    monkeypatch.setattr(source, "now", lambda: NOW)
    store = open_store(url)

    def load_rows(incidents: Iterable[Row], actions: Iterable[Row] = ()) -> Summary:
        files = {"incidents.csv": list(incidents), "actions.csv": list(actions)}
        uploads = [(name, _csv(rows)) for name, rows in files.items() if rows]
        return load_uploads(store, uploads, lists=current_lists())

    yield load_rows
    store.close()


def _csv(rows: list[Row]) -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(str(row.get(name, "")) for name in columns) for row in rows]
    return "\n".join([",".join(columns), *lines]).encode()


def incident(number: int, began: dt.datetime, *, minutes: int = 90, **more: object) -> Row:
    """An incident that was mitigated after so many minutes."""
    seen, over = began + dt.timedelta(minutes=5), began + dt.timedelta(minutes=minutes)
    return {
        "id": f"R-{number:03}",
        "title": f"Checkout down {number}",
        "team": "Payments",
        "severity": f"SEV{2 + number % 2}",
        "root_cause_category": "deployment",
        "services": "checkout",
        "impact_started_at": f"{began.isoformat()}Z",
        "detected_at": f"{seen.isoformat()}Z",
        "mitigated_at": f"{over.isoformat()}Z",
        "resolved_at": f"{over.isoformat()}Z",
        **more,
    }


def steady(count: int, *, first: dt.datetime, days: float = 11.0, since: int = 0) -> list[Row]:
    """Incidents at equal distances."""
    return [
        incident(since + k, first + dt.timedelta(days=days * k), minutes=60 + 7 * (k % 9))
        for k in range(count)
    ]


def page(script: str = "dashboard.py", **parameters: str | list[str]) -> str:
    """All that a page says."""
    return words(run_page(script, **parameters))


def page_texts() -> list[str]:
    """Each text of the front page."""
    app = run_page()
    return [text.value for kind in (app.markdown, app.caption) for text in kind]


# ---- times that cannot be true


def test_an_end_that_is_still_to_come_is_in_no_sum_and_said(fill: Fill) -> None:
    rows = steady(62, first=dt.datetime(2025, 1, 3, 11))
    slip = {**rows[40], "mitigated_at": "2028-03-20T10:00Z", "resolved_at": "2028-03-20T10:00Z"}
    summary = fill([*rows[:40], slip, *rows[41:]])
    said = in_words({}, summary.findings)
    assert "Doubtful: 1 record has a time that is still to come" in said
    assert "(R-040)" in said
    impact = page("pages/impact.py")
    total = sum(60 + 7 * (k % 9) for k in range(62) if k != 40)
    assert (
        f"Impact of 61 incidents added up: at least {total / 60:,.0f} hours; 1 impossible" in impact
    )
    assert "1 incident with a time that is still to come" in page("pages/records.py")


def test_the_front_page_says_how_many_times_are_impossible_and_in_no_value(fill: Fill) -> None:
    rows = steady(62, first=dt.datetime(2025, 1, 3, 11))
    # 8 incidents in the third quarter of 2026; those of August end before they began.
    ends = {"mitigated_at": "2026-07-01T10:00Z", "resolved_at": "2026-07-01T10:00Z"}
    wrong = {row["id"] for row in rows if "2026-08" in str(row["impact_started_at"])}
    fill([{**row, **ends} if row["id"] in wrong else row for row in rows])
    said = page()
    kept, left = 8 - len(wrong), len(wrong)
    assert "Not all incidents are in: Time to mitigate " in said
    assert f", of {kept} incidents ({left} impossible); " in said
    assert "Impact added up ≥ " in said


def test_a_record_of_a_year_to_come_is_in_no_month(fill: Fill) -> None:
    rows = steady(62, first=dt.datetime(2025, 1, 3, 11))
    fill([*rows, incident(99, dt.datetime(2062, 5, 1))])
    said = page("pages/response.py", tab="How often")
    assert "**62 of 63 records in view** · all time · 1 record dated in the future left out" in said
    assert "62 incidents in 23 months" in said


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_is_said_of_records_that_all_lie_in_the_future(fill: Fill, script: str) -> None:
    summary = fill(steady(10, first=dt.datetime(2027, 2, 1, 11), days=3))
    assert "Doubtful: 10 records have a time" in in_words({}, summary.findings)
    run = run_page(script)
    if script in ("pages/incident.py", "pages/records.py"):
        return
    assert [note.title for note in run.info] == ["Every record is dated in the future"]
    assert not run.get("plotly_chart")


# ---- from when until when records tell


def test_a_quarter_that_is_over_is_reviewed_where_any_of_it_is_recorded(fill: Fill) -> None:
    days = (dt.datetime(2026, 8, day, 10) for day in range(1, 25))
    fill([incident(number, day) for number, day in enumerate(days)])
    said = page()
    assert "**2026 Q3**, the latest full quarter" in said
    assert "24 incidents in 1 event in 24 recorded days of 92" in said
    assert "has not begun" not in said
    assert "in 2026 Q3 against" in page("pages/response.py", tab="How often")


def test_pages_look_at_one_quarter_where_nothing_is_chosen(fill: Fill) -> None:
    fill(steady(60, first=dt.datetime(2024, 6, 3, 11)))  # until 13 March 2026
    assert "**2025 Q4**, the latest quarter on record" in page()
    assert "2025 Q4 (1 Oct 2025 to 31 Dec 2025) against" in page("pages/causes.py")
    assert "in 2025 Q4 against" in page("pages/response.py", tab="How often")


def test_one_record_of_long_before_changes_no_answer(fill: Fill) -> None:
    rows = steady(28, first=dt.datetime(2026, 4, 3, 16), days=8.4)
    fill(rows)
    before = page_texts()
    fill([*rows, incident(900, dt.datetime(2024, 12, 20), severity="SEV1")])
    after = page_texts()
    stray = (
        " · 1 record stands apart long before all others (R\\-900, 20 Dec 2024): the records begin "
        "after it"
    )
    of_all = ("records in view", "all of them, whatever the period", "search for repeats")
    told = [
        [text.replace(stray, "") for text in page if not any(words in text for words in of_all)]
        for page in (before, after)
    ]
    assert told[0] == told[1]
    assert any(stray in text for text in after)


def test_one_record_of_long_before_makes_no_empty_months(fill: Fill) -> None:
    rows = steady(62, first=dt.datetime(2025, 1, 3, 11))
    fill([*rows, incident(900, dt.datetime(2023, 11, 1))])
    assert "62 incidents in 23 months" in page("pages/response.py", tab="How often")
    impact = chart(run_page("pages/impact.py"), "impact_by_period")["data"][0]
    assert len(impact["x"]) == 8  # from 2025 Q1 to 2026 Q4
    # A period that the reader asks for is shown with what it has.
    assert "**1 of 63 records in view**" in page("pages/impact.py", period="2023")


def test_a_team_that_stopped_is_asked_about_and_seen_until_then(fill: Fill) -> None:
    going = steady(62, first=dt.datetime(2025, 1, 3, 11))
    ended = [
        {**row, "team": "Search"}
        for row in steady(40, first=dt.datetime(2025, 1, 8), days=9.0, since=100)
    ]
    fill([*going, *ended])
    said = page()
    assert "No newer record of Search (25 Dec 2025)" in said
    assert "**2026 Q3**" in said
    alone = page(team="Search")
    assert "Everything is seen from that day" in alone
    assert "**2025 Q4**, the latest quarter on record" in alone


# ---- what is no incident


def test_drills_are_no_incidents_whatever_they_are_called(fill: Fill) -> None:
    rows = steady(30, first=dt.datetime(2025, 12, 3, 11))
    said = ("Game Day", "chaos-experiment", "drill", "test", "Failover test", "Maintenance")
    others = [{**row, "id": f"X-{n}", "kind": said[n]} for n, row in enumerate(rows[: len(said)])]
    summary = fill([*({**row, "kind": "incident"} for row in rows), *others])
    assert not summary.findings.problem_count
    assert "**30 of 36 records in view** · all time · 6 drills or maintenance left out" in page()


# ---- who recorded


def test_of_a_rise_it_is_said_how_much_comes_from_a_new_team(fill: Fill) -> None:
    old = steady(62, first=dt.datetime(2025, 1, 3, 11))
    new = steady(8, first=dt.datetime(2026, 7, 20), days=9, since=100)
    fill([*old, *({**row, "team": "Search"} for row in new)])
    # 8 of the old ones and 8 new ones in the quarter, where the year before makes 8.3.
    assert "Of the rise of 8, 8 from a new team (Search)." in page()
    for script in SCRIPTS:
        page(script, team="Search")


def test_an_empty_quarter_asks_whether_anything_was_loaded(fill: Fill) -> None:
    before = steady(60, first=dt.datetime(2024, 10, 3, 11))
    rows = [
        row for row in before if not "2026-04" <= str(row["impact_started_at"])[:7] <= "2026-06"
    ]
    fill([*rows, *steady(15, first=dt.datetime(2026, 7, 3), days=9.5, since=100)])
    (note,) = run_page(period="2026 Q2").info
    assert note.title == "No incident in this period"
    assert "nothing was loaded for these days: was it?" in note.value


# ---- events, promises and what they are counted by


def test_the_promise_of_two_reports_is_one_on_every_page(fill: Fill) -> None:
    began = dt.datetime(2026, 1, 5, 10)
    first, again = incident(1, began), incident(3, dt.datetime(2026, 5, 5, 10), repeats="R-001")
    second = incident(2, began + dt.timedelta(minutes=5), duplicate_of="R-001")
    promise = {"kind": "prevent", "status": "open", "created_on": "2026-01-06"}
    fill(
        [first, second, again],
        [
            {"id": "a1", "incident_id": "R-001", "title": "Renew by machine", **promise},
            {"id": "a2", "incident_id": "R-002", "title": "Renew by machine", **promise},
        ],
    )
    repeats = run_page("pages/repeats.py")
    (ledger,) = (grid.value for grid in repeats.dataframe if "open_then" in grid.value)
    assert ledger["open_then"].tolist() == [1]
    assert "The classes rest on 1 action." in words(repeats)
    assert "1 known cause struck more than once; 1 of them with" in page("pages/repeats.py")
    decide = cells(run_page())
    assert "A date for 1 open action?" in decide
    assert "Because: of 1 open; without one, nothing is ever late" in decide


def test_three_records_of_one_event_struck_once(fill: Fill) -> None:
    began = dt.datetime(2026, 5, 5, 10)
    fill(
        [
            incident(1, began),
            incident(2, began + dt.timedelta(hours=2), repeats="R-001"),
            incident(3, began + dt.timedelta(hours=4), repeats="R-002"),
        ]
    )
    assert "No known cause has struck more than once" in page("pages/repeats.py")
    assert "No confirmed repeat of a known cause in view" in page("pages/repeats.py")
    assert "3 incidents in 1 event" in page()


def test_actions_given_up_without_a_date_do_not_hide_what_was_done(fill: Fill) -> None:
    rows = steady(30, first=dt.datetime(2025, 6, 3, 11))
    day = dt.date(2026, 1, 5)
    actions = [
        {
            "id": f"a{number}",
            "incident_id": row["id"],
            "title": f"Mend {number}",
            "kind": "prevent",
            "status": "wont_do" if number % 3 == 0 else "done",
            "created_on": day,
            "completed_on": "" if number % 3 == 0 else day + dt.timedelta(days=10),
        }
        for number, row in enumerate(rows)
    ]
    fill(rows, actions)
    assert "67 % of the actions are done within 90 days" in page("pages/actions.py")
    done = next(tile for tile in run_page().metric if tile.label == "Done in 30 days")
    assert done.value == "67 %"
    assert "of 30 actions" in done.help.replace("Of", "of")


# ---- few records, and records that lack something


def test_what_one_incident_took_is_shown_and_not_compared(fill: Fill) -> None:
    fill([incident(1, dt.datetime(2026, 8, 3, 11), minutes=112)])
    front = run_page()
    tiles = {tile.label: (tile.value, tile.delta) for tile in front.metric}
    assert tiles["Incidents"] == ("1", "too few yet")
    assert tiles["Time to mitigate"] == ("1 h 52 min", "too few yet")
    said = words(front)
    assert "**1 incident, typically 1 h 52 min, too few to compare yet.**" in said
    assert not any(word in said for word in (": rose", ": fell", ": changed"))


def test_a_clock_that_nobody_records_is_said_with_what_to_do(fill: Fill) -> None:
    rows = steady(62, first=dt.datetime(2025, 1, 3, 11))
    fill([{**row, "detected_at": ""} for row in rows])
    front = run_page()
    tiles = {tile.label: (tile.value, tile.delta) for tile in front.metric}
    assert tiles["Time to detect"] == ("–", "not recorded")
    decide = next(each.value for each in front.table if "To decide" in each.value.columns)
    record = decide[decide["To decide"].str.startswith("[Record detection?]")]
    assert record["Because"].str.startswith("known of 0 of 8 incidents; it opens").tolist() == [
        True
    ]


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_page_opens_over_the_turn_of_a_year(fill: Fill, script: str) -> None:
    fill(steady(21, first=dt.datetime(2025, 12, 25, 11), days=0.7))
    page(script)


def test_a_quarter_in_progress_is_told_so_far_and_against_as_many_days(fill: Fill) -> None:
    fill(steady(62, first=dt.datetime(2025, 1, 3, 11)))
    said = page(period="2026 Q4")
    assert "incidents so far, in 56 of 92 days" in said
    assert "**2026 Q4** (1 Oct 2026 to 31 Dec 2026)" in said


def test_open_incidents_are_censored_and_sums_without_them_say_at_least(fill: Fill) -> None:
    rows = steady(60, first=dt.datetime(2025, 1, 3, 11))
    still = [{**row, "mitigated_at": "", "resolved_at": "", "status": "open"} for row in rows[50:]]
    fill([*rows[:50], *still])
    assert "added up: at least" in page("pages/impact.py")
    assert "10 still open, counted as lasting at least until now" in page("pages/response.py")
