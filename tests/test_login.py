"""With a login set up, nothing is shown, taken or changed without it, and roles are kept.

A dashboard is really started, and asks a provider that the test runs.
"""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from data.loading import load_sample
from data.store import Store, open_store
from data.trail import Entry
from pages.parts import login
from pages.parts.login import Login, Misconfigured, Person, Refused, read_login
from tests.support.provider import Provider, running_provider, write_secrets
from tests.support.server import ROOT, App, free_port, running_app
from tests.support.watch import settled

PAGES = ["", *sorted(page.stem for page in ROOT.glob("pages/[a-z]*.py"))]
SECRET = "s" * 32
NOW = 1_800_000_000.0
HOUR = 3600
ROLES = """claim = "groups"
reader = ["staff"]
editor = ["sre"]
admin = ["sre-leads"]
"""


# What the settings say


def claims(**more: object) -> dict[str, object]:
    return {"is_logged_in": True, "iat": NOW - HOUR, "email": "ann@example.com", **more}


@pytest.fixture
def by_groups() -> Login:
    made = read_login(
        {
            "auth": {"cookie_secret": SECRET},
            "roles": {"claim": "groups", "reader": ["staff"], "editor": ["sre"], "admin": ["it"]},
        }
    )
    assert made
    return made


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["staff"], "reader"),
        (["sre", "staff"], "editor"),
        (["staff", "it"], "admin"),
        ("it", "admin"),
        (["other"], None),
        ([], None),
        (None, None),
        ([None, 7], None),
    ],
)
def test_the_highest_role_of_the_claim_counts(
    by_groups: Login, groups: object, role: str | None
) -> None:
    found = by_groups.person(claims(groups=groups), now=NOW)
    assert (found and found.role) == role


def test_without_a_list_of_readers_whoever_can_log_in_reads_and_changes_nothing() -> None:
    made = read_login({"auth": {"cookie_secret": SECRET}})
    assert made
    assert made.person(claims(), now=NOW) == Person("ann@example.com", "reader")


def test_an_address_that_the_provider_did_not_verify_gives_no_role() -> None:
    made = read_login({"auth": {"cookie_secret": SECRET}, "roles": {"admin": ["ann@example.com"]}})
    assert made
    sure, unsure = claims(email_verified=True), claims(email_verified=False)
    assert made.person(sure, now=NOW) == Person("ann@example.com", "admin")
    assert made.person(unsure, now=NOW) == Person("ann@example.com", "reader")


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_logged_in": False},
        {"is_logged_in": "yes"},
        {"iat": None},
        {"iat": NOW - 13 * HOUR},
        {"iat": "yesterday"},
    ],
)
def test_who_is_not_logged_in_or_was_so_too_long_ago_is_nobody(
    by_groups: Login, wrong: dict[str, object]
) -> None:
    assert by_groups.person(claims(groups=["it"], **wrong), now=NOW) is None


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"roles": {"admin": ["ann"]}}, "no login"),
        ({"auth": {"cookie_secret": "short"}}, "32 characters"),
        ({"auth": {}}, "32 characters"),
        ({"auth": {"cookie_secret": SECRET}, "roles": {"owner": ["ann"]}}, "knows no owner"),
        ({"auth": {"cookie_secret": SECRET}, "roles": {"admin": "ann"}}, "admin is a list"),
        ({"auth": {"cookie_secret": SECRET}, "roles": {"hours": 0}}, "above 0"),
        ({"auth": {"cookie_secret": SECRET}, "roles": {"claim": ["groups"]}}, "claim is a name"),
    ],
)
def test_settings_that_say_something_else_let_nobody_in(
    settings: Mapping[str, Any], why: str
) -> None:
    with pytest.raises(Misconfigured, match=why):
        read_login(settings)


def test_no_settings_are_no_login() -> None:
    assert read_login({}) is None


# What a role may do


