"""The words of each record: title, summary, and the sections of its post-mortem.

Sentences are composed from the phrase book by chance, so that incidents of one cause say the same
in different words, and incidents that have nothing in common still share everyday vocabulary.
"""

from typing import Any

import numpy as np

from data.company.labels import Book, Labels, book
from data.company.log import KINDS
from data.company.setting import UNKNOWN, Flags

TEXT_COLUMNS = (
    "title",
    "summary",
    "trigger",
    "root_cause",
    "what_let_it_grow",
    "impact",
    "what_went_well",
    "what_went_wrong",
    "where_we_got_lucky",
)
#: Independent choices that one record needs.
CHOICES = 16
#: One post-mortem in so many does not say what the cause was.
SILENT = 20
#: Of ten causes and of ten summaries, those that name the cluster.
PLACED_CAUSES, PLACED_SUMMARIES = 7, 5


def object_name(words: Book, code: int, style: int) -> str:
    """An object in one of the four ways in which people write a name of two words."""
    seconds = words.phrases["object_second"]
    first = words.phrases["object_first"][code // len(seconds)]
    second = seconds[code % len(seconds)]
    return (
        f"{first}-{second}",
        f"{first}_{second}",
        f"{first} {second}",
        f"{first.title()}{second.title()}",
    )[style % 4]


def cluster_name(words: Book, code: int) -> str:
    """The name of a cluster, three syllables."""
    syllables = words.phrases["syllables"]
    n = len(syllables)
    return f"{syllables[code // n // n]}{syllables[code // n % n]}{syllables[code % n]}"


def names(words: Book, *, service: int, object_code: int, style: int) -> dict[str, str]:
    """What stands for the placeholders of a phrase."""
    return {
        "service": words.phrases["services"][service],
        "object": object_name(words, object_code, style),
        "team": words.phrases["teams"][service // 2],
    }


def compose(
    rng: np.random.Generator,
    labels: Labels,
    *,
    kind: list[int],
    written: Flags,
    begin: int,
) -> list[tuple[Any, ...]]:
    """The texts of some records, in the order of :data:`TEXT_COLUMNS`; lists for the last three.

    Args:
        rng: the stream of these rows.
        labels: the labels of all records.
        kind: positions in :data:`data.company.log.KINDS`, of these rows.
        written: whether there is a post-mortem, of these rows.
        begin: the first row.
    """
    words, stop = book(), begin + len(kind)
    picks = rng.integers(0, 1 << 30, (len(kind), CHOICES)).tolist()
    rows = zip(
        kind,
        written.tolist(),
        labels.mechanism[begin:stop].tolist(),
        labels.object_code[begin:stop].tolist(),
        labels.cluster[begin:stop].tolist(),
        labels.service[begin:stop].tolist(),
        labels.trigger[begin:stop].tolist(),
        labels.factors[begin:stop].tolist(),
        picks,
        strict=True,
    )
    composed = []
    for kind_code, has_sections, mechanism, thing, cluster, service, trigger, factors, pick in rows:
        named = names(words, service=service, object_code=thing, style=pick[0])
        if kind_code:
            composed.append(_no_incident(words, KINDS[kind_code], named, pick))
            continue
        named["cluster"] = cluster_name(words, cluster)
        title, summary, began, cause = _head(
            words, words.mechanisms[mechanism], named, trigger, pick
        )
        tail = _sections(words, factors, pick) if has_sections else ("", [], [], [])
        impact = _one(words.phrases["impacts"], pick[1]).format(share=1 + pick[2] % 60, **named)
        known_cause = cause if has_sections and pick[8] % SILENT else ""
        composed.append((title, summary, began, known_cause, tail[0], impact, *tail[1:]))
    return composed


def _head(
    words: Book, mechanism: dict[str, Any], named: dict[str, str], trigger: int, pick: list[int]
) -> tuple[str, str, str, str]:
    """Title, summary, trigger and cause."""
    place = " " + _one(words.phrases["places"], pick[14]).format(**named)
    cause = _one(mechanism["causes"], pick[3]).format(**named)
    cause += place if pick[15] % 10 < PLACED_CAUSES else ""
    retold = _one(mechanism["causes"], pick[4]).format(**named)
    retold += place if pick[15] // 10 % 10 < PLACED_SUMMARIES else ""
    began = ""
    if trigger != UNKNOWN:
        began = _one(words.phrases["triggers"][words.triggers[trigger]], pick[5]).format(**named)
    return (
        _one(mechanism["titles"], pick[6]).format(**named),
        _one(words.phrases["summaries"], pick[7]).format(cause=retold, **named),
        began,
        cause,
    )


def _sections(
    words: Book, factors: list[int], pick: list[int]
) -> tuple[str, list[str], list[str], list[str]]:
    """What let it grow, what went well and wrong, where luck helped."""
    grow = " ".join(
        _one(words.phrases["grow"][words.factors[factor]], pick[9] + factor)
        for factor in factors
        if factor != UNKNOWN
    )
    return (
        grow,
        _some(words.phrases["well"], pick[10]),
        _some(words.phrases["wrong"], pick[11]),
        _some(words.phrases["lucky"], pick[12])[pick[13] % 2 :],
    )


def _no_incident(words: Book, kind: str, named: dict[str, str], pick: list[int]) -> tuple[Any, ...]:
    title = _one(words.phrases["other"][kind], pick[6]).format(**named)
    return (title, f"This record is no incident. {title}.", "", "", "", "", [], [], [])


def _one(phrases: list[str], pick: int) -> str:
    return phrases[pick % len(phrases)]


def _some(phrases: list[str], pick: int) -> list[str]:
    """One or two different phrases."""
    first, second = pick % len(phrases), pick // 64 % len(phrases)
    return [phrases[first]] if first == second else [phrases[first], phrases[second]]
