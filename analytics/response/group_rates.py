"""Do some teams, services or causes have incidents more often, or is it luck?

A group that deploys ten times as often may have ten times the incidents and be no worse. So where
deploys or requests are loaded, each group is divided by its own. The funnel says how far luck
carries a group of its size; where the groups cannot be told apart one number stands for all.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.answer import Answer, too_few
from analytics.clocks import Floats
from analytics.exposure.owners import known_days, meters
from analytics.exposure.rates import Per, opened
from analytics.method import Example, Method
from analytics.response.members import FEWEST_GROUPS, By, Members, distinct
from analytics.selection import Labels, Scope, View
from analytics.statistics.funnel import Funnel, Limits, funnel, limits
from analytics.statistics.groups import Groups, group_rates

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
    view: View, found: Members, by: By, per: Per, *, as_of: dt.datetime
) -> GroupRates:
    """The rates of the groups in view, side by side.

    Args:
        view: the incidents in view.
        found: their groups.
        by: what the groups are.
        per: what rates are per.
        as_of: moment looked from, by the reader's clock.
    """
    start, end = _watched(view, per, as_of)
    when = view.history.incidents["period_at"].to_numpy()
    inside = (when >= np.datetime64(start, "s")) & (when < np.datetime64(end, "s"))
    mine = inside[found.rows]
    names = _with_exposure_alone(view, found.names, by, per)
    codes = np.array([names.index(name) for name in found.names], np.intp)[found.codes[mine]]
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
            n=distinct(found.rows[mine][known[codes]]),
        ),
        reason=few if known.sum() < FEWEST_GROUPS else "",
        without=tuple(
            (name, amount.reason or f"there were no {per.unit}")
            for name, amount in zip(names, amounts, strict=True)
            if not amount.estimate
        ),
        start=start,
        end=end,
        n_unknown=int(inside[view.rows].sum()) - distinct(found.rows[mine]),
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
