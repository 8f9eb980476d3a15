"""What a field of ours is made of: the vocabulary in which an export is declared.

A rule takes one record of an export and gives the value of one field; None where the export says
that it is empty, ABSENT where it does not speak of it. Nothing here knows any tool.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from data import words
from data.readers.exports.paths import (
    ABSENT,
    ISO,
    ITEM,
    WRAPPERS,
    Clock,
    Path,
    Record,
    is_empty,
    letters,
    written_time,
)
from data.readers.exports.texts import plain_text

Rule = Callable[[Record], Any]
#: The meaning of a word that tools share; empty if it has none.
Common = Callable[[str], str]
#: Beyond these, numbers in an export are no lengths of time.
LONGEST_SECONDS = 10 * 366 * 86_400


def label(*paths: str) -> Rule:
    """One name: of a severity, a team, an environment."""

    def rule(record: Record) -> Any:
        names = record.names(*paths)
        return ABSENT if names is None else names[0] if names else None

    return rule


def labels(*paths: str, split: str = "") -> Rule:
    """A list of names, each once.

    Args:
        paths: where they stand.
        split: what separates them where they stand in one text.
    """

    def rule(record: Record) -> Any:
        names = record.names(*paths)
        if names is None:
            return ABSENT
        if split:
            names = [part.strip() for name in names for part in name.split(split)]
        return list(dict.fromkeys(name for name in names if name))

    return rule


def text(*paths: str) -> Rule:
    """A text without the markup of the tool."""

    def rule(record: Record) -> Any:
        value = record.value(*paths)
        return value if value in (None, ABSENT) else plain_text(value) or None

    return rule


def number(*paths: str, per: float = 1) -> Rule:
    """A number, divided by ``per``: 100 makes money of cents."""

    def rule(record: Record) -> Any:
        value = record.value(*paths)
        amount = as_number(value)
        return value if amount is None else amount / per

    return rule


def constant(value: Any) -> Rule:
    """The same for every record of this tool."""
    return lambda _: value


def word(*paths: str, meanings: Mapping[str, Any]) -> Rule:
    """What a word of the tool means here; one that is not among ``meanings`` says nothing.

    The word itself stays beside the record where it is not understood.
    """
    understood = {letters(name): meaning for name, meaning in meanings.items()}

    def rule(record: Record) -> Any:
        for place, value in record.filled(*paths):
            for name in _words(value):
                if letters(name) in understood:
                    record.use(place)
                    return understood[letters(name)]
        return ABSENT

    return rule


def state(*paths: str, meanings: Mapping[str, str] | None = None) -> Rule:
    """Whether an incident is over, by the words of the tool, else by those that all use."""
    return _state(paths, meanings or {}, lambda name: words.current().status(name))


def action_state(*paths: str, meanings: Mapping[str, str] | None = None) -> Rule:
    """What became of an action, by the words of the tool, else by those that all use."""
    return _state(paths, meanings or {}, lambda name: words.current().action_status(name))


def _state(paths: tuple[str, ...], meanings: Mapping[str, str], common: Common) -> Rule:
    own = {letters(name): meaning for name, meaning in meanings.items()}

    def rule(record: Record) -> Any:
        for place, value in record.filled(*paths):
            for name in _words(value):
                meaning = own.get(letters(name)) or common(name)
                if meaning:
                    record.use(place)
                    return meaning
        return ABSENT

    return rule


def clock(*paths: str, text: str = "", estimated: bool = False, zone: str = "") -> Rule:
    """A time that the export names.

    Args:
        paths: where it may stand.
        text: what it is, where its name does not say so.
        estimated: whether it is only near the time that is meant.
        zone: what a time without a zone is in; some tools write UTC and do not say so.
    """

    def rule(record: Record) -> Any:
        for place, value in record.filled(*paths):
            written = _time_in(value)
            if written is not None:
                record.use(place)
                return Clock(written, _about(place, text), estimated=estimated, zone=zone)
        return None if any(record.has(path) for path in paths) else ABSENT

    return rule


def after(start: Rule, *seconds: str, text: str = "", above: float = -1, per: float = 1) -> Rule:
    """A time told as seconds after another clock.

    Args:
        start: the clock that they count from.
        seconds: where they may stand.
        text: what they are, where the name does not say so.
        above: at most so many seconds mean that nothing was measured.
        per: what makes a second.
    """

    def rule(record: Record) -> Any:
        for place, value in record.filled(*seconds):
            amount = as_number(value)
            amount = None if amount is None else amount / per
            begun = start(record) if amount is not None else ABSENT
            if isinstance(begun, Clock) and amount is not None and above < amount < LONGEST_SECONDS:
                record.use(place)
                about = f"{begun.said} + {_about(place, text)}"
                return replace(begun, seconds=begun.seconds + amount, said=about)
        return ABSENT

    return rule


def first_of(*rules: Rule) -> Rule:
    """The first filled value that any of ``rules`` gives."""

    def rule(record: Record) -> Any:
        empty: Any = ABSENT
        for inner in rules:
            value = inner(record)
            if not is_empty(value) and value is not ABSENT:
                return value
            empty = value if empty is ABSENT else empty
        return empty

    return rule


def unless(condition: Rule, rule: Rule) -> Rule:
    """What ``rule`` gives, where ``condition`` gives nothing."""
    return lambda record: ABSENT if condition(record) else rule(record)


def spelt(rule: Rule, *, without: Iterable[str]) -> Rule:
    """What ``rule`` gives; some words of the tool mean that nothing is known."""
    nothing = {letters(name) for name in without}

    def emptied(record: Record) -> Any:
        value = rule(record)
        if isinstance(value, list):
            return [item for item in value if letters(str(item)) not in nothing]
        return None if isinstance(value, str) and letters(value) in nothing else value

    return emptied


def nested(*paths: str, fields: Mapping[str, Rule]) -> Rule:
    """Records inside the record, such as the tasks of an incident; each keeps its own rest."""

    def rule(record: Record) -> Any:
        inner = record.records(*paths, apart=True)
        if not inner:
            return [] if any(record.has(path) for path in paths) else ABSENT
        return [filled_by(fields, item) for item in inner]

    return rule


def linked(fields: Mapping[str, Rule]) -> Rule:
    """The records that were put with this one, such as the tasks of an incident."""
    return lambda record: [filled_by(fields, item) for item in record.linked] or ABSENT


def filled_by(fields: Mapping[str, Rule], record: Record) -> dict[str, Any]:
    """The fields of ``record`` that it speaks of, and under ``extra`` what is left of it."""
    values = {name: value for name, rule in fields.items() if (value := rule(record)) is not ABSENT}
    if rest := record.rest():
        values["extra"] = {**rest, **(values.get("extra") or {})}
    return values


def events(
    *paths: str,
    at: tuple[str, ...],
    what: tuple[str, ...],
    state: tuple[str, ...] = (),
    kinds: Mapping[str, str] | None = None,
) -> Rule:
    """The timeline: what was posted or noted, when, and what it means.

    Args:
        paths: where the list may stand.
        at: where an event says when.
        what: where it says what.
        state: where it names a state; it stands before the text.
        kinds: what the states mean.
    """
    meanings = {letters(name): kind for name, kind in (kinds or {}).items()}
    clock_of, text_of, state_of = clock(*at), text(*what), label(*state) if state else None

    def rule(record: Record) -> Any:
        timeline = []
        for event in record.records(*paths):
            moment = clock_of(event)
            named = state_of(event) if state_of else None
            told = text_of(event) or ""
            named = named or ""
            entry = {
                "at": moment if isinstance(moment, Clock) else None,
                "kind": meanings.get(letters(named), "other"),
                "text": f"{named}: {told}" if named and told else named or told,
            }
            timeline.append({key: value for key, value in entry.items() if value is not None})
        return timeline or ABSENT

    return rule


def event_time(
    *paths: str,
    at: tuple[str, ...],
    state: tuple[str, ...],
    of: tuple[str, ...],
    text: str = "",
    last: bool = False,
    estimated: bool = False,
) -> Rule:
    """When the first event (or the last) of one of some states was.

    Args:
        paths: where the list of events may stand.
        at: where an event says when.
        state: where it names its state.
        of: the states that count.
        text: what the time is, in words.
        last: whether the last one is meant.
        estimated: whether it is only near the time that is meant.
    """
    wanted = {letters(name) for name in of}
    timed = timed_events(*paths, at=at, state=state)

    def rule(record: Record) -> Any:
        moments = [(named, moment) for named, moment in timed(record) if letters(named) in wanted]
        if not moments:
            return ABSENT
        moments.sort(key=lambda pair: str(written_time(pair[1])))
        named, moment = moments[-1] if last else moments[0]
        about = f"'{named[:100]}', {text}" if text else f"'{named[:100]}'"
        return replace(moment, said=about, estimated=estimated)

    return rule


def timed_events(
    *paths: str, at: tuple[str, ...], state: tuple[str, ...]
) -> Callable[[Record], list[tuple[str, Clock]]]:
    """The states and times of the events of a record, for those that have both."""
    state_of, clock_of = label(*state), clock(*at)
    key = (paths, at, state)

    def read(record: Record) -> list[tuple[str, Clock]]:
        if record.timed is None:
            record.timed = {}
        if key not in record.timed:
            pairs = [(state_of(event), clock_of(event)) for event in record.records(*paths)]
            record.timed[key] = [
                (named, moment) for named, moment in pairs if named and isinstance(moment, Clock)
            ]
        timed: list[tuple[str, Clock]] = record.timed[key]
        return timed

    return read


def as_number(value: Any) -> float | None:
    """The number that ``value`` is or spells."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(str(value).replace(",", "").strip()[:50])
    except ValueError:
        return None
    return amount if amount - amount == 0 else None


