"""Questions of a review as tests want them: judged, over a stretch of time."""

from analytics.answer import Answer
from analytics.review.claims import Beside, Change, Claim, Doubt, Longer, Look, Verdict

UNKNOWN = Answer(None, reason="records begin on 2026-01-01")


def judged(
    verdict: Verdict,
    *,
    key: str = "rate",
    label: str = "",
    look: Look = Look.PERIOD,
    doubt: Doubt | None = None,
    reason: str = "",
) -> Claim:
    """A question with this verdict, told by this look."""
    ratio = Answer(1.5, 1.1, 2.0, n=60, unit="ratio")
    return Claim(
        key=key,
        label=label,
        weight=3.0,
        now=UNKNOWN,
        reference=Beside(UNKNOWN, Change(ratio, 0.01)),
        previous=UNKNOWN,
        year_ago=UNKNOWN,
        longer=(Longer(look, ratio, 0.001),) if look is not Look.PERIOD else (),
        p_value=0.01,
        adjusted=0.02,
        look=look,
        smallest_rise=UNKNOWN,
        smallest_fall=UNKNOWN,
        verdict=verdict,
        reason=reason,
        doubt=doubt,
    )
