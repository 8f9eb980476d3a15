"""From what a reader found to a checked record: bad values become problems, the rest is kept.

Readers hand over mappings in the record's own field names; everything about them is untrusted.
Nothing is dropped in silence: an unknown field goes to ``extra``, a bad value is named with its
place and reason and also kept in ``extra``, and only a record without an identity is rejected.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from data.lists import Lists
from data.plain import as_list, cleaned, is_empty, plain
from data.problems import Place, Problem, reason_of, shown
from data.record import CLOCK_FIELDS, Action, Event, Incident
from data.times import parse_day, parse_moment

#: Before the name of what is kept beside a record.
EXTRA = "extra."
#: Fields that are taken from another one where a source does not give them.
FOLLOWS = {"severity_rank": "severity", "needs_analysis": "root_cause_category"}
FOLLOWING = frozenset((*FOLLOWS, "trigger_category", "clock_precision"))

Model = TypeVar("Model", bound=BaseModel)

#: The keys under which ``extra`` keeps values that could not be used.
UNUSED = "as_given"
RANKS = ("1", "2", "3", "4", "5")
NO_ZONE = "times without a zone, taken as UTC"
#: Asked for at every record, and slow to ask a model for.
FIELDS: dict[type[BaseModel], frozenset[str]] = {
    model: frozenset(model.model_fields) - {"extra"} for model in (Incident, Action, Event)
}
DAY_FIELDS = ("created_on", "first_due_on", "due_on", "completed_on")
LIST_FIELDS = (
    "services",
    "tags",
    "contributing_factors",
    "what_went_well",
    "what_went_wrong",
    "where_we_got_lucky",
    "repeats",
)


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


def check_incident(raw: Mapping[str, Any], *, place: Place, lists: Lists) -> Checked:
    """The record in ``raw``, checked field by field.

    Args:
        raw: values by field name; ``timeline`` and ``actions`` are sequences of mappings.
        place: where ``raw`` stands in the input.
        lists: the controlled lists in force.
    """
    found = Checked()
    values = _known_fields(raw, Incident)
    names = frozenset(values)
    _name(values, lists)
    values.setdefault("source", place.source)
    _read_clocks(values, place=place, found=found)
    _read_labels(values, place=place, lists=lists, found=found)
    for name in LIST_FIELDS:
        if name in values:
            values[name] = as_list(values[name])
    values["timeline"] = [
        event
        for position, item in enumerate(as_list(values.get("timeline")), start=1)
        if (event := _event(item, values, place=place, position=position, found=found))
    ]
    actions = _actions(values, place=place, found=found)
    values["actions"] = [checked.action for checked in actions]
    found.incident = _validated(Incident, values, place=place, prefix="", found=found)
    found.actions = tuple(actions)
    found.told = _told(values, names)
    found.cleared = _cleared(raw, Incident) | _follows(values, raw) - found.told
    return found


def check_action(
    raw: Mapping[str, Any], *, place: Place, default_id: str, found: Checked
) -> CheckedAction | None:
    """The action in ``raw``; problems and assumptions go into ``found``.

    Args:
        default_id: its identity where the source gives none.
    """
    raw = {k: v for k, v in raw.items() if k != "incident_id"}
    values = _known_fields(raw, Action)
    names = frozenset(values)
    values.setdefault("id", default_id)
    for name in DAY_FIELDS:
        if name in values:
            try:
                values[name] = parse_day(values[name])
            except ValueError as error:
                _refuse(
                    values, name, reason=str(error), place=place, found=found, prefix="actions."
                )
    action = _validated(Action, values, place=place, prefix="actions.", found=found)
    if action is None:
        return None
    return CheckedAction(action, place, _told(values, names), _cleared(raw, Action))


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


def _read_clocks(values: dict[str, Any], *, place: Place, found: Checked) -> None:
    precision = values.get("clock_precision") or {}
    if not isinstance(precision, Mapping):
        reason = "is no mapping of clocks to how exactly they are known"
        _refuse(values, "clock_precision", reason=reason, place=place, found=found)
        precision = {}
    precision = dict(precision)
    for name in CLOCK_FIELDS:
        if name not in values:
            continue
        try:
            moment = parse_moment(values[name])
        except ValueError as error:
            _refuse(values, name, reason=str(error), place=place, found=found)
            continue
        values[name] = moment.at
        if moment.day_only:
            precision[name] = "day"
        if moment.zone_assumed:
            found.assumptions[NO_ZONE] += 1
    if precision:
        values["clock_precision"] = precision


def _name(values: dict[str, Any], lists: Lists) -> None:
    """Call things as they are called here."""
    for name in lists.names.keys() & values.keys():
        listed = as_list(values[name]) if name in LIST_FIELDS else values[name]
        values[name] = lists.named(name, listed)


def _read_labels(values: dict[str, Any], *, place: Place, lists: Lists, found: Checked) -> None:
    cause = values.get("root_cause_category")
    if isinstance(cause, str) and cause.strip().lower() in lists.needs_analysis:
        values["needs_analysis"] = True
    for name in ("root_cause_category", "trigger_category"):
        value = values.get(name)
        if value is None:
            continue
        label = lists.resolve(name, str(value))
        if label is None:
            _refuse(values, name, reason="is not in the controlled list", place=place, found=found)
        else:
            values[name] = label
    if "trigger_category" not in values and isinstance(values.get("trigger"), str):
        label = lists.resolve("trigger_category", values["trigger"])
        if label is not None:
            values["trigger_category"] = label
    _read_rank(values, place=place, lists=lists, found=found)


def _read_rank(values: dict[str, Any], *, place: Place, lists: Lists, found: Checked) -> None:
    if "severity_rank" in values and str(values["severity_rank"]) not in RANKS:
        reason = f"is no rank from {RANKS[0]} (worst) to {RANKS[-1]}"
        _refuse(values, "severity_rank", reason=reason, place=place, found=found)
    if "severity_rank" not in values and "severity" in values:
        rank = lists.rank(str(values["severity"]))
        if rank is not None:
            values["severity_rank"] = rank


def _event(
    item: Any, record: dict[str, Any], *, place: Place, position: int, found: Checked
) -> Event | None:
    """The event in ``item``; what it says beyond our fields goes to the extra of its record."""
    prefix = f"timeline[{position}]."
    values = _known_fields(item if isinstance(item, Mapping) else {"text": plain(item)}, Event)
    more = values.pop("extra", None)
    if "at" in values:
        try:
            moment = parse_moment(values["at"])
            values["at"] = moment.at
            if moment.zone_assumed:
                found.assumptions[NO_ZONE] += 1
        except ValueError as error:
            found.problems.append(Problem(place, f"{prefix}at", shown(values["at"]), str(error)))
            more = {**(more or {}), "at": plain(values.pop("at"))}
    if more:
        record["extra"] = {**(record.get("extra") or {}), f"{prefix}extra": plain(more, depth=1)}
    return _validated(Event, values, place=place, prefix=prefix, found=found)


def _actions(values: dict[str, Any], *, place: Place, found: Checked) -> list[CheckedAction]:
    checked: list[CheckedAction] = []
    for position, item in enumerate(as_list(values.get("actions")), start=1):
        raw = item if isinstance(item, Mapping) else {"title": plain(item)}
        default_id = f"{values.get('id', '')}#{position}"
        action = check_action(raw, place=place, default_id=default_id, found=found)
        if action is not None:
            checked.append(action)
    return checked


def _validated(
    model: type[Model], values: dict[str, Any], *, place: Place, prefix: str, found: Checked
) -> Model | None:
    """``values`` as a ``model``, bad ones dropped one by one; None if a required one is bad."""
    while True:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            for name, reason in _faults(error).items():
                if name not in values or model.model_fields[name].is_required():
                    value = shown(values.get(name, ""))
                    found.problems.append(
                        Problem(place, f"{prefix}{name}", value, reason, rejected=not prefix)
                    )
                    return None
                _refuse(values, name, reason=reason, place=place, found=found, prefix=prefix)


def _faults(error: ValidationError) -> dict[str, str]:
    """The first reason for each top-level field that failed."""
    faults: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        faults.setdefault(str(fault["loc"][0]), reason_of(fault))
    return faults


def _refuse(
    values: dict[str, Any],
    name: str,
    *,
    reason: str,
    place: Place,
    found: Checked,
    prefix: str = "",
) -> None:
    """Take a bad value out, name it as a problem, and keep it in ``extra`` as it was given."""
    value = values.pop(name)
    found.problems.append(Problem(place, f"{prefix}{name}", shown(value), reason))
    if prefix.startswith("timeline"):
        return
    extra = values.get("extra") or {}
    unused = extra.get(UNUSED)
    if not isinstance(unused, Mapping):
        unused = {} if unused is None else {UNUSED: unused}
    values["extra"] = {**extra, UNUSED: {**unused, name: plain(value, depth=2)}}
