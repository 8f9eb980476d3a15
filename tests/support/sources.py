"""What does the code import? Read from its source, so that nothing has to run."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("analytics", "data", "pages")


def python_files(root: Path, *folders: str) -> list[Path]:
    """The scripts beside each other at the root and all code in the folders below it."""
    inner = (file for folder in folders for file in root.glob(f"{folder}/**/*.py"))
    return [*root.glob("*.py"), *sorted(inner)]


def imported(file: Path, root: Path = ROOT) -> set[str]:
    """The full name of every module that a file imports from, inside functions too."""
    folders = file.relative_to(root).parts[:-1]
    names = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = folders[: len(folders) - node.level + 1] if node.level else ()
            last = [node.module] if node.module else [alias.name for alias in node.names]
            names |= {".".join((*start, name)) for name in last}
    return names


def rooms(names: set[str]) -> set[str]:
    """The packages, our own and others', that modules of these names belong to."""
    return {name.partition(".")[0] for name in names}
