"""Sources that are synced again and again, an hour later each time."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from data import lists
from data.store import Store
from data.sync.entry import Entry, Surroundings
from data.sync.kinds import KINDS
from data.sync.run import Outcome, run

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
#: What servers say that it is: ten minutes behind our own clock.
DATE = {"Date": "Mon, 01 Jun 2026 11:50:00 GMT"}
ENVIRONMENT = {"TOKEN": "t0ken", "USER": "jo@example.com"}


class Kept(dict[str, Any]):
    """Settings in the memory, as JSON holds them."""

    def setting(self, name: str) -> Any:
        return self.get(name)

    def set_setting(self, name: str, value: Any, *, by_people: bool = True) -> None:
        self[name] = json.loads(json.dumps(value))


class Syncing:
    """Syncs one source again and again, an hour later each time."""

    def __init__(self, store: Store, folder: Path, kind: str, **said: Any) -> None:
        self.store = store
        self.entry: Entry = KINDS[kind].entry.model_validate({"name": "ours", "kind": kind, **said})
        self.kept = Kept()
        self.folder = folder
        self.now = NOW

    def __call__(self) -> Outcome:
        around = Surroundings(self.folder, ENVIRONMENT, now=lambda: self.now)
        given = run(
            self.store,
            [self.entry],
            kept=self.kept,
            lists=lists.current_lists(),
            around=around,
            told=lambda outcome: None,
        )
        self.now += dt.timedelta(hours=1)
        return given[0]

    @property
    def state(self) -> Any:
        return self.kept["sync: ours"]


def counts(outcome: Outcome) -> tuple[int, int, int]:
    assert not outcome.failed, outcome.failed
    return (outcome.counts["new"], outcome.counts["updated"], outcome.counts["unchanged"])


def own(number: int, title: str = "Queue full") -> dict[str, Any]:
    return {"id": f"T-{number}", "title": title, "impact_started_at": "2026-05-01T10:00:00Z"}
