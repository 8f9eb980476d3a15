"""One run over the sources: each is fetched and loaded by itself; one that fails stops no other.

What has to be remembered of a source is kept only once what it gave is loaded. A source of which
anything is said otherwise in ``sources.yaml`` is read from the beginning again.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from data.lists import Lists
from data.loading import Summary, load_sources
from data.store import Store, StoreError
from data.sync.entry import Entry, Surroundings
from data.sync.fetched import Failed, Fetched, State
from data.sync.kinds import KINDS

#: Before the name of a source among what is kept.
PREFIX = "sync: "
#: Under which a digest of what the file says of a source is kept.
SAID = "said"


class Kept(Protocol):
    """Where values that JSON can hold are kept by name."""

    def setting(self, name: str) -> Any:
        """What is kept under a name; None where nothing is."""

    def set_setting(self, name: str, value: Any) -> object:
        """Keep a value under a name."""


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
        kept.set_setting(PREFIX + entry.name, {**state, SAID: _digest(entry)})


def _digest(entry: Entry) -> str:
    """Of what the file says of a source; it holds no secret, as the file holds none."""
    said = entry.model_dump_json().encode()
    return hashlib.blake2b(said, digest_size=16).hexdigest()
