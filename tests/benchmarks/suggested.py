"""How often is a suggested cause or trigger right, on collections that the model has not seen?

    python -m tests.benchmarks.suggested                  leaves out one collection after another
    python -m tests.benchmarks.suggested --learn          and keeps weights learnt from all of them
    python -m tests.benchmarks.suggested records.csv …    asks the kept weights about other records

The texts are short and in words of our own: the shipped sample, a made-up company, and
``suggested.csv``, which retells public post-mortems of five kinds of organisation. Collections of
one origin are left out together. The certainty from which on a suggestion is made is set for each
collection on the others, so that the figures say what happens to records from somewhere new. The
made-up company teaches too, but stands in no figure of all.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

from analytics.answer import Answer
from analytics.causes.suggesting import features, suggestion_precision
from analytics.matcher.prepared import READING, Prepared, prepare
from analytics.matcher.words import Concepts, compile_concepts
from analytics.selection import UNKNOWN
from analytics.stored.guesses import LEARNT_FIELDS, learnt
from analytics.stored.index import document_of
from data import lists
from data.check import check_incident
from data.company import generate
from data.gathering import read_paths
from data.lists import LEARNT, read_concepts
from data.loading import FOLDER as SAMPLE
from data.problems import Place
from data.record import Incident

HERE = Path(__file__).parent
#: Retold incidents, and the category of each phrase that the sample has for a trigger.
RETOLD, PHRASES = HERE / "suggested.csv", HERE / "suggested.yaml"
#: Teams of the sample that are collections of their own; all others are clouds and projects.
OWN_COLLECTIONS = {"GitHub": "github", "Jenkins infrastructure": "jenkins"}
#: Collections that may tell of one event are left out together.
TOGETHER = {"clouds": "providers"}
COMPANY_SIZE, COMPANY_YEARS, COMPANY_SEED = 330, 3.0, 5
#: No evidence of how well it does.
MADE_UP = "company"
#: A feature of a single text is no rule.
FEWEST_TEXTS = 2
#: Ridge, and how far large collections and common labels are held back (0 not at all, 1 wholly):
#: chosen by leaving collections out, where all of .1 to .5 and 0 to 1 do about as well.
RIDGE, EVEN_COLLECTIONS, EVEN_LABELS = 0.3, 0.5, 0.5
#: Weights below this say nothing.
LEAST_WEIGHT = 0.05
#: Of the suggestions that are made, so many shall be right.
WANTED = 0.8
DRAWS, SEED = 500, 1
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Labelled:
    """A text whose labels are known."""

    collection: str
    text: Prepared
    labels: dict[str, str | None]


@dataclass(frozen=True)
class Model:
    """Weights of features for labels."""

    labels: tuple[str, ...]
    rows: dict[str, int]
    weights: Floats
    start: Floats

    def chances(self, texts: Sequence[Prepared]) -> Floats:
        """A row of chances for each text."""
        return np.asarray(softmax(matrix(texts, self.rows) @ self.weights + self.start, axis=1))


@dataclass(frozen=True)
class Outcome:
    """What was said of labelled texts.

    Attributes:
        truth, said: labels by their place.
        chance: of what was said.
        suggested: whether it was sure enough.
    """

    truth: Indices
    said: Indices
    chance: Floats
    suggested: npt.NDArray[np.bool_]

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the likeliest label is the true one."""
        return self.truth == self.said


def labelled() -> list[Labelled]:
    """All texts in the checkout whose labels are known."""
    return [*_sample(), *_retold(), *_company()]


def of_records(records: Sequence[Incident], collection: str) -> Iterator[Labelled]:
    """Texts of records with their labels, of which the texts tell nothing themselves."""
    for record in records:
        document = document_of(record)
        if document is not None:
            bare = replace(document, factors=(), category="")
            labels = {name: _known(getattr(record, name)) for name in LEARNT_FIELDS}
            yield Labelled(collection, prepare(bare, _concepts()), labels)


