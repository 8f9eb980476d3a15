"""What one line promises: what is to be done, and what stands before and behind that.

"[x] **P1** Alert on pool use (PAY-7, due 2026-04-01) - @payments" says a status, a priority, a
ticket, a day and an owner beside what is to be done. Whatever of it is not understood stays in the
title: a title is what its author wrote, without what has a field of its own.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data import words
from data.notations import DayOrder
from data.readers.documents.blocks import LINK, unmarked
from data.record import LONGEST_LABEL
from data.times import read_duration, read_moment
from data.values import is_person

#: A longer text is looked at no further; it is a description.
LONGEST_TEXT = 3_000
#: What stands behind it is a description, kept beside the title.
LONGEST_TITLE = 600
#: What stands beside the title, such as a status or an owner, is shorter.
LONGEST_PIECE = 80
MOST_PIECES = 8
#: "September 30, 2026"
LONGEST_DAY = 20
ADDRESS = re.compile(r"https?://[^\s<>()|\]]{1,2000}")
TICKET = re.compile(
    r"(?!(?:UTF|SHA|ISO|RFC|SEV|HTTP|CVE|TLS|IPV|CWE)-)"
    r"(?:[A-Z][A-Z0-9]{1,9}-\d{1,7}|(?:[\w.-]{1,40}/[\w.-]{1,60})?[#!]\d{1,7}"
    r"|(?:[Bb]ug|[Ii]ssue|[Tt]icket|PR|MR|GH)[ #!-]{1,2}\d{1,9})"
)
TICKETS = re.compile(rf"{TICKET.pattern}(?:(?:\s*[,/&]\s*|\s+and\s+){TICKET.pattern}){{0,9}}")
#: "[text][name]" or "[name]", whose address stands elsewhere.
REFERENCE = re.compile(r"\[(?P<text>[^\[\]]{1,300})\](?:\[(?P<name>[^\[\]]{0,80})\])?(?!\()")
INSIDE = re.compile(r"(?<![\w/])(?:[\w.-]{1,40}/[\w.-]{1,60})?#\d{1,7}\b")
BOX = re.compile(r"\[([ xX✓✔~-]?)\](?!\()\s*")
BOXES = {"": "open", " ": "open", "x": "done", "✓": "done", "✔": "done", "-": "wont_do"}
#: Signs that say a status before or behind a title.
SIGN = re.compile(r"[☐☑☒✅✔✓❌🟢🟡🔴🚧⬜📋🚫✗✘]\ufe0f?")
SIGNS = {"☐": "open", "☒": "done"}
PRIORITY = re.compile(r"P[0-5]", re.IGNORECASE)
HANDLE = re.compile(r"@[A-Za-z][\w./-]{1,60}")
HANDLES = re.compile(rf"{HANDLE.pattern}(?:(?:\s*[,/&]\s*|\s+(?:and\s+)?){HANDLE.pattern}){{0,5}}")
BETWEEN_PIECES = re.compile(r"\s*[,;|·、]\s*|\s+[–—-]\s+")
BRACKETS_FIRST = re.compile(r"[\[(（【]([^\[\]()（）【】\n]{1,80})[\])）】]\s*[:：–—-]?\s*")
BRACKETS_LAST = re.compile(r"\s*[\[(（【]([^\[\]()（）【】\n]{1,80})[\])）】]\s*[.。]?$")
WORD_FIRST = re.compile(r"([^\W\d_][^:\n–—]{0,30}?)\s*(?::|\s[–—-])\s+(?=\S)")
SHOUTED_FIRST = re.compile(r"([A-Z]{3,12}(?: [A-Z]{2,12})?)\s+(?=\S)")
ADDRESS_FIRST = re.compile(rf"({ADDRESS.pattern})\s*(?:\s[–—:-]+|[:,])\s+(?=\S)")
TICKET_FIRST = re.compile(rf"({TICKET.pattern})\s*(?::|[–—-]\s)\s*(?=\S)")
HANDLE_FIRST = re.compile(rf"({HANDLES.pattern})\s*(?::|[–—-]\s|\sto\s)\s*(?=\S)")
DASH_LAST = re.compile(r"\s*(?:\s[–—-]+|[|→]|[,;])\s+((?:(?!\s[–—-]+\s)[^\n|→,;()\[\]]){1,80})$")
DATE_LAST = re.compile(
    r".*\s(?P<piece>[^\W\d]{2,12}\s+(?:[^\W\d]{3,10}\.?\s)?\d[^\n,;()]{0,18})$", re.DOTALL
)
DAY_LAST = re.compile(r"(?<=\w)[\s,]+(\d{4}-\d{2}-\d{2})$")
SENTENCE_LAST = re.compile(r"[.;!]\s+([^\n.;!]{1,30})[.!]?$")
#: The number of a ticket, as one tool or another writes it.
NUMBERED_NAME = re.compile(r"(?=\S*\d)[\w#!/.-]{2,40}")
REFERENCE_LAST = re.compile(rf"[\s:–—-]+(?:({TICKETS.pattern})|({ADDRESS.pattern}))\.?$")
AND_LAST = re.compile(r"\s*[,;]\s*(?P<and>[^\W\d]{1,4})?\s*$")
#: Somebody who is mentioned behind it: "@Jane Doe".
MENTION_LAST = re.compile(r"\s(@[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+){0,2})$")
#: In the order in which they are looked for.
FIRST = (BRACKETS_FIRST, ADDRESS_FIRST, TICKET_FIRST, HANDLE_FIRST, WORD_FIRST, SHOUTED_FIRST)
LAST = (BRACKETS_LAST, DASH_LAST, DATE_LAST, SENTENCE_LAST, REFERENCE_LAST, MENTION_LAST)
#: What stands so stands apart from the sentence, and may be a day or a kind too.
ALONE = (BRACKETS_FIRST, ADDRESS_FIRST, TICKET_FIRST, HANDLE_FIRST, BRACKETS_LAST, REFERENCE_LAST)
#: A label inside the text: what stands before it, then the label.
LABEL = re.compile(
    r"(?:^|\n|[;|.,([（、]\s{0,3}|\s[–—-]\s{1,3})(?:[*_]{0,2})"
    r"([^\W\d_][^\W\d_]{0,20}(?: [^\W\d_]{1,12}){0,3})\s?[:：](?!//)\s?"
)
VALUE_END = re.compile(r"\n|[;、|]|\.\s|\.$|[\])）]|\s[–—-]\s")
#: Fields that a label inside a text may fill.
LABELLED = frozenset(
    (
        *("owner", "status", "due_on", "completed_on", "created_on", "priority", "kind", "url"),
        *("id", "verification", "verified_on", "verified_how"),
    )
)
DAYS = ("due_on", "completed_on", "created_on", "verified_on")
#: What the day behind such a word is the day of.
ENDED_ON = {"done": "completed_on", "wont_do": "completed_on", "verified": "verified_on"}
#: Stands for a bracket while marks are taken off.
OPENED = "\ue000"
EDGES = " \t\n-–—:;,|→"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document says once about its actions.

    Attributes:
        day: of the document, for a year that is not named and for "in two weeks".
        day_order: which number of a date comes first.
        links: addresses by the names that stand for them.
    """

    day: dt.date | None = None
    day_order: DayOrder | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Said:
    """What a text says of an action, by field; the rest of what it says stays beside it."""

    setting: Setting
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: str) -> bool:
        """Fill a field with what stands for it; whether that could be understood."""
        value = value.strip(EDGES + "*_`")
        if not value or len(value) > LONGEST_LABEL or words.current().is_nothing(value):
            return not value or words.current().is_nothing(value)
        if name in DAYS:
            return self._put_day(name, value)
        if name == "status":
            return self.put_status(value)
        if name in ("url", "id"):
            return self.put_reference(value)
        if name == "kind":
            return self._put_kind(value)
        if name == "owner":
            value = self._owner(value)
        self.values.setdefault(name, value)
        return True

    def put_status(self, text: str) -> bool:
        """A status, with what stands behind it: a day, a ticket, a remark."""
        known = words.current()
        is_verified = known.says_verified(text.split(maxsplit=1)[0] if text.strip() else "")
        if is_verified:
            self.values.setdefault("verification", "verified")
        if status := known.action_status(text):
            self.values.setdefault("status", status)
            return True
        parts = text.split()
        for count in range(min(3, len(parts) - 1), 0, -1):
            first = " ".join(parts[:count]).rstrip(",:;.")
            if status := known.action_status(first):
                self.values.setdefault("status", status)
                rest = " ".join(parts[count:]).strip(EDGES + "()[]")
                self._put_rest(rest, "verified" if is_verified else status)
                return True
        return False

    def put_reference(self, text: str) -> bool:
        """A ticket or an address; whether it is one."""
        addresses = self._addresses(text)
        tickets = [match.group(0) for match in TICKET.finditer(ADDRESS.sub("", unlinked(text)))]
        if addresses:
            self.values.setdefault("url", addresses[0])
        if tickets:
            before = self.extra.get("ticket")
            new = [ticket for ticket in tickets if not before or ticket not in before.split(", ")]
            self.extra["ticket"] = ", ".join([*([before] if before else []), *new])
        return bool(addresses or tickets)

    def _addresses(self, text: str) -> list[str]:
        found = [link.group(2) for link in LINK.finditer(text)]
        found += ADDRESS.findall(LINK.sub("", text))
        for name in re.findall(r"\[([^\[\]]{1,80})\]", text):
            if address := self.setting.links.get(name.casefold()):
                found.append(address)
        return [address.rstrip(".,;") for address in found if ADDRESS.match(address)]

    def _put_rest(self, rest: str, status: str) -> None:
        day = day_of(rest, self.setting)
        if day and status in ENDED_ON:
            self.values.setdefault(ENDED_ON[status], day)
        elif rest and not self.put_reference(rest):
            self.extra.setdefault("status", rest)

    def _put_day(self, name: str, value: str) -> bool:
        day = day_of(value, self.setting)
        if day:
            self.values.setdefault(name, day)
        elif self.values.get("status") in (None, "open") and is_clear_status(value):
            self.values["status"] = is_clear_status(value)
        else:
            self.extra.setdefault({"due_on": "due"}.get(name, name), value)
        return True

    def _put_kind(self, value: str) -> bool:
        kind = kind_of(value)
        if kind:
            self.values.setdefault("kind", kind)
        else:
            self.extra.setdefault("type", value)
        return True

    def _owner(self, value: str) -> str:
        known = words.current()
        if MENTION_LAST.fullmatch(f" {value}"):
            return value.removeprefix("@")
        bare = [
            name if is_person(name, known) else name.removeprefix("@") for name in value.split()
        ]
        return " ".join(bare)


