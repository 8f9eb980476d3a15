"""Written definitions of how far possible repeats can be trusted."""

from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"

DEFINITIONS: dict[str, Method] = {
    "flag_precision": Method(
        title="Precision of possible repeats",
        answers="How many of the possible repeats that people judged were real ones?",
        formula="Confirmed ones divided by those judged either way, with Wilson's interval.",
        source=_WILSON,
        leaves_out="Possible repeats that nobody has judged yet.",
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
        leaves_out="Possible repeats that nobody has judged; too few verdicts give no figure.",
    ),
}
