"""Is what people say here of an action kept through a reload, and told apart from the source?"""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from data.added import WrongField
from data.history import read_history
from data.lists import current_lists
from data.loading import load
from data.store import Store
from data.worked import Worked, work

DONE = {"record_id": "a", "action_id": "A-1", "status": "done", "told": "open"}


def loaded(store: Store, folder: Path, status: str) -> pd.DataFrame:
    """The actions after a source that gives this state was loaded (again)."""
    (folder / "a.json").write_text(
        '{"id": "a", "impact_started_at": "2026-05-01", "actions": [{"id": "A-1", "title": '
        f'"Check it", "status": "{status}", "owner": "SRE", "due_on": "2026-06-01"}}]}}'
    )
    load(store, [str(folder)], lists=current_lists())
    return read_history(store).actions


def test_what_was_said_here_outlives_a_reload_and_is_marked(store: Store, tmp_path: Path) -> None:
    assert not loaded(store, tmp_path, "open")["changed_here"].any()
    at = dt.datetime(2026, 6, 2, tzinfo=dt.UTC)
    assert work(store, [Worked.checked({**DONE, "by": "Storage", "at": at})])
    (action,) = loaded(store, tmp_path, "open").to_dict("records")
    assert (action["status"], action["owner"]) == ("done", "SRE")
    assert action["completed_on"] == pd.Timestamp("2026-06-02")
    assert action["due_on"] == pd.Timestamp("2026-06-01")
    assert (action["changed_here"], action["conflict"]) == (True, False)


def test_a_source_that_changes_its_mind_since_is_a_conflict(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    work(store, [Worked.checked(DONE)])
    (action,) = loaded(store, tmp_path, "in_progress").to_dict("records")
    assert (action["status"], action["conflict"]) == ("done", True)


def test_an_accepted_risk_is_given_up_and_what_is_opened_again_has_no_end(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    accepted = {**DONE, "status": "risk_accepted", "reason": "The service goes in May"}
    work(store, [Worked.checked(accepted)])
    assert read_history(store).actions["status"].tolist() == ["wont_do"]
    work(store, [Worked.checked({**DONE, "status": "in_progress"})])
    actions = read_history(store).actions
    assert actions["status"].tolist() == ["in_progress"]
    assert actions["completed_on"].isna().all()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"status": "wont_do"}, "reason"),
        ({"owner": "Jane Miller"}, "owner"),
        ({"status": "finished"}, "status"),
        ({"due_on": "soon"}, "due_on"),
    ],
)
def test_no_reason_a_person_as_owner_or_an_odd_value_is_refused(
    wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(WrongField) as refused:
        Worked.checked({**DONE, **wrong})
    assert refused.value.field == field


def test_what_is_said_of_an_action_that_is_not_loaded_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    work(store, [Worked.checked({**DONE, "action_id": "A-2"})])
    assert not read_history(store).actions["changed_here"].any()
