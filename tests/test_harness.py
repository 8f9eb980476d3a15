"""Does the harness itself hold: would it notice a skip, a stray request, a missing package?"""

import importlib.metadata
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import yaml
from playwright.sync_api import BrowserContext, Page, expect

from tests.__main__ import TWO_PROCESSES, distributed
from tests.support import machine
from tests.support.browser import find_chromium
from tests.support.server import App, running_app
from tests.support.sources import ROOMS, ROOT, imported, python_files, rooms
from tests.support.verdict import objection
from tests.support.watch import ANSWER_MILLISECONDS, Watch, settled

SCRIPT = """
import os
import streamlit as st
st.write(os.environ.get("AFTERMATH_DATABASE", "the default store"))
st.write("traceback allowed:", st.get_option("client.showErrorDetails"))
if st.button("Break"):
    raise RuntimeError("a secret of the records")
"""


# The verdict


@pytest.mark.parametrize(
    "closing",
    [
        "===== 12 passed in 3.21s =====",
        "===== 1 passed in 0.01s =====",
        "===== 412 passed in 95.10s (0:01:35) =====",
        "12 passed in 3.21s",
        "\x1b[32m\x1b[1m12 passed\x1b[0m\x1b[32m in 3.21s\x1b[0m",
    ],
)
def test_a_run_in_which_all_tests_passed_is_green(closing: str) -> None:
    assert objection(f"tests/test_clocks.py ....\n{closing}\n") is None


@pytest.mark.parametrize(
    "counts",
    [
        "11 passed, 1 skipped",
        "11 passed, 1 warning",
        "11 passed, 2 warnings",
        "11 passed, 1 xfailed",
        "11 passed, 1 xpassed",
        "1 failed, 11 passed",
        "11 passed, 1 error",
        "11 passed, 3 deselected",
        "3 deselected",
        "0 passed",
        "no tests ran",
    ],
)
def test_a_run_with_anything_but_passed_tests_is_not_green(counts: str) -> None:
    problem = objection(f"===== {counts} in 3.21s =====\n")
    assert problem is not None
    assert counts in problem


def test_a_run_that_broke_off_before_its_closing_line_is_not_green() -> None:
    assert objection("tests/test_clocks.py ....") is not None


def test_only_the_last_closing_line_counts() -> None:
    assert objection("=== 3 passed in 1.00s ===\n=== 2 passed, 1 skipped in 1.00s ===") is not None


def test_the_gate_runs_the_command_that_the_readme_gives() -> None:
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & stat.S_IXUSR
    assert "python3 -m tests" in gate.read_text()
    assert re.search(r"^\s*python3 -m tests$", (ROOT / "README.md").read_text(), re.MULTILINE)


def test_a_pull_request_runs_the_gate_and_may_write_nothing() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert "pull_request" in workflow[True]  # the key `on`, which YAML takes for a yes
    assert workflow["permissions"] == {"contents": "read"}
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


def test_a_commit_is_checked_by_the_tools_of_the_gate() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    entries = [hook["entry"].removeprefix(".venv/bin/").split() for hook in hooks]
    checks = [[word for word in check if word != "."] for check in machine.CHECKS]
    assert entries[: len(checks)] == checks
    assert all((ROOT / entry[-1]).exists() for entry in entries[len(checks) :])


@pytest.mark.parametrize("name", ["fault", "number", "wish"])
def test_a_form_for_an_issue_asks_what_it_can_be_answered_by(name: str) -> None:
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text())
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert all(part["type"] in ("input", "textarea") for part in asked)
    assert len({part["id"] for part in asked}) == len(asked)
    assert all(part["attributes"]["label"] for part in asked)
    assert asked[0]["validations"] == {"required": True}
    assert form["name"]
    assert form["description"]


def test_tests_run_in_two_processes_unless_whoever_runs_them_says_otherwise() -> None:
    assert distributed(["-k", "walls"]) == [*TWO_PROCESSES, "-k", "walls"]
    assert distributed(["-n", "0"])[-2:] == ["-n", "0"]
    for without in (["-p", "no:xdist"], ["-pno:xdist"]):
        assert distributed(without) == without


# The set-up of a machine


def executable(folder: Path, name: str, exit_code: int = 0) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


def test_a_chromium_named_by_the_user_comes_before_the_one_on_the_path(tmp_path: Path) -> None:
    installed = executable(tmp_path, "chromium")
    path = {"PATH": str(tmp_path)}
    assert find_chromium(path) == installed
    assert find_chromium(path | {"AFTERMATH_CHROMIUM": "mine"}) == "mine"


