"""The pieces of the page of actions; each draws itself only where the records can tell."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from analytics.actions import states as actions_states
from analytics.actions.mix import (
    ACTION_MIX,
    NO_PREVENTION,
    NO_STRONG_PREVENTION,
    ActionMix,
    Prevention,
)
from analytics.actions.pace import (
    ACTION_AGES,
    BACKLOG,
    DONE_WITHIN,
    GIVEN_UP_BY,
    HORIZONS,
    ActionAges,
    Ages,
    Backlog,
    By,
    Completion,
)
from analytics.actions.states import (
    ON_TIME,
    OVERDUE,
    POLICIES,
    SLIPS,
    STATES_OF_ACTIONS,
    OnTime,
    Overdue,
    StateCounts,
)
from analytics.answer import Answer
from analytics.calendar import DAY
from analytics.selection import View
from pages.parts import show, tables
from pages.parts.figures import actions as figures
from pages.parts.figures.bars import count_bars, share_bars
from pages.parts.palette import Palette
from pages.parts.wording import actions as words
from pages.parts.wording.numbers import DASH, duration, percent, plural
from pages.parts.wording.repeats import ACTION_STATES
from pages.parts.wording.shares import counted, part, with_interval

#: Three tiles beside each other, two on a phone.
TILE_WIDTH = 168
BY: list[By] = ["quarter", "kind", "strength", "severity", "team"]


def in_pairs(cards: Sequence[Callable[[], None]]) -> None:
    """Cards two by two, the last one alone where their number is odd."""
    for first in range(0, len(cards), 2):
        pair = cards[first : first + 2]
        for column, card in zip(st.columns(len(pair), gap="medium"), pair, strict=True):
            with column, st.container(border=True, height="stretch"):
                card()


def tiles(states_: StateCounts, late: Overdue, whole: Completion) -> None:
    """Open, overdue and done within 90 days: what is left, what is late, what gets done."""
    within = whole.done_within[HORIZONS[-1]]
    shown = (
        ("Open", f"{states_.still_open:,}", f"of {plural(states_.total, 'action')}"),
        (
            "Past their date",
            f"{part(late.overdue):,}" if late.overdue.known else DASH,
            f"of {late.overdue.n:,} open with a date"
            if late.overdue.known
            else "no open one has a date",
        ),
        (
            f"Done within {HORIZONS[-1]} days",
            percent(within.estimate) if within.known else DASH,
            f"of {plural(within.n, 'action')}" if within.known else "no dates to tell it by",
        ),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for title, value, of in shown:
            st.metric(
                title,
                value,
                of,
                delta_color="off",
                delta_arrow="off",
                border=True,
                width=TILE_WIDTH,
                height="stretch",
            )


def has_ages(ages_: ActionAges) -> bool:
    """Whether the age of any action is known."""
    return ages_.open.median.known or ages_.at_closing.median.known


def states(found: StateCounts, colours: Palette, when: str) -> None:
    """Actions by state."""
    show.finding(
        words.states_finding(found),
        basis=f"of the actions whose state is known, {plural(found.total, 'action')} in all · "
        f"incidents of {when} · grows with their age, so it compares nothing",
        methods=[STATES_OF_ACTIONS],
    )
    show.chart(
        count_bars(
            [ACTION_STATES.get(name, ACTION_STATES[""]) for name in found.counts],
            list(found.counts.values()),
            colours=colours,
        ),
        key="states",
        alt="Actions by state",
    )


def promised(mix_: ActionMix, prevention: Prevention, colours: Palette, when: str) -> None:
    """What was promised, of what kind and how strong, and where nothing was."""
    in_pairs(
        [
            partial(records_without, prevention, colours),
            partial(mix, mix_, colours, when),
            partial(strength, mix_, colours),
        ]
    )


def mix(found: ActionMix, colours: Palette, when: str) -> None:
    """What kinds of action were promised."""
    show.finding(
        words.mix_finding(found),
        basis=f"of {plural(found.total, 'action')} by kind, with 95 % interval · "
        f"incidents of {when}",
        methods=[ACTION_MIX],
    )
    show.chart(
        share_bars(
            [each.kind for each in found.kinds],
            [each.count for each in found.kinds],
            [each.share for each in found.kinds],
            colours=colours,
            highlight="unknown",
        ),
        key="kinds",
        alt="; ".join(f"{each.kind}: {each.count}" for each in found.kinds),
    )


def strength(found: ActionMix, colours: Palette) -> None:
    """How strong the promises are, by people and by words."""
    show.finding("Would they hold?", basis=words.strength_words(found), methods=[ACTION_MIX])
    if any((*found.given.values(), *found.suggested.values())):
        show.chart(
            figures.strength_bars(found, colours=colours),
            key="strength",
            alt=words.strength_alt(found),
        )


def records_without(found: Prevention, colours: Palette) -> None:
    """Records that promise no prevention."""
    show.finding(
        f"No preventive action on record: {counted(found.without_any)}",
        basis="of the incidents with a written cause, a post-mortem or any action on record · one "
        "that was given up does not count",
        methods=[NO_PREVENTION, NO_STRONG_PREVENTION],
    )
    bars = words.prevention_bars(found)
    show.chart(
        count_bars(list(bars), list(bars.values()), colours=colours),
        key="prevention",
        alt="; ".join(f"{name}: {count}" for name, count in bars.items()),
    )
    st.caption(words.prevention_words(found))


def completion(
    whole: Completion,
    groups: Sequence[Completion],
    by: By,
    *,
    horizon: int,
    colours: Palette,
    when: str,
) -> None:
    """Completion curves of all actions and of each group, and the figures at one day."""
    show.finding(
        words.completion_finding(whole, horizon=horizon),
        basis=words.completion_basis(whole, when, horizon=horizon),
        methods=[DONE_WITHIN, GIVEN_UP_BY],
    )
    if whole.done is None:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        show.chart(
            figures.completion_curves(
                groups, whole, horizon=horizon, latest=by == "quarter", colours=colours
            ),
            key="completion",
            alt=f"Share of actions done by days since the promise, by {words.BY_WORDS[by]}",
        )
        st.caption(
            f"Thin lines: each {words.BY_WORDS[by]}. Pale and dotted: not old enough for a "
            f"figure at {horizon} days. Band: 95 % interval of all actions."
        )
    with right:
        show.chart(
            figures.share_marks(
                [group.label for group in groups],
                [group.done_within[horizon] for group in groups],
                common=whole.done_within[horizon].estimate,
                colours=colours,
            ),
            key="done_within",
            alt=f"Share done within {horizon} days by {words.BY_WORDS[by]}",
        )
        st.caption(f"Done within {horizon} days, with 95 % interval; dotted: all actions.")
    with st.expander(f"Done within 30, 60 and 90 days by {words.BY_WORDS[by]}"):
        tables.short_list([_row(each) for each in (whole, *groups)], alt="Shares done in time")


def on_time(view: View, *, as_of: dt.datetime, colours: Palette, when: str) -> None:
    """Whether deadlines were kept, by the rule that the reader chooses, and how dates moved."""
    policy = st.selectbox(
        "On time by", [None, *POLICIES], format_func=words.policy_name, key="policy"
    )
    kept = actions_states.on_time(view, as_of=as_of, policy=policy)
    show.finding(
        words.on_time_finding(kept),
        basis=words.on_time_basis(kept, when),
        methods=[ON_TIME, SLIPS],
    )
    bars = words.on_time_bars(kept)
    show.chart(
        count_bars(list(bars), list(bars.values()), colours=colours),
        key="on_time",
        alt="Actions by what became of them at their deadline",
    )
    st.caption(words.slips_words(actions_states.slips(view)))


def overdue(late: Overdue, colours: Palette) -> None:
    """Open actions past their date, by how far."""
    show.finding(words.overdue_finding(late), basis=words.overdue_basis(late), methods=[OVERDUE])
    show.chart(
        count_bars(list(late.bands), list(late.bands.values()), colours=colours),
        key="overdue",
        alt="Overdue actions by days past their first due date",
    )


def ages(found: ActionAges) -> None:
    """How old the open ones are beside how long the done ones took."""
    show.finding(
        words.ages_finding(found),
        basis="median of the days since the promise · what is open now is mostly what takes long, "
        "what is done mostly what went quickly",
        methods=[ACTION_AGES],
    )
    tables.short_list(
        [_ages("Open, so far", found.open), _ages("Done, at closing", found.at_closing)],
        alt="Ages of open and of done actions",
    )


def backlog(pile: Backlog, every: str, colours: Palette) -> None:
    """What comes, what goes, what stays."""
    show.finding(
        words.backlog_finding(pile, every),
        basis=words.backlog_basis(pile, every),
        methods=[BACKLOG],
    )
    show.chart(
        figures.backlog_columns(pile, colours=colours),
        key="backlog",
        alt="Actions promised, ended and open by quarter",
    )


def unanswered(
    whole: Completion, kept: OnTime, late: Overdue, ages_: ActionAges, pile: Backlog
) -> list[str]:
    """The questions that the records leave open for want of dates."""
    told = {
        "how fast actions get done": whole.done is not None,
        "whether they are on time": kept.on_time.known,
        "which of them are overdue": sum(late.bands.values()) > late.as_written
        or (late.overdue.known and not late.as_written),
        "how long the open ones have waited": ages_.open.median.known,
        "whether the backlog grows": bool(len(pile.starts)),
    }
    return [question for question, is_told in told.items() if not is_told]


def _row(group: Completion) -> dict[str, str]:
    return {
        "": group.label or "All actions",
        "Actions": f"{group.n_actions:,}",
        **{f"{days} days": with_interval(group.done_within[days]) for days in HORIZONS},
        "Given up by 90 days": with_interval(group.given_up_by_last),
    }


def _ages(name: str, found: Ages) -> dict[str, str]:
    return {
        "": name,
        "n": f"{found.median.n:,}",
        "Median (95 %)": _days(found.median),
        "9 in 10 within": _days(found.p90, interval=False),
        "Oldest": _days(found.oldest),
    }


def _days(answer: Answer, *, interval: bool = True) -> str:
    if answer.estimate is None:
        return answer.reason
    text = duration(answer.estimate * DAY)
    if not interval or answer.low is None or answer.high is None:
        return text
    return f"{text} ({duration(answer.low * DAY)} to {duration(answer.high * DAY)})"
