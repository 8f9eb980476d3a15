"""Statistics over a store on the command line: ``python -m analytics --help`` says which."""

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from data.engine import is_there
from data.lists import ConceptsUnreadable
from data.problems import shown
from data.record import printable
from data.store import StoreError, open_store

app = typer.Typer(
    help="Statistics over stored records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
#: A change touches what is not fixed; nothing could be done.
TOUCHED, UNUSABLE = 1, 2


@app.callback()
def main() -> None:
    """Statistics over stored records."""


@app.command()
def match(
    database: Annotated[str | None, typer.Option(help="An SQLAlchemy URL.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Group all records into known causes anew.")
    ] = False,
    json_: Json = False,
) -> None:
    """Find earlier incidents of the same cause for records that were not searched yet."""
    from analytics.stored.search import match_new  # the quick command needs no statistics
    from data.report import RECORDS
    from data.report import Progress as Bar

    try:
        with Bar("Searching", shown=not json_, of=RECORDS) as progress:
            found = match_new(open_store(database), regroup=all_, progress=progress)
    except (StoreError, ConceptsUnreadable) as error:
        _give_up(str(error))
    except Exception as error:
        # A fault of ours; a traceback would tell the user nothing and may show their records.
        _give_up(f"unexpected {type(error).__name__}: {shown(error)}. Please report this.")
    typer.echo(json.dumps(dataclasses.asdict(found)) if json_ else found.words)


@app.command()
def seen(
    description: Annotated[
        str | None,
        typer.Argument(
            help="What you see, in a sentence or more, or a file: a draft of a post-mortem. "
            "A dash reads it from the standard input.",
            show_default=False,
        ),
    ] = None,
    change: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A diff, a patch or a list of changed paths instead (a dash: standard input): "
            "which causes with an open fix does it touch? Ends with 1 where it touches any, with "
            "0 where none, with 2 where that cannot be told.",
        ),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(help="With --change: a service that the change is in, whatever its paths."),
    ] = None,
    database: Annotated[str | None, typer.Option(help="An SQLAlchemy URL.")] = None,
    json_: Json = False,
) -> None:
    """Show the recorded incidents that are nearest to what you describe; nothing is stored.

    Or, with --change, the causes with an open fix that a change touches.
    """
    if change is not None:
        _touched(change, service or (), database=database, json_=json_)
        return
    from analytics.stored.index import document_of_text
    from analytics.stored.seen import LONGEST_TEXT, draft, in_words, seen_before

    piped = description == "-"
    try:
        text = sys.stdin.read(LONGEST_TEXT) if piped else description or ""
        if not text.strip():
            _give_up("Nothing was described.")
        if not is_there(database):
            _give_up("There is no such database, so there is nothing to compare with.")
        document = document_of_text(text) if piped else draft(text)
        answer = seen_before(open_store(database), document)
    except (StoreError, ConceptsUnreadable, OSError) as error:
        _give_up(str(error))
    _say(answer, in_words(answer), json_=json_)


def _touched(file: str, services: Sequence[str], *, database: str | None, json_: bool) -> None:
    """Say what a change touches, and end with 1 where that is anything."""
    from analytics.stored.change import LONGEST_CHANGE, read_change, told_in_words, touched

    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            change = read_change(source.read(LONGEST_CHANGE).decode("utf-8", "replace"))
        if not change.paths and not change.lines:
            _give_up("The change says nothing: neither a path nor a word.")
        if not is_there(database):
            _give_up("There is no such database, so there is nothing to compare with.")
        answer = touched(open_store(database), change, services=services)
    except (StoreError, ConceptsUnreadable, OSError) as error:
        _give_up(str(error))
    if not answer["searched"]:
        _give_up("No record has been searched yet, so there is nothing to compare with.")
    _say(answer, told_in_words(answer), json_=json_)
    if answer["touched"]:
        raise typer.Exit(TOUCHED)


def _say(answer: Mapping[str, Any], lines: Iterable[str], *, json_: bool) -> None:
    if json_:
        typer.echo(json.dumps(answer))
        return
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        typer.echo(indent + printable(line))


def _give_up(reason: str) -> NoReturn:
    if "--json" in sys.argv:
        typer.echo(json.dumps({"error": reason}))
    typer.echo(reason, err=True)
    raise typer.Exit(UNUSABLE)


if __name__ == "__main__":
    app()
