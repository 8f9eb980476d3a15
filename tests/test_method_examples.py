"""Is the worked example of every definition what the code itself computes from those numbers?

The example is data: what is given and what it gives, in words and in numbers. How the function of
each definition is called with the numbers stands in ``tests/support/worked_*.py``.
"""

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.support.docs import METHODS
from tests.support.worked_promises import OF_PROMISES
from tests.support.worked_records import OF_RECORDS
from tests.support.worked_scorecard import OF_SCORECARD
from tests.support.worked_statistics import OF_STATISTICS

WORKED = OF_PROMISES | OF_RECORDS | OF_SCORECARD | OF_STATISTICS


def leaves(value: object) -> Iterator[float | str]:
    """The numbers and texts of what is given; of a long list the first and the last."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from leaves(each)
            yield str(name)
    elif isinstance(value, list | tuple):
        shown = value if len(value) <= MOST_SPELLED else (value[0], value[-1])
        for each in shown:
            yield from leaves(each)
    elif isinstance(value, int | float | str):
        yield value


def numbers_in(words: str) -> Iterator[tuple[float, float]]:
    """Each number of a text and half of its last digit; a share in hundredths is one too."""
    for text in re.findall(r"-?\d+(?:\.\d+)?", words.replace("−", "-")):
        half = 0.5 * 10.0 ** -len(text.partition(".")[2])
        yield float(text), half
        yield float(text) / 100, half / 100


def is_told(value: float | str, words: str) -> bool:
    if isinstance(value, str):
        return value.lower() in words.lower() or value in IN_OTHER_WORDS
    near = 1e-9
    return any(abs(value - number) <= half + near for number, half in numbers_in(words))


#: Longer lists are told by their first and last value.
MOST_SPELLED = 12
#: Labels of the records that an example tells in words of its own.
IN_OTHER_WORDS = {"customer", "unknown", "monitoring"}


@pytest.mark.parametrize("name", METHODS)
def test_the_code_computes_what_the_example_says(name: str) -> None:
    example = METHODS[name].example
    assert [float(each) for each in WORKED[METHODS[name]](**example.inputs)] == pytest.approx(
        list(example.result), rel=1e-4
    )


@pytest.mark.parametrize("name", METHODS)
def test_the_words_of_an_example_hold_its_numbers(name: str) -> None:
    example = METHODS[name].example
    given = [each for value in example.inputs.values() for each in leaves(value)]
    assert [each for each in given if not is_told(each, example.given)] == []
    assert [each for each in example.result if not is_told(each, example.gives)] == []
    assert example.given.endswith(".")
    assert example.gives.endswith(".")
