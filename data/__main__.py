"""The command line for records; ``python -m data --help`` says what there is.

Each command says what happened and ends with a code for scripts: 0 all well, 1 done but some input
had problems, 2 nothing could be done. Whatever goes wrong ends in a sentence, never in a traceback.
"""

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NoReturn

import typer

from data import exporting, gathering, kept_settings, lists, loading, operations, words
from data.engine import is_there
from data.exporting import TEMPLATE, json_schema
from data.files import sources_of
from data.findings import Findings
from data.mapping import ColumnMapping, plain_mapping, read_mapping, written_mapping
from data.operations import Database, Json
from data.options import EXAMPLES, Kept, NotUnderstood, guessed_mapping, options_said
from data.preferences import (
    UnfitName,
    ZoneUnknown,
    keep_mapping,
    kept_mapping,
    names_of_mappings,
    reader_zone,
    set_reader_zone,
)
from data.problems import shown
from data.readers.source import Options
from data.report import (
    BYTES,
    RECORDS,
    Listed,
    Progress,
    as_json,
    changes_in_words,
    failed_as_json,
    in_words,
    left_out_lines,
    plural,
    problem_lines,
    with_records,
)
from data.settings import SettingsUnreadable
from data.store import Store, StoreError, open_store

PROBLEMS, UNUSABLE = 1, 2

app = typer.Typer(
    help="Post-mortem records in and out.",
    epilog="Exit codes: 0 all well; 1 done, with problems in the input; 2 nothing could be done.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(operations.app)

Paths = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders with all that is below them, or patterns.",
        show_default=False,
    ),
]
SourceName = Annotated[
    str,
    typer.Option(
        "--source",
        help="The name by which the source of these records is known, such as jira. Otherwise it "
        "is that of the folder or tool.",
        show_default=False,
    ),
]
Zone = Annotated[
    str,
    typer.Option(
        "--zone",
        help=f"The zone of times that name none: {EXAMPLES}. Otherwise UTC.",
        show_default=False,
    ),
]
Order = Annotated[
    str,
    typer.Option(
        "--day-order",
        help="Which comes first in dates such as 03/02/2026, where nothing else decides: day, "
        "month or year.",
        show_default=False,
    ),
]
MappingName = Annotated[
    str,
    typer.Option(
        "--mapping",
        help="Which column is which field: the name of a mapping that was kept, or a file of one.",
        show_default=False,
    ),
]


