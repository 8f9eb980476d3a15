"""Tests of arrays and postings that grow."""

import numpy as np
import pytest

from analytics.matcher.prepared import FIRST_ROOM, GrowingArray, Postings


def byte(*values: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.array(values, np.uint8)


def test_an_array_keeps_everything_when_it_outgrows_its_room() -> None:
    array = GrowingArray(np.int32)
    for number in range(3 * FIRST_ROOM):
        array.extend([number])
    assert (array.view == np.arange(3 * FIRST_ROOM)).all()


def test_reserved_places_are_zero() -> None:
    array = GrowingArray(np.int32)
    assert array.reserve(5) == 0
    assert array.reserve(FIRST_ROOM) == 5
    assert not array.view.any()


def test_grown_and_loaded_postings_are_the_same() -> None:
    random = np.random.default_rng(1)
    grown, loaded = Postings(), Postings()
    rows: list[int] = []
    terms: list[int] = []
    for row in range(200):
        chosen = random.choice(50, size=7, replace=False).astype(np.int32)
        grown.add(row, chosen, byte(*[1] * 7), byte(*chosen.tolist()), vocabulary=50)
        rows += [row] * 7
        terms += chosen.tolist()
    body = byte(*terms)
    loaded.load(
        np.array(rows, np.int32), np.array(terms, np.int32), np.ones_like(body), body, vocabulary=50
    )
    assert (grown.counts == loaded.counts).all()
    for term in range(50):
        for one, other in zip(grown.of(term), loaded.of(term), strict=True):
            np.testing.assert_array_equal(one, other)


def test_postings_are_loaded_only_once() -> None:
    postings = Postings()
    one = np.zeros(1, np.int32)
    postings.load(one, one, byte(1), byte(1), vocabulary=1)
    with pytest.raises(ValueError, match="once"):
        postings.load(one, one, byte(1), byte(1), vocabulary=1)
