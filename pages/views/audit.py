"""What would finished fixes have spared: the audit of files that nobody prepared, as cards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.matcher.confidence import FLAG_LEVEL
from analytics.repeats.fixes import OPEN_THEN, ActionThen, RepeatClass
from analytics.repeats.ledger import HOURS, WHILE_OPEN, Ledger
from analytics.selection import Rows
from analytics.units import DAY, HOUR
from data.record import Incident
from pages.parts.card import Card, Cell, Table
from pages.parts.wording.numbers import day, duration, literal, percent, plural
from pages.views.fixes import since_promise, state_then

#: Repeats told in full, those that cost most first; pieces of a text; rows of what was not read.
TOLD, LONGEST_QUOTE, MOST_LISTED = 40, 280, 100
#: Sections of a record that say what broke, the most telling first.
QUOTED = ("root_cause", "summary", "impact")
DECLARED, BY_TEXTS = "the record says so", "the texts are alike"


@dataclass(frozen=True)
class Audited:
    """What was found in files.

    Attributes:
        book: the ledger of all of them, with the repeats that texts show beside those that records
            declare.
        before: the same of the repeats that records declare alone.
        incidents: how many there are.
    """

    book: Ledger
    before: Ledger
    incidents: int

    @property
    def declared(self) -> frozenset[int]:
        """Positions of the incidents that their own records call repeats."""
        return frozenset(self.before.repeats.later[self.before.rows].tolist())

    @property
    def while_open(self) -> Rows:
        """Positions of the repeats that began while a preventive action was open."""
        rows = self.book.rows[self.book.repeats.repeat_class[self.book.rows] == RepeatClass.R2]
        return np.asarray(self.book.repeats.later[rows])

    @property
    def perhaps(self) -> Rows:
        """Of the other repeats, those that began while an action of unknown kind was open."""
        sure = set(self.while_open.tolist())
        others = [row for row in self.book.repeats.later[self.book.rows] if int(row) not in sure]
        return np.array([row for row in others if self.open_then(int(row))], np.intp)

    def open_then(self, position: int) -> list[ActionThen]:
        """The actions of earlier incidents that were open when this one began, oldest first."""
        then = self.book.repeats.actions_then(position)
        is_open = [action for action in then if action.state in OPEN_THEN or action.days_open]
        return sorted(is_open, key=lambda action: -(action.days_open or 0.0))

    @property
    def hours(self) -> Answer:
        """Impact of :attr:`while_open` together."""
        return self.book.hours_while_open


def headline(found: Audited) -> str:
    """The one sentence of the audit."""
    n, hours = len(found.while_open), found.hours
    cost = f", {duration(hours.estimate * HOUR)} of impact" if n and hours.estimate else ""
    return (
        f"{n:,} of {plural(found.incidents, 'incident')} began while the fix promised after an "
        f"earlier one was still open{cost}"
    )


def cannot_tell(found: Audited) -> str:
    """Why the audit says little or nothing; empty where it can tell."""
    if not found.incidents:
        return "No incident was found in these files."
    if not len(found.book.repeats.history.actions):
        return "No promised action was found in these files, so no fix can have been open."
    if not len(found.book.rows):
        return "No incident was found that repeats an earlier one."
    return ""


def cards(
    found: Audited,
    records: Mapping[str, Incident],
    *,
    not_read: Sequence[tuple[str, str]],
    not_listed: int = 0,
) -> tuple[Card, ...]:
    """The audit from its headline to what could not be read.

    Args:
        records: whose texts are quoted, by id.
        not_read: file or row, and why it was left out.
        not_listed: how many more were.
    """
    told = [*by_cost(found, found.while_open), *by_cost(found, found.perhaps)][:TOLD]
    return tuple(
        filter(
            None,
            (
                _first(found),
                *(_repeat(found, row, records) for row in told),
                _how_sure(found),
                _left_out(not_read, not_listed),
            ),
        )
    )


def by_cost(found: Audited, positions: Rows) -> list[int]:
    """Repeats in the order of their impact, unknown ones last."""
    repeats = found.book.repeats
    hours = dict(zip(repeats.later.tolist(), np.nan_to_num(repeats.hours, nan=-1.0), strict=True))
    return sorted(positions.tolist(), key=lambda row: -hours[row])


def _first(found: Audited) -> Card:
    repeats, perhaps = len(found.book.rows), len(found.perhaps)
    by_text = repeats - len(found.declared & set(found.book.repeats.later[found.book.rows]))
    lines = [f"{plural(repeats, 'incident')} of {found.incidents:,} repeat an earlier one."]
    if by_text:
        lines[0] += f" {by_text:,} of them are known by their texts alone."
    share = found.book.while_open
    if share.low is not None and share.high is not None:
        lines.append(
            f"Of these, {percent(share.estimate)} began with the fix open (95 % interval "
            f"{100 * share.low:.0f} to {100 * share.high:.0f} %)."
        )
    if perhaps:
        lines.append(
            f"{plural(perhaps, 'more repeat', 'more repeats')} began while an action was open that "
            "does not say whether it was to prevent the incident; it may have been the fix."
        )
    hours = found.hours
    if hours.n_missing:
        lines.append(f"Of {plural(hours.n_missing, 'of them', 'of them')} the impact is not known.")
    if reason := cannot_tell(found):
        lines = [reason]
    else:
        lines.append("Finishing the fix could have avoided at most all of it, perhaps none.")
    return Card("audit", headline(found), methods=(WHILE_OPEN, HOURS), lines=tuple(lines))


def _repeat(found: Audited, row: int, records: Mapping[str, Incident]) -> Card:
    """One repeat beside what it repeats: both quoted, and what stood open."""
    repeats = found.book.repeats
    index = repeats.index(row)
    earlier = int(repeats.earlier[index]) if index is not None else row
    incidents = repeats.history.incidents
    hours = repeats.hours[index] if index is not None else np.nan
    both = tuple(
        _quoted(name, incidents.iloc[position], records)
        for name, position in (("Earlier", earlier), ("Again", row))
    )
    promised = tuple(_promised(found, action) for action in found.open_then(row))
    cost = "impact not known" if np.isnan(hours) else f"{duration(hours * HOUR)} of impact"
    after = duration(repeats.days_since[index] * DAY) if index is not None else "?"
    sure = DECLARED if row in found.declared else BY_TEXTS
    return Card(
        key=f"repeat_{row}",
        title=literal(str(incidents["title"].iloc[row] or incidents["id"].iloc[row])),
        basis=f"{day(incidents['period_at'].iloc[row])} · back after {after} · {cost} · {sure}",
        tables=(
            Table(both, alt="The two incidents, in their own words"),
            Table(promised, alt="What was promised and still open"),
        ),
    )


def _quoted(name: str, incident: pd.Series, records: Mapping[str, Incident]) -> dict[str, Cell]:
    identity = str(incident["id"])
    record = records.get(identity)
    text = next((t for part in QUOTED if record and (t := getattr(record, part))), "")
    short = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return {
        "": f"{name}, {day(incident['period_at'])}",
        "Incident": literal(str(incident["title"] or identity)),
        "In its own words": f"“{literal(short)}”" if short else "says nothing of what broke",
        "Read from": literal(record.source or "") if record else "",
    }


def _promised(found: Audited, action: ActionThen) -> dict[str, Cell]:
    row = found.book.repeats.history.actions.iloc[action.row]
    url = row["url"] if isinstance(row["url"], str) else ""
    return {
        "Promised and open then": literal(str(row["title"])),
        "When it began again": state_then(action),
        "For": since_promise(action),
        "Owner": literal(row["owner"]) if isinstance(row["owner"], str) else "not said",
        "Ticket": literal(url) or "none named",
    }


def _how_sure(found: Audited) -> Card | None:
    if not len(found.book.rows):
        return None
    dates = found.book.repeats.history.actions["created_on"].isna().sum()
    actions = len(found.book.repeats.history.actions)
    return Card(
        "how_sure",
        "How sure is this",
        methods=(FLAG_LEVEL,),
        lines=(
            f"“{DECLARED}”: somebody wrote that this repeats the earlier incident.",
            f"“{BY_TEXTS}”: nobody said so. Title and service are the same, or so much of the text "
            "is shared that it was right nine times in ten where it could be checked.",
            f"{int(dates):,} of {plural(actions, 'action')} do not say when they were promised: "
            "these count from the end of their incident.",
        ),
    )


def _left_out(not_read: Sequence[tuple[str, str]], not_listed: int) -> Card | None:
    if not not_read:
        return None
    rows = tuple({"What": literal(what), "Why": literal(why)} for what, why in not_read)
    more = not_listed + max(0, len(rows) - MOST_LISTED)
    return Card(
        "not_read",
        f"What could not be read or holds no incident: {len(rows) + not_listed:,}",
        tables=(Table(rows[:MOST_LISTED], alt="Files, rows and values left out"),),
        notes=(f"{more:,} more are not listed.",) if more else (),
    )


def facts(found: Audited, asked: Collection[str]) -> dict[str, str]:
    """What is said of the file as a whole."""
    return {"Of": ", ".join(asked), "Incidents": f"{found.incidents:,}"}
