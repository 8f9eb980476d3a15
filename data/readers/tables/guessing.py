"""Which column is which field? By the name of its header in any of our languages, and its cells.

Each column makes claims, the best one of all columns comes first, and no field is given twice. A
claim that the cells contradict is none: a column "Resolved" that says yes and no is a status, and
"Resolution time" with minutes below it is a length of time.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from data import words
from data.mapping import (
    ACTION,
    ACTION_FIELDS,
    ACTIONS,
    FIELDS,
    INCIDENTS,
    KEPT,
    LEFT_OUT,
    PARTS,
    ColumnMapping,
)
from data.readers.tables.headers import (
    LENGTHS,
    Column,
    action_target,
    is_address,
    is_answer,
    is_dated,
    is_identifier,
    is_list,
    is_number,
    is_status,
    is_time_of_day,
    is_window,
    is_word,
    parts_of,
    without_clock_words,
    zone_named,
)
from data.record import CLOCK_FIELDS, LIST_FIELDS

#: How much a claim is worth: our own name, a word for it, a heading, a hint, and mere looks.
OWN, NAMED, SAID, HINTED, LOOKS = 100, 80, 60, 40, 20
#: What a column of minutes under the name of a clock tells.
LENGTH_OF = {
    "detected_at": "time_to_detect",
    "acknowledged_at": "time_to_acknowledge",
    "mitigated_at": "time_to_mitigate",
    "resolved_at": "time_to_resolve",
}
#: What no table of actions holds.
OF_INCIDENTS = {
    *CLOCK_FIELDS, *LENGTHS, "window", "start_time", "end_time", "severity", "services",
    "root_cause", "root_cause_category", "trigger", "impact", "affected_users", "cost",
    "detection_source", "actions",
} - {"postmortem_published_at"}  # fmt: skip
#: Without one of these, a table with names of something is not one of incidents.
TELLING = OF_INCIDENTS | {"date", "status", "kind"}
#: What stands beside an action and not beside an incident alone.
OF_PROMISES = frozenset(("due_on", "completed_on"))
#: Our own names of what only actions have, beside the name of their incident.
OF_ACTIONS_ALONE = frozenset(("id", "owner", "due_on", "completed_on", "created_on"))
IN_OUR_TABLES = ACTION_FIELDS | {"incident_id"}
LONGEST_LABEL = 60
LONGEST_TITLE = 160
SHORTEST_TITLE = 6

Taken = dict[int, str]
Claim = tuple[int, str]


NOTHING_GIVEN = ColumnMapping()


@dataclass(frozen=True)
class Guess:
    """What the columns of a table were taken for.

    Attributes:
        mapping: column by column.
        doubts: in words, columns that claimed what another one holds.
    """

    mapping: ColumnMapping
    doubts: list[str] = field(default_factory=list)


def guess(
    columns: Sequence[Column], given: ColumnMapping = NOTHING_GIVEN, *, of_actions: bool = False
) -> Guess:
    """What the columns of a table hold, judged by a sample.

    Args:
        columns: with their cells.
        given: what somebody said; a mapping that names none of the columns is of another table.
        of_actions: whether the table is called one of actions.
    """
    said = {
        column.index: ", ".join(given.targets(column.header))
        or given.columns.get(column.header, KEPT)
        for column in columns
        if column.header in given.columns or given.targets(column.header)
    }
    taken, doubts = _settled(columns, _claims, said)
    as_actions, doubts_of_actions = _settled(columns, _claims_of_actions, said)
    if of_actions:
        _name_incident(as_actions)
    rows = (given.rows if said else "") or _rows_said(said)
    if rows == ACTIONS or (
        not rows and _holds_actions(columns, taken, as_actions, called_so=of_actions)
    ):
        taken, doubts, rows = as_actions, doubts_of_actions, ACTIONS
    else:
        rows = INCIDENTS
        _hand_over_to_actions(columns, taken)
        _add_what_lacks(columns, taken)
        taken |= said
        taken |= {column.index: LEFT_OUT for column in columns if column.counts_rows}
    targets = {column.header: taken.get(column.index, KEPT) for column in columns}
    return Guess(replace(given, columns=targets, rows=rows), doubts)


def _rows_said(claimed: Taken) -> str:
    """What the rows are by what somebody said of the columns; empty if that leaves it open."""
    names_incident = {"incident_id", "incident_title"} & set(claimed.values())
    return ACTIONS if names_incident else ""


def own_name(header: str, among: Collection[str] = FIELDS) -> str:
    """The field that a header is the name of ("Impact started at"); empty if of none."""
    name = "_".join(header.lower().split())
    return name if name in among else ""


def _settled(
    columns: Sequence[Column], claims_of: Callable[[Column], Iterator[Claim]], claimed: Taken
) -> tuple[Taken, list[str]]:
    """What each column is, the best claims first; and what others claimed in vain, in words.

    Args:
        columns: all of them.
        claims_of: what a column may be.
        claimed: what somebody said that columns are; the others get what is left.
    """
    claims = [
        (score, -column.index, column, target)
        for column in columns
        for score, target in claims_of(column)
    ]
    taken: Taken = dict(claimed)
    holders = {
        part: columns[index] for index, target in claimed.items() for part in target.split(", ")
    }
    lost: dict[int, tuple[Column, str]] = {}
    for score, _, column, target in sorted(claims, key=lambda claim: claim[:2], reverse=True):
        if column.index in taken:
            continue
        holder = holders.setdefault(target, column)
        if holder is column or _goes_on(holder, column, target):
            taken[column.index] = target
        elif score >= SAID:
            lost.setdefault(column.index, (column, target))
    return taken, [
        f"{column.header!r} could be {target} as well as {holders[target].header!r}, "
        "which counts; it is kept beside the record"
        for index, (column, target) in lost.items()
        if index not in taken
    ]


def _goes_on(holder: Column, column: Column, target: str) -> bool:
    """Whether a list goes on in a second column of its name, or a day in its time of day."""
    if target in CLOCK_FIELDS:
        return (holder.dated and column.of_day) or (holder.of_day and column.dated)
    return target in LIST_FIELDS and holder.label.header == column.label.header


def _claims(column: Column) -> Iterator[Claim]:
    """What a column of incidents may be, each with its score, by its name and its cells."""
    for score, target in _named(column):
        if fitting := target if score == OWN else _fitting(column, target):
            yield score if fitting == target else score - 5, fitting
    for target in _looks(column):
        yield LOOKS, target


def _named(column: Column) -> Iterator[Claim]:
    """What the header says."""
    in_force = words.current()
    name = column.label.name
    if own := own_name(column.label.header):
        yield OWN, own
        return
    if action := action_target(name):
        yield NAMED + 2, action
    by_column = OF_ITS_INCIDENT.get(in_force.column(name), in_force.column(name))
    if by_column in FIELDS or by_column in PARTS:
        yield NAMED + 1, by_column
    if field_name := in_force.field(name):
        # "Priority" names one of an action too, so that "Severity" beside it counts first.
        # A service is named before its component.
        better = 2 * (field_name == "services") - 2 * bool(in_force.action_field(name))
        yield NAMED + better, field_name
    if (fact := in_force.fact(name)) in PARTS:
        yield NAMED, fact
    yield from _hinted(name)


def field_named(column: Column) -> str:
    """The field of an incident that a column is by its name, if its cells agree; empty if none."""
    fitting = (_fitting(column, target) for _, target in sorted(_named(column), reverse=True))
    return next((target for target in fitting if target in FIELDS), "")


def _hinted(name: str) -> Iterator[Claim]:
    """What a name says less surely."""
    in_force = words.current()
    for bare in without_clock_words(name):
        for clock in (in_force.field(bare), in_force.column(bare)):
            if clock in CLOCK_FIELDS:
                yield NAMED - 6, clock
    if (part := in_force.part(name)) in FIELDS and part != "actions":
        yield SAID, part
    if in_force.part(name) == "detection":
        yield SAID, "detection_source"
    if in_force.action_field(name) == "owner":
        yield HINTED, "team"


#: In a table of incidents, what names the incident of a row is its own.
OF_ITS_INCIDENT = {"incident_id": "id", "incident_title": "title", "action": "", "actions": ""}


def _fitting(column: Column, target: str) -> str:
    """What a column of that name holds, judging by its cells; empty if nothing of the kind."""
    if not column.values:
        return target
    if target in CLOCK_FIELDS or target in ("date", "start_time", "end_time"):
        return _clock(column, target)
    test = FITS.get(target)
    return test(column) if test else target


def _clock(column: Column, target: str) -> str:
    if column.is_length and target in LENGTH_OF:
        return LENGTH_OF[target]
    if target in ("date", "start_time") and column.mostly(is_window):
        return "window"
    if column.dated or column.counted:
        return "impact_started_at" if target == "start_time" else target
    if column.of_day or own_name(column.label.header):
        return target
    if target == "resolved_at" and column.mostly(lambda v: is_answer(v) or is_status(v), 0.9):
        return "status"
    if target == "detected_at" and column.mostly(_is_source, 0.6):
        return "detection_source"
    # A few that can be read are worth more than none.
    seldom = column.mostly(lambda value: is_dated(value) or is_time_of_day(value), 0.05)
    return target if seldom else ""


def _identity(column: Column) -> str:
    """An id, unless the cells are the names that incidents have: sentences, or words."""
    if column.mostly(is_identifier):
        return "id"
    if column.mostly(lambda value: " " in value):
        return "title"
    return "title" if column.mostly(is_word, 0.9) and not _says_id(column) else "id"


def _title(column: Column) -> str:
    """A title, unless the cells are ids: "Incidente" is a word for both."""
    return "id" if column.unique and column.mostly(is_identifier, 0.9) else "title"


def _says_id(column: Column) -> bool:
    """Whether a header speaks of an id itself: "Incident number", and not a bare "Incident"."""
    return any(words.current().action_field(part) == "id" for part in parts_of(column.label.name))


def _cause(column: Column) -> str:
    """Labels of our list are a category as well as the cause in words."""
    return "root_cause, root_cause_category" if column.of_categories >= 0.6 else "root_cause"


def _is_kind(text: str) -> bool:
    folded = words.fold(text)
    return any(kind in folded for kind in ("incident", "drill", "test", "maintenance"))


def _is_source(text: str) -> bool:
    return bool(words.current().detection_source(text))


def _is_zone(text: str) -> bool:
    return zone_named(text) is not None


def _is_label(text: str) -> bool:
    return len(text) <= LONGEST_LABEL


def _team(column: Column) -> str:
    """A team, unless the cells are times: "Time" is one word for both."""
    if column.of_day:
        return "start_time"
    if column.dated:
        return "impact_started_at"
    return "team" if column.mostly(_is_label, 0.8) else ""


def _if(looks: Callable[[str], bool], share: float, target: str) -> Callable[[Column], str]:
    """Keeps a claim where so many cells look so."""
    return lambda column: target if column.mostly(looks, share) else ""


FITS: dict[str, Callable[[Column], str]] = {
    "id": _identity,
    "title": _title,
    "zone": _if(_is_zone, 0.5, "zone"),
    "detection_source": _if(_is_source, 0.5, "detection_source"),
    "window": lambda column: "impact_started_at" if column.of_day else "window",
    "root_cause": _cause,
    "root_cause_category": lambda c: "root_cause_category" if c.of_categories >= 0.5 else "",
    "kind": _if(_is_kind, 0.8, "kind"),
    "url": _if(is_address, 0.6, "url"),
    "timeline": _if(is_list, 0.9, "timeline"),
    "affected_users": _if(is_number, 0.5, "affected_users"),
    "cost": _if(is_number, 0.5, "cost"),
    "severity": _if(_is_label, 0.8, "severity"),
    "status": _if(_is_label, 0.8, "status"),
    "team": _team,
    "impact": lambda column: "" if column.graded else "impact",
}


def _looks(column: Column) -> Iterator[str]:
    """What the cells look like, whatever the header says."""
    known = own_name(column.label.header) or words.current().fact(column.label.name) == "kept"
    if known or column.mostly(is_number, 0.9):
        return
    if column.unique and column.mostly(is_identifier, 0.9):
        yield "id"
    if column.graded:
        yield "severity"
    elif column.mostly(is_status, 0.9) and not column.mostly(is_answer, 0.9):
        yield "status"
    if column.mostly(is_address, 0.9):
        yield "url"


def _claims_of_actions(column: Column) -> Iterator[Claim]:
    """What a column of actions may be."""
    in_force = words.current()
    header, name = column.label.header, column.label.name
    if own := own_name(header, ACTION_FIELDS):
        yield OWN, f"action.{own}"
        return
    named = in_force.column(name)
    if own_name(header, ("incident_id",)) or named in ("incident_id", "incident_title"):
        yield NAMED + 5, "incident_title" if _identity(column) == "title" else "incident_id"
    if action := action_target(name):
        yield NAMED + 2, "action.title" if action == "actions" else action
    if of_action := in_force.action_field(name):
        yield NAMED, f"action.{of_action}"
    if in_force.field(name) == "id" or named == "id":
        yield HINTED, "action.id"


def _name_incident(of_actions: Taken) -> None:
    """In a table that is called one of actions, the only id is that of the incident."""
    if not OF_ITS_INCIDENT.keys() & set(of_actions.values()):
        for index, target in of_actions.items():
            of_actions[index] = "incident_id" if target == "action.id" else target


def _holds_actions(
    columns: Sequence[Column], taken: Taken, of_actions: Taken, *, called_so: bool
) -> bool:
    """Whether the rows are actions, which name their incident and hold nothing else of it."""
    there = set(of_actions.values())
    elsewhere = {target for index, target in taken.items() if index not in of_actions}
    promised = called_so or any(map(_promises, columns))
    named = next((c for c in columns if c.header.strip().lower() == "incident_id"), None)
    if named is not None:
        own = {own_name(column.label.header, IN_OUR_TABLES) for column in columns}
        # Exports name incidents so; an id of an action beside it, or several rows, tell of actions.
        several = "" not in own or bool(own & OF_ACTIONS_ALONE) or not named.unique
        of_incidents = {own_name(column.label.header) for column in columns} | elsewhere
        return (promised or several) and not of_incidents & OF_INCIDENTS
    if not promised:
        return False
    return (
        bool(there & {"incident_id", "incident_title"})
        and "action.title" in there
        and bool(there & {"action.owner", "action.due_on", "action.completed_on"})
        and not elsewhere & OF_INCIDENTS
    )


def _promises(column: Column) -> bool:
    """Whether a header is one of actions alone; "Description" and "Status" are not."""
    in_force = words.current()
    name = column.label.name
    of_incident = in_force.field(name) or in_force.fact(name) or in_force.column(name)
    return bool(
        action_target(name) or (in_force.action_field(name) in OF_PROMISES and not of_incident)
    )


def _hand_over_to_actions(columns: Sequence[Column], taken: Taken) -> None:
    """Gives the columns beside an action to it, and takes from it what has no action.

    "Owner" and "Status" are words of incidents too; in one run with an action and its due date they
    are the action's.
    """
    titles = [i for i, target in taken.items() if target in ("actions", "action.title")]
    in_force = words.current()
    meant = {column.index: in_force.action_field(column.label.name) for column in columns}
    promised = [i for i, name in meant.items() if name in OF_PROMISES and i not in taken]
    # A plain "Date" before the action is the incident's.
    facts = {column.index for column in columns if in_force.fact(column.label.name)}
    promised = [i for i in promised if i not in facts or any(i > title for title in titles)]
    if titles:
        taken |= {index: f"action.{meant[index]}" for index in promised}
        if promised:
            taken |= {index: f"action.{meant[index]}" for index in _run(titles[0], meant)}
    _drop_without_title(taken)


def _run(title: int, meant: dict[int, str]) -> Iterator[int]:
    """The columns right behind that of the action that may be of it."""
    index = title + 1
    while meant.get(index, "title") not in ("", "id", "title"):
        yield index
        index += 1


def _drop_without_title(taken: Taken) -> None:
    """An owner or a date is of an action only where the action stands."""
    titles = {"action." if t == "actions" else t.removesuffix("title") for t in taken.values()}
    for index, target in list(taken.items()):
        if ACTION.fullmatch(target) and f"{target.partition('.')[0]}." not in titles:
            del taken[index]


def _add_what_lacks(columns: Sequence[Column], taken: Taken) -> None:
    """A title and a time, where one column alone can be it."""
    there = set(taken.values())
    in_force = words.current()
    free = [
        column
        for column in columns
        if column.index not in taken
        and column.values
        and not in_force.action_field(column.label.name)
        and in_force.fact(column.label.name) != "kept"
    ]
    if "title" not in there:
        summary = next((i for i, target in taken.items() if target == "summary"), None)
        if summary is not None and _may_be_title(columns[summary]):
            taken[summary] = "title"
        elif there & TELLING and (first := next(filter(_may_be_title, free), None)):
            taken[first.index] = "title"
    if not there & {*CLOCK_FIELDS, "date", "window"}:
        dated = [column for column in free if column.dated]
        if len(dated) == 1:
            taken[dated[0].index] = "date"


def _may_be_title(column: Column) -> bool:
    return (
        SHORTEST_TITLE <= column.length <= LONGEST_TITLE
        and not column.mostly(lambda value: "\n" in value, 0.1)
        and column.mostly(lambda value: " " in value)
        and len(set(column.values)) * 2 > len(column.values)
        and not (column.dated or column.of_day or column.mostly(is_address))
    )
