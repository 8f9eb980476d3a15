"""What is written into ``docs/`` from the code: ``python -m tests.support.docs`` writes it anew.

The definitions of the metrics and the help of the commands are written once, where they are used;
these pages only put them in order, so that they can be read without running anything.
"""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel

from analytics.answer import Method
from tests.support.sources import ROOMS, ROOT, python_files

#: Where the definitions of a folder or module of ``analytics/`` are opened first.
CHAPTERS = {
    "Trend review": ("scorecard", "review"),
    "Response times": ("response", "targets"),
    "Impact": ("impact", "error_budget"),
    "Causes": ("causes",),
    "What keeps coming back": ("repeats", "known_causes", "matcher", "duplicates"),
    "Actions": ("actions",),
    "Retrospective": ("retrospective",),
    "Records": ("quality",),
    "Statistics that several pages use": ("statistics", "surveillance", "exposure"),
}
#: What the environment may say, and how a page opens.
VARIABLE = re.compile(r"AFTERMATH_[A-Z_]*[A-Z]")
TITLE = re.compile(r'open_page\(\s*"([^"]+)"')
METRICS = """\
# The metrics

Written by `python -m tests.support.docs` from the definitions beside the code, which the pages show
under *How is this computed?*. A test computes each example anew. What all of them share:
[the method, and its honesty](method.md); the words: [glossary](glossary.md).
"""
COMMANDS = """\
# The commands

Written by `python -m tests.support.docs` from what each command says of itself with `--help`. Run
them in this folder with `.venv/bin/python`. They end with 0 where all is well, with 1 where
something is done but not all is well, and with 2 where nothing could be done.
"""


def _defined_in(source: str) -> Iterator[str]:
    """The names of the definitions that a module writes down."""
    for node in ast.parse(source).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "Method"
        ):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


#: Every definition, by its module and name.
METHODS: dict[str, Method] = {
    f"{_module_of(file)}.{name}": getattr(import_module(_module_of(file)), name)
    for file in python_files(ROOT, "analytics")
    for name in _defined_in(file.read_text(encoding="utf-8"))
}


def metrics() -> str:
    """Every definition, by the page that opens it first."""
    by_chapter = {
        chapter: [
            method
            for module in modules
            for name, method in METHODS.items()
            if name.split(".")[1] == module
        ]
        for chapter, modules in CHAPTERS.items()
    }
    index = (
        f"- **{chapter}**: {', '.join(map(_link, methods))}"
        for chapter, methods in by_chapter.items()
    )
    parts = [METRICS, "\n".join(index) + "\n"]
    for chapter, methods in by_chapter.items():
        parts += [f"## {chapter}\n", *map(_metric, methods)]
    return "\n".join(parts)


def anchor(heading: str) -> str:
    """The end of an address that leads to a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def _link(method: Method) -> str:
    return f"[{method.title}](#{anchor(method.title)})"


def _metric(method: Method) -> str:
    return (
        f"### {method.title}\n\n*{method.answers}*\n\n{method.formula}\n\n"
        f"- *Example:* {method.example.given} {method.example.gives}\n"
        f"- *Left out:* {method.leaves_out}\n- *Source:* {method.source}\n"
    )


def commands() -> dict[str, Any]:
    """Every command by what one types."""
    there: dict[str, Any] = {}
    for room in sorted(ROOMS):
        group: Any = typer.main.get_command(import_module(f"{room}.__main__").app)
        there |= {f"python -m {room} {name}": each for name, each in group.commands.items()}
    return there


def unexplained() -> list[str]:
    """Commands that do not say what they do, and arguments and options that do not say it."""
    return [
        f"{name} {part.name if part is not each else ''}".strip()
        for name, each in commands().items()
        for part in (each, *each.params)
        if not (part.help or "").strip()
    ]


def outside_of_chapters() -> list[str]:
    """Definitions that no chapter of the metrics holds."""
    held = {module for modules in CHAPTERS.values() for module in modules}
    return [name for name in METHODS if name.split(".")[1] not in held]


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """The names of all that a file of settings may hold, those inside of others too."""
    for name, field in model.model_fields.items():
        yield name
        for inner in _models_in(field.annotation):
            yield from keys_of(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def variables() -> set[str]:
    """The environment variables that the code speaks of."""
    files = python_files(ROOT, *ROOMS)
    return {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}


def titles() -> set[str]:
    """The title of every page."""
    files = [ROOT / "dashboard.py", *ROOT.glob("pages/*.py")]
    return {title for file in files for title in TITLE.findall(file.read_text(encoding="utf-8"))}


def reference() -> str:
    """Every command with what it does, its arguments and its options."""
    return "\n".join(
        [COMMANDS, *(f"## `{name}`\n\n{_command(each)}" for name, each in commands().items())]
    )


def _command(command: Any) -> str:
    told = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    options = [f"- {_named(each)}: {_told(each)}" for each in command.params]
    return "\n\n".join([*told, "\n".join(options)]).rstrip() + "\n"


def _named(option: Any) -> str:
    kind = option.type_descriptor.annotation
    choices = kind if isinstance(kind, type) and issubclass(kind, StrEnum) else get_args(kind)
    value = "|".join(each for each in choices if isinstance(each, str))
    value = value or option.name.strip("_").upper()
    if option.param_type_name == "argument":
        return f"`{value}`"
    return f"`{option.opts[0]}`" if option.is_flag else f"`{option.opts[0]} {value}`"


def _told(option: Any) -> str:
    told = " ".join((option.help or "").split())
    if option.param_type_name == "argument":
        return told
    if option.required:
        return f"{told} It has to be given."
    given = option.show_default and not option.is_flag and option.default not in (None, "")
    return f"{told} Otherwise `{option.default}`." if given else told


#: What is written, by file.
WRITTEN = {"docs/metrics.md": metrics, "docs/commands.md": reference}

if __name__ == "__main__":
    for name, text in WRITTEN.items():
        (ROOT / name).write_text(text(), encoding="utf-8")