def read_text(text: str, setting: Setting) -> Said:
    """What a line, an item or a cell promises; its title is under ``title``, empty if none."""
    line = _Line(text[:LONGEST_TEXT], Said(setting))
    line.take_apart()
    said = line.said
    title = line.title()
    if len(title) > LONGEST_TITLE:
        said.extra["details"] = title
        title = title[:LONGEST_TITLE].rsplit(". ", 1)[0]
    said.values["title"] = title
    if "ticket" not in said.extra and (inside := INSIDE.search(title)):
        said.extra["ticket"] = inside.group(0)
    if "completed_on" in said.values:
        said.values.setdefault("status", "done")
    return said


def unlinked(text: str) -> str:
    """``text`` with the words of its links in place of them."""
    return LINK.sub(r"\1", text) if "](" in text else text


def day_of(text: str, setting: Setting) -> str:
    """The day that a text names, in ISO 8601; empty where it names none for certain."""
    moment = read_moment(text, day_order=setting.day_order, default_day=setting.day)
    if moment is not None and moment.date is not None and moment.day is not None:
        return moment.day.isoformat()
    length = read_duration(text) if setting.day and len(text) <= LONGEST_PIECE else None
    if length is None or not setting.day or length < dt.timedelta(days=1):
        return ""
    try:
        return (setting.day + length).isoformat()
    except OverflowError:
        return ""


