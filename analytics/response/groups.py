"""Which incidents belong to which team, service or cause, so that groups can be set side by side.

Groups stand in alphabetical order and are never ranked: the worst of twenty identical ones
"improves" 19 times in 20.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, Example, Method, too_few
from analytics.clocks import TTM, TTR, Floats, Status, Step, measure
from analytics.exposure import Per, known_days, meters, opened
from analytics.selection import UNKNOWN, Labels, Rows, Scope, View
from analytics.statistics.groups import (
    Funnel,
    Groups,
    Limits,
    funnel,
    group_durations,
    group_rates,
    limits,
)

By = Literal["team", "service", "root_cause_category"]
#: With fewer there is nothing to set side by side.
FEWEST_GROUPS = 2


@dataclass(frozen=True)
class Members:
    """The groups of the incidents in view, those of unknown group left out.

    Attributes:
        names: in alphabetical order.
        codes, rows: for each pair of group and incident the place of the name, and the position of
            the incident; one that names two services is a member of both.
        n_unknown: incidents of no known group.
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    rows: Rows
    n_unknown: int


def members(view: View, by: By) -> Members | None:
    """The groups of the incidents in view; None where fewer than two have an incident."""
    if by == "service":
        column, rows = view.services["service"], view.services["incident"].to_numpy(np.intp)
    else:
        column, rows = view.history.incidents[by].take(view.rows), view.rows
    labels = column.cat.categories.astype(str)
    known = (column.notna() & (column != UNKNOWN)).to_numpy()
    codes, rows = column.cat.codes.to_numpy()[known].astype(np.int64), rows[known]
    # A record may name a service twice; numbers are compared, as names would take ten times longer.
    rows, codes = np.divmod(np.unique(rows * len(labels) + codes), max(len(labels), 1))
    present = np.flatnonzero(np.bincount(codes, minlength=len(labels)))
    if len(present) < FEWEST_GROUPS:
        return None
    names = labels[present]
    place = np.empty(len(labels), np.int64)
    place[present[np.argsort(names)]] = np.arange(len(present))
    return Members(
        names=tuple(sorted(names)),
        codes=place[codes],
        rows=rows,
        n_unknown=len(view) - distinct(rows),
    )


def distinct(rows: Rows) -> int:
    """How many incidents there are among some positions."""
    seen = np.zeros(rows.max(initial=-1) + 1, dtype=bool)
    seen[rows] = True
    return int(seen.sum())


# Do incidents of some teams, services or causes take longer, or is it luck?
#
# Each figure is shrunk towards all of them by as much as its own records leave in doubt, and where
# the groups cannot be told apart one number stands for all.

GROUP_DURATIONS = Method(
    title="Durations of groups",
    answers="How long do incidents of each group take, allowing for luck?",
    formula=(
        "Each group's mean of logs is drawn towards that of all, by as much as its spread and "
        "number make it uncertain; taken back to time. Equal means are tested by the F ratio; "
        "where it is not rejected at 5 % one number stands for all."
    ),
    source="Efron and Morris, 1975; DerSimonian and Laird, 1986",
    leaves_out="Incidents without a usable duration, and those still open.",
    example=Example(
        given=(
            "Incidents of three services took 10 and 20 minutes; 30, 40, 50 and 60; 90, 120, "
            "150, 180 and 240."
        ),
        inputs={"minutes": ((10, 20), (30, 40, 50, 60), (90, 120, 150, 180, 240))},
        gives=(
            "Their typical times are 14.1, 43.6 and 147.6 minutes, moved the more towards all"
            " the fewer there are."
        ),
        result=(14.142, 43.559, 147.57),
    ),
)


@dataclass(frozen=True)
class GroupDurations:
    """The durations of groups.

    Attributes:
        names: in alphabetical order.
        durations: in seconds.
        step: time to mitigate, or to resolve where that is hardly recorded.
        n_timed: incidents of a known group whose duration is recorded.
        n_timed_unknown: incidents of no known group whose duration is.
    """

    names: tuple[str, ...]
    durations: Groups
    step: Step
    n_timed: int
    n_timed_unknown: int


