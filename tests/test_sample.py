"""The sample records: all of them arrive, say what the sources say, and leave no problem behind."""

import csv
from collections import Counter

import pytest

from data.check import Checked, check_incident
from data.history import StoredHistory, read_history
from data.loading import FOLDER, load_sample, sample_records
from data.record import Incident
from data.store import Loaded, Store


@pytest.fixture(scope="module")
def records() -> list[Incident]:
    return list(sample_records())


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_a_record_and_none_has_a_problem(
    records: list[Incident], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Checked] = []

    def remember(*args: object, **options: object) -> Checked:
        found.append(check_incident(*args, **options))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr("data.loading.check_incident", remember)
    assert [record.id for record in sample_records()] == [
        row["id"] for row in rows("incidents.csv")
    ]
    assert [problem for checked in found for problem in checked.problems] == []
    assert not any(checked.assumptions for checked in found)


def test_the_organisations_are_the_teams(records: list[Incident]) -> None:
    assert Counter(record.team for record in records) == {
        "GitHub": 801,
        "Jenkins infrastructure": 83,
        "Microsoft Azure": 22,
        "Yearn Finance": 17,
        "Amazon Web Services": 11,
        "Google Cloud": 5,
        "Kubernetes test-infra": 5,
        "Rust project": 5,
        "RubyGems.org": 3,
    }


def test_every_action_belongs_to_an_incident(records: list[Incident]) -> None:
    actions = [action for record in records for action in record.actions]
    assert len(actions) == len(rows("actions.csv")) == 793
    assert len({action.id for action in actions}) == len(actions)
    assert Counter(action.status for action in actions) == {"open": 402, "done": 376, None: 15}
    assert sum(action.due_on is not None for action in actions) == 86
    assert not any(action.completed_on or action.owner for action in actions)


def test_no_automation_is_left_as_a_kind_and_each_keeps_its_given_one(
    records: list[Incident],
) -> None:
    given = [a for record in records for a in record.actions if "kind_given" in a.extra]
    assert len(given) == 19
    assert {action.extra["kind_given"] for action in given} == {"automation"}
    assert {action.kind for action in given} == {"prevent", "mitigate"}


def test_what_blamed_a_person_still_needs_analysis(records: list[Incident]) -> None:
    blamed = [record for record in records if record.needs_analysis]
    assert len(blamed) == 18
    assert {record.root_cause_category for record in blamed} == {"process"}


def test_a_record_is_resolved_only_if_the_source_says_when(records: list[Incident]) -> None:
    for record in records:
        assert record.status == ("resolved" if record.resolved_at else None)
    assert sum(record.status is None for record in records) == 16


def test_every_record_names_its_source_and_what_its_times_mean(records: list[Incident]) -> None:
    for record in records:
        assert record.source is not None
        assert record.source.startswith("https://")
        assert record.extra["time_basis"]
        assert record.extra["evidence"]


def test_repeats_keep_who_says_so(records: list[Incident]) -> None:
    declared = [record for record in records if record.repeats]
    assert Counter(record.extra["repeat_basis"] for record in declared) == {
        "same kind of cause": 92,
        "same cause and component": 46,
        "source says": 18,
    }


def test_repeats_and_duplicates_name_records_that_are_there(store: Store) -> None:
    # Of one outage of mail the source holds two reports with the same start.
    assert load_sample(store) == Loaded(952, 0, 0, doubled=1)
    history: StoredHistory = read_history(store)
    assert len(history.links) == 156
    assert history.incidents["is_duplicate"].sum() == 12
    assert history.repeats_not_here == history.duplicates_not_here == 0


def test_a_post_that_gives_only_a_day_is_known_to_the_day(records: list[Incident]) -> None:
    to_the_day = [record.id for record in records if record.clock_precision]
    assert to_the_day == ["jenkins-2021-10-01-ldap-outage", "jenkins-2025-05-20-uplink-outage"]


def test_the_store_knows_the_sample_and_takes_it_once(store: Store) -> None:
    load_sample(store)
    assert store.is_sample()
    assert load_sample(store) == Loaded(0, 0, 952)
    assert store.revision() == 1


def test_a_user_s_own_lists_leave_the_sample_alone(
    records: list[Incident], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERMATH_LISTS", "/nowhere/lists.yaml")
    assert list(sample_records()) == records
