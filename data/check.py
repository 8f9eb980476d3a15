"""From what a reader found to a checked record: bad values become problems, the rest is kept.

Readers hand over mappings in the record's own field names; everything about them is untrusted.
Nothing is dropped in silence: an unknown field goes to ``extra``, a bad value is named with its
place and reason and also kept in ``extra``, and only a record without an identity is rejected.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from data import words
from data.lists import Lists
from data.notations import DayOrder
from data.problems import DAY_ORDER, Place, Problem, reason_of, shown, unexpected
from data.record import (
    CLOCK_FIELDS,
    DAY_FIELDS,
    LIST_FIELDS,
    Action,
    DetectionSource,
    Event,
    Incident,
    as_list,
    cleaned,
    is_empty,
    plain,
)
from data.times import Doubt, Moment, OrderOpen, parse_day, parse_moment
from data.values import (
    LABEL_LISTS,
    ActionIds,
    amount_of,
    is_account,
    names_a_scheme,
    read_verification,
    several,
    web_address,
    without_nothing,
    without_people,
)

#: Before the name of what is kept beside a record.
EXTRA = "extra."
#: Fields that are taken from another one where a source does not give them.
FOLLOWS = {"severity_rank": "severity", "needs_analysis": "root_cause_category"}
FOLLOWING = frozenset(
    (
        *FOLLOWS,
        *("trigger_category", "clock_precision", "postmortem_status", "currency", "url"),
        *("verification", "verified_on", "verified_how"),
    )
)

Model = TypeVar("Model", bound=BaseModel)

#: The keys under which ``extra`` keeps values that could not be used.
UNUSED = "as_given"
#: What noticed an incident stands at the beginning of what is said of it.
LONGEST_STATEMENT = 2_000
RANKS = ("1", "2", "3", "4", "5")
PEOPLE = "owners that look like people, who are not stored"
NO_ADDRESS = "links without https://, kept beside the record"
BAD_ADDRESS = "is no address that may be opened: those begin with https://, http:// or mailto:"
#: Texts that are a category where the list has them.
CATEGORIES = {"trigger": "trigger_category", "root_cause": "root_cause_category"}
OWN_STATES = ("open", "resolved")
DETECTION_SOURCES = frozenset(get_args(DetectionSource))
#: Asked for at every record, and slow to ask a model for.
FIELDS: dict[type[BaseModel], frozenset[str]] = {
    model: frozenset(model.model_fields) - {"extra"} for model in (Incident, Action, Event)
}


@dataclass(frozen=True, slots=True)
class CheckedAction:
    """A checked action and what its source says of it.

    Attributes:
        told: fields that are given a usable value.
        cleared: fields that are said to be empty. A field in neither is not spoken of.
    """

    action: Action
    place: Place
    told: frozenset[str]
    cleared: frozenset[str]


@dataclass
class Checked:
    """What became of one raw record.

    Attributes:
        incident: the checked record; None if it had to be rejected.
        told: fields that are given a usable value, by name; what is kept beside the record is
            named ``extra.<key>``.
        cleared: fields that are said to be empty, named likewise. A field that is in neither is
            not spoken of, or had a value that could not be used.
        actions: those of the record, each with what is said of it.
        problems: what could not be used, with place and reason.
        assumptions: what was assumed, counted by its wording.
    """

    incident: Incident | None = None
    told: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    actions: tuple[CheckedAction, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    assumptions: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a source writes times, where that is known.

    Attributes:
        zone: of times that name none; None takes UTC.
        day_order: of dates that leave it open; None refuses them.
    """

    zone: dt.tzinfo | None = None
    day_order: DayOrder | None = None


UNKNOWN = Habits()


@dataclass(frozen=True, slots=True)
class _Work:
    """What checking one record needs to know, and what it finds.

    Attributes:
        prefix: before the names of fields in problems.
    """

    place: Place
    lists: Lists
    words: words.Words
    habits: Habits
    found: Checked
    prefix: str = ""