@app.command()
def load(
    paths: Paths,
    database: Database = None,
    source: SourceName = "",
    zone: Zone = "",
    day_order: Order = "",
    mapping: MappingName = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what a load would do, and do nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Load post-mortems into the database.

    New records are added, changed ones updated; loading the same files twice changes nothing. What
    a file does not speak of stays as it is, and an empty cell or null empties its field. Tables of
    exposure (unit,start,end,amount[,team][,service]), service levels
    (time,service,good,total[,objective]), breaks (at,note) and whatever an export wrote are known
    by their columns.

    A load is done as a whole or not at all.
    """
    from analytics.stored.index import concepts_in_force

    in_force = lists.current_lists()
    concepts_in_force()  # what cannot be used is told before anything is loaded
    words.current()
    options = options_said(
        source=source, zone=zone, day_order=day_order, mapping=mapping, kept=_kept_in(database)
    )
    searched = True
    if dry_run:
        with _compared(database) as store:
            summary = _previewed(store, paths, in_force, options, shown_=not json_)
    else:
        store = open_store(database)
        with Progress("Reading", shown=not json_, of=BYTES) as progress:
            summary = loading.load(store, paths, lists=in_force, options=options, progress=progress)
        searched = _match(store, shown_=not json_)
    if json_:
        counts = {**_counts(summary), **({"dry_run": True} if dry_run else {})}
        typer.echo(as_json(counts, summary.findings))
    else:
        did = {"new": summary.new, "updated": summary.updated, "unchanged": summary.unchanged}
        counts = {"readable": summary.findings.incidents} if dry_run else did
        _say(counts, summary.findings, beside=changes_in_words(summary, dry_run=dry_run))
    _end(summary.findings)
    if not searched:
        raise typer.Exit(PROBLEMS)


def _kept_in(database: str | None) -> Kept:
    """Finds mappings that are kept in a store, which is opened for nothing else."""

    def kept(name: str) -> ColumnMapping | None:
        return kept_mapping(open_store(database), name) if is_there(database) else None

    return kept


@contextmanager
def _compared(database: str | None) -> Iterator[Store]:
    """The store to compare with; where there is none yet, an empty one that is gone afterwards."""
    if is_there(database):
        yield open_store(database)
        return
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder, 'empty.db').as_posix()}")
        yield store
        store.close()


def _previewed(
    store: Store, paths: list[str], in_force: lists.Lists, options: Options, *, shown_: bool
) -> loading.Summary:
    """What a load would do."""
    sources, findings = sources_of(paths, options=options)
    with Progress("Comparing", shown=shown_, of=BYTES) as progress:
        seen = loading.preview(store, sources, lists=in_force, findings=findings, progress=progress)
    return seen.summary


def _counts(summary: loading.Summary) -> dict[str, int]:
    """What a load did or would do, for scripts."""
    return {
        "new": summary.new,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "cleared_fields": summary.cleared_fields,
        "cleared_records": summary.cleared_records,
        "gone": summary.gone,
        "doubled": summary.doubled,
    }


def _match(store: Store, *, shown_: bool) -> bool:
    """A load ends with the search for earlier incidents of the same cause; whether that is done."""
    from analytics.stored.search import match_new

    try:
        with Progress("Searching", shown=shown_, of=RECORDS) as progress:
            found = match_new(store, progress=progress)
    except (StoreError, lists.ConceptsUnreadable) as error:
        typer.echo(
            f"The records are stored, but the search for repeats is not finished: {error} "
            "`python -m analytics match` goes on with it, and so does the next load.",
            err=True,
        )
        return False
    if found.records and shown_:
        typer.echo(found.words)
    return True


@app.command()
def sync(
    only: Annotated[
        list[str] | None, typer.Option(help="The name of a source; may be given several times.")
    ] = None,
    file: Annotated[Path, typer.Option(help="The file that names the sources.")] = Path(
        "sources.yaml"
    ),
    database: Database = None,
    json_: Json = False,
) -> None:
    """Read the sources that a file names again and load what changed.

    Made for cron: two syncs of a store do not run at once, a source that fails stops no other, and
    the exit code is 1 if any failed, 2 if all did. docs/sync.md says what the file may hold.
    """
    from analytics.stored.index import concepts_in_force
    from data.sync import run  # brings the libraries along that ask other machines

    in_force = lists.current_lists()
    concepts_in_force()
    entries = run.chosen(file, only or ())
    store = open_store(database)
    outcomes = run.run_all(store, entries, file=file, lists=in_force, in_words=not json_)
    changed = any(outcome.has_changed for outcome in outcomes)
    searched = _match(store, shown_=not json_) if changed else True
    if json_:
        typer.echo(run.all_as_json(outcomes))
    if code := run.exit_code(outcomes) or (0 if searched else PROBLEMS):
        raise typer.Exit(code)


@app.command()
def mapping(
    file: Annotated[
        Path | None,
        typer.Argument(help="A table, or with --keep a mapping to be kept.", show_default=False),
    ] = None,
    keep: Annotated[str, typer.Option(help="The name to keep the mapping under.")] = "",
    database: Database = None,
    json_: Json = False,
) -> None:
    """Print what the columns of a table are taken for, as a mapping to mend and to name in a load.

    With --keep the mapping in a file is kept in the database under a name, which --mapping of load
    and check understands from then on. Without a file the names of all that are kept are printed.
    """
    if file is None:
        names = names_of_mappings(open_store(database))
        _tell("\n".join(names), {"names": names}, json_=json_)
    elif keep:
        keep_mapping(open_store(database), keep, read_mapping(file))
        _tell(f"Kept as {keep}.", {"kept": keep}, json_=json_)
    else:
        sources, findings = sources_of([file])
        guessed = [guessed_mapping(source) for source in sources]
        said = "".join(map(written_mapping, guessed)).removesuffix("\n")
        if not (json_ and findings.problems):  # which is told as the only object
            _tell(said, {"mappings": list(map(plain_mapping, guessed))}, json_=json_)
        if findings.problems:
            _give_up(str(findings.problems[0]))


@app.command()
def zone(
    name: Annotated[str | None, typer.Argument(help="Such as Europe/Berlin.")] = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Say or set the zone in which readers see times, and in which days and months are counted.

    AFTERMATH_ZONE names another one for one machine. Clocks are kept in UTC.
    """
    store = open_store(database)
    if name is not None:
        set_reader_zone(store, name)
    known = reader_zone(store)
    _tell(known, {"zone": known}, json_=json_)


class Way(StrEnum):
    """Where settings go."""

    EXPORT = "export"
    IMPORT = "import"


@app.command()
def settings(
    way: Annotated[Way, typer.Argument(help="Write the settings to a file, or read them.")],
    file: Annotated[Path, typer.Argument(help="A YAML file.", show_default=False)],
    database: Database = None,
    json_: Json = False,
) -> None:
    """Write all settings of the store to one YAML file, or take them from one.

    What the file speaks of replaces what is set, section by section, and null empties a section;
    what it does not speak of stays. docs/settings.md says what it may hold.
    """
    if way is Way.EXPORT:
        store = open_store(database)
        exporting.write_text(file, kept_settings.written(kept_settings.settings_of(store)))
        said, told = f"Wrote {file}.", {"written": [str(file)]}
    else:
        made, sections = kept_settings.read_file(file)
        changed = kept_settings.keep(open_store(database), made, sections)
        said = f"Changed: {', '.join(changed)}." if changed else "Nothing changed."
        told = {"changed": changed}
    _tell(said, told, json_=json_)


@app.command()
def check(
    paths: Paths,
    database: Annotated[
        str | None,
        typer.Option(
            help="An SQLAlchemy URL: say also what a load into that database would do.",
            show_default=False,
        ),
    ] = None,
    source: SourceName = "",
    zone: Zone = "",
    day_order: Order = "",
    mapping: MappingName = "",
    json_: Json = False,
) -> None:
    """Read post-mortems and report their problems, as load does, without writing anything.

    With --json it lists the records too, as an export would write them.
    """
    in_force = lists.current_lists()
    options = options_said(
        source=source, zone=zone, day_order=day_order, mapping=mapping, kept=_kept_in(database)
    )
    summary = None
    with Listed() as records:
        with Progress("Reading", shown=not json_, of=BYTES) as progress:
            reading = gathering.read_paths(
                paths, lists=in_force, options=options, progress=progress
            )
            for record in reading.incidents():
                if json_:
                    records.add(record)
        if database:
            with _compared(database) as store:
                summary = _previewed(store, paths, in_force, options, shown_=not json_)
        findings = summary.findings if summary else reading.findings
        counts = {"readable": findings.incidents, **(_counts(summary) if summary else {})}
        if json_:
            for piece in with_records(records, counts, findings):
                typer.echo(piece, nl=False)
            typer.echo()
        else:
            beside = changes_in_words(summary, dry_run=True) if summary else ()
            _say({"readable": findings.incidents}, findings, beside=beside)
    _end(findings)


@app.command()
def ready(database: Database = None, json_: Json = False) -> None:
    """Say whether the store can be used, by the exit code too: 0, or 2 with the reason.

    For the health check of a container, beside the server's own ``/_stcore/health``, which knows
    nothing of the store. Makes no store where there is none.
    """
    if not is_there(database):
        _give_up("There is no such database.")
    store = open_store(database)
    incidents, revision = store.counts().incidents, store.revision()
    said = f"Ready: revision {revision:,}, {plural(incidents, 'incident')}."
    _tell(said, {"ready": True, "revision": revision, "incidents": incidents}, json_=json_)


@app.command()
def gone(database: Database = None, json_: Json = False) -> None:
    """List the records that are no longer at their source.

    They count like all others, until they are removed.
    """
    records = open_store(database).gone()
    if json_:
        typer.echo(json.dumps([dataclasses.asdict(record) for record in records]))
        return
    for record in records:
        typer.echo(f"{record.id}  {record.title}  ({record.place or record.source_name})")
    verb = "is" if len(records) == 1 else "are"
    typer.echo(f"{plural(len(records), 'record')} {verb} no longer at the source.")


@app.command()
def remove(
    gone: Annotated[
        bool, typer.Option("--gone", help="The records that are no longer at their source.")
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(help="Only those of the source of this name.", show_default=False),
    ] = None,
    database: Database = None,
    json_: Json = False,
) -> None:
    """Remove records; only those that are no longer at their source can be removed."""
    if not gone:
        raise typer.BadParameter("say --gone; nothing else can be removed", param_hint="--gone")
    removed = open_store(database).remove_gone(source=source)
    _tell(f"Removed {plural(removed, 'record')}.", {"removed": removed}, json_=json_)


@app.command()
def undo(database: Database = None, json_: Json = False) -> None:
    """Undo the last load: records and what was added are as they were before it."""
    store = open_store(database)
    why_not = store.can_undo()
    said = loading.undo_last_load(store)
    if said is None:
        reason = f": {why_not}" if why_not else ", as there is none that was kept"
        _give_up(f"The last load cannot be undone{reason}.")
    _tell(said, {"undone": said}, json_=json_)


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
    json_: Json = False,
) -> None:
    """Write all records out; loading what was written gives the same records again.

    CSV and JSON carry breaks, verdicts, exposure, service levels, names and known causes too; JSON
    Lines and Markdown hold the incidents alone.
    """
    written = [str(file) for file in exporting.export(open_store(database), path, form=form)]
    _tell(f"Wrote {' and '.join(written)}.", {"written": written}, json_=json_)


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
    json_: Json = False,
) -> None:
    """Write the records of a made-up company with every clock and date, to try things on."""
    from data.company import write_company  # brings pandas along, which no other command needs

    try:
        write_company(out, incidents=incidents, years=years, seed=seed)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    told = {"written": [str(out)], "incidents": incidents}
    _tell(f"Wrote {incidents:,} made-up incidents to {out}.", told, json_=json_)


