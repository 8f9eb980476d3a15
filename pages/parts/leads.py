"""Where does a mark lead? To the record of one incident, or to the list of those behind it.

A lead is an address below the dashboard: the name of a page and what it should show. The filters of
the reader are not in it; they go along when it is followed, and the lead has the last word. A trace
of a figure carries a lead for each of its marks as Plotly's ``ids``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, quote, urlencode

from analytics.calendar import ALL_TIME, Datetimes, Every, ordinals, starts

#: Parameters of an address: the filters by label, then the period and its days.
LABELS = ("team", "service", "severity", "cause", "tag", "own")
#: Labels that no filter chooses by and a list of incidents does, as it says them.
OTHER = {"trigger": "set off by", "factor": "contributing", "detection": "detected by"}
PERIOD, BETWEEN, FIRST_DAY, LAST_DAY = "period", "Between two days", "from", "to"
#: What is looked at instead of one's own records, on every page.
EXAMPLE = "example"
#: The incidents of a list, one by one, where no filter says which they are.
ONLY = "only"
#: What the list is of, in words, where no filter says it.
OF = "of"
#: The list of actions that the page of actions shows: by what, and which.
LIST = "list"
#: The incidents of one known cause, and the confirmed repeats by what had become of the fix.
KNOWN, FIX = "known", "fix"
#: Incidents that an address names one by one; more would be longer than browsers take.
MOST_NAMED = 60
#: The scripts behind the names of pages.
SCRIPTS = {
    "actions": "pages/actions.py",
    "incident": "pages/incident.py",
    "incidents": "pages/incidents.py",
    "known_cause": "pages/known_cause.py",
    "repeats": "pages/repeats.py",
    "records": "pages/records.py",
}

Parameters = dict[str, list[str]]


def incident(identity: str) -> str:
    """The record of one incident."""
    return _address("incident", {"id": [identity]})


def incidents(
    *, start: dt.date | None = None, end: dt.date | None = None, **labels: str | Iterable[str]
) -> str:
    """The list of the incidents in view that also have these labels or began in these days.

    Args:
        start: first day, where the mark is of a period.
        end: the first day after it.
        labels: by filter: ``team``, ``service``, ``severity``, ``cause``, ``tag``, ``own``; or
            what no filter chooses by: ``trigger``, ``factor``, ``detection``.
    """
    return _list(labels, start, end)


def labelled(labels: Mapping[str, str | Iterable[str]]) -> str:
    """The same, where the kind of a label stands in a name."""
    return _list(labels, None, None)


def _list(
    labels: Mapping[str, str | Iterable[str]], start: dt.date | None, end: dt.date | None
) -> str:
    if unknown := labels.keys() - {*LABELS, *OTHER}:
        raise ValueError(f"no filter is called {', '.join(sorted(unknown))}")
    asked = {
        name: [value] if isinstance(value, str) else list(value) for name, value in labels.items()
    }
    if start or end:
        asked[PERIOD] = [BETWEEN]
        asked[FIRST_DAY] = [start.isoformat()] if start else [""]
        asked[LAST_DAY] = [(end - dt.timedelta(days=1)).isoformat()] if end else [""]
    return _address("incidents", asked)


def to_page(name: str) -> str:
    """A page as it opens, with the filters kept.

    Raises:
        KeyError: no page has this name.
    """
    if name not in SCRIPTS:
        raise KeyError(name)
    return _address(name, {})


def of_periods(begins: Datetimes, every: Every, **labels: str | Iterable[str]) -> list[str]:
    """The lists of the incidents of each of some periods, by their first days."""
    ends = starts(ordinals(begins, every) + 1, every)
    return [
        incidents(start=start, end=end, **labels)
        for start, end in zip(begins.astype("datetime64[D]").tolist(), ends.tolist(), strict=True)
    ]


def some(identities: Iterable[str], *, of: str) -> str:
    """The list of incidents that no filter tells apart, by their ids; empty where there are many.

    Args:
        of: what they have in common, in words: the heading of the list.
    """
    named = list(identities)
    if not named or len(named) > MOST_NAMED:
        return ""
    if len(named) == 1:
        return incident(named[0])
    return _address("incidents", {ONLY: named, OF: [of]})


def actions(facet: str, value: str = "") -> str:
    """The list of the actions in view that have something in common.

    Args:
        facet: by what they are chosen, as :mod:`analytics.actions.listed` knows it.
        value: which of it.
    """
    return _address("actions", {LIST: [f"{facet}:{value}"]})


def here(lead: str) -> str:
    """The same lead, for a mark on the page that it leads to: the page shows it and stays."""
    return lead[lead.index("?") :]


def known_cause(identity: str) -> str:
    """The page of one known cause, by the id of any of its incidents."""
    return _address("known_cause", {KNOWN: [identity]})


def of_known_cause(identity: str, **labels: str) -> str:
    """The list of the incidents of one known cause, of all time.

    Args:
        identity: the id of any of its incidents.
        labels: further filters, as :func:`incidents` takes them.
    """
    asked = {name: [value] for name, value in labels.items()}
    return _address("incidents", {KNOWN: [identity], PERIOD: [ALL_TIME], **asked})


def repeats(fix: str) -> str:
    """The list of the confirmed repeats in view.

    Args:
        fix: what had become of the fix when they began, as :data:`pages.views.fixes.FIXES` names
            it; empty for all of them.
    """
    return _address("incidents", {FIX: [fix]})


def distinct(marks: Iterable[str]) -> list[str]:
    """The leads of some marks, the same ones spelled otherwise: Plotly draws one mark for an id."""
    seen: Counter[str] = Counter()
    spelled = []
    for lead in marks:
        spelled.append(f"{lead}#{seen[lead]}" if seen[lead] else lead)
        seen[lead] += 1
    return spelled


def bare(lead: str) -> str:
    """A lead as it was before it was spelled otherwise; empty where it leads nowhere."""
    return lead.partition("#")[0]


def parted(lead: str) -> tuple[str, Parameters]:
    """The page of a lead and what it asks for."""
    page, _, query = bare(lead).partition("?")
    return page, parse_qs(query, keep_blank_values=True)


def with_filters(asked: Mapping[str, list[str]], filters: Mapping[str, list[str]]) -> Parameters:
    """What a lead asks for over the filters of the reader; its days replace their period."""
    kept = {
        name: values
        for name, values in filters.items()
        if not (PERIOD in asked and name in (PERIOD, FIRST_DAY, LAST_DAY))
    }
    return kept | {name: list(values) for name, values in asked.items()}


def _address(page: str, parameters: Parameters) -> str:
    return f"{page}?{urlencode(parameters, doseq=True, quote_via=quote)}"
