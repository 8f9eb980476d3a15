"""Did the response change within severities and services, or only how many of each there were?

A quarter with more small incidents looks faster although nothing got faster. So the change of the
mean log duration is taken apart into what changed within the groups and what their mix changed;
on the scale of factors the two multiply to the whole.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.answer import Answer, Example, Method, too_few
from analytics.calendar import Break, PeriodPair, between
from analytics.clocks import IMPACT, Durations, Floats, Status, Step, for_logs, measure
from analytics.recorded import severity_order
from analytics.response.durations import compare
from analytics.selection import UNKNOWN, View, labels
from analytics.statistics.mixshift import MixShift, Side, decompose, reach

MIX_SHIFT = Method(
    title="Mix and change within groups",
    answers="Did the groups change, or only how many incidents of each there are?",
    formula=(
        "Of the mean of log durations. Within: change of each group's mean times the mean of "
        "its two shares. Mix: change of each share times the mean of its two means. Together "
        "they are the whole change; as factors they multiply to it. The intervals take the "
        "variance of every mean and share (delta method, Student's t)."
    ),
    source=(
        "Kitagawa, Journal of the American Statistical Association 50, 1955; degrees of "
        "freedom: Satterthwaite, Biometrics 2, 1946"
    ),
    leaves_out=(
        "Incidents without a usable duration, and those still open. Groups with fewer than 3 "
        "in a period stand together. Incidents of several services are a group."
    ),
    example=Example(
        given=(
            "Critical incidents took 60 minutes and are 10 of 40, the others 20 minutes, 30 "
            "of them. Then critical ones take 50 minutes and are 30 of 40, the others 16 "
            "minutes, 10 of them."
        ),
        inputs={
            "before": (60, 20),
            "after": (50, 16),
            "many_before": (10, 30),
            "many_after": (30, 10),
        },
        gives=(
            "The average rose by 11.5 minutes, although each kind became quicker: −7 within "
            "the kinds and 18.5 by the mix."
        ),
        result=(11.5, -7, 18.5),
    ),
)

MixOf = Literal["severity", "service"]
#: Durations of a group in each period; below that its own spread is a guess, and simulated
#: intervals of the parts begin to miss.
FEWEST_EACH = 3
SEVERAL, OTHERS = "several services", "too few alone"
NO_GROUPS = "groups with enough durations in both periods"


@dataclass(frozen=True, slots=True)
class Cell:
    """One group in both periods.

    Attributes:
        n_before, n_after: its recorded durations.
        share_before, share_after: of all recorded ones.
        before, after: geometric means in seconds.
        within, mix: factors by which it moves the geometric mean of all.
    """

    group: str
    n_before: int
    n_after: int
    share_before: float
    share_after: float
    before: float
    after: float
    within: float
    mix: float


@dataclass(frozen=True, slots=True)
class DurationMix:
    """The change of a duration, taken apart; all three are ratios of geometric means.

    Attributes:
        total: after / before, with Welch's interval.
        within: what changed within the groups; mix: what their mix changed.
        misleading: whether total and within point to opposite sides.
        cells: the groups, in the order of severity or of the alphabet.
        pooled: groups with too few durations alone, which stand together as :data:`OTHERS`.
        reason: in words, why nothing is taken apart; empty otherwise.
    """

    step: Step
    total: Answer
    within: Answer
    mix: Answer
    misleading: bool
    cells: tuple[Cell, ...]
    pooled: tuple[str, ...]
    reason: str

    @property
    def within_is_clear(self) -> bool:
        """Whether the interval of the change within groups leaves out "none"."""
        low, high = self.within.low, self.within.high
        return low is not None and high is not None and not low <= 1.0 <= high


def duration_mix(
    after: View,
    before: View,
    step: Step,
    by: MixOf,
    *,
    pair: PeriodPair,
    as_of: dt.datetime,
    anchor: str = IMPACT,
    breaks: Sequence[Break] = (),
) -> DurationMix:
    """Take the change of a duration between two periods apart.

    An incident that names several services belongs to a group of its own kind, so that each counts
    once.

    Args:
        after: the incidents of the later period.
        before: those of the earlier one.
        step: which duration.
        by: what the groups are.
        pair: the two periods, for the days that they span.
        as_of: naive UTC moment looked from.
        anchor: clock that TTM and TTR count from.
        breaks: days across which nothing is compared.
    """
    measured = [measure(v.incidents, step, as_of=as_of, anchor=anchor) for v in (after, before)]
    total = compare(*measured).ratio
    assert pair.before.start is not None
    assert pair.after.end is not None
    reason = between(breaks, pair.before.start, pair.after.end) or total.reason
    if reason:
        return _untold(step, reason)
    sides = [
        _recorded(view, found, by) for view, found in zip((after, before), measured, strict=True)
    ]
    names, pooled = _groups(sides, _order(after, by))
    if len(names) < 2:
        return _untold(step, too_few(2, len(names), what=NO_GROUPS), pooled)
    later, earlier = (_side(side, names, pooled) for side in sides)
    found = decompose(later.mean, later.n, earlier.mean, earlier.n)
    assert found is not None
    reaches = reach(later, earlier)
    return DurationMix(
        step=step,
        total=total,
        within=_factor(found.within, reaches[0], total),
        mix=_factor(found.mix, reaches[1], total),
        misleading=found.misleading,
        cells=_cells(names, later, earlier, found),
        pooled=pooled,
        reason="",
    )


def _recorded(view: View, measured: Durations, by: MixOf) -> pd.Series:
    """The logs of the recorded durations, by group."""
    groups = labels(view.incidents["severity"]) if by == "severity" else _services(view)
    there = measured.status == Status.RECORDED
    logs = np.log(for_logs(measured.seconds[there]))
    return pd.Series(logs, index=groups.astype(str).to_numpy()[there])


def _services(view: View) -> pd.Series:
    """The one service that each incident names, or that it names several or none."""
    pairs = view.services.drop_duplicates()
    one = pairs.drop_duplicates("incident", keep=False).set_index("incident")["service"]
    found = one.astype(object).reindex(view.incidents.index).fillna(UNKNOWN)
    found[found.index.isin(pairs["incident"][pairs["incident"].duplicated()])] = SEVERAL
    return found


def _order(view: View, by: MixOf) -> Sequence[str]:
    """Severities from the worst; services are put in the order of the alphabet."""
    return severity_order(view.history.incidents) if by == "severity" else ()


def _groups(
    sides: Sequence[pd.Series], order: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups in order, :data:`OTHERS` last, and those that stand together under that name."""
    sizes = pd.concat([side.groupby(level=0).size() for side in sides], axis=1).fillna(0)
    fewest = sizes.min(axis=1).sort_values(kind="stable")
    few = int((fewest < FEWEST_EACH).sum())
    # Those that are few together too take the next smallest in.
    while 0 < few < len(fewest) and sizes.loc[fewest.index[:few]].sum().min() < FEWEST_EACH:
        few += 1
    places = {name: place for place, name in enumerate(order)}
    last = (UNKNOWN, SEVERAL)

    def place(name: str) -> tuple[int, int, str]:
        return places.get(name, len(places)), last.index(name) if name in last else -1, name.lower()

    alone = sorted(fewest.index[few:], key=place)
    pooled = sorted(fewest.index[:few], key=place)
    return (*alone, *([OTHERS] if pooled else [])), tuple(pooled)


