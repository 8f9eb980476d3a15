"""What do the values of a source mean in the record's terms? Lists, amounts, states, nothing.

Sources write "N/A" where nothing is known, put two services into one cell, and call an incident
"Closed". A value whose meaning is not known stays as it is, so that the check can name it.
"""

import csv
import json
import re
from collections.abc import Mapping
from typing import Any

from data.lists import Lists
from data.notations import DayOrder
from data.plain import printable
from data.record import CLOCK_FIELDS
from data.times import parse_day
from data.words import Words, fold

#: Fields that hold several names, which many sources put into one text.
LABEL_LISTS = ("services", "tags", "contributing_factors", "repeats")
#: Longer texts say something, and times begin with a digit: neither stands for nothing.
LONGEST_NOTHING = 24
#: Where "NA" is North America.
PLACES = ("environment", "tags", "services")
#: Names are short; where one is longer, commas belong to a sentence.
MOST_WORDS = 4
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
