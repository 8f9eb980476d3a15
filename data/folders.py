"""Which folders of this machine may be loaded from the web page? Those that its keeper names.

Whoever sees the page is not whoever runs it: without a word from the latter, no file of the machine
can be read through the page, and never one by a path that a visitor types.
"""

import os
from collections.abc import Mapping
from pathlib import Path

#: Names the folders, with the separator of PATH between them.
ENVIRONMENT = "AFTERMATH_FOLDERS"


def allowed_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders that may be loaded from the page, in the order named; none by default."""
    named = environment.get(ENVIRONMENT, "").split(os.pathsep)
    folders = (Path(name.strip()).expanduser() for name in named if name.strip())
    return tuple(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))
