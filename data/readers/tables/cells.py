"""What every table has in common, wherever it comes from: a header and rows of cells.

A CSV, a sheet of a workbook, a list of objects and the rows of a query all become this, and are
read by one pipeline.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: More columns than any tool exports.
MOST_COLUMNS = 2_000
#: Rows that are looked at for the header; titles and notes above a table are fewer.
LOOKED_AT = 40
#: A row that names columns fills at least this share of the width of the table.
FILLED = 0.6

#: The cells of a row, or in words why it cannot be read.
Cells = Sequence[Any] | str
#: A row and where it stands, in words.
Row = tuple[str, Cells]


@dataclass
class Table:
    """A header and rows of cells.

    Attributes:
        name: as its user knows it: a file, or a sheet or list in one.
        header: the names of its columns; may be empty, repeated and too few.
        rows: to be gone through once.
        position: where the header stands, in words.
        is_typed: whether cells may be numbers, dates, lists, mappings and None; else all are texts.
        called: what its own name says that it holds: a sheet "Follow-ups", a file "actions.csv".
    """

    name: str
    header: list[str]
    rows: Iterator[Row]
    position: str = "row 1"
    is_typed: bool = True
    called: str = ""


def header_among(rows: Sequence[Sequence[str]], is_name: Callable[[str], bool]) -> int | None:
    """The index of the row that names the columns: the first with names of fields, else full.

    A row counts as soon as it has half the names that any row has, as cells below may hold such
    words too. None where no row says anything.
    """
    names = [sum(map(is_name, row)) for row in rows]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    if not any(filled):
        return None
    wide = FILLED * max(filled)
    named = (i for i, count in enumerate(names) if count * 2 >= max(names) > 0)
    full = next(i for i, count in enumerate(filled) if count >= wide)
    # A title above may hold one such word; below the first full row only cells do.
    return next((i for i in named if filled[i] > 1 or max(filled) == 1), full)


def named_apart(header: Sequence[Any]) -> list[str]:
    """A name for every column that no other has: ``column 3``, ``Labels (2)``."""
    seen: set[str] = set()
    names: list[str] = []
    for index, cell in enumerate(header):
        base = name = str(cell if cell is not None else "").strip() or f"column {index + 1}"
        number = 1
        while name in seen:
            number += 1
            name = f"{base} ({number})"
        seen.add(name)
        names.append(name)
    return names


# Cells of sources with types of their own as the texts that people would have written.

LONGEST_JSON = 200_000


def as_texts(cells: Sequence[Any]) -> list[str]:
    """The cells of a row as texts."""
    return [cell if isinstance(cell, str) else as_text(cell) for cell in cells]


def as_text(cell: Any) -> str:
    """A cell as text; empty where it says nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return cell.replace(microsecond=0).isoformat()
    if isinstance(cell, dt.timedelta):
        return _length(cell)
    if isinstance(cell, dict | list | tuple):
        return json.dumps(cell, ensure_ascii=False, default=str)[:LONGEST_JSON]
    return str(cell)


def _number(cell: float) -> str:
    if cell != cell or cell in (float("inf"), float("-inf")):
        return ""
    return str(int(cell)) if cell == int(cell) and abs(cell) < 10**15 else str(cell)


def _length(length: dt.timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


# Numbers as people write them in cells: ``1,234.50``, ``1.234,50 €``, ``12 %``, ``~500``.

#: Signs and codes of money, by the code that they mean; "$" and "¥" are of several countries.
CURRENCIES = {
    "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "円": "JPY", "jpy": "JPY", "chf": "CHF", "r$": "BRL", "brl": "BRL", "₹": "INR",
    "inr": "INR", "cad": "CAD", "ca$": "CAD", "aud": "AUD", "a$": "AUD", "mxn": "MXN",
    "mx$": "MXN", "ars": "ARS", "clp": "CLP", "cop": "COP", "pen": "PEN", "sek": "SEK",
    "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK", "krw": "KRW", "₩": "KRW",
    "cny": "CNY", "sgd": "SGD", "hkd": "HKD", "nzd": "NZD", "zar": "ZAR", "brl$": "BRL",
}  # fmt: skip
NUMBER = re.compile(
    r"(?:[~≈<>]|ca\.?|about|approx\.?)?\s*(?P<before>[^\W\d_]{0,3}[$€£¥₹₩]|[^\W\d_]{3})?\s*"
    r"(?P<sign>[-+−]?)(?P<digits>\d[\d.,'’ \u00a0\u202f]{0,40})\s*"
    r"(?P<factor>[kKMm](?![^\W_]))?\s*(?P<after>[$€£¥₹₩円%]|[^\W\d_]{3})?\+?"
)
OTHER_SIGNS = frozenset(("%", "$", "¥"))
SPACES = re.compile(r"['’ \u00a0\u202f]")
FACTORS = {"k": 1_000.0, "m": 1_000_000.0}
LONGEST = 60


def number_in(text: str) -> float | None:
    """The number that a cell is; None if it is none."""
    parts = _parts(text)
    if parts is None:
        return None
    number = _value(parts["digits"])
    if number is None:
        return None
    number *= FACTORS.get((parts["factor"] or "").lower(), 1.0)
    return -number if parts["sign"] in ("-", "−") else number


def currency_in(text: str) -> str:
    """The code of the money that a cell or a header names; empty if none."""
    if code := CURRENCIES.get(text.strip().lower()):
        return code
    parts = _parts(text)
    named = (parts["before"] or parts["after"] or "") if parts else ""
    return CURRENCIES.get(named.lower(), "")


def _parts(text: str) -> re.Match[str] | None:
    if len(text) > LONGEST:
        return None
    parts = NUMBER.fullmatch(text.strip())
    if parts is None:
        return None
    around = [(parts["before"] or "").lower(), (parts["after"] or "").lower()]
    known = all(not sign or sign in OTHER_SIGNS or sign in CURRENCIES for sign in around)
    return parts if known else None


def _value(digits: str) -> float | None:
    """The digits as a number, whichever of point and comma sets off thousands."""
    digits = SPACES.sub("", digits).rstrip(".,")
    point, comma = digits.rfind("."), digits.rfind(",")
    mark = "." if point > comma else ","
    if min(point, comma) < 0 and _thousands(digits, mark):
        mark = ""
    whole, fraction = digits, ""
    if mark and mark in digits:
        whole, fraction = digits.rsplit(mark, 1)
        if mark in whole:
            return None
    whole = whole.replace(".", "").replace(",", "")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    return float(f"{whole}.{fraction or 0}")


def _thousands(digits: str, mark: str) -> bool:
    """Whether ``mark`` sets off groups of three: "1.234", but neither "0.234" nor "1234.567"."""
    first, *groups = digits.split(mark)
    return (
        bool(groups)
        and all(len(group) == 3 for group in groups)
        and 0 < len(first) <= 3
        and (first != "0")
    )
