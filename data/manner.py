"""In what manner is a file read? The same file read in the same manner says the same again.

A newer version of the readers, another word list or another option may find more in a file that
has not changed, so all of them count.
"""

import dataclasses
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from data import words
from data.lists import Lists
from data.readers.source import Options

DIGEST_BYTES = 16
PACKAGE = Path(__file__).parent
#: What decides how a file is read.
CODE = ("*.py", "*.yaml", "readers/**/*.py")


def manner_of(options: Options, lists: Lists) -> bytes:
    """A digest of all that decides what a file is understood to say, but for the file."""
    lists_ = [
        lists.labels,
        lists.synonyms,
        lists.severity_ranks,
        lists.needs_analysis,
        lists.names,
    ]
    mapping = dataclasses.asdict(options.mapping) if options.mapping else None
    chosen = [str(options.zone), str(options.day_order), mapping]
    decisive = _plain([lists_, chosen, _own_words(), _version()])
    told = json.dumps(decisive, sort_keys=True, default=str)
    return hashlib.blake2b(told.encode(), digest_size=DIGEST_BYTES).digest()


def _plain(value: Any) -> Any:
    """``value`` in an order that is the same in every process."""
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {k: _plain(v) for k, v in value.items()} if hasattr(value, "items") else value


def _own_words() -> str:
    """The words that were added to the shipped ones."""
    path = os.environ.get(words.ENVIRONMENT)
    return Path(path).read_text(encoding="utf-8") if path else ""


@lru_cache(maxsize=1)
def _version() -> str:
    """A digest of the code and the words of this version."""
    version = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for file in sorted({file for pattern in CODE for file in PACKAGE.glob(pattern)}):
        version.update(file.name.encode() + b"\0" + file.read_bytes())
    return version.hexdigest()
