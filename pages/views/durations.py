"""How long do incidents take: the typical, the slow ones, where the time goes, by which clock?"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import Break, Every
from analytics.clocks import Durations, Floats, Status
from analytics.response.durations import (
    ARITHMETIC_MEAN,
    DETECTION_SHARE,
    FOUND_OUTSIDE,
    TIME_IN_PHASES,
    Phase,
    StepResult,
    Trend,
    WhoNoticed,
    longest,
    summarise,
)
from analytics.response.other_clocks import (
    IN_WORKING_HOURS,
    VENDOR_MEAN,
    Vendor,
    VendorMean,
    working_median,
)
from analytics.selection import UNKNOWN, Rows, Scope
from analytics.statistics.quantiles import ECDF, GEOMETRIC_MEAN, MEDIAN, PERCENTILE, ecdf
from analytics.statistics.survival import KAPLAN_MEIER
from analytics.targets import WITHIN_TARGET, WithinTarget
from pages.parts import leads
from pages.parts.card import Card, Table, Tile
from pages.parts.figures.bars import share_bars
from pages.parts.figures.charts import (
    SHORTEST_DRAWN,
    date_axis,
    dots,
    duration_axis,
    error_bar,
    figure,
    hover,
    line_at,
    on_log_axis,
)
from pages.parts.figures.over_time import shares_by_period
from pages.parts.figures.stats import (
    FEWEST_DRAWN,
    break_notes,
    cumulative,
    ranges,
)
from pages.parts.palette import Palette
from pages.parts.wording.numbers import (
    day,
    duration,
    duration_answer,
    exactly,
    interval,
    literal,
    percent,
    period,
    plural,
    share_of,
)
from pages.parts.wording.response import (
    AGGREGATE,
    CLOCK_WORDS,
    STEP_WORDS,
    duration_or_few,
    target_words,
)
from pages.parts.wording.shares import counted, part

#: The one large figure of the page, and the letters of a note that fit along it.
HEIGHT, NOTE_LETTERS = 340, 34
#: Phases that a title names, the longest first.
PHASES_NAMED = 3
#: Bars of those who noticed first; rarer ones are counted below.
MOST_BARS = 15
#: The slow ones that are drawn as dots of their own: those beyond nine in ten, within bounds.
SLOW, FEWEST_SLOW, MOST_SLOW = 0.9, 10, 60
#: Dots of one figure: more hide each other and only cost time. The longest are always among them,
#: as these are what a reader looks for.
MOST_DOTS, LONGEST_DRAWN = 1_500, 200


def tiles(steps: Mapping[str, StepResult]) -> tuple[Tile, ...]:
    """The typical time of each step, with its course where periods have enough incidents."""
    return tuple(_tile(name, result) for name, result in steps.items())


def _tile(name: str, result: StepResult) -> Tile:
    answer = result.headline
    known = [a.estimate for a in result.trend.answers if a.low is not None]
    course = [value for value in known if value is not None]
    return Tile(
        STEP_WORDS[name],
        duration(answer.estimate) if answer.known else "not recorded",
        f"{answer.n:,} of {len(result.durations.status):,} recorded",
        f"{AGGREGATE[name]}. Typical (median): {duration_or_few(answer)}",
        course=tuple(course) if len(course) >= FEWEST_DRAWN else (),
    )


def over_time(
    result: StepResult,
    incidents: pd.DataFrame,
    scope: Scope,
    every: Every,
    colours: Palette,
    *,
    breaks: Sequence[Break] = (),
) -> Card:
    """The typical time of a step, and every incident with the course of what is typical."""
    return Card(
        key=f"chart_{result.step.name}",
        title=headline(result),
        basis=basis(result, scope) + _of_dots(result, incidents),
        methods=(MEDIAN,),
        figure=step_over_time(result, incidents, every, colours=colours, breaks=breaks)
        if result.durations.recorded.size
        else None,
        alt=f"{headline(result)}; each incident, with what is typical of each {every}",
    )


def _of_dots(result: StepResult, incidents: pd.DataFrame) -> str:
    """That only some of very many are drawn one by one, where it is so."""
    drawn, of = len(_drawn(result, incidents)), result.durations.recorded.size
    if of <= MOST_DOTS:
        return ""
    return f" · {drawn:,} of {of:,} drawn as dots, the {LONGEST_DRAWN} longest among them"


def headline(result: StepResult) -> str:
    """What the figure of one step says, as its title."""
    name = f"{STEP_WORDS[result.step.name]} ({AGGREGATE[result.step.name]})"
    if result.headline.estimate is None:
        return f"{name}: {result.headline.reason}"
    few = result.headline.low is None and result.headline.high is None
    of = f", from {plural(result.headline.n, 'incident')}" if few else ""
    return f"{name}: typically {duration(result.headline.estimate)}{of}"


def basis(result: StepResult, scope: Scope) -> str:
    """n, denominator, period, and what did not enter and why."""
    answer, durations = result.headline, result.durations
    parts = [
        f"{answer.n:,} of {plural(len(durations.status), 'incident')} recorded",
        period(scope.start, scope.end),
    ]
    if answer.low is not None or answer.high is not None:
        parts.insert(0, f"median, 95 % interval {interval(answer)}")
    for status, words in (
        (Status.MISSING, "without one of the two times"),
        (Status.PENDING, "still open, counted as lasting at least until now"),
        (Status.INVALID, "impossible (an end before the start, or still to come), left out"),
        (Status.TOO_COARSE, "known to the day only and too short for that, left out"),
        (Status.NOT_APPLICABLE, "caught before impact, no duration"),
    ):
        if number := durations.count(status):
            parts.append(f"{number:,} {words}")
    if number := durations.to_the_day():
        parts.append(f"{number:,} known to the day, long enough to count")
    return " · ".join(parts)


def step_over_time(
    result: StepResult,
    incidents: pd.DataFrame,
    every: Every,
    *,
    colours: Palette,
    breaks: Sequence[Break] = (),
) -> go.Figure:
    """Every recorded duration a dot on a log axis, and the median of each bin with its interval."""
    drawn_rows = _drawn(result, incidents)
    shown = incidents.iloc[drawn_rows]
    seconds = result.durations.seconds[drawn_rows]
    drawn = np.maximum(seconds, SHORTEST_DRAWN)
    marked = [(each.at, each.note) for each in breaks]
    traces = [
        dots(
            shown["period_at"].to_numpy(),
            drawn,
            ids=shown["id"].tolist(),
            words=_hovers(shown, seconds),
            colour=colours.grey,
            name="incidents",
        ),
        *_medians(result.trend, every, colours),
    ]
    return figure(
        traces,
        colours=colours,
        height=HEIGHT,
        x=date_axis(shown["period_at"].tolist()),
        y=duration_axis(drawn.tolist()),
        shapes=[line_at(at, colours.text, dash="dash") for at, _ in marked],
        notes=break_notes(marked, longest=NOTE_LETTERS),
    )


def _drawn(result: StepResult, incidents: pd.DataFrame) -> Rows:
    """The rows drawn as dots: all; of too many the longest, and some of the others, evenly."""
    dated = incidents["period_at"].notna().to_numpy()
    rows = np.flatnonzero((result.durations.status == Status.RECORDED) & dated)
    if len(rows) <= MOST_DOTS:
        return rows
    by_length = np.argsort(result.durations.seconds[rows], kind="stable")
    others = np.sort(rows[by_length[:-LONGEST_DRAWN]])
    spread = np.linspace(0, len(others) - 1, MOST_DOTS - LONGEST_DRAWN).round().astype(np.intp)
    return np.sort(np.concatenate([rows[by_length[-LONGEST_DRAWN:]], others[spread]]))


def _hovers(incidents: pd.DataFrame, seconds: Floats) -> list[str]:
    return [
        hover(title, value, when=day(when))
        for title, value, when in zip(
            incidents["title"], seconds, incidents["period_at"], strict=True
        )
    ]


def _medians(trend: Trend, every: Every, colours: Palette) -> list[go.Scatter]:
    """The medians that have an interval; fewer values are dots and nothing else."""
    lists = leads.of_periods(trend.starts, every)
    known = [
        (middle, answer, lead)
        for middle, answer, lead in zip(trend.middles, trend.answers, lists, strict=True)
        if answer.estimate is not None and answer.low is not None
    ]
    if not known:
        return []
    answers = [answer for _, answer, _ in known]
    y = [max(answer.estimate or 0.0, SHORTEST_DRAWN) for answer in answers]
    low = on_log_axis(answer.low for answer in answers)
    high = on_log_axis(answer.high for answer in answers)
    return [
        go.Scatter(
            x=[middle for middle, _, _ in known],
            y=y,
            ids=[lead for *_, lead in known],
            mode="lines+markers",
            name="typical",
            text=[
                f"median of {answer.n}: {duration(answer.estimate)}<br>95 %: {interval(answer)}"
                for answer in answers
            ],
            hovertemplate="%{text}<extra></extra>",
            line={"color": colours.text, "width": 1.5},
            marker={"color": colours.text, "size": 8, "symbol": "diamond"},
            error_y=error_bar(y, low, high, colour=colours.text, thickness=1, width=3),
        )
    ]


def targets(kept: WithinTarget, step: str, when: str, every: Every, colours: Palette) -> Card:
    """The share within the targets of a step over time, and of each target; there must be one."""
    lists = leads.of_periods(kept.starts, every)
    return Card(
        key=f"within_target_{step}",
        title=targets_finding(kept, step),
        basis=targets_basis(kept, when, every=every),
        methods=(WITHIN_TARGET,),
        figure=shares_by_period(kept.starts, kept.by_period, colours=colours, leads_to=lists)
        if any(share.known for share in kept.by_period)
        else None,
        alt=f"{targets_finding(kept, step)}; by {every}",
        notes=(kept_by_target(kept),),
    )


def targets_finding(kept: WithinTarget, step: str) -> str:
    """How many kept the targets of a step, as the title of their figure."""
    answer, name = kept.overall, STEP_WORDS[step]
    if answer.estimate is None:
        return f"{name} within target: {literal(answer.reason)}"
    share = f"{part(answer):,} of {plural(answer.n, 'incident')}"
    return f"{name} within target: {percent(answer.estimate)}, {share}"


def targets_basis(kept: WithinTarget, when: str, *, every: str) -> str:
    """What is drawn, and of how many it is not known whether they kept theirs."""
    parts = [f"share of each {every} with 95 % interval", when]
    if kept.overall.n_missing:
        parts.append(f"not known of {plural(kept.overall.n_missing, 'incident')} more")
    return " · ".join(parts)


def kept_by_target(kept: WithinTarget) -> str:
    """Each target with the share that kept it, a line each."""
    return "\n".join(
        f"- {target_words(target.seconds, target.severity, target.wanted)}: "
        + (literal(share.reason) if share.estimate is None else counted(share))
        for target, share in kept.targets
    )


def distribution(result: StepResult, incidents: pd.DataFrame, when: str, colours: Palette) -> Card:
    """How long the slow ones take; each of them is a dot."""
    step, recorded = STEP_WORDS[result.step.name], result.durations.recorded
    slow = summarise(result.durations).percentiles[SLOW]
    if slow.known:
        title = f"9 in 10 end within {duration(slow.estimate)}"
    else:
        most = f"the longest took {duration(recorded.max())}" if recorded.size else "not recorded"
        title = f"{step}: {most}"
    enough = recorded.size >= FEWEST_DRAWN
    return Card(
        key="ecdf",
        title=title,
        basis=f"{step.lower()} · {duration_answer(slow)} · {when}",
        methods=(ECDF, PERCENTILE),
        figure=_spread(result.durations, incidents, colours) if enough else None,
        alt=f"{title}; share of incidents ended within a time",
    )


def _spread(durations: Durations, incidents: pd.DataFrame, colours: Palette) -> go.Figure:
    curve = ecdf(durations.recorded)
    drawn = cumulative([("in view", curve, colours.accent)], colours=colours)
    most = max(math.ceil((1 - SLOW) * curve.n), FEWEST_SLOW)
    slowest = longest(durations, most=min(most, MOST_SLOW))
    seconds, shown = durations.seconds[slowest], incidents.iloc[slowest]
    drawn.add_trace(
        dots(
            np.maximum(seconds, SHORTEST_DRAWN).tolist(),
            curve.shares[np.searchsorted(curve.values, seconds)].tolist(),
            ids=shown["id"].tolist(),
            words=_hovers(shown, seconds),
            colour=colours.text,
            name="slow ones",
        )
    )
    return drawn


def where_time_goes(
    parts: Sequence[Phase], incidents: pd.DataFrame, when: str, colours: Palette
) -> Card:
    """The phases side by side; each leads to the incidents that spent most time in it."""
    known = [phase for phase in parts if phase.typical.low is not None]
    lacking = [f"{p.step.name}: {p.typical.reason}" for p in parts if p.typical.low is None]
    title = f"Where the time goes: {_typical_phases(known) if known else 'not recorded'}"
    drawn = None
    if known:
        names = [phase.step.name for phase in known]
        drawn = ranges(names, [phase.typical for phase in known], colours=colours)
        drawn.data[0].ids = [
            _ids(
                incidents,
                longest(phase.durations, most=leads.MOST_NAMED),
                of=f"The slowest in {phase.step.name}",
            )
            for phase in known
        ]
    numbers = " · ".join(f"{p.step.name} n = {p.typical.n:,}" for p in known)
    return Card(
        key="phases",
        title=title,
        basis=f"median of each phase with 95 % interval · {numbers or 'none recorded'} · {when}",
        methods=(TIME_IN_PHASES,),
        figure=drawn,
        alt=title,
        notes=(" · ".join(lacking),) if lacking else (),
    )


def _typical_phases(known: Sequence[Phase]) -> str:
    most = sorted(known, key=lambda phase: -(phase.typical.estimate or 0.0))[:PHASES_NAMED]
    return ", ".join(f"{p.step.name} {duration(p.typical.estimate)}" for p in most)


def _ids(incidents: pd.DataFrame, rows: Iterable[int], *, of: str) -> str:
    return leads.some(incidents["id"].iloc[list(rows)].tolist(), of=of)


def noticed(who: WhoNoticed, colours: Palette) -> Card:
    """Who noticed first; a bar leads to its incidents."""
    sources = who.sources
    shares = share_of(who.n_outside, who.outside) if who.outside.n else "not recorded"
    of = plural(sources.n_incidents, "incident")
    drawn = None
    rows = sources.rows[:MOST_BARS]
    if rows:
        names = [*(row.label for row in rows), UNKNOWN]
        drawn = share_bars(
            names,
            [*(row.count for row in rows), sources.n_unknown],
            [*(row.of_incidents for row in rows), sources.unknown],
            colours=colours,
            highlight=UNKNOWN,
            leads_to=[leads.incidents(detection=name) for name in names],
        )
    rarer = len(sources.rows) - len(rows)
    return Card(
        key="noticed",
        title=f"Noticed outside first: {shares}",
        basis="of the incidents whose detection is recorded · not recorded for "
        f"{who.outside.n_missing:,} of {of}",
        methods=(FOUND_OUTSIDE, DETECTION_SHARE),
        figure=drawn,
        alt="; ".join(f"{row.label}: {row.count} of {sources.n_incidents}" for row in rows),
        notes=(f"{plural(rarer, 'rarer label')} not drawn.",) if rarer else (),
    )


def overview(steps: Mapping[str, StepResult], when: str, *, closed_early: int) -> Card:
    """All four durations in one table, with the mean as the old report had it."""
    rows = []
    for name, result in steps.items():
        summary = summarise(result.durations)
        rows.append(
            {
                "": STEP_WORDS[name],
                "Recorded": f"{summary.headline.n:,} of {len(result.durations.status):,}",
                "Median (95 %)": duration_or_few(summary.headline),
                "Geometric mean (95 %)": duration_or_few(summary.geometric_mean),
                "9 in 10 within": duration_answer(summary.percentiles[SLOW]),
                "Mean, as old reports": duration_or_few(summary.mean),
            }
        )
    return Card(
        key="overview",
        title="All four times, typical and slow",
        basis=f"{when} · the mean moves with its largest incident"
        f"{closed_early_words(closed_early)}",
        methods=(MEDIAN, GEOMETRIC_MEAN, PERCENTILE, ARITHMETIC_MEAN, KAPLAN_MEIER),
        tables=(Table(tuple(rows), alt="Durations, typical and long"),),
    )


def closed_early_words(number: int) -> str:
    """A further part of a line: how many incidents were closed before their impact was over."""
    if not number:
        return ""
    verb = "was" if number == 1 else "were"
    return f" · {plural(number, 'incident')} {verb} closed before the impact was over"


def vendor_averages(vendor: Vendor, means: Sequence[VendorMean], *, incidents: int) -> Card:
    """The averages as a vendor computes them, beside what is typical by the same clocks."""
    rows = tuple(
        {
            f"{vendor.name} says": told.clock.name,
            "From": CLOCK_WORDS[told.clock.step.start],
            "To": CLOCK_WORDS[told.clock.step.end],
            "Its average": exactly(told.mean),
            "Incidents": f"{told.mean.n:,} of {incidents:,}",
            "Typical, by the same clocks": duration_or_few(told.median),
        }
        for told in means
    )
    return Card(
        key="vendor_averages",
        title=f"As {vendor.name} computes it",
        basis="an average moves with its longest incident",
        methods=(VENDOR_MEAN,),
        tables=(Table(rows, alt=f"Averages as {vendor.name} computes them"),),
    )


def working_hours(worked: Mapping[str, Durations], plain: Mapping[str, Answer]) -> Card:
    """Each step in working hours beside the plain clock; a line where nobody said what those are.

    Args:
        worked: each step in working hours; none where nobody said what they are.
        plain: the typical time of each step by the plain clock.
    """
    rows = tuple(
        {
            "": STEP_WORDS[name],
            "Typical, in working hours": duration_or_few(working_median(durations)),
            "By the plain clock": duration_answer(plain[name]),
            "Outside altogether": plural(int((durations.recorded == 0).sum()), "incident"),
        }
        for name, durations in worked.items()
    )
    if not rows:
        told = "Say when people are at work to see how much of each time was working time."
        return Card("working_hours", notes=(told,))
    return Card(
        key="working_hours",
        title="In working hours",
        basis="beside the plain clock, never in its place",
        methods=(IN_WORKING_HOURS,),
        tables=(Table(rows, alt="Durations in working hours"),),
    )
