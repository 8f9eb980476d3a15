"""Do services, teams or causes differ, and did a duration change within them or by their mix?"""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Period, PeriodPair
from analytics.clocks import Floats
from analytics.exposure import DAYS, EXPOSURE, Per
from analytics.response.groups import (
    GROUP_DURATIONS,
    GROUP_RATES,
    By,
    GroupDurations,
    GroupRates,
    Rates,
)
from analytics.response.mix import FEWEST_EACH, MIX_SHIFT, OTHERS, SEVERAL, DurationMix, MixOf
from analytics.review.claims import Claim
from analytics.statistics.groups import ALARM, FUNNEL, WARNING, Groups, Limits
from analytics.statistics.quantiles import minimum_n_for_interval
from analytics.statistics.two_samples import RATIO_OF_DURATIONS
from pages.parts import leads
from pages.parts.card import Card, Cell, Lead, Table
from pages.parts.figures.bars import AXIS_HEIGHT, FEWEST_ROWS, ROW_HEIGHT
from pages.parts.figures.charts import (
    duration_axis,
    error_bar,
    figure,
    html_safe,
    line_at,
    names_axis,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import count, duration, literal, percent, period, plural
from pages.parts.wording.response import STEP_WORDS
from pages.views.rates import per_text, per_words, rate_text
from pages.views.review import titled

#: What a group is called.
GROUP_WORDS: dict[By, str] = {
    "service": "service",
    "team": "team",
    "root_cause_category": "root cause",
}
#: Group → groups.
PLURALS: dict[MixOf, str] = {"severity": "severities", "service": "services"}
#: Groups drawn in rows; more cannot be read, and all are in the table below.
MOST_ROWS = 40
#: Groups without a rate that are named with the reason, and groups named in a sentence.
MOST_REASONS, MOST_NAMES = 5, 6
#: Exposures that differ by more than this are drawn on a log axis.
WIDE = 20.0
HEIGHT = 320
OUTSIDE = 100.0 * ALARM
#: Durations of one group below which its mean alone says nothing.
FEWEST_SHOWN = minimum_n_for_interval(0.5)
#: Factors in which people think of a change.
TICKS = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
#: The axis reaches at least this far to both sides, so that small changes look small.
NARROWEST = 1.5


def rates(side_by_side: GroupRates, by: By, colours: Palette) -> Card:
    """How often each group has incidents, against the limits that luck keeps to."""
    word, of, per = GROUP_WORDS[by], side_by_side.rates, side_by_side.per
    title = groups_finding(side_by_side, word)
    notes = [f"{apart_words(of.groups)} {outside_words(of, word)}"] if of is not None else []
    if without := side_by_side.without:
        reasons = [f"{literal(name)} ({literal(why)})" for name, why in without[:MOST_REASONS]]
        if more := len(without[MOST_REASONS:]):
            reasons.append(f"{more:,} more")
        notes.append(f"Without a rate: {'; '.join(reasons)}.")
    return Card(
        key="funnel",
        title=title,
        basis=groups_basis(side_by_side, word),
        methods=(GROUP_RATES, FUNNEL, EXPOSURE),
        figure=None if of is None else _funnel(of, per, by, colours),
        alt=f"{title}: the rate of each, with the limits that equal ones would keep to",
        notes=tuple(notes),
    )


def rates_rows(of: Rates, per: Per, by: By) -> Card:
    """The groups in rows: what each had, and its rate adjusted for small numbers."""
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            GROUP_WORDS[by].capitalize(): literal(name),
            "Incidents": Lead(_of(by, name), f"{of.counts[k]:,}"),
            literal(per.unit.capitalize()): count(round(float(of.exposure[k]))),
            f"Per {per_words(per)}": rate_text(of.funnel.rate[k]),
            "Adjusted for small numbers (95 %)": f"{rate_text(of.groups.estimate[k])} "
            f"({rate_text(of.groups.low[k])} to {rate_text(of.groups.high[k])})",
            "Limits": limit_words(of.funnel.outside[k]),
        }
        for k, name in enumerate(of.names)
    )
    alt = "Incidents, exposure and rate of each group in alphabetical order"
    return Card(key="groups_in_rows", tables=(Table(rows, alt=alt),))


def _of(by: By, name: str) -> str:
    """The list of the incidents of a group."""
    if by == "service":
        return leads.incidents(service=name)
    return leads.incidents(team=name) if by == "team" else leads.incidents(cause=name)


