"""The command line for records; ``python -m data --help`` says what there is.

Each command says what happened and ends with a code for scripts: 0 all well, 1 done but some input
had problems, 2 nothing could be done. Whatever goes wrong ends in a sentence, never in a traceback.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from data import concepts, exporting, gathering, lists, loading, words
from data.findings import Findings
from data.listing import Listed, with_records
from data.problems import shown
from data.report import (
    BYTES,
    RECORDS,
    Progress,
    as_json,
    failed_as_json,
    in_words,
    left_out_lines,
    problem_lines,
)
from data.schema import json_schema
from data.store import Store, StoreError, open_store
from data.template import TEMPLATE

PROBLEMS, UNUSABLE = 1, 2

app = typer.Typer(
    help="Post-mortem records in and out.",
    epilog="Exit codes: 0 all well; 1 done, with problems in the input; 2 nothing could be done.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Paths = Annotated[
    list[str],
    typer.Argument(
        help="Files (.csv, .json, .jsonl, .md), folders with all below them, or patterns.",
        show_default=False,
    ),
]
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
def load(paths: Paths, database: Database = None, json_: Json = False) -> None:
    """Load post-mortems into the database.

    New records are added, changed ones updated; loading the same files twice changes nothing.
    Tables of exposure (unit,start,end,amount[,team][,service]), breaks (at,note) and whatever an
    export wrote are known by their columns.

    A load is done as a whole or not at all.
    """
    from analytics.stored.search import concepts_in_force  # quick commands need no statistics

    in_force = lists.current()
    concepts_in_force()  # a list that cannot be used is told before anything is loaded
    store = open_store(database)
    with Progress("Reading", shown=not json_, of=BYTES) as progress:
        summary = loading.load(store, paths, lists=in_force, progress=progress)
    _match(store, shown_=not json_)
    counts = {"new": summary.new, "updated": summary.updated, "unchanged": summary.unchanged}
    if json_:
        typer.echo(as_json(counts, summary.findings))
    else:
        _say(counts, summary.findings)
    _end(summary.findings)


def _match(store: Store, *, shown_: bool) -> None:
    """A load ends with the search for earlier incidents of the same cause."""
    from analytics.stored.search import match_new

    with Progress("Searching", shown=shown_, of=RECORDS) as progress:
        found = match_new(store, progress=progress)
    if found.records and shown_:
        typer.echo(found.words)


@app.command()
def check(paths: Paths, json_: Json = False) -> None:
    """Read post-mortems and report their problems, as load does, without writing anything.

    With --json it lists the records too, as an export would write them.
    """
    in_force = lists.current()
    with Listed() as records:
        with Progress("Reading", shown=not json_, of=BYTES) as progress:
            reading = gathering.read_paths(paths, lists=in_force, progress=progress)
            for record in reading.incidents():
                if json_:
                    records.add(record)
        counts = {"readable": reading.findings.incidents}
        if json_:
            for piece in with_records(records, counts, reading.findings):
                typer.echo(piece, nl=False)
            typer.echo()
        else:
            _say(counts, reading.findings)
    _end(reading.findings)


@app.command()
def export(
    path: Annotated[
        Path,
        typer.Argument(
            help="A file ending in .csv (actions.csv is written beside it), .json or .jsonl, or a "
            "folder.",
            show_default=False,
        ),
    ],
    form: Annotated[
        exporting.Form | None,
        typer.Option("--format", help="For a folder: csv (the default) or markdown."),
    ] = None,
    database: Database = None,
) -> None:
    """Write all records out; loading what was written gives the same records again.

    CSV and JSON carry breaks, verdicts, exposure and known causes too; JSON Lines and Markdown hold
    the incidents alone.
    """
    written = exporting.export(open_store(database), path, form=form)
    typer.echo("Wrote " + " and ".join(str(file) for file in written) + ".")


@app.command()
def template() -> None:
    """Print an empty post-mortem in Markdown, to be filled in and loaded."""
    typer.echo(TEMPLATE, nl=False)


@app.command()
def schema() -> None:
    """Print the JSON Schema of what may be loaded as JSON."""
    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def company(
    out: Annotated[Path, typer.Option(help="The folder to write into.", show_default=False)],
    incidents: Annotated[int, typer.Option(help="How many incidents.")] = 1_000,
    years: Annotated[float, typer.Option(help="Over how many years.")] = 3.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same records.")] = 1,
) -> None:
    """Write the records of a made-up company with every clock and date, to try things on."""
    from data.company import write_company  # brings pandas along, which no other command needs

    try:
        write_company(out, incidents=incidents, years=years, seed=seed)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"Wrote {incidents:,} made-up incidents to {out}.")


def main() -> None:
    """Run the command line, turning what cannot be done into one sentence."""
    try:
        app(prog_name="python -m data")
    except (
        StoreError,
        exporting.NotExported,
        lists.ListsUnreadable,
        concepts.ConceptsUnreadable,
        words.WordsUnreadable,
    ) as error:
        _give_up(str(error))
    except Exception as error:
        # A fault of ours; a traceback would tell the user nothing and may show their records.
        _give_up(f"unexpected {type(error).__name__}: {shown(error)}. Please report this.")


def _say(counts: Mapping[str, int], findings: Findings) -> None:
    """Report in words."""
    for line in problem_lines(findings):
        typer.echo(line, err=True)
    for line in left_out_lines(findings):
        typer.echo(line, err=True)
    typer.echo(in_words(counts, findings))
    if not findings.usable:
        typer.echo("No record was found.", err=True)


def _end(findings: Findings) -> None:
    """End with the right code."""
    if not findings.usable:
        raise typer.Exit(UNUSABLE)
    if findings.problem_count or findings.timeless:
        raise typer.Exit(PROBLEMS)


def _give_up(reason: str) -> None:
    if "--json" in sys.argv:
        typer.echo(failed_as_json(reason))
    typer.echo(reason, err=True)
    sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
