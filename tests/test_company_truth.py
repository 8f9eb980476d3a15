"""What the made-up company knows of itself: families, classes of repeats, fixes that hold."""

import numpy as np
import pytest

from data import company
from data.company.details import KINDS, STATUSES, Actions
from data.company.events import DAY, UNKNOWN, YEAR, hazards
from data.company.records import CLASSES, states
from data.record import Incident


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
