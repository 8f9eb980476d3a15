"""What should a team talk about: facts of its own incidents that ask for an answer.

No judgement and no score: each question names the incidents that raise it, and a question that no
incident raises is not asked. What cost most is asked first.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from analytics.actions.states import is_open
from analytics.answer import Example, Method
from analytics.frames import DONE, OUTSIDE, PREVENT
from analytics.impact import impact_hours
from analytics.matcher.matching import ALIKE, Index
from analytics.matcher.prepared import Document, prepare
from analytics.matcher.words import Concepts, sentences, words
from analytics.repeats.ledger import Ledger
from analytics.selection import UNKNOWN, Mask, Rows, View

#: Days after the end of an incident within which a post-mortem is usually expected.
EXPECTED_WITHIN = 10
#: A post-mortem that lacks as many of the parts of a good one is thin.
THIN_FROM = 3
#: Passages looked at for one that speaks of nothing on the list.
TO_JOIN = 10
#: People have named no theme.
NOTHING_NAMED: Mapping[str, str] = MappingProxyType({})
#: What stands before an item of a list.
BULLETS = "-*•· \t"
LESSON_THEMES = Method(
    title="Themes of lessons",
    answers="Which lesson do several post-mortems tell, and has anything been promised on it?",
    formula=(
        "Each sentence of what went well, went badly, was luck or let it grow is of the first of "
        "some forty themes whose words it holds; one that holds none joins a sentence that shares "
        f"at least {100 * ALIKE:.0f} % of its text, rare words counting more, or stands alone. A "
        "theme counts incidents, not sentences, beside those of the period before. An action is on "
        "it if its title holds words of the theme; it is done or not."
    ),
    source=(
        "Our list of themes; scored by pairs, as Rand (Journal of the American Statistical "
        "Association 66, 1971) scores groups: on 136 sentences of 32 themes, written by the same "
        "authors before the list, 95 % of the pairs that it joins say the same, and it joins 90 % "
        "of the pairs that do. Of sentences by others it joins fewer: of one group's 12 of 62 "
        "pairs at first sight, from which it learnt; then of two other groups' 25 of 47, and 2 "
        "that do not say the same"
    ),
    leaves_out=(
        "Post-mortems in other languages than English, whose sentences stand alone; whether an "
        "action that is on a theme did any good."
    ),
    example=Example(
        given=(
            "Three incidents say: The rollback took an hour. Nobody could revert the change. The "
            "status page was late."
        ),
        inputs={
            "one": "The rollback took an hour.",
            "two": "Nobody could revert the change.",
            "three": "The status page was late.",
        },
        gives="Two themes: the way back, told by 2 incidents, and telling others, by 1.",
        result=(2, 1),
    ),
)


class Raised(StrEnum):
    """What raises a question."""

    REPEATED = "repeated"
    NO_CAUSE = "no cause"
    NO_ACTION = "no action"
    NO_PREVENTION = "no prevention"
    STILL_OPEN = "still open"
    FOUND_OUTSIDE = "found outside"
    NEEDS_ANALYSIS = "needs analysis"


@dataclass(frozen=True)
class Question:
    """One thing to talk about.

    Attributes:
        rows: positions of the incidents that raise it, the costliest first, those of unknown cost
            last.
        n: incidents it was looked for in.
        hours: their hours of impact, as far as known.
        n_unknown: those of them whose impact is not known.
        n_before, of_before: the same counts of the period before.
    """

    raised: Raised
    rows: Rows
    n: int
    hours: float
    n_unknown: int
    n_before: int
    of_before: int


@dataclass(frozen=True)
class Writing:
    """Post-mortems that are owed or came late.

    Attributes:
        missing: positions of the incidents over for :data:`EXPECTED_WITHIN` days without one.
        late: those whose post-mortem came later than that.
        n: incidents over for as long.
    """

    missing: Rows
    late: Rows
    n: int


class Passage(NamedTuple):
    """Something that one record says."""

    incident: str
    text: str


@dataclass(frozen=True)
class Theme:
    """Passages that say the same lesson, with the incidents that they are of.

    Attributes:
        keys: what it is known by when records change: the concept, or marks of its passages.
        name: as people gave it, else the name of the concept or its shortest passage.
        confirmed: whether people gave it.
    """

    keys: tuple[str, ...]
    name: str
    passages: tuple[Passage, ...]
    confirmed: bool = False

    @property
    def incidents(self) -> tuple[str, ...]:
        """The incidents whose records say it, in their order."""
        return tuple(dict.fromkeys(passage.incident for passage in self.passages))


@dataclass(frozen=True)
class Lesson:
    """A theme in one period, against the period before, with what was promised on it.

    Attributes:
        theme: its passages in the period.
        before: incidents of the period before that say it.
        followed: of its incidents in the period, those after which an action on it was promised;
            None where no list says which actions would be.
        actions, done: actions on it of all time, and those of them that are done.
    """

    theme: Theme
    before: int
    followed: int | None
    actions: int
    done: int


def passages(told: Iterable[tuple[str, str | Sequence[str]]]) -> tuple[Passage, ...]:
    """What records say of one kind, sentence by sentence; what holds no word is left out."""
    return tuple(
        Passage(incident, bare)
        for incident, texts in told
        for text in ([texts] if isinstance(texts, str) else texts)
        for sentence in sentences(text)
        if words(bare := sentence.lstrip(BULLETS))
    )


def learned(
    now: Sequence[Passage],
    before: Sequence[Passage],
    always: View,
    concepts: Concepts,
    *,
    named: Mapping[str, str] = NOTHING_NAMED,
) -> tuple[Lesson, ...]:
    """What a team learned in a period, the theme of most incidents first.

    Args:
        now, before: what records of the period and of the one before say of one kind.
        always: the incidents of all time whose actions may answer it.
        concepts, named: see :func:`themes`.
    """
    ids = {passage.incident for passage in now}
    actions = always.actions
    titles = actions["title"].fillna("")
    spoken = {title: concepts.in_sentence(title) for title in set(titles)}
    incidents = always.history.incidents["id"].to_numpy()[actions["incident"].to_numpy()]
    done = (actions["status"] == DONE).to_numpy()
    found = []
    for theme in themes([*now, *before], concepts, named=named):
        here = replace(theme, passages=tuple(one for one in theme.passages if one.incident in ids))
        if not here.passages:
            continue
        on_it = np.array([not spoken[title].isdisjoint(theme.keys) for title in titles], dtype=bool)
        followed = len(set(here.incidents).intersection(incidents[on_it]))
        found.append(
            Lesson(
                here,
                before=len(theme.incidents) - len(here.incidents),
                followed=None if concepts.labels.keys().isdisjoint(theme.keys) else followed,
                actions=int(on_it.sum()),
                done=int(done[on_it].sum()),
            )
        )
    return tuple(sorted(found, key=lambda lesson: -len(lesson.theme.incidents)))


def themes(
    passages: Sequence[Passage], concepts: Concepts, *, named: Mapping[str, str] = NOTHING_NAMED
) -> tuple[Theme, ...]:
    """Passages by the lesson that they say, that of most incidents first.

    A sentence is of the first concept that it speaks of. One that speaks of none joins the passage
    that it shares at least :data:`~analytics.matcher.matching.ALIKE` of the text with, as records
    of one cause are found; else it stands alone.

    Args:
        passages: sentences of one kind, such as what went well.
        concepts: what lessons are about, the narrow ones first.
        named: what people call themes, by their keys; those of one name are one.
    """
    keys = [_first(concepts, passage.text) for passage in passages]
    if not all(keys):
        keys = _joined(passages, keys)
    grouped: dict[str, list[Passage]] = {}
    for key, passage in zip(keys, passages, strict=True):
        grouped.setdefault(key, []).append(passage)
    made = dict[str, Theme]()
    for key, group in grouped.items():
        known = key in concepts.labels
        theirs = (key,) if known else tuple(dict.fromkeys(_mark(one.text) for one in group))
        name = next((named[one] for one in theirs if one in named), "")
        proposed = concepts.labels.get(key) or min(group, key=_length).text
        theme = Theme(theirs, name or proposed, tuple(group), confirmed=bool(name))
        same = made.get(name)
        if same is not None:
            theme = replace(
                same, keys=same.keys + theirs, passages=(*same.passages, *theme.passages)
            )
        made[name or key] = theme
    return tuple(sorted(made.values(), key=lambda theme: -len(theme.incidents)))


def _length(passage: Passage) -> int:
    return len(passage.text)


def _first(concepts: Concepts, sentence: str) -> str:
    """The first concept of the list that a sentence speaks of; empty for none."""
    spoken = concepts.in_sentence(sentence)
    return next((name for name in concepts.labels if name in spoken), "")


def _joined(passages: Sequence[Passage], keys: Sequence[str]) -> list[str]:
    """The key of each passage, those without a concept being joined to what is like them."""
    index = Index()
    prepared = [
        prepare(Document(id=str(row), created=None, title="", cause=passage.text), Concepts())
        for row, passage in enumerate(passages)
    ]
    for one in prepared:
        index.add(one)
    found: list[str] = []
    for row, key in enumerate(keys):
        near = [] if key else index.search(prepared[row], limit=TO_JOIN)
        alike = [int(match.id) for match in near if match.shared >= ALIKE]
        known = next((keys[other] for other in alike if keys[other]), "")
        earlier = next((found[other] for other in sorted(alike) if other < row), "")
        found.append(key or known or earlier or _mark(passages[row].text))
    return found


def _mark(sentence: str) -> str:
    """What a sentence is known by, whatever its signs and capitals."""
    return f"~{sha256(' '.join(words(sentence)).encode()).hexdigest()[:16]}"


class Advice(NamedTuple):
    """A sentence that names a person as the cause, with what to ask instead."""

    passage: Passage
    ask: str


def blaming(told: Iterable[Passage], concepts: Concepts) -> tuple[Advice, ...]:
    """Sentences that name a person as the cause, for whoever writes the next post-mortem.

    Nothing is counted by person or team, and no sentence is wrong: such a one stops where the
    question begins that would help.

    Args:
        concepts: how sentences say so; the label of each is what to ask.
    """
    return tuple(
        Advice(passage, concepts.labels[name])
        for passage in told
        if (name := _first(concepts, passage.text))
    )


def thin(lacking: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The records that lack so much of a good post-mortem that it is thin, the thinnest first.

    Args:
        lacking: by record, the parts that it does not have.
    """
    found = [name for name, parts in lacking.items() if len(parts) >= THIN_FROM]
    return tuple(sorted(found, key=lambda name: -len(lacking[name])))


