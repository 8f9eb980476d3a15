"""A page that lists incidents in a table, one in each row, is read as a table.

Wikis keep such logs. A table inside a post-mortem is none, and one of links to pages is an index of
post-mortems that are read themselves.
"""

import re

from data.readers.documents.blocks import LINK, Block, unmarked
from data.readers.documents.document import Document
from data.readers.documents.postmortem import OF_INCIDENTS, is_index
from data.readers.source import Source
from data.readers.tables.cells import Table
from data.readers.tables.reading import told_of_incidents

#: Of fewer columns, a table is a list of facts.
FEWEST_COLUMNS = 3
ADDRESS_COLUMN = "Link"
ADDRESS = re.compile(r"https?://")


def incident_tables(document: Document, source: Source) -> list[Table]:
    """The tables of a page whose rows are incidents; none where the page is something else.

    Args:
        document: the page.
        source: what it stands in.
    """
    parts = {section.part for section in document.parts(*OF_INCIDENTS)}
    if parts - {"timeline"} or is_index(document):
        return []
    # A page may be called a log, which is what post-mortems call their timeline.
    least = 2 if parts else 1
    tables = [
        block
        for section in document.outline
        for block in section.blocks
        if block.kind == "table" and len(block.header) >= FEWEST_COLUMNS and block.rows
    ]
    return [
        _table(block, document.name, number)
        for number, block in enumerate(tables, start=1)
        if told_of_incidents(_table(block, document.name, number), source=source) >= least
    ]


def _table(block: Block, name: str, number: int) -> Table:
    """A table of a page with its cells as plain text, and the first link of each row."""
    header = [unmarked(cell) for cell in block.header]
    links = [_address(row) for row in block.rows]
    if any(links):
        header.append(ADDRESS_COLUMN)
    place = f"table {number}"
    rows = (
        (f"{place}, row {index}", [*map(unmarked, row), *([link] if any(links) else [])])
        for index, (row, link) in enumerate(zip(block.rows, links, strict=True), start=1)
    )
    return Table(name, header, rows, position=place, is_typed=False)


def _address(row: list[str]) -> str:
    """The first address of the web in a row."""
    targets = (match[2] for cell in row for match in LINK.finditer(cell))
    return next((target for target in targets if ADDRESS.match(target)), "")
