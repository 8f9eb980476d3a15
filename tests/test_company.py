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
from data import company
from data.company import events
from data.company.events import UNKNOWN
from data.record import CLOCK_FIELDS, Incident
from tests.support import made_up


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
    assert len({incident.id for incident in records}) == made_up.SIZE
    assert all(not incident.extra for incident in records)
    actions = [action for incident in records for action in incident.actions]
    assert len({action.id for action in actions}) == len(actions) > made_up.SIZE
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
    order = at[:, events.DETECTED :]
    latest = np.fmax.accumulate(order, axis=1)
    backwards = (order[:, 1:] < latest[:, :-1]).any(axis=1)
    assert not (backwards & ~made.recorded.impossible).any()
    assert 0.003 < made.recorded.impossible.mean() < 0.02
    assert not (at[:, events.MITIGATED] < at[:, events.IMPACT]).any()
    early = at[:, events.DETECTED] < at[:, events.IMPACT]
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
    to_mitigate = large.log.offsets[large.log.kind == 0, events.MITIGATED]
    assert 1.15 < np.log(to_mitigate).std() < 1.35


def test_drills_maintenance_second_reports_and_coarse_times_are_a_few(
    records: list[Incident],
) -> None:
    kinds = Counter(incident.kind for incident in records)
    assert set(kinds) == {"incident", "drill", "test", "maintenance"}
    assert 0.95 < kinds["incident"] / made_up.SIZE < 0.99
    assert sum(incident.duplicate_of is not None for incident in records) == 45
    assert {incident.time_precision for incident in records} == {"exact", "day", "estimated"}
    by_day = [incident for incident in records if incident.time_precision == "day"]
    assert all("day" in incident.clock_precision.values() for incident in by_day)


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
    for clock in CLOCK_FIELDS:
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