def writing(view: View, *, as_of: dt.datetime) -> Writing:
    """Which incidents in view have no post-mortem yet, or had to wait for it."""
    incidents = view.incidents
    over = incidents["resolved_at"].fillna(incidents["mitigated_at"]).to_numpy()
    published = incidents["postmortem_published_at"].to_numpy()
    allowed = np.timedelta64(EXPECTED_WITHIN, "D")
    due = over + allowed < np.datetime64(as_of, "s")
    written = incidents["has_postmortem"].to_numpy()
    return Writing(
        missing=view.rows[due & ~written],
        late=view.rows[due & written & (published - over > allowed)],
        n=int(due.sum()),
    )


def questions(
    view: View, book: Ledger, *, before: View, book_before: Ledger
) -> tuple[Question, ...]:
    """What the incidents in view ask their team, what cost most first.

    Args:
        book: the repeats in the same view.
        before: the incidents of the period before, with ``book_before``.
    """
    hours = impact_hours(view.incidents)
    earlier = _raised(before, book_before)
    found = []
    for raised, raises in _raised(view, book).items():
        if not raises.any():
            continue
        theirs = hours[raises]
        found.append(
            Question(
                raised,
                rows=view.rows[raises][np.argsort(-theirs, kind="stable")],
                n=len(view),
                hours=float(np.nansum(theirs)),
                n_unknown=int(np.isnan(theirs).sum()),
                n_before=int(earlier[raised].sum()),
                of_before=len(before),
            )
        )
    return tuple(sorted(found, key=lambda question: (-question.hours, -len(question.rows))))


def _raised(view: View, book: Ledger) -> dict[Raised, Mask]:
    """Which incidents in view raise each of the questions."""
    incidents = view.incidents
    kinds = view.actions["kind"]
    actions_of = view.actions["incident"].to_numpy()
    is_preventive = (kinds == PREVENT).to_numpy()
    any_action = view.having(actions_of)
    preventive = view.having(actions_of[is_preventive])
    open_prevention = view.having(actions_of[is_preventive & is_open(view.actions)])
    cause = incidents["root_cause_category"]
    return {
        Raised.REPEATED: view.of_events(book.repeats.later[book.rows]),
        Raised.STILL_OPEN: open_prevention,
        Raised.NO_ACTION: ~any_action,
        Raised.NO_PREVENTION: any_action & ~preventive,
        Raised.FOUND_OUTSIDE: incidents["detection_source"].isin(OUTSIDE).to_numpy(),
        Raised.NEEDS_ANALYSIS: incidents["needs_analysis"].to_numpy(),
        Raised.NO_CAUSE: (cause.isna() | (cause == UNKNOWN)).to_numpy(),
    }
