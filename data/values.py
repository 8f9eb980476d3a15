"""What do the values of a source mean in the record's terms? Lists, amounts, states, nothing.

Sources write "N/A" where nothing is known, put two services into one cell, and call an incident
"Closed". A value whose meaning is not known stays as it is, so that the check can name it.
"""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from data.lists import Lists
from data.notations import DayOrder
from data.record import CLOCK_FIELDS, LONGEST_LABEL, STRUCTURES, printable
from data.times import parse_day
from data.words import Words, fold

# Which addresses of a record may become links? Whatever a source writes there is untrusted.
#
# A link made from anything else could fetch a picture from elsewhere, run a script, or lead to
# another place than its name says.

SCHEMES = ("http", "https", "mailto")
#: Longer ones are cut by browsers and mail programs.
LONGEST = 4_000
#: Ends a line, or hides what comes after it from whoever reads the address.
BROKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: What stays as it is; every other sign is written as its bytes, so that no Markdown sees it.
KEPT = ":/?#@!&+,;=%~-._"


def web_address(text: str) -> str | None:
    """``text`` as an address that a browser or mail program opens, safe inside Markdown.

    Returns:
        None where it is none, or one that nobody should open.
    """
    text = text.strip()
    if len(text) > LONGEST or BROKEN.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in SCHEMES:
        return None
    if not (parts.path if parts.scheme == "mailto" else host):
        return None
    return quote(text, safe=KEPT)


def names_a_scheme(text: str) -> bool:
    """Whether ``text`` is meant as a whole address, whatever for."""
    return bool(re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]{0,30}:\S", text)) or bool(BROKEN.search(text))


# Ids for actions whose source gives them none: made of their incident and what they promise.
#
# So they stay the same when a list is put in another order or something is added to it; a number
# is added only where a second action of an incident promises the same.

LONGEST_INCIDENT = 200
LONGEST_TITLE = 60
WORDS = re.compile(r"\w+")


class ActionIds:
    """Gives ids to the actions of one incident, in the order in which they stand.

    Args:
        incident_id: the incident's own.
        given: counts how often an id was given, where its actions come one by one.
    """

    def __init__(self, incident_id: str, given: "Given | None" = None) -> None:
        self._incident_id = _short(incident_id, LONGEST_INCIDENT)
        self._given = given or _Counted()

    def next(self, title: object) -> str:
        """An id for the next action, by its title."""
        made = f"{self._incident_id}#{_name('' if title is None else str(title))}"
        times = self._given.times_given(made)
        return f"{made}-{times}" if times > 1 else made


class Given(Protocol):
    """Knows how often an id was given."""

    def times_given(self, action_id: str) -> int:
        """Note that an id is given; how often it was by now."""
        ...


class _Counted:
    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def times_given(self, action_id: str) -> int:
        self._times[action_id] += 1
        return self._times[action_id]


def _name(title: str) -> str:
    """A title as part of an id: its words without marks."""
    return _short("-".join(WORDS.findall(fold(title))) or "action", LONGEST_TITLE)


def _short(name: str, longest: int) -> str:
    """A long name cut off, with a digest of all of it."""
    if len(name) <= longest:
        return name
    return f"{name[:longest]}-{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"


# Is an owner a person? Actions are owed by teams and roles here, and nobody is ranked.
#
# A name that looks like a person's is not stored at all: neither as the owner nor beside the
# record. Nobody can tell for certain; a name with a word that teams are called by is a team's.

#: Between the owners of one action.
BETWEEN = re.compile(r"\s*[,;/&+\n]\s*|\s+(?:and|und|et|y|e|-|–|—)\s+")
REMARK = re.compile(r"\(([^()]*)\)")
#: "Doe, Jane"
REVERSED = re.compile(r"([^\W\d_][^\W\d_'’-]+), ?([^\W\d_][^\W\d_'’-]+)")
MAIL = re.compile(r"[^\s@<>]+@[^\s@<>.]+\.[^\s@<>]+")
#: A handle; ``@org/team`` is a team of a code host.
HANDLE = re.compile(r"@[\w.-]+")
#: "jane.doe", as accounts are called.
ACCOUNT = re.compile(r"[a-z]{2,}\.[a-z]{2,}")
#: "Jane", "O'Neil", "Mary-Jane", "J."
NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
PARTICLES = frozenset("de da do dos das del della di la le van von der den ter bin al".split())
MOST_WORDS = 4
#: A longer word in capitals is a name, a shorter one an abbreviation such as SIEM; where all are in
#: capitals, one letter less.
LONGEST_SHORT = 4
#: Joins the owners that are left.
TOGETHER = " / "


