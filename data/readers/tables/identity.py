"""Who is a record in a table without an id? Known by its title and start, not by its row.

An id made of what a row says is the same when the table is loaded again, sorted or longer. Where
two rows have the same title and start, the whole of them tells them apart, and equal rows are
counted.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from data import words
from data.record import CLOCK_FIELDS

DIGEST_BYTES = 4
LONGEST_SLUG = 40
#: "2026-03-02T09:14"
MINUTE_LENGTH = 16
NO_LETTERS = re.compile(r"[^a-z0-9]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: What tells one incident from another, as people do.
NAMES = ("title", "summary")

Values = Mapping[str, Any]


class Identities:
    """Makes ids for the rows of one table.

    Args:
        sample: rows of the table; those that share title and start get longer ids.
    """

    def __init__(self, sample: Iterable[Values]) -> None:
        shared = Counter(key_of(values) for values in sample)
        self._shared = {key for key, count in shared.items() if count > 1}
        self._given: Counter[str] = Counter()

    def of(self, values: Values) -> str:
        """The id of a row."""
        key: tuple[str, ...] = key_of(values)
        if not any(key) or key in self._shared:
            key = (*key, whole_of(values))
        made = _written(key)
        self._given[made] += 1
        count = self._given[made]
        return made if count == 1 else f"{made}-{count}"


def key_of(values: Values) -> tuple[str, str]:
    """Title and first known clock, to the minute and as its own zone shows it.

    So the zone that somebody names later makes no other record of it.
    """
    title = next((str(values[name]) for name in NAMES if values.get(name)), "")
    clock = next((str(values[name]) for name in CLOCK_FIELDS if values.get(name)), "")
    return words.fold(title), clock[:MINUTE_LENGTH].replace(" ", "T")


def whole_of(values: Values) -> str:
    """Everything that a row says, whatever the order of its columns."""
    return "\x1f".join(f"{name}={values[name]}" for name in sorted(values) if values[name])


def _written(key: tuple[str, ...]) -> str:
    content = "\x1e".join(key).encode("utf-8", "replace")
    digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES).hexdigest()
    slug = NO_LETTERS.sub("-", key[0])[:LONGEST_SLUG].strip("-")
    day = DAY.match(key[1])
    return "-".join(part for part in (day[0] if day else "", slug, digest) if part)
