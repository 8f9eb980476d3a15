"""The promised actions of a post-mortem: check boxes, lists, tables and sentences that promise.

A heading, or an item that only names what stands under it, may say of which kind the actions below
are, who owes them or that they are done. What promises nothing is handed back as text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data import words
from data.readers.documents.action_text import (
    ADDRESS,
    BOX,
    PRIORITY,
    SIGN,
    TICKET,
    Said,
    Setting,
    day_of,
    is_clear_status,
    kind_of,
    read_text,
    unlinked,
)
from data.readers.documents.blocks import BOLD_LEVEL, Block, unmarked

# Actions as rows of a table: what each column is by its name, else by what its cells hold.

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


def _is_day_of_end(action: Said, label: str, text: str) -> bool:
    """Whether a column such as "Done?" holds the day on which it was, which is then filled in."""
    if words.current().action_status(unmarked(label)) != "done":
        return False
    day = day_of(text, action.setting)
    if day:
        action.values |= {"completed_on": day, "status": "done"}
    return bool(day)


def _fill(action: Said, name: str, cell: str) -> bool:
    """Fill a field with a cell; whether something could be made of all of it."""
    text = unmarked(cell)
    if name in ("url", "id"):
        return _fill_reference(action, name, cell)
    if name == "status":
        if action.put_status(text):
            action.put_reference(cell)
            return True
        return action.put_reference(cell) and len(text.split()) < 3
    if name == "owner":
        return action.put("owner", ", ".join(part for part in re.split(r"\s*\n\s*", text) if part))
    if name:
        return action.put(name, text)
    return False


def _fill_reference(action: Said, name: str, cell: str) -> bool:
    """A ticket, beside which its status may stand: "Bug 5554825 DONE"."""
    text = unmarked(cell)
    first, _, last = text.rpartition(" ")
    if first and is_clear_status(last.strip("()[]")):
        action.put_status(last.strip("()[]"))
        action.put_reference(cell)
        text = first.strip()
        if words.current().is_nothing(text):
            return True
    elif is_clear_status(text):
        return action.put_status(text)
    if name == "id" and NUMBERED.fullmatch(text):
        return True  # the number of the row
    found = action.put_reference(unlinked(text) if text != unmarked(cell) else cell)
    if not found and name == "id":
        action.extra.setdefault("ticket", text)
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


#: A name of what stands below has no more words.
MOST_WORDS_OF_NAME = 4
#: A heading of fewer words is a group of actions.
FEWEST_WORDS = 3
#: "1) Alert on the queue", "Action 2: …"
NUMBER_FIRST = re.compile(r"^(?:[Aa]ction(?: item)?\s?)?#?\d{1,2}[.):]\s+")
#: A sentence that promises something is no longer.
LONGEST_SENTENCE = 400
#: A longer paragraph tells rather than promises.
LONGEST_PARAGRAPH = 1_000
SENTENCE_END = re.compile(r"(?<=[.!?。])\s+(?=[^\W\d_a-z])")
#: "Corrective actions: 1. Raise the limit. 2. Test it."
NUMBERED_ITEM = re.compile(r"(?:^|\s)\(?(\d{1,2})[.)]\s+(?=\S)")
#: "[#12]: https://…", an address that a text names elsewhere.
DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,80})\]:\s+<?(https?://[^\s<>]{1,2000})>?", re.M)
#: A line that is a sentence, so that lines below each other are a list.
SENTENCE_LINE = re.compile(r"[^\W\d_a-z][^\n]{8,200}[.;]")
BULLET = re.compile(r"^\s*[•·◦▪●–—]\s+")
HINT = re.compile(r"[<\[{(]{1,2}[^<>\[\]{}()\n]{1,200}[>\]})]{1,2}\.?")
#: What a template writes to show how it is meant.
EXAMPLE = re.compile(r"\W{0,4}(?:e\.g\.|example\b.{0,20}:|for example\b)", re.IGNORECASE)
NUMBER_BEHIND = re.compile(r"\s#?\d{1,2}$")
GENERIC = re.compile(
    r"\W*(?:action(?: items?)?|task|item|todo|to-?do)\W{0,3}(?:#?\d{1,2}|[a-z])?\W*", re.I
)
TEAM_SAID = re.compile(r"\b(?:team|squad|equipo|équipe|equipe)\b|チーム", re.IGNORECASE)


@dataclass(frozen=True)
class _Above:
    """What headings and names above an action say of it."""

    values: Mapping[str, str] = field(default_factory=dict)
    under: tuple[str, ...] = ()


@dataclass
class Found:
    """The actions of a section and what in it is none.

    Attributes:
        actions: by field, in order.
        rest: the other blocks.
    """

    actions: list[dict[str, Any]] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)


def links_in(body: str) -> dict[str, str]:
    """The addresses that a document defines apart from where it names them."""
    return {name.casefold(): address for name, address in DEFINITION.findall(body)}


def read_actions(blocks: Sequence[Block], *, heading: str = "", setting: Setting) -> Found:
    """The actions in the blocks of a section.

    Args:
        heading: of the section.
        setting: what the document says once about all of them.
    """
    reader = _Reader(setting)
    reader.read(blocks, _said_by(heading, _Above(), own=True))
    return reader.found


class _Reader:
    def __init__(self, setting: Setting) -> None:
        self.found = Found()
        self._setting = setting

    def read(self, blocks: Sequence[Block], above: _Above) -> None:
        """Take all blocks of a section, which headings divide."""
        if _titles_actions(blocks):
            self._under_headings(blocks, above)
            return
        levels: list[tuple[int, _Above]] = [(0, above)]
        sentences = not any(block.kind in ("item", "table") for block in blocks)
        for block in blocks:
            if block.is_heading:
                while len(levels) > 1 and levels[-1][0] >= block.level:
                    levels.pop()
                if not self._heading_that_promises(block, levels[-1][1]):
                    levels.append((block.level, _said_by(block.text, levels[-1][1])))
            elif block.kind == "item":
                self._item(block, levels[-1][1])
            elif block.kind == "table":
                self._table(block, levels[-1][1])
            else:
                self._text(block, levels[-1][1], sentences=sentences)

    def _under_headings(self, blocks: Sequence[Block], above: _Above) -> None:
        """Actions that are headings, each with a text that describes it."""
        said: Said | None = None
        for block in blocks:
            if block.is_heading:
                self._add_if(said, above)
                said = read_text(NUMBER_FIRST.sub("", block.text), self._setting)
            elif said is None:
                self._text(block, above, sentences=False)
            elif block.kind != "code":
                details = (said.extra.get("details"), *_lines(block))
                said.extra["details"] = "\n".join(filter(None, details))
        self._add_if(said, above)

    def _add_if(self, action: Said | None, above: _Above) -> None:
        if action is not None:
            self._add(action, above)

    def add_line(self, line: str) -> None:
        """Take a line that is one action by itself."""
        self._add(read_text(line, self._setting), _Above())

    def _heading_that_promises(self, block: Block, above: _Above) -> bool:
        """A line in bold that has a box or a ticket is an action by itself."""
        if block.level != BOLD_LEVEL or not (BOX.match(block.text) or SIGN.match(block.text)):
            return False
        self._add(read_text(block.text, self._setting), above)
        return True

    def _item(self, block: Block, above: _Above) -> None:
        if not block.text and not block.children:
            return
        if _only_names(block):
            below = _said_by(block.text, above)
            for child in block.children:
                self._below(child, below)
            return
        said = read_text(block.text, self._setting)
        tasks = [child for child in block.children if _is_task(child)]
        others = [child for child in block.children if child not in tasks]
        details = [
            line for child in others if not self._says_of(child, said) for line in _lines(child)
        ]
        if details:
            said.extra["details"] = "\n".join(details)
        self._add(said, above)
        for task in tasks:
            self._below(task, above)

    def _below(self, block: Block, above: _Above) -> None:
        """What stands under a name."""
        if block.kind == "item":
            self._item(block, above)
        elif block.kind == "table":
            self._table(block, above)
        else:
            self._text(block, above, sentences=False)

    def _says_of(self, child: Block, action: Said) -> bool:
        """Whether what stands under an action says nothing but its owner, day and the like."""
        title = action.values.get("title")
        below = read_text(child.text, self._setting)
        told = {name: value for name, value in below.values.items() if name != "title"}
        if child.children or not (told or below.extra):
            return False
        left = below.values["title"]
        pointer = "url" in told and (left == child.text.strip() or not left)
        if left and not pointer and len(left.split()) > 1:
            return False
        for name, value in told.items():
            action.values.setdefault(name, value)
        action.extra = {**below.extra, **action.extra}
        action.values["title"] = title
        return True

    def _table(self, block: Block, above: _Above) -> None:
        rows = read_rows(block, self._setting)
        if rows is None:
            self.found.rest.append(block)
            return
        for row in rows:
            if isinstance(row, str):
                above = _said_by(row, replace(above, under=above.under[:1]))
            else:
                self._add(row, above)

    def _text(self, block: Block, above: _Above, *, sentences: bool) -> None:
        """A paragraph: a list typed into it, or sentences that promise where there is no list."""
        text = DEFINITION.sub("", block.text).strip()
        if not text or block.kind == "code":
            self.found.rest.extend([block] if text else [])
            return
        pieces = _listed(text)
        if not pieces and sentences:
            pieces = _promised(text)
        for piece in pieces:
            self._add(read_text(piece, self._setting), above)
        if not pieces:
            self.found.rest.append(block)

    def _add(self, action: Said, above: _Above) -> None:
        title = action.values.get("title") or ""
        if is_no_action(title) or (title.endswith(":") and "details" not in action.extra):
            return
        action.values["title"] = title.rstrip(": ")
        values = {**above.values, **action.values}
        if above.under:
            action.extra.setdefault("under", " / ".join(above.under))
        if action.extra:
            values["extra"] = action.extra
        self.found.actions.append(values)


def action_of(line: str, setting: Setting | None = None) -> dict[str, Any] | None:
    """The action that a line of a cell promises; None if it promises none."""
    reader = _Reader(setting or Setting())
    reader.add_line(line)
    return reader.found.actions[0] if reader.found.actions else None


def is_no_action(title: str) -> bool:
    """Whether a line says that there is nothing to be done, or is left from a template."""
    known = words.current()
    if known.is_nothing(title) or not any(map(str.isalnum, title)):
        return True
    if HINT.fullmatch(title) or EXAMPLE.match(title) or GENERIC.fullmatch(title):
        return True
    name = NUMBER_BEHIND.sub("", title)
    return name != title and "actions" in (known.part(name), known.part(f"{name}s"))


def _titles_actions(blocks: Sequence[Block]) -> bool:
    """Whether headings are the actions of a section: no list, and a text below each of them."""
    headings = [index for index, block in enumerate(blocks) if block.is_heading]
    if not headings or any(block.kind in ("item", "table") for block in blocks):
        return False
    below = [blocks[index + 1] if index + 1 < len(blocks) else None for index in headings]
    if any(block is None or block.is_heading for block in below):
        return False
    known = words.current()
    names = [unmarked(NUMBER_FIRST.sub("", blocks[index].text)) for index in headings]
    groups = any(known.part(name) or known.action_kind(name) for name in names)
    return not groups and all(len(name.split()) >= FEWEST_WORDS for name in names)


def _said_by(name: str, above: _Above, *, own: bool = False) -> _Above:
    """What a heading, or an item that only names others, says of what stands below it.

    Args:
        own: whether it is the heading of the whole section, which is no group of its own.
    """
    name = unmarked(BOX.sub("", name)).strip(" :：–—-")
    values = dict(above.values)
    understood = own or not name
    for piece in _pieces(name):
        field_name, value = _meaning(piece, own=own)
        if field_name:
            values[field_name] = value
            understood = understood or piece == name
    return _Above(values, above.under if understood else (*above.under, name)[-2:])


def _meaning(piece: str, *, own: bool) -> tuple[str, str]:
    """The field that a piece of a heading fills, and with what; empty if none."""
    if status := is_clear_status(piece):
        return "status", status
    if words.current().priority(piece) or PRIORITY.fullmatch(piece):
        return "priority", piece
    if not own and (kind := kind_of(piece)):
        return "kind", kind
    if not own and TEAM_SAID.search(piece) and len(piece.split()) <= MOST_WORDS_OF_NAME:
        return "owner", piece
    return "", ""


def _pieces(name: str) -> Iterator[str]:
    """A name as a whole, and what stands in it between brackets and strokes."""
    yield name
    parts = [p.strip() for p in re.split(r"[()\[\]/|:：]|\s[–—-]\s", name) if p.strip()]
    yield from (part for part in parts if part != name)
    generic = words.current()
    for part in parts:
        # "Completed actions" says what "Completed" says.
        left = " ".join(word for word in part.split() if generic.part(word) != "actions")
        if left and left != part:
            yield left


def _is_task(child: Block) -> bool:
    """Whether what stands under an action is one of its own."""
    return child.kind == "table" or (child.kind == "item" and BOX.match(child.text) is not None)


def _only_names(block: Block) -> bool:
    """Whether an item names what stands under it and promises nothing itself."""
    items = [child for child in block.children if child.kind in ("item", "table")]
    if not items or BOX.match(block.text):
        return False
    bare = block.text.strip()
    name = unmarked(bare)
    if bare.endswith((":", "：", ":**")) or any(BOX.match(item.text) for item in items):
        return True
    if any(is_clear_status(piece) or words.current().action_kind(piece) for piece in _pieces(name)):
        return len(name.split()) <= MOST_WORDS_OF_NAME
    is_bold = bare.startswith(("**", "__")) and bare.endswith(("**", "__"))
    few = len(name.split()) < MOST_WORDS_OF_NAME and len(items) > 1
    return len(name.split()) <= 2 * MOST_WORDS_OF_NAME and (is_bold or few)


def _listed(text: str) -> list[str]:
    """The items of a list that was typed into a paragraph; nothing if there is none."""
    lines = text.split("\n")
    marked = [BULLET.match(line) or BOX.match(line) or SIGN.match(line) for line in lines]
    if marked[0] and sum(map(bool, marked)) * 2 >= len(lines):
        return [BULLET.sub("", line) for line in _joined(lines, marked)]
    if len(lines) > 1 and all(_has_label(line) for line in lines):
        return lines
    if len(lines) > 1 and all(SENTENCE_LINE.fullmatch(line.strip()) for line in lines):
        return lines
    numbers = list(NUMBERED_ITEM.finditer(text))
    if len(numbers) > 1 and [int(m[1]) for m in numbers] == list(range(1, len(numbers) + 1)):
        ends = [*(m.start() for m in numbers[1:]), len(text)]
        return [text[m.end() : end].strip() for m, end in zip(numbers, ends, strict=True)]
    return []


def _joined(lines: Sequence[str], marked: Sequence[Any]) -> list[str]:
    """Lines with those that go on from the one above."""
    joined: list[str] = []
    for line, mark in zip(lines, marked, strict=True):
        if mark or not joined:
            joined.append(line)
        else:
            joined[-1] += f" {line.strip()}"
    return joined


def _has_label(line: str) -> bool:
    """Whether a line names an action in bold or by a word, before what it says of it."""
    label = re.match(
        r"(?:\*\*|__)[^*_\n]{2,80}(?:\*\*|__)\s?[:–—-]?\s?\S|[Aa]ction(?: item)?[ #\d]{0,4}:", line
    )
    return label is not None


def _promised(text: str) -> list[str]:
    """The sentences of a short paragraph that say what will be done; else nothing."""
    if len(text) > LONGEST_PARAGRAPH or text.rstrip().endswith(":"):
        return []
    sentences = SENTENCE_END.split(" ".join(text.split()))
    known = words.current()
    return [
        sentence
        for sentence in sentences
        if len(sentence) <= LONGEST_SENTENCE
        and not sentence.endswith("?")
        and known.is_intention(unmarked(sentence))
    ]


def _lines(block: Block) -> Iterable[str]:
    """A block under an action as lines of its description."""
    if block.text:
        yield unmarked(block.text)
    for row in block.rows:
        yield " | ".join(unmarked(cell) for cell in row)
    for child in block.children:
        yield from (f"- {line}" for line in _lines(child))