def without_people(owner: str, words: Words) -> str:
    """Of the owners that a text names, those that may be stored; empty where all are people."""
    if len(owner) > LONGEST_LABEL:
        return owner  # a text, which is refused as it is
    owner = owner.strip()
    if is_person(owner, words):
        return ""
    named = _named(owner)
    teams = [team for part in named if (team := _team(part, words))]
    return owner if teams == named else TOGETHER.join(teams)


def is_account(name: str, words: Words) -> bool:
    """Whether a name is somebody's address, handle or account: no team is called so."""
    name = name.strip()
    like = MAIL.fullmatch(name) or HANDLE.fullmatch(name) or ACCOUNT.fullmatch(name)
    return bool(like) and is_person(name, words)


def is_person(name: str, words: Words) -> bool:
    """Whether a name looks like a person's: two words like names, an address or a handle."""
    if MAIL.fullmatch(name):
        return not _team_like(name.partition("@")[0], words)
    if HANDLE.fullmatch(name) or ACCOUNT.fullmatch(name):
        return not _team_like(name, words)
    if REVERSED.fullmatch(name):
        name = name.replace(",", " ")
    parts = name.split()
    if len(parts) == 1:
        return words.given_name(name)
    return (
        1 < len(parts) <= MOST_WORDS
        and all(_like_a_name(part, shouted=name.isupper()) for part in parts)
        and not _team_like(name, words)
    )


def _team(part: str, words: Words) -> str:
    """One owner without a person's name beside it in brackets, or what stands beside the person."""
    beside = REMARK.search(part)
    if beside is None:
        return "" if is_person(part, words) else part
    name = REMARK.sub("", part).strip()
    if is_person(name, words):
        return beside[1].strip() if _team_like(beside[1], words) else ""
    return name if is_person(beside[1].strip(), words) else part


def _named(owner: str) -> list[str]:
    """The owners of a text; what stands in brackets belongs to the one before."""
    whole = REMARK.sub(lambda remark: "_" * len(remark[0]), owner)
    if HANDLE.match(whole) and "/" in whole:
        whole = whole.replace("/", "_")  # @org/team is one
    start = 0
    named = []
    for gap in BETWEEN.finditer(whole):
        named.append(owner[start : gap.start()])
        start = gap.end()
    named.append(owner[start:])
    return [part for part in named if part]


def _like_a_name(word: str, *, shouted: bool) -> bool:
    if word in PARTICLES:
        return True
    if not NAME.fullmatch(word) or not word[0].isupper():
        return False
    length = len(word.rstrip("."))
    return length == 1 or not word.isupper() or length > LONGEST_SHORT - shouted


def _team_like(name: str, words: Words) -> bool:
    return any(words.team_word(word) for word in re.split(r"[\W_]+", name) if word)


#: Fields that hold several names, which many sources put into one text.
LABEL_LISTS = ("services", "tags", "contributing_factors", "repeats")
#: Longer texts say something, and times begin with a digit: neither stands for nothing.
LONGEST_NOTHING = 24
#: Where "NA" is North America.
PLACES = ("environment", "tags", "services")
#: Fields whose text is somebody's own, whatever it says, or has a structure.
AS_WRITTEN = frozenset(("id", "incident_id", "title", "extra", "timeline", "actions"))
#: An amount of money or users: a sign or code of a currency, digits in groups, what is counted.
AMOUNT = re.compile(
    r"(?:[~≈]|approx\.? |about |around |ca\.? )?\s?(?P<before>[A-Z]{3}|[$€£¥])?\s?"
    r"(?P<number>\d[\d.,' \u00a0\u202f]*)\s?(?P<scale>[kKmM](?![a-zA-Z]))?\s?"
    r"(?P<after>[A-Z]{3}|[€£$]|users?|customers?|usuarios|clientes|nutzer|kunden|utilisateurs)?"
)
LONGEST_AMOUNT = 40
#: What may be said of a check of an action.
VERIFICATIONS = frozenset(("verified", "failed", "not_yet"))
#: Between a plain answer and what stands behind it: "yes, by a drill", "failed (2026-03-12)".
PARTS_OF_CHECK = re.compile(r"[,;:(]\s*|\s[–—-]\s|\s(?=\d)|\s(?:on|by)\s", re.IGNORECASE)
CHECKED_ON = re.compile(r"^(?:on|am|le|el|em)\s", re.IGNORECASE)
SCALES = {"k": 1e3, "m": 1e6}
#: Signs that stand for one currency alone.
CURRENCIES = {"€": "EUR", "£": "GBP"}
CODE = re.compile(r"[A-Z]{3}")
THREE_DIGITS = 3


