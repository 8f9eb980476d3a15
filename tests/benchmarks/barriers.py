"""How well do the rules read of guards in sentences: which was there, which failed or was absent?

    python -m tests.benchmarks.barriers             precision and recall for each set of sentences
    python -m tests.benchmarks.barriers --misses    and each sentence that was read otherwise

The sentences are made up. Those of the first set were written before the rules, those of the next
two after them in other words, and the rules have learnt from all three. Those of the last were
written when the rules stood, which were not touched since: what they score, a new text may.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.answer import Answer
from analytics.statistics.shares import share
from data.barriers import told_in

SENTENCES = Path(__file__).with_suffix(".csv")
#: The set that the rules have not learnt from.
UNSEEN = "never looked at by the rules"


@dataclass(frozen=True)
class Score:
    """How the rules did on a set of sentences.

    Attributes:
        precision: of what was read, the share that the sentences say.
        recall: of what the sentences say, the share that was read.
        misses: the sentences that were read otherwise, with what they say and what was read.
    """

    sentences: int
    precision: Answer
    recall: Answer
    misses: tuple[tuple[str, frozenset[str], frozenset[str]], ...]


def sentences() -> Iterator[tuple[str, str, frozenset[str]]]:
    """The set of each sentence, the sentence, and what it says of guards."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["written"], row["sentence"], frozenset(row["guards"].split())


def score(written: str) -> Score:
    """How the rules do on one set."""
    chosen = [(text, told) for name, text, told in sentences() if name == written]
    read = [frozenset(told.value for told in told_in(text)) for text, _ in chosen]
    right = sum(len(said & got) for (_, said), got in zip(chosen, read, strict=True))
    return Score(
        sentences=len(chosen),
        precision=share(right, sum(map(len, read))),
        recall=share(right, sum(len(said) for _, said in chosen)),
        misses=tuple(
            (text, said, got) for (text, said), got in zip(chosen, read, strict=True) if said != got
        ),
    )


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--misses", action="store_true", help="show what was read otherwise")
    shows_misses = parser.parse_args().misses
    for written in dict.fromkeys(name for name, _, _ in sentences()):
        found = score(written)
        print(f"{written}: {found.sentences} sentences")
        for name, answer in (("precision", found.precision), ("recall", found.recall)):
            print(f"  {name} {answer.estimate:.2f} ({answer.low:.2f} to {answer.high:.2f})", end="")
            print(f" of {answer.n}")
        for text, said, got in found.misses if shows_misses else ():
            print(
                f"    says {' '.join(said) or 'nothing'}, read {' '.join(got) or 'nothing'}: {text}"
            )


if __name__ == "__main__":
    main()
