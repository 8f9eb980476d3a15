"""Numbers and texts for people: what a record says is shown as it stands."""

import pytest

from pages.parts.wording.numbers import literal

JOINER = "\u2060"


@pytest.mark.parametrize(
    "text", ["at 10:30 late", "a : b", "no sign", "C: and D:", "a - b", "x=1", "n > 2"]
)
def test_colons_between_words_are_left_as_they_are(text: str) -> None:
    assert JOINER not in literal(text)


@pytest.mark.parametrize(
    "text", [":smile:", ":material/home:", "svc:+1:x", "a -> b", "<=9", "x -- y"]
)
def test_what_would_be_drawn_as_a_picture_is_broken_by_a_sign_without_width(text: str) -> None:
    shown = literal(text)
    assert shown.count(JOINER) == 1
    assert shown.replace(JOINER, "").replace("\\", "") == text


def test_a_text_stays_on_one_line_and_means_nothing_in_markdown() -> None:
    assert literal("# a\n\n[b](c) <i>") == "\\# a \\[b\\]\\(c\\) \\<i\\>"
