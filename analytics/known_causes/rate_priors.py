"""Which distributions of rates do the records of all causes leave possible?

The likelihood is looked up on a grid that closes in on where it is not negligible. No start value,
no failure to converge, the same answer on every machine, and the doubt that is left comes with it.
"""

import numpy as np

from analytics.clocks import Floats
from analytics.known_causes.rates import CauseRecords, RatePriors
from analytics.selection import Mask
from analytics.statistics.distributions import log_gamma

#: Ranges searched, as logarithms. Shapes: from rates that differ by orders of magnitude to rates
#: that are all alike. Mean rates: from once in thirty thousand years to ten times a day. Causes
#: that cannot come back for each one that can: from one in a thousand to ten thousand.
_SHAPE = (np.log(1e-2), np.log(1e3))
_MEAN = (np.log(1e-7), np.log(10.0))
_ONCE = (np.log(1e-3), np.log(1e4))
_POINTS, _SHARES, _ZOOMS = 11, 4, 6
#: Priors less likely than the best by this much (on the log scale) are not looked at more closely,
#: and by that much weigh nothing.
_FAR_FROM_BEST, _WEIGHS_NOTHING = 10.0, 7.0
#: Records are told apart by the week, later by a fifth of their length, so that a hundred thousand
#: causes become some hundred kinds.
_WEEK, _KINDS_PER_OCTAVE = 7.0, 4
#: Odds beyond this are certainty; it keeps the exponential finite.
_LARGEST_EXPONENT = 600.0


def rate_priors(records: CauseRecords) -> RatePriors | None:
    """What the records of all causes say of their rates; None if none of them ever came back."""
    if records.events.sum() == 0:
        return None
    kinds, weights = _kinds(records)
    ranges = [_SHAPE, _MEAN, (0.0, 1.0), _ONCE]
    for zoom in range(_ZOOMS):
        grids = [
            np.linspace(*reach, points)
            for reach, points in zip(ranges, (_POINTS, _POINTS, _SHARES, _POINTS - 1), strict=True)
        ]
        # That every cause can come back is always one of the possibilities.
        grids[3] = np.append(-np.inf, grids[3])
        likely = _log_likelihood(kinds, weights, *grids)
        if zoom < _ZOOMS - 1:
            near = likely > likely.max() - _FAR_FROM_BEST
            ranges = [_reach(grid, _any_but(near, axis)) for axis, grid in enumerate(grids)]
    near = likely > likely.max() - _WEIGHS_NOTHING
    alpha, mean, share, once = (grid[at] for grid, at in zip(grids, np.nonzero(near), strict=True))
    weight = np.exp(likely[near] - likely.max())
    return RatePriors(
        alpha=np.exp(alpha),
        beta=np.exp(alpha - mean),
        silence=share,
        once=np.exp(once),
        weight=weight / weight.sum(),
    )


def _kinds(records: CauseRecords) -> tuple[CauseRecords, Floats]:
    """Causes with about the same record, each with the mean of their days, and how many."""
    weeks, silence = (
        np.round(_KINDS_PER_OCTAVE * np.log2(1.0 + each / _WEEK)).astype(np.int64)
        for each in (records.days, records.silent)
    )
    shape = (int(weeks.max()) + 1, int(silence.max()) + 1, 2)
    cells = np.ravel_multi_index((weeks, silence, records.came_back.astype(np.int64)), shape)
    cells += records.events.astype(np.int64) * int(np.prod(shape))
    kinds, which = np.unique(cells, return_inverse=True)
    counts = np.bincount(which).astype(np.float64)
    of_silence = np.bincount(silence, records.silent) / np.maximum(np.bincount(silence), 1)
    _, place = np.unravel_index(kinds % int(np.prod(shape)) // 2, shape[:2])
    return CauseRecords(
        events=(kinds // int(np.prod(shape))).astype(np.float64),
        days=np.bincount(which, records.days) / counts,
        silent=of_silence[place],
        came_back=kinds % 2 > 0,
    ), counts


def _log_likelihood(
    records: CauseRecords,
    weights: Floats,
    log_alpha: Floats,
    log_mean: Floats,
    share: Floats,
    log_once: Floats,
) -> Floats:
    """For each combination of the four parameters, in this order of axes."""
    alpha = np.exp(log_alpha)[:, None, None, None]
    log_beta = (log_alpha[:, None] - log_mean)[:, :, None, None]
    since = np.exp(log_beta) + share[:, None] * records.silent
    log_since, log_until = np.log(since), np.log(since + records.days)
    stays_away = alpha * (log_since - log_until)
    back, away = records.came_back, ~records.came_back
    counts = log_gamma(alpha + records.events) - log_gamma(alpha) - records.events * log_until
    came_back = ((counts + stays_away)[..., back] @ weights[back])[..., None]
    rarely = stays_away[..., away] @ weights[away]
    if_recurs = np.exp(stays_away[..., away])
    once_here = np.exp(np.minimum(alpha * (log_since - log_beta), _LARGEST_EXPONENT))
    days, which = np.unique(records.silent, return_index=True)
    of_silence = np.bincount(np.searchsorted(days, records.silent), weights)
    likely = np.empty((*rarely.shape, len(log_once)))
    for place, odds in enumerate(np.exp(log_once)):
        never = np.log(odds * once_here[..., away] + if_recurs) @ weights[away] if odds else rarely
        likely[..., place] = never - np.log1p(odds * once_here[..., which]) @ of_silence
    return np.asarray(likely + came_back)


def _any_but(near: Mask, axis: int) -> Mask:
    return np.asarray(near.any(axis=tuple(other for other in range(near.ndim) if other != axis)))


def _reach(grid: Floats, near: Mask) -> tuple[float, float]:
    """From one step below the first near point of ``grid`` to one step above the last."""
    real = np.isfinite(grid)
    grid, near = grid[real], near[real]
    places = np.flatnonzero(near) if near.any() else np.arange(len(grid))
    low, high = max(places[0] - 1, 0), min(places[-1] + 1, len(grid) - 1)
    return float(grid[low]), float(grid[high])
