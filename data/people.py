"""Is an owner a person? Actions are owed by teams and roles here, and nobody is ranked.

A name that looks like a person's is not stored at all: neither as the owner nor beside the record.
Nobody can tell for certain; a name with a word that teams are called by is a team's.
"""

import re

from data.record import LONGEST_LABEL
from data.words import Words

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
