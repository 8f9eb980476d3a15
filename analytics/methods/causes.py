"""Written definitions of what is said of causes, triggers and contributing factors."""

from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"

DEFINITIONS: dict[str, Method] = {
    "cause_share": Method(
        title="Share of a cause",
        answers="How often is this the root cause?",
        formula=(
            "Incidents with this category of root cause, divided by all incidents in view (of "
            "incidents) and by those whose cause is known (of labels), each with Wilson's "
            "interval. Incidents of unknown cause are a category of their own."
        ),
        source=_WILSON,
        leaves_out=(
            "Drills, tests, maintenance and second reports of the same event. Of labels leaves out "
            "the incidents of unknown cause."
        ),
    ),
    "trigger_share": Method(
        title="Share of a trigger",
        answers="How often did this set an incident off?",
        formula="As the share of a cause, over the categories of the trigger.",
        source=_WILSON,
        leaves_out="As the share of a cause; a trigger told in free words only is unknown.",
    ),
    "factor_share": Method(
        title="Share of a contributing factor",
        answers="How often did this contribute?",
        formula=(
            "Incidents that name the factor, divided by all incidents in view (of incidents) and "
            "by all factors named (of labels), each with Wilson's interval. An incident can name "
            "several, so the shares of incidents add up to more than one."
        ),
        source=_WILSON,
        leaves_out="A factor named twice for one incident counts once.",
    ),
    "cause_tables": Method(
        title="Causes against services, detection and periods",
        answers="Where, when and in whose sight does each cause strike?",
        formula=(
            "Counts of incidents. An incident of two services stands in both columns, so the cells "
            "of a row can add up to more than its incidents."
        ),
        source="Plain counts",
        leaves_out="Columns beyond those shown are counted below; undated incidents in periods.",
    ),
    "factor_pairs": Method(
        title="Factors that come together",
        answers="Which contributing factors are named for the same incident?",
        formula=(
            "Incidents that name both, beside the number expected if the two had nothing to do "
            "with each other: the product of their counts divided by the incidents that name any."
        ),
        source="Plain counts",
        leaves_out="Incidents that name no factor.",
    ),
    "cause_drift": Method(
        title="Drift of the causes",
        answers="Has the mix of causes changed between two periods?",
        formula=(
            "For each cause its share of the incidents of known cause in both periods, and for "
            "unknown ones their share of all, with Newcombe's interval of the difference and "
            "Fisher's exact test (mid-p), two-sided. Claimed are changes whose p-value is at most "
            "0.05 after Benjamini and Hochberg over all rows. One test over the whole table: its "
            "chi-square among 9,999 tables shuffled with the same margins and a fixed seed."
        ),
        source=(
            "Newcombe, Statistics in Medicine 17, 1998; Benjamini and Hochberg, Journal of the "
            "Royal Statistical Society B 57, 1995"
        ),
        leaves_out="Incidents of unknown cause, in all rows but their own.",
    ),
    "published_tables": Method(
        title="What others published",
        answers="How does our mix look beside that of others?",
        formula=(
            "Shares as published, beside our share of known labels where a category means the "
            "same. The lists, the years and the kinds of company differ: they are no target."
        ),
        source="Named beside each table",
        leaves_out="Published categories without a counterpart in ours are shown without a figure.",
    ),
}
