"""Written definitions of how far possible repeats can be trusted."""

from analytics.matcher.confidence import (
    FEWEST_OF_EACH,
    FEWEST_RECORDS,
    FEWEST_VERDICTS,
    LEVELS_BY_CHANCE,
    LEVELS_BY_RARITY,
)
from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"


def _levels(levels: tuple[tuple[float, str], ...], word: str) -> str:
    return ", ".join(f"{name} {word} {100 * share:.0f} %" for share, name in levels)


DEFINITIONS: dict[str, Method] = {
    "flag_level": Method(
        title="Strong, likely and possible",
        answers="How sure may we be that two incidents have the same cause?",
        formula=(
            "By percentile: of all incidents before, the share p whose best match was as strong, "
            f"each compared with the trend of its moment; {_levels(LEVELS_BY_RARITY, 'up to')}. "
            "Without any repeat that share would be flagged in error. From "
            f"{FEWEST_VERDICTS} verdicts on, with at least {FEWEST_OF_EACH} of each kind, by "
            "chance: the probability of the same cause fitted to them (Platt scaling); "
            f"{_levels(LEVELS_BY_CHANCE, 'from')}, among the strongest "
            f"{100 * LEVELS_BY_RARITY[-1][0]:.0f} % of matches as before."
        ),
        source=(
            "Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Platt, "
            "Advances in Large Margin Classifiers, 1999"
        ),
        leaves_out=(
            f"Histories of fewer than {FEWEST_RECORDS} incidents, in which nothing is flagged. "
            "What was never flagged has no verdict, so the chance speaks of flags alone; and as "
            "the costliest are looked at first, it speaks of those more than of small incidents."
        ),
    ),
    "flag_precision": Method(
        title="Precision of possible repeats",
        answers="How many of the possible repeats that people judged were real ones?",
        formula=(
            "Those judged to be the same cause divided by all that were judged, with Wilson's "
            "interval. Related, different and same event all count as not confirmed."
        ),
        source=_WILSON,
        leaves_out="Possible repeats that nobody has judged yet; the costliest are judged first.",
    ),
    "reliability": Method(
        title="Reliability of the stated chance",
        answers="Of the possible repeats said to be 70 % likely, do people confirm 70 %?",
        formula=(
            "Judged ones in groups of similar stated chance: the mean chance of each group beside "
            "the share that people confirmed, with Wilson's interval. Each chance comes from a "
            "fit that has not seen the verdict on it."
        ),
        source=f"Platt, Advances in Large Margin Classifiers, 1999; {_WILSON}",
        leaves_out=(
            "Possible repeats that nobody has judged: verdicts exist for flags alone, in the order "
            "in which people looked at them. Too few verdicts give no figure."
        ),
    ),
}
