"""Actions as rows of a table: what each column is by its name, else by what its cells hold."""

import re
from collections.abc import Iterable, Sequence

from data import words
from data.readers.documents.action_text import (
    ADDRESS,
    TICKET,
    Said,
    Setting,
    day_of,
    is_clear_status,
    read_text,
    unlinked,
)
from data.readers.documents.blocks import Block, unmarked

#: Columns without which a table says nothing of actions, beside what is to be done.
TELLING = frozenset(
    ("owner", "status", "due_on", "completed_on", "verification", "url", "priority", "kind")
)
NEUTRAL = frozenset(("field", "value"))
NUMBERED = re.compile(r"(?:#|no\.?|nr\.?|id)?\s?\d{1,4}\.?", re.IGNORECASE)


def read_rows(table: Block, setting: Setting) -> list[Said | str] | None:
    """The rows of a table as actions, and as texts where a row only names those below it.

    None where the table tells of something else.
    """
    columns = _columns(table, setting)
    if columns is None:
        return None
    rows: list[Said | str] = []
    for cells in table.rows:
        filled = [cell for cell in cells if not words.current().is_nothing(unmarked(cell))]
        if not filled:
            continue
        if len(filled) == 1 and len(columns) > 2 and filled[0] == cells[0] and _names(filled[0]):
            rows.append(unmarked(filled[0]))
        else:
            rows.append(_action(cells, columns, table.header, setting))
    return rows


def _action(
    cells: Sequence[str], columns: Sequence[str], header: Sequence[str], setting: Setting
) -> Said:
    titles = [cell for cell, name in zip(cells, columns, strict=False) if name == "title"]
    said = read_text(titles[0] if titles else "", setting)
    # The cell of a column says it, whatever the title says beside.
    beside, said.values = said.values, {"title": said.values["title"]}
    for cell, name, label in zip(cells, columns, header, strict=False):
        text = unmarked(cell)
        if words.current().is_nothing(text) and not words.current().action_status(text):
            continue
        if name == "title":
            continue
        if name == "status" and _is_day_of_end(said, label, text):
            continue
        if not _fill(said, name, cell):
            said.extra[unmarked(label)] = text
    for more in titles[1:]:
        if not words.current().is_nothing(unmarked(more)):
            said.extra.setdefault("details", unmarked(more))
    said.values = {**beside, **said.values}
    return said


def _is_day_of_end(said: Said, label: str, text: str) -> bool:
    """Whether a column such as "Done?" holds the day on which it was, which is then filled in."""
    if words.current().action_status(unmarked(label)) != "done":
        return False
    day = day_of(text, said.setting)
    if day:
        said.values |= {"completed_on": day, "status": "done"}
    return bool(day)


def _fill(said: Said, name: str, cell: str) -> bool:
    """Fill a field with a cell; whether something could be made of all of it."""
    text = unmarked(cell)
    if name in ("url", "id"):
        return _fill_reference(said, name, cell)
    if name == "status":
        if said.put_status(text):
            said.put_reference(cell)
            return True
        return said.put_reference(cell) and len(text.split()) < 3
    if name == "owner":
        return said.put("owner", ", ".join(part for part in re.split(r"\s*\n\s*", text) if part))
    if name:
        return said.put(name, text)
    return False


def _fill_reference(said: Said, name: str, cell: str) -> bool:
    """A ticket, beside which its status may stand: "Bug 5554825 DONE"."""
    text = unmarked(cell)
    first, _, last = text.rpartition(" ")
    if first and is_clear_status(last.strip("()[]")):
        said.put_status(last.strip("()[]"))
        said.put_reference(cell)
        text = first.strip()
        if words.current().is_nothing(text):
            return True
    elif is_clear_status(text):
        return said.put_status(text)
    if name == "id" and NUMBERED.fullmatch(text):
        return True  # the number of the row
    found = said.put_reference(unlinked(text) if text != unmarked(cell) else cell)
    if not found and name == "id":
        said.extra.setdefault("ticket", text)
        return True
    return found


def _columns(table: Block, setting: Setting) -> list[str] | None:
    """The field of each column, empty for none; None if the table is not about actions."""
    known = words.current()
    header = [unmarked(cell) for cell in table.header]
    columns = [known.action_field(cell) for cell in header]
    if {cell.lower() for cell in header} <= NEUTRAL or not any(columns):
        columns = [_by_content(column, setting) for column in zip(*table.rows, strict=False)]
    else:
        held = [_by_content(column, setting) for column in zip(*table.rows, strict=False)]
        named = zip(columns, [*held, *[""] * len(columns)], strict=False)
        columns = [
            name or (inside if not label or inside in ("id", "url") else "")
            for (name, inside), label in zip(named, header, strict=False)
        ]
    columns = [name if _is_first(columns, i) else "" for i, name in enumerate(columns)]
    if "title" not in columns:
        title = _title_column(table.rows, columns)
        if title is None:
            return None
        columns[title] = "title"
    return columns if len(columns) == 1 or set(columns) & TELLING or _is_list(columns) else None


def _is_first(columns: Sequence[str], index: int) -> bool:
    """Of several columns of a field the first counts; of titles the others are details."""
    return columns[index] == "title" or columns[index] not in columns[:index]


def _is_list(columns: Sequence[str]) -> bool:
    return columns.count("title") > 0 and "title" in columns[:2]


def _title_column(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> int | None:
    """Of the columns that mean nothing known, the one with the longest texts."""
    lengths = {
        index: sum(len(row[index]) for row in rows if index < len(row))
        for index, name in enumerate(columns)
        if not name
    }
    return max(lengths, key=lambda index: lengths[index]) if any(lengths.values()) else None


def _by_content(cells: Iterable[str], setting: Setting) -> str:
    """What a column without a name of ours holds, if all of its cells hold the same."""
    texts = [unmarked(cell) for cell in cells]
    filled = [text for text in texts if not words.current().is_nothing(text)]
    if not filled:
        return ""
    if sum(map(bool, map(is_clear_status, filled))) * 2 > len(filled):
        return "status"
    if all(day_of(text, setting) for text in filled):
        return "due_on"
    if all(TICKET.fullmatch(text) or ADDRESS.match(text) for text in filled):
        return "url"
    if all(NUMBERED.fullmatch(text) for text in filled):
        return "id"
    return ""


def _names(cell: str) -> bool:
    """Whether the only cell of a row names the rows below it."""
    text = unmarked(cell)
    return len(text.split()) <= 4 and (text != cell.strip() or not text.endswith("."))
