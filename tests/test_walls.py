"""Do the rooms of the house stay apart: ``data → analytics → pages``, and never back?"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.sources import ROOMS, ROOT, imported, python_files, rooms

DATABASES = {"alembic", "psycopg", "sqlalchemy", "sqlite3"}

#: What a room may not import. Statistics know no screen, file or store; records no statistics.
FORBIDDEN = {
    "analytics": {"data", "pages", "dashboard", "streamlit", "plotly"} | DATABASES,
    "data": {"analytics", "pages", "dashboard", "streamlit", "plotly"},
    "pages": {"dashboard"} | DATABASES,
    "dashboard.py": DATABASES,
}
#: A command line may call the other room, so that a load can end with the search for repeats. That
#: search keeps what it has read and found, in one folder of its own.
DOORS = {
    "analytics/__main__.py": {"data"},
    "analytics/stored": {"data"},
    "data/__main__.py": {"analytics"},
}
#: The parts of the pages that bring the rooms together, so that no script has to: one for records,
#: one for what people say of them, one for words looked for in them.
MEETING_POINTS = (
    "pages/__main__.py",
    "pages/parts/source.py",
    "pages/parts/judging.py",
    "pages/parts/panels/searching.py",
)
#: Whoever shows a record may know what it looks like; that fetches nothing.
SHAPE_OF_A_RECORD = {"data.record"}

#: Streamlit, and the parts of the pages that draw or ask the reader.
SCREEN = re.compile(
    r"^\s*(?:import|from) streamlit"
    r"|^\s*from pages\.parts(?:\.| import .*\b)(?:show|tables|frame|filters|source|panels)\b",
    re.MULTILINE,
)

ALL = python_files(ROOT, *ROOMS, "tests")
LONGEST_FILE = 600
LONGEST_PAGE = 90

#: Folders that exist on one machine and not on the next.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|Users|opt|root|tmp|var|work|mnt)/\w|\b[C-Z]:\\\\")
RAW_HTML = "unsafe_" + "allow_html"


def page_scripts() -> list[Path]:
    scripts = [file for file in ROOT.glob("pages/*.py") if not file.name.startswith("__")]
    return [ROOT / "dashboard.py", *scripts]


def crossings(root: Path = ROOT) -> Iterator[str]:
    for file in python_files(root, *ROOMS):
        name = file.relative_to(root).as_posix()
        room = name.partition("/")[0]
        allowed = DOORS.get(name, DOORS.get(str(file.relative_to(root).parent), set()))
        for wrong in rooms(imported(file, root)) & FORBIDDEN.get(room, set()) - allowed:
            yield f"{name} imports {wrong}"


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_no_room_imports_what_lies_behind_it() -> None:
    assert sorted(crossings()) == []


def test_a_view_makes_cards_and_knows_no_screen() -> None:
    views = sorted(ROOT.glob("pages/views/*.py"))
    wrong = [file.name for file in views if SCREEN.search(file.read_text(encoding="utf-8"))]
    assert (len(views) > 1, wrong) == (True, [])


def test_only_entry_points_bring_records_and_statistics_together() -> None:
    entries = {*page_scripts(), *(ROOT / name for name in (*DOORS, *MEETING_POINTS))}
    inner = [f for f in python_files(ROOT, *ROOMS) if entries.isdisjoint((f, f.parent))]
    both = [
        file.relative_to(ROOT).as_posix()
        for file in inner
        if rooms(imported(file) - SHAPE_OF_A_RECORD) >= {"analytics", "data"}
    ]
    assert both == []


# The picture in docs/architecture.md


@dataclass(frozen=True)
class Picture:
    """Boxes by the beginnings of the modules they hold, and the boxes that each uses."""

    boxes: dict[str, str]
    uses: dict[str, set[str]]

    def box(self, module: str) -> str | None:
        if module.startswith("pages.") and module.count(".") == 1:
            module = "pages.*"
        fits = [name for name in self.boxes if f"{module}.".startswith(f"{name}.")]
        return self.boxes[max(fits, key=len)] if fits else None

    def reached_from(self, box: str) -> set[str]:
        reached: set[str] = set()
        new = {box}
        while new:
            new = {used for each in new for used in self.uses.get(each, ())} - reached
            reached |= new
        return reached


def picture() -> Picture:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| (`.*`) \|", text, re.MULTILINE))
    drawn = re.findall(r"(\w+)\[([^]]+)\]", text.split("```")[1])
    boxes = {name: box for box, told in drawn for name in re.findall(r"`([^`]+)`", rows[told])}
    uses: dict[str, set[str]] = {}
    for user, used in re.findall(r"^ +(\w+)(?:\[[^]]*\])? --> (\w+)", text, re.MULTILINE):
        uses.setdefault(user, set()).add(used)
    return Picture(boxes, uses)


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_imported(file: Path, there: Collection[str]) -> set[str]:
    """The modules of ours that a file takes something from; ``from a import b`` may mean a.b."""
    names = set(imported(file))
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    exact = names & set(there)
    return {name for name in exact if not any(other.startswith(f"{name}.") for other in exact)}


def steps_between(drawn: Picture) -> Iterator[tuple[str | None, str | None, str]]:
    files = {module_of(file): file for file in python_files(ROOT, *ROOMS)}
    for module, file in files.items():
        for other in modules_imported(file, files):
            if drawn.box(module) != drawn.box(other):
                yield drawn.box(module), drawn.box(other), f"{module} imports {other}"


def test_the_picture_of_the_house_shows_every_import_and_no_way_back() -> None:
    drawn = picture()
    boxes = set(drawn.boxes.values())
    assert [box for box in boxes if box in drawn.reached_from(box)] == []
    steps = list(steps_between(drawn))
    lost = [said for user, used, said in steps if used not in drawn.reached_from(user or "")]
    assert lost == []
    taken = {(user, used) for user, used, _ in steps}
    arrows = {(user, used) for user, all_used in drawn.uses.items() for used in all_used}
    assert (arrows - taken, {box for arrow in arrows for box in arrow} ^ boxes) == (set(), set())


def test_every_name_in_the_picture_is_a_part_of_the_code() -> None:
    there = {module_of(file) for file in python_files(ROOT, *ROOMS)} | {"pages.*"}
    assert set(picture().boxes) - there == set()


@pytest.mark.parametrize(
    "source",
    [
        "import data",
        "import data.store as s",
        "from data.store import Store",
        "from ..data import store",
        "from .. import data",
        "def late():\n    from data import store",
    ],
)
def test_a_crossing_is_found_however_it_is_written(tmp_path: Path, source: str) -> None:
    room = tmp_path / "analytics"
    room.mkdir()
    (room / "clocks.py").write_text(source)
    assert list(crossings(tmp_path)) == ["analytics/clocks.py imports data"]


def test_a_room_may_import_from_itself_and_from_the_one_before(tmp_path: Path) -> None:
    room = tmp_path / "pages" / "parts"
    room.mkdir(parents=True)
    (room / "figures.py").write_text("from . import words\nfrom analytics.trend import Trend\n")
    assert list(crossings(tmp_path)) == []


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    long = {file.name: lines(file) for file in ALL if lines(file) > LONGEST_FILE}
    assert long == {}


def test_every_page_script_is_short() -> None:
    long = {file.name: lines(file) for file in page_scripts() if lines(file) > LONGEST_PAGE}
    assert long == {}


def test_everything_public_in_data_and_analytics_says_what_it_answers() -> None:
    silent = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file in python_files(ROOT, "analytics", "data")
        if file.parent != ROOT
        for node in public(ast.parse(file.read_bytes()).body)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_page_lets_html_through() -> None:
    raw = [file.name for file in ALL if RAW_HTML in file.read_text(encoding="utf-8")]
    assert raw == []


def test_nothing_names_a_folder_of_one_machine() -> None:
    texts = [*ALL, *ROOT.glob("*.md"), *ROOT.glob("*.t*t"), *ROOT.glob("*.toml")]
    texts += [ROOT / ".ci/run", ROOT / ".streamlit/config.toml"]
    found = {
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in texts
        for match in MACHINE_PATH.finditer(file.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_no_page_can_make_this_machine_ask_another_one() -> None:
    commands = {ROOT / "data/__main__.py", ROOT / "pages/__main__.py"}
    doors = {*commands, *python_files(ROOT, "data/sync")}
    asking = {
        file.relative_to(ROOT).as_posix()
        for file in python_files(ROOT, *ROOMS)
        if file not in doors and {"data.sync", "requests", "urllib3"} & packages(imported(file))
    }
    assert asking == set()


def packages(modules: Iterable[str]) -> set[str]:
    """The modules and all packages that they stand in."""
    parts = [module.split(".") for module in modules]
    return {".".join(part[: n + 1]) for part in parts for n in range(len(part))}
