"""Reviews as files, from the command line or cron; ``python -m pages --help`` says what there is.

Exit codes: 0 all well, 1 done but something is missing, 2 nothing could be done.
"""

import datetime as dt
import json
import logging
import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, NoReturn
from urllib.parse import urlsplit

import numpy as np
import typer

from analytics.calendar import ALL_TIME, Period, add_months, named_periods
from data.engine import ENVIRONMENT, is_there
from data.lists import ConceptsUnreadable
from data.preferences import UTC, ZoneUnknown
from data.problems import shown
from data.store import Store, StoreError, open_store

if TYPE_CHECKING:
    from analytics.frames import History
    from analytics.selection import Scope
    from data.findings import Findings
    from data.record import Incident
    from pages.views.audit import Audited

PROBLEMS, UNUSABLE = 1, 2
NOT_IN_A_FILE = re.compile(r"[^\w-]+")
#: Seconds to reach an address, and to wait for its answer.
ANSWERS_WITHIN = (10.0, 30.0)
#: What a chat takes for a command or a mention.
IN_A_CHAT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
NO_ADDRESS = "--webhook needs an address that begins with http:// or https://."
NO_DATABASE = "There is no such database."
NO_RECORDS = "There are no records yet; `python -m data load FOLDER` loads some."
NO_MCP = (
    "The package mcp is not installed; `.venv/bin/pip install -r requirements-assistant.lock` "
    "brings it."
)
NOTHING_WAITS = (
    "Nothing waits: no late action, none without an owner, no cause back before its fix."
)
#: Tells everybody who imports Streamlit outside of a server that there is none.
NO_SERVER = "streamlit.runtime.scriptrunner_utils.script_run_context"

app = typer.Typer(
    help="Reviews of stored records as files and messages.",
    epilog="Exit codes: 0 all well; 1 done, but something is missing; 2 nothing could be done.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Database = Annotated[
    str | None,
    typer.Option(
        help="An SQLAlchemy URL. Otherwise AFTERMATH_DATABASE names it, otherwise it is "
        "aftermath.db in this folder.",
        show_default=False,
    ),
]
Teams = Annotated[
    list[str] | None,
    typer.Option("--team", help="Of this team; may be given several times.", show_default=False),
]
Webhook = Annotated[
    str,
    typer.Option(
        help='Post the message there too, as {"text": …}; nothing is sent anywhere else.',
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


class Unusable(Exception):
    """What was asked for cannot be done, and why."""


#: What ends in a sentence for whoever asked.
REFUSED = (Unusable, StoreError, ConceptsUnreadable, ZoneUnknown)


@app.callback()
def commands() -> None:
    """Reviews of stored records as files and messages."""


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="The folder to write into.", show_default=False)],
    team: Teams = None,
    period: Annotated[
        str,
        typer.Option(
            help="2026-Q2, 2026-05, 2026, 2026-04-01..2026-06-30 or a name such as 'Last 90 "
            "days'. Otherwise the latest full quarter.",
            show_default=False,
        ),
    ] = "",
    database: Database = None,
    webhook: Webhook = "",
    json_: Json = False,
) -> None:
    """Write the review of a period as HTML, PDF, Markdown, workbook and CSV, and print its summary.

    The files say what the pages say with the same team and period chosen.
    """
    from pages.parts import pack

    if webhook and not _fit_to_post(webhook):
        raise Unusable(NO_ADDRESS)
    scope, as_of = _asked(database, team or [], period)
    files = pack.of_scope(scope, as_of)
    if isinstance(files, str):
        raise Unusable(files)
    names = NOT_IN_A_FILE.sub("-", "-".join(["review", *scope.teams, period])).strip("-").lower()
    written = _write(out, names, files.files)
    problems = [files.unprinted] if files.unprinted else []
    if webhook:
        problems += _posted(webhook, files.message)
    if json_:
        told = {"message": files.message, "files": written, "problems": problems}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(files.message)
        typer.echo(f"Wrote {', '.join(written)}.", err=True)
    _end(problems)


@app.command()
def remind(
    team: Teams = None, database: Database = None, webhook: Webhook = "", json_: Json = False
) -> None:
    """Print what waits: causes that came back before their fix, late and ownerless actions."""
    from analytics.repeats.ledger import ledger
    from pages.parts import source
    from pages.parts.downloads import in_words
    from pages.parts.report import as_message
    from pages.parts.wording.numbers import show_zone
    from pages.views.decisions import reminders

    if webhook and not _fit_to_post(webhook):
        raise Unusable(NO_ADDRESS)
    records = _records(database)
    show_zone(source.zone())
    scope, as_of = _scope(records, team or [])
    always, causes, now = source.view(scope), source.known_causes(), records.here(as_of)
    cards = reminders(always, ledger(causes.repeats, always), causes, as_of=now)
    about = source.told_of(scope, now)
    message = as_message("What waits", about, cards) if cards else NOTHING_WAITS
    problems = _posted(webhook, message) if webhook else []
    if json_:
        waits = {
            card.key: [{name: in_words(cell) for name, cell in row.items()} for row in table.rows]
            for card in cards
            for table in card.tables
        }
        told = {"message": message, "waits": waits, "problems": problems}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(message)
    _end(problems)


