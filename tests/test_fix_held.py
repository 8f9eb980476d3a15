"""Whether fixes held: Hauer's formula by hand, and its intervals against a known truth."""

import datetime as dt
import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import History
from analytics.known_causes.fixes import (
    CANNOT_TELL,
    NO_FIX,
    NO_RATE,
    FixHeld,
    Held,
    before_after,
    fix_held,
)
from analytics.known_causes.grouping import known_causes
from analytics.repeats.ledger import find_repeats
from tests.support.repeating import action, history_of, incident, link

Floats = npt.NDArray[np.float64]

START = np.datetime64("2021-01-01", "s")
YEARS = 4
DAYS = YEARS * 365.0
AS_OF = dt.datetime(2021, 1, 1) + dt.timedelta(days=DAYS)


@dataclass(frozen=True)
class World:
    """A company whose fixes multiply the rate of their cause by ``effect``."""

    history: History
    family: npt.NDArray[np.int64]
    rate: Floats
    effect: Floats

    def judged(self) -> tuple[FixHeld, npt.NDArray[np.int64]]:
        """The study, and which of our causes each of its rows is."""
        causes = known_causes(find_repeats(self.history), self.family)
        found = fix_held(causes, as_of=AS_OF)
        return found, self.family[causes.incidents[causes.first[found.cause]]]

    def true_ratio(self, found: FixHeld, causes: npt.NDArray[np.int64]) -> float:
        weight = self.rate[causes] * found.days_after
        return float((weight * self.effect[causes]).sum() / weight.sum())


def world(
    seed: int,
    *,
    effects: tuple[float, float] = (0.2, 1.0),
    fixes: float = 0.5,
    once: int = 300,
) -> World:
    """150 causes with gamma rates and others that strike once.

    Each incident leads to the fix of its cause with chance ``fixes``.
    """
    rng = np.random.default_rng(seed)
    causes, most = 150 + once, 120
    rate = rng.gamma(0.8, 1.5 / 0.8 / 365, causes)
    effect = np.where(rng.random(causes) < 0.5, *effects)
    times = np.cumsum(rng.exponential(1 / rate[:, None], (causes, most)), axis=1)
    rate[150:] = 0.0
    times[150:] = np.inf
    times[150:, 0] = rng.uniform(0.0, DAYS, once)
    leads = rng.random((causes, most)) < fixes
    trigger = np.where(rate > 0, np.argmax(leads, axis=1), np.where(leads[:, 0], 0, 1))
    each = np.arange(causes)
    promised = times[each, trigger]
    done = promised + 1 + rng.exponential(60, causes)
    stays = (times <= done[:, None]) | (rng.random((causes, most)) < effect[:, None])
    happens = stays & (times < DAYS)
    position = np.cumsum(happens.ravel()).reshape(happens.shape) - 1
    fixed = np.flatnonzero(promised < DAYS)
    finished = done[fixed] < DAYS
    began = _moment(times[happens])
    return World(
        history=History.of(
            pd.DataFrame(
                {
                    "kind": "incident",
                    "status": "resolved",
                    "impact_started_at": began,
                    "resolved_at": began + np.timedelta64(3600, "s"),
                }
            ),
            actions=pd.DataFrame(
                {
                    "incident": position[fixed, trigger[fixed]],
                    "kind": "prevent",
                    "status": np.where(finished, "done", "open"),
                    "created_on": _moment(promised[fixed] + 0.5),
                    "completed_on": np.where(
                        finished, _moment(done[fixed]), np.datetime64("NaT", "s")
                    ),
                }
            ),
        ),
        family=np.nonzero(happens)[0],
        rate=rate,
        effect=effect,
    )


def _moment(days: Floats) -> npt.NDArray[np.datetime64]:
    return START + np.round(days * 86_400).astype("timedelta64[s]")


@dataclass(frozen=True)
class Record:
    """What became of 100 seeded worlds.

    Attributes:
        causes: share of causes that can come back whose interval holds the truth.
        worlds: share of worlds whose overall interval holds the truth.
        claims: share of worlds of which prevented repeats are claimed.
    """

    causes: float
    worlds: float
    claims: float


@functools.cache
def record(effects: tuple[float, float], fixes: float, once: int) -> Record:
    of_causes, of_worlds, claims = [], [], []
    for seed in range(100):
        made = world(seed, effects=effects, fixes=fixes, once=once)
        found, causes = made.judged()
        truth, real = made.effect[causes], made.rate[causes] > 0
        of_causes.append(np.mean(((found.low <= truth) & (truth <= found.high))[real]))
        assert found.overall.low is not None
        assert found.overall.high is not None
        truth_overall = made.true_ratio(found, causes)
        of_worlds.append(found.overall.low <= truth_overall <= found.overall.high)
        claims.append(found.prevented.known)
    return Record(*(float(np.mean(each)) for each in (of_causes, of_worlds, claims)))


