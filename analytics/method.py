"""What a written definition of a statistic has to say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """One statistic explained to its reader.

    Attributes:
        title: its name in the interface, in sentence case.
        answers: the question that it answers.
        formula: how it is computed, in words.
        source: where the method is published.
        leaves_out: what does not enter, and why.
    """

    title: str
    answers: str
    formula: str
    source: str
    leaves_out: str