@pytest.mark.parametrize(
    ("what", "lowest"),
    [
        ("export", "reader"),
        ("load", "editor"),
        ("verdict", "editor"),
        ("action", "editor"),
        ("setting", "editor"),
        ("records removed", "admin"),
        ("all records forgotten", "admin"),
    ],
)
def test_each_role_may_do_what_those_below_it_may(what: Any, lowest: login.Role) -> None:
    allowed = [role for role in login.ROLES if Person("ann", role).may(what)]
    assert allowed == list(login.ROLES[login.ROLES.index(lowest) :])


def test_what_is_refused_leaves_the_store_as_it_was_and_no_trace_of_it(sqlite_url: str) -> None:
    def refuse(entry: Entry) -> str:
        raise Refused(entry.what)

    store = open_store(sqlite_url)
    load_sample(store)
    before = store.revision(), store.counts(), store.trail()
    reader = open_store(sqlite_url, check=refuse)
    for change in (reader.clear, reader.undo_last_load):
        with pytest.raises(Refused):
            change()
    assert (store.revision(), store.counts(), store.trail()) == before
    store.clear()
    with pytest.raises(Refused, match="load"):
        load_sample(reader)
    assert store.counts().incidents == 0
    reader.close()
    store.close()


def test_the_trail_names_who_is_logged_in_whatever_they_sign_with(sqlite_url: str) -> None:
    store = open_store(sqlite_url, who=lambda: "typed", check=lambda _: "ann@example.com")
    store.tell(Entry("export", by="somebody else"))
    assert [event.by for event in store.trail()[0]] == ["ann@example.com"]
    store.close()


# A started dashboard, a real provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as started:
        yield started


