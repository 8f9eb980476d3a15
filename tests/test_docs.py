"""Does the documentation lead where it says, and does it speak of all there is?"""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from data.kept_settings import SECTIONS, Settings, parse_file
from data.sync.kinds import KINDS
from tests.support.docs import (
    WRITTEN,
    anchor,
    commands,
    keys_of,
    outside_of_chapters,
    titles,
    unexplained,
    variables,
)
from tests.support.sources import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)")
LONGEST_README = 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_something_that_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [to for to in LINK.findall(text) if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_tool_of_ours_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:analytics|data|docs|pages|tests)/[\w/.-]*)`", text))
    tools = re.findall(r"python -m (tests\.[\w.]*\w)", text)
    paths |= {f"{tool.replace('.', '/')}.py" for tool in tools}
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def headings(page: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    inner = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text)
    assert [
        to for to in inner if to[1] not in headings(page.parent / to[0] if to[0] else page)
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_told_exists_with_its_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = {
        name: {option for each in command.params for option in each.opts}
        for name, command in commands().items()
    }
    wrong = [
        told
        for told, name, rest in re.findall(
            r"((python -m (?:analytics|data|pages) [a-z]+)([^`\n|&]*))", text
        )
        if name not in known or not set(re.findall(r" (--[a-z-]+)", rest)) <= known[name]
    ]
    assert wrong == []


def test_every_page_of_the_documentation_is_named_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {Path(to).name for to in LINK.findall(text)}
    assert {page.name for page in PAGES} - named == {"README.md"}


def test_the_readme_is_read_in_a_few_minutes() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README


def test_the_newest_version_that_is_told_of_is_the_one_that_there_is() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    told = re.findall(r"^## (\d+)\.(\d+)\.(\d+) · (\S+)$", text, re.MULTILINE)
    versions = [tuple(map(int, numbers)) for *numbers, _ in told]
    days = [date.fromisoformat(day) for *_, day in told]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(told) == text.count("\n## ")
    assert versions == sorted(set(versions), reverse=True)
    assert days == sorted(days, reverse=True)
    assert project["version"] == ".".join(map(str, versions[0]))


def documented(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def example_in(name: str) -> str:
    """The first file of settings that a page of the documentation shows."""
    return documented(name).partition("```yaml\n")[2].partition("```")[0]


def test_every_fact_about_another_tool_leads_to_a_source() -> None:
    facts, _, sources = documented("comparison.md").partition("## Sources")
    cited = {
        number for group in re.findall(r"\[([\d, ]+)\]", facts) for number in group.split(", ")
    }
    assert cited == set(re.findall(r"^(\d+)\. .*\(https://", sources, re.MULTILINE))


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_from_the_code_is_as_the_code_is_now(name: str) -> None:
    again = "`python -m tests.support.docs` writes it anew"
    assert (ROOT / name).read_text(encoding="utf-8") == WRITTEN[name](), again


def test_every_metric_stands_in_a_chapter() -> None:
    assert outside_of_chapters() == []


def test_every_command_and_each_of_its_options_says_what_it_is_for() -> None:
    assert unexplained() == []


def test_every_page_is_documented() -> None:
    rows = re.findall(r"^\| \*{0,2}([^|*]+?)\*{0,2} \|", documented("pages.md"), re.MULTILINE)
    assert (len(titles()) > 10, titles() - set(rows)) == (True, set())


def test_every_setting_of_the_environment_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", documented("settings.md"), re.MULTILINE)
    assert (len(variables()) > 5, variables() ^ set(rows)) == (True, set())


def test_every_setting_of_a_file_is_documented() -> None:
    told = set(re.findall(r"\w+", example_in("settings.md")))
    assert set(keys_of(Settings)) >= {"zone", "holidays", "contributing_factors"}
    assert set(keys_of(Settings)) - told == set()
    of_sources = {key for kind in KINDS.values() for key in keys_of(kind.entry)}
    assert of_sources - set(re.findall(r"\w+", documented("sync.md"))) == set()


def test_the_example_of_all_settings_can_be_used() -> None:
    _, spoken_of = parse_file(example_in("settings.md"), name="settings.yaml")
    assert spoken_of == set(SECTIONS)
