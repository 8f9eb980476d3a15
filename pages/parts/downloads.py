"""What a page shows, to take along: one sheet for each figure and list, as a workbook or as CSV.

A figure gives the numbers that it is drawn from, a list all of its rows, also those that the page
cuts off. Whatever a spreadsheet would run as a formula is guarded by an apostrophe.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from data.values import guarded
from pages.parts.card import Card, Cell, Lead, ToIncident

#: A number that only looks like a formula: "-3.5".
NUMBER = re.compile(r"[+\-]?\d[\d.,]*\s?%?")
#: Letters of the name of a sheet that every program takes, and what none takes in it.
LONGEST_NAME, NOT_IN_A_NAME = 31, re.compile(r"[\[\]:*?/\\']")
#: Excel keeps no more signs in a cell.
LONGEST_CELL = 32_767
ABOUT = "About"
#: The ``meta`` of a trace whose marks stand where no number says.
PICTURE = "picture"
#: A link of Markdown, whose words may hold escaped brackets.
LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One figure or list of a page.

    Attributes:
        key: its name on the page.
        title: what it says.
        basis: on what it rests.
        content: what is drawn, or the rows.
    """

    key: str
    title: str
    basis: str
    content: go.Figure | pd.DataFrame

    @property
    def rows(self) -> pd.DataFrame:
        """The numbers behind a figure, or the rows of a list; texts guarded."""
        rows = rows_of(self.content) if isinstance(self.content, go.Figure) else self.content
        return rows.apply(_guarded)


def sheets_of(card: Card) -> Iterator[Sheet]:
    """The figure, tiles, tables and grids of a card, and of the cards behind it, a sheet each."""
    if card.figure is not None:
        yield Sheet(card.key, card.title or card.alt, card.basis, card.figure)
    if card.tiles:
        yield sheet_of_tiles(card)
    for table in card.tables:
        rows = [{name: in_words(cell) for name, cell in row.items()} for row in table.rows]
        yield Sheet(table.alt, table.title or table.alt, table.basis, pd.DataFrame(rows))
    for grid in card.grids:
        yield Sheet(grid.key, grid.alt, "", grid.rows.map(as_value))
    for further in card.behind.values():
        yield from sheets_of(further)


def sheet_of_tiles(card: Card) -> Sheet:
    """The numbers of a card that stand beside each other, a row for each."""
    told = [{"figure": t.label, "value": t.value, "beside": t.beside} for t in card.tiles]
    return Sheet(card.key, card.title, card.basis, pd.DataFrame(told))


def in_words(cell: Cell) -> str:
    """A cell of a table without its marks."""
    return plain(cell) if isinstance(cell, str) else cell.text


def as_value(cell: Any) -> Any:
    """A cell of a grid without the way that it leads."""
    if isinstance(cell, Lead):
        return cell.text
    return cell.identity if isinstance(cell, ToIncident) else cell