def kind_of(text: str) -> str:
    """The kind of action that a few words name; empty if none or several."""
    known = words.current()
    if kind := known.action_kind(text):
        return kind
    named = re.findall(r"[^\W\d_]+", text)
    kinds = {kind for word in named if (kind := known.action_kind(word))}
    return kinds.pop() if len(kinds) == 1 and len(named) <= 4 else ""


def is_clear_status(text: str) -> str:
    """The status that a word beside a title says, if it can mean nothing else there."""
    status = words.current().action_status(text)
    short = text.isascii() and len(text) < 4 and not text.isupper()
    return "" if short or text.casefold() in ("true", "false") else status


class _Line:
    """Takes from the ends of a text what is beside its title."""

    def __init__(self, text: str, action: Said) -> None:
        self.said = action
        self._text = text.strip()
        self._box = ""

    def title(self) -> str:
        """What is left."""
        # A word in brackets is no mark of a note at the end of the page.
        text = unmarked(self._text.replace("[", OPENED)).replace(OPENED, "[")
        known, behind = words.current(), AND_LAST.search(text)
        if behind and (not behind["and"] or words.fold(behind["and"]) in known.tables["and"]):
            text = text[: behind.start()]  # an item of a sentence that goes on
        return " ".join(text.split()).lstrip(EDGES).rstrip(EDGES.replace(":", ""))

    def take_apart(self) -> None:
        """Take everything that is understood."""
        boxed = self._take_box()
        self._take_struck()
        self._take_label_of_title()
        self._take_labels()
        self._take_links()
        for _ in range(MOST_PIECES):
            if not self._take_first():
                break
        for _ in range(MOST_PIECES):
            if not self._take_last():
                break
        if boxed:
            self._take_due_day()
            if self._box != "open" or "status" not in self.said.values:
                self.said.values["status"] = self._box  # "[ ] … - in progress" says more

    def _take_due_day(self) -> None:
        """A wiki shows the day by which a task is due behind it, without a word."""
        match = DAY_LAST.search(self._text.rstrip())
        if match and "due_on" not in self.said.values and self.said.put("due_on", match.group(1)):
            self._text = self._text[: match.start()]

    def _take_box(self) -> bool:
        """The box or sign before it; whether there is a box."""
        if box := BOX.match(self._text):
            self._box = BOXES.get(box.group(1).lower(), "open")
            self._text = self._text[box.end() :]
            return True
        if (sign := SIGN.match(self._text)) and (status := _sign_status(sign.group(0))):
            self.said.values["status"] = status
            self._text = self._text[sign.end() :].strip()
        return False

    def _take_struck(self) -> None:
        if not self._text.startswith("~~"):
            return
        inside, struck, after = self._text[2:].partition("~~")
        if struck and len(after.strip(EDGES + ".")) <= LONGEST_PIECE:
            # Authors strike out what is done and what was given up alike: not for us to say which.
            self.said.extra["struck_out"] = True
            self._text = f"{inside} - {after.strip(EDGES)}" if after.strip(EDGES) else inside

    def _take_label_of_title(self) -> None:
        """A word such as "Action:" says nothing that is not known."""
        match = WORD_FIRST.match(self._text)
        if match and is_clear_status(match.group(1).strip("*_ ")):
            return
        if match and words.current().action_field(match.group(1).strip("*_ ")) == "title":
            self._text = self._text[match.end() :].lstrip("*_ ")

    def _take_labels(self) -> None:
        """Takes "Owner: Payments" and the like from wherever they stand."""
        if ":" not in self._text and "：" not in self._text:
            return
        known = words.current()
        matches = list(LABEL.finditer(self._text))[:MOST_PIECES]
        kept: list[str] = []
        position = 0
        for match in matches:
            name = known.action_field(match.group(1))
            if name not in LABELLED:
                continue
            end = VALUE_END.search(self._text, match.end())
            behind = [m.start() for m in matches if m.start() >= match.end()]
            stop = min([end.start() if end else len(self._text), *behind])
            value = self._text[match.end() : stop]
            if self.said.put(name, self._alone(value) if name == "owner" else value):
                kept.append(self._text[position : match.start()])
                position = stop
        if position:
            kept.append(self._text[position:].lstrip(EDGES + ".)]）"))
            self._text = "\n".join(filter(None, (piece.strip() for piece in kept)))

    def _alone(self, owner: str) -> str:
        """An owner without what is said behind it, such as "due 2026-06-01"."""
        first, *behind = BETWEEN_PIECES.split(owner.strip(EDGES), maxsplit=1)
        return first if behind and self._take(behind[0], alone=False) else owner

    def _take_links(self) -> None:
        """The first address that the text links to; a title made of nothing else stays."""
        for link in LINK.finditer(self._text):
            if ADDRESS.match(link.group(2)):
                self.said.values.setdefault("url", link.group(2))
                break
        self._text = REFERENCE.sub(self._take_reference, self._text)
        if bare := ADDRESS.search(LINK.sub("", self._text)):
            self.said.values.setdefault("url", bare.group(0).rstrip(".,;"))
        self._text = LINK.sub(self._without_pointer, self._text)

    def _without_pointer(self, link: re.Match[str]) -> str:
        """The words of a link, unless they only point at it: "[issue](…)", "[T12](…) alert"."""
        text = link.group(1)
        if words.current().action_field(text) in ("url", "id") or ADDRESS.match(text):
            return ""
        if NUMBERED_NAME.fullmatch(text) and self._leaves_title(self._text[link.end() :]):
            self.said.extra.setdefault("ticket", text)
            return ""
        return text

    def _take_reference(self, match: re.Match[str]) -> str:
        """The words of a link whose address stands elsewhere in the document."""
        name = match.group("name") or match.group("text")
        address = self.said.setting.links.get(name.casefold())
        if address is None:
            return match.group(0)
        self.said.values.setdefault("url", address)
        return match.group("text")

    def _take_first(self) -> bool:
        text = self._text.lstrip("*_ ")
        for pattern in FIRST:
            match = pattern.match(text)
            if match is None or not self._leaves_title(text[match.end() :]):
                continue
            piece = unmarked(match.group(1))
            if self._take(piece, alone=pattern in ALONE):
                self._text = text[match.end() :].lstrip("*_ :–—-")
                return True
            if pattern is WORD_FIRST and (kind := words.current().action_kind(piece)):
                self.said.values.setdefault("kind", kind)
        bold = re.match(r"\*\*([^*\n]{1,20})\*\*:?\s+(?=\S)", self._text)
        if bold and self._take(bold.group(1), alone=False):
            self._text = self._text[bold.end() :]
            return True
        return False

    def _take_last(self) -> bool:
        text = self._text.rstrip("*_ ")
        sign = re.search(rf"\s*({SIGN.pattern})$", text)
        if sign and (status := _sign_status(sign.group(1))):
            self.said.values["status"] = status
            self._text = text[: sign.start()]
            return True
        cut = max(0, len(text) - 200)
        for pattern in LAST:
            match = pattern.search(text, cut)
            if match is None:
                continue
            start = match.start("piece") if pattern is DATE_LAST else match.start()
            piece = unmarked(next(group for group in match.groups() if group))
            if not self._leaves_title(text[:start]):
                continue
            taken = self._take(piece, alone=pattern in ALONE)
            if taken or (pattern is DASH_LAST and self._take_cell(piece)):
                self._text = text[:start]
                return True
        return False

    def _take_cell(self, piece: str) -> bool:
        """A day, or a team beside one, in a line such as "title - team - day - status"."""
        values = self.said.values
        like_a_day = len(piece) <= LONGEST_DAY and piece[-1:].isdigit()
        day = day_of(piece, Setting(day_order=self.said.setting.day_order)) if like_a_day else ""
        if day and "due_on" not in values:
            values["due_on"] = day
            return True
        known = words.current()
        parts = re.findall(r"\w+", piece)
        is_team = 0 < len(parts) < 4 and all(map(known.team_word, parts))
        if is_team and "owner" not in values and values.keys() & {"due_on", "status"}:
            return self.said.put("owner", piece)
        return False

    def _leaves_title(self, rest: str) -> bool:
        return len(re.findall(r"\w+", rest)) > 1 or not rest.isascii()

    def _take(self, piece: str, *, alone: bool) -> bool:
        """Understand what stands beside the title, all of it or nothing."""
        parts = [part for part in BETWEEN_PIECES.split(piece) if part]
        before = {**self.said.values}, {**self.said.extra}
        if parts and all(
            (alone and _is_nothing(part)) or self._take_part(part, alone=alone) for part in parts
        ):
            return True
        self.said.values, self.said.extra = before
        return False

    def _take_part(self, part: str, *, alone: bool) -> bool:
        said, known = self.said, words.current()
        if PRIORITY.fullmatch(part) or known.priority(part):
            said.values.setdefault("priority", part)
            return True
        if is_clear_status(part):
            return said.put_status(part)
        if HANDLES.fullmatch(part) or MENTION_LAST.fullmatch(f" {part}"):
            return said.put("owner", part)
        if TICKETS.fullmatch(part) or ADDRESS.fullmatch(part):
            return said.put_reference(part)
        if part.count(":") == 1 and ":" in part:
            label, _, value = part.partition(":")
            name = known.action_field(label)
            return name in LABELLED and said.put(name, value)
        first, _, rest = part.partition(" ")
        if rest and known.action_field(first) in DAYS and _names_a_day(rest):
            return said.put(known.action_field(first), rest)
        if rest and is_clear_status(first):
            return said.put_status(part)
        return alone and self._take_day_or_kind(part)

    def _take_day_or_kind(self, part: str) -> bool:
        if kind := words.current().action_kind(part):
            self.said.values.setdefault("kind", kind)
            return True
        day = day_of(part, self.said.setting) if any(map(str.isdigit, part)) else ""
        if day:
            done = self.said.values.get("status") == "done"
            self.said.values.setdefault("completed_on" if done else "due_on", day)
        return bool(day)


def _names_a_day(text: str) -> bool:
    """Whether a text may say when: a number or the name of a month stands in it."""
    known = words.current()
    return any(map(str.isdigit, text)) or any(map(known.month, re.findall(r"[^\W\d_]+", text)))


def _is_nothing(part: str) -> bool:
    """Whether a remark says that something is not known yet, such as "TBD"."""
    return words.current().is_nothing(part) and not is_clear_status(part)


def _sign_status(sign: str) -> str:
    bare = sign.rstrip("\ufe0f")
    return SIGNS.get(bare) or words.current().action_status(bare)
