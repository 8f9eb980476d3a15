"""The made-up company: the same for a seed, clean to load, and true to the truth it tells."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.frames import ACTIONS, INCIDENTS, LINKS, History
from data import company, lists
from data.check import check_incident
from data.company import clocks
from data.company.actions import KINDS, STATUSES, Actions
from data.company.prevention import hazards
from data.company.setting import DAY, UNKNOWN, YEAR
from data.company.truth import CLASSES, states
from data.problems import Place
from data.record import Incident

SIZE, YEARS, SEED = 3_000, 4.0, 11


@pytest.fixture(scope="module")
def made() -> company.Company:
    return company.generate(incidents=SIZE, years=YEARS, seed=SEED)


@pytest.fixture(scope="module")
def large() -> company.Company:
    return company.generate(incidents=40_000, years=5, seed=3)


@pytest.fixture(scope="module")
def records(made: company.Company) -> list[Incident]:
    checked = []
    for row, raw in enumerate(made.records()):
        found = check_incident(raw, place=Place("made-up", f"row {row}"), lists=lists.current())
        assert found.problems == []
        assert not found.assumptions
        assert found.incident is not None
        checked.append(found.incident)
    return checked


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_one_seed_always_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        company.write_company(tmp_path / name, incidents=300, years=2, seed=5)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_another_seed_writes_another_company(tmp_path: Path) -> None:
    for seed in (5, 6):
        company.write_company(tmp_path / str(seed), incidents=300, years=2, seed=seed)
    one, two = files_of(tmp_path / "5"), files_of(tmp_path / "6")
    assert all(one[name] != two[name] for name in one)


@pytest.mark.parametrize("incidents", [1, 2, 7, 40])
def test_a_company_of_any_size_has_as_many_records_as_asked_for_one_of_them_open(
    incidents: int,
) -> None:
    small = company.generate(incidents=incidents, years=0.5, seed=1)
    assert small.recorded.is_open.any()
    assert len(list(small.records())) == incidents
    assert len(small.frames()["incidents"]) == incidents


@pytest.mark.parametrize(
    "wrong", [{"incidents": 0}, {"years": 0.0}, {"years": float("nan")}, {"seed": -1}]
)
def test_a_company_that_cannot_be_is_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a made-up company needs"):
        company.generate(**{"incidents": 10, "years": 1.0, "seed": 1, **wrong})


def test_every_record_loads_without_a_problem_and_keeps_every_field(
    records: list[Incident],
) -> None:
    assert len({incident.id for incident in records}) == SIZE
    assert all(not incident.extra for incident in records)
    actions = [action for incident in records for action in incident.actions]
    assert len({action.id for action in actions}) == len(actions) > SIZE
    assert all(not action.extra for action in actions)


def test_every_record_says_that_it_is_made_up(records: list[Incident]) -> None:
    for incident in records:
        assert incident.id.startswith("made-up-")
        assert incident.tags == ("made-up",)
        assert "made-up" in (incident.environment or "")
        assert "made-up" in (incident.source or "")
        assert all(action.id.startswith("made-up-") for action in incident.actions)


def test_a_post_mortem_has_its_sections_and_an_incident_without_one_has_not(
    records: list[Incident],
) -> None:
    for incident in records:
        has_one = incident.postmortem_published_at is not None
        assert has_one == (incident.postmortem_status == "published")
        assert has_one == bool(incident.what_let_it_grow and incident.what_went_well)
        assert has_one or not incident.root_cause
        assert incident.title
        assert incident.summary
        assert not any("{" in text for text in (incident.title, incident.summary))


def test_no_list_entry_holds_a_semicolon_because_lists_are_cut_there(
    records: list[Incident],
) -> None:
    for incident in records:
        for entries in (
            incident.services,
            incident.contributing_factors,
            incident.what_went_well,
            incident.what_went_wrong,
            incident.where_we_got_lucky,
        ):
            assert not any(";" in entry for entry in entries)


def test_clocks_are_in_order_but_for_near_misses_and_the_intended_mistakes(
    made: company.Company,
) -> None:
    at = np.where(made.recorded.at == UNKNOWN, np.nan, made.recorded.at.astype(float))
    order = at[:, clocks.DETECTED :]
    latest = np.fmax.accumulate(order, axis=1)
    backwards = (order[:, 1:] < latest[:, :-1]).any(axis=1)
    assert not (backwards & ~made.recorded.impossible).any()
    assert 0.003 < made.recorded.impossible.mean() < 0.02
    assert not (at[:, clocks.MITIGATED] < at[:, clocks.IMPACT]).any()
    early = at[:, clocks.DETECTED] < at[:, clocks.IMPACT]
    assert 0.02 < early.mean() < 0.06


def test_an_open_incident_has_no_end_and_nothing_lies_after_the_end_of_the_history(
    made: company.Company, records: list[Incident]
) -> None:
    still_open = [incident for incident in records if incident.status == "open"]
    assert 2 <= len(still_open) <= 40
    assert all(incident.resolved_at is None for incident in still_open)
    assert all(not incident.actions for incident in still_open)
    assert made.recorded.at.max() <= made.setting.end_second


def test_the_spread_of_log_durations_is_that_of_real_companies(large: company.Company) -> None:
    to_mitigate = large.log.offsets[large.log.kind == 0, clocks.MITIGATED]
    assert 1.15 < np.log(to_mitigate).std() < 1.35


def test_drills_maintenance_second_reports_and_coarse_times_are_a_few(
    records: list[Incident],
) -> None:
    kinds = Counter(incident.kind for incident in records)
    assert set(kinds) == {"incident", "drill", "test", "maintenance"}
    assert 0.95 < kinds["incident"] / SIZE < 0.99
    assert sum(incident.duplicate_of is not None for incident in records) == 45
    assert {incident.time_precision for incident in records} == {"exact", "day", "estimated"}
    by_day = [incident for incident in records if incident.time_precision == "day"]
    assert all("day" in incident.clock_precision.values() for incident in by_day)


def test_a_declared_repeat_names_every_earlier_incident_of_its_family(
    made: company.Company, records: list[Incident]
) -> None:
    families: dict[int, list[str]] = {}
    declared = 0
    for row, incident in enumerate(records):
        family = int(made.truth.family[row])
        if family == UNKNOWN or incident.duplicate_of:
            assert incident.repeats == ()
            continue
        earlier = families.setdefault(family, [])
        assert len(earlier) == made.truth.earlier[row]
        assert incident.repeats in ((), tuple(earlier))
        declared += bool(incident.repeats)
        earlier.append(incident.id)
    repeats = int((made.truth.earlier > 0).sum())
    assert 0.55 < declared / repeats < 0.65


def test_incidents_of_a_family_are_more_than_a_day_apart(records: list[Incident]) -> None:
    by_id = {incident.id: incident for incident in records}
    for incident in records:
        for earlier in incident.repeats:
            start, end = incident.impact_started_at, by_id[earlier].resolved_at
            assert start is not None
            assert end is not None
            assert (start - end).total_seconds() > DAY


def plain_class(incident: Incident, by_id: dict[str, Incident]) -> str:
    """The definition, read from the records one action at a time."""
    assert incident.impact_started_at is not None
    began = incident.impact_started_at.date()
    states = []
    for action in (a for earlier in incident.repeats for a in by_id[earlier].actions):
        assert action.created_on is not None
        assert began not in (action.created_on, action.completed_on) or action.kind != "prevent"
        if action.kind != "prevent" or action.created_on > began:
            continue
        if action.status in ("open", "in_progress"):
            states.append("open")
        elif action.status is None or action.completed_on is None:
            states.append("cannot know")
        else:
            states.append("open" if action.completed_on > began else action.status)
    if not states:
        return "R0"
    if "open" in states:
        return "R2"
    if "cannot know" in states:
        return "RU"
    return "R3" if set(states) == {"done"} else "R1"


def test_the_true_classes_are_those_that_the_definition_gives_record_by_record(
    made: company.Company, records: list[Incident]
) -> None:
    by_id = {incident.id: incident for incident in records}
    confirmed = {row: one for row, one in enumerate(records) if one.repeats}
    told = {row: made.true_class(row) for row in confirmed}
    assert told == {row: plain_class(one, by_id) for row, one in confirmed.items()}
    assert set(told.values()) == {"R0", "R1", "R2", "R3", "RU"}


def actions_of_one_family(*rows: tuple[str, str | None, int, int]) -> Actions:
    """Actions of kind, status, creation and end."""
    n = len(rows)
    none = np.full(n, UNKNOWN)
    return Actions(
        incident=np.zeros(n, np.int64),
        kind=np.array([KINDS.index(row[0]) for row in rows], np.int8),
        strength=np.zeros(n, np.int8),
        rank=np.ones(n, np.int8),
        owner=none,
        status=np.array(
            [UNKNOWN if row[1] is None else STATUSES.index(row[1]) for row in rows], np.int8
        ),
        created_on=np.array([row[2] for row in rows], np.int64),
        first_due_on=none,
        due_on=none,
        recorded_completed_on=np.array([row[3] for row in rows], np.int64),
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "R0"),
        ([("detect", "open", 10, UNKNOWN)], "R0"),
        ([("prevent", "open", 110, UNKNOWN)], "R0"),
        ([("prevent", "open", 10, UNKNOWN)], "R2"),
        ([("prevent", "in_progress", 10, UNKNOWN)], "R2"),
        ([("prevent", "done", 10, 130)], "R2"),
        ([("prevent", "done", 10, 50)], "R3"),
        ([("prevent", "done", 10, 50), ("prevent", "done", 20, 130)], "R2"),
        ([("prevent", "done", 10, 50), ("prevent", "wont_do", 20, 60)], "R1"),
        ([("prevent", "wont_do", 20, 130)], "R2"),
        ([("prevent", "wont_do", 20, 60)], "R1"),
        ([("prevent", "done", 10, UNKNOWN)], "RU"),
        ([("prevent", None, 10, UNKNOWN)], "RU"),
        ([("prevent", None, 10, UNKNOWN), ("prevent", "done", 10, 50)], "RU"),
        ([("prevent", None, 10, UNKNOWN), ("prevent", "open", 10, UNKNOWN)], "R2"),
        ([("prevent", None, 110, UNKNOWN), ("prevent", "done", 10, 50)], "R3"),
    ],
)
def test_class_of_a_repeat_that_began_on_day_100(
    rows: list[tuple[str, str | None, int, int]], expected: str
) -> None:
    actions = actions_of_one_family(*rows)
    found = states(np.array([4]), np.array([100]), actions, action_family=np.full(len(actions), 4))
    assert CLASSES[int(found[0])] == expected


def test_another_familys_actions_do_not_decide() -> None:
    actions = actions_of_one_family(("prevent", "open", 10, UNKNOWN))
    for other in (3, 5, UNKNOWN):
        found = states(np.array([4]), np.array([100]), actions, action_family=np.array([other]))
        assert CLASSES[int(found[0])] == "R0"


def rate_ratio(large: company.Company, *, holds: bool) -> float:
    """Incidents after the fix, of those expected had the rate stayed what it was."""
    families, end = large.families, large.setting.end_second
    chosen = (families.fixed_on != UNKNOWN) & (families.holds == holds)
    fixed_at = (families.fixed_on + 1) * DAY
    expected = (families.rate * (end - fixed_at) / YEAR)[chosen].sum()
    rows = large.truth.members
    family = large.truth.family[rows]
    after = chosen[family] & (large.log.start[rows] >= fixed_at[family])
    return float(after.sum() / expected)


def test_a_fix_that_holds_leaves_a_fifth_of_the_incidents_and_one_that_does_not_leaves_all(
    large: company.Company,
) -> None:
    assert rate_ratio(large, holds=True) == pytest.approx(0.2, abs=0.02)
    assert rate_ratio(large, holds=False) == pytest.approx(1.0, abs=0.05)


def test_actions_are_done_at_the_hazards_that_the_truth_states(large: company.Company) -> None:
    """Done within 90 days, of the preventive actions that are old enough."""
    finish, give_up = hazards()
    log = large.log.prevention.take(large.log.prevention.planned)
    for strength in range(3):
        own = log.strength == strength
        within = (log.done & (log.ended_on - log.created_on <= 90))[own].mean()
        either = finish[strength] + give_up
        true = finish[strength] / either * (1 - np.exp(-90 * either))
        assert within == pytest.approx(true, abs=0.025)


def test_families_have_a_few_to_thirty_members_and_half_of_all_incidents_stand_alone(
    large: company.Company,
) -> None:
    sizes = np.bincount(large.truth.family[large.truth.members])
    assert 3 <= np.median(sizes) <= 8
    assert np.percentile(sizes, 99) <= 30
    assert 0.4 < (large.truth.family == UNKNOWN).mean() < 0.5


def test_twice_the_company_has_twice_the_families(large: company.Company) -> None:
    half = company.generate(incidents=20_000, years=5, seed=3)
    assert len(large.families) / len(half.families) == pytest.approx(2.0, abs=0.1)


def test_frames_have_the_columns_and_the_values_of_a_history(
    made: company.Company, records: list[Incident]
) -> None:
    frames = made.frames()
    assert set(frames["incidents"]) <= set(INCIDENTS)
    assert set(frames["actions"]) <= set(ACTIONS)
    assert set(frames["links"]) <= set(LINKS)
    history = History.of(**frames)
    for name in ("id", "kind", "status", "severity", "team", "root_cause_category"):
        column = history.incidents[name].astype(object)
        found = [None if pd.isna(value) else value for value in column]
        assert found == [getattr(incident, name) for incident in records]
    for clock in clocks.CLOCKS:
        found = [None if pd.isna(at) else at.to_pydatetime() for at in history.incidents[clock]]
        wanted = [getattr(incident, clock) for incident in records]
        assert found == [at and at.replace(tzinfo=None) for at in wanted]
    repeats = history.links.groupby("later")["earlier"].agg(list)
    ids = history.incidents["id"]
    assert {ids[later]: tuple(ids[rows]) for later, rows in repeats.items()} == {
        incident.id: incident.repeats for incident in records if incident.repeats
    }
    done = [a.id for incident in records for a in incident.actions if a.status == "done"]
    assert list(history.actions["id"][history.actions["status"] == "done"]) == done


def test_written_files_hold_the_same_records_and_their_truth(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    company.write_company(out, incidents=400, years=3, seed=2)
    made = company.generate(incidents=400, years=3, seed=2)
    with (out / "incidents.csv").open(encoding="utf-8", newline="") as file:
        incidents = list(csv.DictReader(file))
    with (out / "actions.csv").open(encoding="utf-8", newline="") as file:
        actions = list(csv.DictReader(file))
    given = list(made.records())
    assert [row["title"] for row in incidents] == [record["title"] for record in given]
    assert [row["repeats"] for row in incidents] == [";".join(r["repeats"]) for r in given]
    assert [row["id"] for row in actions] == [a["id"] for r in given for a in r["actions"]]
    with gzip.open(out / "truth.csv.gz", "rt", encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    assert [row["id"] for row in truth] == [row["id"] for row in incidents]
    assert [row["class"] for row in truth] == [made.true_class(row) for row in range(400)]
    with gzip.open(out / "truth.json.gz", "rt", encoding="utf-8") as file:
        told = json.load(file)
    assert "made-up" in told["company"]
    assert sum(family["members"] for family in told["families"]) == len(made.truth.members)
