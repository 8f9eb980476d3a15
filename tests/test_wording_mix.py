"""A change taken apart, in words: which way, how sure, and when the average misleads."""

from dataclasses import replace

import pytest

from analytics.answer import Answer
from analytics.clocks import TTM
from analytics.response.mix import Cell, DurationMix
from analytics.review.claims import Verdict
from pages.views.groups import cell_words, misleading_words, mix_basis, mix_finding
from tests.support.claims import judged

CHANGED = judged(Verdict.ROSE, key="time:TTM")
CELL = Cell("SEV1", 9, 12, 0.5, 0.5, 600.0, 700.0, 1.1, 1.0)


def factor(estimate: float, low: float, high: float) -> Answer:
    return Answer(estimate, low, high, n=42, n_missing=3, unit="ratio", method="mix_shift")


def apart(within: Answer, *, total: float = 0.9, misleading: bool = False) -> DurationMix:
    whole, mix = factor(total, 0.8, 1.1), factor(0.8, 0.7, 0.9)
    return DurationMix(TTM, whole, within, mix, misleading, (CELL, CELL), (), "")


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (factor(1.2, 0.9, 1.5), "cannot be told apart from their mix"),
        (factor(1.2, 1.1, 1.5), "longer"),
        (factor(0.8, 0.7, 0.9), "shorter"),
    ],
)
def test_the_title_is_what_happened_within_the_groups(within: Answer, said: str) -> None:
    title = mix_finding(apart(within), "severity", CHANGED)
    assert title == f"Time to mitigate within severities: {said}"


def test_a_change_within_the_groups_that_the_review_does_not_claim_is_none() -> None:
    clear = apart(factor(1.2, 1.1, 1.5))
    title = "Time to mitigate within services"
    assert mix_finding(clear, "service", judged(Verdict.NO_SIGNAL)) == f"{title}: about as usual"
    assert mix_finding(clear, "service", None) == title


def test_without_a_figure_the_title_is_the_reason_as_it_was_written() -> None:
    none = Answer(None, unit="ratio", method="mix_shift", reason="new *scheme* (2026-01-15)")
    found = DurationMix(TTM, none, none, none, False, (), (), none.reason)
    assert mix_finding(found, "service", CHANGED).endswith(r"new \*scheme\* \(2026\-01\-15\)")
    assert mix_basis(found, "service", "this period", "the period before") == (
        "This period against the period before"
    )


def test_the_basis_holds_the_whole_both_parts_and_every_n() -> None:
    said = mix_basis(apart(factor(1.2, 0.9, 1.5)), "severity", "2026 Q2", "the year before")
    assert said == (
        "2026 Q2 (n = 24) against the year before (n = 18) · geometric mean "
        "0.90× (0.80× to 1.10×) = 1.20× (0.90× to 1.50×) within severities, times "
        "0.80× (0.70× to 0.90×) from their mix · 3 incidents without a usable duration left out"
    )


def test_a_misleading_average_is_named_with_its_doubt() -> None:
    sure = apart(factor(1.2, 1.1, 1.5), misleading=True)
    assert misleading_words(sure, "severity", CHANGED).startswith(
        "The average misleads: it became shorter, while incidents of the same severity became "
        "longer. "
    )
    unsure = replace(sure, within=factor(1.2, 0.9, 1.5))
    assert misleading_words(unsure, "severity", CHANGED) == (
        "The average became shorter and incidents of the same severity longer: opposite sides, but "
        "what happened within cannot be told from no change."
    )
    assert misleading_words(sure, "severity", None) == misleading_words(unsure, "severity", None)
    turned = apart(factor(0.8, 0.7, 0.9), total=1.2, misleading=True)
    assert "became longer, while incidents of the same service became shorter" in misleading_words(
        turned, "service", CHANGED
    )
    assert misleading_words(apart(factor(0.8, 0.7, 0.9)), "service", CHANGED) == ""


def test_a_mean_of_fewer_than_six_is_not_shown() -> None:
    assert cell_words(600.0, 6, 0.25) == "10 min (n = 6, 25 %)"
    assert cell_words(600.0, 5, 0.25) == "too few (n = 5, 25 %)"
