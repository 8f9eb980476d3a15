"""A pack of files to send on: HTML, PDF, Markdown, workbook and CSV of the same cards.

The PDF is printed by a browser of this machine, which is given nothing but the HTML file and no
network; where there is none, the other files are made all the same.
"""

import datetime as dt
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from analytics.selection import Scope
from pages.parts import source
from pages.parts.card import Card
from pages.parts.downloads import as_csv_files, as_workbook, plain, sheets_of
from pages.parts.palette import LIGHT
from pages.parts.report import as_html, as_markdown, facts_line, summary
from pages.parts.wording.numbers import show_zone
from pages.parts.wording.periods import chosen_in, in_view_words
from pages.views.front import Front, to_read
from pages.views.front import pack as cards_of
from pages.views.review import MIXED

#: Names the browser that prints.
ENVIRONMENT = "AFTERMATH_BROWSER"
#: What browsers that print are called, the free ones first.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
#: Milliseconds of the page's own clock until all is drawn, and seconds until it is given up.
DRAWN_WITHIN, PRINTED_WITHIN = 20_000, 120.0
#: Browsers take much memory, and any reader may ask for a pack: they print one after the other.
PRINTING = Lock()
NO_BROWSER = (
    "No PDF: it is printed by Chromium, Chrome or Edge, and none was found. Install one, or name "
    f"it in {ENVIRONMENT}."
)


class NotPrinted(Exception):
    """There is no PDF, and why."""


@dataclass(frozen=True)
class Pack:
    """Files of one review.

    Attributes:
        files: their content by ending: html, md, xlsx, zip (of CSV) and, where printed, pdf.
        message: the findings, as a chat or a mail takes them.
        unprinted: why there is no PDF; empty where there is.
    """

    files: Mapping[str, bytes]
    message: str
    unprinted: str


def of_scope(
    scope: Scope, as_of: dt.datetime, *, example: source.Example | None = None
) -> Pack | str:
    """The files of the review of ``scope`` as the pages show it, else why there are none.

    Without a chosen period they are of the latest full quarter: files have one period, and say
    which.

    Args:
        as_of: the moment looked from, naive UTC.
        example: that is looked at instead of one's own records.
    """
    with source.looking_at(example):
        return _of_scope(scope, as_of)


def _of_scope(scope: Scope, as_of: dt.datetime) -> Pack | str:
    show_zone(source.zone())  # whoever asks for files does so outside of a run of a page
    front = front_of(scope, as_of)
    if isinstance(front, str):
        return front
    if not len(front.view):
        return "No incident is in view, so there is nothing to write."
    about = source.told_of(front.view.scope, front.here)
    return made("Trend review", about, cards_of(front, in_view_words(front.view)))


def front_of(scope: Scope, as_of: dt.datetime) -> Front | str:
    """What the review of ``scope`` is made from as the page makes it, else why there is none.

    Without a chosen period it is of the latest full quarter, also where later days are in view.
    """
    if source.mixes_organisations(scope):
        return plain(MIXED)
    chosen = chosen_in(scope, source.history(scope).here(as_of).date())
    if chosen is None:
        latest = source.latest_quarter(source.view(scope), as_of)
        scope = scope.during(latest.start, latest.end)
    return source.front(scope, chosen, as_of, LIGHT)


def made(title: str, about: Mapping[str, str], cards: Sequence[Card]) -> Pack:
    """The files of a pack.

    Args:
        title: of all files.
        about: what is said of all of them: period, filters, the moment looked from, revision.
        cards: as :func:`pages.views.front.pack` gives them, drawn on a light ground.
    """
    short = to_read(cards)
    page = as_html(title, about, short, colours=LIGHT, on_sheets=True)
    sheets = [sheet for card in cards for sheet in sheets_of(card)]
    files = {
        "html": page.encode(),
        "md": as_markdown(title, about, short).encode(),
        "xlsx": as_workbook(sheets, about),
        "zip": as_csv_files(sheets, about),
    }
    unprinted = ""
    try:
        files["pdf"] = printed(page)
    except NotPrinted as error:
        unprinted = str(error)
    return Pack(files, f"{title}\n{facts_line(about)}\n{summary(short)}", unprinted)


def in_one_file(pack: Pack, name: str) -> bytes:
    """All files of a pack in one archive.

    Args:
        name: of each, before its ending.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in pack.files.items():
            archive.writestr(f"{name}.{ending}", content)
        if pack.unprinted:
            archive.writestr("not-written.txt", f"{pack.unprinted}\n")
    return buffer.getvalue()


def browser() -> str:
    """The browser that prints: the one that the environment names, else one on the path.

    Raises:
        NotPrinted: there is none.
    """
    named = os.environ.get(ENVIRONMENT)
    for name in (named,) if named else BROWSERS:
        if path := shutil.which(name):
            return path
    if named:
        raise NotPrinted(f"No PDF: {ENVIRONMENT} names {named!r}, which cannot be run.")
    raise NotPrinted(NO_BROWSER)


def printed(page: str) -> bytes:
    """A page as a PDF of A4.

    Raises:
        NotPrinted: there is no browser, or it does not print.
    """
    path = browser()
    with PRINTING, TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        file.write_text(page, encoding="utf-8")
        command = (
            path,
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            # Its own sandbox refuses to start for root; nothing but our own file is opened.
            *(("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()),
            f"--user-data-dir={Path(folder, 'profile')}",
            # As wide as the layout, so that figures are drawn in the size that is printed.
            "--window-size=1200,1600",
            f"--virtual-time-budget={DRAWN_WITHIN}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
            file.as_uri(),
        )
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PRINTED_WITHIN,
                check=False,
            )
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotPrinted(f"No PDF: {Path(path).name} did not print the page.") from error
