"""Are causes, triggers and factors counted against the denominators that are printed?"""

import pytest

from analytics.causes.labels import cause_shares, factor_shares, trigger_shares
from analytics.selection import Scope
from tests.support.columns import empty, view

CAUSES = ["network", "network", "code bug", None, "dns", None, "unknown", "code bug", "network"]


def test_a_cause_is_a_share_of_all_incidents_and_of_those_with_a_cause() -> None:
    network = cause_shares(view({"root_cause_category": CAUSES})).rows[0]
    assert (network.label, network.count) == ("network", 3)
    assert network.of_incidents.estimate == pytest.approx(3 / 9)
    assert network.of_labels.estimate == pytest.approx(3 / 6)
    assert (network.of_incidents.n, network.of_labels.n, network.of_labels.n_missing) == (9, 6, 3)


def test_unknown_causes_stay_in_the_denominator_and_have_their_own_share() -> None:
    result = cause_shares(view({"root_cause_category": CAUSES}))
    assert (result.unknown.estimate, result.unknown.n) == (pytest.approx(3 / 9), 9)
    assert "unknown" not in [row.label for row in result.rows]
    assert sum(row.count for row in result.rows) + 3 == result.n_incidents


def test_wilson_of_three_in_nine_is_printed_beside_the_share() -> None:
    answer = cause_shares(view({"root_cause_category": CAUSES})).rows[0].of_incidents
    assert (answer.low, answer.high) == pytest.approx((0.12058, 0.64577), abs=1e-4)


def test_the_pareto_line_ends_at_all_labels_and_equal_counts_go_by_the_alphabet() -> None:
    rows = cause_shares(view({"root_cause_category": ["dns", "b", "b", "a", None]})).rows
    assert [row.label for row in rows] == ["b", "a", "dns"]
    assert [row.cumulative for row in rows] == [0.5, 0.75, 1.0]


def test_without_incidents_there_is_a_reason_and_no_zero() -> None:
    result = cause_shares(empty())
    assert result.rows == ()
    assert (result.unknown.estimate, bool(result.unknown.reason)) == (None, True)


def test_triggers_are_counted_apart_from_root_causes() -> None:
    seen = view({"root_cause_category": ["dns", "dns"], "trigger_category": ["expiry", None]})
    assert [row.label for row in trigger_shares(seen).rows] == ["expiry"]
    assert [row.label for row in cause_shares(seen).rows] == ["dns"]


def test_a_factor_named_twice_for_one_incident_counts_once() -> None:
    seen = view(
        {"id": ["a", "b", "c"]},
        factors={
            "incident": [0, 0, 0, 1],
            "factor": ["test gap", "test gap", "tooling", "tooling"],
        },
    )
    result = factor_shares(seen)
    assert [(row.label, row.count) for row in result.rows] == [("tooling", 2), ("test gap", 1)]
    assert result.rows[0].of_incidents.estimate == pytest.approx(2 / 3)
    assert result.rows[0].of_labels.estimate == pytest.approx(2 / 3)
    assert (result.n_labels, result.unknown.estimate) == (3, pytest.approx(1 / 3))


def test_factors_of_incidents_out_of_view_do_not_count() -> None:
    seen = view(
        {"id": ["a", "b"], "team": ["blue", "red"]},
        Scope(teams=("red",)),
        factors={"incident": [0, 1], "factor": ["test gap", "tooling"]},
    )
    assert [row.label for row in factor_shares(seen).rows] == ["tooling"]