def without_nothing(raw: Mapping[str, Any], *, words: Words, lists: Lists) -> dict[str, Any]:
    """``raw`` with None where a value says that there is none, or that it is not known.

    A label that a controlled list has ("unknown", "none" as a severity) is one all the same.
    """
    return {
        name: _unless_nothing(name, value, words=words, lists=lists) for name, value in raw.items()
    }


def _unless_nothing(name: str, value: Any, *, words: Words, lists: Lists) -> Any:
    if name in AS_WRITTEN:
        return value
    if isinstance(value, str):
        return None if _is_nothing(name, value, words=words, lists=lists) else value
    if name in LABEL_LISTS and isinstance(value, list | tuple):
        return [
            item
            for item in value
            if not (isinstance(item, str) and _is_nothing(name, item, words=words, lists=lists))
        ]
    return value


def _is_nothing(name: str, text: str, *, words: Words, lists: Lists) -> bool:
    if len(text) > LONGEST_NOTHING or text[:1].isdigit():
        return False
    text = text.strip() if text.isprintable() else printable(text)
    if not text:
        return False
    if name in CLOCK_FIELDS and words.status(text) == "open":
        return True  # "ongoing": the end has not come yet
    return words.is_nothing(text) and not _is_label(name, text, words=words, lists=lists)


def _is_label(name: str, text: str, *, words: Words, lists: Lists) -> bool:
    """Whether what says nothing elsewhere says something in this field: "NA" of a region."""
    if name in PLACES:
        return text.upper() == "NA"
    if name == "severity":
        return lists.rank(text) is not None
    if name == "detection_source":
        return fold(text) == "unknown"
    if name == "status":
        return bool(words.status(text) or words.action_status(text))
    return name in lists.labels and lists.resolve(name, text) is not None


def several(name: str, text: str) -> list[str]:
    """What stands in a text of a field that holds several names; factors may be sentences."""
    names = names_in(text)
    if name == "contributing_factors" and any(len(item.split()) > MOST_WORDS for item in names):
        return names if text.startswith("[") else text.replace("\n", ";").split(";")
    return names


def names_in(text: str) -> list[str]:
    """The names in a text: a JSON list, or names between semicolons, line ends or commas.

    A name in quotation marks may hold a comma.
    """
    if text.startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    lines = text.split(";") if ";" in text else text.splitlines()
    return [name for line in lines for name in _between_commas(line)]


def _between_commas(line: str) -> list[str]:
    if "," not in line:
        return [line]
    if "(" in line or "[" in line:
        return _outside_brackets(line)
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], skipinitialspace=True, strict=True), [])
    except csv.Error:
        return line.split(",")


def _outside_brackets(line: str) -> list[str]:
    """Names of which a remark in brackets may hold commas: "api (EU, US), cart"."""
    names, start, depth = [], 0, 0
    for at, sign in enumerate(line):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth = max(depth - 1, 0)
        elif sign == "," and not depth:
            names.append(line[start:at])
            start = at + 1
    return [*names, line[start:]]


def read_verification(values: dict[str, Any], *, words: Words, day_order: DayOrder | None) -> None:
    """Puts what is said of a check of an action where it belongs: whether, when and how.

    A column "Verified" holds "yes", a day, "no, load test planned" or the name of a test. A status
    such as "verified" says more than that it is done.
    """
    said, status = values.get("verification"), values.get("status")
    if isinstance(said, bool):
        values["verification"] = "verified" if said else "not_yet"
    elif isinstance(said, str) and said not in VERIFICATIONS:
        del values["verification"]
        first, *rest = PARTS_OF_CHECK.split(said.strip(), maxsplit=1)
        meant = words.verification(said) or words.verification(first)
        if meant:
            values["verification"] = meant
        behind = said if not meant else "" if words.verification(said) else " ".join(rest)
        _read_check(values, behind.strip(" ()[]"), meant=meant, day_order=day_order)
    if "verification" not in values and isinstance(status, str) and words.says_verified(status):
        values["verification"] = "verified"