def _side(logs: pd.Series, names: Sequence[str], pooled: Sequence[str]) -> Side:
    group = np.where(logs.index.isin(list(pooled)), OTHERS, logs.index)
    found = logs.groupby(group).agg(["mean", "var", "size"]).reindex(list(names))
    columns: list[Floats] = [found[name].to_numpy(np.float64) for name in ("mean", "var", "size")]
    return Side(*columns)


def _cells(names: Sequence[str], after: Side, before: Side, shift: MixShift) -> tuple[Cell, ...]:
    share_after, share_before = after.n / after.n.sum(), before.n / before.n.sum()
    # From the common level, or every change of a share would look as large as its group is long.
    level = float((share_after + share_before) @ (after.mean + before.mean)) / 4.0
    mixed = (share_after - share_before) * ((after.mean + before.mean) / 2.0 - level)
    return tuple(
        Cell(
            group=name,
            n_before=int(before.n[k]),
            n_after=int(after.n[k]),
            share_before=float(share_before[k]),
            share_after=float(share_after[k]),
            before=math.exp(before.mean[k]),
            after=math.exp(after.mean[k]),
            within=math.exp(shift.within_by_group[k]),
            mix=math.exp(mixed[k]),
        )
        for k, name in enumerate(names)
    )


def _factor(part: float, half: float, total: Answer) -> Answer:
    return Answer(
        math.exp(part),
        math.exp(part - half),
        math.exp(part + half),
        n=total.n,
        n_missing=total.n_missing,
        n_invalid=total.n_invalid,
        unit="ratio",
        method=MIX_SHIFT,
    )


def _untold(step: Step, reason: str, pooled: tuple[str, ...] = ()) -> DurationMix:
    none = Answer(None, unit="ratio", method=MIX_SHIFT, reason=reason)
    return DurationMix(step, none, none, none, False, (), pooled, reason)