MIXED = ((0.2, 1.0), 0.5, 300)
USELESS = ((1.0, 1.0), 0.5, 300)
GOOD = ((0.1, 0.1), 1.0, 0)


@pytest.mark.parametrize("company", [MIXED, USELESS, GOOD])
def test_intervals_hold_the_truth_in_nine_of_ten_worlds(
    company: tuple[tuple[float, float], float, int],
) -> None:
    found = record(*company)
    assert found.causes >= 0.9
    assert found.worlds >= 0.9


def test_fixes_that_do_nothing_are_seldom_said_to_prevent_anything() -> None:
    assert record(*USELESS).claims <= 0.05


def test_fixes_that_work_are_said_to_prevent_repeats() -> None:
    assert record(*GOOD).claims >= 0.95


def test_ratio_is_the_published_formula() -> None:
    # 3 seen where 6 were expected with variance 9: (3 / 6) / (1 + 9 / 36).
    ratio, _, _ = before_after(np.array([3.0]), np.array([6.0]), np.array([36 / 9]))
    assert ratio[0] == pytest.approx(0.4)


def test_interval_without_doubt_about_the_expectation_is_the_exact_poisson_one() -> None:
    # Garwood, 15 events: 8.3954 to 24.7402.
    _, low, high = before_after(np.array([15.0]), np.array([1.0]), np.array([1e9]))
    assert (low[0], high[0]) == pytest.approx((8.3954, 24.7402), abs=1e-3)


@given(st.integers(0, 200), st.floats(0.01, 500), st.floats(0.05, 1e4))
def test_estimate_lies_in_its_interval(after: int, expected: float, shape: float) -> None:
    ratio, low, high = before_after(
        np.array([float(after)]), np.array([expected]), np.array([shape])
    )
    assert 0 <= low[0] <= ratio[0] * (1 + 1e-9)
    assert ratio[0] <= high[0]


def test_one_return_however_unexpected_is_no_proof_against_a_fix() -> None:
    found = [world(seed, effects=(1.0, 1.0)).judged()[0] for seed in range(12)]
    after, low, verdict = (
        np.concatenate([getattr(study, name) for study in found])
        for name in ("after", "low", "verdict")
    )
    once = (after == 1) & (low > 1)
    assert once.any()
    assert set(verdict[once]) == {Held.CANNOT_TELL}
    assert after[verdict == Held.MORE].min() >= 2


def test_a_cause_seen_once_cannot_be_told() -> None:
    rows = [incident("2025-01-01"), incident("2025-01-20"), incident("2025-03-01")]
    done = action(
        2, "done", created_on=pd.Timestamp("2025-03-02"), completed_on=pd.Timestamp("2025-04-01")
    )
    causes = known_causes(find_repeats(history_of(rows, [link(1, 0)], [done])))
    found = fix_held(causes, as_of=dt.datetime(2025, 6, 1))
    assert list(found.verdict) == [Held.CANNOT_TELL]
    assert found.overall.known
    assert found.prevented.reason == CANNOT_TELL


def test_without_a_dated_fix_there_is_a_reason_and_no_ratio() -> None:
    rows = [incident("2025-01-01"), incident("2025-03-01")]
    causes = known_causes(find_repeats(history_of(rows, [link(1, 0)], [action(0, "done")])))
    found = fix_held(causes, as_of=dt.datetime(2025, 6, 1))
    assert (found.overall.estimate, found.overall.reason) == (None, NO_FIX)
    assert (found.undated, found.overall.n_missing) == (1, 1)
    assert found.prevented.reason == NO_FIX


def test_where_nothing_ever_came_back_nothing_is_expected() -> None:
    rows = [incident("2025-01-01"), incident("2025-03-01")]
    done = action(0, "done", completed_on=pd.Timestamp("2025-02-01"))
    causes = known_causes(find_repeats(history_of(rows, [], [done])))
    found = fix_held(causes, as_of=dt.datetime(2025, 6, 1))
    assert found.overall.reason == NO_RATE
    assert list(found.verdict) == [Held.CANNOT_TELL]


def test_asking_for_no_cause_gives_a_reason() -> None:
    made = world(1)
    causes = known_causes(find_repeats(made.history), made.family)
    found = fix_held(causes, as_of=AS_OF, chosen=np.empty(0, np.intp))
    assert found.overall.reason == NO_FIX


def test_only_the_causes_asked_for_are_judged_but_all_give_the_prior() -> None:
    made = world(1)
    causes = known_causes(find_repeats(made.history), made.family)
    every = fix_held(causes, as_of=AS_OF)
    some = fix_held(causes, as_of=AS_OF, chosen=every.cause[:3])
    assert list(some.cause) == list(every.cause[:3])
    assert some.ratio == pytest.approx(every.ratio[:3])
