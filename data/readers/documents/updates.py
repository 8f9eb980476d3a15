"""The updates of a status page as a timeline: "Investigating", "Identified", "Monitoring".

Status pages put the word for the state before its time, behind it, above it, or leave the time
below the text. Each layout is written again as a list of events, so that it is read as any other
timeline; text that is no update stays as it is.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from data import words
from data.readers.documents.blocks import DIGIT, unmarked
from data.times import moments_in

#: Fewer updates may be two words of a form.
FEWEST = 2
#: Longer lines are sentences.
LONGEST_TIME = 90
LONGEST_STATE = 40
#: So many lines of text may stand between a state and the time below it.
MOST_BETWEEN = 14
#: More lines are no page that people read.
MOST_LINES = 20_000
LOOKING_BACK = ("postmortem", "post-mortem")
#: Any year does where only the notation is asked for.
ANY_DAY = dt.date(2000, 1, 1)
FENCE = re.compile(r"\s*(?:```|~~~)")
HEADING = re.compile(r"(#{1,6})[ \t]+\S")
LEAD = re.compile(r"[\s>#*+|_\[\]-]*")
#: "Posted 3 years ago. Mar 05, 2021 - 14:21 UTC"
POSTED = re.compile(
    r"(?:posted|updated|published|created)\b[\s:]*(?:on|at)?(?:[^.\d]*\d*[^.\d]*\bago\b[.,]?)?[\s:]*"
    r"|(?:an?|\d+)\s\w+\sago[.,·|\s-]*",
    re.I,
)
BETWEEN = re.compile(r"[\s*_`\])]*(?:[-–—:·|(@,\[]|\bat\b|\bon\b)?[\s*_`(\[–—-]*(?:at\s|on\s)?")
SEPARATOR = re.compile(r"[\s*_`\])]*(?:\s[-–—·|]\s|[:：]|\s[-–—]$)[\s*_`]*")
LETTERS = re.compile(r"[^\W\d_]{3}")


@dataclass(slots=True)
class _Update:
    """One update: the lines that it takes, its state, its time as written and its text."""

    first: int
    last: int
    state: str
    written: str
    text: list[str] = field(default_factory=list)


def with_updates_listed(body: str) -> str:
    """A page whose updates are a list below the heading "Timeline", each with its time first."""
    lines = body.split("\n")
    if len(lines) > MOST_LINES or not _may_hold(body):
        return body
    kept: list[str] = []
    position = 0
    for run in _runs(list(_updates(lines))):
        if sum(bool(update.text) for update in run) * 2 < len(run):
            continue  # facts of a form
        kept += lines[position : run[0].first]
        level = next((m[1] for line in reversed(kept) if (m := HEADING.match(line))), "#")
        kept += ["", f"{level[:5]}# Timeline", ""]
        kept += [_as_item(update) for update in run if not _looks_back(update)]
        for update in filter(_looks_back, run):
            kept += ["", f"{level[:5]}# {update.state.capitalize()}", "", "\n\n".join(update.text)]
        kept.append("")
        position = run[-1].last
    return "\n".join([*kept, *lines[position:]]) if position else body


def _may_hold(body: str) -> bool:
    folded = words.fold(body)
    states = words.current().tables["update_states"]
    return sum(state in folded for state in states) >= FEWEST and bool(DIGIT.search(body))


def _looks_back(update: _Update) -> bool:
    """Whether an update is the post-mortem, which tells of all before and is no event."""
    return words.fold(update.state) in LOOKING_BACK


def _as_item(update: _Update) -> str:
    text = " ".join(update.text)
    return f"- {update.written} **{update.state}**: {text}".rstrip()


def _runs(updates: list[_Update]) -> Iterator[list[_Update]]:
    """Updates that follow each other without anything between them."""
    run: list[_Update] = []
    for update in updates:
        if run and update.first != run[-1].last:
            if len(run) >= FEWEST:
                yield run
            run = []
        run.append(update)
    if len(run) >= FEWEST:
        yield run


@dataclass(slots=True)
class _Line:
    """A line by what it may be of an update."""

    state: str = ""
    written: str = ""
    text: str = ""
    is_text: bool = False
    ends: bool = False


def _updates(lines: list[str]) -> Iterator[_Update]:
    """The updates of a page in the order of its lines."""
    read = list(_read(lines))
    position = 0
    while position < len(read):
        update = _update_at(read, position)
        if update is None:
            position += 1
        else:
            yield update
            position = update.last


def _update_at(read: list[_Line], first: int) -> _Update | None:
    line = read[first]
    if line.state and line.written:
        return _with_text(read, _Update(first, first + 1, line.state, line.written), line.text)
    below = _next(read, first + 1)
    if below is None:
        return None
    if line.written and read[below].state and not read[below].written:
        update = _Update(first, below + 1, read[below].state, line.written)
        return _with_text(read, update, read[below].text)
    if not line.state:
        return None
    if read[below].written and not read[below].state and not line.text:
        return _with_text(read, _Update(first, below + 1, line.state, read[below].written), "")
    return _timed_below(read, first)


def _timed_below(read: list[_Line], first: int) -> _Update | None:
    """An update whose time stands below its text."""
    text = [read[first].text] if read[first].text else []
    for index in range(first + 1, min(first + MOST_BETWEEN, len(read))):
        line = read[index]
        if line.ends or line.state:
            return None
        if line.written:
            last = index + 1
            while last < len(read) and not _is_anything(read[last]):
                last += 1
            return _Update(first, last, read[first].state, line.written, text)
        if line.text:
            text.append(line.text)
    return None


def _with_text(read: list[_Line], update: _Update, text: str) -> _Update:
    """An update with the paragraph that stands behind and below its time."""
    update.text = [text] if text else []
    index = update.last
    while index < len(read):
        line = read[index]
        if line.ends or line.state or line.written:
            break
        if not line.text and update.text and not _goes_on(read, index):
            break
        if line.text:
            update.text.append(line.text)
        index += 1
    while index < len(read) and not _is_anything(read[index]):
        index += 1
    update.last = index
    return update


def _goes_on(read: list[_Line], blank: int) -> bool:
    """Whether another update follows the text behind an empty line, so that it is of this one."""
    for line in islice(read, blank, blank + MOST_BETWEEN):
        if line.ends:
            return False
        if line.state or line.written:
            return True
    return False


def _is_anything(line: _Line) -> bool:
    return bool(line.state or line.written or line.text or line.ends)


def _next(read: list[_Line], index: int) -> int | None:
    """The next line that is not empty."""
    while index < len(read) and not _is_anything(read[index]):
        index += 1
    return index if index < len(read) else None


def _read(lines: list[str]) -> Iterator[_Line]:
    """What each line may be; nothing in code is anything."""
    in_code = False
    for line in lines:
        if FENCE.match(line):
            in_code = not in_code
            yield _Line(ends=True)
        elif in_code or line.lstrip().startswith("|"):
            yield _Line(ends=True)
        else:
            yield _line(line)


def _line(line: str) -> _Line:
    plain = unmarked(line[LEAD.match(line).end() :]) if line.strip() else ""  # type: ignore[union-attr]
    is_heading = bool(HEADING.match(line))
    state, rest = _state(plain)
    written, behind = _time(rest if state else plain)
    if state and written:
        return _Line(state, written, behind)
    if state:
        text = SEPARATOR.match(rest)
        if not rest.strip():
            return _Line(state)
        return _Line(state, "", rest[text.end() :]) if text else _Line(text=plain, ends=is_heading)
    if written:
        state, rest = _state(behind)
        if state and (not rest.strip() or SEPARATOR.match(rest)):
            separator = SEPARATOR.match(rest)
            return _Line(state, written, rest[separator.end() :] if separator else "")
        return _Line("", written) if not behind else _Line(text=plain, ends=True)
    return _Line(text=plain, ends=is_heading or bool(re.fullmatch(r"[\s*_-]{3,}", line)))


def _state(text: str) -> tuple[str, str]:
    """The state that a line begins with, as written, and what stands behind it."""
    states = words.current().tables["update_states"]
    head = text[:LONGEST_STATE]
    ends = [match.end() for match in re.finditer(r"\w+", head)][:4]
    for end in reversed(ends):
        if words.fold(head[:end]) in states:
            return text[:end], text[end:]
    return "", text


def _time(text: str) -> tuple[str, str]:
    """The full time that a text begins with, as written, and the text behind it."""
    start = BETWEEN.match(text).end()  # type: ignore[union-attr]
    if posted := POSTED.match(text, start):
        start = posted.end()
    head = text[start : start + LONGEST_TIME]
    moments = moments_in(head, default_day=ANY_DAY) if DIGIT.search(head) else []
    if not moments or moments[0].clock is None or moments[0].date is None:
        return "", text
    if LETTERS.search(_without_weekday(head[: moments[0].start])):
        return "", text
    behind = text[start + moments[0].end :].strip(" \t*_`)].:–—|·,-")
    return head[: moments[0].end].strip(), behind


def _without_weekday(text: str) -> str:
    return "" if words.fold(text).strip(" ,.") in words.current().tables["weekdays"] else text