def learn(texts: Sequence[Labelled], field: str) -> Model:
    """Weights by multinomial logistic regression, all collections and labels about even."""
    labels = tuple(sorted({label for text in texts if (label := text.labels[field])}))
    truth = np.array([labels.index(text.labels[field] or "") for text in texts], dtype=np.intp)
    found = [text.text for text in texts]
    counts = Counter(name for text in found for name in features(text))
    rows = {name: row for row, name in enumerate(_common(counts))}
    design, n_labels = matrix(found, rows), len(labels)
    worth = _worth([_origin(text.collection) for text in texts], truth)
    actual = np.eye(n_labels)[truth]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(rows) + 1, n_labels)
        scores = design @ weights[:-1] + weights[-1]
        excess = (softmax(scores, axis=1) - actual) * worth[:, None]
        fit = -float((worth * log_softmax(scores, axis=1)[np.arange(len(truth)), truth]).sum())
        slope = np.vstack([design.T @ excess + RIDGE * weights[:-1], excess.sum(axis=0)])
        return fit + RIDGE / 2 * float((weights[:-1] ** 2).sum()), slope.ravel()

    start = np.zeros((len(rows) + 1) * n_labels)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = fitted.reshape(len(rows) + 1, n_labels)
    return Model(labels, rows, weights[:-1], weights[-1])


def matrix(texts: Sequence[Prepared], rows: dict[str, int]) -> csr_matrix:
    """The features of texts, those that have a row."""
    entries = [
        (place, rows[name], value)
        for place, text in enumerate(texts)
        for name, value in features(text).items()
        if name in rows
    ]
    places, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_matrix((values, (places, columns)), shape=(len(texts), len(rows)))


def left_out(texts: Sequence[Labelled], field: str) -> tuple[tuple[str, ...], dict[str, Outcome]]:
    """By collection what a model says that learnt from the other origins alone; and the labels."""
    known = [text for text in texts if text.labels[field]]
    labels = tuple(sorted({text.labels[field] or "" for text in known}))
    said: dict[str, tuple[Indices, Indices, Floats]] = {}
    for collection in sorted({text.collection for text in known}):
        others = [t for t in known if _origin(t.collection) != _origin(collection)]
        mine = [t for t in known if t.collection == collection]
        model = learn(others, field)
        chances = model.chances([text.text for text in mine])
        place = np.array([labels.index(label) for label in model.labels])
        truth = np.array([labels.index(text.labels[field] or "") for text in mine])
        said[collection] = (truth, place[chances.argmax(axis=1)], chances.max(axis=1))
    return labels, {name: _judged(name, said) for name in said}


