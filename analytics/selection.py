"""Which incidents a question is asked of: the reader's scope, what is in view, what was left out.

Drills, tests and maintenance never count, and neither does a second report of an event that is in
view; both are counted apart so that a page can say so. The period decides by ``period_at``; a
record without any time is in view only when no period is asked for.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.duplicates import not_incidents, originals, standing_in
from analytics.frames import NO_ROW, OWN, History, by_time, conform

#: Words that are looked for: each costs a walk through all titles.
MOST_WORDS = 32

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
#: Labels that a list of incidents asks for and no scope does.
OtherLabel = Literal["trigger", "factor", "detection"]

#: How a missing label is shown and asked for; it is a category of its own, never dropped.
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels by which incidents are chosen; :data:`UNKNOWN` matches a missing one.

    Attributes:
        own: names and values of fields that only this team's records have.
    """

    teams: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope(Labels):
    """What the reader asked for; an empty tuple means all.

    Attributes:
        start: first day of the period (UTC), None for no beginning.
        end: first day after the period, None for no end.
        without: incidents with any of these labels are left out.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    without: Labels = Labels()

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The names of the own fields that have to be known, in alphabetical order."""
        return tuple(sorted({name for name, _ in (*self.own, *self.without.own)}))

    def always(self) -> Self:
        """The same scope over all time."""
        return replace(self, start=None, end=None)

    def only_cause(self, cause: str) -> Self:
        """The same scope for one cause."""
        return replace(self, causes=(cause,), without=replace(self.without, causes=()))

    def during(self, start: dt.date | None, end: dt.date | None) -> Self:
        """The same scope over another period, ``end`` excluded."""
        return replace(self, start=start, end=end)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that match the scope and yet do not count, by reason."""

    not_incidents: int  # drills, tests, maintenance
    duplicates: int  # second reports of an event in view, which is counted once
    undated: int  # no time at all, so in no period
    in_future: int  # every time that it has is still to come, so it is doubtful


@dataclass(frozen=True)
class View:
    """The incidents that a page speaks of.

    Attributes:
        rows: positions in ``history.incidents``, in order of time.
        total: records in the store, of whatever kind.
        left_out: what matched the scope and does not count.
        standing_in: second reports in view, as the record of their event that counts is not.
    """

    history: History
    scope: Scope
    rows: Rows
    total: int
    left_out: LeftOut
    standing_in: int
    _member: Mask = field(repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """The incidents in view, in order of time; the index holds their positions."""
        return self.history.incidents.take(self.rows)

    @cached_property
    def events(self) -> Rows:
        """For each of ``rows`` the record that counts for its event in all history."""
        return originals(self.history)[self.rows]

    @cached_property
    def actions(self) -> pd.DataFrame:
        """Actions promised after the events that the incidents in view tell of."""
        in_view: pd.DataFrame = self.history.actions.loc[self.marks_actions()]
        return in_view

    def marks_actions(self) -> Mask:
        """Which of all actions were promised after these events."""
        incident = self.history.actions["incident"].to_numpy()
        told_of: Mask = self.history.marks(self.events)[incident] & (incident != NO_ROW)
        return told_of

    @cached_property
    def services(self) -> pd.DataFrame:
        """The services of the incidents in view, a row each."""
        return self.of(self.history.services)

    def of(self, children: pd.DataFrame, *, column: str = "incident") -> pd.DataFrame:
        """The rows of a child table whose ``column`` points at an incident in view."""
        in_view: pd.DataFrame = children.loc[self._member[children[column].to_numpy()]]
        return in_view

    def having(self, incidents: npt.NDArray[np.integer]) -> Mask:
        """Which incidents in view, in their order, are among these positions."""
        return self.history.marks(incidents)[self.rows]

    def among(self, incidents: npt.NDArray[np.integer]) -> Self:
        """Only those incidents in view that are among these positions."""
        member = self._member & self.history.marks(incidents)
        return replace(self, rows=self.rows[member[self.rows]], _member=member)

    def of_events(self, incidents: npt.NDArray[np.integer]) -> Mask:
        """Which incidents in view, in their order, tell of an event among these positions."""
        return self.history.marks(incidents)[self.events]


def select(history: History, scope: Scope) -> View:
    """The incidents of ``history`` within ``scope``.

    Duplicates and records that are no incident are left out and counted by reason. A second report
    stands for its event where the record that counts is outside the scope.
    """
    incidents = history.incidents
    matches = _labels_match(history, scope)
    undated, in_future = history.once(_without_time)
    inside = matches & _in_period(incidents["period_at"], scope)
    no_incident = not_incidents(history)
    stands = standing_in(history, inside)
    duplicate = incidents["is_duplicate"].to_numpy() & ~no_incident & ~stands
    counts = ~(no_incident | duplicate)
    member = inside & counts & ~in_future
    in_order = history.once(by_time)
    asks_for_period = scope.start is not None or scope.end is not None
    return View(
        history=history,
        scope=scope,
        rows=in_order[member[in_order]],
        total=len(incidents),
        left_out=LeftOut(
            not_incidents=int((inside & no_incident).sum()),
            duplicates=int((inside & duplicate).sum()),
            undated=int((matches & undated & ~in_future & counts).sum()) if asks_for_period else 0,
            in_future=int((matches & in_future & counts).sum()),
        ),
        standing_in=int(stands.sum()),
        _member=member,
    )


def _without_time(history: History) -> tuple[Mask, Mask]:
    """Which records have no time at all, and of which every time is still to come."""
    undated = history.incidents["period_at"].isna().to_numpy()
    return undated, undated & (history.incidents["future_clocks"] != 0).to_numpy()


def with_own(history: History, values: pd.DataFrame) -> History:
    """The history with the values of some own fields.

    Args:
        values: columns ``id`` of the incident, ``name`` and ``value``.
    """
    places = pd.Index(history.incidents["id"]).get_indexer(values["id"])
    here = values.assign(incident=places)[places != NO_ROW]
    return replace(history, own=conform(here, OWN))


def labels(column: pd.Series) -> pd.Series:
    """A label column with its missing values named :data:`UNKNOWN`."""
    if UNKNOWN not in column.cat.categories:
        column = column.cat.add_categories([UNKNOWN])
    return column.fillna(UNKNOWN)


def _labels_match(history: History, scope: Scope) -> Mask:
    matches = np.ones(len(history.incidents), dtype=bool)
    for mark in _marks(history, scope):
        matches &= mark
    for mark in _marks(history, scope.without):
        matches &= ~mark
    return matches


def _marks(history: History, wanted: Labels) -> Iterator[Mask]:
    """For each filter in use, which incidents have one of the labels that it names."""
    incidents = history.incidents
    for column, names in (
        ("team", wanted.teams),
        ("severity", wanted.severities),
        ("root_cause_category", wanted.causes),
    ):
        if names:
            yield _is_one_of(incidents[column], names)
    if wanted.services:
        yield _has_any(history, history.services, "service", wanted.services)
    if wanted.tags:
        yield _has_any(history, history.tags, "tag", wanted.tags)
    for own_name in sorted({name for name, _ in wanted.own}):
        values = tuple(value for name, value in wanted.own if name == own_name)
        rows = history.own.loc[(history.own["name"] == own_name).to_numpy()]
        yield _has_any(history, rows, "value", values)


def _is_one_of(column: pd.Series, wanted: Iterable[str]) -> Mask:
    """Which values are among ``wanted``, looked up by code: a string comparison a category."""
    chosen = set(wanted)
    # The code of a missing value is -1 and finds the last entry.
    of_code = np.append(column.cat.categories.isin(chosen), UNKNOWN in chosen)
    hit: Mask = of_code[column.cat.codes.to_numpy()]
    return hit


def _has_any(
    history: History, children: pd.DataFrame, column: str, wanted: tuple[str, ...]
) -> Mask:
    """Which incidents have one of the ``wanted`` among their rows of a child table."""
    rows = children["incident"].to_numpy()
    hit = history.marks(rows[_is_one_of(children[column], wanted)])
    if UNKNOWN in wanted:
        hit |= ~history.marks(rows)
    return hit


def _in_period(when: pd.Series, scope: Scope) -> Mask:
    inside = np.ones(len(when), dtype=bool)
    moments = when.to_numpy()
    if scope.start is not None:
        inside &= moments >= np.datetime64(scope.start, "s")
    if scope.end is not None:
        inside &= moments < np.datetime64(scope.end, "s")
    return inside


# Which incident does the reader mean? Looks for words in ids and titles, the latest first.


def find(history: History, words: str, *, most: int) -> Rows:
    """Positions of incidents whose id or title holds all ``words``, the latest first.

    Args:
        words: separated by spaces, in any order and case, the first :data:`MOST_WORDS`; none
            finds the latest incidents.
        most: positions given at most.
    """
    incidents = history.incidents
    found = np.ones(len(incidents), dtype=bool)
    for word in dict.fromkeys(words.split()[:MOST_WORDS]):
        in_title = incidents["title"].str.contains(word, case=False, regex=False, na=False)
        in_id = incidents["id"].str.contains(word, case=False, regex=False, na=False)
        found &= (in_title | in_id).to_numpy(dtype=bool)
    rows = np.flatnonzero(found)
    when = incidents["period_at"].to_numpy()[rows]
    # In reverse, so that undated ones must sort before all others to come last.
    latest: Rows = rows[np.lexsort((when, ~np.isnat(when)))][::-1][:most]
    return latest


def labelled(history: History, label: OtherLabel, values: Iterable[str]) -> Rows:
    """The positions of the incidents with labels that no scope asks for.

    Args:
        label: what kind of label it is.
        values: of which an incident has any, and of factors all, as it may name several;
            :data:`UNKNOWN` stands for none.
    """
    if label == "factor":
        marks = [_has_any(history, history.factors, "factor", (value,)) for value in values]
        return np.flatnonzero(np.all(marks, axis=0))
    column = "trigger_category" if label == "trigger" else "detection_source"
    return np.flatnonzero(_is_one_of(history.incidents[column], values))


def position(history: History, identity: str) -> int | None:
    """The position of the incident with this id, None if there is none."""
    rows = np.flatnonzero((history.incidents["id"] == identity).to_numpy())
    return int(rows[0]) if len(rows) else None


def neighbours(view: View, row: int) -> tuple[int | None, int | None]:
    """The incidents in view above and below one, in a list that has the latest first.

    Returns:
        Positions; None at an end of the list, and where the incident is not in view.
    """
    places = np.flatnonzero(view.rows == row)
    if not len(places):
        return None, None
    place = int(places[0])
    above = int(view.rows[place + 1]) if place + 1 < len(view.rows) else None
    return above, int(view.rows[place - 1]) if place else None


def positions(history: History, identities: Iterable[str]) -> Rows:
    """The positions of the incidents with these ids, in order; unknown ones are left out."""
    is_named = history.incidents["id"].isin(list(identities))
    return np.flatnonzero(is_named.to_numpy(dtype=bool))