def groups_finding(side_by_side: GroupRates, word: str) -> str:
    """How often each group has incidents, as the title of the figure; the review does not ask."""
    what = f"Incidents per {per_words(side_by_side.per)} by {word}"
    return what if side_by_side.rates is not None else f"{what}: {literal(side_by_side.reason)}"


def apart_words(groups: Groups) -> str:
    """Whether groups can be told apart, in small print: the test is one of its own."""
    if groups.apart:
        return "They differ by more than luck explains."
    return f"{groups.reason[:1].upper()}{groups.reason[1:]}."


def groups_basis(side_by_side: GroupRates, word: str) -> str:
    """n, denominator, period, and who is left out."""
    per, last = side_by_side.per, side_by_side.end - dt.timedelta(seconds=1)
    parts = [period(side_by_side.start.date(), last.date() + dt.timedelta(days=1))]
    if side_by_side.rates is not None:
        of = side_by_side.rates
        overall, equal = of.groups.overall, of.curve is None
        amount, each = (of.exposure[0], " each") if equal else (of.exposure.sum(), "")
        parts = [
            f"{plural(len(of.names), word)} in alphabetical order",
            f"{plural(of.n, 'incident')}{_more_than_once(of, word)}, "
            f"{count(round(amount))} {literal(per.unit)}{each}",
            f"{rate_text(overall.estimate)} per {per_words(per)} over all "
            f"({rate_text(overall.low)} to {rate_text(overall.high)})",
            "lines: 95 % (dotted) and 99.8 % limits of equal ones",
            *parts,
        ]
    if per.unit == DAYS:
        parts.append(f"whether or not a {word} was there from the first day")
    if side_by_side.n_unknown:
        parts.append(f"{plural(side_by_side.n_unknown, 'incident')} of no known {word} left out")
    return " · ".join(parts)


def _more_than_once(of: Rates, word: str) -> str:
    counted = int(of.counts.sum())
    return f" ({counted:,} times, once for each {word} named)" if counted > of.n else ""


def outside_words(of: Rates, word: str) -> str:
    """How many groups lie outside the limits, how many would by luck, and which."""
    outside, n = of.funnel.outside, len(of.names)
    beyond = [abs(outside) >= 100.0 * level for level in (WARNING, ALARM)]
    text = (
        f"{int(beyond[0].sum())} of {n} outside the 95 % limits and {int(beyond[1].sum())} outside "
        f"the 99.8 % ones; of {n} equal ones at most {rate_text(n * (1 - WARNING))} and "
        f"{rate_text(n * (1 - ALARM))} would be by luck."
    )
    far = [
        f"{literal(name)} ({'above' if outside[k] > 0 else 'below'})"
        for k, name in enumerate(of.names)
        if beyond[1][k]
    ]
    return f"{text} {_listed(far)}" if far else text


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more in the rows" if len(names) > MOST_NAMES else ""
    return f"Outside 99.8 %: {', '.join(names[:MOST_NAMES])}{more}."


def limit_words(outside: float) -> str:
    """Which limit a group reaches, if any."""
    if not outside:
        return "inside the limits"
    return f"{'above' if outside > 0 else 'below'} the {abs(outside):g} % limit"


def _funnel(of: Rates, per: Per, by: By, colours: Palette) -> go.Figure:
    """Each group's own rate against its exposure, with the limits for groups of its size.

    Where all have the same exposure they stand in rows, in alphabetical order.
    """
    if of.curve is None:
        return _in_rows(of, per, by, colours)
    scale = of.exposure[0] / of.funnel.limits.exposure[0]
    wide = of.exposure.max() > WIDE * of.exposure.min()
    return figure(
        [
            *_curves(of.curve, of.curve.exposure * scale, colours),
            _points(of, of.exposure, of.funnel.rate, per, by, colours),
        ],
        colours=colours,
        height=HEIGHT,
        x={
            "title": {"text": html_safe(per.unit)},
            **({"type": "log"} if wide else {"rangemode": "tozero"}),
            "tickformat": ",",
            "showgrid": False,
        },
        y={"rangemode": "tozero", "title": {"text": f"per {html_safe(per_text(per))}"}},
        shapes=[line_at(of.funnel.centre, colours.text, across="y")],
    )


