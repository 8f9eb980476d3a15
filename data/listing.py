"""The records that a check lists, as an export would write them, before anything is loaded.

They wait on disk rather than in memory until everything else is known, as one JSON object holds
both.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from typing import Self

from data.exporting import plain_fields
from data.findings import Findings
from data.record import Incident
from data.report import as_json

#: Whoever wants more of them loads and exports them.
MOST_RECORDS = 10_000
#: As many bytes of them are held in memory.
HELD_BYTES = 4_000_000


class Listed:
    """The first records of a check.

    Attributes:
        more: records beyond those that are listed.
    """

    def __init__(self) -> None:
        self._lines = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - this is its own manager
            max_size=HELD_BYTES, mode="w+", encoding="utf-8"
        )
        self._count = 0
        self.more = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    def add(self, record: Incident) -> None:
        """List a record, unless there are too many already."""
        if self._count == MOST_RECORDS:
            self.more += 1
            return
        self._lines.write(("," if self._count else "") + json.dumps(plain_fields(record)))
        self._count += 1

    def pieces(self) -> Iterator[str]:
        """The JSON list of them."""
        self._lines.seek(0)
        yield "["
        while piece := self._lines.read(HELD_BYTES):
            yield piece
        yield "]"


def with_records(records: Listed, counts: Mapping[str, int], findings: Findings) -> Iterator[str]:
    """One object with the records and all that a load tells of them, piece by piece."""
    yield '{"records": '
    yield from records.pieces()
    rest = as_json({**counts, "records_not_listed": records.more}, findings)
    yield f", {rest[1:]}"
