"""What do we promise after an incident: of what kind, would it hold, and where is nothing?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.actions.mix import (
    ACTION_MIX,
    NO_PREVENTION,
    NO_STRONG_PREVENTION,
    ActionMix,
    Prevention,
)
from analytics.frames import PREVENT, History
from analytics.selection import Rows
from pages.parts import leads
from pages.parts.card import Card
from pages.parts.figures.bars import AXIS_HEIGHT, ROW_HEIGHT, beside, count_bars, share_bars
from pages.parts.figures.charts import LEGEND_HEIGHT, figure, names_axis
from pages.parts.palette import Palette
from pages.parts.wording.numbers import percent, plural
from pages.parts.wording.shares import in_small_print, part, plainly


def kinds(mix: ActionMix, colours: Palette, when: str) -> Card:
    """What kinds of action were promised."""
    drawn = share_bars(
        [kind.kind for kind in mix.kinds],
        [kind.count for kind in mix.kinds],
        [kind.share for kind in mix.kinds],
        colours=colours,
        highlight="unknown",
        leads_to=[leads.here(leads.actions("kind", kind.kind)) for kind in mix.kinds],
    )
    return Card(
        key="kinds",
        title=_kinds_title(mix),
        basis=f"of {plural(mix.total, 'action')} by kind, with 95 % interval · incidents of {when}",
        methods=(ACTION_MIX,),
        figure=drawn,
        alt="; ".join(f"{kind.kind}: {kind.count}" for kind in mix.kinds),
    )


def _kinds_title(mix: ActionMix) -> str:
    """The share of promises that would keep the incident from happening again."""
    preventive = [kind for kind in mix.kinds if kind.kind == PREVENT]
    if not preventive:
        return "No action is said to prevent"
    return f"Meant to prevent: {plainly(preventive[0].share)}"


def strength(mix: ActionMix, colours: Palette) -> Card:
    """How strong the promises are, by people and by words."""
    given, suggested = sum(mix.given.values()), sum(mix.suggested.values())
    return Card(
        key="strength",
        title=_strength_title(mix),
        basis=f"{plural(mix.total, 'action')}: strength given by people for {given:,}, suggested "
        f"by the words of the title for {suggested:,}, unclear for {mix.unclear:,}",
        methods=(ACTION_MIX,),
        figure=_strength_bars(mix, colours=colours) if given + suggested else None,
        alt=_strength_alt(mix),
    )


def _strength_title(mix: ActionMix) -> str:
    """How many depend on somebody remembering, of those whose strength can be told."""
    known = sum(mix.given.values()) + sum(mix.suggested.values())
    if not known:
        return "Would they hold? Nobody says, and their titles do not either"
    *_, weakest = mix.given
    weak = mix.given[weakest] + mix.suggested[weakest]
    return f"Would they hold? {weak:,} of {known:,} depend on somebody remembering or looking"


def _strength_alt(mix: ActionMix) -> str:
    counts = (("given by people", mix.given), ("suggested by the words", mix.suggested))
    return "; ".join(
        f"{origin}: {', '.join(f'{name} {n:,}' for name, n in of.items())}" for origin, of in counts
    )


def _strength_bars(mix: ActionMix, *, colours: Palette) -> go.Figure:
    """Actions by strength: what people gave and what the words suggest, never in one bar."""
    names = list(mix.given)
    series = (
        ("given", "given by people", list(mix.given.values()), colours.grey),
        ("suggested", "suggested by the words", list(mix.suggested.values()), colours.pale),
    )
    bars = [
        go.Bar(
            x=counts,
            y=names,
            name=name,
            ids=[leads.here(leads.actions(facet, each)) for each in names],
            orientation="h",
            marker={"color": colour, "line": {"color": colours.grey, "width": 0.5}},
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}}, {name}: %{{x:,}}<extra></extra>",
        )
        for facet, name, counts, colour in series
        if any(counts)
    ]
    return figure(
        bars,
        colours=colours,
        height=2 * ROW_HEIGHT * len(names) + AXIS_HEIGHT,
        x={"rangemode": "tozero", "visible": False},
        y=names_axis(),
        legend=True,
        barmode="group",
        bargap=0.25,
        margin={
            "l": 8,
            "r": beside([n for _, _, counts, _ in series for n in counts]),
            "t": LEGEND_HEIGHT,
            "b": 8,
        },
    )


def records_without(prevention: Prevention, history: History, colours: Palette) -> Card:
    """Records that promise no prevention, or none that would hold."""
    bars = {
        "holds, say people": prevention.strong_given,
        "holds, by its words": prevention.strong_suggested,
        "strength unclear": prevention.without_strong.n_missing,
        "none that would hold": part(prevention.without_strong),
    }
    lists = [
        _latest(history, rows, of=f"Preventive action: {name}")
        for name, rows in zip(bars, prevention.rows, strict=True)
    ]
    drawn = count_bars(list(bars), list(bars.values()), colours=colours, leads_to=lists)
    without = prevention.without_any
    return Card(
        key="prevention",
        title=f"No preventive action on record: {plainly(without)}",
        basis="of the incidents with a written cause, a post-mortem or any action on record · one "
        f"that was given up does not count{in_small_print(without)}",
        methods=(NO_PREVENTION, NO_STRONG_PREVENTION),
        figure=drawn,
        alt="; ".join(f"{name}: {count}" for name, count in bars.items()),
        notes=(prevention_words(prevention),),
    )


def _latest(history: History, rows: Rows, *, of: str) -> str:
    """The list of some incidents; of the latest of them where an address cannot name all."""
    names: Sequence[str] = history.incidents["id"].iloc[rows].tolist()
    if len(names) > leads.MOST_NAMED:
        of = f"{of} (the latest {leads.MOST_NAMED} of {len(names):,})"
    return leads.some(names[-leads.MOST_NAMED :], of=of)


def prevention_words(prevention: Prevention) -> str:
    """How many records promise no prevention that would hold."""
    answer = prevention.without_strong
    if not answer.known:
        return "Whether any preventive action would hold cannot be told."
    if not answer.n_missing:
        return f"Without a preventive action that would hold: {plainly(answer)}."
    return (
        f"Without a preventive action that would hold: at least {part(answer):,} of {answer.n:,} "
        f"({percent(answer.estimate)}); for {answer.n_missing:,} more it cannot be told."
    )
