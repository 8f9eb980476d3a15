"""Does a damaged file ever cost more than itself?

``python -m tests.benchmarks.mutants --files 10000`` changes the project's own fixtures, of every
format, at random places from a seed: bytes and lines are cut, doubled, swapped and replaced by what
readers stumble over; inside packed formats the parts are changed, not the packing. Every reader
gets them, and what it gives back is checked as in a load. The table says for each format how many
files there were, how long the slowest took, and what went wrong that is no reason in words.
"""

import argparse
import io
import json
import random
import resource
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from data.gathering import Reading
from data.lists import Lists, current_lists
from data.readers import format_of
from data.readers.source import Source, Unreadable, from_bytes
from tests.support.files import paragraph, pdf, table, word, workbook, zipped

FIXTURES = Path(__file__).resolve().parents[1] / "golden"
LARGEST_FIXTURE = 200_000
#: What a file may cost.
MOST_SECONDS = 2.0
MOST_MEGABYTES = 500
#: Pieces that have meant something to one format or another.
PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"\t", b"|", b"|" * 400, b"---\n",
    b"- " * 200, b"> " * 300, b"[" * 3_000, b"{" * 3_000, b"](", b"**", b"~~", b"`" * 50, b"<!--",
    b"-->", b"<![CDATA[", b"<table><tr><td rowspan=99999>", b"<div>" * 500, b"</", b"&" * 500,
    b"&lol;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"{{", b"}}", b"{%", b"<%", b"%>", b"'", b'"',
    b'"' * 999, b";" * 999, b"=HYPERLINK(1)", b"\\", b"\\u0000", b"NaN", b"1e999", b"-1",
    b"9" * 400, b"2026-02-30", b"24:61", b"00:00", b"31/12/9999", b"T+99999999h", b"99999999 weeks",
    b"UTC+99", b"null", b"true", b"{}", b"[]", "\u202e\u0000é🔥".encode(), b"\xc3\x28",
    b": ", b"*a\n" * 300, b"&a [*a]", b"!!python/object", b"# " * 200, b"1. " * 200, b"  " * 2_000,
    b"=cmd|' /C calc'!A0", b"<script>", b"javascript:x", b"a" * 20_000, b"PK\x05\x06",
)  # fmt: skip
ODD_VALUES = (
    "null", "true", "[]", "{}", '""', "-1", "1e308", '"%s"' % ("x" * 5_000), "[[[[]]]]",
    '{"a": {"b": []}}', '"2026-13-45"', '"\ud800"', '["a", {"b": 1}]', '"=1+1"',
)  # fmt: skip
#: How the report says that a fault was ours.
FAULT = "could not be read: unexpected"
#: Where a packed format keeps its text.
PARTS = ("word/document", "word/styles", "xl/worksheets/", "xl/shared", ".md", ".csv")


@dataclass
class Outcome:
    """What came of the files of one format.

    Attributes:
        read: files that still gave a record.
    """

    files: int = 0
    read: int = 0
    slowest: float = 0.0
    slowest_seed: int = 0
    faults: list[str] = field(default_factory=list)


def seeds() -> dict[str, bytes]:
    """The fixtures by name, and one made-up file of each packed format."""
    found = {
        str(path.relative_to(FIXTURES)): path.read_bytes()
        for path in sorted(FIXTURES.rglob("*.*"))
        if path.is_file() and "expected" not in path.name and path.stat().st_size <= LARGEST_FIXTURE
    }
    rows = [["id", "title", "start", "end"], ["a", "Gate", "2026-03-02 09:14", "2026-03-02 10:40"]]
    found["made.docx"] = word(
        paragraph("Gate", "Title"), paragraph("Summary", "Heading1"), paragraph("x"), table(rows)
    )
    found["made.xlsx"] = workbook({"Incidents": rows, "Other": rows})
    found["made.pdf"] = pdf(
        [(50, 700, 20, "F2", "Gate"), (50, 650, 14, "F2", "Root cause"), (50, 600, 10, "F1", "x")]
    )
    found["made.zip"] = zipped({"a.md": found["markdown/input/lamp-outage.md"], "b.csv": "id\nb\n"})
    page = found["documents/input/pilot-boats.html"]
    found["made.mht"] = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/html\r\n\r\n" + page + b"\r\n--b--\r\n"
    )
    return found


