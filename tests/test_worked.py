"""Is what people say here of an action kept through a reload, and told apart from the source?"""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analytics.repeats.fixes import as_written
from data.added import WrongField
from data.history import read_history
from data.lists import current_lists
from data.loading import load
from data.store import Store
from data.worked import Key, Worked, all_work, as_worked, change, settle, work, work_again

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


KEY = Key("a", "A-1")


def test_a_source_that_comes_to_say_the_same_is_no_conflict(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"status": "risk_accepted", "reason": "It goes in May"})
    assert not loaded(store, tmp_path, "wont_do")["conflict"].any()
    assert loaded(store, tmp_path, "done")["conflict"].all()


def test_who_changed_only_the_owner_has_no_conflict_on_the_state(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"owner": "Storage", "by": "Ops"})
    (action,) = loaded(store, tmp_path, "done").to_dict("records")
    assert (action["owner"], action["status"]) == ("Storage", "done")
    assert (action["changed_here"], action["conflict"]) == (True, False)


def test_what_was_said_before_and_is_not_said_now_stays(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"owner": "Storage", "due_on": "2026-07-01", "by": "Ops"})
    change(store, [KEY], {"status": "done", "completed_on": "2026-06-05"})
    (row,) = all_work(store)
    assert (row.owner, row.due_on, row.by) == ("Storage", dt.date(2026, 7, 1), "")
    assert (row.status, row.completed_on, row.told) == ("done", dt.date(2026, 6, 5), "open")
    change(store, [KEY], {"status": "in_progress"})
    (row,) = all_work(store)
    assert (row.status, row.completed_on, row.owner) == ("in_progress", None, "Storage")


def test_the_day_of_an_end_needs_a_state_that_ends_it(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    with pytest.raises(WrongField, match="say its state too"):
        change(store, [KEY], {"completed_on": "2026-06-05"})
    assert all_work(store) == []


def test_what_is_undone_is_as_it_was(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    nothing = change(store, [KEY], {"owner": "Storage"})
    (first,) = all_work(store)
    second = change(store, [KEY], {"status": "done"})
    work_again(store, second)
    assert all_work(store) == [first]
    work_again(store, nothing)
    assert all_work(store) == []
    assert not read_history(store).actions["changed_here"].any()


def test_one_side_of_a_conflict_is_chosen(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"status": "in_progress", "owner": "Storage"})
    assert loaded(store, tmp_path, "done")["conflict"].all()
    before = settle(store, [KEY], ours=True, by="Ops")
    (action,) = read_history(store).actions.to_dict("records")
    assert (action["status"], action["conflict"]) == ("in_progress", False)
    work_again(store, before)
    settle(store, [KEY], ours=False)
    (action,) = read_history(store).actions.to_dict("records")
    assert (action["status"], action["owner"], action["conflict"]) == ("done", "Storage", False)


def test_where_the_source_is_taken_and_nothing_else_was_said_no_mark_is_left(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"status": "in_progress"})
    loaded(store, tmp_path, "done")
    settle(store, [KEY], ours=False)
    assert all_work(store) == []


def test_an_action_that_a_second_report_told_is_found_by_its_own_id(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    change(store, [Key("the record that counts", "A-1")], {"status": "done"})
    assert [row.key for row in all_work(store)] == [KEY]


def test_numbers_that_are_ids_in_several_incidents_are_told_apart(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(
        "["
        + ", ".join(
            f'{{"id": "{name}", "impact_started_at": "2026-05-01", "actions": '
            '[{"id": "1", "title": "Check it", "status": "open"}]}'
            for name in ("a", "b", "c")
        )
        + "]"
    )
    load(store, [str(tmp_path)], lists=current_lists())
    change(store, [Key("a", "1"), Key("b", "1")], {"status": "in_progress"})
    assert [row.key for row in all_work(store)] == [Key("a", "1"), Key("b", "1")]
    assert change(store, [Key("gone", "1")], {"status": "done"}) == {}


def test_the_day_of_a_check_stays_when_something_else_is_said_later(
    store: Store, tmp_path: Path
) -> None:
    loaded(store, tmp_path, "open")
    checked = {"status": "done", "verification": "verified", "verified_on": "2026-06-03"}
    change(store, [KEY], checked)
    change(store, [KEY], {"owner": "Web"})
    (row,) = all_work(store)
    assert (row.owner, row.verified_on) == ("Web", dt.date(2026, 6, 3))
    frame = read_history(store).actions
    assert frame["verified_on"].tolist() == [pd.Timestamp("2026-06-03")]
    change(store, [KEY], {"verification": "not_yet"})
    assert read_history(store).actions["verified_on"].isna().all()


def test_a_whole_record_shows_its_actions_as_they_were_worked(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path, "open")
    change(store, [KEY], {"status": "done", "verification": "verified", "verified_how": "a drill"})
    record = store.records(["a"])["a"]
    (action,) = as_worked(record, {row.key: row for row in all_work(store)}).actions
    today = dt.datetime.now(dt.UTC).date()
    assert (action.status, action.owner) == ("done", "SRE")
    assert (action.verification, action.verified_how) == ("verified", "a drill")
    assert action.verified_on is not None
    assert abs((action.verified_on - today).days) <= 1
    assert as_worked(record, {}) is record


def test_an_action_that_was_touched_here_is_not_only_open_as_written(
    store: Store, tmp_path: Path
) -> None:
    actions = loaded(store, tmp_path, "open")
    assert as_written(actions).tolist() == [True]
    change(store, [KEY], {"owner": "Storage"})
    assert as_written(read_history(store).actions).tolist() == [False]
