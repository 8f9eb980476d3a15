"""Which records do some files hold? Read, joined with their actions and checked, one by one.

Records stream: none is held longer than it takes to check it, so a million of them load in the
memory of a few thousand. Actions in files of their own are read first and wait for their incidents.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from data import readers
from data.additions import Additions
from data.check import (
    UNKNOWN,
    Checked,
    CheckedAction,
    Habits,
    check_action,
    check_incident,
)
from data.files import Files, Met, met_now, sources_of
from data.findings import Findings
from data.identity import UPLOAD, beside
from data.lists import Lists
from data.problems import Place, Problem, shown
from data.readers.source import (
    Assumption,
    Item,
    LeftOut,
    Options,
    RawAction,
    RawAdded,
    RawIncident,
    Recognised,
    Source,
)
from data.record import LONGEST_LABEL, Incident, is_empty, printable
from data.rows import REPEAT_BASIS
from data.statement import OF_TITLE, Statement, Waiting, WaitingAction, is_blank, merged
from data.values import ActionIds
from data.words import fold

#: Told how many bytes are read, of how many.
Progress = Callable[[int, int], None]
#: What readers give beside incidents.
Aside = RawAdded | Problem | Assumption | LeftOut | Recognised
#: Records that wait for actions that stand behind them, where nothing is stored.
MOST_HELD = 1_000
#: Records between two reports of progress.
REPORT_EVERY = 500
BLANK = "has neither a title nor any time, so it makes no record"
CORRECTS = "has neither a title nor any time, so it can only correct a record loaded before"
#: Where that record would be.
WITH_STORE = "and none with its id is stored or read"
WITHOUT_STORE = (
    "and none with its id was read: check it with --database, or together with the file that has it"
)
NO_ID = "has no id, so it cannot be told from others"
MAP_IT = "say which is which with --mapping, or on the page Records"
TITLE_OF_NONE = "is the title of no incident that was read"
#: Names of a record that nobody understood, as many as are told.
MOST_SEEN = 12
CORRECTABLE = frozenset(Incident.model_fields) - {"id"}
KNOWN = frozenset((*Incident.model_fields, REPEAT_BASIS))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A document that gave itself an id.

    Attributes:
        source: its path.
        title: of the incident that it tells of.
        day: on which that began.
    """

    source: str
    title: str | None
    day: dt.date | None