def durations_by_group(view: View, members: Members, *, as_of: dt.datetime) -> GroupDurations:
    """The durations of the groups in view, side by side."""
    step = _better_recorded(view, as_of)
    measured = measure(view.history.incidents.take(members.rows), step, as_of=as_of)
    recorded = measured.status == Status.RECORDED
    n_timed = distinct(members.rows[recorded])
    in_view = measure(view.incidents, step, as_of=as_of).count(Status.RECORDED)
    return GroupDurations(
        names=members.names,
        durations=group_durations(
            measured.seconds[recorded], members.codes[recorded], groups=len(members.names)
        ),
        step=step,
        n_timed=n_timed,
        n_timed_unknown=in_view - n_timed,
    )


def _better_recorded(view: View, as_of: dt.datetime) -> Step:
    recorded = [
        measure(view.incidents, step, as_of=as_of).count(Status.RECORDED) for step in (TTM, TTR)
    ]
    return TTM if 2 * recorded[0] >= recorded[1] else TTR


# Do some teams, services or causes have incidents more often, or is it luck?
#
# A group that deploys ten times as often may have ten times the incidents and be no worse. So
# where deploys or requests are loaded, each group is divided by its own. The funnel says how far
# luck carries a group of its size; where the groups cannot be told apart one number stands for
# all.

GROUP_RATES = Method(
    title="Rates of groups",
    answers="How often does each group have incidents, allowing for luck?",
    formula=(
        "(events + alpha) / (exposure + beta), with the gamma interval; alpha and beta are the "
        "values that make all groups' counts most likely together. Where the test of equal "
        "rates is not rejected at 5 % one number stands for all. The exposure is the whole "
        "period, whether or not a group was there from its first day."
    ),
    source="Gaver and O'Muircheartaigh, Technometrics 29, 1987; George et al., 1993",
    leaves_out="Uncertainty of alpha and beta themselves; fewer than 3 groups are not shrunk.",
    example=Example(
        given="Three teams had 1, 5 and 30 incidents in 90 days.",
        inputs={"incidents": (1, 5, 30), "days": 90},
        gives=(
            "In 30 days that is 0.56, 1.81 and 9.64, where the bare numbers would say 0.33, "
            "1.67 and 10."
        ),
        result=(0.55637, 1.8086, 9.635),
    ),
)

#: Points of a curve of limits: fine enough for a smooth line on a wide screen.
CURVE_POINTS = 160
#: How far beyond the largest group the curves go, as a share of it.
BEYOND = 1.05


@dataclass(frozen=True)
class Rates:
    """The rates of groups whose exposure is known; numbers are per :class:`~.rates.Per`.

    Attributes:
        names: in alphabetical order; those without an incident too where their exposure is loaded.
        counts: incidents of each.
        n: incidents behind them; one that names two services counts for both.
        exposure: of each, in its unit.
        groups: shrunk towards all.
        funnel: each group's own rate, with the limits for its exposure.
        curve: the same limits from the smallest to the largest exposure; None where all are equal.
    """

    names: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    n: int
    exposure: Floats
    groups: Groups
    funnel: Funnel
    curve: Limits | None


@dataclass(frozen=True)
class GroupRates:
    """How often groups have incidents.

    Attributes:
        rates: of at least two groups; None with ``reason``.
        without: groups whose exposure is not known, with the reason in words.
        start, end: the time watched: as far as exposure of the unit is loaded at all.
        n_unknown: incidents in that time of no known group.
    """

    per: Per
    rates: Rates | None
    reason: str
    without: tuple[tuple[str, str], ...]
    start: dt.datetime
    end: dt.datetime
    n_unknown: int


