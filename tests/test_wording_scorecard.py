"""The tiles of the front page: values, words, and what stands behind them."""

import math

import numpy as np
import pytest

from analytics.answer import Answer
from analytics.review.claims import Doubt, Explains, Look, Verdict
from analytics.scorecard import Scorecard, Tile, Word
from analytics.statistics.rates import Usual
from analytics.units import HOUR, MINUTE
from pages.views.scorecard import metric, not_compared, not_recorded, within
from tests.support.claims import UNKNOWN, judged


def tile(key: str, now: Answer, **more: object) -> Tile:
    whole: dict[str, object] = {
        "label": "",
        "reference": UNKNOWN,
        "previous": UNKNOWN,
        "year_ago": UNKNOWN,
        "year": UNKNOWN,
        "year_before": UNKNOWN,
        "usual": Usual(None, None, 0, "needs 4 earlier periods as long, has 0"),
        "months": np.array(["2026-01-01", "2026-02-01", "2026-03-01"], "datetime64[D]"),
        "values": np.array([1.0, 2.0, 3.0]),
        "word": Word.AS_USUAL,
        "reason": "",
        "claim": None,
    }
    return Tile(key=key, now=now, **(whole | more))  # type: ignore[arg-type]


def number(estimate: float, n: int = 20, **more: int) -> Answer:
    return Answer(estimate, n=n, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        ("incidents", number(72.0), "72"),
        ("TTM", number(113 * MINUTE), "1 h 53 min"),
        ("hours", number(109.2 * HOUR), "4 d 13 h"),
        ("hours", number(4.25 * HOUR, n_missing=2), "≥ 4 h 15 min"),
        ("repeats", number(16 / 67, n=67), "24 %"),
        ("publish", number(5 * 24 * HOUR), "5 d"),
        ("TTD", Answer(None, reason="none recorded"), "–"),
    ],
)
def test_a_value_is_said_in_its_own_unit(key: str, answer: Answer, expected: str) -> None:
    assert metric(tile(key, answer)).value == expected


def test_more_of_a_quarter_says_how_many_as_long_a_time_had_before() -> None:
    text = metric(
        tile(
            "incidents",
            number(72.0),
            word=Word.MORE,
            claim=judged(Verdict.ROSE),
            reference=number(40.2, n=160),
        )
    )
    assert (text.beside, text.arrow, text.colour) == ("more: was 40", "up", "off")


def test_a_change_of_the_year_is_told_of_the_years() -> None:
    text = metric(
        tile(
            "incidents",
            number(72.0),
            word=Word.MORE,
            claim=judged(Verdict.ROSE, look=Look.YEAR),
            year=number(278.0),
            year_before=number(160.0),
        )
    )
    assert text.beside == "more: year was 160"


def test_a_drift_is_told_as_one_and_has_the_colour_of_its_word() -> None:
    text = metric(
        tile("TTR", number(HOUR), word=Word.WORSE, claim=judged(Verdict.ROSE, look=Look.LINE))
    )
    assert (text.beside, text.colour) == ("worse over 3 years", "red")


def test_what_is_asked_is_no_claim_and_the_question_stands_behind_it() -> None:
    doubt = Doubt(Explains.LABELS, "SEV2")
    asked = judged(Verdict.ASKED, doubt=doubt)
    text = metric(tile("severe", number(9.0), word=Word.ASKED, label="SEV1", claim=asked))
    assert (text.label, text.beside, text.arrow) == ("SEV1", "relabelled?", "off")
    assert "are severities called otherwise?" in text.help


def test_the_usual_range_stands_behind_a_value_in_its_unit() -> None:
    text = metric(tile("TTR", number(HOUR), usual=Usual(30 * MINUTE, 90 * MINUTE, 8)))
    assert "by the last 8): 30 min to 1 h 30 min" in text.help
    assert "outside it" not in text.help
    outside = metric(tile("TTR", number(2 * HOUR), usual=Usual(30 * MINUTE, 90 * MINUTE, 8)))
    assert "1 h 30 min; a little outside it, as one in ten is" in outside.help


def test_what_a_value_rests_on_and_what_is_missing_stand_behind_it() -> None:
    answer = number(HOUR, n=1, n_missing=3, n_invalid=1)
    mean = number(3 * HOUR)
    text = metric(tile("TTR", answer, mean=mean, within=number(0.5, n=4, n_missing=2)))
    assert "(median) of 1 incident, 3 not known, 1 impossible, left out." in text.help
    assert "Arithmetic mean, as most tools report it: 3 h" in text.help
    assert "Within target: 50 % of 4, 2 not known" in text.help
    assert "Period before: records begin on 2026\\-01\\-01" in text.help


def test_a_share_within_target_of_none_says_why() -> None:
    assert within(Answer(None, reason="no target is set")) == "no target is set"
    assert within(number(1.0, n=3)) == "100 % of 3"


def test_two_months_are_no_line_and_gaps_are_left_out() -> None:
    values = np.array([1.0, math.nan, 3.0])
    assert metric(tile("TTR", number(HOUR), values=values)).course == ()
    assert metric(tile("TTR", number(HOUR))).course == (1.0, 2.0, 3.0)
    assert not metric(tile("TTR", number(HOUR))).bars
    assert metric(tile("incidents", number(3.0))).bars


def test_what_is_not_compared_says_once_what_it_needs() -> None:
    few = {"word": Word.TOO_FEW, "reason": "needs 6 incidents in each period, has 4"}
    card = Scorecard(
        (
            tile("TTD", number(1.0), **few),
            tile("TTR", number(1.0), **few),
            tile("publish", UNKNOWN, word=Word.NOT_RECORDED, reason="none recorded"),
        )
    )
    expected = (
        "Not compared yet: Time to detect, Time to resolve (needs 6 incidents in each period, "
        "has 4)."
    )
    assert not_compared(card) == expected
    assert not_recorded(card) == "Not recorded: Time to publish."
    whole = Scorecard((tile("TTD", number(1.0)),))
    assert (not_compared(whole), not_recorded(whole)) == ("", "")


def test_what_the_usual_range_alone_finds_is_no_claim() -> None:
    text = metric(tile("coverage", number(0.5), word=Word.UNUSUAL))
    assert (text.beside, text.arrow, text.colour) == ("out of usual range", "off", "off")
