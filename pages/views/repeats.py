"""How much comes back, what had become of the fix by then, and what it took?"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from analytics.answer import Answer
from analytics.calendar import ordinals
from analytics.frames import NO_ROW
from analytics.impact import impact_hours
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.overview import CauseList
from analytics.repeats.fixes import ActionThen, FixStages, RepeatClass
from analytics.repeats.ledger import (
    HOURS,
    OF_EXAMINED,
    OF_INCIDENTS,
    WHILE_OPEN,
    Ledger,
    LedgerBasis,
    RepeatRate,
    Repeats,
)
from analytics.repeats.links import Aside
from analytics.units import DAY, HOUR
from pages.parts import leads
from pages.parts.card import Card, Cell, Grid, Lead, Table, Tile, ToIncident
from pages.parts.figures.bars import count_bars
from pages.parts.figures.over_time import shares_by_period
from pages.parts.palette import Palette
from pages.parts.wording.numbers import DASH, day, duration, literal, percent, plural
from pages.parts.wording.shares import counted, part
from pages.views.actions import checks
from pages.views.fixes import (
    FIXES,
    MOST_ROWS,
    cause_lead,
    class_name,
    class_words,
    done_words,
    promised_words,
    since_promise,
    stages_words,
    state_then,
    verified_words,
    while_open,
)

#: Reasons named one by one; records may give any text.
REASONS_NAMED = 4
#: Actions of one repeat listed; the page of its cause has them all.
ACTIONS_LISTED = 10
#: Orders of the ledger: name → column, and whether the largest comes first.
LATEST = "the latest"
ORDERS = {
    LATEST: "later_at",
    "most impact": "hours",
    "longest since the promise": "days_open",
    "soonest back": "days_since",
}
SMALLEST_FIRST = ("days_since",)
ASIDE_WORDS = {
    Aside.SAME_EVENT: "the same event reported twice",
    Aside.TOO_SOON: "within a day after the earlier one was over, taken for one event",
    Aside.EARLIER_OPEN: "the earlier incident is not known to be over",
    Aside.TAKEN_BACK: "declared in the record, taken back by a verdict",
    Aside.ORDER_UNKNOWN: "the order of the two is not known",
    Aside.NO_INCIDENT: "one of the two is a drill, a test or maintenance",
}


def tiles(
    book: Ledger, rate: RepeatRate, listed: CauseList, causes: KnownCauses
) -> tuple[Tile, ...]:
    """The four numbers of the page, each with the way to what is behind it."""
    total, still = len(book.rows), book.by_class[RepeatClass.R2]
    costliest = _costliest(book)
    hours = book.hours_while_open
    return (
        Tile(
            "Repeats",
            f"{total:,} of {rate.of_incidents.n:,}",
            f"{percent(rate.of_incidents.estimate)} of incidents" if total else "none confirmed",
            help="Confirmed by people, in a record or by a verdict.",
            lead=Lead(leads.repeats(""), "These repeats") if total else None,
        ),
        Tile(
            "Causes that struck more than once",
            f"{listed.total:,}",
            f"{listed.with_open:,} with a fix {'not known done' if listed.as_written else 'open'}",
            help="Known causes with an incident in view; times are counted in all history.",
            lead=Lead(leads.known_cause(causes.id_of(int(listed.cause[0]))), "The most frequent")
            if listed.total
            else None,
        ),
        Tile(
            "Repeats while the fix was open",
            f"{still:,} of {total:,}" if total else "none",
            percent(book.while_open.estimate) if total else "",
            help=_open_help(book.while_open),
            lead=Lead(leads.repeats(FIXES[RepeatClass.R2]), "These repeats") if still else None,
        ),
        Tile(
            "Hours these took",
            duration(hours.estimate * HOUR) if hours.estimate is not None and still else "none",
            f"{plural(hours.n_missing, 'repeat')} more not known" if hours.n_missing else "",
            help="Impact of the repeats that began while the fix was open. Finishing it could have "
            "avoided at most all of it, perhaps none.",
            lead=Lead(leads.incident(costliest[0]), "The longest") if costliest else None,
        ),
    )


def _open_help(while_it_was: Answer) -> str:
    if while_it_was.low is None or while_it_was.high is None:
        return while_it_was.reason
    return (
        f"95 % interval {100 * while_it_was.low:.0f} to {100 * while_it_was.high:.0f} % of "
        f"{plural(while_it_was.n, 'confirmed repeat')}."
    )


def _costliest(book: Ledger) -> list[str]:
    """Ids of the repeats of known impact that began while the fix was open, the longest first."""
    table = book.table
    table = table[(table["repeat_class"] == RepeatClass.R2.name) & table["hours"].notna()]
    later = table.sort_values("hours", ascending=False)["later"]
    return [str(identity) for identity in book.repeats.history.incidents["id"].iloc[later]]


def ledger(
    book: Ledger, basis: LedgerBasis, stages: FixStages, colours: Palette, when: str
) -> Card:
    """What had become of the fix when each repeat began."""
    if not len(book.rows):
        return Card("classes", title=headline(book), basis=_ledger_basis(book, when))
    names = [class_name(state, as_written=book.as_written > 0) for state in book.by_class]
    counts = list(book.by_class.values())
    lines = [hours_words(book), stages_words(stages)]
    return Card(
        key="classes",
        title=headline(book),
        basis=_ledger_basis(book, when),
        methods=(WHILE_OPEN, HOURS),
        lines=tuple(filter(None, lines)),
        figure=count_bars(
            names,
            counts,
            colours=colours,
            leads_to=[leads.repeats(FIXES[state]) for state in book.by_class],
        ),
        alt="Confirmed repeats by what had become of the fix: "
        + ", ".join(f"{name} {number:,}" for name, number in zip(names, counts, strict=True)),
        notes=tuple(filter(None, (basis_words(basis), outside_words(book)))),
    )


def _ledger_basis(book: Ledger, when: str) -> str:
    answer = book.while_open
    parts = ["repeats that people confirmed, by the later incident", when]
    if answer.low is not None and answer.high is not None:
        parts.append(f"95 % interval {100 * answer.low:.0f} to {100 * answer.high:.0f} %")
    return " · ".join([*parts, "earlier ones are looked for in all history"])


def in_order(book: Ledger, order: str) -> pd.DataFrame:
    """The rows of the ledger in one of :data:`ORDERS`, unknown values last."""
    table = book.table
    incidents = book.repeats.history.incidents
    row, days = book.repeats.actions.longest_open(table["later"].to_numpy())
    table = table.assign(
        later_at=incidents["period_at"].to_numpy()[table["later"]], open_row=row, days_open=days
    )
    column = ORDERS[order]
    return table.sort_values(
        [column, "later_at"], ascending=[column in SMALLEST_FIRST, False], na_position="last"
    )


def rows(table: pd.DataFrame, causes: KnownCauses, *, as_of: dt.datetime) -> Card:
    """Confirmed repeats as rows, each leading to both incidents and to its cause.

    Args:
        table: as :func:`in_order` gives it.
    """
    history, total = causes.repeats.history, len(table)
    table = table.head(MOST_ROWS)
    later, earlier = (history.incidents.iloc[table[name]] for name in ("later", "earlier"))
    actions = history.actions["title"]
    stages = causes.repeats.actions.stages(table["later"].to_numpy(), as_of=as_of)
    frame = pd.DataFrame(
        {
            "id": later["id"].to_numpy(),
            "began": later["period_at"].to_numpy(),
            "title": later["title"].to_numpy(),
            "fix": [
                class_name(RepeatClass[name], as_written=written)
                for name, written in zip(table["repeat_class"], table["as_written"], strict=True)
            ],
            "promised": [promised_words(stages, row) for row in range(len(table))],
            "done": [done_words(stages, row) for row in range(len(table))],
            "verified": [verified_words(stages, row) for row in range(len(table))],
            "open_for": _or_dash(table["days_open"], DAY),
            "impact": [duration(hours * HOUR) for hours in table["hours"]],
            "after": [duration(days * DAY) for days in table["days_since"]],
            "open_then": table["open_then"].to_numpy(),
            "action": [DASH if row == NO_ROW else actions.iloc[row] for row in table["open_row"]],
            "repeats": [ToIncident(identity, identity) for identity in earlier["id"]],
            "repeats_title": earlier["title"].to_numpy(),
            "cause": [cause_lead(causes, int(cause)) for cause in causes.of[table["later"]]],
        }
    )
    grid = Grid(
        key="ledger",
        rows=frame,
        names={
            "began": "Began",
            "title": "What happened",
            "fix": "The fix, when it began",
            "promised": "Promised",
            "done": "Done, today",
            "verified": "Verified",
            "open_for": "Since its promise, at most",
            "impact": "Impact",
            "after": "Back after",
            "open_then": "Actions not known done",
            "action": "The oldest of them",
            "repeats": "Repeats",
            "repeats_title": "What happened before",
            "cause": "Known cause",
        },
        alt="Confirmed repeats with the state of their fix",
        total=total,
        own=True,
    )
    return Card("ledger", grids=(grid,))


def in_full(repeats: Repeats, row: int, causes: KnownCauses) -> Card:
    """One repeat beside what it repeats, and how each promised action stood when it began."""
    index = repeats.index(row)
    if index is None:
        return Card("in_full")
    both = repeats.history.incidents.iloc[[row, repeats.earlier[index]]]
    tables = [Table(_both(both), alt="The repeat and the incident that it repeats")]
    then = sorted(repeats.actions_then(row), key=lambda action: -(action.days_open or -1.0))
    if then:
        actions = tuple(_then_row(action, repeats) for action in then[:ACTIONS_LISTED])
        tables.append(Table(actions, alt="Preventive actions when the repeat began"))
    earlier = plural(len(repeats.earlier_of(row)), "earlier incident")
    cause: dict[str, Cell] = {
        "Known cause": cause_lead(causes, int(causes.of[row])),
        "Back after": duration(repeats.days_since[index] * DAY),
        "Before": f"{earlier} with this cause",
    }
    tables.append(Table((cause,), alt="Its known cause"))
    more = len(then) - ACTIONS_LISTED
    return Card(
        key="in_full",
        lines=(f"**{class_words(repeats, index)}**",),
        tables=tuple(tables),
        notes=(f"{plural(more, 'more action')} not listed.",) if more > 0 else (),
    )


def _both(incidents: pd.DataFrame) -> tuple[Mapping[str, Cell], ...]:
    """The repeat and the latest incident that it repeats, side by side as rows."""
    return tuple(
        {
            "": name,
            "Incident": ToIncident(identity, title),
            "Began": day(when),
            "Impact": duration(hours * HOUR),
            "Team": literal(team) if isinstance(team, str) else "not known",
        }
        for name, identity, title, when, hours, team in zip(
            ("The repeat", "Latest before it"),
            incidents["id"],
            incidents["title"],
            incidents["period_at"],
            impact_hours(incidents),
            incidents["team"],
            strict=True,
        )
    )


def _then_row(action: ActionThen, repeats: Repeats) -> dict[str, Cell]:
    promised = repeats.history.actions.iloc[action.row]
    incident = repeats.history.incidents.iloc[promised["incident"]]
    owner = promised["owner"]
    return {
        "Preventive action": literal(str(promised["title"])),
        "When the repeat began": state_then(action),
        "Since the promise, then": since_promise(action),
        "Does it work?": literal(checks(repeats.history.actions.iloc[[action.row]])[0])
        or "no check recorded",
        "Owner": literal(owner) if isinstance(owner, str) else "not said",
        "Promised after": ToIncident(str(incident["id"]), day(incident["period_at"])),
    }


def rates(rate: RepeatRate, book: Ledger, colours: Palette, when: str) -> Card:
    """How much of the work is repetition, by quarter; a mark leads to the repeats in it."""
    behind = _by_quarter(rate, rate.examined_by_period, book, colours)
    basis = f"of all incidents, by quarter with 95 % interval · {when}"
    return Card(
        key="by_quarter",
        title=rate_finding(rate),
        basis=basis,
        methods=(OF_INCIDENTS, OF_EXAMINED),
        figure=_by_quarter(rate, rate.by_period, book, colours),
        alt="Share of incidents that repeat a known cause, by quarter",
        notes=(rate_words(rate),),
        behind={
            "Of the incidents whose cause was looked for, by quarter": Card(
                key="examined_by_quarter",
                figure=behind,
                alt="Share of repeats among the incidents whose cause was looked for, by quarter",
            )
        },
    )


def _by_quarter(
    rate: RepeatRate, answers: Sequence[Answer], book: Ledger, colours: Palette
) -> go.Figure:
    incidents = book.repeats.history.incidents.iloc[book.repeats.later[book.rows]]
    when = ordinals(incidents["period_at"].to_numpy().astype("datetime64[s]"), "quarter")
    quarters = ordinals(rate.starts, "quarter")
    lists = [
        leads.some(incidents["id"][when == quarter], of="repeats of a known cause")
        for quarter in quarters
    ]
    return shares_by_period(rate.starts, answers, colours=colours, leads_to=lists)


def set_aside(book: Ledger) -> Card:
    """Every link that does not count as a repeat, by reason, with both incidents."""
    links, incidents = book.repeats.links, book.repeats.history.incidents
    chosen = book.set_aside[:MOST_ROWS]
    later = incidents.iloc[links.aside_later[chosen]]
    earlier = incidents.iloc[links.aside_earlier[chosen]]
    frame = pd.DataFrame(
        {
            "id": later["id"].to_numpy(),
            "title": later["title"].to_numpy(),
            "reason": [ASIDE_WORDS[Aside(reason)] for reason in links.aside[chosen]],
            "repeats": [ToIncident(identity, identity) for identity in earlier["id"]],
            "repeats_title": earlier["title"].to_numpy(),
        }
    ).sort_values("reason", kind="stable")
    grid = Grid(
        key="set_aside",
        rows=frame,
        names={
            "title": "What happened",
            "reason": "Why it does not count",
            "repeats": "Said to repeat",
            "repeats_title": "What happened before",
        },
        alt="Links that do not count as repeats",
        total=len(book.set_aside),
    )
    label = f"Set aside, not counted ({len(book.set_aside):,})"
    listed = Card("set_aside", lines=(aside_words(book),), grids=(grid,))
    return Card("aside", behind={label: listed} if len(book.set_aside) else {})


def _or_dash(values: pd.Series, unit: float) -> list[str]:
    return [DASH if value != value else duration(value * unit) for value in values]


def repeat_names(incidents: pd.DataFrame) -> list[str]:
    """Repeats in a list to choose from; the id keeps two of one day and title apart."""
    return [
        f"{day(when)} · {title} · {identity}"
        for when, title, identity in zip(
            incidents["period_at"], incidents["title"], incidents["id"], strict=True
        )
    ]


def headline(book: Ledger) -> str:
    """The headline of the ledger, as the title of its figure."""
    total = len(book.rows)
    if not total:
        return "No confirmed repeat of a known cause in view"
    if book.by_class[RepeatClass.R0] == total:
        return f"{plural(total, 'confirmed repeat')}, and no fix was planned before"
    share = percent(book.while_open.estimate)
    return (
        f"{book.by_class[RepeatClass.R2]:,} of {total:,} ({share}) confirmed repeats began "
        f"{while_open(as_written=book.as_written > 0)}"
    )


def hours_words(book: Ledger) -> str:
    """How much impact those repeats had together, and what it bounds."""
    hours = book.hours_while_open
    if book.by_class[RepeatClass.R0] == len(book.rows):
        return "Nothing was promised that could have kept them away, as far as records say."
    if not book.by_class[RepeatClass.R2]:
        return "None of them began while a preventive action was known to be open."
    if hours.estimate is None:
        return f"Their impact together: {hours.reason}."
    text = f"Together **{duration(hours.estimate * HOUR)}** of "
    if not hours.n_missing:
        text += "impact. "
    else:
        text += f"known impact, {plural(hours.n_missing, 'repeat')} of unknown impact not in it. "
    return text + "Finishing the fix could have avoided at most all of it, perhaps none."


def basis_words(basis: LedgerBasis) -> str:
    """What the classes rest on: which dates of the actions are known, and who saw a repeat."""
    reasons = _reasons(basis)
    if not basis.actions:
        return " ".join(
            ["No preventive action is recorded after any of the earlier incidents.", *reasons]
        )
    parts = [f"The classes rest on {plural(basis.actions, 'action')}."]
    if basis.undated_promises:
        parts.append(_undated_promises(basis))
    if basis.undated_ends:
        parts.append(_undated_ends(basis))
    if basis.unclear:
        verb = "does" if basis.unclear == 1 else "do"
        parts.append(f"{basis.unclear:,} {verb} not say whether anything was done.")
    if basis.is_weak:
        parts.append(
            "An action without dates is as its post said when it was written; it may have been "
            "done since without a word."
        )
    return " ".join([*parts, *reasons])


def _reasons(basis: LedgerBasis) -> list[str]:
    """What the records give as the reason for calling an incident a repeat."""
    if not basis.reasons:
        return []
    named = ", ".join(
        f"“{literal(reason)}” {count:,}" for reason, count in basis.reasons[:REASONS_NAMED]
    )
    rest = sum(count for _, count in basis.reasons[REASONS_NAMED:])
    return [f"Why repeats, as the records say: {named}{f', other {rest:,}' if rest else ''}."]


def _undated_promises(basis: LedgerBasis) -> str:
    if basis.undated_promises == basis.actions:
        who = "It has no date of its" if basis.actions == 1 else "None of them has a date of its"
    else:
        verb = "has" if basis.undated_promises == 1 else "have"
        who = f"{basis.undated_promises:,} {verb} no date of the"
    return f"{who} promise, which counts as made when the incident was over."


def _undated_ends(basis: LedgerBasis) -> str:
    if basis.undated_ends < basis.ended:
        verb = "does" if basis.undated_ends == 1 else "do"
        return f"{basis.undated_ends:,} of {basis.ended:,} that ended {verb} not say when."
    if basis.ended == 1:
        return "The one that ended does not say when."
    return f"None of the {basis.ended:,} that ended says when."


def aside_words(book: Ledger) -> str:
    """What does not count as a repeat, by reason."""
    return "; ".join(f"{n:,} × {ASIDE_WORDS[reason]}" for reason, n in book.aside.items() if n)


def outside_words(book: Ledger) -> str:
    """How many originals the filters would have hidden; empty for none."""
    if not book.outside:
        return ""
    return f"{plural(book.outside, 'original')} outside the filters, found all the same."


def rate_finding(rate: RepeatRate) -> str:
    """How much of the work is repetition."""
    share = rate.of_incidents
    if share.estimate is None:
        return f"Repeats by quarter: {share.reason}"
    return (
        f"{part(share):,} of {share.n:,} ({percent(share.estimate)}) incidents repeat a known cause"
    )


def rate_words(rate: RepeatRate) -> str:
    """The second denominator, and what the shares cannot tell."""
    return (
        f"Of the incidents whose cause was looked for: {counted(rate.of_examined)}. Both are lower "
        "bounds: a repeat counts only where people said so. Longer records hold more to repeat, so "
        "a rise alone does not say that things got worse."
    )
