"""Which cause and which trigger does the text of a record tell, where nobody recorded them?

A small model: one weight for each word, or kind of cause that the search knows, and each label. The
weights were learnt once (``python -m tests.benchmarks.suggested --learn``) from short texts whose
labels are known. Beside them stands how often the model was right on records of collections that it
had not seen. Below a certainty that was chosen so that it is right often enough it says nothing. A
suggestion counts nowhere until somebody accepts it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answer import Answer, Example, Method
from analytics.frames import History
from analytics.matcher.prepared import Prepared
from analytics.matcher.words import PLAIN
from analytics.selection import UNKNOWN, Mask, View
from analytics.statistics.shares import share

Floats = npt.NDArray[np.float64]

#: Kinds of cause beside all words of a text: they mean the same in every collection, but many texts
#: name none.
OF_CONCEPTS = 0.7
#: Before the name of a kind of cause, so that it is no word.
CONCEPT = ":"
#: Words and kinds of cause named as what a suggestion rests on.
MOST_NAMED = 4

SUGGESTED_CAUSE = Method(
    title="Suggested cause",
    answers="Which root cause, trigger or factor does the text of an incident tell?",
    formula=(
        "Each word and each kind of cause that the search knows in the text speaks for or against "
        "each label with a weight that was learnt from texts with known labels (multinomial "
        "logistic regression with a ridge). The likeliest label is suggested where its chance "
        "reaches the certainty at which, on collections left out while learning, 8 in 10 "
        "suggestions were right. A contributing factor is suggested where a sentence says outright "
        "which guard there was not."
    ),
    source="Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 2009, ch. 4, 7",
    leaves_out="Texts that tell too little. Never counted until somebody accepts it.",
    example=Example(
        given="Of 100 records that it had not seen the model suggested a cause for 40, 32 rightly.",
        inputs={"right": 32, "suggested": 40},
        gives="80 % of its suggestions are right, 8 in 10.",
        result=(0.8,),
    ),
)


@dataclass(frozen=True)
class Learnt:
    """What was learnt for one field, and how well that did on what it had not seen.

    Attributes:
        field: of the record.
        labels: in the order of the columns of ``weights``.
        rows: of each feature in ``weights``.
        least: chance from which on a label is suggested.
        right, suggested, asked: of the records of collections that were left out while learning:
            how many got the right suggestion, any suggestion, and were asked about.
    """

    field: str
    labels: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Floats
    start: Floats
    least: float
    right: int
    suggested: int
    asked: int

    @classmethod
    def of(cls, field: str, kept: Mapping[str, Any]) -> Self:
        """What the file of weights holds of a field."""
        words: Mapping[str, Sequence[float]] = kept["words"]
        weights = np.array([*words.values()], dtype=np.float64).reshape(-1, len(kept["labels"]))
        return cls(
            field=field,
            labels=tuple(kept["labels"]),
            rows={word: row for row, word in enumerate(words)},
            weights=weights,
            start=np.array(kept["start"], dtype=np.float64),
            least=kept["least"],
            right=kept["right"],
            suggested=kept["suggested"],
            asked=kept["asked"],
        )

    @property
    def precision(self) -> Answer:
        """How often a suggestion was right on records that the model had not seen."""
        return suggestion_precision(self.right, self.suggested)

    def chances(self, text: Prepared) -> Floats:
        """The chance of each label; they add up to 1."""
        return self._chances(*self._known(features(text)))

    def guess(self, named: Mapping[str, float]) -> "Guess | None":
        """The label that the :func:`features` of a text tell; None if it is not sure enough."""
        names, rows, values = self._known(named)
        chances = self._chances(names, rows, values)
        best = int(chances.argmax())
        if chances[best] < self.least:
            return None
        # What speaks for a label is what speaks for it more than for the others.
        weights = self.weights[rows]
        spoken = values * (weights[:, best] - weights.mean(axis=1))
        for_it = [place for place in np.argsort(-spoken)[:MOST_NAMED] if spoken[place] > 0]
        rests_on = tuple(names[place] for place in for_it)
        return Guess(self.field, self.labels[best], float(chances[best]), rests_on)

    def _known(self, named: Mapping[str, float]) -> tuple[list[str], list[int], Floats]:
        names = [name for name in named if name in self.rows]
        values = np.array([named[name] for name in names], dtype=np.float64)
        return names, [self.rows[name] for name in names], values

    def _chances(self, _: list[str], rows: list[int], values: Floats) -> Floats:
        score = self.start + values @ self.weights[rows]
        odds = np.exp(score - score.max())
        return np.asarray(odds / odds.sum(), np.float64)


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggested label.

    Attributes:
        chance: that it is right, as the model has it.
        rests_on: the words and kinds of cause that speak most for it, the weightiest first; a kind
            of cause begins with :data:`CONCEPT`.
    """

    field: str
    label: str
    chance: float
    rests_on: tuple[str, ...]