def main() -> None:
    """Run the command line, turning what cannot be done into one sentence."""
    try:
        app(prog_name="python -m data")
    except (
        StoreError,
        exporting.NotExported,
        lists.ListsUnreadable,
        lists.ConceptsUnreadable,
        SettingsUnreadable,
        NotUnderstood,
        words.WordsUnreadable,
        ZoneUnknown,
        UnfitName,
        kept_settings.UnfitSettings,
    ) as error:
        _give_up(str(error))
    except Exception as error:
        # A fault of ours; a traceback would tell the user nothing and may show their records.
        _give_up(f"unexpected {type(error).__name__}: {shown(error)}. Please report this.")


def _tell(words: str, told: Mapping[str, object], *, json_: bool) -> None:
    """Answer in words, or with the same as one JSON object."""
    if json_:
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif words:
        typer.echo(words)


def _say(counts: Mapping[str, int], findings: Findings, *, beside: Iterable[str]) -> None:
    """Report in words."""
    for line in problem_lines(findings):
        typer.echo(line, err=True)
    for line in left_out_lines(findings):
        typer.echo(line, err=True)
    typer.echo(in_words(counts, findings, beside=beside))
    if not findings.usable:
        typer.echo("No record was found.", err=True)


def _end(findings: Findings) -> None:
    """End with the right code."""
    if not findings.usable:
        raise typer.Exit(UNUSABLE)
    if findings.problem_count or findings.timeless:
        raise typer.Exit(PROBLEMS)


def _give_up(reason: str) -> NoReturn:
    if "--json" in sys.argv:
        typer.echo(failed_as_json(reason))
    typer.echo(reason, err=True)
    sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
