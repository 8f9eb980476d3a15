"""What would finished fixes have spared: the audit of files that nobody prepared, as cards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.answer import Answer
from analytics.matcher.confidence import FLAG_LEVEL
from analytics.repeats.fixes import OPEN_THEN, ActionThen, FixState, RepeatClass
from analytics.repeats.ledger import HOURS, WHILE_OPEN, Ledger
from analytics.selection import Rows
from analytics.units import DAY, HOUR
from data.record import Incident
from pages.parts.card import Card, Cell, Table
from pages.parts.wording.numbers import day, duration, literal, percent, plural
from pages.views.fixes import NOT_KNOWN_DONE, since_promise, state_then

#: Repeats told in full, those that cost most first; pieces of a text; rows of what was not read.
TOLD, LONGEST_QUOTE, MOST_LISTED = 40, 280, 100
#: States of an action that leave it open whether the fix was there.
MAY_BE_OPEN = (*OPEN_THEN, FixState.UNKNOWN)
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
        """The other repeats before which something stood open that may have been the fix.

        An action that does not say what it is for, or of which it is not known how it stood.
        """
        sure = set(self.while_open.tolist())
        others = [row for row in self.book.repeats.later[self.book.rows] if int(row) not in sure]
        return np.array([row for row in others if self.not_done(int(row))], np.intp)

    def not_done(self, position: int) -> list[ActionThen]:
        """What was promised before an incident began and not known to be done, oldest first."""
        then = self.book.repeats.actions_then(position)
        left = [action for action in then if action.state in MAY_BE_OPEN]
        return sorted(left, key=lambda action: -(action.days_open or 0.0))

    @property
    def hours(self) -> Answer:
        """Impact of :attr:`while_open` together."""
        return self.book.hours_while_open

    @property
    def most_hours(self) -> float:
        """The same with that of :attr:`perhaps`, as far as it is known."""
        repeats = self.book.repeats
        either = np.isin(repeats.later, [*self.while_open, *self.perhaps])
        return float(np.nansum(repeats.hours[either]))


def headline(audited: Audited) -> str:
    """The one sentence of the audit."""
    sure, most = len(audited.while_open), len(audited.while_open) + len(audited.perhaps)
    number = f"{sure:,}" if sure == most else f"{sure:,} to {most:,}" if sure else f"Up to {most:,}"
    unsure = audited.book.as_written or len(audited.perhaps)
    state = NOT_KNOWN_DONE if unsure else "still open"
    hours = audited.hours.estimate or 0.0
    spans = [duration(span * HOUR) for span in sorted({hours, audited.most_hours}) if span]
    least = "" if sure == most or len(spans) == 2 else "up to "
    cost = f", {least}{' to '.join(spans)} of impact" if spans else ""
    of = f"{number} of {plural(audited.incidents, 'incident')} began"
    return f"{of} with the fix promised after an earlier one {state}{cost}"


def cannot_tell(audited: Audited) -> str:
    """Why the audit says little or nothing; empty where it can tell."""
    if not audited.incidents:
        return "No incident was found in these files."
    if not len(audited.book.repeats.history.actions):
        return "No promised action was found in these files, so no fix can have been open."
    if not len(audited.book.rows):
        return "No incident was found that repeats an earlier one."
    if len(audited.perhaps) and not len(audited.while_open):
        return (
            "No action says whether it was to prevent the incident, or how it stood by then, so "
            "it cannot be told which of them were the fix."
        )
    return ""


def cards(
    audited: Audited,
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
    told = [*by_cost(audited, audited.while_open), *by_cost(audited, audited.perhaps)][:TOLD]
    return tuple(
        filter(
            None,
            (
                _first(audited),
                *(_repeat(audited, row, records) for row in told),
                _how_sure(audited),
                _left_out(not_read, not_listed),
            ),
        )
    )


def by_cost(audited: Audited, positions: Rows) -> list[int]:
    """Repeats in the order of their impact, unknown ones last."""
    repeats = audited.book.repeats
    hours = dict(zip(repeats.later.tolist(), np.nan_to_num(repeats.hours, nan=-1.0), strict=True))
    return sorted(positions.tolist(), key=lambda row: -hours[row])


def _first(audited: Audited) -> Card:
    repeats, perhaps = len(audited.book.rows), len(audited.perhaps)
    by_text = repeats - len(audited.declared & set(audited.book.repeats.later[audited.book.rows]))
    lines = [f"{plural(repeats, 'incident')} of {audited.incidents:,} repeat an earlier one."]
    if by_text:
        lines[0] += f" Known by their texts alone: {by_text:,}."
    share = audited.book.while_open
    if not perhaps and share.low is not None and share.high is not None:
        lines.append(
            f"Of these, {percent(share.estimate)} began with the fix open (95 % interval "
            f"{100 * share.low:.0f} to {100 * share.high:.0f} %)."
        )
    if perhaps:
        lines.append(
            f"Before {perhaps:,} of these something was left to do that may have been the fix: it "
            "does not say what it is for, or how it stood is not known."
        )
    if audited.hours.n_missing:
        lines.append(f"The impact of {audited.hours.n_missing:,} of them is not known.")
    if reason := cannot_tell(audited):
        lines = [*(lines if repeats else []), reason]
    if perhaps or len(audited.while_open):
        lines.append("Finishing the fix could have avoided at most all of it, perhaps none.")
    return Card("audit", headline(audited), methods=(WHILE_OPEN, HOURS), lines=tuple(lines))


def _repeat(audited: Audited, row: int, records: Mapping[str, Incident]) -> Card:
    """One repeat beside what it repeats: both quoted, and what stood open."""
    repeats = audited.book.repeats
    index = repeats.index(row)
    earlier = int(repeats.earlier[index]) if index is not None else row
    incidents = repeats.history.incidents
    hours = repeats.hours[index] if index is not None else np.nan
    both = tuple(
        _quoted(name, incidents.iloc[position], records)
        for name, position in (("Earlier", earlier), ("Again", row))
    )
    promised = tuple(_promised(audited, action) for action in audited.not_done(row))
    cost = "impact not known" if np.isnan(hours) else f"{duration(hours * HOUR)} of impact"
    after = duration(repeats.days_since[index] * DAY) if index is not None else "?"
    sure = DECLARED if row in audited.declared else BY_TEXTS
    return Card(
        key=f"repeat_{row}",
        title=literal(str(incidents["title"].iloc[row] or incidents["id"].iloc[row])),
        basis=f"{day(incidents['period_at'].iloc[row])} · back after {after} · {cost} · {sure}",
        tables=(
            Table(both, alt="The two incidents, in their own words"),
            Table(promised, alt="What was promised and not known to be done"),
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


def _promised(audited: Audited, action: ActionThen) -> dict[str, Cell]:
    row = audited.book.repeats.history.actions.iloc[action.row]
    url = row["url"] if isinstance(row["url"], str) else ""
    return {
        "Promised, not known done then": literal(str(row["title"])),
        "To": str(row["kind"]) if isinstance(row["kind"], str) else "not said",
        "When it began again": state_then(action),
        "For": since_promise(action),
        "Owner": literal(row["owner"]) if isinstance(row["owner"], str) else "not said",
        "Ticket": literal(url) or "none named",
    }


def _how_sure(audited: Audited) -> Card | None:
    if not len(audited.book.rows):
        return None
    dates = audited.book.repeats.history.actions["created_on"].isna().sum()
    actions = len(audited.book.repeats.history.actions)
    return Card(
        "how_sure",
        "How sure is this",
        methods=(FLAG_LEVEL,),
        lines=(
            f"“{DECLARED}”: somebody wrote that this repeats the earlier incident.",
            f"“{BY_TEXTS}”: nobody said so. Title and service are the same, or so much of the text "
            "is shared that it was right nine times in ten where it could be checked.",
            f"Without the day of their promise: {int(dates):,} of {plural(actions, 'action')}. "
            "These count from the end of their incident.",
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


def facts(audited: Audited, asked: Collection[str]) -> dict[str, str]:
    """What is said of the file as a whole."""
    return {"Of": ", ".join(asked), "Incidents": f"{audited.incidents:,}"}
