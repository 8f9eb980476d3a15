"""What the tests start for themselves: stores, a running dashboard, a watched browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import BrowserContext, expect

from data.company import Company, generate
from data.record import Incident
from data.store import Store, open_store
from pages.parts import source
from tests.support import made_up
from tests.support.browser import LAUNCH_FLAGS, find_chromium
from tests.support.pages_stores import AS_OF, make_company, make_sample
from tests.support.postgres import PostgresServer, postgres
from tests.support.server import DASHBOARD, App, running_app
from tests.support.watch import ANSWER_MILLISECONDS, Watch

# A slow machine is no bug, so no example has a deadline. The gate tries the same examples each
# time, and everybody else new ones.
settings.register_profile(
    "aftermath",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("aftermath")
# Nor is it one for a page: what is expected of it may come late.
expect.set_options(timeout=ANSWER_MILLISECONDS)


@pytest.fixture(autouse=True)
def _leave_the_readers_store_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test opens the store of whoever runs the tests, not even by a forgotten default."""
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{tmp_path / 'default.db'}")


@pytest.fixture(autouse=True)
def _search_only_where_a_test_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page starts a search of its own over records that a test left unsearched."""
    monkeypatch.setenv("AFTERMATH_SEARCH", "off")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'aftermath.db'}"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes a file with this name and content into a folder that is the current one."""
    monkeypatch.chdir(tmp_path)

    def _write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return _write


@pytest.fixture(scope="session")
def _sample_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def company_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="session")
def made() -> Company:
    """A made-up company with its truth."""
    return made_up.make()


@pytest.fixture(scope="session")
def large() -> Company:
    """A company large enough for shares to settle."""
    return generate(incidents=40_000, years=5, seed=3)


@pytest.fixture(scope="session")
def records(made: Company) -> list[Incident]:
    """The checked records of the made-up company."""
    return made_up.checked_records(made)


@pytest.fixture
def sample_store(monkeypatch: pytest.MonkeyPatch, _sample_url: str) -> None:
    """Pages show the sample records; tests that change the store make one of their own."""
    monkeypatch.setenv("AFTERMATH_DATABASE", _sample_url)


@pytest.fixture
def company_store(monkeypatch: pytest.MonkeyPatch, company_url: str) -> None:
    """Pages show a made-up company, looked at when its history stops and not today."""
    monkeypatch.setenv("AFTERMATH_DATABASE", company_url)
    monkeypatch.setattr(source, "now", lambda: AS_OF)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for all tests."""
    with postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = "aftermath"
    with psycopg.connect(postgres_server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, once on SQLite and once on PostgreSQL."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def start_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., App]]:
    """Starts a dashboard in an empty folder: ``start_app(database=None, script=DASHBOARD)``.

    Without a database it opens its default store, as at the first start. Servers run until the
    last test has ended.
    """
    with ExitStack() as running:

        def start(*, database: str | None = None, script: Path = DASHBOARD) -> App:
            folder = tmp_path_factory.mktemp("app")
            return running.enter_context(running_app(folder, database=database, script=script))

        yield start


@pytest.fixture(scope="session")
def app_server(start_app: Callable[..., App]) -> App:
    """The dashboard of a newcomer: first start, default store, the sample records in it."""
    return start_app()


@pytest.fixture(scope="session")
def base_url() -> None:
    """None, as each test says which server it opens; pytest warns of the plugin's own fixture."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium where there is one, else the one that Playwright downloaded."""
    chosen: dict[str, Any] = {"args": list(LAUNCH_FLAGS), "timeout": ANSWER_MILLISECONDS}
    if path := find_chromium():
        chosen["executable_path"] = path
    return browser_type_launch_args | chosen


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """One reader for all machines: same window, language and time zone."""
    reader = {
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-GB",
        "timezone_id": "UTC",
    }
    return browser_context_args | reader


@pytest.fixture
def context(new_context: Callable[[], BrowserContext]) -> Iterator[BrowserContext]:
    """A browser window whose pages must stay on this machine and log no error."""
    window = new_context()
    window.set_default_timeout(ANSWER_MILLISECONDS)
    watch = Watch(window)
    yield window
    assert watch.complaints == []