@app.command()
def assistant(database: Database = None) -> None:
    """Answer an assistant on this machine over standard input and output (MCP); read only.

    The assistant's program starts it and asks for the scorecard, causes, repeats, actions, or what
    is nearest to a text. It stores and sends nothing, and has no address on the network. It needs
    requirements-assistant.lock to be installed.
    """
    if not is_there(database):
        raise Unusable(NO_DATABASE)
    if not open_store(database).counts().incidents:  # a page would make itself a sample
        raise Unusable(NO_RECORDS)
    try:
        from pages.parts.assistant import Tools, server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise Unusable(NO_MCP) from error
    _records(database)
    server(Tools(partial(_asked, database), REFUSED)).run("stdio")


@app.command()
def audit(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, folders or .zip files.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("audit.html"),
    json_: Json = False,
) -> None:
    """Say which incidents began while the fix promised after an earlier one was still open.

    Of files as they are: nothing is set up, and nothing is kept but the one file that is written.
    """
    from analytics.repeats.fixes import RepeatClass
    from pages.parts.palette import LIGHT
    from pages.parts.report import as_html
    from pages.views import audit as words

    logging.getLogger(NO_SERVER).setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder, 'audit.db')}")
        try:
            audited, findings, records = _audited(store, paths)
        finally:
            store.close()
    not_read = [
        *((str(problem.place), problem.reason) for problem in findings.problems),
        *((str(left.place), left.reason) for left in findings.left_out),
    ]
    more = findings.problem_count + findings.left_out_count - len(not_read)
    about = words.facts(audited, [path.name or str(path) for path in paths])
    cards = words.cards(audited, records, not_read=not_read, not_listed=more)
    page = as_html("Audit of past incidents", about, cards, colours=LIGHT)
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{out} cannot be written: {error.strerror}.") from error
    if json_:
        share = audited.book.while_open
        told = {
            "incidents": audited.incidents,
            "repeats": len(audited.book.rows),
            "while_open": len(audited.while_open),
            "perhaps": len(audited.perhaps),
            "hours_while_open": audited.hours.estimate,
            "hours_at_most": audited.most_hours,
            "declared": len(audited.before.rows),
            "declared_while_open": audited.before.by_class[RepeatClass.R2],
            "declared_hours": audited.before.hours_while_open.estimate,
            "hours_not_known": audited.hours.n_missing,
            "interval": [None, None] if len(audited.perhaps) else [share.low, share.high],
            "cannot_tell": words.cannot_tell(audited),
            "not_read": len(not_read) + more,
            "file": str(out),
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(f"{words.headline(audited)}.")
        if reason := words.cannot_tell(audited):
            typer.echo(reason)
        typer.echo(f"Wrote {out}.", err=True)
    if not audited.incidents:
        raise typer.Exit(PROBLEMS)


def _audited(store: Store, paths: list[Path]) -> "tuple[Audited, Findings, dict[str, Incident]]":
    """What files hold, once with the repeats that they declare and once with those of texts."""
    from analytics.matcher.confidence import SEEN, STRONG
    from analytics.repeats.ledger import find_repeats, ledger
    from analytics.selection import Scope, select
    from analytics.stored.search import match_new
    from data.lists import current_lists
    from data.loading import load
    from data.verdicts import judge_all, suggestions
    from pages.views.audit import Audited

    if gone := [str(path) for path in paths if not path.exists()]:
        raise Unusable(f"There is no {', '.join(gone)}.")
    findings = load(store, list(map(str, paths)), lists=current_lists()).findings
    history = _history(store)
    declared = ledger(find_repeats(history), select(history, Scope()))
    match_new(store)
    alike = [each for each in suggestions(store) if each.level in (SEEN, STRONG)]
    judge_all(store, [(each.later_id, each.earlier_id) for each in alike], "repeat")
    history = _history(store)
    view = select(history, Scope())
    audited = Audited(ledger(find_repeats(history), view), declared, len(view))
    repeats = audited.book.repeats
    shown = np.unique(np.concatenate([repeats.later, repeats.earlier]))
    return audited, findings, store.records(history.incidents["id"].iloc[shown].tolist())


def _history(store: Store) -> "History":
    from analytics.calendar import in_zone, without_future
    from analytics.stored.search import stored_history
    from pages.parts.source import end_of

    today = dt.datetime.now(dt.UTC).date()
    return in_zone(without_future(stored_history(store), now=end_of(today)), UTC)


def period_said(words: str, today: dt.date) -> Period | None:
    """The period that somebody wrote; None for none.

    Raises:
        Unusable: it is no period.
    """
    if not words:
        return None
    wanted = words.strip().lower()
    try:
        if days := _days_of(wanted):
            return Period(words, *days)
    except (ValueError, OverflowError):
        pass  # the 13th month, the year 10000
    named = {each.name.lower(): each for each in named_periods(today) if each.name != ALL_TIME}
    if wanted in named:
        return named[wanted]
    raise Unusable(
        f"No period: {shown(words)}. Say it as 2026-Q2, 2026-05, 2026 or 2026-04-01..2026-06-30."
    )


def _days_of(wanted: str) -> tuple[dt.date, dt.date] | None:
    """The first day of a quarter, year, month or span, and the one after its last."""
    if match := re.fullmatch(r"(\d{4})[ -]?q([1-4])", wanted):
        start = dt.date(int(match[1]), 3 * int(match[2]) - 2, 1)
        return start, add_months(start, 3)
    if match := re.fullmatch(r"(\d{4})(?:-(\d{2}))?", wanted):
        start = dt.date(int(match[1]), int(match[2] or 1), 1)
        return start, add_months(start, 1 if match[2] else 12)
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", wanted):
        first, last = map(dt.date.fromisoformat, match.groups())
        return (first, last + dt.timedelta(days=1)) if first <= last else None
    return None


def _asked(database: str | None, teams: Sequence[str], period: str) -> "tuple[Scope, dt.datetime]":
    """What was asked for, in a period that somebody wrote, and the moment to look from."""
    records = _records(database)
    scope, as_of = _scope(records, teams)
    chosen = period_said(period, records.here(as_of).date())
    return (scope.during(chosen.start, chosen.end) if chosen else scope), as_of


def _records(database: str | None) -> "History":
    """The records of a store that is there and holds some."""
    from pages.parts import source

    logging.getLogger(NO_SERVER).setLevel(logging.CRITICAL)
    if not is_there(database):
        raise Unusable(NO_DATABASE)
    if database:
        os.environ[ENVIRONMENT] = database
    records = source.history()
    if not len(records.incidents):
        raise Unusable(NO_RECORDS)
    return records


def _scope(records: "History", teams: Sequence[str]) -> "tuple[Scope, dt.datetime]":
    """What was asked for, and the moment to look from."""
    from analytics.selection import UNKNOWN, Scope
    from pages.parts import source

    known = {*map(str, records.incidents["team"].cat.categories), UNKNOWN}
    if strange := [name for name in teams if name not in known]:
        raise Unusable(
            f"No team: {', '.join(map(shown, strange))}. There are {', '.join(sorted(known))}."
        )
    return Scope(teams=tuple(teams)), source.as_of(records, tuple(teams))


def _write(folder: Path, name: str, files: Mapping[str, bytes]) -> list[str]:
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, content in files.items():
            path = folder / f"{name}.{ending}"
            path.write_bytes(content)
            written.append(str(path))
    except OSError as error:
        raise Unusable(f"{folder} cannot be written: {error.strerror}.") from error
    return written


def _fit_to_post(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _posted(address: str, message: str) -> list[str]:
    """Post a message as chats take it; what went wrong, without the address, which is a secret."""
    import requests  # only who posts needs it

    text = message.translate(IN_A_CHAT)
    try:
        answer = requests.post(
            address, json={"text": text}, timeout=ANSWERS_WITHIN, allow_redirects=False
        )
    except requests.RequestException as error:
        return [f"The message was not posted: {type(error).__name__}."]
    if not answer.ok or answer.is_redirect:
        return [f"The message was not posted: the address answers {answer.status_code}."]
    return []


def _end(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(PROBLEMS)


def main() -> None:
    """Run the command line, turning what cannot be done into one sentence."""
    try:
        app(prog_name="python -m pages")
    except REFUSED as error:
        _give_up(str(error))
    except Exception as error:
        # A fault of ours; a traceback would tell the user nothing and may show their records.
        _give_up(f"unexpected {type(error).__name__}: {shown(error)}. Please report this.")


def _give_up(reason: str) -> NoReturn:
    if "--json" in sys.argv:
        typer.echo(json.dumps({"error": reason}))
    typer.echo(reason, err=True)
    sys.exit(UNUSABLE)


# Streamlit offers the files of this folder as pages; run as one of them, this has no name of its
# own and does nothing.
if __name__ == "__main__" and __spec__ is not None:
    main()