def _in_rows(of: Rates, per: Per, by: By, colours: Palette) -> go.Figure:
    drawn = min(len(of.names), MOST_ROWS)
    names = [html_safe(name) for name in of.names[:drawn]]
    lines = [
        line_at(float(edge[0]), colours.grey, dash=dash)
        for edge, dash in _edges(of.funnel.limits)
        if np.isfinite(edge[0])
    ]
    points = _points(of, of.funnel.rate, np.array(names), per, by, colours)
    return figure(
        [points],
        colours=colours,
        height=ROW_HEIGHT * drawn + AXIS_HEIGHT,
        x={"rangemode": "tozero", "showgrid": True},
        y=names_axis(dtick=1),
        shapes=[*lines, line_at(of.funnel.centre, colours.text)],
    )


def _points(
    of: Rates, x: Floats, y: Floats | npt.NDArray[np.str_], per: Per, by: By, colours: Palette
) -> go.Scatter:
    """The groups; coloured, and named beside a point of a funnel, only beyond the outer limit."""
    beyond = abs(of.funnel.outside) >= OUTSIDE
    drawn = slice(0, min(len(x), len(y)))
    return go.Scatter(
        x=x[drawn],
        y=y[drawn],
        ids=[_of(by, name) for name in of.names[drawn]],
        mode="markers" if of.curve is None else "markers+text",
        marker={
            "size": 9,
            "color": [colours.signal if out else colours.grey for out in beyond[drawn]],
        },
        text=[html_safe(n) if out else "" for n, out in zip(of.names, beyond, strict=True)],
        textposition=["bottom center" if k < 0 else "top center" for k in of.funnel.outside],
        textfont={"size": 12, "color": colours.text},
        customdata=_words(of, per)[drawn],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _words(of: Rates, per: Per) -> list[str]:
    size, unit = html_safe(per_text(per)), html_safe(per.unit)
    return [
        f"{html_safe(name)}: {rate_text(rate)} per {size}<br>{plural(int(n), 'incident')}, "
        f"{count(round(float(amount)))} {unit}<br>{limit_words(out)}"
        for name, rate, n, amount, out in zip(
            of.names,
            of.funnel.rate.tolist(),
            of.counts.tolist(),
            of.exposure.tolist(),
            of.funnel.outside.tolist(),
            strict=True,
        )
    ]


def _curves(limits: Limits, exposure: Floats, colours: Palette) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=exposure,
            y=edge,
            mode="lines",
            line={"color": colours.grey, "width": 1, "dash": dash},
            hoverinfo="skip",
        )
        for edge, dash in _edges(limits)
    ]


def _edges(limits: Limits) -> Sequence[tuple[Floats, str]]:
    """The four limits: the inner ones dotted, the outer ones solid."""
    return (
        (limits.low95, "dot"),
        (limits.high95, "dot"),
        (limits.low998, "solid"),
        (limits.high998, "solid"),
    )


def durations(measured: GroupDurations, by: By, when: str, colours: Palette) -> Card:
    """How long the incidents of each group take."""
    word = GROUP_WORDS[by]
    title = f"{STEP_WORDS[measured.step.name]} by {word}"
    return Card(
        key="groups_durations",
        title=title,
        basis=f"{group_durations_basis(measured, word)} · {when}",
        methods=(GROUP_DURATIONS,),
        figure=_group_marks(measured, by, colours) if measured.durations.apart else None,
        alt=f"{title}: the typical time of each, adjusted for small numbers",
        notes=(_together(measured.durations),),
    )


def _together(groups: Groups) -> str:
    """Whether they can be told apart; where they cannot, what is typical of all together."""
    if groups.apart or groups.overall.estimate is None:
        return apart_words(groups)
    return f"{apart_words(groups)} All together: typically {duration(groups.overall.estimate)}."


def group_durations_basis(measured: GroupDurations, word: str) -> str:
    """How many groups and incidents have a duration, and what was left out."""
    drawn = int((measured.durations.n > 0).sum())
    parts = [
        f"{plural(drawn, word)} with a duration, in alphabetical order, adjusted for small numbers",
        f"{plural(measured.n_timed, 'incident')} with both",
    ]
    if measured.n_timed_unknown:
        parts.append(f"{measured.n_timed_unknown:,} more of no known {word} left out")
    return " · ".join(parts)


