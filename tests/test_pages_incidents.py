"""The list of incidents behind a mark: filtered by the address, by ids, by words."""

import pytest

from data.record import HEADINGS, Incident
from data.store import open_store
from tests.support.pages import run_page, words

LIST = "pages/incidents.py"
#: Sections of a record that are no single field.
BESIDE = ("Timeline", "Actions", "Everything else")
JANUARY = {"period": "Between two days", "from": "2026-01-01", "to": "2026-01-31"}


pytestmark = pytest.mark.usefixtures("sample_store")


def listed(**parameters: str | list[str]) -> list[str]:
    app = run_page(LIST, **parameters)
    return [address.split("id=")[1].split("&")[0] for address in app.dataframe[0].value["id"]]


def test_a_list_by_ids_holds_just_these_and_says_what_they_are_of() -> None:
    ids = listed(team="GitHub")[:3]
    app = run_page(LIST, team="GitHub", only=ids, of="longer than *a* day")
    assert [header.value for header in app.header] == ["longer than \\*a\\* day"]
    assert "3 incidents of " in words(app)
    assert listed(team="GitHub", only=ids, of="longer than a day") == ids


def test_a_list_by_days_holds_what_began_in_them() -> None:
    ids, every = listed(team="GitHub", **JANUARY), listed(team="GitHub")
    assert 0 < len(ids) < len(every)
    assert set(ids) <= set(every)


def test_words_narrow_the_list() -> None:
    every, some = listed(team="GitHub"), listed(team="GitHub", words="certificate")
    assert 0 < len(some) < len(every)


def test_a_label_that_no_filter_chooses_by_narrows_the_list_and_is_said() -> None:
    app = run_page(LIST, team=[], trigger="config or flag push", cause="unknown")
    every, some = listed(team=[]), listed(team=[], trigger="config or flag push")
    assert 0 < len(some) < len(every)
    assert [header.value for header in app.header] == ["set off by\\: config or flag push"]
    assert "of " in words(app)
    app.button[-1].click().run()
    assert "trigger" not in app.query_params


def test_a_search_reads_all_texts_and_shows_where_the_words_stand() -> None:
    app = run_page(LIST, team="GitHub", words="certificate expir")
    snippets = [caption.value for caption in app.caption if "**certificate**" in caption.value]
    assert snippets
    assert all(text.partition(": ")[0] in {*HEADINGS.values(), *BESIDE} for text in snippets)
    assert len(app.dataframe[0].value) >= len(snippets)


def test_a_snippet_is_shown_as_it_is_written(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_DATABASE", sqlite_url)
    record = Incident(id="a", summary="[x](http://evil) <b>needle</b> **bold** $1$")
    open_store(sqlite_url).load([record], source="test")
    captions = [caption.value for caption in run_page("pages/incident.py", find="needle").caption]
    shown = next(text for text in captions if "needle" in text)
    assert "**needle**" in shown
    assert shown.count("**") == 2
    assert "](" not in shown


def test_a_known_cause_that_is_not_here_is_said_and_nothing_is_listed_for_it() -> None:
    app = run_page(LIST, team="GitHub", known="no-such")
    assert [warning.proto.title for warning in app.get("warning")] == [
        r"No known cause has the incident no\-such"
    ]
    assert not app.dataframe
