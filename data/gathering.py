"""Which records do some files hold? Read, joined with their actions and checked, one by one.

Records stream: none is held longer than it takes to check it, so a million of them load in the
memory of a few thousand. Actions in files of their own are read first and wait for their incidents.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from data import readers
from data.additions import Additions
from data.check import Checked, check_action, check_incident
from data.findings import Findings
from data.lists import Lists
from data.plain import as_list, printable
from data.problems import Place, Problem, shown
from data.readers.source import (
    Assumption,
    Item,
    LeftOut,
    RawAction,
    RawAdded,
    RawIncident,
    Recognised,
    Source,
)
from data.record import Action, Incident
from data.rows import REPEAT_BASIS
from data.sources import sources_of
from data.waiting import Waiting, WaitingAction
from data.writing import BATCH, batches

#: Told how many bytes are read, of how many.
Progress = Callable[[int, int], None]
#: The records of these ids that are stored already, by id. Asked for many at once: a question each
#: takes several times as long as all the rest of a load.
Stored = Callable[[Collection[str]], Mapping[str, Incident]]

#: What readers give beside incidents.
Aside = RawAction | RawAdded | Problem | Assumption | LeftOut | Recognised
#: Records between two reports of progress.
REPORT_EVERY = 500
KNOWN = frozenset((*Incident.model_fields, REPEAT_BASIS))


class Reading:
    """Checked records from some sources.

    :attr:`findings` and :attr:`additions`, what people added, are complete when all are read.

    Args:
        sources: what to read.
        lists: the controlled lists in force.
        findings: what was met with before, such as paths that do not exist.
        progress: told how far reading is.
        stored: finds the records of actions whose incident is in none of the sources.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        lists: Lists,
        findings: Findings | None = None,
        progress: Progress | None = None,
        stored: Stored | None = None,
    ) -> None:
        self.sources = sources
        self.findings = findings or Findings()
        self.additions = Additions()
        self._lists = lists
        self._progress = progress
        self._stored = stored
        self._keep_actions = False

    def incidents(self) -> Iterator[Incident]:
        """The records, one by one; to be gone through once."""
        waiting = Waiting()
        try:
            tables = [source for source in self.sources if readers.is_action_table(source)]
            others = [source for source in self.sources if source not in tables]
            self._keep_actions = self._stored is not None and not tables
            for batch in self._batches([*tables, *others], waiting):
                stored = self._stored_of(batch)
                for raw in batch:
                    yield from self._checked(raw, waiting, stored)
            yield from self._left_over(waiting)
            self.findings.added = self.additions.counts()
        finally:
            waiting.close()

    def _batches(
        self, sources: Sequence[Source], waiting: Waiting
    ) -> Iterator[Sequence[RawIncident]]:
        """The raw incidents of all sources; the rest is dealt with on the way.

        A batch ends before anything else, so that all is met with in the order of the sources.
        """
        batch: list[RawIncident] = []
        for item in self._items(sources):
            if isinstance(item, RawIncident):
                batch.append(item)
                if len(batch) < BATCH:
                    continue
            if batch:
                yield batch
                batch = []
            if not isinstance(item, RawIncident):
                self._take(item, waiting)
        if batch:
            yield batch

    def _items(self, sources: Sequence[Source]) -> Iterator[Item]:
        total = sum(source.size for source in sources)
        done = count = 0
        for source in sources:
            before = count
            for item in readers.read(source):
                count += 1
                if self._progress and count % REPORT_EVERY == 0:
                    self._progress(min(done + source.consumed, total), total)
                yield item
            if count == before:
                yield Assumption(f"{source.name} holds no record")
            done += source.size
        if self._progress:
            self._progress(total, total)

    def _take(self, item: Aside, waiting: Waiting) -> None:
        if isinstance(item, RawAction):
            self._keep(item, waiting)
        elif isinstance(item, RawAdded):
            self.findings.add(self.additions.take(item.kind, item.values, place=item.place))
        elif isinstance(item, Problem):
            self.findings.add([item])
        elif isinstance(item, Assumption):
            self.findings.assumptions[item.text] += 1
        elif isinstance(item, LeftOut):
            self.findings.leave_out(item)
        else:
            self.findings.recognise(item)

    def _keep(self, action: RawAction, waiting: Waiting) -> None:
        incident_id = printable(str(action.values.get("incident_id") or ""))
        if not incident_id:
            self._refuse(action.place, "", "names no incident, so it cannot be attached to one")
        elif earlier := waiting.seen_at(incident_id):
            reason = f"comes after its incident ({earlier}); put it into a file of its own"
            self._refuse(action.place, incident_id, reason)
        else:
            waiting.add(WaitingAction(incident_id, action.place, action.values))

    def _stored_of(self, batch: Iterable[RawIncident]) -> Mapping[str, Incident]:
        """The stored records whose actions must be kept, as these say nothing about them."""
        if not (self._stored and self._keep_actions):
            return {}
        silent = [_id_of(raw) for raw in batch if not raw.tells_actions]
        return self._stored(silent) if silent else {}

    def _checked(
        self, raw: RawIncident, waiting: Waiting, stored: Mapping[str, Incident]
    ) -> Iterator[Incident]:
        values, incident_id = raw.values, _id_of(raw)
        if apart := waiting.of(incident_id):
            inside = as_list(values.get("actions"))
            joined = self._actions(apart, incident_id=incident_id, after=len(inside))
            values = {**values, "actions": [*inside, *joined]}
        elif self._stored and self._keep_actions and not raw.tells_actions:
            # Half of a CSV pair says nothing about the other half.
            there = stored.get(incident_id)
            values = {**values, "actions": there.actions if there else ()}
        self.findings.kept.update(values.keys() - KNOWN)
        checked = check_incident(values, place=raw.place, lists=self._lists)
        self.findings.add(_placed(problem, raw.lines) for problem in checked.problems)
        self.findings.assumptions.update(checked.assumptions)
        incident = checked.incident
        if incident is None:
            return
        if earlier := waiting.see(incident.id, raw.place):
            reason = f"is the id of another record too ({earlier}); the later one counts"
            self.findings.add([Problem(raw.place, "id", shown(incident.id), reason)])
        else:
            self.findings.count(incident)
        yield incident

    def _left_over(self, waiting: Waiting) -> Iterator[Incident]:
        """Stored records that change because actions of theirs were read without them."""
        grouped = groupby(waiting.left_over(), key=lambda action: action.incident_id)
        for batch in batches((name, list(actions)) for name, actions in grouped):
            stored = self._stored([name for name, _ in batch]) if self._stored else {}
            for incident_id, actions in batch:
                if incident_id in stored:
                    yield self._with_actions(stored[incident_id], actions)
                    continue
                for action in actions:
                    reason = "is no incident that was read or is stored"
                    self._refuse(action.place, incident_id, reason)

    def _with_actions(self, record: Incident, actions: list[WaitingAction]) -> Incident:
        """``record`` with its actions updated by id and new ones added; none is taken away."""
        updated = {action.id: action for action in record.actions}
        updated |= {a.id: a for a in self._actions(actions, incident_id=record.id)}
        changed = record.model_copy(update={"actions": tuple(updated.values())})
        self.findings.count(changed)
        return changed

    def _actions(
        self, waiting: Iterable[WaitingAction], *, incident_id: str, after: int = 0
    ) -> Iterator[Action]:
        """Actions of one incident, checked; those without an id are numbered from ``after``."""
        for number, action in enumerate(waiting, start=after + 1):
            found = Checked()
            default_id = f"{incident_id}#{number}"
            checked = check_action(
                action.values, place=action.place, default_id=default_id, found=found
            )
            self.findings.add(found.problems)
            self.findings.assumptions.update(found.assumptions)
            if checked is not None:
                yield checked

    def _refuse(self, place: Place, incident_id: str, reason: str) -> None:
        problem = Problem(place, "incident_id", shown(incident_id), reason, rejected=True)
        self.findings.add([problem])


def read_paths(
    paths: Iterable[str | Path],
    *,
    lists: Lists,
    progress: Progress | None = None,
    stored: Stored | None = None,
) -> Reading:
    """The records in files, folders and patterns; see :class:`Reading` for the rest."""
    sources, findings = sources_of(paths)
    return Reading(sources, lists=lists, findings=findings, progress=progress, stored=stored)


def _id_of(raw: RawIncident) -> str:
    return printable(str(raw.values.get("id") or ""))


def _placed(problem: Problem, lines: Mapping[str, int]) -> Problem:
    """``problem`` with the line of its field where that is known."""
    line = lines.get(problem.field)
    if line is None:
        return problem
    return replace(problem, place=Place(problem.place.source, f"line {line}"))
