"""What is Aftermath made of, and has any of it a known hole? From the locks, without a network.

``python -m tests.support.packages list`` writes a software bill of materials (CycloneDX 1.6).
``python -m tests.support.packages audit FILE`` compares the locked versions with advisories in
OSV's format, a zip or a folder of JSON files, such as the ``PyPI/all.zip`` that osv.dev gives out,
and ends with 1 if one applies.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tests.support.machine import ROOT

#: What runs, the optional login included; what only tests need is in nobody's hands.
LOCKS = ("requirements.lock", "requirements-login.lock", "requirements-assistant.lock")
PINNED = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)[^\n]*(?P<rest>(?:\n +--hash=\S+.*)+)", re.M
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ECOSYSTEM = "PyPI"


@dataclass(frozen=True)
class Package:
    """A locked package: its name as PyPI compares names, its version, the hashes of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def url(self) -> str:
        """What it is known by elsewhere."""
        return f"pkg:pypi/{self.name}@{self.version}"


@dataclass(frozen=True)
class Hole:
    """An advisory that applies to a locked package."""

    package: Package
    id: str
    summary: str


def locked(root: Path = ROOT) -> list[Package]:
    """All packages of the locks, by name."""
    found = {}
    for lock in LOCKS:
        for match in PINNED.finditer((root / lock).read_text(encoding="utf-8")):
            hashes = tuple(HASH.findall(match["rest"]))
            package = Package(_plain(match["name"]), match["version"], hashes)
            found[package.name, package.version] = package
    return [found[key] for key in sorted(found)]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def bill(packages: Iterable[Package], *, version: str) -> dict[str, Any]:
    """The bill of materials as CycloneDX has it; the same for the same lock.

    Args:
        version: of Aftermath.
    """
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "aftermath", "version": version}},
        "components": [
            {
                "type": "library",
                "bom-ref": package.url,
                "name": package.name,
                "version": package.version,
                "purl": package.url,
                # One for each file of the package; one of them was installed.
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
                    }
                ],
            }
            for package in packages
        ],
    }


def advisories(path: Path) -> Iterator[Mapping[str, Any]]:
    """Advisories in OSV's format from a zip or a folder of JSON files."""
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            yield json.loads(file.read_bytes())
        return
    with zipfile.ZipFile(path) as packed:
        for name in sorted(packed.namelist()):
            if name.endswith(".json"):
                yield json.loads(packed.read(name))


def holes(packages: Iterable[Package], known: Iterable[Mapping[str, Any]]) -> list[Hole]:
    """Which advisories apply to which packages, in the order of the advisories."""
    by_name: dict[str, list[Package]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    return [
        Hole(package, advisory["id"], str(advisory.get("summary", "")))
        for advisory in known
        if not advisory.get("withdrawn")
        for affected in advisory.get("affected", [])
        if affected.get("package", {}).get("ecosystem") == ECOSYSTEM
        for package in by_name.get(_plain(affected["package"]["name"]), [])
        if _applies(affected, package.version)
    ]


def _applies(affected: Mapping[str, Any], version: str) -> bool:
    return version in affected.get("versions", []) or any(
        _within(versions["events"], Version(version))
        for versions in affected.get("ranges", [])
        if versions.get("type") == "ECOSYSTEM"
    )


def _within(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Whether a version lies where a hole was brought in and not mended yet, as OSV defines it."""
    is_within = False
    for event in sorted(events, key=lambda event: _version(next(iter(event.values())))):
        kind, at = next(iter(event.items()))
        if kind == "introduced" and version >= _version(at):
            is_within = True
        elif (kind == "fixed" and version >= _version(at)) or (
            kind == "last_affected" and version > _version(at)
        ):
            is_within = False
    return is_within


def _version(written: str) -> Version:
    try:
        return Version(written)
    except InvalidVersion:  # what cannot be compared hides no hole
        return Version("0")


def main(arguments: list[str]) -> int:
    """Write the bill of materials, or say which holes are known: 1 if there is one."""
    packages = locked()
    match arguments:
        case ["list"]:
            text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
            version = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)
            print(json.dumps(bill(packages, version=version[1] if version else ""), indent=1))
            return 0
        case ["audit", path] if Path(path).exists():
            found = holes(packages, advisories(Path(path)))
            for hole in found:
                print(f"{hole.package.name} {hole.package.version}: {hole.id} {hole.summary}")
            print(f"{len(packages)} packages, {len(found)} known holes.")
            return 1 if found else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
