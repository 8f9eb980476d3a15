"""Which files does a user mean? Files, folders with all that is below them, and patterns.

Nothing in a folder is passed over in silence: what is no post-mortem by its name is left out by
name, so that nobody takes a folder for read of which half was not.
"""

import glob
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data import readers
from data.findings import Findings
from data.problems import Place, Problem
from data.readers.source import LeftOut, Options, Source, from_file

#: A folder with more files than this is no folder of post-mortems.
MOST_FILES = 200_000
HIDDEN = "is hidden, as its name begins with a dot"
LINK = "is a link, which is not followed"
NO_FILE = "is no file that can be read"


@dataclass(frozen=True, slots=True)
class Walked:
    """A folder of which every file that is read was met with."""

    folder: str


#: A file, or why there is none.
Met = Source | Problem | LeftOut | Walked


def sources_of(
    paths: Iterable[str | Path], *, options: Options | None = None
) -> tuple[list[Source], Findings]:
    """The files that ``paths`` mean, each once and in a stable order; what is not among them.

    Args:
        paths: files, folders (all files of known formats below; links that lead elsewhere are not
            followed) and patterns such as ``reports/*.md``.
        options: what is said about all of them.
    """
    sources: dict[str, Source] = {}
    findings = Findings()
    for path in paths:
        if not str(path).strip():  # an unset variable of a shell, and not the current folder
            findings.add([_missing("''", "names no file")])
            continue
        for met in _of(Path(path), options):
            if isinstance(met, Problem):
                findings.add([met])
            elif isinstance(met, LeftOut):
                findings.leave_out(met)
            elif isinstance(met, Walked):
                findings.walked.append(met.folder)
            else:
                sources.setdefault(met.location, met)
    return list(sources.values()), findings


def _of(path: Path, options: Options | None, *, folder: str = "") -> Iterator[Met]:
    """The files that one path means.

    Args:
        folder: where a pattern begins that means it.
    """
    name = str(path)
    try:
        if path.is_dir():
            yield from _below(path, options, named=folder)
        elif path.is_file():
            yield from_file(path, name=_shown(path), folder=folder, options=options)
        elif path.exists():
            yield _missing(name, "is neither a file nor a folder")
        elif glob.has_magic(name):
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - absolute ones too
            if not matches:
                yield _missing(name, "matches no file")
            for match in matches:
                yield from _of(Path(match), options, folder=_beginning(path))
        else:
            yield _missing(name, "does not exist")
    except (OSError, ValueError) as error:
        yield _missing(name, f"cannot be opened: {getattr(error, 'strerror', None) or error}")


def _beginning(pattern: Path) -> str:
    """The folder in which everything lies that a pattern means."""
    plain = itertools.takewhile(lambda part: not glob.has_magic(part), pattern.parts)
    return _shown(Path(*plain))


def _below(folder: Path, options: Options | None, *, named: str) -> Iterator[Met]:
    """The files of known formats in ``folder`` and its subfolders; the others are left out."""
    count = known = 0
    named = named or _shown(folder)
    for path in _walked(folder):
        count += 1
        if count > MOST_FILES:
            yield _missing(str(folder), f"holds over {MOST_FILES:,} files; name a part of it")
            return
        if reason := _why_not(path):
            yield LeftOut(Place(_shown(path)), reason)
            continue
        known += 1
        yield from_file(path, name=_shown(path), asked_for=False, folder=named, options=options)
    if known:
        yield Walked(str(folder.resolve()))
    else:
        yield _missing(str(folder), "holds no file in a format that is read here")


def _walked(folder: Path) -> Iterator[Path]:
    """All files below ``folder``; a hidden or linked folder comes as itself."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        closed = {name for name in folders if _why_closed(Path(parent, name))}
        folders[:] = sorted(set(folders) - closed)
        yield from (Path(parent, name) for name in sorted(closed.union(names)))


def _why_closed(path: Path) -> str:
    """Why nobody looks at what is at ``path``; empty where one does."""
    if path.name.startswith("."):
        return HIDDEN
    return LINK if path.is_symlink() else ""


def _why_not(path: Path) -> str:
    """Why ``path`` is not read; empty where it is."""
    if reason := _why_closed(path):
        return reason
    if not path.is_file():
        return NO_FILE
    return readers.why_not(path.name)


def _shown(path: Path) -> str:
    """A name that stays the same whether the path was given in full or from where the user is."""
    absolute = path.absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def _missing(name: str, reason: str) -> Problem:
    return Problem(Place(name), "", "", reason, rejected=True)
