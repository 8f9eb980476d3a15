"""What is installed is what the ranges allow, each file of it known by its hash."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.lock import LOCKS
from tests.support.machine import ROOT
from tests.support.packages import PINNED


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """The version of each package by name, with the number of its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {
        name(match["name"]): (match["version"], match["rest"].count("--hash=sha256:"))
        for match in PINNED.finditer(text)
    }


def name(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()


def ranges(file: str) -> Iterator[Requirement]:
    for line in Path(ROOT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r")):
            yield Requirement(line)


@pytest.mark.parametrize("file", LOCKS)
def test_every_range_has_one_locked_version_that_it_allows(file: str) -> None:
    locked = pins(LOCKS[file])
    for requirement in ranges(file):
        version, hashes = locked[name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} has {version}"
        assert hashes > 0


def test_no_line_of_a_lock_lacks_a_version_or_a_hash() -> None:
    for lock in LOCKS.values():
        text = (ROOT / lock).read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert len(packages) == len(list(PINNED.finditer(text)))


def test_what_runs_is_tested_in_the_same_versions() -> None:
    tested = pins(LOCKS["requirements-dev.txt"])
    for lock in LOCKS.values():
        for package, (version, _) in pins(lock).items():
            assert tested[package][0] == version