def check_incident(
    raw: Mapping[str, Any], *, place: Place, lists: Lists, habits: Habits = UNKNOWN
) -> Checked:
    """The record in ``raw``, checked field by field.

    Args:
        raw: values by field name; ``timeline`` and ``actions`` are sequences of mappings.
        place: where ``raw`` stands in the input.
        lists: the controlled lists in force.
        habits: how its source writes times.
    """
    work = _Work(place, lists, words.current(), habits, Checked())
    try:
        _check_incident(raw, work)
    except Exception as error:
        # A fault of ours costs the record that met with it, not all that were to be loaded.
        work.found.incident = None
        work.found.problems.append(Problem(place, "", "", unexpected(error), rejected=True))
    return work.found


def check_action(
    raw: Mapping[str, Any],
    *,
    place: Place,
    default_id: str,
    checked: Checked,
    lists: Lists,
    habits: Habits = UNKNOWN,
) -> CheckedAction | None:
    """The action in ``raw``; problems and assumptions go into ``checked``.

    Args:
        default_id: its identity where the source gives none.
    """
    work = _Work(place, lists, words.current(), habits, checked, prefix="actions.")
    try:
        return _check_action(raw, work, default_id=default_id)
    except Exception as error:
        checked.problems.append(Problem(place, "actions", "", unexpected(error), rejected=True))
        return None


def zone_taken(zone: dt.tzinfo | None) -> str:
    """The assumption that times without a zone are in this one."""
    return f"times without a zone, taken as {zone or 'UTC'}"


def _check_incident(raw: Mapping[str, Any], work: _Work) -> None:
    found = work.found
    raw = without_nothing(raw, words=work.words, lists=work.lists)
    values = _known_fields(raw, Incident)
    names = frozenset(values)
    _take_apart(values)
    _name(values, work.lists)
    values.setdefault("source", work.place.source)
    _read_clocks(values, work)
    _read_labels(values, work)
    _read_states(values, work)
    _read_amounts(values)
    _read_address(values, work)
    _leave_people_out(values, work)
    values["timeline"] = [
        event
        for position, item in enumerate(as_list(values.get("timeline")), start=1)
        if (event := _event(item, values, work, position=position))
    ]
    actions = _actions(values, work)
    values["actions"] = [checked.action for checked in actions]
    found.incident = _validated(Incident, values, work)
    found.actions = tuple(actions)
    found.told = _told(values, names)
    found.cleared = _cleared(raw, Incident) | _follows(values, raw) - found.told


def _check_action(raw: Mapping[str, Any], work: _Work, *, default_id: str) -> CheckedAction | None:
    raw = {k: v for k, v in raw.items() if k != "incident_id"}
    raw = without_nothing(raw, words=work.words, lists=work.lists)
    values = _known_fields(raw, Action)
    names = frozenset(values)
    values.setdefault("id", default_id)
    read_verification(values, words=work.words, day_order=work.habits.day_order)
    for name in DAY_FIELDS:
        if name in values:
            try:
                values[name] = parse_day(values[name], day_order=work.habits.day_order)
            except ValueError as error:
                _refuse(values, name, work, reason=str(error), asks=_asks(error))
    if "verified_on" in values:
        values.setdefault("verification", "verified")
    _read_owner(values, work)
    _read_action_words(values, work.words)
    _read_address(values, work)
    _leave_people_out(values, work)
    action = _validated(Action, values, work)
    if action is None:
        return None
    return CheckedAction(action, work.place, _told(values, names), _cleared(raw, Action))


def _told(values: Mapping[str, Any], names: frozenset[str]) -> frozenset[str]:
    """The fields among ``values`` that are filled and were spoken of or follow from what was.

    Args:
        names: those that were spoken of.
    """
    told = {name for name in values.keys() & (names | FOLLOWING) if not is_empty(values[name])}
    beside = values.get("extra") or {}
    return frozenset(told - {"extra"}).union(f"{EXTRA}{key}" for key in beside if key != UNUSED)