def _time_in(value: Any) -> str | int | float | None:
    """The time in a value, which some tools wrap in an object."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("value", "start", "date") if value.get(key)), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return value


def _words(value: Any) -> list[str]:
    """The texts of a value that may be a list of them or an object with a name."""
    return Record({"value": value}).names("value") or []


def _about(place: Path, text: str) -> str:
    """Where a value stands, by the names of the source, and what it is."""
    names = [name for name in place if name != ITEM and name not in WRAPPERS]
    where = ".".join(names)
    return f"{where}, {text}" if text else where


# How is an export declared? By what it is known, and what each of our fields is made of.

#: Of names of ours that no tool has; a record that bears one is no export of a tool.
OURS = frozenset(
    letters(name)
    for name in (
        "root_cause_category",
        "trigger_category",
        "clock_precision",
        "clock_sources",
        "time_precision",
        "what_let_it_grow",
        "first_due_on",
        "needs_analysis",
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """The keys by which records of a tool are known, whatever they hold.

    Attributes:
        needs: all of these must be there; ``a|b`` asks for one of several.
        some: of these at least ``least`` must be there.
        never: none of these may be there.
    """

    needs: tuple[str, ...]
    some: tuple[str, ...] = ()
    least: int = 1
    never: tuple[str, ...] = ()

    def marks(self, record: Record) -> tuple[str, ...]:
        """The keys by which ``record`` is known; none if it is not."""
        needed = [_there(record, path) for path in self.needs]
        some = [path for path in self.some if record.has(path)]
        if not all(needed) or len(some) < (self.least if self.some else 0):
            return ()
        if any(record.has(path) for path in self.never) or not OURS.isdisjoint(record.keys):
            return ()
        return (*needed, *some)


@dataclass(frozen=True, slots=True)
class LeftAside:
    """A record that is no incident and no action of one, with the reason."""

    record: Record
    reason: str


Arranged = Record | LeftAside


@dataclass(frozen=True)
class Shape:
    """One kind of record that a tool exports.

    Attributes:
        tool: as it calls itself.
        what: the kind of record, in words.
        known: how it is recognised.
        fields: what each of our fields is made of; an action has ``incident_id`` among them.
        holds: what a record is.
        labelled: names and values of fields that users of the tool made up themselves.
        certain: fields that no field of the users' own may fill, as the tool has a place for them.
        body: a text that may be a whole post-mortem in Markdown, or tell of it in prose.
        weak: fields that a body says better than the tool.
        arrange: puts records together that belong together, such as tasks with their incident,
            given all of them and whatever else the export holds.
        leave_out: the reason why a record is none of ours, empty if it is.
    """

    tool: str
    what: str
    known: Known
    fields: Mapping[str, Rule]
    holds: Literal["incident", "action"] = "incident"
    labelled: Callable[[Record], Iterator[tuple[str, Any]]] | None = None
    certain: frozenset[str] = frozenset()
    body: Rule | None = None
    weak: frozenset[str] = frozenset()
    arrange: Callable[[Sequence[Record], "Whole"], Iterator[Arranged]] | None = None
    leave_out: Rule | None = None


@dataclass(frozen=True)
class Whole:
    """Everything that an export holds.

    Attributes:
        documents: its pages.
        records: those of every shape, by what they are.
    """

    documents: Sequence[Any] = ()
    records: Mapping[str, Sequence[Record]] = field(default_factory=dict)


def _there(record: Record, path: str) -> str:
    """The one of several paths that is there; empty if none is."""
    return next((way for way in path.split("|") if record.has(way)), "")


# The events of a timeline, by whatever names a list of them has for their time and their text.

OUR_KEYS = frozenset(("at", "kind", "text"))
AT = clock("at", "timestamp", "time", "created_at", "occurred_at", "display_at", "when", "date")
STATE = label("status", "state")
TOLD = text("text", "message", "body", "event", "description", "summary", "note", "content")


def events_of(value: Any) -> Any:
    """A list of objects as events; whatever else it is, and events of our own, as it stands."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value
    if all(item.keys() <= OUR_KEYS for item in value):
        return value
    return [event for item in value if (event := _event(Record(item)))]


def _event(record: Record) -> dict[str, Any]:
    moment, state, told = AT(record), STATE(record), TOLD(record)
    at = written_time(moment) if isinstance(moment, Clock) else None
    # "T+5m" is no time by itself, and tells something.
    is_time = isinstance(at, str) and ISO.match(at) is not None
    said = [part for part in (None if is_time else at, state, told) if part]
    event = {"text": ": ".join(map(str, said)), "at": at if is_time else None}
    return {name: part for name, part in event.items() if part}
