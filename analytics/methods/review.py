"""Written definitions of what the trend review claims, and on what ground."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "review_claim": Method(
        title="What the review may claim",
        answers="Did something change in this period, or is it what luck does?",
        formula=(
            "A fixed family of questions: how often incidents happen, in all and by severity, how "
            "long they take, whether the mix of causes moved, how many repeat, how many others "
            "found first, and how many actions are done within 30 days. Each compares the period "
            "with the 12 months before it, or as much of them as is on record. The p-values of "
            "all of them are adjusted together "
            "(Benjamini-Hochberg; how often and how long count double), and a change is claimed "
            "where the adjusted one is at most 5 %. The period before and the same one a year ago "
            "stand beside it and are not tested."
        ),
        source="Benjamini and Hochberg, 1995; weights: Genovese, Roeder and Wasserman, 2006",
        leaves_out=(
            "Nothing is tested across a break that a reader has marked, nor with fewer than 180 "
            "days of records before the period. A signal of a control chart is no claim: it is "
            "coloured only where the question about the same thing claims the same."
        ),
    ),
    "review_rate": Method(
        title="Rate, allowing for clusters",
        answers="How often do incidents happen, when they come in bad months?",
        formula=(
            "Incidents divided by days. Variance over mean is taken from stretches of 30 days in "
            "up to three years before the period, each year around a level of its own. Where its "
            "chi-square test is below 10 %, counts are divided by it (widened by what Student's t "
            "is wider than the normal) before the exact interval and test."
        ),
        source="McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6; Garwood, 1936",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "smallest_change_of_rate": Method(
        title="Smallest detectable change of a rate",
        answers="What rise or fall could have been seen with so few incidents?",
        formula=(
            "On the square-root scale, where counts have the same variance whatever their mean: "
            "(1.96 + 0.84) / 2 times the root of 1/days now + 1/days then, away from the earlier "
            "rate; counts are first divided by their variance over mean. This comparison alone "
            "would find it 4 times in 5; among many questions it takes a little more."
        ),
        source="Anscombe, Biometrika 35, 1948, on the square root of counts",
        leaves_out="Nothing beyond what the comparison leaves out.",
    ),
    "smallest_change_of_share": Method(
        title="Smallest detectable change of a share",
        answers="By how many points would a share have had to move to be seen?",
        formula=(
            "On the arcsine scale, where shares have the same variance: (1.96 + 0.84) / 2 times "
            "the root of 1/n now + 1/n then, away from the earlier share. This comparison alone "
            "would find it 4 times in 5; among many questions it takes a little more."
        ),
        source="Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6",
        leaves_out="Nothing beyond what the two denominators leave out.",
    ),
    "cause_mix": Method(
        title="Change of the mix of causes",
        answers="Did the causes shift, taken all together?",
        formula=(
            "Half the sum of the changes of all shares: the points that went from some causes to "
            "others. The test compares the chi-square of the table with 9,999 tables drawn with "
            "the same totals. The smallest change given beside it is that of the commonest cause."
        ),
        source="Patefield, Applied Statistics 30, 1981, on tables with given totals",
        leaves_out="Incidents of unknown cause. A mix has no direction; it only changes.",
    ),
    "known_cause_share": Method(
        title="Share of incidents with a known cause",
        answers="How much do the shares of causes rest on?",
        formula="Incidents with a category of root cause divided by all, with Wilson's interval.",
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "done_within_of_period": Method(
        title="Share of actions done within 30 days",
        answers="Do promised actions get done, for actions that had the time?",
        formula=(
            "Of the actions whose 30th day after the promise fell in the period, the share done "
            "by then, with Wilson's interval. Each had its full time, so no young action drags a "
            "recent period down. An action given up was not done."
        ),
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out=(
            "Actions without a day of creation or a known state, and those that ended on an "
            "unknown day; where these are more than a tenth of the ended ones there is no figure."
        ),
    ),
}
