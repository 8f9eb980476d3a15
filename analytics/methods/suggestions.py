"""Written definitions of how far possible repeats can be trusted."""

from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"

DEFINITIONS: dict[str, Method] = {
    "flag_level": Method(
        title="Strong, likely and possible",
        answers="How sure may we be that two incidents have the same cause?",
        formula=(
            "By percentile: of all incidents before, the share p whose best match was as strong, "
            "each compared with the trend of its moment; strong up to 4 %, likely up to 10 %, "
            "possible up to 20 %. Without any repeat that share would be flagged in error. From "
            "100 verdicts on, with at least 10 of each kind, by chance: the probability of the "
            "same cause fitted to them (Platt scaling); strong from 80 %, likely from 50 %, "
            "possible from 25 %, among the strongest 20 % of matches as before."
        ),
        source=(
            "Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Platt, "
            "Advances in Large Margin Classifiers, 1999"
        ),
        leaves_out=(
            "Histories of fewer than 40 incidents, in which nothing is flagged. What was never "
            "flagged has no verdict, so the chance speaks of flags alone; and as the costliest are "
            "looked at first, it speaks of those more than of small incidents."
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