def _group_marks(measured: GroupDurations, by: By, colours: Palette) -> go.Figure:
    """A mark and an interval for each group that has a duration."""
    groups = measured.durations
    drawn = np.flatnonzero(np.isfinite(groups.estimate))[:MOST_ROWS]
    names = [measured.names[k] for k in drawn]
    values, low, high = (e[drawn].tolist() for e in (groups.estimate, groups.low, groups.high))
    marks = go.Scatter(
        x=values,
        y=[html_safe(name) for name in names],
        ids=[_of(by, name) for name in names],
        mode="markers",
        marker={"color": colours.text, "size": 9, "symbol": "diamond"},
        text=[
            f"{duration(v)} ({duration(lo)} to {duration(hi)}), n = {n:,}"
            for v, lo, hi, n in zip(values, low, high, groups.n[drawn].tolist(), strict=True)
        ],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(values, low, high, colour=colours.grey),
    )
    middle = groups.overall.estimate
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * max(len(drawn), FEWEST_ROWS) + AXIS_HEIGHT,
        x={**duration_axis([*low, *high]), "showgrid": True},
        y=names_axis(dtick=1),
        shapes=() if middle is None else [line_at(middle, colours.faint, dash="dot")],
    )


def taken_apart(
    mix: DurationMix, by: MixOf, pair: PeriodPair, claim: Claim | None, colours: Palette
) -> Card:
    """What changed within severities or services, and what their mix changed."""
    after, title = pair.after, mix_finding(mix, by, claim)
    basis = mix_basis(mix, by, after.name, pair.before.name)
    methods = (MIX_SHIFT, RATIO_OF_DURATIONS)
    if not mix.cells:
        return Card("mix_shift", title=title, basis=basis, methods=methods)
    warning = misleading_words(mix, by, claim)
    notes = [f"**{warning}**" if is_sure(mix, claim) else warning] if warning else []
    return Card(
        key="mix_shift",
        title=title,
        basis=basis,
        methods=methods,
        figure=_factor_marks(
            [
                ("the average", mix.total),
                (f"within {PLURALS[by]}", mix.within),
                ("from their mix", mix.mix),
            ],
            colours,
            lead=leads.incidents(start=after.start, end=after.end),
        ),
        alt=f"{title}; the change of the average, within {PLURALS[by]} and from their mix",
        notes=tuple(notes),
    )


def mix_rows(mix: DurationMix, by: MixOf, pair: PeriodPair) -> Card:
    """The groups behind a change that was taken apart."""
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            by.capitalize(): literal(cell.group),
            pair.before.name: Lead(
                _of_group(cell.group, by, pair.before),
                cell_words(cell.before, cell.n_before, cell.share_before),
            ),
            pair.after.name: Lead(
                _of_group(cell.group, by, pair.after),
                cell_words(cell.after, cell.n_after, cell.share_after),
            ),
            "Within": times(cell.within),
            "Mix": times(cell.mix),
        }
        for cell in mix.cells
    )
    notes = [
        "Geometric means, with n and the share of all recorded durations; none where a group "
        f"has fewer than {FEWEST_SHOWN}. The factors of a column multiply to the figure above."
    ]
    if mix.pooled:
        notes.append(
            f"{OTHERS.capitalize()}: {plural(len(mix.pooled), by, PLURALS[by])} with fewer "
            f"than {FEWEST_EACH} durations in a period, or taken in to reach that: "
            f"{', '.join(literal(name) for name in mix.pooled)}."
        )
    alt = "Geometric mean, n and share of each group in both periods, and what it adds"
    return Card(key="mix_rows", tables=(Table(rows, alt=alt),), notes=tuple(notes))


def _of_group(name: str, by: MixOf, when: Period) -> str:
    """The list of a group in a period; nowhere for what no filter tells."""
    if name in (OTHERS, SEVERAL):
        return ""
    if by == "severity":
        return leads.incidents(start=when.start, end=when.end, severity=name)
    return leads.incidents(start=when.start, end=when.end, service=name)


def mix_finding(mix: DurationMix, by: MixOf, claim: Claim | None) -> str:
    """What became of the duration within the groups, as the title of the figure.

    Args:
        claim: the question of the review about the duration; where it claims no change, none is
            said to have happened within the groups.
    """
    subject = f"{STEP_WORDS[mix.step.name]} within {PLURALS[by]}"
    if mix.within.estimate is None:
        return f"{subject} or from their mix: {literal(mix.reason)}"
    if claim is None or not claim.verdict.is_claim:
        return titled(subject, claim)
    if not mix.within_is_clear:
        return f"{subject}: cannot be told apart from their mix"
    return f"{subject}: {'longer' if mix.within.estimate > 1 else 'shorter'}"


