"""The causes that strike again: how often, and what becomes of them once their fix is done.

A family strikes at a constant rate, evenly or in bursts, until its first preventive action is done;
then, if the fix holds, at a known part of that rate. All families are drawn at once: incidents at
the rate without any fix, of which those after a fix that holds are then thinned out. No incident of
a family begins within two days of the end of the one before, so that none of them could be taken
for the same event.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from data.company import clocks
from data.company.log import Log
from data.company.prevention import plan
from data.company.setting import (
    DAY,
    UNKNOWN,
    YEAR,
    Flags,
    Floats,
    Integers,
    Setting,
    Stream,
)

#: Incidents that a family would have in the whole history: median, log spread, bounds.
MEDIAN_MEMBERS = 7.0
MEMBERS_SIGMA = 0.7
MEMBERS_BOUNDS = (2.0, 30.0)
#: A cause that strikes more often than this is fixed at once, in no case left to a post-mortem.
FASTEST_YEARLY = 18.0
#: A fix that holds leaves this part of the rate.
RATE_LEFT = 0.2
HOLDS_SHARE = 0.5
BURSTS_SHARE = 0.15
#: In a bursty family this share of the waits is this part of the mean wait.
BURST_SHARE, BURST_WAIT = 0.6, 0.15
QUIET = 2 * DAY
#: Families are drawn for this many incidents each; they have more, so there are enough of them.
FEWEST_MEAN = 4
#: Half of the causes were there before the history began, the others came in within this part.
LATEST_ENTRY = 0.7


@dataclass(frozen=True)
class Families:
    """The known truth of each family; rates in incidents a year.

    Attributes:
        fixed_on: the day (since 1970) on which its first preventive action was done, after which
            ``rate_after`` applies; ``UNKNOWN`` if none was done by the end.
    """

    active_from: Integers
    rate: Floats
    rate_after: Floats
    holds: Flags
    bursts: Flags
    fixed_on: Integers

    def __len__(self) -> int:
        return len(self.rate)

    def take(self, rows: slice) -> Self:
        """These families."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def _families(setting: Setting, rng: np.random.Generator, n: int) -> Families:
    span = setting.end_second - setting.start_second
    members = np.clip(
        MEDIAN_MEMBERS * np.exp(MEMBERS_SIGMA * rng.standard_normal(n)), *MEMBERS_BOUNDS
    )
    rate = np.minimum(members / setting.years, FASTEST_YEARLY)
    entry = np.maximum(0.0, rng.uniform(-LATEST_ENTRY, LATEST_ENTRY, n)) * span
    holds = rng.random(n) < HOLDS_SHARE
    return Families(
        active_from=setting.start_second + entry.astype(np.int64),
        rate=rate,
        rate_after=np.where(holds, RATE_LEFT * rate, rate),
        holds=holds,
        bursts=rng.random(n) < BURSTS_SHARE,
        fixed_on=np.full(n, UNKNOWN),
    )


def strike(setting: Setting, *, target: int) -> tuple[Families, Log]:
    """Families until their incidents come to ``target``; each is whole or not there."""
    rng = setting.rng(Stream.EVENTS)
    families = _families(setting, rng, target // FEWEST_MEAN + 1)
    log = _unfixed(setting, rng, families)
    done_on = np.full(len(families), np.iinfo(np.int64).max)
    done = log.prevention.planned & log.prevention.done
    np.minimum.at(done_on, log.cause[done], log.prevention.ended_on[done])
    left = (families.rate_after / families.rate)[log.cause]
    kept = (log.start // DAY <= done_on[log.cause]) | (rng.random(len(log)) < left)
    kept &= log.start < setting.end_second - DAY
    members = np.cumsum(np.bincount(log.cause[kept], minlength=len(families)))
    whole = int(np.searchsorted(members, target, "right"))
    by_end = done_on < setting.end_second // DAY
    truth = replace(families, fixed_on=np.where(by_end, done_on, UNKNOWN))
    return truth.take(slice(whole)), log.take(kept & (log.cause < whole))


def _unfixed(setting: Setting, rng: np.random.Generator, families: Families) -> Log:
    """Family by family, the incidents that there would be if nothing were ever fixed."""
    years = (setting.end_second - families.active_from) / YEAR
    expected = families.rate * years
    # Six standard deviations more than expected, and more for bursts: enough to reach the end.
    size = (expected + (6 + 4 * families.bursts) * np.sqrt(expected) + 6).astype(np.int64)
    family = np.repeat(np.arange(len(families)), size)
    first = np.cumsum(size) - size
    rank = clocks.draw_ranks(rng, len(family))
    offsets = clocks.draw_offsets(rng, rank)
    gaps = _gaps(rng, families, family, first, lasting=offsets[:, clocks.RESOLVED])
    total = np.cumsum(gaps)
    start = families.active_from[family] + total - (total - gaps)[first][family]
    prevention = plan(
        rng,
        start=start,
        published_after=offsets[:, clocks.PUBLISHED],
        first=np.arange(len(family)) == first[family],
    )
    return Log(
        start=start,
        offsets=offsets,
        rank=rank,
        kind=np.zeros(len(family), np.int8),
        cause=family,
        original=np.full(len(family), UNKNOWN),
        prevention=prevention.clear_of(owner=family, days=start // DAY),
    )


def _gaps(
    rng: np.random.Generator,
    families: Families,
    family: Integers,
    first: Integers,
    *,
    lasting: Floats,
) -> Integers:
    """Seconds from each incident's start to the next one's, on average one over the rate.

    The wait begins two days after the end of the incident before: the rate is kept by making the
    wait shorter by as much.
    """
    mean_wait = np.maximum(YEAR / families.rate - QUIET - lasting.mean(), DAY)[family]
    wait = mean_wait * _unevenness(rng, families.bursts[family]) * rng.exponential(1, len(family))
    after_end = np.concatenate([[0.0], lasting[:-1] + QUIET])
    after_end[first] = 0.0
    gaps: Integers = (wait + after_end).astype(np.int64) + 1
    return gaps


def _unevenness(rng: np.random.Generator, bursts: Flags) -> Floats:
    """Factors on the waits whose mean is 1: all 1 for an even cause, short and long in bursts."""
    long_wait = (1 - BURST_SHARE * BURST_WAIT) / (1 - BURST_SHARE)
    mixed = np.where(rng.random(len(bursts)) < BURST_SHARE, BURST_WAIT, long_wait)
    return np.where(bursts, mixed, 1.0)
