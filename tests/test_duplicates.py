"""Which records are second reports, which of them are doubted, and which stand for their event."""

import datetime as dt

import numpy as np
import pytest

from analytics.duplicates import doubted_pairs, settled
from analytics.frames import NO_ROW, History
from analytics.selection import Scope, select
from tests.support.histories import history

FIRST = {"impact_started_at": "2026-03-01T10:00", "resolved_at": "2026-03-01T12:00"}
MARCH = Scope(start=dt.date(2026, 3, 1), end=dt.date(2026, 4, 1))


def report(began: str, original: int = 0, **more: object) -> dict[str, object]:
    return {
        "impact_started_at": began,
        "duplicate_of": original,
        "is_duplicate": True,
        **more,
    }


def of(*rows: dict[str, object], links: list[dict[str, object]] | None = None) -> History:
    plain = [{"duplicate_of": NO_ROW, "is_duplicate": False, **row} for row in rows]
    return settled(history(plain, links=links or []))


def said(later: int, earlier: int, relation: str, origin: str = "verdict") -> dict[str, object]:
    return {"later": later, "earlier": earlier, "relation": relation, "origin": origin}


def in_view(records: History, scope: Scope | None = None) -> list[str]:
    return select(records, scope or Scope()).incidents["id"].tolist()


def doubted(records: History) -> list[tuple[int, int]]:
    later, earlier = doubted_pairs(records)
    return list(zip(later.tolist(), earlier.tolist(), strict=True))


@pytest.mark.parametrize(
    ("began", "counts"), [("2026-03-02T12:00", False), ("2026-03-02T12:01", True)]
)
def test_a_report_that_begins_more_than_a_day_after_the_end_is_doubted(
    began: str, *, counts: bool
) -> None:
    records = of(FIRST, report(began))
    assert in_view(records) == (["i0", "i1"] if counts else ["i0"])
    assert doubted(records) == ([(1, 0)] if counts else [])


def test_a_report_of_an_event_whose_end_is_not_known_is_believed() -> None:
    records = of({"impact_started_at": "2026-03-01T10:00"}, report("2026-03-20T10:00"))
    assert in_view(records) == ["i0"]
    assert doubted(records) == []


def test_an_end_known_to_the_day_has_until_midnight() -> None:
    ended = {**FIRST, "resolved_at": "2026-03-01", "day_clocks": 1 << 6}
    assert in_view(of(ended, report("2026-03-02T23:00"))) == ["i0"]
    assert in_view(of(ended, report("2026-03-03T00:01"))) == ["i0", "i1"]


def test_whether_a_doubted_report_is_one_is_for_people_to_say() -> None:
    late = report("2026-03-09T10:00")
    kept = of(FIRST, late, links=[said(1, 0, "same_event")])
    assert (in_view(kept), doubted(kept)) == (["i0"], [])
    apart = of(FIRST, late, links=[said(1, 0, "repeat")])
    assert (in_view(apart), doubted(apart)) == (["i0", "i1"], [])


def test_a_doubted_report_whose_record_declares_the_repeat_is_not_asked_for() -> None:
    records = of(FIRST, report("2026-03-09T10:00"), links=[said(1, 0, "repeat", "record")])
    assert (in_view(records), doubted(records)) == (["i0", "i1"], [])


def test_people_may_say_that_a_report_is_of_another_event() -> None:
    records = of(FIRST, report("2026-03-01T10:10"), links=[said(1, 0, "different")])
    assert in_view(records) == ["i0", "i1"]


def test_what_people_call_one_event_counts_once_as_the_record_that_began_first() -> None:
    later = {"impact_started_at": "2026-03-01T10:30"}
    earlier = {"impact_started_at": "2026-03-01T09:50"}
    records = of(FIRST, later, earlier, links=[said(1, 0, "same_event"), said(0, 2, "same_event")])
    assert in_view(records) == ["i2"]
    assert records.incidents["duplicate_of"].tolist() == [2, 2, NO_ROW]
    assert select(records, Scope()).left_out.duplicates == 2


def test_an_incident_that_is_one_event_with_a_drill_still_counts() -> None:
    drill = {"impact_started_at": "2026-03-01T09:00", "kind": "drill"}
    assert in_view(of(drill, FIRST, links=[said(1, 0, "same_event")])) == ["i1"]


