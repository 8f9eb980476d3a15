"""Which files does a user mean? Files, folders with all that is below them, and patterns."""

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from data import readers
from data.problems import Place, Problem
from data.readers.source import Source, from_file

#: A folder with more files than this is no folder of post-mortems.
MOST_FILES = 200_000


def sources_of(paths: Iterable[str | Path]) -> tuple[list[Source], list[Problem]]:
    """The files that ``paths`` mean, each once and in a stable order; what cannot be found.

    Args:
        paths: files, folders (all files of known formats below; links that lead elsewhere are not
            followed) and patterns such as ``reports/*.md``.
    """
    found: dict[Path, Source] = {}
    problems: list[Problem] = []
    for path in paths:
        if not str(path).strip():  # an unset variable of a shell, and not the current folder
            problems.append(_missing("''", "names no file"))
            continue
        for source in _of(Path(path), problems):
            if isinstance(source, Problem):
                problems.append(source)
            else:
                found.setdefault(source[0], source[1])
    return list(found.values()), problems


def _of(path: Path, problems: list[Problem]) -> Iterator[tuple[Path, Source] | Problem]:
    name = str(path)
    try:
        if path.is_dir():
            yield from _below(path)
        elif path.is_file():
            yield path.resolve(), from_file(path, name=_shown(path))
        elif path.exists():
            yield _missing(name, "is neither a file nor a folder")
        elif glob.has_magic(name):
            matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - absolute ones too
            if not matches:
                yield _missing(name, "matches no file")
            for match in matches:
                yield from _of(Path(match), problems)
        else:
            yield _missing(name, "does not exist")
    except (OSError, ValueError) as error:
        yield _missing(name, f"cannot be opened: {getattr(error, 'strerror', None) or error}")


def _below(folder: Path) -> Iterator[tuple[Path, Source] | Problem]:
    """The files of known formats in ``folder`` and its subfolders; hidden ones are left alone."""
    count = 0
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(".") or not readers.is_known(name):
                continue
            if path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MOST_FILES:
                yield _missing(str(folder), f"holds over {MOST_FILES:,} files; name a part of it")
                return
            yield path.resolve(), from_file(path, name=_shown(path), asked_for=False)
    if not count:
        yield _missing(str(folder), "holds no file in a format that is read here")


def _shown(path: Path) -> str:
    """A name that stays the same whether the path was given in full or from where the user is."""
    absolute = path.absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def _missing(name: str, reason: str) -> Problem:
    return Problem(Place(name), "", "", reason, rejected=True)
