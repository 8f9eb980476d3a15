"""Questions are judged together, and each verdict follows from its numbers."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from analytics.answer import Answer
from analytics.review.claims import (
    ALSO,
    FALSE_CLAIMS,
    FIRST,
    NOTHING,
    OF_RATES,
    RISES,
    Change,
    Claim,
    Doubt,
    Explains,
    Longer,
    Look,
    Verdict,
    Weights,
    ask,
    judge,
    untested,
)
from analytics.review.periods import Side, Sides

DAY = dt.date(2026, 1, 1)
SIDE = Side(DAY, DAY, 90.0, slice(0, 0), "", "")
SIDES = Sides(now=SIDE, reference=SIDE, previous=SIDE, year_ago=SIDE)


@dataclass(frozen=True)
class Fixed:
    """A measure that always finds the same change."""

    change: float | None
    p_value: float | None
    unit: str = "ratio"
    slow: tuple[Longer, ...] = ()

    def figure(self, side: Side) -> Answer:
        return Answer(1.0, n=10)

    def compare(self, now: Side, then: Side) -> Change:
        if self.p_value is None:
            return untested("needs 6 incidents, has 4")
        reason = "" if self.change is not None else "none before, so no ratio"
        return Change(Answer(self.change, unit=self.unit, reason=reason), self.p_value)

    @property
    def weights(self) -> Weights:
        return OF_RATES

    def longer(self, now: Side) -> tuple[Longer, ...]:
        return self.slow

    def smallest(self, now: Side, then: Side, *, level: float) -> tuple[Answer, Answer]:
        return Answer(level), Answer(level)


def _one(change: float | None, p_value: float | None, unit: str = "ratio") -> Claim:
    return judge([ask("rate", Fixed(change, p_value, unit), SIDES)])[0]


@pytest.mark.parametrize(
    ("change", "unit", "verdict"),
    [
        (1.4, "ratio", Verdict.ROSE),
        (0.6, "ratio", Verdict.FELL),
        (None, "ratio", Verdict.ROSE),  # none before
        (0.1, "share", Verdict.ROSE),
        (-0.1, "share", Verdict.FELL),
        (0.2, "points moved", Verdict.CHANGED),
    ],
)
def test_a_claim_says_the_direction_in_the_unit_of_its_change(
    change: float | None, unit: str, verdict: Verdict
) -> None:
    assert _one(change, 0.001, unit).verdict is verdict


def test_no_signal_is_an_answer_without_a_reason() -> None:
    found = _one(1.4, 0.2)
    assert (found.verdict, found.reason) == (Verdict.NO_SIGNAL, "")
    assert found.adjusted == pytest.approx(0.2 / 2 / RISES)


def test_a_rise_needs_less_than_a_fall_and_a_share_the_same_both_ways() -> None:
    rose, fell = _one(2.0, 0.1), _one(0.5, 0.1)
    assert rose.p_value == pytest.approx(0.1 / 2 / 0.75)
    assert fell.p_value == pytest.approx(0.1 / 2 / 0.25)
    assert (rose.verdict, fell.verdict) == (Verdict.ROSE, Verdict.NO_SIGNAL)
    assert _one(0.1, 0.08, "share").p_value == pytest.approx(0.08)
    assert _one(-0.1, 0.08, "share").p_value == pytest.approx(0.08)


def test_a_look_that_sees_nothing_at_all_takes_no_more_away_than_one_at_nine_in_ten() -> None:
    def among(p_value: float) -> float | None:
        slow = (Longer(Look.LINE, Answer(0.9999, unit="ratio"), p_value),)
        return judge([ask("rate", Fixed(2.0, 0.03, slow=slow), SIDES)])[0].p_value

    assert among(1.0) == pytest.approx(among(NOTHING * 2 * (1 - RISES)))


def test_what_cannot_be_told_says_why_and_counts_as_no_test() -> None:
    untold, told = judge(
        [ask("rate", Fixed(None, None), SIDES), ask("time", Fixed(0.5, 0.04), SIDES)]
    )
    assert (untold.verdict, untold.reason) == (Verdict.CANNOT_TELL, "needs 6 incidents, has 4")
    assert untold.adjusted is None
    assert told.verdict is Verdict.FELL


def test_questions_are_judged_together() -> None:
    many = judge([ask(f"rate:{rank}", Fixed(2.0, 0.12), SIDES) for rank in range(3)])
    assert [each.verdict for each in many] == [Verdict.ROSE] * 3
    alone = judge(
        [ask("rate", Fixed(2.0, 0.12), SIDES), ask("time", Fixed(2.0, 0.6), SIDES)],
    )
    assert alone[0].verdict is Verdict.NO_SIGNAL


def test_a_question_that_the_review_is_opened_for_counts_three_times() -> None:
    first, also = judge(
        [
            ask("rate", Fixed(2.0, 0.07), SIDES, weight=FIRST),
            ask("outside", Fixed(0.1, 0.6, "share"), SIDES, weight=ALSO),
        ]
    )
    assert first.adjusted == pytest.approx(0.07 / 1.5 * 2 * 2 / 3)
    assert first.verdict is Verdict.ROSE
    assert also.verdict is Verdict.NO_SIGNAL


def test_a_side_without_records_has_no_figure() -> None:
    empty = replace(SIDE, no_figure="records begin on 2026-01-01")
    found = ask("rate", Fixed(2.0, 0.01), replace(SIDES, year_ago=empty)).claim
    assert found.year_ago.reason == "records begin on 2026-01-01"
    assert found.reference.figure.known


def test_across_a_break_there_are_figures_but_no_comparison() -> None:
    broken = replace(SIDE, no_comparison="new scheme (2025-07-01)")
    found = judge([ask("rate", Fixed(2.0, 0.01), replace(SIDES, reference=broken))])[0]
    assert found.reference.figure.known
    assert (found.verdict, found.reason) == (Verdict.CANNOT_TELL, "new scheme (2025-07-01)")


def test_a_change_is_told_by_the_look_that_says_most() -> None:
    fell = Longer(Look.LINE, Answer(0.4, unit="ratio"), 0.0001)
    (found,) = judge([ask("rate", Fixed(1.3, 0.6, slow=(fell,)), SIDES)])
    assert (found.look, found.verdict) == (Look.LINE, Verdict.FELL)
    assert found.change is fell.change


def test_looks_that_see_nothing_weaken_one_that_does() -> None:
    quiet = tuple(Longer(look, Answer(1.0, unit="ratio"), 0.5) for look in (Look.YEAR, Look.LINE))
    (alone,) = judge([ask("rate", Fixed(2.0, 0.03), SIDES)])
    (among,) = judge([ask("rate", Fixed(2.0, 0.03, slow=quiet), SIDES)])
    assert alone.p_value == pytest.approx(0.02)
    # An even look says as little as a fall: NOTHING, which takes a little of its own away.
    left = 0.02 * sum(OF_RATES[:3]) / OF_RATES.period
    assert left < among.p_value < 1.2 * left


def test_what_something_else_explains_is_asked_and_is_no_evidence_for_others() -> None:
    doubt = Doubt(Explains.LABELS, "P1")
    asked = [
        ask("rate:1", Fixed(2.0, 0.001), SIDES, explain=lambda claim: doubt),
        ask("rate:2", Fixed(2.0, 0.14), SIDES),
    ]
    first, second = judge(asked)
    assert (first.verdict, first.doubt) == (Verdict.ASKED, doubt)
    assert not first.verdict.is_claim
    # Beside a claim, 0.14 of a rise would have passed as it is; alone it counts double.
    assert second.verdict is Verdict.NO_SIGNAL


def test_what_would_show_is_judged_at_the_level_that_a_question_has_alone() -> None:
    first, also = judge(
        [
            ask("rate", Fixed(2.0, 0.6), SIDES, weight=FIRST),
            ask("outside", Fixed(0.1, 0.6), SIDES, weight=ALSO),
        ]
    )
    assert first.smallest_rise.estimate == pytest.approx(FALSE_CLAIMS * 3 / 4 * 2 * RISES)
    assert first.smallest_fall.estimate == pytest.approx(FALSE_CLAIMS * 3 / 4 * 2 * (1 - RISES))
    assert also.smallest_rise.estimate == pytest.approx(FALSE_CLAIMS * 1 / 4 * 2 * RISES)