@pytest.fixture(scope="module")
def closed(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A dashboard that asks for a login, over the sample in ``own.db`` of its folder."""
    folder, port = tmp_path_factory.mktemp("closed"), free_port()
    write_secrets(folder, provider, app_url=f"http://127.0.0.1:{port}", roles=ROLES)
    url = f"sqlite:///{folder / 'own.db'}"
    store = open_store(url)
    load_sample(store)
    store.close()
    with running_app(folder, database=url, port=port) as app:
        yield app


def stored(app: App) -> Store:
    return open_store(f"sqlite:///{app.folder / 'own.db'}")


@pytest.fixture
def log_in(page: Page, closed: App, provider: Provider) -> Callable[..., Page]:
    """Logs in as a member of a group, and opens a page: ``log_in("sre", "records")``."""

    def came_as(group: str, path: str = "") -> Page:
        provider.claims = {
            "sub": group,
            "email": f"{group}@example.com",
            "email_verified": True,
            "groups": [group],
        }
        page.goto(closed.url)
        settled(page)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{closed.url}/")
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        settled(page)
        if path:
            page.goto(f"{closed.url}/{path}")
            settled(page)
        return page

    return came_as


def test_without_a_login_no_page_shows_anything_but_the_way_in(page: Page, closed: App) -> None:
    for path in PAGES:
        page.goto(f"{closed.url}/{path}")
        settled(page)
        expect(page.get_by_test_id("stMain")).to_have_text(
            "AftermathLog in firstThese records are shown to people who are logged in.Log in"
        )
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    assert closed.tracebacks() == []


def ask(app: App, method: str, path: str, cookie: str = "") -> tuple[int, bool]:
    """The status of the answer, and whether it was the door that said no."""
    connection = http.client.HTTPConnection(app.url.rpartition("/")[2], timeout=60)
    connection.request(method, path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    answer = response.status, response.read() == b"Log in first."
    connection.close()
    return answer


def cookies(context: BrowserContext) -> str:
    return "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())


@pytest.mark.parametrize("cookie", ["", '_streamlit_user="e30.forged.signature"'])
def test_without_a_login_no_file_is_taken_and_none_is_given(closed: App, cookie: str) -> None:
    for method, path in (
        ("PUT", "/_stcore/upload_file/a/b"),
        ("PUT", "/_stcore/upload%5Ffile/a/b"),
        ("DELETE", "/_stcore/upload_file/a/b"),
        ("GET", "/media/anything.csv"),
        ("GET", "/%6dedia/anything.csv"),
    ):
        assert ask(closed, method, path, cookie) == (403, True)


def test_the_server_still_says_that_it_lives_and_is_ready(closed: App) -> None:
    assert ask(closed, "GET", "/_stcore/health") == ask(closed, "GET", "/ready") == (200, False)


def test_a_reader_sees_everything_and_cannot_load(
    log_in: Callable[..., Page], closed: App, context: BrowserContext
) -> None:
    before = stored(closed).trail()[1]
    page = log_in("staff")
    expect(page.get_by_role("heading", name="Trend review", exact=True)).to_be_visible()
    expect(page.get_by_text("staff@example.com · reader")).to_be_visible()
    page.goto(f"{closed.url}/records")
    settled(page)
    newest = stored(closed).trail(most=1)[0][0]
    assert (newest.what, newest.about, newest.by) == ("login", "reader", "staff@example.com")
    assert stored(closed).trail()[1] == before + 1  # one login for both pages
    expect(page.get_by_role("heading", name="Records", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stFileUploader")).to_have_count(0)
    expect(page.get_by_text("Start over")).to_have_count(0)
    assert ask(closed, "PUT", "/_stcore/upload_file/a/b", cookies(context)) == (403, True)
    assert ask(closed, "GET", "/media/anything.csv", cookies(context)) == (404, False)


def test_a_reader_is_told_that_their_change_was_refused(
    log_in: Callable[..., Page], closed: App
) -> None:
    page = log_in("staff")
    before = stored(closed).trail()
    page.get_by_role("button", name="Views").click()
    page.get_by_label("as it is now").fill("Mine")
    page.get_by_role("button", name="Save this view").click()
    settled(page)
    expect(page.get_by_text("You are a reader here; this needs an editor.")).to_be_visible()
    assert stored(closed).trail() == before


def test_an_editor_loads_and_forgets_nothing(
    log_in: Callable[..., Page], closed: App, context: BrowserContext
) -> None:
    before = stored(closed).counts()
    page = log_in("sre", "records")
    expect(page.get_by_test_id("stFileUploader").first).to_be_visible()
    _, was_refused = ask(closed, "PUT", "/_stcore/upload_file/a/b", cookies(context))
    assert not was_refused
    page.get_by_text("Start over").click()
    page.get_by_role("button", name="Clear the sample and start empty").click()
    settled(page)
    expect(page.get_by_text("You are an editor here; this needs an admin.")).to_be_visible()
    assert stored(closed).counts() == before


def test_who_has_no_role_is_told_so_and_sees_nothing(
    page: Page, closed: App, provider: Provider
) -> None:
    provider.claims = {"sub": "guest", "email": "guest@example.com", "groups": ["guests"]}
    page.goto(closed.url)
    settled(page)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Log in again, or ask for a role")).to_be_visible()
    for path in PAGES:
        page.goto(f"{closed.url}/{path}")
        settled(page)
        expect(page.get_by_text("Log in again, or ask for a role")).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).to_have_count(0)


def test_who_logs_out_is_out(log_in: Callable[..., Page], closed: App) -> None:
    page = log_in("staff")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("Log in first")).to_be_visible()
    page.goto(f"{closed.url}/records")
    settled(page)
    expect(page.get_by_text("Log in first")).to_be_visible()


def test_an_admin_forgets_all_and_the_trail_says_who(
    log_in: Callable[..., Page], provider: Provider, closed: App
) -> None:
    page = log_in("sre-leads", "records")
    page.get_by_text("Start over").click()
    page.get_by_role("button", name="Clear the sample and start empty").click()
    settled(page)
    assert stored(closed).counts().incidents == 0
    newest = stored(closed).trail(most=1)[0][0]
    assert (newest.what, newest.by) == ("all records forgotten", "sre-leads@example.com")


def test_a_broken_file_of_settings_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("[auth\n", encoding="utf-8")
    with (
        pytest.raises(RuntimeError, match="Aftermath did not start: its login cannot be used"),
        running_app(tmp_path, database=None),
    ):
        raise AssertionError(json.dumps("it started"))
