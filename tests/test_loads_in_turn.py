"""Does a folder that is changed and loaded again and again keep to the rules, whatever changes?

Files appear, change, are moved and vanish at random. After each load a second one changes nothing,
a preview said what would happen, and undoing brings back what was there.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data import lists, tables, told
from data.files import sources_of
from data.loading import Summary, load, preview, undo_last_load
from data.store import Store, open_store

LISTS = lists.read(lists.SHIPPED)
#: What a load changes; files are met with again even where no record changes.
CHANGED = (*told.OF_A_RECORD, tables.TOLD)
FOLDERS = ("one/posts", "two/posts", "one/posts/sub", "lists")
TITLES = ("Gate shut", "Crane stuck", "Box lost")
CELLS: dict[str, tuple[str, ...]] = {
    "title": TITLES,
    "severity": ("SEV1", "SEV2", ""),
    "team": ("quay", ""),
    "impact_started_at": ("2026-01-02T10:00:00Z", "2026-03-04", ""),
    "services": ("x;y", "z", ""),
    "cost": ("3", "", "much"),
}


def document(chance: random.Random) -> str:
    lines = [f"title: {chance.choice(TITLES)}"]
    started = f"impact_started_at: 2026-0{chance.randint(1, 4)}-02T10:00:00Z"
    more = [started, "severity: SEV2", "team: quay", "repeats: [a]", f"id: {chance.choice('abc')}"]
    lines += [line for line in more if chance.random() < 0.5]
    actions = "".join(f"- [ ] do {number}\n" for number in range(chance.randint(0, 3)))
    part = f"\n## Action items\n\n{actions}" if actions else ""
    return "---\n" + "\n".join(lines) + f"\n---\n\n## Summary\n\nIt was.\n{part}"


def table(chance: random.Random) -> str:
    columns = chance.sample(list(CELLS), chance.randint(1, 4))
    rows = [
        ",".join([name, *(chance.choice(CELLS[column]) for column in columns)])
        for name in chance.sample("abcdef", chance.randint(1, 4))
    ]
    return "\n".join([",".join(["id", *columns]), *rows, ""])


def actions(chance: random.Random) -> str:
    rows = "".join(
        f"{chance.choice('abcx')},{chance.choice(['a1', ''])},do,{chance.choice(['', 'done'])}\n"
        for _ in range(chance.randint(1, 4))
    )
    return "incident_id,id,title,status\n" + rows


FILES: dict[str, Callable[[random.Random], str]] = {
    "a.md": document,
    "b.md": document,
    "x.csv": table,
    "y.csv": table,
    "acts.csv": actions,
}


def change_a_file(chance: random.Random) -> None:
    name = chance.choice(list(FILES))
    path = Path(chance.choice(FOLDERS), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    what = chance.random()
    if what < 0.15 and path.exists():
        path.unlink()
    elif what < 0.25 and path.exists():
        path.rename(path.with_name(f"moved-{name}"))
    else:
        path.write_text(FILES[name](chance))


def content(store: Store) -> dict[str, list[str]]:
    with store.reading() as connection:
        return {
            table_.name: sorted(map(repr, connection.execute(select(table_)).all()))
            for table_ in CHANGED
        }


def counts(summary: Summary) -> tuple[int, ...]:
    told: Any = (summary.new, summary.updated, summary.unchanged)
    return (*told, summary.cleared_fields, summary.cleared_records, summary.gone)


@pytest.mark.parametrize("size", [2, 1_000])
@pytest.mark.parametrize("seed", range(8))
def test_loads_in_turn_keep_to_the_rules(
    seed: int, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("data.engine.BATCH", size)
    chance = random.Random(seed)
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    for _ in range(5):
        for _ in range(chance.randint(1, 4)):
            change_a_file(chance)
        there = [folder for folder in ("one", "two/posts", "lists") if Path(folder).exists()]
        paths = [chance.choice(there)]
        before, revision = content(store), store.revision()
        sources, findings = sources_of(paths)
        draft = preview(store, sources, lists=LISTS, findings=findings)
        assert content(store) == before
        first = load(store, paths, lists=LISTS)
        assert counts(draft.summary) == counts(first)
        now = store.revision()
        second = load(store, paths, lists=LISTS)
        assert store.revision() == now
        assert second.findings.fields == first.findings.fields
        if now > revision and chance.random() < 0.4:
            assert undo_last_load(store)
            assert content(store) == before
    store.close()