def rates_by_group(
    view: View, members: Members, by: By, per: Per, *, as_of: dt.datetime
) -> GroupRates:
    """The rates of the groups in view, side by side.

    Args:
        view: the incidents in view.
        members: their groups.
        by: what the groups are.
        per: what rates are per.
        as_of: moment looked from, by the reader's clock.
    """
    start, end = _watched(view, per, as_of)
    when = view.history.incidents["period_at"].to_numpy()
    inside = (when >= np.datetime64(start, "s")) & (when < np.datetime64(end, "s"))
    mine = inside[members.rows]
    names = _with_exposure_alone(view, members.names, by, per)
    codes = np.array([names.index(name) for name in members.names], np.intp)[members.codes[mine]]
    amounts = _amounts(view, names, by, per, start, end)
    known = np.array([bool(amount.estimate) for amount in amounts], dtype=bool)
    few = too_few(FEWEST_GROUPS, int(known.sum()), what=f"groups with known {per.unit}")
    return GroupRates(
        per=per,
        rates=None
        if known.sum() < FEWEST_GROUPS
        else _rates(
            np.array(names)[known],
            np.bincount(codes, minlength=len(names))[known],
            np.array([amount.estimate for amount in amounts if amount.estimate]),
            per,
            n=distinct(members.rows[mine][known[codes]]),
        ),
        reason=few if known.sum() < FEWEST_GROUPS else "",
        without=tuple(
            (name, amount.reason or f"there were no {per.unit}")
            for name, amount in zip(names, amounts, strict=True)
            if not amount.estimate
        ),
        start=start,
        end=end,
        n_unknown=int(inside[view.rows].sum()) - distinct(members.rows[mine]),
    )


def _rates(
    names: npt.NDArray[np.str_],
    counts: npt.NDArray[np.int64],
    exposure: Floats,
    per: Per,
    *,
    n: int,
) -> Rates:
    watched = exposure / per.size
    found = funnel(counts, watched)
    assert found is not None
    least, most = watched.min(), BEYOND * watched.max()
    equal = least == watched.max()
    return Rates(
        names=tuple(names.tolist()),
        counts=counts,
        n=n,
        exposure=exposure,
        groups=group_rates(counts, watched, per=f"{per.size:,.0f} {per.unit}"),
        funnel=found,
        curve=None if equal else limits(found.centre, np.geomspace(least, most, CURVE_POINTS)),
    )


def _amounts(
    view: View, names: list[str], by: By, per: Per, start: dt.datetime, end: dt.datetime
) -> list[Answer]:
    """The exposure of each group; that of causes is one for all, as nobody deploys a cause."""
    scopes = [_only(view.scope, by, name) for name in names]
    different = list(dict.fromkeys(scopes))
    counted = meters(view.history, per.unit, different)
    once = {s: m.amount(start, end) for s, m in zip(different, counted, strict=True)}
    return [once[scope] for scope in scopes]


def _only(scope: Scope, by: By, name: str) -> Scope:
    if by == "team":
        return replace(scope, teams=(name,))
    return replace(scope, services=(name,)) if by == "service" else scope


def _with_exposure_alone(view: View, names: tuple[str, ...], by: By, per: Per) -> list[str]:
    """The names in order, with those that deploy and have no incident where nothing is filtered."""
    scope = view.scope
    if by == "root_cause_category" or scope.teams or scope.services or scope.without != Labels():
        return list(names)
    loaded = view.history.exposure
    others = loaded.loc[loaded["unit"] == per.unit, by].dropna().astype(str)
    return sorted({*names, *others})


def _watched(view: View, per: Per, as_of: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The period asked for, else from the first incident on, as far as exposure is loaded."""
    scope = view.scope
    when = view.incidents["period_at"].dropna()
    first = when.min().to_pydatetime() if len(when) else as_of
    start = dt.datetime.combine(scope.start, dt.time()) if scope.start else first
    end = min(dt.datetime.combine(scope.end, dt.time()), as_of) if scope.end else as_of
    start = max(start, opened(view))
    if loaded := known_days(view.history, per.unit):
        start, end = max(start, loaded[0]), min(end, loaded[1])
    return start, max(end, start)
