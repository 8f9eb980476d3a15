"""Which reader does a source need? Its name says, and where it does not, its first bytes.

To add a format, write a module with one function from a :class:`Source` to items and name it here.
"""

from collections.abc import Iterator
from pathlib import PurePath

from data.problems import Place, Problem, unexpected
from data.readers.csv_pair import holds_actions, read_csv
from data.readers.json_lines import read_json_lines
from data.readers.json_records import read_json
from data.readers.markdown import read_markdown
from data.readers.source import Item, Reader, Source, Unreadable

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


def is_known(name: str) -> bool:
    """Whether a file found in a folder is one of ours by its name."""
    return PurePath(name).suffix.lower() in READERS


def reader_of(source: Source) -> Reader:
    """The reader for ``source``.

    Raises:
        Unreadable: no reader knows it.
    """
    by_name = READERS.get(PurePath(source.name).suffix.lower())
    if by_name is not None:
        return by_name
    head = source.head().lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"---\n", b"---\r\n", b"# ")):
        return read_markdown
    if head.startswith((b"{", b"[")):
        first_line = head.split(b"\n", 1)[0].rstrip()
        return read_json_lines if first_line.endswith(b"}") and b"\n" in head else read_json
    if b"id" in head.split(b"\n", 1)[0].lower():
        return read_csv
    known = ", ".join(sorted(READERS))
    raise Unreadable(f"is in no format that is read here ({known})")


def read(source: Source) -> Iterator[Item]:
    """The items of ``source``; whatever ends the reading early comes last, as a problem."""
    try:
        yield from reader_of(source)(source)
    except Unreadable as error:
        yield Problem(Place(source.name, error.position), "", "", str(error), rejected=True)
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
