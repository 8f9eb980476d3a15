"""Are lessons that say the same joined, and no others?

    python -m tests.benchmarks.lessons [--wrong]

Pairs of sentences of one kind, such as what went well: those that were joined and are of one theme
over those that were joined (precision), and over those that are of one theme (recall). First on the
made-up company, whose generator knows the theme of each sentence; then on
``reference/lessons.yaml``, written before the rules.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import yaml

from analytics.matcher.words import compile_concepts
from analytics.retrospective import Passage, themes
from data.company.details import book
from data.lists import read_lessons

WRITTEN = Path(__file__).parent.parent / "reference" / "lessons.yaml"
#: What a person wrote, by kind and theme.
Told = Mapping[str, Mapping[str, Sequence[str]]]


class Score(NamedTuple):
    """Pairs by what was done with them."""

    joined: int
    same: int
    right: int

    @property
    def precision(self) -> float:
        """Of the pairs that were joined, the share that says the same."""
        return self.right / self.joined

    @property
    def recall(self) -> float:
        """Of the pairs that say the same, the share that was joined."""
        return self.right / self.same


def of_company() -> Told:
    """The sentences of the made-up company."""
    phrases = book().phrases
    return {kind: phrases[kind] for kind in ("well", "wrong", "lucky", "grow")}


def written() -> Told:
    """The sentences that the rules never saw."""
    told: Told = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
    return told


def placed(told: Told) -> Iterator[list[tuple[str, str, str]]]:
    """Of each kind the sentences, each with its true theme and the one that it was put into."""
    for kind, by_theme in told.items():
        lists = ("luck", "concepts") if "lucky" in kind else ("concepts",)
        concepts = compile_concepts(read_lessons(*lists))
        truth = {text: theme for theme, texts in by_theme.items() for text in texts}
        passages = [Passage(str(row), text) for row, text in enumerate(truth)]
        yield [
            (passage.text, truth[passage.text], theme.keys[0])
            for theme in themes(passages, concepts)
            for passage in theme.passages
        ]


def score(told: Told) -> Score:
    """How pairs of sentences of one kind fare."""
    pairs = [(one, other) for rows in placed(told) for one, other in combinations(rows, 2)]
    joined = [one[2] == other[2] for one, other in pairs]
    same = [one[1] == other[1] for one, other in pairs]
    right = [put and is_one for put, is_one in zip(joined, same, strict=True)]
    return Score(sum(joined), sum(same), sum(right))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="name the company's sentences")
    named: bool = parser.parse_args().wrong
    for name, told in (("made-up company", of_company()), ("written before", written())):
        result = score(told)
        print(
            f"{name}: precision {result.precision:.2f}, recall {result.recall:.2f} "
            f"({result.joined} pairs joined, {result.same} say the same)"
        )
    if named:
        for rows in placed(of_company()):
            for text, theme, key in rows:
                print(f"  {theme} · {key}: {text}")


if __name__ == "__main__":
    main()
