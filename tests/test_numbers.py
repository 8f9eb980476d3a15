"""The numbers on the pages against a computation of their own, straight from the sample's CSV.

Nothing here comes from ``analytics``: the standard library reads the files and counts. Where the
two differ, one of them is wrong.
"""

import csv
import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.loading import load_sample
from data.store import open_store
from tests.support.pages import ROOT, chart, opened, run_page, words

Row = dict[str, str]

SAMPLE = ROOT / "data" / "sample"
CLOCKS = (
    "impact_started_at",
    "detected_at",
    "declared_at",
    "notified_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
)


def rows(name: str) -> list[Row]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def began(row: Row) -> dt.datetime | None:
    known = [at for name in CLOCKS if (at := moment(row.get(name)))]
    return moment(row.get("impact_started_at")) or min(known, default=None)


@pytest.fixture(scope="module")
def github() -> list[Row]:
    """GitHub's incidents, each event once."""
    return [
        row for row in rows("incidents.csv") if row["team"] == "GitHub" and not row["duplicate_of"]
    ]


@pytest.fixture
def _sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    url = f"sqlite:///{tmp_path / 'sample.db'}"
    store = open_store(url)
    load_sample(store)
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    yield
    store.close()


@pytest.mark.usefixtures("_sample")
def test_incidents_a_year_are_those_of_the_file(github: list[Row]) -> None:
    expected = Counter(at.year for row in github if (at := began(row)))
    shown: Counter[int] = Counter()
    always = {"period": "Between two days", "from": "2000-01-01", "to": "2026-12-31"}
    for severity in chart(run_page("pages/retrospective.py", **always), "by_month")["data"]:
        for month, count in zip(severity["x"], severity["y"], strict=True):
            shown[int(str(month)[:4])] += count
    assert shown == expected
    assert sum(expected.values()) == len(github) == 789


@pytest.mark.usefixtures("_sample")
def test_the_median_time_to_mitigate_a_year_is_that_of_the_file(github: list[Row]) -> None:
    minutes: dict[int, list[float]] = {}
    for row in github:
        start, end = moment(row["impact_started_at"]), moment(row["mitigated_at"])
        if start and end and end >= start:
            minutes.setdefault(start.year, []).append((end - start).total_seconds())
    expected = {year: statistics.median(values) for year, values in minutes.items()}
    app = run_page("pages/response.py", every="year")
    medians = next(t for t in chart(app, "chart_TTM")["data"] if t["name"] == "typical")
    shown = {
        int(str(x)[:4]): (int(words.split()[2].rstrip(":")), y)
        for x, y, words in zip(medians["x"], medians["y"], medians["text"], strict=True)
    }
    assert {year: n for year, (n, _) in shown.items()} == {
        year: len(values) for year, values in minutes.items() if len(values) >= 6
    }
    assert {year: y for year, (_, y) in shown.items()} == {year: expected[year] for year in shown}


@pytest.mark.usefixtures("_sample")
def test_the_share_of_each_cause_is_that_of_the_file(github: list[Row]) -> None:
    expected = Counter(row["root_cause_category"] or "unknown" for row in github)
    bars = chart(run_page("pages/causes.py"), "causes")["data"][0]
    shown = dict(zip(bars["y"], bars["x"], strict=True))
    assert shown == pytest.approx({name: n / len(github) for name, n in expected.items()})


@pytest.mark.usefixtures("_sample")
def test_done_and_open_actions_are_those_of_the_file(github: list[Row]) -> None:
    ids = {row["id"] for row in github}
    expected = Counter(row["status"] for row in rows("actions.csv") if row["incident_id"] in ids)
    bars = chart(run_page("pages/actions.py"), "states")["data"][0]
    shown = dict(zip(bars["y"], bars["x"], strict=True))
    assert (shown["done"], shown["open"]) == (expected["done"], expected["open"])
    assert sum(shown.values()) == sum(expected.values())


def hours_between(earlier: Row, later: Row) -> float | None:
    """From the end of one incident to the beginning of another."""
    ends = [at for name in CLOCKS if (at := moment(earlier.get(name)))]
    over = moment(earlier["resolved_at"]) or max(ends, default=None)
    start = began(later)
    return (start - over).total_seconds() / 3600 if start and over else None


def declared(github: list[Row]) -> set[str]:
    """Incidents said to repeat one that was over at least a day before they began.

    Drills are not in the sample; second reports stand for the event that they report.
    """
    every = {row["id"]: row for row in rows("incidents.csv")}

    def event(identity: str) -> Row:
        row = every[identity]
        return event(row["duplicate_of"]) if row["duplicate_of"] else row

    found = set()
    for row in every.values():
        for name in filter(None, row["repeats"].split(";")):
            pair = [event(row["id"]), event(name)]
            if not all(began(each) for each in pair):
                continue
            earlier, later = sorted(pair, key=lambda each: str(began(each)))
            if (gap := hours_between(earlier, later)) is not None and gap >= 24:
                found.add(later["id"])
    return found & {row["id"] for row in github}


@pytest.mark.usefixtures("_sample")
def test_declared_repeats_are_those_of_the_file(github: list[Row]) -> None:
    expected = declared(github)
    app = run_page("pages/repeats.py")
    bars = chart(app, "classes")["data"][0]
    assert sum(bars["x"]) == len(expected)
    ledger = ledger_ids(app)
    assert ledger == expected


def ledger_ids(app: AppTest) -> set[str]:
    table = next(frame.value for frame in app.dataframe if "repeats" in frame.value.columns)
    return {address.split("id=")[1].split("&")[0] for address in table["id"]}


@pytest.mark.usefixtures("_sample")
def test_what_is_not_in_view_is_said() -> None:
    said = words(opened("asked"))
    assert "789 of 952 records in view" in said
    assert "12 second reports of the same event left out" in said
