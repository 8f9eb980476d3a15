"""Which reader does a source need? Its first bytes where they leave no doubt, else its name.

To add a format, write a module with one function from a :class:`Source` to items and name it in
:data:`READERS`, which is one line; the ending is offered everywhere from then on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from data.problems import Place, Problem, unexpected
from data.readers import content
from data.readers.csv_pair import holds_actions, read_csv
from data.readers.documents import kinds
from data.readers.json_lines import read_json_lines
from data.readers.json_records import read_json
from data.readers.source import Item, LeftOut, Reader, Source, Unreadable


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


#: In the order in which first bytes are asked about.
READERS: tuple[Format, ...] = (
    Format("HTML", (".html", ".htm", ".xhtml"), kinds.read_html, content.is_html, certain=True),
    Format("JSON Lines", (".jsonl", ".ndjson"), read_json_lines, content.is_json_lines),
    Format("JSON", (".json",), read_json, content.is_json),
    Format(
        "Markdown", (".md", ".markdown", ".qmd", ".rmd"), kinds.read_markdown, content.is_markdown
    ),
    Format("MDX", (".mdx",), kinds.read_mdx),
    Format("ERB", (".erb",), kinds.read_ruby),
    Format("reStructuredText", (".rst",), kinds.read_rst),
    Format("table", (".csv", ".tsv"), read_csv, content.is_table),
    Format("plain text", (".txt", ".text"), kinds.read_text, content.is_text),
)
BY_SUFFIX = {suffix: format_ for format_ in READERS for suffix in format_.suffixes}
#: Endings of files that hold one of several kinds: tools call a page a document of Word or Excel.
OPEN_SUFFIXES = frozenset({"", ".txt", ".text", ".doc", ".xls"})
#: Endings of templates around a page, which may begin as the page does.
AROUND_OTHERS = frozenset({".erb"})


def suffixes() -> list[str]:
    """The endings of the names of files that are read here."""
    return sorted(BY_SUFFIX)


def is_known(name: str) -> bool:
    """Whether a file found in a folder may be one of ours by its name."""
    return _suffix(name) in BY_SUFFIX or _suffix(name) in OPEN_SUFFIXES


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
    return PurePath(name).suffix.lower()


def read(source: Source) -> Iterator[Item]:
    """The items of ``source``; whatever ends the reading early comes last, as a problem."""
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
        return reader_of(source) is read_csv and holds_actions(source)
    except Exception:
        return False  # reading it will say what is wrong