def _cleared(raw: Mapping[str, Any], model: type[BaseModel]) -> frozenset[str]:
    """The fields that are there and empty."""
    fields = FIELDS[model] | {"extra"}
    return frozenset(
        name if name in fields else f"{EXTRA}{name}"
        for name, value in raw.items()
        if name != "id" and is_empty(value)
    )


def _follows(values: Mapping[str, Any], raw: Mapping[str, Any]) -> set[str]:
    """What is empty because that from which it was taken is another now, or empty."""
    return {
        follower
        for follower, field_name in FOLLOWS.items()
        if follower not in raw
        and field_name in raw
        and (field_name in values or is_empty(raw[field_name]))
    }


def _known_fields(raw: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The filled fields of ``model``; what it does not know goes to ``extra``."""
    values: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    fields = FIELDS[model]
    for name, found in raw.items():
        value = cleaned(found)
        if value is None:
            continue
        if name in fields:
            values[name] = value
        elif name == "extra" and isinstance(value, Mapping):
            extra.update(value)
        else:
            extra[str(name)] = value
    if extra:
        values["extra"] = plain(extra)
    return values


def _read_clocks(values: dict[str, Any], work: _Work) -> None:
    precision = _precision(values, work)
    for name in CLOCK_FIELDS:
        if name not in values:
            continue
        try:
            moment = _moment(values[name], work, start=values.get("impact_started_at"))
        except ValueError as error:
            _refuse(values, name, work, reason=str(error), asks=_asks(error))
            continue
        values[name] = moment.at
        if moment.day_only:
            precision[name] = "day"
    values.pop("clock_precision", None)
    if precision:
        values["clock_precision"] = precision


def _take_apart(values: dict[str, Any]) -> None:
    """Makes a list of every field that is one, of several names in one text too."""
    for name in LIST_FIELDS:
        if name in values:
            value = values[name]
            apart = name in LABEL_LISTS and isinstance(value, str)
            values[name] = as_list(several(name, value) if apart else value)


def _name(values: dict[str, Any], lists: Lists) -> None:
    """Call things as they are called here."""
    for name in lists.names.keys() & values.keys():
        values[name] = lists.named(name, values[name])


def _precision(values: dict[str, Any], work: _Work) -> dict[str, Any]:
    """How exactly clocks are said to be known; exactly is what no word says."""
    stated = values.get("clock_precision") or {}
    if not isinstance(stated, Mapping) or not all(name in CLOCK_FIELDS for name in stated):
        reason = "is no mapping of clocks to how exactly they are known"
        _refuse(values, "clock_precision", work, reason=reason)
        return {}
    return {clock: known for clock, known in stated.items() if known != "exact"}


def _moment(value: Any, work: _Work, *, start: Any = None) -> Moment:
    """A time, with what was assumed about it.

    Args:
        start: that of the impact, once it is read: of an hour that clocks show twice, an end before
            it is in the second.
    """
    zone = work.habits.zone
    moment = parse_moment(value, zone=zone, day_order=work.habits.day_order)
    began = start if isinstance(start, dt.datetime) else moment.at
    if moment.second is not None and moment.at < began <= moment.second:
        moment = replace(moment, at=moment.second, doubt=Doubt.SECOND)
    if moment.zone_assumed:
        work.found.assumptions[zone_taken(zone)] += 1
    if moment.doubt is not None:
        work.found.assumptions[f"{shown(value)} {moment.doubt.value}"] += 1
    return moment


def _read_labels(values: dict[str, Any], work: _Work) -> None:
    lists = work.lists
    for text, category in CATEGORIES.items():
        told = values.get(text)
        if category not in values and isinstance(told, str) and lists.resolve(category, told):
            values[category] = told
    cause = values.get("root_cause_category")
    if isinstance(cause, str) and cause.strip().lower() in lists.needs_analysis:
        values["needs_analysis"] = True
    for name in ("root_cause_category", "trigger_category"):
        value = values.get(name)
        if value is None:
            continue
        label = lists.resolve(name, str(value))
        if label is None:
            _refuse(values, name, work, reason="is not in the controlled list")
        else:
            values[name] = label
    _read_rank(values, work)


def _read_rank(values: dict[str, Any], work: _Work) -> None:
    if "severity_rank" in values and str(values["severity_rank"]) not in RANKS:
        reason = f"is no rank from {RANKS[0]} (worst) to {RANKS[-1]}"
        _refuse(values, "severity_rank", work, reason=reason)
    if "severity_rank" not in values and "severity" in values:
        rank = work.lists.rank(str(values["severity"]))
        if rank is not None:
            values["severity_rank"] = rank


def _read_states(values: dict[str, Any], work: _Work) -> None:
    """Puts what sources call a state into our words, and leaves people out of teams."""
    for name in ("kind", "time_precision"):
        if isinstance(values.get(name), str):
            values[name] = words.fold(values[name])
    kind = values.get("kind")
    if isinstance(kind, str) and (meant := work.words.kind_of_label(kind)):
        _keep_word(values, "kind", kind, meant=meant)
        values["kind"] = meant
    status = values.get("status")
    if isinstance(status, str) and status not in OWN_STATES:
        if meant := work.words.status(status):
            values["status"] = meant
        elif work.words.document_status(status):
            values.setdefault("postmortem_status", values.pop("status"))
    _read_noticed(values, work.words)
    team = values.get("team")
    if isinstance(team, str) and is_account(team, work.words):
        del values["team"]
        work.found.assumptions[PEOPLE] += 1


def _read_noticed(values: dict[str, Any], known: words.Words) -> None:
    noticed = values.get("detection_source")
    if not isinstance(noticed, str) or noticed in DETECTION_SOURCES:
        return
    if source := known.detection_source(noticed[:LONGEST_STATEMENT]):
        values["detection_source"] = source
        _keep_word(values, "detection_source", noticed, meant=source)


def _read_action_words(values: dict[str, Any], known: words.Words) -> None:
    status, kind = values.get("status"), values.get("kind")
    if isinstance(status, str) and "url" not in values and web_address(status):
        values["url"] = values.pop("status")  # where its state can be seen
    elif isinstance(status, str) and (meant := known.action_status(status)):
        values["status"] = meant
        if meant == "wont_do":  # why it was given up is nowhere else
            _keep_word(values, "status", status, meant=meant)
    if isinstance(kind, str) and (meant := known.action_kind(kind)):
        values["kind"] = meant


def _keep_word(values: dict[str, Any], name: str, word: str, *, meant: str) -> None:
    """Keep the word of the source beside the record, where it is another than ours."""
    if words.fold(word).replace(" ", "_") != meant:
        values["extra"] = {**(values.get("extra") or {}), name: word}


def _read_owner(values: dict[str, Any], work: _Work) -> None:
    owner = values.get("owner")
    if not isinstance(owner, str):
        return
    stored = without_people(owner, work.words)
    if stored != owner:
        work.found.assumptions[PEOPLE] += 1
        del values["owner"]
        if stored:
            values["owner"] = stored


def _leave_people_out(values: dict[str, Any], work: _Work) -> None:
    """Keeps no person beside the record either, under a name that says who owns it."""
    extra = values.get("extra")
    if not isinstance(extra, Mapping):
        return
    kept = {**extra}
    for name, owner in extra.items():
        if not isinstance(owner, str) or not _names_an_owner(work.words, name):
            continue
        stored = without_people(owner, work.words)
        if stored != owner:
            work.found.assumptions[PEOPLE] += 1
            kept.pop(name)
            kept |= {name: stored} if stored else {}
    values["extra"] = kept


@lru_cache(maxsize=4_096)
def _names_an_owner(known: words.Words, name: str) -> bool:
    return known.action_field(name) == "owner"


def _read_address(values: dict[str, Any], work: _Work) -> None:
    """Keeps out what must not become a link."""
    url = values.get("url")
    if not isinstance(url, str) or web_address(url):
        return
    if names_a_scheme(url):
        _refuse(values, "url", work, reason=BAD_ADDRESS)
        return
    values["extra"] = {**(values.get("extra") or {}), "url": values.pop("url")}
    work.found.assumptions[NO_ADDRESS] += 1


def _read_amounts(values: dict[str, Any]) -> None:
    for name in ("affected_users", "cost"):
        stated = values.get(name)
        amount = amount_of(stated) if isinstance(stated, str) else None
        if amount is not None:
            values[name], currency = amount
            if currency and name == "cost":
                values.setdefault("currency", currency)


def _event(item: Any, record: dict[str, Any], work: _Work, *, position: int) -> Event | None:
    """The event in ``item``; what it says beyond our fields goes to the extra of its record."""
    work = replace(work, prefix=f"timeline[{position}].")
    values = _known_fields(item if isinstance(item, Mapping) else {"text": plain(item)}, Event)
    more = values.pop("extra", None)
    if "at" in values:
        try:
            values["at"] = _moment(values["at"], work).at
        except ValueError as error:
            given = values.pop("at")
            where = f"{work.prefix}at"
            problem = Problem(work.place, where, shown(given), str(error), asks=_asks(error))
            work.found.problems.append(problem)
            more = {**(more or {}), "at": plain(given)}
    if more:
        extra = plain(more, depth=1)
        record["extra"] = {**(record.get("extra") or {}), f"{work.prefix}extra": extra}
    return _validated(Event, values, work)


def _actions(values: dict[str, Any], work: _Work) -> list[CheckedAction]:
    checked: list[CheckedAction] = []
    work = replace(work, prefix="actions.")
    ids = ActionIds(str(values.get("id", "")))
    for item in as_list(values.get("actions")):
        raw = item if isinstance(item, Mapping) else {"title": plain(item)}
        action = _check_action(raw, work, default_id=ids.next(raw.get("title")))
        if action is not None:
            checked.append(action)
    return checked


def _validated(model: type[Model], values: dict[str, Any], work: _Work) -> Model | None:
    """``values`` as a ``model``, bad ones dropped one by one; None if a required one is bad."""
    while True:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for name, reason in _faults(error).items():
                if name not in values or model.model_fields[name].is_required():
                    value, field_name = shown(values.get(name, "")), f"{work.prefix}{name}"
                    rejected = not work.prefix
                    problem = Problem(work.place, field_name, value, reason, rejected=rejected)
                    work.found.problems.append(problem)
                    return None
                _refuse(values, name, work, reason=reason)


def _faults(error: ValidationError) -> dict[str, str]:
    """The first reason for each top-level field that failed."""
    faults: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        faults.setdefault(str(fault["loc"][0]), reason_of(fault))
    return faults


def _asks(error: ValueError) -> str:
    """The choice that would make a time usable."""
    return DAY_ORDER if isinstance(error, OrderOpen) else ""


def _refuse(values: dict[str, Any], name: str, work: _Work, *, reason: str, asks: str = "") -> None:
    """Take a bad value out, name it as a problem, and keep it in ``extra`` as it was given."""
    value = values.pop(name)
    where = f"{work.prefix}{name}"
    work.found.problems.append(Problem(work.place, where, shown(value), reason, asks=asks))
    if work.prefix.startswith("timeline"):
        return
    extra = values.get("extra") or {}
    unused = extra.get(UNUSED)
    if not isinstance(unused, Mapping):
        unused = {} if unused is None else {UNUSED: unused}
    values["extra"] = {**extra, UNUSED: {**unused, name: plain(value, depth=2)}}
