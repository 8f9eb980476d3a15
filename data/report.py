"""What a command did, in words for people and as one JSON object for scripts."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from data.exporting import plain_fields
from data.findings import Findings
from data.loading import Summary
from data.problems import Problem, shown
from data.record import Incident

#: Problems that are printed; --json has all that were kept.
MOST_PRINTED = 20
#: Things left out for one reason, as many as are named.
MOST_NAMED = 5
#: Decisions about records that are printed, likewise.
MOST_NOTED = 10
#: Fields that no figure knows, as many as are named.
MOST_KEPT = 10
#: From this share of equal letters on, one name may be a slip for the other.
ALIKE = 0.73
#: What to tell where no record has any time.
TIMELESS = "No record has any time, so hardly a figure can be made of them."
#: What a bar counts.
BYTES, RECORDS = "bytes", "records"


class Progress:
    """A bar on the error stream, for a terminal alone; called with how much is done, of how much.

    Args:
        doing: what it shows the progress of.
        shown: whether it is wanted.
        of: what is counted, BYTES or RECORDS.
    """

    def __init__(self, doing: str, *, shown: bool, of: str) -> None:
        console = Console(stderr=True)
        self._bar = Bar(
            "[progress.description]{task.description}",
            BarColumn(),
            DownloadColumn() if of == BYTES else MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not (shown and sys.stderr.isatty()),
        )
        self._task = self._bar.add_task(doing, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Move the bar to ``done`` of ``total``."""
        self._bar.update(self._task, completed=done, total=total)


def as_json(counts: Mapping[str, int], findings: Findings) -> str:
    """One object with the counts, all kept problems, what was left out and what was assumed."""
    return json.dumps(
        {
            **counts,
            "added": dict(findings.added),
            "rejected": findings.rejected,
            "fields": {
                known.what: {"known": known.known, "of": known.of} for known in findings.fields
            },
            "timed": findings.timed,
            "ahead": [identity for identity, times in findings.ahead.items() if times > 0],
            "actions": findings.actions,
            "problems": [_plain(problem) for problem in findings.problems],
            "problem_count": findings.problem_count,
            "left_out": [
                {"file": item.place.source, "position": item.place.position, "reason": item.reason}
                for item in findings.left_out
            ],
            "left_out_count": findings.left_out_count,
            "recognised": [
                {
                    "file": item.source,
                    "shape": item.shape,
                    "why": item.why,
                    "columns": dict(item.columns),
                }
                for item in findings.recognised
            ],
            "assumptions": dict(findings.assumptions),
            "kept": dict(findings.kept),
            "notes": findings.notes,
            "note_count": findings.note_count,
        },
        ensure_ascii=False,
    )


def failed_as_json(reason: str) -> str:
    """The same object for a command that could do nothing, with the reason."""
    return json.dumps({"error": reason, **json.loads(as_json(NOTHING_LOADED, Findings()))})


NOTHING_LOADED = {"new": 0, "updated": 0, "unchanged": 0}


def in_words(counts: Mapping[str, int], findings: Findings, *, beside: Iterable[str] = ()) -> str:
    """A sentence with the counts, and one for each thing read beside records or assumed.

    Args:
        beside: sentences about what a load changed beyond the counts.
    """
    numbers = [f"{count:,} {what}" for what, count in counts.items()]
    others = {"rejected": findings.rejected, "left out": findings.left_out_count}
    numbers += [f"{count:,} {what}" for what, count in others.items() if count]
    lines = [f"{', '.join(numbers)}.", *beside]
    if findings.incidents:
        lines.append(known_in_words(findings))
    if findings.timeless:
        lines.append(TIMELESS)
    if ahead := ahead_in_words(findings):
        lines.append(ahead)
    if findings.recognised:
        lines.append(taken_for(findings))
    lines += noted_in_words(findings)
    for kind, count in findings.added.items():
        lines.append(f"Beside records: {kind.replace('_', ' ')} ({count:,}).")
    for assumption, count in findings.assumptions.items():
        lines.append(f"Assumed: {assumption} ({count:,}).")
    if findings.kept:
        lines.append(f"Kept beside the records, to filter by and to list: {kept_fields(findings)}.")
    return "\n".join(lines)


def ahead_in_words(findings: Findings) -> str:
    """How many records have a time that is still to come, and which; empty where none has."""
    ids = [identity for identity, times in findings.ahead.items() if times > 0]
    if not ids:
        return ""
    named = ", ".join(ids[:MOST_NAMED]) + (" …" if len(ids) > MOST_NAMED else "")
    verb = "has" if len(ids) == 1 else "have"
    return (
        f"Doubtful: {plural(len(ids), 'record')} {verb} a time that is still to come, which no "
        f"figure believes ({named})."
    )


