"""Do the words of a title suggest the class of the RCA2 hierarchy that they describe?"""

import pandas as pd
import pytest

from analytics.actions.mix import STRENGTHS, WORDS, suggest


@pytest.mark.parametrize(
    ("title", "strength"),
    [
        ("Isolate large migrations", "stronger"),
        ("BLOCK dangerous operations", "stronger"),
        ("Retire the old scheduler", "stronger"),
        ("Add guardrails to the flag page", "stronger"),
        ("Second replica in another zone", "intermediate"),
        ("Validate the file in CI", "intermediate"),
        ("Checklist for certificate changes", "intermediate"),
        ("Retries with backoff", "intermediate"),
        ("Alert on queue depth", "weaker"),
        ("Train the on-call team", "weaker"),
        ("Update the release process", "weaker"),
        ("Resilience", None),
        ("Synchronous processing", None),
        ("Attest the builds", None),
        ("", None),
        (None, None),
    ],
)
def test_a_title_suggests(title: str | None, strength: str | None) -> None:
    [found] = suggest(pd.Series([title], dtype="str")).astype(object).tolist()
    assert (None if pd.isna(found) else found) == strength


def test_where_words_of_two_classes_meet_the_weaker_holds() -> None:
    titles = pd.Series(["Document the failover", "Remove the timeout"], dtype="str")
    assert suggest(titles).tolist() == ["weaker", "intermediate"]


def test_every_strength_has_words_and_no_word_stands_twice() -> None:
    words = [word for strength in STRENGTHS for word in WORDS[strength]]
    assert len(words) == len(set(words)) > len(STRENGTHS)


def test_the_index_of_the_titles_is_kept() -> None:
    assert suggest(pd.Series(["Train"], index=[7], dtype="str")).index.tolist() == [7]
