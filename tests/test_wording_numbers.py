"""Numbers and texts for people: what a record says is shown as it stands."""

import pytest

from pages.parts.wording.numbers import NOT_KNOWN, count, duration, literal, p_words, percent

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, NOT_KNOWN),
        (float("nan"), NOT_KNOWN),
        (0.0, "0 %"),
        (0.001, "under 1 %"),
        (1 / 200, "under 1 %"),
        (0.0051, "1 %"),
        (0.226, "23 %"),
        (0.994, "99 %"),
        (199 / 200, "over 99 %"),
        (0.9999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_only_nothing_is_zero_and_only_all_is_a_hundred_per_cent(
    share: float | None, said: str
) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (None, NOT_KNOWN),
        (float("nan"), NOT_KNOWN),
        (0, "0"),
        (0.04, "under 0.1"),
        (7.25, "7.2"),
        (1234, "1,234"),
        (9_999, "9,999"),
        (9_999.6, "10.0 k"),
        (12_345, "12.3 k"),
        (-12_345, "-12.3 k"),
        (999_949, "999.9 k"),
        (999_999, "1.0 M"),
        (1_000_000, "1.0 M"),
    ],
)
def test_a_count_is_said_in_the_unit_that_it_rounds_to(number: float | None, said: str) -> None:
    assert count(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, NOT_KNOWN),
        (float("nan"), NOT_KNOWN),
        (0, "0 min"),
        (1, "under 1 min"),
        (59.9, "under 1 min"),
        (60, "1 min"),
        (3_569, "59 min"),
        (3_570, "1 h"),
        (8_040, "2 h 14 min"),
        (172_769, "47 h 59 min"),
        (172_770, "2 d"),
        (172_800, "2 d"),
        (4_836_599, "55 d 23 h"),
        (4_836_600, "8 weeks"),
        (4_838_400, "8 weeks"),
        (-90, "−2 min"),
    ],
)
def test_a_duration_is_said_in_the_unit_that_it_rounds_to(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.0, "p under 0.001"), (0.0231, "p = 0.023"), (0.3, "p = 0.30"), (1.0, "p = 1.00")],
)
def test_no_p_value_is_printed_as_zero(p: float, said: str) -> None:
    assert p_words(p) == said


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
