"""What does a line of a timeline say happened? Its label if it has one, else its words.

A word counts only if nothing beside it takes it back: "not resolved", "will be rolled back",
"reported that all is well". A line may say two things.
"""

import re
from dataclasses import dataclass

from data import words

CLOCKS = {
    "started": "impact_started_at",
    "detected": "detected_at",
    "declared": "declared_at",
    "notified": "notified_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "repaired": "mitigated_at",
    "resolved": "resolved_at",
}
#: What an event can be called; a repair is how an incident is mitigated, a declaration is no kind.
KINDS = {"repaired": "mitigated", "declared": "other"}
ENDS = frozenset(("mitigated", "repaired", "resolved"))
#: How far a word in front, or behind, can take back what a phrase says.
REACH = 32
#: What is begun stands right beside the word.
NEXT = 12
BEFORE = re.compile(r"[^.;:,!?()]{0,32}$")
#: Somebody is asked by name, at a place.
REACH_OF_REQUEST = 80
BEFORE_LONG = re.compile(r"[^.;:,!?()]{0,80}$")
BEHIND = re.compile(r"(?:[^.;!?()]|\([^()]{0,40}\)){0,40}")
LABEL = re.compile(
    r"\W{0,6}\[(?P<bracket>[^\[\]\n]{2,40})\][:\s–—-]*"
    r"|\W{0,6}(?:\*\*|__)(?P<bold>[^*_\n]{2,40}?)[:：]?(?:\*\*|__)\s?(?:[:：–—-]|$|(?=\s))"
    r"|[^\w(]{0,6}(?P<plain>[^\W\d][^:：\n*_`.,;()]{1,38})(?:[:：](?!//)|\s[–—-]\s|$)"
)
#: A link whose address stands elsewhere.
BRACKETS = re.compile(r"\[([^\[\]\n]{1,200})\](?:\[[^\[\]\n]{0,200}\])?(?!\()")
#: What stands under an event is more than what it says in short.
MORE = re.compile(r"\n\s*(?:[-*+|>]|```|\d+[.)]|\n)")
LONGEST_LINE = 600


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says.

    Attributes:
        kind: a key of :data:`CLOCKS`.
        labelled: whether a label says so rather than its words.
        position: where in the line.
    """

    kind: str
    labelled: bool
    position: int = 0


def said_in(text: str, *, cells: tuple[str, ...] = ()) -> list[Said]:
    """What a line says happened, in order.

    Args:
        text: the line behind its time, as Markdown.
        cells: the cells of a row, one of which may be a label.
    """
    known = words.current()
    for cell in cells:
        if kind := _label_kind(known, cell):
            return [Said(kind, labelled=True)]
    label = LABEL.match(text)
    line = words.fold(_in_short(BRACKETS.sub(r"\1", text[:LONGEST_LINE])))
    by_words = sorted(_by_words(known, line), key=lambda said: said.position)
    if label and (kind := _label_kind(known, next(filter(None, label.groups())))):
        # "Resolution: the pool was enlarged and normal service was restored" is both.
        works = [one for one in by_words if one.kind == "mitigated" and kind == "resolved"]
        return [Said(kind, labelled=not _is_all(label, text)), *works]
    return by_words


def _in_short(text: str) -> str:
    """An event without what stands under it; the whole list where there is nothing else."""
    first = MORE.split(f"\n{text}", maxsplit=1)[0]
    return first if first.strip() else ". ".join(MORE.split(f"\n{text}"))


def _is_all(label: re.Match[str], text: str) -> bool:
    """Whether nothing but a label stands there, so that its words are all that is said."""
    return bool(label["plain"]) and label.end() == len(text)


def kind_of(said: list[Said]) -> str:
    """The kind of an event that says so much; ``other`` where it says nothing."""
    kinds = [KINDS.get(one.kind, one.kind) for one in said]
    return next((kind for kind in kinds if kind != "other"), "other")


def _label_kind(known: words.Words, label: str) -> str:
    table = known.tables["event_labels"]
    return next((table[form] for form in words.forms(label) if form in table), "")


def _by_words(known: words.Words, line: str) -> list[Said]:
    said: dict[str, Said] = {}
    for hit in known.phrases["events"].hits(line):
        if hit.meaning not in said and _stands(known, line, hit):
            said[hit.meaning] = Said(hit.meaning, labelled=False, position=hit.start)
    return list(said.values())


def _stands(known: words.Words, line: str, hit: words.Hit) -> bool:
    """Whether nothing around a phrase takes it back."""
    before = BEFORE.search(line[max(0, hit.start - REACH) : hit.start])
    lead, phrase = before[0] if before else "", line[hit.start : hit.end]
    around = lead + (phrase if hit.has_gap else "")
    if known.phrases["denials"].are_in(around):
        return False
    behind = BEHIND.match(line, hit.end)
    rest = behind[0] if behind else ""
    if hit.meaning == "started":  # "notices that the hub is down", "issue found, started work"
        of_response = known.phrases["response"].are_in(phrase + rest[:NEXT])
        return not ("," in phrase or of_response or known.phrases["hearsay"].are_in(lead))
    if hit.meaning == "detected":  # "reported that it works again", "alert cleared"
        return not known.phrases["good_news"].are_in(lead + phrase + rest)
    if hit.meaning == "acknowledged":  # "pings the on-call in the channel to take a look"
        asked = BEFORE_LONG.search(line[max(0, hit.start - REACH_OF_REQUEST) : hit.start])
        return not known.phrases["requests"].are_in(asked[0] if asked else "")
    if hit.meaning not in ENDS:
        return True
    not_yet = known.phrases["not_yet"].are_in(around)
    return not not_yet and not known.phrases["takebacks"].are_in(rest)
