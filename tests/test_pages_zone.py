"""Times on pages say their zone, and days and months are those of the reader."""

import json
import re
from pathlib import Path

import pytest

from data import lists
from data.loading import load
from data.preferences import set_reader_zone
from data.store import open_store
from tests.support.pages import run_page, words

ROWS = """\
id,title,severity,team,impact_started_at,detected_at,resolved_at
z-1,End of August,SEV1,West,2026-08-31T20:00-07:00,2026-08-31T20:05-07:00,2026-08-31T21:00-07:00
z-2,September,SEV1,West,2026-09-30T20:00-07:00,2026-09-30T20:05-07:00,2026-09-30T21:00-07:00
z-3,Midday,SEV1,West,2026-09-15T12:00-07:00,2026-09-15T12:05-07:00,2026-09-15T13:00-07:00
z-4,Only the day,SEV1,West,2026-09-01,,
"""
SEPTEMBER = {"period": "Between two days", "from": "2026-09-01", "to": "2026-09-30"}
#: A time of day is followed by what its zone is called.
TIME = re.compile(r"\d{4} \d\d:\d\d(?! (?:UTC|P[SD]T))")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> str:
    (tmp_path / "incidents.csv").write_text(ROWS, encoding="utf-8")
    store = open_store(sqlite_url)
    load(store, [str(tmp_path / "incidents.csv")], lists=lists.current_lists())
    store.close()
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    return sqlite_url


@pytest.fixture
def pacific(url: str) -> str:
    store = open_store(url)
    set_reader_zone(store, "America/Los_Angeles")
    store.close()
    return url


@pytest.mark.usefixtures("url")
def test_in_utc_the_evening_belongs_to_the_next_month() -> None:
    assert "**3 of 4 records in view**" in words(run_page("pages/response.py", **SEPTEMBER))


@pytest.mark.usefixtures("pacific")
def test_in_the_zone_of_the_reader_the_evening_belongs_to_its_own_month() -> None:
    app = run_page("pages/response.py", behind="true", **SEPTEMBER)
    said = words(app)
    assert "**3 of 4 records in view**" in said
    assert "days and months in America/Los_Angeles" in said
    shown = app.dataframe[-1].value
    assert shown["period_at"].astype(str).tolist() == [
        "2026-09-30 20:00:00",
        "2026-09-15 12:00:00",
        "2026-09-01 00:00:00",
    ]


@pytest.mark.usefixtures("pacific")
def test_times_of_one_incident_are_those_of_the_reader_and_say_so() -> None:
    app = run_page("pages/incident.py", id="z-1")
    figure = next(one for one in app.get("plotly_chart") if one.proto.id.endswith("-clocks"))
    drawn = json.loads(figure.proto.spec)
    assert drawn["data"][0]["text"][0].endswith("31 Aug 2026 20:00 PDT")
    assert drawn["layout"]["xaxis"]["title"]["text"] == "times in America/Los_Angeles"
    assert "1 h" in app.table[1].value.iloc[0].tolist()


@pytest.mark.usefixtures("pacific")
def test_the_environment_names_the_zone_of_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERMATH_ZONE", "Asia/Tokyo")
    said = words(run_page("pages/records.py"))
    assert "days counted in Asia/Tokyo, as AFTERMATH_ZONE says" in said
    monkeypatch.setenv("AFTERMATH_ZONE", "Asia/Tokio")
    errors = [one.value.replace("\\", "") for one in run_page("pages/response.py").error]
    assert errors == ["AFTERMATH_ZONE names no zone 'Asia/Tokio'; write it like Europe/Berlin"]


def test_the_zone_is_chosen_on_the_page_of_records(url: str) -> None:
    app = run_page("pages/records.py")
    app.selectbox(key="zone_chosen").set_value("America/Los_Angeles").run()
    assert not app.exception
    assert "days and months in America/Los_Angeles" in words(run_page("pages/response.py"))


@pytest.mark.usefixtures("pacific")
@pytest.mark.parametrize(
    "script",
    [
        "dashboard.py",
        "pages/response.py",
        "pages/impact.py",
        "pages/causes.py",
        "pages/repeats.py",
        "pages/actions.py",
        "pages/retrospective.py",
        "pages/incident.py",
        "pages/records.py",
    ],
)
def test_every_time_of_day_on_a_page_says_its_zone(script: str) -> None:
    app = run_page(script, **({"id": "z-3"} if "incident" in script else {}))
    said = words(app) + "".join(table.value.to_string() for table in app.table)
    said += "".join(one.proto.spec for one in app.get("plotly_chart"))
    assert TIME.findall(said) == []
    for grid in app.dataframe:
        for name, column in json.loads(grid.proto.columns or "{}").items():
            if column and column.get("type_config", {}).get("type") == "datetime":
                assert column["label"].endswith("(America/Los_Angeles)"), name