def suggestion_precision(right: int, suggested: int) -> Answer:
    """The share of suggestions that were right."""
    return share(right, suggested, method=SUGGESTED_CAUSE)


def features(text: Prepared) -> dict[str, float]:
    """What the model looks at: words, and kinds of cause, each of them by how often it is said.

    Long texts say everything oftener, so the squares of the words add up to one, and those of the
    kinds of cause to the square of :data:`OF_CONCEPTS`.
    """
    counted = zip(text.words, text.in_title, text.in_body, strict=True)
    words = {word: math.log1p(title + body / PLAIN) for word, title, body in counted}
    concepts = {f"{CONCEPT}{name}": math.log1p(n / PLAIN) for name, n in text.concepts.items()}
    return _scaled(words, 1.0) | _scaled(concepts, OF_CONCEPTS)


def _scaled(values: Mapping[str, float], length: float) -> dict[str, float]:
    norm = math.sqrt(sum(value * value for value in values.values()))
    return {name: length * value / norm for name, value in values.items()} if norm else {}


# What do accepted suggestions fill? Only what the records leave open: a source always wins.
#
# A value that was suggested from the text of an incident and accepted by somebody counts as if it
# were recorded, and every figure that it enters can say how many of its labels came about so.

#: Label columns of the incidents that may be filled.
SINGLE = ("root_cause_category", "trigger_category")
FACTORS = "contributing_factors"


def with_accepted(history: History) -> History:
    """``history`` with accepted values where the records name none.

    Its table of accepted values then holds only those that are used.
    """
    accepted = history.accepted
    if accepted.empty:
        return history
    unused = np.zeros(len(accepted), dtype=bool)
    incidents, factors = history.incidents, history.factors
    for column in SINGLE:
        rows = (accepted["field"] == column).to_numpy()
        unused |= rows & ~_is_open(incidents[column]).take(accepted["incident"].to_numpy())
        incidents = incidents.assign(
            **{column: _filled(incidents[column], accepted[rows & ~unused])}
        )
    named = factors.loc[~_is_open(factors["factor"]), "incident"].to_numpy()
    rows = (accepted["field"] == FACTORS).to_numpy()
    unused |= rows & history.marks(named)[accepted["incident"].to_numpy()]
    return replace(
        history,
        incidents=incidents,
        factors=_with_factors(factors, accepted[rows & ~unused]),
        accepted=accepted[~unused].reset_index(drop=True),
    )


def accepted_in(view: View, field: str) -> int:
    """How many incidents in view have an accepted suggestion for a field that counts."""
    accepted = view.of(view.history.accepted)
    return int(accepted.loc[accepted["field"] == field, "incident"].nunique())


def open_rows(history: History, column: str) -> Mask:
    """A mark for each incident: whether something may still be suggested for a field.

    A label is neither recorded nor accepted; of contributing factors, of which there may be
    several, none is recorded.
    """
    if column != FACTORS:
        return _is_open(history.incidents[column])
    factors, accepted = history.factors, history.accepted
    size = len(history.incidents)
    named = factors.loc[~_is_open(factors["factor"]), "incident"]
    filled = accepted.loc[accepted["field"] == FACTORS, "incident"]
    by_records: Mask = np.bincount(named, minlength=size) > np.bincount(filled, minlength=size)
    return ~by_records


def _is_open(labels: pd.Series) -> Mask:
    is_open: Mask = (labels.isna() | (labels == UNKNOWN)).to_numpy()
    return is_open


def _filled(labels: pd.Series, accepted: pd.DataFrame) -> pd.Series:
    """The labels of incidents with accepted ones in their places."""
    filled = labels.astype(object)
    filled.iloc[accepted["incident"].to_numpy()] = accepted["value"].astype(object)
    return filled.astype("category")


def _with_factors(factors: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    new = accepted[["incident", "value"]].rename(columns={"value": "factor"})
    both = pd.concat([factors.astype({"factor": "str"}), new.astype({"factor": "str"})])
    ordered = both.sort_values("incident", kind="stable", ignore_index=True)
    return ordered.astype({"factor": "category"})