def mix_basis(mix: DurationMix, by: MixOf, after: str, before: str) -> str:
    """The whole change and its two parts, with intervals and n."""
    if not mix.cells:
        return f"{after[0].upper()}{after[1:]} against {before}"
    left_out = mix.total.n_missing + mix.total.n_invalid
    n_after = sum(cell.n_after for cell in mix.cells)
    n_before = sum(cell.n_before for cell in mix.cells)
    text = (
        f"{after[0].upper()}{after[1:]} (n = {n_after:,}) against {before} (n = {n_before:,}) · "
        "geometric mean "
        f"{factor_words(mix.total)} = {factor_words(mix.within)} within {PLURALS[by]}, times "
        f"{factor_words(mix.mix)} from their mix"
    )
    unusable = plural(left_out, "incident") if left_out else ""
    return f"{text} · {unusable} without a usable duration left out" if left_out else text


def misleading_words(mix: DurationMix, by: MixOf, claim: Claim | None) -> str:
    """That the average says the opposite of its groups; empty where it does not."""
    if not mix.misleading:
        return ""
    rose = (mix.total.estimate or 1.0) > 1.0
    average, within = ("longer", "shorter") if rose else ("shorter", "longer")
    if not is_sure(mix, claim):
        return (
            f"The average became {average} and incidents of the same {by} {within}: opposite "
            "sides, but what happened within cannot be told from no change."
        )
    return (
        f"The average misleads: it became {average}, while incidents of the same {by} became "
        f"{within}. The change in mix reversed the direction; see the shares below."
    )


def is_sure(mix: DurationMix, claim: Claim | None) -> bool:
    """Whether what happened within the groups may be claimed."""
    return mix.within_is_clear and claim is not None and claim.verdict.is_claim


def factor_words(factor: Answer) -> str:
    """``1.17× (0.93× to 1.46×)``, or the reason."""
    if factor.estimate is None:
        return factor.reason
    text = times(factor.estimate)
    if factor.low is None or factor.high is None:
        return text
    return f"{text} ({times(factor.low)} to {times(factor.high)})"


def cell_words(mean: float, n: int, share: float) -> str:
    """A group in one period: its geometric mean, where enough stand behind it, its n and share."""
    typical = duration(mean) if n >= FEWEST_SHOWN else "too few"
    return f"{typical} (n = {n:,}, {percent(share)})"


def times(ratio: float) -> str:
    """A factor to two digits after the point."""
    return f"{ratio:.2f}×"


def _factor_marks(
    factors: Sequence[tuple[str, Answer]], colours: Palette, *, lead: str
) -> go.Figure:
    """Factors with their intervals on one log scale around "no change"."""
    ends = [v for _, factor in factors for v in (factor.low, factor.estimate, factor.high) if v]
    reach = max([math.log10(NARROWEST), *(abs(math.log10(value)) for value in ends)])
    estimates = [factor.estimate or 1.0 for _, factor in factors]
    low, high = ([getattr(factor, end) for _, factor in factors] for end in ("low", "high"))
    marks = go.Scatter(
        x=estimates,
        y=[name for name, _ in factors],
        ids=[lead] * len(factors),
        mode="markers",
        marker={"color": colours.text, "size": 9, "symbol": "diamond"},
        text=[factor_words(factor) for _, factor in factors],
        hovertemplate="%{y}: %{text}<extra></extra>",
        error_x=error_bar(estimates, low, high, colour=colours.text),
    )
    ticks = [tick for tick in TICKS if abs(math.log10(tick)) <= reach]
    return figure(
        [marks],
        colours=colours,
        height=ROW_HEIGHT * len(factors) + AXIS_HEIGHT,
        x={
            "type": "log",
            "tickvals": ticks,
            "ticktext": [f"{tick:g}×" for tick in ticks],
            "range": [-1.08 * reach, 1.08 * reach],
            "showgrid": True,
        },
        y=names_axis(),
        shapes=[line_at(1.0, colours.text, dash="dot")],
    )
