"""Actions worked on the pages: what the form changes, what is refused, both sides of a conflict."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.lists import current_lists
from data.loading import load
from data.store import open_store
from data.worked import Key, all_work, change
from pages.views.actions import for_github, for_jira
from tests.support.pages import cells, run_page, words


def write(folder: Path, *, status: str = "open") -> None:
    (folder / "a.json").write_text(
        '[{"id": "a", "title": "Login was down", "impact_started_at": "2026-05-01", "team": "SRE",'
        f'"actions": [{{"id": "A-1", "title": "Renew by a job", "status": "{status}"}},'
        '{"id": "A-2", "title": "Alert on the date", "status": "open"}]}]'
    )


def loaded(url: str, folder: Path) -> None:
    store = open_store(url)
    load(store, [str(folder)], lists=current_lists())
    store.close()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with one incident and its two actions."""
    folder = tmp_path / "source"
    folder.mkdir()
    write(folder)
    address = f"sqlite:///{tmp_path / 'own.db'}"
    loaded(address, folder)
    monkeypatch.setenv("AFTERMATH_DATABASE", address)
    return address


def fill(app: AppTest, **values: str) -> AppTest:
    """The page after the fields that begin with these names were filled in and saved."""
    fields = [*app.selectbox, *app.text_input]
    for name, value in values.items():
        next(field for field in fields if str(field.key).startswith(f"{name}_")).set_value(value)
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception, app.exception
    return app


def asked(*chosen: str) -> AppTest:
    """The page of the incident with these of its actions chosen to be changed."""
    app = run_page("pages/incident.py", id="a")
    app.session_state["change_actions"] = True
    app.run()
    next(one for one in app.multiselect if one.key == "chosen_a").set_value(list(chosen)).run()
    return app


def test_several_actions_are_changed_at_once_marked_and_changed_back(url: str) -> None:
    app = fill(asked("A-1", "A-2"), status="done", owner="Storage", by="SRE")
    assert "2 actions changed: state done, owner Storage." in words(app)
    assert cells(app).count("State: done on") == 2
    assert cells(app).count("changed here") == 2
    store = open_store(url)
    assert [(row.key, row.status, row.by) for row in all_work(store)] == [
        (Key("a", "A-1"), "done", "SRE"),
        (Key("a", "A-2"), "done", "SRE"),
    ]
    next(button for button in app.button if button.label == "Undo").click().run()
    assert all_work(store) == []
    store.close()
    assert "changed here" not in cells(app)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Nothing is filled in, so nothing was changed."),
        ({"status": "wont_do"}, "Why: is missing: why will it not be done?"),
        ({"owner": "Jane Miller"}, "Owner: looks like a person; name a team or a role"),
        ({"link": "javascript:alert(1)"}, "Link: is no address; it begins with https://"),
    ],
)
def test_what_cannot_be_said_changes_nothing_and_keeps_what_was_typed(
    url: str, values: dict[str, str], said: str
) -> None:
    app = fill(asked("A-1"), **values)
    assert said in words(app).replace("\\", "")
    typed = {str(field.key).partition("_")[0]: field.value for field in app.text_input}
    assert all(typed.get(name, value) == value for name, value in values.items())
    store = open_store(url)
    assert all_work(store) == []
    store.close()


@pytest.mark.parametrize(
    ("label", "left"), [("Keep ours", [("done", "in_progress")]), ("Take theirs", [])]
)
def test_a_source_that_says_otherwise_since_is_shown_until_one_side_is_chosen(
    url: str, tmp_path: Path, label: str, left: list[tuple[str, str]]
) -> None:
    store = open_store(url)
    change(store, [Key("a", "A-1")], {"status": "done", "by": "SRE"})
    write(tmp_path / "source", status="in_progress")
    loaded(url, tmp_path / "source")
    app = run_page("pages/actions.py")
    assert "1 action: the source says otherwise than here" in words(app)
    assert "here **done**, SRE" in words(app)
    assert "the source now says **in progress**" in words(app)
    next(button for button in app.button if button.label == label).click().run()
    assert "otherwise than here" not in words(app)
    assert [(row.status, row.told) for row in all_work(store)] == left
    store.close()


def test_what_was_changed_here_goes_back_to_jira_and_github_by_its_links() -> None:
    changed = pd.DataFrame(
        {
            "title": ["Renew by a job", "Alert", "Drill", "Odd"],
            "status": ["done", "wont_do", "open", None],
            "due_on": pd.to_datetime(["2026-06-01", None, None, None]),
            "url": [
                "https://team.example.com/browse/OPS-31",
                "https://github.com/team/shop/issues/12#event",
                None,
                "https://github.com/team/shop; rm -rf/issues/1",
            ],
        }
    )
    jira = for_jira(changed)
    assert jira["Issue Key"].tolist() == ["OPS-31", "", "", ""]
    assert jira["Status"].tolist() == ["Done", "Done", "To Do", ""]
    assert jira["Due Date"].tolist() == ["2026-06-01", "", "", ""]
    assert for_github(changed)[["repository", "number", "command"]].to_numpy().tolist() == [
        ["team/shop", "12", 'gh issue close 12 --repo team/shop --reason "not planned"']
    ]