def mutant(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """``content`` changed at some places."""
    if content.startswith(b"PK\x03\x04"):
        return _repacked(content, chance, others)
    if content[:1] in b"{[" and chance.random() < 0.5:
        return _other_values(content, chance)
    for _ in range(chance.randint(1, 6)):
        content = chance.choice(CHANGES)(content, chance, others)
    return content


def _replaced(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) + content[at + chance.choice((0, 1, 5)) :]


def _cut(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.choice((1, 10, 200, 100_000)) :]


def _doubled(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    piece = content[at : at + chance.choice((10, 200, 2_000))]
    return content[:at] + piece * chance.choice((2, 2, 30)) + content[at:]


def _flipped(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(min(len(changed), chance.choice((1, 3, 40)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _shuffled(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _spliced(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    at, into = chance.randrange(len(content) + 1), chance.randrange(len(other) + 1)
    return content[:at] + other[into : into + 5_000] + content[at:]


def _otherwise_encoded(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "latin-1", "utf-32", "cp500"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


CHANGES: tuple[Callable[[bytes, random.Random, list[bytes]], bytes], ...] = (
    _replaced, _replaced, _replaced, _cut, _doubled, _flipped, _shuffled, _spliced,
    _otherwise_encoded,
)  # fmt: skip


def _repacked(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """An archive whose parts that hold text are changed, or now and then its own bytes."""
    if chance.random() < 0.2:
        return chance.choice((_cut, _flipped, _doubled))(content, chance, others)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if any(kind in name for kind in PARTS) and chance.random() < 0.7:
                part = chance.choice((_replaced, _cut, _doubled, _flipped))(part, chance, others)
            new.writestr(name, part)
    return stream.getvalue()


def _other_values(content: bytes, chance: random.Random) -> bytes:
    """JSON in which some values are of another kind."""
    try:
        value = json.loads(content)
    except ValueError:
        return content[: chance.randrange(len(content) + 1)]
    for _ in range(chance.randint(1, 8)):
        _change_value(value, chance)
    return json.dumps(value).encode()


def _change_value(value: object, chance: random.Random) -> None:
    while isinstance(value, dict | list) and value:
        key = (
            chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        )
        inner = value[key]
        if not isinstance(inner, dict | list) or chance.random() < 0.3:
            value[key] = json.loads(chance.choice(ODD_VALUES))
            return
        value = inner


def take(source: Source, lists: Lists, outcome: Outcome) -> None:
    """Read and check a source; note what it ends in but records and reasons in words."""
    try:
        for _ in format_of(source).read(source):
            pass
    except Unreadable:
        pass
    except Exception as error:
        outcome.faults.append(f"{source.name}: {type(error).__name__}: {error}"[:200])
    reading = Reading([source], lists=lists)
    outcome.read += bool(list(reading.incidents()))
    for problem in reading.findings.problems:
        if FAULT in problem.reason:
            outcome.faults.append(str(problem)[:200])


def run(files: int, *, seed: int) -> dict[str, Outcome]:
    """Read so many mutants; what came of them, by the ending of their names."""
    fixtures, lists = seeds(), current_lists()
    others = list(fixtures.values())
    by_suffix: dict[str, list[str]] = defaultdict(list)
    for name in sorted(fixtures):
        by_suffix[Path(name).suffix].append(name)
    suffixes = sorted(by_suffix)
    outcomes: dict[str, Outcome] = defaultdict(Outcome)
    for number in range(files):
        chance = random.Random(seed * 1_000_003 + number)
        suffix = suffixes[number % len(suffixes)]
        name = chance.choice(by_suffix[suffix])
        source = from_bytes(f"m{number}-{Path(name).name}", mutant(fixtures[name], chance, others))
        outcome = outcomes[suffix]
        before = time.process_time()
        take(source, lists, outcome)
        # It is read twice here: once for what escapes, once as a load does.
        seconds = (time.process_time() - before) / 2
        outcome.files += 1
        if seconds > outcome.slowest:
            outcome.slowest, outcome.slowest_seed = seconds, number
    return outcomes


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcomes = run(arguments.files, seed=arguments.seed)
    print(f"{'format':10}{'files':>8}{'read':>8}{'slowest':>10}  {'faults':>6}")
    for suffix, outcome in sorted(outcomes.items()):
        slowest = f"{outcome.slowest:.2f} s"
        print(
            f"{suffix:10}{outcome.files:>8}{outcome.read:>8}{slowest:>10}  {len(outcome.faults):>6}"
        )
    worst = max(outcomes.values(), key=lambda outcome: outcome.slowest)
    print(f"the slowest was number {worst.slowest_seed} of seed {arguments.seed}")
    for outcome in outcomes.values():
        for fault in outcome.faults[:10]:
            print(f"  {fault}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slow = sum(outcome.slowest > MOST_SECONDS for outcome in outcomes.values())
    faults = sum(len(outcome.faults) for outcome in outcomes.values())
    print(f"{faults} faults; {slow} formats over {MOST_SECONDS:g} s; peak {peak:.0f} MB")
    raise SystemExit(bool(faults or slow or peak > MOST_MEGABYTES))


if __name__ == "__main__":
    main()
