"""When each clock of an incident struck, and what the record says of it.

Phases are log-normal. Part of their spread is shared by all phases of one incident (some incidents
are long throughout), so that the whole from impact to mitigation has a sigma near 1.25, which is
what real companies show. What people then write down is coarser, has gaps and some mistakes.
"""

from dataclasses import dataclass

import numpy as np

from data.company.setting import DAY, UNKNOWN, Codes, Flags, Floats, Integers, Setting, Stream
from data.record import CLOCK_FIELDS

#: Places in :data:`data.record.CLOCK_FIELDS`.
IMPACT, DETECTED, DECLARED, NOTIFIED, ACKNOWLEDGED, MITIGATED, RESOLVED, PUBLISHED = range(8)
#: Median minutes from each clock to the next, detection to resolution, at a severity of rank 2.
MEDIAN_MINUTES = np.array([9.0, 4.0, 2.0, 4.0, 40.0, 35.0])
#: Spread of a log phase: shared by all phases of one incident, and of its own.
SHARED_SIGMA = 1.08
OWN_SIGMA = 0.85
#: Lower severities wait longer: added to the log of each phase, by rank 1 to 4.
SEVERITY_EFFECT = np.array([-0.25, 0.0, 0.15, 0.3])
SEVERITY_SHARES = (0.06, 0.2, 0.44, 0.3)
NEAR_MISS_SHARE = 0.04
#: Who gets a post-mortem, by rank 1 to 4.
POSTMORTEM_SHARES = np.array([0.96, 0.92, 0.75, 0.5])
PUBLISHED_MEDIAN_DAYS = 6.0
PUBLISHED_SIGMA = 0.7
#: Share of records in which a clock was never written down. Impact start and resolution are never
#: missing where a cause repeats: without them nobody can tell whether a repeat was one.
MISSING_SHARES = np.array([0.04, 0.04, 0.12, 0.15, 0.08, 0.06, 0.02, 0.0])
IMPOSSIBLE_SHARE = 0.01
#: People write times to the second, the minute or five minutes.
GRAINS = np.array([1, 60, 300])
GRAIN_SHARES = (0.25, 0.6, 0.15)
EXACT, BY_DAY, ESTIMATED = range(3)
PRECISION_SHARES = (0.95, 0.02, 0.03)


@dataclass(frozen=True)
class Recorded:
    """The clocks as the records have them.

    Attributes:
        at: one row for each record, one column for each clock of a record, seconds since 1970;
            ``UNKNOWN`` where the record says nothing.
        precision: EXACT, BY_DAY or ESTIMATED for all clocks of a record.
        is_open: records whose incident is not over at the end of the history.
        impossible: records whose acknowledgement was mistakenly put before the detection.
    """

    at: Integers
    precision: Codes
    is_open: Flags
    impossible: Flags


def draw_ranks(rng: np.random.Generator, n: int) -> Codes:
    """Severity ranks, 1 worst to 4."""
    return rng.choice(4, size=n, p=SEVERITY_SHARES).astype(np.int8) + np.int8(1)


def draw_offsets(rng: np.random.Generator, rank: Codes) -> Floats:
    """Seconds from the start of impact to each clock; NaN where no post-mortem was written."""
    n = len(rank)
    shared = SHARED_SIGMA * rng.standard_normal((n, 1)) + SEVERITY_EFFECT[rank - 1][:, None]
    own = OWN_SIGMA * rng.standard_normal((n, len(MEDIAN_MINUTES)))
    phases = 60.0 * MEDIAN_MINUTES * np.exp(shared + own)
    offsets = np.zeros((n, len(CLOCK_FIELDS)))
    near_miss = rng.random(n) < NEAR_MISS_SHARE
    phases[:, 0] = np.where(near_miss, -phases[:, 0], phases[:, 0])
    offsets[:, DETECTED:MITIGATED] = np.cumsum(phases[:, :4], axis=1)
    offsets[:, MITIGATED] = np.maximum(offsets[:, ACKNOWLEDGED], 0.0) + phases[:, 4]
    offsets[:, RESOLVED] = offsets[:, MITIGATED] + phases[:, 5]
    days = PUBLISHED_MEDIAN_DAYS * np.exp(PUBLISHED_SIGMA * rng.standard_normal(n))
    written = rng.random(n) < POSTMORTEM_SHARES[rank - 1]
    offsets[:, PUBLISHED] = np.where(written, offsets[:, RESOLVED] + DAY * days, np.nan)
    return offsets


def record(setting: Setting, *, start: Integers, offsets: Floats, repeatable: Flags) -> Recorded:
    """What the records say of clocks that struck ``offsets`` seconds after ``start``.

    Args:
        repeatable: incidents of a family; the clocks that tell a repeat are kept for them.
    """
    rng = setting.rng(Stream.CLOCKS)
    n = len(start)
    never = np.isnan(offsets)
    at = start[:, None] + np.where(never, 0.0, offsets).astype(np.int64)
    grain = GRAINS[rng.choice(len(GRAINS), size=n, p=GRAIN_SHARES)]
    precision = rng.choice(3, size=n, p=PRECISION_SHARES).astype(np.int8)
    impossible = (rng.random(n) < IMPOSSIBLE_SHARE) & (precision == EXACT)
    missing = rng.random((n, len(CLOCK_FIELDS))) < MISSING_SHARES
    missing[repeatable] &= ~np.isin(np.arange(len(CLOCK_FIELDS)), (IMPACT, RESOLVED))
    missing[impossible] = False
    at[impossible, ACKNOWLEDGED] = at[impossible, DETECTED] - 3600
    grain = np.where(precision == BY_DAY, DAY, grain)[:, None]
    at -= at % grain
    is_open = at[:, RESOLVED] > setting.end_second
    at[missing | never | (at > setting.end_second)] = UNKNOWN
    return Recorded(at, precision, is_open, impossible)
