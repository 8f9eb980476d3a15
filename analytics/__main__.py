"""Statistics over a store on the command line: ``python -m analytics --help`` says which."""

import json
import sys
from typing import Annotated, NoReturn

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
#: Nothing could be done.
UNUSABLE = 2


@app.callback()
def main() -> None:
    """Statistics over stored records."""


@app.command()
def match(
    database: Annotated[str | None, typer.Option(help="An SQLAlchemy URL.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Group all records into known causes anew.")
    ] = False,
) -> None:
    """Find earlier incidents of the same cause for records that were not searched yet."""
    from analytics.stored.search import match_new  # the quick command needs no statistics
    from data.report import RECORDS
    from data.report import Progress as Bar

    try:
        with Bar("Searching", shown=True, of=RECORDS) as progress:
            found = match_new(open_store(database), regroup=all_, progress=progress)
    except (StoreError, ConceptsUnreadable) as error:
        _give_up(str(error))
    except Exception as error:
        # A fault of ours; a traceback would tell the user nothing and may show their records.
        _give_up(f"unexpected {type(error).__name__}: {shown(error)}. Please report this.")
    typer.echo(found.words)


@app.command()
def seen(
    description: Annotated[
        str,
        typer.Argument(
            help="What you see, in a sentence or more, or a file: a draft of a post-mortem. "
            "A dash reads it from the standard input.",
            show_default=False,
        ),
    ],
    database: Annotated[str | None, typer.Option(help="An SQLAlchemy URL.")] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of words.")
    ] = False,
) -> None:
    """Show the recorded incidents that are nearest to what you describe; nothing is stored."""
    from analytics.stored.index import document_of_text
    from analytics.stored.seen import LONGEST_TEXT, draft, in_words, seen_before

    piped = description == "-"
    try:
        text = sys.stdin.read(LONGEST_TEXT) if piped else description
        if not text.strip():
            _give_up("Nothing was described.")
        if not is_there(database):
            _give_up("There is no such database, so there is nothing to compare with.")
        document = document_of_text(text) if piped else draft(text)
        answer = seen_before(open_store(database), document)
    except (StoreError, ConceptsUnreadable, OSError) as error:
        _give_up(str(error))
    if json_:
        typer.echo(json.dumps(answer))
        return
    for line in in_words(answer):
        indent = line[: len(line) - len(line.lstrip())]
        typer.echo(indent + printable(line))


def _give_up(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(UNUSABLE)


if __name__ == "__main__":
    app()
