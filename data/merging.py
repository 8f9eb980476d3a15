"""What becomes of a stored record when a source says something of it?

What the source tells is taken, what it says to be empty is emptied, and what it does not speak of
stays. The same statement a second time changes nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from data.check import EXTRA, UNUSED, CheckedAction
from data.record import CLOCK_FIELDS, Action, Incident
from data.statement import Statement

#: Fields that are no field's own value: they are merged entry by entry.
ABOUT_CLOCKS = ("clock_precision", "clock_sources")
#: What identifies a record is not merged either; it is settled by :mod:`data.identity`.
MERGED_APART = frozenset(("id", "source_name", "source_id", "actions", "extra", *ABOUT_CLOCKS))
INEXACT = ("day", "estimated")
NOTHING = (None, "", ())


def merged(stored: Incident, statement: Statement) -> Incident:
    """The ``stored`` record with what the statement says of it."""
    changes = _fields(Incident, statement.incident, statement.told, statement.cleared)
    changes |= _clocks(stored, statement)
    changes["extra"] = _extra(
        stored.extra, statement.incident.extra, statement.told, statement.cleared
    )
    changes["actions"] = tuple(_actions(stored.actions, statement))
    return stored.model_copy(update=changes)


def emptied(before: Incident, after: Incident) -> int:
    """How many fields of a record and its actions held something and hold nothing now."""
    kept = {action.id: action for action in after.actions}
    count = _emptied(before, after, skip="actions")
    for action in before.actions:
        count += _emptied(action, kept[action.id]) if action.id in kept else 1
    return count


def _emptied(before: Incident | Action, after: Incident | Action, *, skip: str = "") -> int:
    count = 0
    for name, value in vars(before).items():
        now = getattr(after, name)
        if name == skip or value is now or value == now:
            continue
        if name == "extra":
            count += len(value.keys() - now.keys() - {UNUSED})
        elif name not in ABOUT_CLOCKS:
            count += now in NOTHING
    return count


def _defaults(model: type[Incident] | type[Action]) -> dict[str, Any]:
    fields = model.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


EMPTY: dict[type, dict[str, Any]] = {model: _defaults(model) for model in (Incident, Action)}


def _fields(
    model: type, source: Incident | Action, told: frozenset[str], cleared: frozenset[str]
) -> dict[str, Any]:
    """The plain fields that change, by name."""
    plain = EMPTY[model].keys() - MERGED_APART
    changes = {name: EMPTY[model][name] for name in cleared & plain}
    return changes | {name: getattr(source, name) for name in told & plain}


def _clocks(stored: Incident, statement: Statement) -> dict[str, Any]:
    """How exactly clocks are known and where they were read: for the clocks spoken of, anew."""
    spoken_of = (statement.told | statement.cleared).intersection(CLOCK_FIELDS)
    changes: dict[str, Any] = {}
    precision: dict[str, Any] = {**stored.clock_precision}
    overall = stored.time_precision
    overall_said = "time_precision" in statement.told | statement.cleared
    if spoken_of and overall in INEXACT and not overall_said:
        # What was said of all clocks goes on to hold for those that are not spoken of.
        precision = {clock: overall for clock in CLOCK_FIELDS if getattr(stored, clock)} | precision
        changes["time_precision"] = None
    for name, there in (("clock_precision", precision), ("clock_sources", stored.clock_sources)):
        kept = {} if name in statement.cleared else there
        kept = {clock: value for clock, value in kept.items() if clock not in spoken_of}
        changes[name] = kept | getattr(statement.incident, name)
    return changes


def _extra(
    stored: Mapping[str, Any],
    told_extra: Mapping[str, Any],
    told: frozenset[str],
    cleared: frozenset[str],
) -> dict[str, Any]:
    """What is kept beside a record, key by key."""
    kept = {} if "extra" in cleared else {**stored}
    if "timeline" in told or "timeline" in cleared:
        kept = {key: value for key, value in kept.items() if not key.startswith("timeline[")}
    unused = kept.pop(UNUSED, {})
    kept = {key: value for key, value in kept.items() if f"{EXTRA}{key}" not in cleared}
    kept |= {key: value for key, value in told_extra.items() if key != UNUSED}
    if isinstance(unused, Mapping):  # a value that could not be used, until there is a better one
        unused = {name: value for name, value in unused.items() if name not in told | cleared}
        unused |= told_extra.get(UNUSED, {})
    return kept | ({UNUSED: unused} if unused else {})


def _actions(stored: tuple[Action, ...], statement: Statement) -> Iterable[Action]:
    """The stored actions and those spoken of, matched by id; equal ids in the order they stand."""
    actions = [] if statement.all_actions else [*stored]
    there: dict[str, list[tuple[int, Action]]] = {}
    for place, action in enumerate(stored):
        there.setdefault(action.id, []).append((place, action))
    for checked in statement.actions:
        same = there.get(checked.action.id)
        if not same:
            actions += [checked.action] if checked.told else []
            continue
        place, action = same.pop(0)
        if statement.all_actions:
            actions.append(_action(action, checked))
        else:
            actions[place] = _action(action, checked)
    return [action for action in actions if action.id not in statement.withdrawn]


def _action(stored: Action, checked: CheckedAction) -> Action:
    """A stored action with what is said of it."""
    title_told = checked.action.title if "title" in checked.told else stored.title
    if "id" not in checked.told and title_told != stored.title:
        return checked.action  # numbered by its place in a list, where another one stands now
    told, cleared = checked.told - {"id"}, checked.cleared
    changes = _fields(Action, checked.action, told, cleared)
    changes["extra"] = _extra(stored.extra, checked.action.extra, told, cleared)
    return stored.model_copy(update=changes)
