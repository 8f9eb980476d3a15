"""Any table, read by one pipeline: header and rows in, records out, nothing dropped.

What each column holds is decided once by a sample of the rows, from a mapping if somebody gave one,
else from the names of the columns and their cells; all of it is said. The rows stream.
"""

from data.readers.tables.cells import Table
from data.readers.tables.reading import read_table

__all__ = ["Table", "read_table"]
