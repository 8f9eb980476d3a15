"""Is a change of causes claimed when there is one, and not when there is none?"""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from analytics.breaks import Break
from analytics.causes.drift import NO_KNOWN_CAUSES, ONE_CAUSE, cause_drift, mix_p_value
from analytics.selection import Scope, View
from tests.support.columns import empty, view


def caused(**counts: int) -> View:
    """Incidents by cause; ``unknown`` ones have none."""
    causes = [name for name, count in counts.items() for _ in range(count)]
    return view({"root_cause_category": [None if name == "unknown" else name for name in causes]})


def test_a_tripled_cause_is_claimed_and_the_others_are_not() -> None:
    before = caused(dns=20, network=40, code=40, unknown=10)
    after = caused(dns=60, network=40, code=40, unknown=14)
    found = cause_drift(after, before)
    assert {row.label: row.changed for row in found.rows} == {
        "code": False,
        "dns": True,
        "network": False,
    }
    assert found.overall_p is not None
    assert found.overall_p < 0.01
    assert not found.unknown.changed


def test_across_a_break_no_change_is_claimed_and_its_note_is_the_reason() -> None:
    january, april, july = (dt.date(2026, month, 1) for month in (1, 4, 7))
    before = replace(caused(dns=20, network=80), scope=Scope(start=january, end=april))
    after = replace(caused(dns=60, network=80), scope=Scope(start=april, end=july))
    parted = cause_drift(after, before, breaks=[Break(april, "new causes")])
    assert parted.reason == "new causes (2026-04-01)"
    assert not any(row.changed for row in (*parted.rows, parted.unknown))
    assert not parted.mix_changed
    whole = cause_drift(after, before, breaks=[Break(january, "the first"), Break(july, "after")])
    assert whole.reason == ""
    assert whole.mix_changed


def test_a_mix_may_change_without_a_cause_that_can_be_named() -> None:
    before = caused(a=30, b=30, c=30, d=30)
    found = cause_drift(caused(a=17, b=14, c=5, d=4), before)
    assert not any(row.changed for row in found.rows)
    assert found.mix_changed


def test_the_mix_of_a_handful_of_incidents_never_changed() -> None:
    found = cause_drift(caused(a=5), caused(b=40))
    assert found.overall_p is not None
    assert found.overall_p < 0.01
    assert not found.mix_changed


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
    assert not any(row.changed for row in found.rows)
    assert found.unknown.changed
    assert found.overall_p == 1.0


def test_a_cause_seen_in_one_period_only_is_a_row() -> None:
    found = cause_drift(caused(dns=5, power=1), caused(dns=5))
    assert [row.label for row in found.rows] == ["dns", "power"]
    assert found.rows[1].before.estimate == 0.0


def test_adjusted_values_are_those_of_benjamini_and_hochberg_over_all_rows() -> None:
    found = cause_drift(caused(a=9, b=3, unknown=2), caused(a=3, b=9, unknown=1))
    alone = found.rows[0].p_value
    assert alone is not None
    # Two causes change by the same amount, and the unknown ones by less.
    assert found.rows[0].adjusted == pytest.approx(alone * 3 / 2)
    assert found.unknown.adjusted == pytest.approx(found.unknown.p_value)


def test_without_known_causes_there_is_no_test_and_no_claim() -> None:
    found = cause_drift(caused(dns=5), empty())
    assert (found.overall_p, found.reason) == (None, NO_KNOWN_CAUSES)
    assert (found.rows[0].p_value, found.rows[0].changed) == (None, False)
    assert cause_drift(caused(dns=5), caused(dns=9)).reason == ONE_CAUSE
    assert cause_drift(empty(), empty()).rows == ()


def test_the_shuffled_test_agrees_with_all_tables_counted_out() -> None:
    counts = np.array([[8, 2], [1, 5]])
    # Tables with these margins, by their first cell, and those at least as far from 5.625.
    weights = {k: math.comb(9, k) * math.comb(7, 10 - k) for k in range(3, 10)}
    exact = sum(w for k, w in weights.items() if abs(k - 5.625) >= 2.375) / sum(weights.values())
    assert mix_p_value(counts) == pytest.approx(exact, abs=0.01)


def test_the_same_records_always_give_the_same_p_value() -> None:
    counts = np.array([[4, 5, 6], [6, 5, 2]])
    assert mix_p_value(counts) == mix_p_value(counts)


def test_in_worlds_in_which_nothing_changes_a_cause_is_rarely_claimed() -> None:
    draw = np.random.default_rng(7)
    mix = draw.dirichlet(np.ones(12))
    claimed = 0
    for _ in range(60):
        after, before = (
            caused(
                **{f"cause {i}": int(count) for i, count in enumerate(draw.multinomial(60, mix))}
            )
            for _ in range(2)
        )
        claimed += any(row.changed for row in cause_drift(after, before).rows)
    assert claimed <= 6
