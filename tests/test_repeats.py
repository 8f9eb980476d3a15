"""The ledger of confirmed repeats, worked out by hand."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given

from analytics.frames import History
from analytics.repeats.fixes import RepeatClass
from analytics.repeats.ledger import Ledger, find_repeats, ledger
from analytics.selection import Scope, select
from tests.support.repeating import Row, action, histories, history_of, incident, link


def ledger_of(history: History, scope: Scope | None = None) -> Ledger:
    return ledger(find_repeats(history), select(history, scope or Scope()))


FIRST = incident("2025-01-01 10:00")
AGAIN = incident("2025-03-01 10:00", hours=4)


def class_of(*actions: Row) -> RepeatClass:
    """The class of one repeat, AGAIN, whose earlier incident FIRST had ``actions``."""
    found = find_repeats(history_of([FIRST, AGAIN], [link(1, 0)], list(actions)))
    return RepeatClass(found.repeat_class[0])


@pytest.mark.parametrize(
    ("status", "dates", "expected"),
    [
        ("open", {}, RepeatClass.R2),
        ("in_progress", {}, RepeatClass.R2),
        ("open", {"created_on": "2025-01-03", "due_on": "2025-12-31"}, RepeatClass.R2),
        ("done", {"completed_on": "2025-03-02"}, RepeatClass.R2),
        ("wont_do", {"completed_on": "2025-03-02"}, RepeatClass.R2),
        ("done", {"completed_on": "2025-02-28"}, RepeatClass.R3),
        ("done", {}, RepeatClass.RU),
        ("wont_do", {}, RepeatClass.RU),
        (None, {}, RepeatClass.RU),
        ("wont_do", {"completed_on": "2025-02-28"}, RepeatClass.R1),
        ("open", {"created_on": "2025-03-02"}, RepeatClass.R0),
        ("done", {"completed_on": "2025-03-01"}, RepeatClass.RU),
        ("done", {"completed_on": "2025-03-01 09:00"}, RepeatClass.R3),
        ("done", {"completed_on": "2025-03-01 11:00"}, RepeatClass.R2),
    ],
)
def test_class_follows_from_the_state_of_the_only_fix_when_the_repeat_began(
    status: str | None, dates: Row, expected: RepeatClass
) -> None:
    moments = {column: pd.Timestamp(str(value)) for column, value in dates.items()}
    assert class_of(action(0, status, **moments)) == expected


def test_a_repeat_without_any_planned_action_is_r0() -> None:
    assert class_of() == RepeatClass.R0


def test_only_preventive_actions_decide() -> None:
    assert class_of({**action(0, "open"), "kind": "mitigate"}) == RepeatClass.R0


def test_an_action_of_unknown_kind_leaves_the_state_of_the_fix_unknown() -> None:
    assert class_of({**action(0, "done"), "kind": None}) == RepeatClass.RU


def test_headline_counts_repeats_while_open_and_adds_their_hours() -> None:
    history = history_of(
        [FIRST, AGAIN, incident("2025-05-01 10:00", hours=6), incident("2025-06-01 10:00")],
        [link(1, 0), link(2, 1), link(3, 2)],
        [action(0, "done", completed_on=pd.Timestamp("2025-04-01"))],
    )
    found = ledger_of(history)
    assert found.while_open.estimate == pytest.approx(1 / 3)
    assert found.while_open.n == 3
    assert found.hours_while_open.estimate == pytest.approx(4)
    assert found.by_class[RepeatClass.R2] == 1
    assert found.by_class[RepeatClass.R3] == 2
    assert found.table["days_since"].iloc[0] == pytest.approx(59 - 3 / 24)


def test_headline_divides_by_all_confirmed_repeats_also_those_of_unknown_state() -> None:
    history = history_of(
        [FIRST, AGAIN, incident("2025-05-01 10:00"), incident("2025-06-01 10:00")],
        [link(1, 0), link(3, 2)],
        [action(0, "open"), action(2, "done")],
    )
    found = ledger_of(history)
    assert (found.while_open.estimate, found.while_open.n) == (0.5, 2)
    assert found.by_class[RepeatClass.RU] == 1
    assert sum(found.by_class.values()) == found.while_open.n


def test_a_repeat_stays_when_its_original_lies_outside_the_window() -> None:
    history = history_of([FIRST, AGAIN], [link(1, 0)], [action(0, "open")])
    found = ledger_of(history, Scope(start=dt.date(2025, 2, 1)))
    assert found.while_open.n == 1
    assert found.outside == 1
    assert list(found.repeats.earlier[found.rows]) == [0]
    assert ledger_of(history, Scope(end=dt.date(2025, 2, 1))).while_open.n == 0


def test_a_repeat_stays_when_its_original_belongs_to_another_team() -> None:
    history = history_of(
        [{**FIRST, "team": "search"}, {**AGAIN, "team": "storage"}],
        [link(1, 0)],
        [action(0, "open")],
    )
    assert ledger_of(history, Scope(teams=("storage",))).by_class[RepeatClass.R2] == 1


def test_links_both_ways_are_one_repeat_of_the_earlier_incident() -> None:
    found = find_repeats(history_of([FIRST, AGAIN], [link(1, 0), link(0, 1)]))
    assert (list(found.later), list(found.earlier)) == ([1], [0])


def test_a_circle_of_links_ends() -> None:
    rows = [incident(f"2025-0{month}-01 10:00") for month in (1, 2, 3)]
    found = find_repeats(history_of(rows, [link(0, 1), link(1, 2), link(2, 0)]))
    assert list(found.later) == [1, 2]
    assert list(found.earlier) == [0, 1]
    assert list(found.earlier_of(2)) == [0, 1]


def test_no_list_is_cut() -> None:
    days = pd.date_range("2024-01-01", periods=301, freq="3D")
    rows = [incident(str(day)) for day in days]
    history = history_of(
        rows,
        [link(later, later - 1) for later in range(1, 301)],
        [action(position, "open") for position in range(301)],
    )
    found = ledger_of(history)
    assert len(found.table) == found.while_open.n == 300
    assert len(found.repeats.earlier_of(300)) == 300
    assert len(found.repeats.actions_then(300)) == 300


def test_no_repeat_in_view_is_said_in_words_and_not_as_zero() -> None:
    found = ledger_of(history_of([FIRST, AGAIN], []))
    assert found.while_open.estimate is None
    assert found.while_open.reason == "no confirmed repeat in view"


def test_suggested_repeats_are_listed_apart_and_never_counted() -> None:
    history = history_of(
        [FIRST, AGAIN, incident("2025-05-01")],
        [link(1, 0), link(2, 0, origin="suggested"), link(1, 0, origin="suggested")],
    )
    found = ledger_of(history)
    assert found.while_open.n == 1
    assert list(found.suggested) == [1]


def test_impact_of_unknown_length_is_counted_as_missing() -> None:
    unknown = {**AGAIN, "mitigated_at": None, "resolved_at": None}
    found = ledger_of(history_of([FIRST, unknown], [link(1, 0)], [action(0, "open")]))
    assert found.hours_while_open.estimate is None
    assert found.hours_while_open.n_missing == 1


def test_second_reports_and_drills_are_no_repeats() -> None:
    again = {**AGAIN, "is_duplicate": True, "duplicate_of": 1}
    rows = [
        {**FIRST, "duplicate_of": -1, "is_duplicate": False},
        {**AGAIN, "duplicate_of": -1, "is_duplicate": False},
        again,
        {**incident("2025-07-01"), "kind": "drill", "duplicate_of": -1, "is_duplicate": False},
    ]
    found = ledger_of(history_of(rows, [link(1, 0), link(2, 0), link(3, 0)]))
    assert list(found.repeats.later) == [1]
    assert found.while_open.n == 1


def test_the_open_fix_of_any_earlier_incident_of_the_cause_counts() -> None:
    rows = [FIRST, AGAIN, incident("2025-05-01 10:00")]
    history = history_of(rows, [link(1, 0), link(2, 0)], [action(1, "open")])
    found = find_repeats(history)
    assert [RepeatClass(each) for each in found.repeat_class] == [RepeatClass.R0, RepeatClass.R2]


def test_links_set_aside_are_those_of_later_incidents_in_view() -> None:
    soon = incident("2025-01-01 14:00")
    history = history_of([FIRST, soon, AGAIN], [link(1, 0), link(2, 0)])
    found = ledger_of(history)
    links = found.repeats.links
    assert links.aside_later[found.set_aside].tolist() == [1]
    assert ledger_of(history, Scope(start=dt.date(2025, 2, 1))).set_aside.tolist() == []


@given(histories())
def test_each_incident_is_counted_once_and_only_earlier_ones_are_originals(
    history: History,
) -> None:
    found = find_repeats(history)
    assert len(set(found.later)) == len(found.later)
    assert (found.days_since >= 1).all()
    for position in found.later:
        assert position not in found.earlier_of(int(position))


@given(histories())
def test_later_repeats_are_those_whose_earlier_incidents_hold_it(history: History) -> None:
    found = find_repeats(history)
    for position in range(len(history.incidents)):
        expected = [row for row in found.later if position in found.earlier_of(int(row))]
        assert found.later_of(position).tolist() == expected
        index = found.index(position)
        assert (index is None) == (position not in found.later)
        assert index is None or found.later[index] == position


@given(histories())
def test_windows_that_part_the_time_part_the_repeats(history: History) -> None:
    middle = dt.date(2025, 2, 1)
    whole = ledger_of(history)
    parts = [ledger_of(history, Scope(end=middle)), ledger_of(history, Scope(start=middle))]
    for each in RepeatClass:
        assert sum(part.by_class[each] for part in parts) == whole.by_class[each]
