"""The commands of whoever runs Aftermath; ``data/__main__.py`` takes them among its own."""

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from data import backup as backups
from data.engine import is_there
from data.report import plural
from data.store import StoreUnreachable, open_store

app = typer.Typer()

#: Entries of the trail that are printed.
MOST_PRINTED = 50
WHEN = "%Y-%m-%d %H:%M:%S UTC"

Database = Annotated[
    str | None,
    typer.Option(
        help="An SQLAlchemy URL such as sqlite:///records.db. Otherwise AFTERMATH_DATABASE names "
        "it, otherwise it is aftermath.db in this folder.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


@app.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Argument(
            help="A file that is not there yet, or a folder; otherwise the folder of the store.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1, help="So many backups stay in the folder; older ones go.", show_default=False
        ),
    ] = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Write all of a store into one file, as of one moment, while it may be in use.

    The file is an SQLite store with a checksum, of PostgreSQL too, and only you may read it.
    """
    if not is_there(database):
        raise StoreUnreachable("There is no such database, so there is nothing to back up.")
    store = open_store(database)
    made = backups.back_up(store, to, at=dt.datetime.now(dt.UTC), keep=keep)
    removed = [str(path) for path in made.removed]
    told = {"written": [str(made.path)], "bytes": made.size, "removed": removed}
    gone = f" Removed {plural(len(removed), 'older one')}." if removed else ""
    typer.echo(json.dumps(told) if json_ else f"Wrote {made.path} ({made.size:,} bytes).{gone}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", show_default=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the store holds something already.")
    ] = False,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Make a store hold what a backup holds, all of it or nothing.

    What the store held is backed up beside it first. The dashboard may go on running.
    """
    done = backups.restore(file, database, at=dt.datetime.now(dt.UTC), replace=replace)
    kept = [path for path in (done.before, done.aside) if path]
    told = {
        "incidents": done.counts.incidents,
        "actions": done.counts.actions,
        "kept": [str(path) for path in kept],
    }
    said = f"The {done.address} holds {plural(done.counts.incidents, 'incident')} of {file}."
    beside = "".join(f" What stood there is kept in {path}." for path in kept)
    typer.echo(json.dumps(told) if json_ else said + beside)


@app.command()
def trail(
    most: Annotated[
        int | None,
        typer.Option(
            min=1, help=f"So many, the newest. Otherwise {MOST_PRINTED}, or all with --json."
        ),
    ] = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Say who changed what in a store and when, the newest first; it holds no text of a record.

    Loads, removals, verdicts, work on actions, notes, settings, exports, backups and restores.
    """
    if not is_there(database):
        raise StoreUnreachable("There is no such database.")
    store = open_store(database)
    if json_:
        events, _ = store.trail(most=most)
        told = [dataclasses.asdict(event) | {"at": event.at.isoformat()} for event in events]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    events, total = store.trail(most=most or MOST_PRINTED)
    for event in events:
        about = f"  {event.about}" if event.about else ""
        who = event.by or "not signed"
        typer.echo(f"{event.at:{WHEN}}  {who}  {event.what} ({event.count:,}){about}")
    typer.echo(f"{len(events):,} of {total:,} entries.")