def rows_of(figure: go.Figure) -> pd.DataFrame:
    """The numbers that a figure is drawn from, a row for each mark.

    Columns ``series`` (its name in the legend), ``x``, ``y``, for heat maps ``value``, ``low`` and
    ``high`` where an interval is drawn, and ``text`` where the mark says something.
    What only pictures numbers, as small columns on a scale of their own do, gives none.
    """
    parts = [_rows_of_trace(trace) for trace in figure.data if trace.meta != PICTURE]
    parts = [part.dropna(axis="columns", how="all") for part in parts if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    named = "series" in rows and (rows["series"] != "").any()
    return rows if named else rows.drop(columns="series", errors="ignore")


def _rows_of_trace(trace: Any) -> pd.DataFrame:
    if trace.type == "heatmap":
        across, down = np.asarray(trace.x), np.asarray(trace.y)
        return pd.DataFrame(
            {
                "series": trace.name or "",
                "x": np.tile(across, len(down)),
                "y": np.repeat(down, len(across)),
                "value": np.asarray(trace.z, dtype=float).ravel(),
            }
        )
    columns: dict[str, Any] = {"x": trace.x, "y": trace.y, "text": trace.text}
    kept = {
        name: list(values)
        for name, values in columns.items()
        if values is not None and not isinstance(values, str)
    }
    size = max((len(values) for values in kept.values()), default=0)
    rows = pd.DataFrame({name: v for name, v in kept.items() if len(v) == size})
    rows.insert(0, "series", trace.name or "")
    for axis in ("x", "y"):
        _add_interval(rows, trace, axis)
    return rows


def _add_interval(rows: pd.DataFrame, trace: Any, axis: str) -> None:
    """Put the ends of an interval that is drawn as an error bar into columns."""
    bar = trace[f"error_{axis}"]
    if bar.array is None or len(bar.array) != len(rows) or axis not in rows:
        return
    middle = pd.to_numeric(rows[axis], errors="coerce").to_numpy(dtype=float)
    above = np.asarray(bar.array, dtype=float)
    below = above if bar.arrayminus is None else np.asarray(bar.arrayminus, dtype=float)
    rows["low"], rows["high"] = middle - below, middle + above


def as_workbook(sheets: Sequence[Sheet], about: Mapping[str, str]) -> bytes:
    """All sheets in one workbook, after one that says what they are.

    Args:
        about: what is said of all of them: page, filters, the moment looked from.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names = _names(sheets)
    front = book.create_sheet(ABOUT)
    for name, text in about.items():
        front.append([name, safe(text)])
    front.append([])
    for name, sheet in zip(names, sheets, strict=True):
        front.append([name, safe(plain(sheet.title)), safe(plain(sheet.basis))])
    for name, sheet in zip(names, sheets, strict=True):
        page, rows = book.create_sheet(name), sheet.rows
        page.append([safe(str(column)) for column in rows.columns])
        for row in rows.itertuples(index=False):
            page.append([_cell(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv_files(sheets: Sequence[Sheet], about: Mapping[str, str]) -> bytes:
    """A CSV for each sheet and a text that says what they are, in one zip."""
    buffer = io.BytesIO()
    names = _names(sheets)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        told = [f"{name}: {text}" for name, text in about.items()]
        told += ["", *(_told(name, sheet) for name, sheet in zip(names, sheets, strict=True))]
        archive.writestr(f"{ABOUT}.txt", "\n".join(told) + "\n")
        for name, sheet in zip(names, sheets, strict=True):
            archive.writestr(f"{name}.csv", as_csv(sheet.rows))
    return buffer.getvalue()


def as_csv(rows: pd.DataFrame) -> str:
    """Rows of a sheet as CSV."""
    return rows.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%SZ")


def safe(text: str) -> str:
    """A text that no spreadsheet runs as a formula, nor a part of it after a separator."""
    if NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text[:1] in ("\t", "\r") else guarded(text)


def plain(markdown: str) -> str:
    """Markdown without its marks: links as their words, no stars."""
    text = LINK.sub(r"\1", markdown)
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!|$~:<>])", r"\1", text.replace("**", ""))


def _told(name: str, sheet: Sheet) -> str:
    return ": ".join(part for part in (name, plain(sheet.title), plain(sheet.basis)) if part)


def _guarded(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.map(lambda value: safe(value) if isinstance(value, str) else value)


def _cell(value: Any) -> Any:
    """A value as a cell takes it."""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value


def _names(sheets: Iterable[Sheet]) -> list[str]:
    """A name for each sheet, of signs that every program takes, no two alike."""
    names: list[str] = []
    for sheet in sheets:
        base = NOT_IN_A_NAME.sub(" ", sheet.key).strip()[:LONGEST_NAME] or "sheet"
        name, number = base, 2
        while name.lower() in (ABOUT.lower(), *(each.lower() for each in names)):
            name, number = f"{base[: LONGEST_NAME - 3]} {number}", number + 1
        names.append(name)
    return names
