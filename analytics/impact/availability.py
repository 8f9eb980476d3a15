"""What availability do the recorded impacts imply for each service in each period?

Two incidents at once do not make a service twice as unavailable, so the impacts of a service are
united before they are measured, and one that reaches into the next period counts in each for its
part. The figure assumes that the service was wholly down during every recorded impact and up
otherwise: partial impact makes it too low, incidents without usable times make it too high.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer
from analytics.clocks import IMPACT, Floats
from analytics.impact.minutes import impact_durations
from analytics.method import Example, Method
from analytics.periods import Every, Moments, ordinals, run, starts
from analytics.selection import View, select

AVAILABILITY = Method(
    title="Implied availability",
    answers="How available was a service, if the records tell all?",
    formula=(
        "One less the time under impact divided by the length of the period. The impacts of a "
        "service are united first, so that two at once count once, and one that reaches into "
        "the next period counts in each for its part. Assumes that the service was wholly "
        "down during every recorded impact and wholly up otherwise."
    ),
    source="Union of intervals",
    leaves_out=(
        "Incidents without a usable start and end, which make it too high: with more than a "
        "tenth of them there is no figure. Those that name no service. Partial impact makes "
        "it too low."
    ),
    example=Example(
        given="A service was under impact for 3 hours of the 720 of June.",
        inputs={"hours": 3},
        gives="It was free of a recorded impact for 99.58 % of the time.",
        result=(0.99583,),
    ),
)

#: What the figure takes for granted, to be printed beside it.
ASSUMPTION = (
    "assumes the service was wholly down during every recorded impact and wholly up otherwise"
)

#: More incidents without usable times than this share, and the figure would flatter: their time
#: under impact would count as time without.
MOST_UNKNOWN = 0.1

Seconds = npt.NDArray[np.int64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ServiceImpact:
    """Time under impact by service and period.

    Attributes:
        services: row names in alphabetical order.
        starts: first moment of each period: the first and last are cut to what was asked for.
        down: seconds under impact, services in rows and periods in columns.
        length: seconds of each period, up to ``as_of`` for the last.
        began: incidents that began in each cell.
        n_unknown: of these, incidents whose impact cannot be measured; it is not in ``down``.
        n_without_service: incidents in view that name no service and are in no row.
    """

    services: tuple[str, ...]
    starts: Moments
    down: Floats
    length: Floats
    began: npt.NDArray[np.int64]
    n_unknown: npt.NDArray[np.int64]
    n_without_service: int

    def availability(self, service: int, period: int) -> Answer:
        """The share of a period in which a service was not under a recorded impact."""
        began, unknown = int(self.began[service, period]), int(self.n_unknown[service, period])
        blind = unknown > MOST_UNKNOWN * began
        return Answer(
            None if blind else float(1.0 - self.down[service, period] / self.length[period]),
            n=began - unknown,
            n_missing=unknown,
            unit="share",
            method=AVAILABILITY,
            reason=f"{unknown} of {began} incidents have no usable start and end" if blind else "",
        )


def service_impact(view: View, *, every: Every, as_of: dt.datetime) -> ServiceImpact:
    """Time under impact of each service in view, by period.

    Incidents that began before the period in view and reach into it count for their part inside.
    """
    pairs = select(view.history, view.scope.always()).services.dropna().drop_duplicates()
    names, rows = _alphabetical(pairs["service"])
    incidents = view.history.incidents.take(pairs["incident"].to_numpy())
    felt = impact_durations(incidents, as_of=as_of)
    begun = incidents[IMPACT].to_numpy()
    known = ~np.isnan(felt.seconds)
    from_, until = _epoch(begun[known]), _epoch(begun[known]) + felt.seconds[known].astype(np.int64)
    when = incidents["period_at"].to_numpy()
    edges = _edges(view, when, every=every, as_of=view.history.here(as_of))
    absolute = _epoch(np.array([view.history.absolute(at) for at in _moments(edges)], "M8[s]"))
    cells = (rows, when, edges, len(names))
    return ServiceImpact(
        services=names,
        starts=edges[:-1].astype("datetime64[s]"),
        down=_covered(rows[known], from_, until, edges=absolute, n_rows=len(names)),
        length=np.diff(absolute).astype(np.float64),
        began=_counted(*cells, where=np.ones(len(rows), dtype=bool)),
        n_unknown=_counted(*cells, where=~known),
        n_without_service=len(view) - view.services.dropna()["incident"].nunique(),
    )


def _alphabetical(services: pd.Series) -> tuple[tuple[str, ...], Codes]:
    """Names in use in alphabetical order, and the place of each service among them."""
    codes, used = np.unique(services.cat.codes.to_numpy(), return_inverse=True)
    names = services.cat.categories.to_numpy(dtype=str)[codes]
    order = np.argsort(names, kind="stable")
    place = np.empty(len(names), dtype=np.intp)
    place[order] = np.arange(len(names))
    return tuple(str(name) for name in names[order]), place[used]


def _epoch(moments: Moments) -> Seconds:
    return moments.astype("datetime64[s]").astype(np.int64)


def _moments(seconds: Seconds) -> list[dt.datetime]:
    return list(seconds.astype("datetime64[s]").astype(object))


def _edges(view: View, when: Moments, *, every: Every, as_of: dt.datetime) -> Seconds:
    """Bounds of the periods in seconds, cut to the scope and to ``as_of``; empty without any.

    All by the reader's clock.
    """
    dated = when[~np.isnat(when)]
    first = np.datetime64(view.scope.start or (dated.min() if len(dated) else as_of), "s")
    last = np.datetime64(as_of, "s")
    if view.scope.end is not None:
        last = min(last, np.datetime64(view.scope.end, "s"))
    if first >= last:
        return np.empty(1, dtype=np.int64)
    numbers = run(ordinals(np.array([first, last - np.timedelta64(1, "s")]), every))
    bounds = starts(np.append(numbers, numbers[-1] + 1), every)
    if view.scope.start is None:
        first = bounds[0].astype("datetime64[s]")
    return np.clip(_epoch(bounds), *_epoch(np.array([first, last])))


def _covered(rows: Codes, from_: Seconds, until: Seconds, *, edges: Seconds, n_rows: int) -> Floats:
    """Seconds of each cell that lie in the union of the row's intervals."""
    if len(rows) == 0:
        return np.zeros((n_rows, len(edges) - 1))
    # Each row gets a stretch of one long line to itself, so that one pass unites all rows.
    origin = from_.min()
    stretch = until.max() - origin + 1
    begin, end = (rows * stretch + moment - origin for moment in (from_, until))
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], np.maximum.accumulate(end[order])
    opens = np.append(True, begin[1:] > end[:-1])
    block_begin = begin[opens]
    block_end = end[np.append(opens[1:], True)]
    before = np.append(0, np.cumsum(block_end - block_begin))
    lines = np.arange(n_rows)[:, None] * stretch + np.clip(edges - origin, 0, stretch - 1)
    place = np.searchsorted(block_begin, lines, side="right")
    ahead = np.maximum(np.append(0, block_end)[place] - lines, 0)
    down: Floats = np.diff(before[place] - ahead, axis=1).astype(np.float64)
    return down


def _counted(
    rows: Codes, when: Moments, edges: Seconds, n_rows: int, *, where: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    column = np.searchsorted(edges, _epoch(when), side="right") - 1
    inside = where & ~np.isnat(when) & (column >= 0) & (column < len(edges) - 1)
    cells = rows[inside] * (len(edges) - 1) + column[inside]
    shape = (n_rows, len(edges) - 1)
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
