"""Known causes as rows: the list, the incidents of one, the actions against it, its fixes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from analytics.known_causes.fixes import FixHeld
from analytics.known_causes.grouping import KnownCauses
from analytics.known_causes.membership import Families
from analytics.known_causes.overview import NO_REPEAT, CauseList, OneCause, PossibleList
from analytics.known_causes.priorities import CauseActions
from analytics.repeats.fixes import RepeatClass
from analytics.selection import Rows
from analytics.units import DAY, HOUR
from pages.parts import filters, tables
from pages.parts.wording.fixes import held_row, so_far
from pages.parts.wording.known_causes import (
    cause_id,
    cause_name,
    family_id,
    family_name,
    horizon_words,
    not_seen,
    times_back,
)
from pages.parts.wording.numbers import DASH, day, duration, literal, zone_name
from pages.parts.wording.repeats import ACTION_STATES, NOT_KNOWN_DONE, class_name
from pages.views.actions import checks

#: Parameter of the address: the id of any incident of the cause; our links give its earliest.
PARAMETER = "known"
#: Characters of a name that stand as they are at the end of an address, to be shown in a grid.
SHOWN = " ,:;/?@&=+$!'()*"
#: Rows listed to be read and printed; the others are shown on demand.
LISTED = 15


def address(identity: str) -> str:
    """The address of the page of the cause of an incident, with the filters kept."""
    carried = {k: v for k, v in filters.parameters().items() if k != PARAMETER}
    query = urlencode({PARAMETER: identity, **carried}, doseq=True, quote_via=quote)
    return f"known_cause?{query}"


def cause_addresses(causes: KnownCauses, numbers: Iterable[int]) -> list[str]:
    """The addresses of the pages of causes, each ending in the name that a grid shows for it."""
    each = [int(number) for number in numbers]
    ends = (quote(cause_name(causes, number), safe=SHOWN) for number in each)
    starts = (address(cause_id(causes, number)) for number in each)
    return [f"{start}#{end}" for start, end in zip(starts, ends, strict=True)]


def cause_column() -> Any:
    """The column of a grid that holds :func:`cause_addresses`."""
    return st.column_config.LinkColumn("Known cause", display_text=r"#(.+)$", width="medium")


def cause_link(causes: KnownCauses, cause: int, *, text: str | None = None) -> str:
    """Markdown that leads to the page of one cause."""
    return f"[{literal(text or cause_name(causes, cause))}]({address(cause_id(causes, cause))})"


def family_link(families: Families, family: int) -> str:
    """Markdown that leads to the page of one family."""
    return f"[{literal(family_name(families, family))}]({address(family_id(families, family))})"


def listed(found: CauseList, causes: KnownCauses) -> None:
    """The causes that struck most often, to be read and printed."""
    began = causes.repeats.history.incidents["period_at"]
    tables.short_list(
        [
            {
                "Known cause": cause_link(causes, int(cause)),
                "Incidents": f"{found.incidents[row]:,}",
                "Confirmed repeats": f"{found.repeats[row]:,}",
                "Possible incidents": f"{found.possible[row]:,}",
                "Last": day(began.iloc[found.latest[row]]),
                "The fix": _fix_words(found, row),
                horizon_words(): _back_words(found, row),
            }
            for row, cause in enumerate(found.cause[:LISTED])
        ],
        alt="Known causes that struck at least twice",
    )


def possible_groups(found: PossibleList, families: Families, *, rows: Sequence[int]) -> None:
    """Groups of incidents that may have one cause, to be looked at."""
    began = families.causes.repeats.history.incidents["period_at"]
    tables.short_list(
        [
            {
                "Possible cause": family_link(families, int(found.family[row])),
                "Possible incidents": f"{found.incidents[row]:,}",
                "First": day(began.iloc[found.earliest[row]]),
                "Last": day(began.iloc[found.latest[row]]),
            }
            for row in rows
        ],
        alt="Groups of incidents that may have one cause",
    )


def possible_incidents(
    families: Families, possible: Rows, reasons: Mapping[str, str], *, rows: Sequence[int]
) -> None:
    """Some incidents that may have the cause, and why they stand here."""
    table = families.causes.repeats.history.incidents.iloc[possible[list(rows)]]
    tables.short_list(
        [
            {
                "Possible incident": tables.incident_link(identity, text=title),
                "Began": day(when),
                "Here because": literal(reasons.get(identity) or "its words are alike"),
            }
            for identity, title, when in zip(
                table["id"], table["title"], table["period_at"], strict=True
            )
        ],
        alt="Incidents that may have this cause",
    )


def all_causes(found: CauseList, causes: KnownCauses) -> None:
    """All causes that struck at least twice, to be sorted and searched."""
    incidents = causes.repeats.history.incidents
    tables.grid(
        pd.DataFrame(
            {
                "cause": cause_addresses(causes, found.cause),
                "incidents": found.incidents,
                "confirmed": found.repeats,
                "possible": found.possible,
                "last": incidents["period_at"].to_numpy()[found.latest],
                "to_do": found.open_actions,
                "unclear": found.unclear_actions,
                "back": [_back_words(found, row) for row in range(len(found.cause))],
            }
        ),
        key="all_causes",
        alt="All known causes that struck at least twice",
        columns={
            "cause": cause_column(),
            "incidents": "Incidents",
            "confirmed": "Confirmed repeats",
            "possible": "Possible incidents",
            "last": st.column_config.DatetimeColumn(f"Last ({zone_name()})", format="D MMM YYYY"),
            "to_do": "Preventive actions not known done",
            "unclear": "Of unknown state",
            "back": horizon_words(),
        },
    )
    cut_words(found.total)


def incidents(one: OneCause, causes: KnownCauses, *, rows: Sequence[int]) -> None:
    """Some incidents of a cause, with what had become of the fix when they began."""
    table = causes.repeats.history.incidents.iloc[one.incidents[list(rows)]]
    tables.short_list(
        [
            {
                "Incident": tables.incident_link(identity, text=title),
                "Began": day(when),
                "Impact": duration(one.hours[row] * HOUR),
                "Back after": _away(one, row),
                "The fix, when it began": _class_name(one, row),
            }
            for row, identity, title, when in zip(
                rows, table["id"], table["title"], table["period_at"], strict=True
            )
        ],
        alt="Incidents of this cause, the latest first",
    )


def actions(found: CauseActions, causes: KnownCauses, *, rows: Sequence[int]) -> None:
    """Some of the actions against a cause, numbered as in the figure, with their states."""
    history = causes.repeats.history
    table = history.actions.iloc[found.row]
    checked = checks(table)
    after = history.incidents.iloc[table["incident"]]
    tables.short_list(
        [
            {
                "No.": f"{row + 1}",
                "Action": literal(str(table["title"].iloc[row])),
                "Kind": _said(table["kind"].iloc[row]),
                "State": _state(found, row, table["status"].iloc[row]),
                "Does it work?": literal(checked[row]) or "no check recorded",
                "Promised": _promised(found, row),
                "Owner": _said(table["owner"].iloc[row]),
                "After": tables.incident_link(
                    after["id"].iloc[row], text=day(after["period_at"].iloc[row])
                ),
            }
            for row in rows
        ],
        alt="Actions against this cause",
    )


def fixes(found: FixHeld, causes: KnownCauses) -> None:
    """Every fix of known date, the latest first, with what was seen before and since."""
    order = found.done.argsort(kind="stable")[::-1][: tables.MOST_ROWS]
    frame = pd.DataFrame([held_row(found, int(place)) for place in order])
    chosen = found.cause[order]
    frame.insert(0, "cause", cause_addresses(causes, chosen))
    tables.grid(
        frame,
        key="fixes",
        alt="Causes with a fix of known date, before and since",
        columns={"cause": cause_column()},
    )
    cut_words(len(found.cause))


def _fix_words(found: CauseList, row: int) -> str:
    text = so_far(found.stages, row)
    unclear = found.unclear_actions[row]
    return f"{text}, and {unclear:,} of unknown state" if unclear else text


def cut_words(total: int) -> None:
    """Say that a table was cut before it was built, as tables of all rows would take seconds."""
    if total > tables.MOST_ROWS:
        st.caption(f"The first {tables.MOST_ROWS:,} of {total:,} in this order; filter for others.")


def _away(one: OneCause, row: int) -> str:
    days = one.days_away[row]
    return DASH if days != days else duration(days * DAY)


def _class_name(one: OneCause, row: int) -> str:
    each = one.repeat_class[row]
    if each == NO_REPEAT:
        return DASH
    return class_name(RepeatClass(each), as_written=bool(one.as_written[row]))


def _said(label: object) -> str:
    return literal(label) if isinstance(label, str) else "not said"


def _promised(found: CauseActions, row: int) -> str:
    return "no date" if found.assumed[row] else day(found.since[row].item())


def _state(found: CauseActions, row: int, status: object) -> str:
    state = ACTION_STATES[status if isinstance(status, str) else ""]
    if found.is_open[row]:
        days = found.days_open[row]
        if found.as_written[row]:
            age = "" if days != days else f", promised at most {duration(days * DAY)} ago"
            return NOT_KNOWN_DONE + age
        return f"{state}, for {duration(days * DAY)}"
    ended = found.until[row]
    if ended == ended:
        return f"{state} on {day(ended.item())}"
    return f"{state}, nobody says when" if isinstance(status, str) else state


def _back_words(found: CauseList, row: int) -> str:
    """How often a cause was back, and for how long it has not been seen since."""
    times, gone = times_back(found.back_within[row]), not_seen(float(found.away[row]))
    return f"{times}; {gone}" if gone else times
