"""Where does the list of concepts come from? One YAML file of ours, then those of the user."""

from pathlib import Path
from typing import Any

import yaml

#: The list that ships with the project.
OWN_LIST = Path(__file__).with_name("concepts.yaml")
#: A list of concepts is text that people write; anything larger is another file by mistake.
LARGEST_FILE = 1_000_000


def read_concepts(*more: Path) -> dict[str, list[Any]]:
    """The concepts of our own list followed by those of ``more``, parsed but not yet checked.

    Raises:
        ValueError: a file is too large or is not YAML; the message names it.
        OSError: a file cannot be read.
    """
    listed: list[Any] = []
    for path in (OWN_LIST, *more):
        listed.extend(_read(path))
    return {"concepts": listed}


def _read(path: Path) -> list[Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {LARGEST_FILE:,} bytes")
    try:
        parsed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path.name} cannot be read as YAML: {problem}") from problem
    entries = parsed.get("concepts") if isinstance(parsed, dict) else None
    if not isinstance(entries, list):
        raise ValueError(f"{path.name} needs a list named 'concepts'")
    return entries
