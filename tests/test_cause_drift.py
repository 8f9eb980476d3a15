"""Is a change of causes claimed when there is one, and not when there is none?"""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.calendar import Break
from analytics.causes import tables
from analytics.causes.tables import NO_KNOWN_CAUSES, ONE_CAUSE, cause_drift, mix_p_value
from analytics.selection import Scope, View
from tests.support.columns import empty, view


def caused(**counts: int) -> View:
    """Incidents by cause; ``unknown`` ones have none."""
    causes = [name for name, count in counts.items() for _ in range(count)]
    return view({"root_cause_category": [None if name == "unknown" else name for name in causes]})


def test_a_tripled_cause_moves_the_mix_and_the_others_hardly_move() -> None:
    before = caused(dns=20, network=40, code=40, unknown=10)
    after = caused(dns=60, network=40, code=40, unknown=14)
    found = cause_drift(after, before)
    chances = {row.label: row.p_value or 0.0 for row in found.rows}
    assert chances["dns"] < 0.001 < 0.05 < min(chances["code"], chances["network"])
    assert found.overall_p is not None
    assert found.overall_p < 0.01
    assert found.unknown.p_value == pytest.approx(0.8, abs=0.2)


def test_across_a_break_the_mix_is_not_tested_and_its_note_is_the_reason() -> None:
    january, april, july = (dt.date(2026, month, 1) for month in (1, 4, 7))
    before = replace(caused(dns=20, network=80), scope=Scope(start=january, end=april))
    after = replace(caused(dns=60, network=80), scope=Scope(start=april, end=july))
    parted = cause_drift(after, before, breaks=[Break(april, "new causes")])
    assert (parted.overall_p, parted.reason) == (None, "new causes (2026-04-01)")
    whole = cause_drift(after, before, breaks=[Break(january, "the first"), Break(july, "after")])
    assert whole.reason == ""
    assert whole.overall_p is not None
    assert whole.overall_p < 0.01


def test_a_mix_may_change_more_clearly_than_any_single_cause() -> None:
    before = caused(a=30, b=30, c=30, d=30)
    found = cause_drift(caused(a=17, b=14, c=5, d=4), before)
    assert found.overall_p is not None
    assert found.overall_p < min(row.p_value or 0.0 for row in found.rows)


def test_shares_are_of_known_causes_and_unknown_of_all_incidents() -> None:
    found = cause_drift(caused(dns=3, network=1, unknown=4), caused(dns=1, network=1))
    dns = next(row for row in found.rows if row.label == "dns")
    assert (dns.after.estimate, dns.after.n) == (0.75, 4)
    assert (dns.before.estimate, dns.before.n) == (0.5, 2)
    assert (found.unknown.after.estimate, found.unknown.before.estimate) == (0.5, 0.0)
    assert dns.change.estimate == pytest.approx(0.25)


def test_a_better_known_mix_is_no_change_of_the_mix() -> None:
    before = caused(dns=20, network=20, unknown=60)
    after = caused(dns=50, network=50)
    found = cause_drift(after, before)
    assert [row.p_value for row in found.rows] == pytest.approx([1.0, 1.0], abs=0.15)
    assert found.unknown.p_value is not None
    assert found.unknown.p_value < 0.001
    assert found.overall_p == 1.0


def test_a_cause_seen_in_one_period_only_is_a_row() -> None:
    found = cause_drift(caused(dns=5, power=1), caused(dns=5))
    assert [row.label for row in found.rows] == ["dns", "power"]
    assert found.rows[1].before.estimate == 0.0


def test_without_known_causes_there_is_no_test() -> None:
    found = cause_drift(caused(dns=5), empty())
    assert (found.overall_p, found.reason) == (None, NO_KNOWN_CAUSES)
    assert found.rows[0].p_value is None
    assert cause_drift(caused(dns=5), caused(dns=9)).reason == ONE_CAUSE
    assert cause_drift(empty(), empty()).rows == ()


def test_the_shuffled_test_agrees_with_all_tables_counted_out() -> None:
    counts = np.array([[8, 2], [1, 5]])
    # Tables with these margins, by their first cell, and those at least as far from 5.625.
    weights = {k: math.comb(9, k) * math.comb(7, 10 - k) for k in range(3, 10)}
    exact = sum(w for k, w in weights.items() if abs(k - 5.625) >= 2.375) / sum(weights.values())
    assert mix_p_value(counts) == pytest.approx(exact, abs=0.01)


def test_where_no_count_is_small_chi_square_agrees_with_the_shuffled_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = np.array([[80, 120, 100], [90, 100, 140]])
    # 7.6619 with two degrees of freedom, by hand.
    assert mix_p_value(counts) == pytest.approx(math.exp(-7.6619 / 2), abs=1e-5)
    monkeypatch.setattr(tables, "EXPECTED", math.inf)
    assert mix_p_value(counts) == pytest.approx(math.exp(-7.6619 / 2), abs=0.006)


def test_the_same_records_always_give_the_same_p_value() -> None:
    counts = np.array([[4, 5, 6], [6, 5, 2]])
    assert mix_p_value(counts) == mix_p_value(counts)
