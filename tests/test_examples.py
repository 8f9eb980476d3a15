"""A made-up company and the sample, looked at beside one's own records."""

import ast
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from data.engine import ENVIRONMENT as DATABASE
from data.loading import ExampleStore
from data.store import StoreError, open_store
from pages.parts.frame import NAVIGATION
from pages.parts.source import IS_EXAMPLE
from tests.support.pages import ROOT, run_page, words
from tests.support.server import App
from tests.support.watch import settled

SCRIPTS = [script for group in NAVIGATION.values() for script in group]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty store of one's own, which the pages look at."""
    url = f"sqlite:///{tmp_path}/own.db"
    open_store(url).close()
    monkeypatch.setenv(DATABASE, url)
    return url


@pytest.fixture(scope="module")
def company() -> Iterator[ExampleStore]:
    """The store of the made-up company."""
    store = ExampleStore("company")
    yield store
    store.close()


def badges(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown if "badge[" in element.value)


def test_the_front_page_of_the_company_has_a_value_in_every_tile(own: str) -> None:
    tiles = run_page(example="company").metric
    assert len(tiles) == 6
    assert all(re.search(r"\d", tile.value) for tile in tiles)


@pytest.mark.parametrize("attempt", ["load", "clear", "undo_last_load"])
def test_nothing_is_loaded_into_an_example_or_taken_out(
    company: ExampleStore, attempt: str
) -> None:
    refused = getattr(company, attempt)
    with pytest.raises(StoreError, match="example"):
        refused([]) if attempt == "load" else refused()
    assert company.counts().incidents == 400


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_page_of_an_example_says_what_it_is(own: str, script: str) -> None:
    app = run_page(script, example="company")
    assert IS_EXAMPLE["company"] in badges(app)
    assert IS_EXAMPLE["company"] not in badges(run_page(script))


def test_ones_own_records_stay_as_they_are_while_an_example_is_looked_at(own: str) -> None:
    store = open_store(own)
    before = store.revision()
    run_page(example="company")
    run_page(example="sample", team="GitHub")
    assert (store.revision(), store.counts().incidents) == (before, 0)
    store.close()


def test_filters_of_an_example_are_not_those_of_ones_own_records(own: str) -> None:
    app = run_page(example="sample", severity="critical")
    assert "severity" in app.query_params
    app.query_params.clear()
    app.query_params["example"] = "company"
    app.run()
    assert "severity" not in app.query_params
    assert IS_EXAMPLE["company"] in badges(app)
    app.query_params["example"] = "none"
    app.run()
    assert "example" not in app.query_params
    assert badges(app) == ""


def test_an_example_that_does_not_exist_is_ones_own_records(own: str) -> None:
    app = run_page(example="../other")
    assert badges(app) == ""
    assert "There are no records yet." in words(app)


def test_records_of_an_example_offer_no_load_and_no_end(own: str) -> None:
    shown = run_page("pages/records.py", example="company")
    assert not shown.get("file_uploader")
    assert "Look at the examples" not in [e.label for e in shown.expander]
    mine = run_page("pages/records.py")
    assert "Look at the examples" in [e.label for e in mine.expander]


def test_no_link_to_a_page_forgets_what_is_looked_at() -> None:
    calls = [
        (file.name, call)
        for file in (ROOT / "dashboard.py", *ROOT.glob("pages/**/*.py"))
        for call in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "page_link"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("st", "column")
    ]
    assert calls
    forgetting = [name for name, c in calls if "query_params" not in {k.arg for k in c.keywords}]
    assert forgetting == []


def test_from_the_sample_to_the_company_through_its_pages_and_back(
    page: Page, app_server: App
) -> None:
    marked = page.get_by_test_id("stMain").get_by_text(IS_EXAMPLE["company"])
    page.goto(app_server.url)
    settled(page)
    page.get_by_role("link", name="Look at a complete example").click()
    expect(marked).to_be_visible()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Causes", exact=True).click()
    expect(page.get_by_role("heading", name="Causes", exact=True)).to_be_visible()
    expect(marked).to_be_visible()
    assert "example=company" in page.url
    settled(page)
    page.get_by_test_id("stPopoverButton").get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="The pack").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        review = archive.read("review.md").decode()
    assert f"Records: {IS_EXAMPLE['company']}" in review
    assert "| SEV1 | 1 |" in review
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Leave the example").click()
    expect(marked).to_have_count(0)
    settled(page)
    assert "example" not in page.url