def changes_in_words(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    """What a load changed beyond its counts, or would change."""
    if dry_run:
        yield (
            f"A load would add {summary.new:,}, change {summary.updated:,} and leave "
            f"{summary.unchanged:,} as they are; nothing was written."
        )
    if summary.cleared_fields:
        fields = plural(summary.cleared_fields, "field")
        verb = "would be" if dry_run else "were" if summary.cleared_fields > 1 else "was"
        records = plural(summary.cleared_records, "record")
        yield f"{fields} of {records} that held something {verb} emptied."
    if summary.doubled:
        records, verb = plural(summary.doubled, "record"), "s" if summary.doubled == 1 else ""
        yield f"{records} seem{verb} to stand twice: title and start are those of another one."
    if summary.gone:
        records, verb = plural(summary.gone, "record"), "is" if summary.gone == 1 else "are"
        yield (
            f"{records} {verb} no longer at the source, and kept; python -m data gone lists what "
            "is, and remove --gone removes it."
        )


def noted_in_words(findings: Findings) -> Iterator[str]:
    """What was decided about records, the first of it, and how much more there is."""
    for words in findings.notes[:MOST_NOTED]:
        yield f"{words}."
    more = findings.note_count - MOST_NOTED
    if more > 0:
        yield f"… and {more:,} more notes about records; --json lists them."


def plural(count: int, what: str) -> str:
    """So many of something: ``1 record``, ``2 records``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def known_in_words(findings: Findings) -> str:
    """Of how many records each thing is known that the figures stand on."""
    known = ", ".join(str(item) for item in findings.fields)
    actions = f" ({findings.actions:,} in all)" if findings.actions else ""
    return f"Known: {known}{actions}."


def taken_for(findings: Findings) -> str:
    """What the sources were taken for, the commonest first, and how many were."""
    shapes = Counter(item.shape for item in findings.recognised).most_common(MOST_KEPT)
    return f"Taken for: {', '.join(f'{shape} ({count:,})' for shape, count in shapes)}."


def kept_fields(findings: Findings) -> str:
    """The fields that no figure knows, the commonest first, each with the one it may mean."""
    ordered = sorted(findings.kept.items(), key=lambda one: (-one[1], one[0].lower()))
    parts = [f"{shown(name)} ({count:,}{_meant(name)})" for name, count in ordered[:MOST_KEPT]]
    more = len(findings.kept) - MOST_KEPT
    return ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")


def _meant(name: str) -> str:
    close = get_close_matches(name.lower(), Incident.model_fields, n=1, cutoff=ALIKE)
    return f"; {close[0]}?" if close else ""


def problem_lines(findings: Findings) -> Iterator[str]:
    """The first problems, a line for all of a file that are alike, and how many more there are."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in findings.problems:
        # A remark in brackets names what another one is like, which is different for each.
        same = (problem.place.source, problem.field, problem.reason.partition(" (")[0])
        alike.setdefault(same, []).append(problem)
    told = list(alike.values())[:MOST_PRINTED]
    for problems in told:
        more = len(problems) - 1
        yield f"{problems[0]}{f' (and {more:,} more like this)' if more else ''}"
    if left := findings.problem_count - sum(map(len, told)):
        yield f"… and {left:,} more problems; --json lists them."


def left_out_lines(findings: Findings) -> Iterator[str]:
    """What was left out, a line for each reason with the first names, and how much more."""
    by_reason: dict[str, list[str]] = {}
    for item in findings.left_out:
        by_reason.setdefault(item.reason, []).append(str(item.place))
    told = 0
    for reason, names in list(by_reason.items())[:MOST_PRINTED]:
        told += len(names)
        more = len(names) - MOST_NAMED
        others = f" and {more:,} more" if more > 0 else ""
        yield f"Left out: {'; '.join(names[:MOST_NAMED])}{others}: {reason}"
    if left := findings.left_out_count - told:
        yield f"… and {left:,} more left out"
    if findings.left_out_count > MOST_NAMED:
        yield "--json lists everything that was left out."


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.place.source,
        "position": problem.place.position,
        "field": problem.field,
        "value": problem.value,
        "reason": problem.reason,
        "rejected": problem.rejected,
    }


# The records that a check lists, as an export would write them, before anything is loaded.
#
# They wait on disk rather than in memory until everything else is known, as one JSON object holds
# both.

#: Whoever wants more of them loads and exports them.
MOST_RECORDS = 10_000
#: As many bytes of them are held in memory.
HELD_BYTES = 4_000_000


class Listed:
    """The first records of a check.

    Attributes:
        more: records beyond those that are listed.
    """

    def __init__(self) -> None:
        self._lines = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - this is its own manager
            max_size=HELD_BYTES, mode="w+", encoding="utf-8"
        )
        self._count = 0
        self.more = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    def add(self, record: Incident) -> None:
        """List a record, unless there are too many already."""
        if self._count == MOST_RECORDS:
            self.more += 1
            return
        self._lines.write(("," if self._count else "") + json.dumps(plain_fields(record)))
        self._count += 1

    def pieces(self) -> Iterator[str]:
        """The JSON list of them."""
        self._lines.seek(0)
        yield "["
        while piece := self._lines.read(HELD_BYTES):
            yield piece
        yield "]"


def with_records(records: Listed, counts: Mapping[str, int], findings: Findings) -> Iterator[str]:
    """One object with the records and all that a load tells of them, piece by piece."""
    yield '{"records": '
    yield from records.pieces()
    rest = as_json({**counts, "records_not_listed": records.more}, findings)
    yield f", {rest[1:]}"
