"""Two periods compared although some incidents are open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.statistics.survival import log_rank
from tests.support.published import published


def watched(group):
    deaths, censored = (
        np.repeat([float(day) for day in table], list(table.values()))
        for table in (group["deaths"], group["censored"])
    )
    return np.concatenate([deaths, censored]), np.arange(len(deaths) + len(censored)) < len(deaths)


def test_waltons_flies_differ_as_published():
    flies = published("survival", "waltons")
    test = log_rank(*watched(flies["mutant"]), *watched(flies["control"]))
    assert test.statistic == pytest.approx(flies["log_rank"], abs=5e-4)
    assert not test.slower
    assert test.p_value < 1e-20


def test_nothing_ended_compares_nothing():
    test = log_rank(np.ones(3), np.zeros(3, bool), np.ones(4), np.zeros(4, bool))
    assert test.p_value is None


def test_equal_periods_seldom_differ():
    rng = np.random.default_rng(29)
    p_values = []
    for _ in range(500):
        lengths, limits = rng.lognormal(8, 1, (2, 30)), rng.lognormal(9, 1, (2, 30))
        seen, ended = np.minimum(lengths, limits), lengths <= limits
        p_values.append(log_rank(seen[0], ended[0], seen[1], ended[1]).p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.03)


sides = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30)


@given(sides, sides, st.randoms(use_true_random=False))
def test_permuting_tied_times_changes_nothing_and_sides_may_be_swapped(after, before, random):
    shuffled = list(after)
    random.shuffle(shuffled)

    def arrays(rows):
        return np.array([float(t) for t, _ in rows]), np.array([e for _, e in rows], dtype=bool)

    test = log_rank(*arrays(after), *arrays(before))
    assert log_rank(*arrays(shuffled), *arrays(before)) == test
    swapped = log_rank(*arrays(before), *arrays(after))
    assert swapped.statistic == pytest.approx(test.statistic, abs=1e-9)