def least_chance(chance: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The smallest chance from which on :data:`WANTED` are right; more than 1 if there is none."""
    order = np.argsort(-chance, kind="stable")
    so_far = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(so_far >= WANTED)
    return float(chance[order[enough[-1]]]) if len(enough) else 2.0


def macro_f1(outcome: Outcome, rows: Indices | None = None) -> float:
    """The mean of F1 over the labels that occur."""
    truth, said = (
        (column if rows is None else column[rows]) for column in (outcome.truth, outcome.said)
    )
    scores = [
        2
        * np.sum((truth == label) & (said == label))
        / np.sum((truth == label) * 1 + (said == label))
        for label in np.unique(truth)
    ]
    return float(np.mean(scores))


def macro_interval(outcome: Outcome) -> tuple[float, float]:
    """The 95 % interval of the macro F1 over records drawn anew (bootstrap)."""
    random, size = np.random.default_rng(SEED), len(outcome.truth)
    drawn = [macro_f1(outcome, random.integers(0, size, size)) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def pooled(outcomes: Sequence[Outcome]) -> Outcome:
    """Several as one."""
    parts = zip(*((o.truth, o.said, o.chance, o.suggested) for o in outcomes), strict=True)
    return Outcome(*(np.concatenate(part) for part in parts))


def report(name: str, outcome: Outcome) -> str:
    """One line of figures."""
    right, of = int(outcome.right.sum()), len(outcome.truth)
    made, good = int(outcome.suggested.sum()), int((outcome.right & outcome.suggested).sum())
    accuracy, precision = suggestion_precision(right, of), suggestion_precision(good, made)
    low, high = macro_interval(outcome)
    text = (
        f"{name:12s} n {of:4d}  accuracy {_with_interval(accuracy)}"
        f"  macro-F1 {macro_f1(outcome):.2f} ({low:.2f} to {high:.2f})  suggested {made / of:4.0%}"
    )
    return f"{text}, right {_with_interval(precision)}" if made else text


def _with_interval(answer: Answer) -> str:
    return f"{answer.estimate:.2f} ({answer.low:.2f} to {answer.high:.2f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; keep the weights where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("paths", nargs="*", type=Path, help="labelled records to ask about")
    parser.add_argument("--learn", action="store_true", help="keep weights learnt from all texts")
    chosen = parser.parse_args(arguments)
    if chosen.paths:
        _ask_kept(chosen.paths)
        return 0
    texts, kept = labelled(), {}
    for field in LEARNT_FIELDS:
        print(field)
        labels, outcomes = left_out(texts, field)
        for name, outcome in outcomes.items():
            print(report(name, outcome))
        everything = pooled([o for name, o in outcomes.items() if name != MADE_UP])
        print(report("all", everything))
        common = np.bincount(everything.truth).argmax()
        print(f"{labels[common]} for every record: {np.mean(everything.truth == common):.2f}\n")
        if chosen.learn:
            kept[field] = _kept(texts, field, everything)
    if chosen.learn:
        LEARNT.write_text(_written({"reading": READING, "fields": kept}), encoding="utf-8")
    return 0


def _kept(texts: Sequence[Labelled], field: str, unseen: Outcome) -> dict[str, object]:
    model = learn([text for text in texts if text.labels[field]], field)
    strong = np.abs(model.weights).max(axis=1) >= LEAST_WEIGHT
    words = {
        name: [round(float(weight), 2) for weight in model.weights[row]]
        for name, row in model.rows.items()
        if strong[row]
    }
    return {
        "labels": model.labels,
        "least": round(least_chance(unseen.chance, unseen.right), 3),
        "right": int((unseen.right & unseen.suggested).sum()),
        "suggested": int(unseen.suggested.sum()),
        "asked": len(unseen.truth),
        "start": [round(float(weight), 2) for weight in model.start],
        "words": words,
    }


def _written(kept: dict[str, object]) -> str:
    """JSON with a line for each word, so that a change can be read."""
    text = json.dumps(kept, ensure_ascii=False, indent=None, separators=(", ", ": "))
    return text.replace("], ", "],\n").replace('"words": {', '"words": {\n') + "\n"


def _ask_kept(paths: Sequence[Path]) -> None:
    for path in paths:
        records = list(_records(path))
        for model in learnt():
            asked = [
                text
                for text in of_records(records, path.stem)
                if text.labels[model.field] in model.labels
            ]
            if not asked:
                continue
            chances = np.array([model.chances(text.text) for text in asked])
            truth = np.array([model.labels.index(t.labels[model.field] or "") for t in asked])
            best = chances.max(axis=1)
            outcome = Outcome(truth, chances.argmax(axis=1), best, best >= model.least)
            print(model.field, report(path.stem, outcome))


def _judged(name: str, said: dict[str, tuple[Indices, Indices, Floats]]) -> Outcome:
    truth, label, chance = said[name]
    others = [said[other] for other in said if other not in (name, MADE_UP)]
    least = least_chance(
        np.concatenate([other[2] for other in others]),
        np.concatenate([other[0] == other[1] for other in others]),
    )
    return Outcome(truth, label, chance, chance >= least)


def _worth(origins: Sequence[str], truth: Indices) -> Floats:
    of_origin = Counter(origins)
    worth = np.array([of_origin[origin] ** -EVEN_COLLECTIONS for origin in origins])
    of_label = np.bincount(truth, weights=worth)
    worth = worth * of_label[truth] ** -EVEN_LABELS
    return np.asarray(worth * len(worth) / worth.sum())


def _common(counts: Counter[str]) -> list[str]:
    return sorted(name for name, count in counts.items() if count >= FEWEST_TEXTS)


def _origin(collection: str) -> str:
    return TOGETHER.get(collection, collection)


def _known(label: str | None) -> str | None:
    return None if label == UNKNOWN else label


def _sample() -> Iterator[Labelled]:
    category = {
        phrase: label
        for label, phrases in yaml.safe_load(PHRASES.read_text(encoding="utf-8")).items()
        for phrase in phrases
    }
    for record in _records(SAMPLE / "incidents.csv"):
        labels = {"trigger_category": category.get(record.trigger or "")}
        named = record.model_copy(update=labels)
        yield from of_records([named], OWN_COLLECTIONS.get(record.team or "", "clouds"))


def _retold() -> Iterator[Labelled]:
    for record in _records(RETOLD):
        yield from of_records([record], record.team or "")


def _company() -> Iterator[Labelled]:
    company = generate(incidents=COMPANY_SIZE, years=COMPANY_YEARS, seed=COMPANY_SEED)
    for row in company.records():
        record = check_incident(row, place=Place("company"), lists=lists.current_lists()).incident
        if record is not None:
            yield from of_records([record], MADE_UP)


def _records(path: Path) -> Iterator[Incident]:
    yield from read_paths([path], lists=lists.current_lists()).incidents()


@cache
def _concepts() -> Concepts:
    return compile_concepts(read_concepts())


if __name__ == "__main__":
    sys.exit(main())