def _read_check(
    values: dict[str, Any], behind: str, *, meant: str, day_order: DayOrder | None
) -> None:
    """What stands in place of a plain answer or behind it: the day of the check, or how it is."""
    if not behind:
        return
    try:
        day = parse_day(CHECKED_ON.sub("", behind), day_order=day_order)
    except ValueError:
        values.setdefault("verified_how", behind)
        return
    if meant != "not_yet":
        values.setdefault("verified_on", day)
    else:
        values.setdefault("verified_how", behind)


def amount_of(text: str) -> tuple[float, str] | None:
    """The number in a text such as "1,234.50 EUR" or "~2k users", and its currency if it tells.

    Returns:
        None where a text is no amount.
    """
    match = AMOUNT.fullmatch(text.strip()) if len(text) <= LONGEST_AMOUNT else None
    number = _number(match["number"]) if match else None
    if match is None or number is None:
        return None
    sign = match["before"] or match["after"] or ""
    currency = CURRENCIES.get(sign) or (sign if CODE.fullmatch(sign) else "")
    return number * SCALES.get((match["scale"] or "").lower(), 1), currency


def _number(written: str) -> float | None:
    """A number with groups of digits, in the English or the continental way."""
    digits = re.sub(r"['\s]", "", written)
    marks = [sign for sign in digits if sign in ".,"]
    groups = re.split(r"[.,]", digits)
    decimal = _decimal(marks, groups) if marks else ""
    if decimal is None:
        return None
    if not decimal:
        return float("".join(groups))
    return float(f"{''.join(groups[:-1])}.{groups[-1]}")


def _decimal(marks: list[str], groups: list[str]) -> str | None:
    """The mark before the decimals, empty where there are none; None if nobody can tell."""
    last = marks[-1]
    if len(set(marks)) > 1:
        return last if marks.count(last) == 1 and _in_threes(groups[1:-1]) else None
    if len(marks) > 1:
        return "" if _in_threes(groups[1:]) else None
    if last == ".":
        return last
    return {1: last, 2: last, THREE_DIGITS: ""}.get(len(groups[1]))


def _in_threes(groups: list[str]) -> bool:
    return all(len(group) == THREE_DIGITS for group in groups)


# How does a value stand in a cell of CSV? Written and read side by side, so that it comes back.
#
# Lists are split by semicolons, structures are JSON, and what a spreadsheet would run as a formula
# is guarded by an apostrophe, also after what some spreadsheets take for the end of a cell.

#: What lies between names in a text, or around one.
NAMES_APART = ';,"\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029'
#: Where a spreadsheet takes what follows for a formula, also where that was guarded before: at the
#: beginning, and after a sign that it may split cells or lines at whatever the quotes say.
FORMULA = re.compile(r"(^|[;|\t\r\n])(\s*)('*)(?=[=+\-@])")
#: Where such a guard is taken away when read.
GUARDED = re.compile(r"(^|[;|\t\r\n])(\s*)'('*)(?=[=+\-@])")


def cell_of(value: Any, *, name: str = "") -> str:
    """The cell of a field for a plain value, as :func:`reader_for` and the check read it back."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        cell = _joined(value, apart=NAMES_APART if name in LABEL_LISTS else ";")
    else:
        cell = str(value)
    return guarded(cell)


def guarded(cell: str) -> str:
    """A text that no spreadsheet runs as a formula, nor any part of it."""
    return FORMULA.sub(r"\1\2'\3", cell)


def reader_for(field: str, *, is_list: bool) -> Callable[[str], Any]:
    """The function that reads the filled cells in the column of a field."""
    if field in STRUCTURES:
        return lambda cell: _structured(plain_cell(cell))
    if field in LABEL_LISTS:
        return lambda cell: several(field, plain_cell(cell))
    if is_list:
        return lambda cell: _split(plain_cell(cell))
    return plain_cell


def plain_cell(cell: str) -> str:
    """The text of a filled cell, without the apostrophes that guard formulas."""
    return GUARDED.sub(r"\1\2\3", cell) if "'" in cell else cell


def _joined(items: Sequence[Any], *, apart: str) -> str:
    """Items by semicolons; JSON where that would not come apart again as it was.

    Args:
        apart: the signs at which they are taken apart.
    """
    if all(isinstance(item, str) for item in items):
        together = "".join(items)
        if not any(sign in together for sign in apart) and not together.startswith("["):
            return ";".join(items)
    return json.dumps(items, ensure_ascii=False) if items else ""


def _split(cell: str) -> list[str]:
    if cell.startswith("["):
        items = _structured(cell)
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return cell.split(";")


def _structured(cell: str) -> Any:
    """The JSON in a cell; text that is none stays text."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
