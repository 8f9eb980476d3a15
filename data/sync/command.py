"""What ``python -m data sync`` does and says."""

import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import typer

from data.lists import Lists
from data.report import as_json, in_words, left_out_lines, problem_lines
from data.settings import SettingsUnreadable
from data.store import Store
from data.sync.config import read_sources
from data.sync.entry import Entry, Surroundings
from data.sync.run import Outcome, run

ALL_WELL, SOME_FAILED, ALL_FAILED = 0, 1, 2


def chosen(file: Path, only: Collection[str]) -> list[Entry]:
    """The sources that ``file`` names, or those of them that are asked for.

    Raises:
        SettingsUnreadable: the file cannot be used, or names none of those asked for.
    """
    entries = read_sources(file)
    names = [entry.name for entry in entries]
    if unknown := [name for name in only if name not in names]:
        raise SettingsUnreadable(
            f"{file.name} names no source {', '.join(unknown)}; there are {', '.join(names)}"
        )
    return [entry for entry in entries if not only or entry.name in only]


def run_all(
    store: Store, entries: Sequence[Entry], *, file: Path, lists: Lists, in_words: bool
) -> list[Outcome]:
    """Read the sources in their order; what became of each is said at once.

    Raises:
        StoreBusy: another sync of this store is running.
    """
    around = Surroundings(folder=file.absolute().parent)
    with store.turn():
        return run(
            store,
            entries,
            kept=store,
            lists=lists,
            around=around,
            told=_say if in_words else lambda outcome: None,
        )


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """As the other commands end: 0 all well, 1 with problems, 2 nothing could be done."""
    failed = [outcome for outcome in outcomes if outcome.failed or outcome.is_unusable]
    if outcomes and len(failed) == len(outcomes):
        return ALL_FAILED
    return SOME_FAILED if failed or any(one.has_problems for one in outcomes) else ALL_WELL


def all_as_json(outcomes: Sequence[Outcome]) -> str:
    """One object with what became of each source."""
    return json.dumps({"sources": [_plain(outcome) for outcome in outcomes]}, ensure_ascii=False)


def _say(outcome: Outcome) -> None:
    name = f"{outcome.entry.name} ({outcome.entry.kind})"
    if outcome.failed:
        typer.echo(f"{name}: failed: {outcome.failed}.", err=True)
    elif outcome.summary is None:
        typer.echo(f"{name}: nothing changed.")
    else:
        for line in (
            *problem_lines(outcome.summary.findings),
            *left_out_lines(outcome.summary.findings),
        ):
            typer.echo(f"{name}: {line}", err=True)
        typer.echo(f"{name}: {in_words(outcome.counts, outcome.summary.findings)}")
    sys.stdout.flush()


def _plain(outcome: Outcome) -> dict[str, object]:
    summary = outcome.summary
    told = json.loads(as_json(outcome.counts, summary.findings)) if summary else outcome.counts
    name, kind = outcome.entry.name, outcome.entry.kind
    return {"name": name, "kind": kind, "failed": outcome.failed, **told}