def test_a_placeholder_that_does_not_start_is_no_chromium(tmp_path: Path) -> None:
    executable(tmp_path, "chromium-browser", exit_code=1)
    assert find_chromium({"PATH": str(tmp_path)}) is None
    chrome = executable(tmp_path, "google-chrome")
    assert find_chromium({"PATH": str(tmp_path)}) == chrome


def test_a_changed_requirement_calls_for_another_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = tmp_path / "requirements.txt"
    by = (requirements,)
    requirements.write_text("pandas>=3.1\n")
    before = machine.stamp(Path(sys.executable), named_by=by)
    assert machine.stamp(Path(sys.executable), named_by=by) == before
    requirements.write_text("pandas>=3.2\n")
    assert machine.stamp(Path(sys.executable), named_by=by) != before


def test_a_python_that_cannot_make_environments_is_told_in_one_sentence_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with monkeypatch.context() as without_ensurepip:
        without_ensurepip.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(machine.SetupError, match=r"install python3\.\d+-venv\.$"):
            machine.ready()
    assert list(tmp_path.iterdir()) == []


def test_every_package_that_the_dashboard_imports_is_in_requirements() -> None:
    named = {
        re.split(r"[\[<>=]", line)[0].lower().replace("_", "-")
        for file in ("requirements.txt", "requirements-assistant.txt", "requirements-login.txt")
        for line in (ROOT / file).read_text().splitlines()
        if line and not line.startswith(("#", "-r"))
    }
    modules = set().union(*(rooms(imported(file)) for file in python_files(ROOT, *ROOMS)))
    packages = importlib.metadata.packages_distributions()
    foreign = {
        module: {name.lower() for name in packages.get(module, [])}
        for module in modules - sys.stdlib_module_names - {*ROOMS, "dashboard"}
    }
    missing = {module for module, names in foreign.items() if not names & named}
    assert missing == set()


# The stores


def test_a_store_url_opens_an_empty_database(store_url: str) -> None:
    engine = sa.create_engine(store_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE incident (id INTEGER)"))
    engine.dispose()


def test_each_test_has_a_postgres_database_of_its_own(postgres_url: str) -> None:
    url = sa.make_url(postgres_url)
    conninfo = f"host={url.query['host']} user={url.username} dbname={url.database}"
    with psycopg.connect(conninfo) as connection:
        assert connection.info.server_version >= 16_00_00
        assert connection.execute("SELECT to_regclass('incident')").fetchone() == (None,)


def test_no_test_can_open_the_store_in_the_checkout_by_default(tmp_path: Path) -> None:
    assert str(tmp_path) in os.environ["AFTERMATH_DATABASE"]


# The browser and the server


@pytest.fixture(scope="module")
def tiny_app(tmp_path_factory: pytest.TempPathFactory, start_app: Callable[..., App]) -> App:
    folder = tmp_path_factory.mktemp("script")
    (folder / ".streamlit").symlink_to(ROOT / ".streamlit")
    (folder / "tiny.py").write_text(SCRIPT)
    return start_app(database="sqlite:///elsewhere.db", script=folder / "tiny.py")


def test_a_server_gets_its_database_and_the_settings_of_the_house(
    tiny_app: App, page: Page
) -> None:
    page.goto(tiny_app.url)
    app = settled(page)
    expect(app).to_contain_text("sqlite:///elsewhere.db")
    expect(app).to_contain_text("traceback allowed: none")
    assert tiny_app.tracebacks() == []


def test_an_error_that_no_page_foresaw_reaches_the_log_and_not_the_reader(
    tiny_app: App, page: Page
) -> None:
    page.goto(tiny_app.url)
    settled(page)
    page.get_by_role("button", name="Break").click()
    app = settled(page)
    expect(app.get_by_test_id("stException")).to_be_visible()
    expect(app).not_to_contain_text("secret")
    assert "a secret of the records" in tiny_app.tracebacks()[-1]


def test_a_server_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.py"
    with (
        pytest.raises(RuntimeError, match=r"did not start[^$]*nowhere\.py"),
        running_app(tmp_path, database=None, script=missing),
    ):
        pass


def test_the_watch_hears_requests_to_the_outside_and_errors_on_the_console(
    new_context: Callable[[], BrowserContext],
) -> None:
    context = new_context()
    watch = Watch(context)
    page = context.new_page()
    context.set_default_timeout(ANSWER_MILLISECONDS)
    with (
        context.expect_event("request"),
        context.expect_event("weberror"),
        context.expect_console_message(lambda message: message.text == "something broke"),
    ):
        page.set_content(
            "<img src='https://fonts.example/a.woff'><script>throw Error('oh')</script>"
        )
        page.evaluate("console.error('something broke')")
    heard = "\n".join(watch.complaints)
    assert "request to the outside: https://fonts.example/a.woff" in heard
    assert "uncaught error: oh" in heard
    assert "error on the console: something broke" in heard
