"""Which reader does a source need? Its first bytes where they leave no doubt, else its name.

To add a format, write a module with one function from a :class:`Source` to items and name it in
:data:`READERS`, which is one line; the ending is offered everywhere from then on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from data.problems import Place, Problem, unexpected
from data.readers import archive, content
from data.readers.documents import kinds
from data.readers.json_records import read_json, read_json_lines
from data.readers.source import Item, LeftOut, Reader, Source, Unreadable
from data.readers.tables.sheets import holds_only_actions, read_csv, read_workbook


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        name: in words.
        suffixes: the endings of its names.
        read: its reader.
        known_by: whether the first bytes of a source are of this kind.
        certain: whether those bytes leave no doubt, so that they count more than the name.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    known_by: Callable[[bytes], bool] | None = None
    certain: bool = False


def read_archive(source: Source) -> Iterator[Item]:
    """What the members of an archive hold; tables of actions first, as their incidents wait.

    Raises:
        Unreadable: it is no archive, or built to fill memory.
    """
    inside = list(archive.members(source, why_not=why_not))
    yield from (member for member in inside if isinstance(member, LeftOut))
    members = [member for member in inside if isinstance(member, Source)]
    for member in sorted(members, key=is_action_table, reverse=True):
        yield from read(member)


#: In the order in which first bytes are asked about.
READERS: tuple[Format, ...] = (
    Format("HTML", (".html", ".htm", ".xhtml"), kinds.read_html, content.is_html, certain=True),
    Format("saved page", (".mhtml", ".mht"), kinds.read_saved, content.is_saved_page, certain=True),
    Format("PDF", (".pdf",), kinds.read_pdf, content.is_pdf, certain=True),
    Format("Word document", (".docx",), kinds.read_word, content.is_word, certain=True),
    Format("workbook", (".xlsx", ".xlsm"), read_workbook, content.is_workbook, certain=True),
    Format("archive", (".zip",), read_archive, content.is_archive),
    Format("JSON Lines", (".jsonl", ".ndjson"), read_json_lines, content.is_json_lines),
    Format("JSON", (".json",), read_json, content.is_json),
    Format("Markdown", (".md", ".markdown"), kinds.read_markdown, content.is_markdown),
    Format("notebook in Markdown", (".qmd", ".rmd"), kinds.read_notebook),
    Format("MDX", (".mdx",), kinds.read_mdx),
    Format("ERB", (".erb",), kinds.read_ruby),
    Format("reStructuredText", (".rst",), kinds.read_rst),
    Format("table", (".csv", ".tsv"), read_csv, content.is_table),
    Format("plain text", (".txt", ".text"), kinds.read_text, content.is_text),
)
BY_SUFFIX = {suffix: format_ for format_ in READERS for suffix in format_.suffixes}
#: Endings of files that hold one of several kinds: tools call a page a document of Word or Excel.
OPEN_SUFFIXES = frozenset({"", ".txt", ".text", ".doc", ".xls"})
#: Endings of programs and their settings, whatever texts about incidents stand in them.
OF_PROGRAMS = frozenset(
    ".bash .bat .c .cc .cfg .cjs .clj .cpp .cs .css .dart .ex .exs .go .gradle .groovy .h .hpp .hs"
    " .ini .java .jl .js .jsx .kt .kts .less .lua .m .mjs .pl .proto .ps1 .py .pyi .r .rb .rs"
    " .sass .scala .scss .sh .sql .svelte .swift .tf .toml .ts .tsx .vb .vue .xsd .zsh".split()
)
#: Endings of templates around a page, which may begin as the page does.
AROUND_OTHERS = frozenset({".erb"})


def suffixes() -> list[str]:
    """The endings of the names of files that are read here."""
    return sorted(BY_SUFFIX)


def is_known(name: str) -> bool:
    """Whether a file found in a folder may be one of ours by its name."""
    return _suffix(name) in BY_SUFFIX or _suffix(name) in OPEN_SUFFIXES


def why_not(name: str) -> str:
    """Why a file found in a folder or an archive is not read; empty if it is."""
    ending = _suffix(name)
    return "" if is_known(name) else f"ends in {ending}, which is no format that is read here"


def unpacked(sources: Iterable[Source]) -> tuple[list[Source], list[LeftOut | Problem]]:
    """The sources with the members of archives in place of them; what is to be said of others."""
    inside: list[Source] = []
    aside: list[LeftOut | Problem] = []
    for source in sources:
        if not _is_archive(source):
            inside.append(source)
            continue
        try:
            for member in archive.members(source, why_not=why_not):
                if isinstance(member, Source):
                    inside.append(member)
                else:
                    aside.append(member)
        except Unreadable as error:
            aside.append(Problem(Place(source.name), "", "", str(error), rejected=True))
    return inside, aside


def _is_archive(source: Source) -> bool:
    """Whether it is an archive of sources; few have to be opened to know."""
    suffix = _suffix(source.name)
    if suffix in BY_SUFFIX and suffix not in OPEN_SUFFIXES:
        return BY_SUFFIX[suffix].read is read_archive
    try:
        return format_of(source).read is read_archive
    except Unreadable:
        return False  # reading it will say why


def format_of(source: Source) -> Format:
    """The format of ``source``.

    Raises:
        Unreadable: no reader knows it.
    """
    head, suffix = source.head(), _suffix(source.name)
    for format_ in READERS:
        asked = suffix in OPEN_SUFFIXES or suffix not in BY_SUFFIX
        asked = asked or (format_.certain and suffix not in AROUND_OTHERS)
        if asked and format_.known_by is not None and format_.known_by(head):
            return format_
    if suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    raise Unreadable(f"is in no format that is read here ({', '.join(suffixes())})")


def reader_of(source: Source) -> Reader:
    """The reader for ``source``.

    Raises:
        Unreadable: no reader knows it.
    """
    return format_of(source).read


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return "" if suffix[1:].isdigit() else suffix  # the end of a date or version


def read(source: Source) -> Iterator[Item]:
    """The items of ``source``; whatever ends the reading early comes last, as a problem."""
    if _suffix(source.name) in OF_PROGRAMS:
        yield LeftOut(Place(source.name), "is the source of a program by its name")
        return
    try:
        yield from reader_of(source)(source)
    except Unreadable as error:
        place = Place(source.name, error.position)
        if not source.asked_for and _suffix(source.name) in OPEN_SUFFIXES:
            yield LeftOut(place, str(error))  # nobody said that it is anything
        else:
            yield Problem(place, "", "", str(error), rejected=True)
    except OSError as error:
        reason = f"cannot be read to its end: {error.strerror or error}"
        yield Problem(Place(source.name), "", "", reason, rejected=True)
    except Exception as error:
        # A fault of ours costs the file that met with it, not all that were to be loaded.
        yield Problem(Place(source.name), "", "", unexpected(error), rejected=True)


def is_action_table(source: Source) -> bool:
    """Whether ``source`` holds actions alone, which have to be read before their incidents."""
    try:
        return reader_of(source) is read_csv and holds_only_actions(source)
    except Exception:
        return False  # reading it will say what is wrong