def test_what_is_only_suggested_joins_nothing() -> None:
    later = {"impact_started_at": "2026-03-01T10:30"}
    assert in_view(of(FIRST, later, links=[said(1, 0, "same_event", "suggested")])) == ["i0", "i1"]


def test_a_history_without_second_reports_is_handed_back_as_it_is() -> None:
    records = history([FIRST])
    assert settled(records) is records


def test_a_report_counts_where_its_original_is_in_another_month() -> None:
    night = {"impact_started_at": "2026-02-28T23:50", "resolved_at": "2026-03-01T00:40"}
    records = of(night, report("2026-03-01T00:05"))
    view = select(records, MARCH)
    assert view.incidents["id"].tolist() == ["i1"]
    assert (view.standing_in, view.left_out.duplicates) == (1, 0)
    assert view.events.tolist() == [0]
    assert in_view(records) == ["i0"]


def test_of_two_reports_of_an_event_of_another_team_the_first_counts() -> None:
    records = of(
        {**FIRST, "team": "Edge"},
        report("2026-03-01T10:20", team="Web"),
        report("2026-03-01T10:10", team="Web"),
        report("2026-03-01T10:05", team="Edge"),
    )
    view = select(records, Scope(teams=("Web",)))
    assert view.incidents["id"].tolist() == ["i2"]
    assert (view.standing_in, view.left_out.duplicates) == (1, 1)
    assert in_view(records, Scope(teams=("Edge",))) == ["i0"]
    assert in_view(records, Scope(teams=("Edge", "Web"))) == ["i0"]


def test_a_report_of_a_drill_stands_for_nothing() -> None:
    drill = {**FIRST, "kind": "drill", "team": "Edge"}
    assert in_view(of(drill, report("2026-03-01T10:05")), Scope(teams=("Web",))) == []
    assert in_view(of(drill, report("2026-03-01T10:05"))) == []


def test_a_ring_of_reports_is_followed_to_the_record_that_counts() -> None:
    records = of(FIRST, report("2026-03-01T10:05"), report("2026-03-01T10:06", 1))
    assert np.flatnonzero(~records.incidents["is_duplicate"]).tolist() == [0]
    assert select(records, Scope()).events.tolist() == [0]


def test_what_two_reports_of_an_event_promise_in_the_same_words_is_one_action() -> None:
    def action(of: int, title: str, **more: object) -> dict[str, object]:
        return {"incident": of, "title": title, "kind": "prevent", "status": "open", **more}

    plain = {"duplicate_of": NO_ROW, "is_duplicate": False}
    records = settled(
        history(
            [{**FIRST, **plain}, report("2026-03-01T10:05"), {**FIRST, **plain}],
            actions=[
                action(1, "renew  The certificate"),
                action(0, "Renew the certificate", status="done"),
                action(0, "Renew the certificate", status="done"),  # twice in one record is two
                action(1, "Add an alert"),
                action(1, "Renew the certificate", kind="detect"),
                action(2, "Renew the certificate"),
                action(1, ""),
                action(0, ""),
            ],
        )
    )
    told = records.actions[["incident", "title", "kind", "status"]].astype(object).to_numpy()
    assert [tuple(row) for row in told] == [
        (0, "Renew the certificate", "prevent", "done"),
        (0, "Renew the certificate", "prevent", "done"),
        (0, "Add an alert", "prevent", "open"),
        (0, "Renew the certificate", "detect", "open"),
        (2, "Renew the certificate", "prevent", "open"),
        (0, "", "prevent", "open"),
        (0, "", "prevent", "open"),
    ]
    later = Scope(start=dt.date(2026, 3, 2))
    assert [len(select(records, scope).actions) for scope in (MARCH, later)] == [7, 0]


def test_a_second_report_that_stands_for_its_event_brings_the_actions_of_the_event() -> None:
    report_of_ours = report("2026-03-01T10:05", team="a")
    records = settled(
        history(
            [{**FIRST, "team": "b", "duplicate_of": NO_ROW, "is_duplicate": False}, report_of_ours],
            actions=[{"incident": 1, "title": "Add an alert", "status": "open"}],
        )
    )
    assert len(select(records, Scope(teams=("a",))).actions) == 1
