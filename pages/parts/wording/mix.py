"""A change taken apart in words: what changed within the groups, what their mix changed."""

from analytics.answer import Answer
from analytics.response.mix import DurationMix
from analytics.review.claims import Claim
from analytics.statistics.quantiles import minimum_n_for_interval
from pages.parts.wording.numbers import duration, literal, percent, plural
from pages.parts.wording.response import STEP_WORDS
from pages.parts.wording.review import titled

#: Durations of one group below which its mean alone says nothing.
FEWEST_SHOWN = minimum_n_for_interval(0.5)
#: Group → groups.
PLURALS = {"severity": "severities", "service": "services"}


def mix_finding(found: DurationMix, by: str, claim: Claim | None) -> str:
    """What became of the duration within the groups, as the title of the figure.

    Args:
        claim: the question of the review about the duration; where it claims no change, none is
            said to have happened within the groups.
    """
    subject = f"{STEP_WORDS[found.step.name]} within {PLURALS[by]}"
    if found.within.estimate is None:
        return f"{subject} or from their mix: {literal(found.reason)}"
    if claim is None or not claim.verdict.is_claim:
        return titled(subject, claim)
    if not found.within_is_clear:
        return f"{subject}: cannot be told apart from their mix"
    return f"{subject}: {'longer' if found.within.estimate > 1 else 'shorter'}"


def mix_basis(found: DurationMix, by: str, after: str, before: str) -> str:
    """The whole change and its two parts, with intervals and n."""
    if not found.cells:
        return f"{after[0].upper()}{after[1:]} against {before}"
    left_out = found.total.n_missing + found.total.n_invalid
    n_after, n_before = (
        sum(cell.n_after for cell in found.cells),
        sum(cell.n_before for cell in found.cells),
    )
    text = (
        f"{after[0].upper()}{after[1:]} (n = {n_after:,}) against {before} (n = {n_before:,}) · "
        "geometric mean "
        f"{factor_words(found.total)} = {factor_words(found.within)} within {PLURALS[by]}, times "
        f"{factor_words(found.mix)} from their mix"
    )
    unusable = plural(left_out, "incident") if left_out else ""
    return f"{text} · {unusable} without a usable duration left out" if left_out else text


def misleading_words(found: DurationMix, by: str, claim: Claim | None) -> str:
    """That the average says the opposite of its groups; empty where it does not."""
    if not found.misleading:
        return ""
    rose = (found.total.estimate or 1.0) > 1.0
    average, groups = ("longer", "shorter") if rose else ("shorter", "longer")
    if not is_sure(found, claim):
        return (
            f"The average became {average} and incidents of the same {by} {groups}: opposite "
            "sides, but what happened within cannot be told from no change."
        )
    return (
        f"The average misleads: it became {average}, while incidents of the same {by} became "
        f"{groups}. The change in mix reversed the direction; see the shares below."
    )


def is_sure(found: DurationMix, claim: Claim | None) -> bool:
    """Whether what happened within the groups may be claimed."""
    return found.within_is_clear and claim is not None and claim.verdict.is_claim


def factor_words(part: Answer) -> str:
    """``1.17× (0.93× to 1.46×)``, or the reason."""
    if part.estimate is None:
        return part.reason
    text = times(part.estimate)
    if part.low is None or part.high is None:
        return text
    return f"{text} ({times(part.low)} to {times(part.high)})"


def cell_words(mean: float, n: int, share: float) -> str:
    """A group in one period: its geometric mean, where enough stand behind it, its n and share."""
    said = duration(mean) if n >= FEWEST_SHOWN else "too few"
    return f"{said} (n = {n:,}, {percent(share)})"


def times(ratio: float) -> str:
    """A factor to two digits after the point."""
    return f"{ratio:.2f}×"
