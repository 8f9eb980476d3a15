"""One run over the sources: each is fetched and loaded by itself; one that fails stops no other.

What has to be remembered of a source is kept only once what it gave is loaded. A source of which
anything is said otherwise in ``sources.yaml`` is read from the beginning again.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import typer
from pydantic import ValidationError

from data.lists import Lists
from data.loading import Summary, load_sources
from data.report import as_json, in_words, left_out_lines, problem_lines
from data.settings import SettingsUnreadable, read_settings
from data.store import Store, StoreError
from data.sync.entry import Entry, Surroundings
from data.sync.http import Failed, Fetched, State
from data.sync.kinds import KINDS

# Which sources are there? ``sources.yaml``, checked as a whole before anything is asked.

#: Where sources are named unless the user says another file.
DEFAULT = Path("sources.yaml")
#: Faults that are told at once.
MOST_TOLD = 10
SOURCES = "sources"


def read_sources(path: Path) -> tuple[Entry, ...]:
    """The sources that a file names.

    Raises:
        SettingsUnreadable: it cannot be used; the message says where and why, a fault a line.
    """
    settings = read_settings(path)
    faults: list[str] = []
    entries = tuple(_entries(path.name, settings.values, settings.node, faults))
    if faults:
        more = len(faults) - MOST_TOLD
        told = [*faults[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        raise SettingsUnreadable("\n".join(told))
    return entries


def _entries(name: str, values: Any, node: Any, faults: list[str]) -> Iterator[Entry]:
    listed = values.get(SOURCES) if isinstance(values, Mapping) else None
    if not isinstance(listed, list) or not listed:
        faults.append(f"{name}, line 1: needs a list under the name {SOURCES}")
        return
    nodes = next(value.value for key, value in node.value if key.value == SOURCES)
    names: dict[str, int] = {}
    for raw, its_node in zip(listed, nodes, strict=True):
        entry = _entry(name, raw, its_node, faults)
        if entry is None:
            continue
        if entry.name.lower() in names:
            before = names[entry.name.lower()]
            faults.append(
                f"{name}, line {_line(its_node)}: the name {entry.name} stands in line {before} too"
            )
            continue
        names[entry.name.lower()] = _line(its_node)
        yield entry


def _entry(name: str, raw: Any, node: Any, faults: list[str]) -> Entry | None:
    if not isinstance(raw, Mapping):
        faults.append(f"{name}, line {_line(node)}: a source is written as `name: …`, `kind: …`")
        return None
    kind = KINDS.get(str(raw.get("kind")))
    if kind is None:
        said = f"{raw['kind']} is no kind of source" if "kind" in raw else "kind is missing"
        faults.append(f"{name}, line {_line(node)}: {said}; there are {', '.join(KINDS)}")
        return None
    try:
        return kind.entry.model_validate(raw)
    except ValidationError as error:
        lines = {key.value: _line(key) for key, _ in node.value}
        for fault in error.errors():
            where = lines.get(str(fault["loc"][0]) if fault["loc"] else "", _line(node))
            faults.append(f"{name}, line {where}: {_words(fault, kind.entry)}")
        return None


def _words(fault: Any, model: type[Entry]) -> str:
    at = ".".join(map(str, fault["loc"])) or "it"
    if fault["type"] == "missing":
        return f"{at} is missing"
    if fault["type"] == "extra_forbidden":
        return f"{at} is no setting here; there are {', '.join(model.model_fields)}"
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return f"{at} {reason}" if fault["type"] == "value_error" else f"{at}: {reason}"


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


#: Before the name of a source among what is kept.
PREFIX = "sync: "
#: Under which a digest of what the file says of a source is kept.
SAID = "said"


class Kept(Protocol):
    """Where values that JSON can hold are kept by name."""

    def setting(self, name: str) -> Any:
        """What is kept under a name; None where nothing is."""

    def set_setting(self, name: str, value: Any, *, by_people: bool = True) -> object:
        """Keep a value under a name; ``by_people`` if they are to see that in the trail."""


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    Attributes:
        summary: of what was loaded; None where nothing came, or nothing could be had.
        failed: why nothing could be had; empty where all went well.
    """

    entry: Entry
    summary: Summary | None = None
    failed: str = ""

    @property
    def has_problems(self) -> bool:
        """Whether something that came could not be used, or has no time."""
        if self.summary is None:
            return False
        return bool(self.summary.findings.problem_count or self.summary.findings.timeless)

    @property
    def is_unusable(self) -> bool:
        """Whether something came and nothing of it could be used."""
        if self.summary is None:
            return False
        findings = self.summary.findings
        return bool(findings.problem_count) and not findings.usable

    @property
    def has_changed(self) -> bool:
        """Whether anything in the store is new or another."""
        return any(self.counts[name] for name in ("new", "updated"))

    @property
    def counts(self) -> dict[str, int]:
        """Records by what became of them."""
        told = ("new", "updated", "unchanged")
        return {name: getattr(self.summary, name) if self.summary else 0 for name in told}


def run(
    store: Store,
    entries: Iterable[Entry],
    *,
    kept: Kept,
    lists: Lists,
    around: Surroundings,
    told: Callable[[Outcome], None],
) -> list[Outcome]:
    """Read each source and load what changed.

    Args:
        told: called with each outcome as it is known.

    Raises:
        StoreError: the store cannot be used; what was loaded before stays.
    """
    outcomes = []
    for entry in entries:
        outcome = _one(store, entry, kept, lists, around)
        told(outcome)
        outcomes.append(outcome)
    return outcomes


def _one(store: Store, entry: Entry, kept: Kept, lists: Lists, around: Surroundings) -> Outcome:
    before = _remembered(kept, entry)
    try:
        fetched = KINDS[entry.kind].fetch(entry, before, around)
        summary = _loaded(store, entry, fetched, lists)
    except StoreError:
        raise
    except Failed as error:
        return Outcome(entry, failed=str(error))
    except Exception as error:
        # A fault of ours costs the source that met with it, not all that come after it.
        return Outcome(entry, failed=f"unexpected {type(error).__name__}; please report this")
    is_understood = summary is None or summary.findings.usable or not summary.findings.rejected
    # Where nothing came the moment before does as well, and the store need not change.
    if is_understood and (fetched.sources or not before):
        _remember(kept, entry, fetched.state)
    return Outcome(entry, summary)


def _loaded(store: Store, entry: Entry, fetched: Fetched, lists: Lists) -> Summary | None:
    if not fetched.sources and not fetched.findings.problem_count:
        return None
    return load_sources(
        store,
        fetched.sources,
        lists=lists,
        name=entry.name,
        findings=fetched.findings,
        complete=(entry.name,) if fetched.complete else (),
    )


def _remembered(kept: Kept, entry: Entry) -> State:
    state = kept.setting(PREFIX + entry.name)
    is_of_this = isinstance(state, dict) and state.get(SAID) == _digest(entry)
    return state if is_of_this else {}


def _remember(kept: Kept, entry: Entry, state: State) -> None:
    if state:
        kept.set_setting(PREFIX + entry.name, {**state, SAID: _digest(entry)}, by_people=False)


def _digest(entry: Entry) -> str:
    """Of what the file says of a source; it holds no secret, as the file holds none."""
    said = entry.model_dump_json().encode()
    return hashlib.blake2b(said, digest_size=16).hexdigest()


# What ``python -m data sync`` does and says.

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
    with store.turn("sync"):
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
