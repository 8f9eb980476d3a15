"""Does each field say how often it is known, of the records that could have it?"""

import pytest

from analytics.answer import Answer
from analytics.quality import known_shares, owed_post_mortems
from analytics.selection import View
from tests.support.columns import empty, times, view, with_actions


def known(seen: View, name: str, table: str = "incidents") -> Answer:
    [answer] = [row.share for row in known_shares(seen) if (row.table, row.name) == (table, name)]
    return answer


def test_a_label_called_unknown_is_as_little_known_as_a_missing_one() -> None:
    answer = known(view({"root_cause_category": ["dns", "unknown", None]}), "root_cause_category")
    assert (answer.estimate, answer.n, answer.n_missing) == (pytest.approx(1 / 3), 3, 2)


def test_an_open_incident_owes_no_resolution_but_a_detection() -> None:
    seen = view(
        {
            "status": ["resolved", "resolved", "open"],
            "resolved_at": times("2026-01-01", None, None),
            "detected_at": times("2026-01-01", "2026-01-01", None),
        }
    )
    assert (known(seen, "resolved_at").estimate, known(seen, "resolved_at").n) == (0.5, 2)
    assert known(seen, "detected_at").n == 3


def test_an_incident_of_two_services_is_one_incident_with_a_service() -> None:
    seen = view({"id": ["a", "b"]}, services={"incident": [0, 0], "service": ["api", "web"]})
    assert known(seen, "services").estimate == 0.5
    assert known(seen, "contributing_factors").estimate == 0.0


def test_only_ended_actions_owe_a_date_of_completion() -> None:
    seen = with_actions(
        status=["done", "done", "wont_do", "open", None],
        completed_on=times("2026-01-02", None, None, None, None),
        due_on=times("2026-01-02", None, None, None, None),
    )
    completed = known(seen, "completed_on", "actions")
    assert (completed.estimate, completed.n, completed.n_missing) == (pytest.approx(1 / 3), 3, 2)
    assert known(seen, "due_on", "actions").n == 5
    assert known(seen, "status", "actions").estimate == 0.8


def test_the_share_of_incidents_with_actions_and_with_a_post_mortem_is_known() -> None:
    seen = view(
        {"has_postmortem": [True, False, False, False]},
        actions={"incident": [1, 1], "status": ["open", "open"]},
    )
    assert (known(seen, "postmortem").estimate, known(seen, "actions").estimate) == (0.25, 0.25)


def test_of_no_records_nothing_is_known_and_no_share_is_zero() -> None:
    assert {row.share.estimate for row in known_shares(empty())} == {None}
    assert all(row.share.reason for row in known_shares(empty()))


def test_a_post_mortem_is_owed_of_the_severities_asked_for_and_named_where_unwritten() -> None:
    seen = view(
        {
            "id": ["a", "b", "c", "d"],
            "severity": ["SEV1", "SEV1", "SEV3", "SEV1"],
            "has_postmortem": [True, False, False, False],
        }
    )
    owed = owed_post_mortems(seen, ["SEV1"])
    assert (owed.n, sorted(owed.unwritten["id"])) == (3, ["b", "d"])
    assert owed_post_mortems(empty(), ["SEV1"]).n == 0