class Reading:
    """Checked records from some sources.

    :attr:`findings` and :attr:`additions`, what people added, are complete when all are read.

    Args:
        sources: what to read; an archive means its members.
        lists: the controlled lists in force.
        findings: what was met with before, such as paths that do not exist.
        progress: told how far reading is.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        lists: Lists,
        findings: Findings | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.findings = findings or Findings()
        self.additions = Additions()
        self._lists = lists
        self._progress = progress
        self._met: Sequence[Met] = ()
        self._told: set[str] = set()
        self._documents: dict[str, _Claim] = {}
        self._habits = UNKNOWN
        self._here = self.findings
        self._files: Files | None = None
        self.sources, packed = readers.unpacked(sources)
        for item in packed:
            self._take(item)

    def incidents(self) -> Iterator[Incident]:
        """The records as if nothing were stored; to be gone through once."""
        held: dict[str, tuple[Incident, Statement]] = {}
        for statement in self.statements():
            name = statement.incident.id
            if not statement.apart:
                if name in held and not _goes_on(held[name][1], statement):
                    yield held.pop(name)[0]
                before = held[name][0] if name in held else None
                record = merged(before, statement) if before else statement.incident
                held[name] = record, statement
            elif name in held:
                record, whole = held[name]
                held[name] = merged(record, statement), whole
            else:
                self.refuse(statement)
            if len(held) > MOST_HELD:
                yield from self._usable([held.pop(next(iter(held)))])
        yield from self._usable(held.values())

    def _usable(self, held: Iterable[tuple[Incident, Statement]]) -> Iterator[Incident]:
        for record, statement in held:
            if is_blank(record):
                self.refuse(statement)
            else:
                self.findings.count(record)
                yield record

    def statements(self, files: Files | None = None) -> Iterator[Statement]:
        """What the sources say of records, one by one; to be gone through once.

        Actions that stand apart come right after their incident, or at the end if it is in none of
        the sources. A file that says what it said when it was loaded before is not read.

        Args:
            files: that were loaded before; None reads everything.
        """
        waiting = Waiting()
        self._files = files
        try:
            self._met = files.meet(self.sources, self._lists) if files else met_now(self.sources)
            tables = [met for met in self._met if not met.as_before and _holds_actions(met)]
            apart = {id(met) for met in tables}
            others = [met for met in self._met if id(met) not in apart]
            for item in self._items([*tables, *others]):
                if isinstance(item, RawIncident):
                    yield from self._checked(item, waiting)
                elif isinstance(item, RawAction):
                    yield from self._action(item, waiting)
                else:
                    self._take(item)
            yield from self._left_over(waiting)
            for met in self._met:
                self._close(met)
            self.findings.added = self.additions.counts()
        finally:
            waiting.close()

    def refuse(self, statement: Statement) -> None:
        """Take note that what is said is of no record that was read or is stored."""
        findings = self._findings_of(statement.file)
        for checked in statement.actions if statement.apart else ():
            reason = "is no incident that was read or is stored"
            self._refuse(checked.place, statement.incident.id, reason, findings)
        if not statement.apart:
            there = WITHOUT_STORE if self._files is None else WITH_STORE
            reason = f"{CORRECTS}, {there}" if statement.told & CORRECTABLE else BLANK
            self._reject(statement.place, reason, statement.seen, findings)
        if statement.file:
            statement.file.whole, statement.file.depends = False, True

    def count(self, record: Incident, before: Incident | None) -> None:
        """Take note of a record that can be used; what it was when it was counted before."""
        self.findings.count(record, before)

    def count_stored(self, counts: Mapping[str, int], unranked: Mapping[str, int]) -> None:
        """Take note of records that were not read again, as they are stored."""
        self.findings.count_stored(counts, unranked)

    def note(self, words: str) -> None:
        """Take note of what was decided about a record."""
        self.findings.note(words)

    def _findings_of(self, met: Met | None) -> Findings:
        """Where that is noted which a file met with: with the file, as long as it is read."""
        return met.findings if met and not met.closed else self.findings

    def _close(self, met: Met) -> None:
        """Take over what a file met with, once nothing more can come of it."""
        if met.closed:
            return
        met.closed = True
        met.whole = met.whole and not met.findings.rejected
        self.findings.take(met.findings)

    def _reject(self, place: Place, reason: str, seen: Sequence[str], findings: Findings) -> None:
        """Take note of a record that was not understood; once for each source, what to do."""
        if place.source not in self._told:
            self._told.add(place.source)
            recognised = (*findings.recognised, *self.findings.recognised)
            shapes = [s.shape for s in recognised if s.source == place.source]
            taken = f" It was taken for {shapes[-1]}." if shapes else ""
            reason = f"{reason}.{taken} It holds {', '.join(seen) or 'nothing'}; {MAP_IT}"
        findings.add([Problem(place, "", "", reason, rejected=True)])

    def _items(self, files: Sequence[Met]) -> Iterator[Item]:
        total = sum(met.source.size for met in files)
        done = count = 0
        for met in files:
            before, source = count, met.source
            self._file, self._here = met, met.findings
            self._habits = Habits(source.options.zone, source.options.day_order)
            for item in () if met.as_before else readers.read(source):
                count += 1
                if self._progress and count % REPORT_EVERY == 0:
                    self._progress(min(done + source.consumed, total), total)
                yield item
            if count == before and not met.as_before:
                yield Assumption(f"{source.name} holds no record")
            done += source.size
            if not met.waits:
                self._close(met)
        if self._progress:
            self._progress(total, total)

    def _take(self, item: Aside) -> None:
        if isinstance(item, RawAdded):
            self._file.depends = True  # what was added is added again, as people may take it back
            self._here.add(self.additions.take(item.kind, item.values, place=item.place))
        elif isinstance(item, Problem):
            self._here.add([item])
        elif isinstance(item, Assumption):
            self._here.assumptions[item.text] += 1
        elif isinstance(item, LeftOut):
            self._here.leave_out(item)
        else:
            self._here.recognise(item)

    def _action(self, action: RawAction, waiting: Waiting) -> Iterator[Statement]:
        """An action whose incident came by already; one that comes before it waits for it."""
        incident_id = printable(str(action.values.get("incident_id") or ""))
        title = fold(str(action.values.get("incident_title") or ""))
        values = {k: v for k, v in action.values.items() if k != "incident_title"}
        apart = WaitingAction(incident_id, action.place, values, self._file.number)
        if title and not incident_id:
            self._file.waits = True
            waiting.add_for_title(title, apart)
        elif not 0 < len(incident_id) <= LONGEST_LABEL:
            reason = "names no incident, so it cannot be attached to one"
            self._refuse(action.place, "", reason, self._here)
        elif waiting.seen_at(incident_id):
            yield from self._apart([apart], incident_id, given=waiting)
        else:
            self._file.waits = True
            waiting.add(apart)

    def _checked(self, raw: RawIncident, waiting: Waiting) -> Iterator[Statement]:
        values = raw.values
        if is_empty(values.get("id")):
            self._reject(raw.place, NO_ID, _seen(values), self._here)
            return
        checked = check_incident(values, place=raw.place, lists=self._lists, habits=self._habits)
        self._here.add(_placed(problem, raw.lines) for problem in checked.problems)
        self._here.assumptions.update(checked.assumptions)
        incident = checked.incident
        if incident is None:
            return
        by_path = _is_made_of(incident.id, raw.place.source)
        if raw.whole and not by_path:
            by_path = self._is_of_another(incident, raw.place)
        lost = is_blank(incident)
        if not lost:
            own = (str(k) for k in values.keys() - KNOWN if not is_empty(values[k]))
            self._here.kept.update(own)
        behind = [*waiting.of(incident.id), *waiting.of_title(incident.title)]
        apart = list(self._apart(behind, incident.id))
        public = incident.source_name is not None
        statement = Statement(
            incident,
            raw.place,
            told=checked.told,
            cleared=checked.cleared,
            actions=checked.actions,
            all_actions="actions" in values,
            whole=raw.whole,
            seen=_seen(values) if lost else (),
            file=self._file,
            source_name=incident.source_name or self._source_name(raw.tool),
            name=incident.source_id or incident.id,
            by_path=not public and by_path,
            public=public,
        )
        yield self._apart_from_others(statement, waiting)
        yield from apart

    def _is_of_another(self, incident: Incident, place: Place) -> bool:
        """Whether another document has the id that this one claims, and tells of another day.

        Under one name they would be one record, in which the second hides the first.
        """
        claim = _Claim(place.source, incident.title, _day_of(incident))
        first = self._documents.setdefault(incident.id, claim)
        if first.source == place.source:
            return False
        apart = None not in (first.day, claim.day) and first.day != claim.day
        apart = apart and first.title != claim.title
        kept = "they tell of two days, so this one is kept apart"
        reason = kept if apart else "both are kept as one record"
        reason = f"is the id of {first.source} as well; {reason}"
        self._here.add([Problem(place, "id", shown(incident.id), reason)])
        return apart

    def _source_name(self, tool: str) -> str:
        return self._file.source_name or tool or UPLOAD

    def _apart_from_others(self, statement: Statement, waiting: Waiting) -> Statement:
        """``statement`` under an id of its own, if a file of the same name tells of another."""
        incident, place = statement.incident, statement.place
        earlier = waiting.see(incident.id, place)
        if earlier is None:
            return statement
        if statement.by_path and earlier.source != place.source:
            for name in beside(incident.id, place.source):
                if not waiting.see(name, place):
                    return statement.renamed(name)
        if earlier.source == place.source:
            reason = f"is the id of another record too ({earlier}); the later one counts"
            self._here.add([Problem(place, "id", shown(incident.id), reason)])
        return statement

    def _left_over(self, waiting: Waiting) -> Iterator[Statement]:
        """Actions that were read without their incidents."""
        titled: list[WaitingAction] = []
        for incident_id, actions in groupby(waiting.left_over(), key=lambda a: a.incident_id):
            if incident_id.startswith(OF_TITLE):
                titled += actions
            else:
                yield from self._apart(list(actions), incident_id)
        yield from self._of_titles(titled)

    def _of_titles(self, actions: Sequence[WaitingAction]) -> Iterator[Statement]:
        """Actions that name a record by its title, which is stored and was not read again."""
        titles = {action.incident_id.removeprefix(OF_TITLE) for action in actions}
        stored = self._files.titled(titles) if self._files and titles else {}
        for (name, number), some in groupby(actions, key=lambda a: (a.incident_id, a.file)):
            title, met = name.removeprefix(OF_TITLE), self._met[number]
            if title in stored:
                incident_id = stored[title].name_in(met.source_name or UPLOAD)
                yield from self._apart(list(some), incident_id)
                continue
            met.depends = True
            reason = TITLE_OF_NONE if self._files is None else f"{TITLE_OF_NONE} or is stored"
            for action in some:
                self._refuse(action.place, title, reason, self._findings_of(met))

    def _apart(
        self, waiting: Sequence[WaitingAction], incident_id: str, *, given: Waiting | None = None
    ) -> Iterator[Statement]:
        """Actions of one incident, checked; those without an id get one.

        Args:
            given: counts the ids that were given, where actions come one by one.
        """
        by_file: dict[int, list[CheckedAction]] = {}
        # What another file holds, and whether it is read this time, changes no id.
        ids: dict[int, ActionIds] = {}
        for action in waiting:
            found = Checked()
            if action.file not in ids:
                counted = None if given is None else given.in_file(action.file)
                ids[action.file] = ActionIds(incident_id, counted)
            default_id = ids[action.file].next(action.values.get("title"))
            checked = check_action(
                action.values,
                place=action.place,
                default_id=default_id,
                checked=found,
                lists=self._lists,
                habits=self._habits,
            )
            findings = self._findings_of(self._met[action.file])
            findings.add(found.problems)
            findings.assumptions.update(found.assumptions)
            if checked is not None:
                by_file.setdefault(action.file, []).append(checked)
        for number, actions in by_file.items():
            yield Statement(
                Incident.model_validate({"id": incident_id}),
                actions[0].place,
                actions=tuple(actions),
                apart=True,
                file=self._met[number],
                source_name=self._met[number].source_name or UPLOAD,
                name=incident_id,
            )

    def _refuse(self, place: Place, incident_id: str, reason: str, findings: Findings) -> None:
        problem = Problem(place, "incident_id", shown(incident_id), reason, rejected=True)
        findings.add([problem])


def _holds_actions(met: Met) -> bool:
    return readers.is_action_table(met.source)


def _goes_on(statement: Statement, other: Statement) -> bool:
    """Whether another file of the same source tells more of a record, as a store would take it."""
    return (
        statement.source_name == other.source_name and statement.place.source != other.place.source
    )


def _day_of(incident: Incident) -> dt.date | None:
    started = incident.impact_started_at
    return started.date() if started is not None else None


def _is_made_of(name: str, path: str) -> bool:
    """Whether an id was made from the name of its file, and so may be that of others too."""
    file = PurePath(path)
    letters, stem = _letters(name), _letters(file.stem)
    return bool(stem) and letters.startswith((stem, _letters(file.parent.name) + stem))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def read_paths(
    paths: Iterable[str | Path],
    *,
    lists: Lists,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Reading:
    """The records in files, folders and patterns; see :class:`Reading` for the rest."""
    sources, findings = sources_of(paths, options=options)
    return Reading(sources, lists=lists, findings=findings, progress=progress)


def _placed(problem: Problem, lines: Mapping[str, int]) -> Problem:
    """``problem`` with the line of its field where that is known."""
    line = lines.get(problem.field)
    if line is None:
        return problem
    return replace(problem, place=Place(problem.place.source, f"line {line}"))


def _seen(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of filled values as they may be told, and what lists of records among them have."""
    filled = [name for name, value in values.items() if not is_empty(value) and name != "id"]
    told = [_name_seen(shown(name), values[name]) for name in filled[:MOST_SEEN]]
    more = len(filled) - MOST_SEEN
    return (*told, f"{more:,} more") if more > 0 else tuple(told)


def _name_seen(name: str, value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, Mapping):
        return name
    keys = ", ".join(shown(key) for key in list(first)[:MOST_SEEN])
    return f"{name} (a list of {len(value):,} with {keys})"
