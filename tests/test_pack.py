"""A review as files to send on: what they hold, and what the command says of them."""

import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from data.engine import ENVIRONMENT as DATABASE
from data.loading import load_sample
from data.store import open_store
from pages.__main__ import Unusable, period_said
from pages.parts import pack as packing
from tests.support.browser import find_chromium
from tests.support.pages import run_page
from tests.support.server import ROOT, App
from tests.support.stub import Reply, serving
from tests.support.watch import settled

QUARTER = ("--team", "GitHub", "--period", "2026-Q2")
DAYS = {"period": "Between two days", "from": "2026-04-01", "to": "2026-06-30", "team": "GitHub"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the sample, not searched."""
    url = f"sqlite:///{tmp_path_factory.mktemp('pack')}/sample.db"
    store = open_store(url)
    load_sample(store)
    store.close()
    return url


def report(
    folder: Path, database: str, *asked: str, browser: str = "no-browser"
) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pages", "report", "--out", str(folder), *asked)
    environment = os.environ | {DATABASE: database, packing.ENVIRONMENT: browser}
    if not browser:
        environment["PATH"] = ""
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, database: str) -> tuple[dict[str, Path], str]:
    """The files of a quarter of the sample by ending, and the message."""
    folder = tmp_path_factory.mktemp("written")
    done = report(folder, database, *QUARTER, browser=find_chromium())
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    return {file.suffix[1:]: file for file in folder.iterdir()}, done.stdout


@pytest.fixture
def written(told: tuple[dict[str, Path], str]) -> dict[str, Path]:
    """The files by ending."""
    return told[0]


def test_a_review_is_written_as_five_files_that_are_called_after_what_they_are_of(
    written: dict[str, Path],
) -> None:
    assert {ending: path.name for ending, path in written.items()} == {
        ending: f"review-github-2026-q2.{ending}" for ending in ("html", "md", "pdf", "xlsx", "zip")
    }


def test_the_files_have_the_headline_and_the_numbers_of_the_page(
    written: dict[str, Path], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE, database)
    app = run_page(**DAYS)
    text = written["md"].read_text("utf-8")
    headline = next(m.value for m in app.markdown if m.value.startswith("**"))
    assert headline in text
    assert len(app.metric) == 6
    for tile in app.metric:
        assert f"| {tile.label} | {tile.value} |" in text
    assert "Period: 1 Apr 2026 to 30 Jun 2026" in text
    assert "Teams: GitHub" in text
    assert "Revision of the records: " in text


def test_every_table_of_the_workbook_is_a_file_of_the_archive(written: dict[str, Path]) -> None:
    sheets = set(openpyxl.load_workbook(written["xlsx"]).sheetnames)
    with zipfile.ZipFile(written["zip"]) as archive:
        files = archive.namelist()
    assert len(files) == len(sheets)
    assert {"About", "tiles", "ledger"} <= sheets


def test_the_paper_has_at_most_four_pages_of_a4_with_its_figures(written: dict[str, Path]) -> None:
    paper = PdfReader(written["pdf"])
    assert 1 <= len(paper.pages) <= 4
    width, height = paper.pages[0].mediabox.width, paper.pages[0].mediabox.height
    assert (round(width), round(height)) == (595, 842)
    text = "".join(each.extract_text() for each in paper.pages)
    assert "Incidents by month" in text
    assert "2 / " in text
    assert "database/storage" in text  # a bar of a figure


def test_the_page_to_send_on_is_small_and_asks_nobody_for_anything(
    written: dict[str, Path], page: Page
) -> None:
    assert written["html"].stat().st_size < 5_000_000
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(written["html"].read_text("utf-8"))
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == []


def test_the_message_tells_the_findings_a_line_each(told: tuple[dict[str, Path], str]) -> None:
    first, facts, *findings = told[1].splitlines()
    assert (first, facts[:33]) == ("Trend review", "Period: 1 Apr 2026 to 30 Jun 2026")
    assert all(line.startswith("• ") for line in findings)
    assert any(re.match("• To decide today: .+", line) for line in findings)


@pytest.mark.parametrize(
    ("browser", "reason"),
    [
        ("", packing.NO_BROWSER),
        ("none/such", "No PDF: AFTERMATH_BROWSER names 'none/such', which cannot be run."),
        (sys.executable, f"No PDF: {Path(sys.executable).name} did not print the page."),
    ],
)
def test_without_a_browser_the_other_files_are_written_and_it_is_said(
    tmp_path: Path, database: str, browser: str, reason: str
) -> None:
    done = report(tmp_path, database, *QUARTER, "--json", browser=browser)
    assert done.returncode == 1
    assert {file.suffix for file in tmp_path.iterdir()} == {".html", ".md", ".xlsx", ".zip"}
    told = json.loads(done.stdout)
    assert told["problems"] == [reason]
    assert sorted(told["files"]) == sorted(map(str, tmp_path.iterdir()))


def test_without_a_period_the_files_are_of_the_latest_full_quarter(
    tmp_path: Path, database: str
) -> None:
    done = report(tmp_path, database, "--team", "GitHub")
    assert "Period: 1 Apr 2026 to 30 Jun 2026" in done.stdout


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("--team", "Nobody"), "No team: Nobody. There are "),
        (("--period", "soon"), "No period: soon. Say it as 2026-Q2"),
        (("--period", "2026-13"), "No period: 2026-13."),
        (("--period", "9999-12-30..9999-12-31"), "No period: 9999-12-30"),
        ((), "The sample"),
        (("--webhook", "file:///etc/passwd"), "--webhook needs an address"),
        (("--database", "sqlite:///nowhere/none.db"), "There is no such database."),
        (("--team", "GitHub", "--period", "1999"), "No incident is in view"),
    ],
)
def test_what_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, database: str, asked: tuple[str, ...], reason: str
) -> None:
    done = report(tmp_path / "out", database, *asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(reason)
    assert not (tmp_path / "out").exists()


def test_a_message_is_posted_once_and_only_to_the_address_given(
    tmp_path: Path, database: str
) -> None:
    moved = Reply(status=302, headers={"Location": "/elsewhere"})
    with serving(lambda _: moved) as server:
        done = report(tmp_path, database, *QUARTER, "--webhook", f"{server.address}/hook")
    (asked,) = server.asked
    assert asked.path == "/hook"
    text = json.loads(asked.body)["text"]
    assert text.startswith("Trend review\nPeriod: 1 Apr 2026 to 30 Jun 2026")
    assert "The message was not posted: the address answers 302." in done.stderr
    assert done.returncode == 1


OWED = """incident_id,id,title,kind,status,created_on,due_on,owner
a,1,Alert on the lag,preventive,open,2026-05-02,2026-05-20,Web
a,2,Write the runbook,preventive,open,2026-05-02,,
a,3,Old and done,preventive,done,2026-05-02,2026-05-03,
"""


@pytest.fixture
def owed(tmp_path: Path) -> str:
    """A store with one late action, one without an owner and one that is done."""
    (tmp_path / "incidents.csv").write_text(
        "id,title,started_at,detected_at,resolved_at,team\n"
        "a,Queue stalls,2026-05-01T10:00Z,2026-05-01T10:05Z,2026-05-01T11:00Z,Web\n"
        "b,Disk full,2026-05-30T10:00Z,2026-05-30T10:05Z,2026-05-30T11:00Z,Web\n"
    )
    (tmp_path / "actions.csv").write_text(OWED)
    url = f"sqlite:///{tmp_path}/owed.db"
    files = [str(tmp_path / name) for name in ("incidents.csv", "actions.csv")]
    command = (sys.executable, "-m", "data", "load", *files, "--database", url)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return url


def remind(database: str, *asked: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pages", "remind", "--database", database, *asked)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_reminders_name_late_and_ownerless_actions_and_nothing_that_is_done(owed: str) -> None:
    done = remind(owed)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "1 action past their date" in lines
    late = r"^• Alert on the lag: owner Web, due 20 May 2026, [\d,]+ days late, after a$"
    assert re.search(late, done.stdout, re.MULTILINE)
    assert "1 open action without an owner" in lines
    assert "• Write the runbook: owner not said, no date, after a" in lines
    assert "Old and done" not in done.stdout


def test_reminders_are_posted_and_told_as_one_object(owed: str) -> None:
    with serving(lambda _: Reply("ok")) as server:
        done = remind(owed, "--json", "--webhook", server.address)
    told = json.loads(done.stdout)
    (asked,) = server.asked
    assert json.loads(asked.body)["text"] == told["message"]
    assert {key: len(rows) for key, rows in told["waits"].items()} == {"late": 1, "nobody": 1}
    assert told["problems"] == []


def test_where_nothing_waits_it_is_said(owed: str) -> None:
    assert remind(owed, "--team", "unknown").stdout.startswith("Nothing waits:")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2026-Q2", dt.date(2026, 4, 1), dt.date(2026, 7, 1)),
        ("2026 q4", dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
        ("2026-05", dt.date(2026, 5, 1), dt.date(2026, 6, 1)),
        ("2026", dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
        ("2026-05-03..2026-05-09", dt.date(2026, 5, 3), dt.date(2026, 5, 10)),
    ],
)
def test_a_period_is_said_as_people_write_it(said: str, start: dt.date, end: dt.date) -> None:
    period = period_said(said, dt.date(2026, 8, 1))
    assert period is not None
    assert (period.start, period.end) == (start, end)


def test_days_in_the_wrong_order_are_no_period() -> None:
    with pytest.raises(Unusable, match="No period"):
        period_said("2026-05-09..2026-05-03", dt.date(2026, 8, 1))


def test_the_pack_of_what_one_looks_at_is_two_clicks_away(
    page: Page, app_server: App, tmp_path: Path
) -> None:
    page.goto(f"{app_server.url}/?team=GitHub")
    settled(page)
    page.get_by_test_id("stPopoverButton").get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="The pack").click()
    download.value.save_as(tmp_path / "pack.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "pack.zip").read_bytes())) as archive:
        files = set(archive.namelist())
    assert {"review.html", "review.md", "review.xlsx", "review.zip"} <= files
    assert files & {"review.pdf", "not-written.txt"}
