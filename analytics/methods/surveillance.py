"""Written definitions of the charts that watch a series over time."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "xmr": Method(
        title="Control chart of single values (XmR)",
        answers="Is this series stable, or did something change?",
        formula=(
            "Centre: the mean of the first 24 points (at least 20). Limits: centre plus and minus "
            "2.66 times the mean distance between neighbours. Durations are charted as log10. A "
            "rule fires on a point outside, on 3 of 4 nearer a limit than the centre, on 8 in a "
            "row on one side. Limits start afresh only at a break that a reader has marked."
        ),
        source="Wheeler, Understanding Variation; Montgomery, Statistical Quality Control, 6.4",
        leaves_out="Months without a recorded duration have no point.",
    ),
    "u_chart": Method(
        title="Control chart of counts (u)",
        answers="Do incidents come more or less often than they used to?",
        formula=(
            "Events per unit of exposure around the mean of the baseline, with limits of 3 roots "
            "of mean / exposure. Where the baseline spreads more than Poisson counts (dispersion "
            "test at 1 %, or neighbours differing by more than 1.2 times), Laney's factor widens "
            "the limits."
        ),
        source="Montgomery, Statistical Quality Control, 7.3; Laney, Quality Engineering 14, 2002",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "t_chart": Method(
        title="Control chart of rare events (t)",
        answers="Are rare incidents becoming rarer?",
        formula=(
            "The time between one and the next, raised to 1/3.6, on an XmR chart; limits taken "
            "back. A point above the upper limit is an improvement."
        ),
        source="Nelson, Journal of Quality Technology 26, 1994; Montgomery, 7.3.5",
        leaves_out="The time since the last one is no point; it is only held against the limit.",
    ),
    "false_alarms": Method(
        title="False-alarm rate of a chart",
        answers="How often would a chart like this raise a signal although nothing changed?",
        formula="The share of simulated stable series of the same length in which a rule fires.",
        source="Simulated here with a fixed seed",
        leaves_out="Dependence between neighbouring points, which raises it.",
    ),
    "trend": Method(
        title="Trend (Theil-Sen and Mann-Kendall)",
        answers="Is there a steady drift over many months?",
        formula=(
            "The median of the slopes of all pairs of points, with Sen's interval; the test counts "
            "the pairs that rise and those that fall, with correction for ties and continuity. "
            "Needs 12 points; above 300 neighbours are first reduced to medians."
        ),
        source="Sen, 1968; Mann, 1945; Kendall, 1975",
        leaves_out="Months before the last break that a reader has marked.",
    ),
    "changepoint": Method(
        title="Change point",
        answers="Did something change at one moment, and when?",
        formula=(
            "The split into two parts that leaves the least squares, with at least 3 points on "
            "each side. The p-value is that of the largest of all splits. Pettitt's rank test, "
            "which no single month can move, is the second opinion."
        ),
        source="Miller and Siegmund, Biometrics 38, 1982; Pettitt, Applied Statistics 28, 1979",
        leaves_out=(
            "Months before the last break that a reader has marked. Fewer than 12 points are not "
            "tested. Only the one best split is given."
        ),
    ),
}
