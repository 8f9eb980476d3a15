"""Written definitions of how two periods are compared, and of what may be claimed."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "ratio_of_durations": Method(
        title="Change of a duration",
        answers="By what factor did a duration change between two periods?",
        formula=(
            "Geometric mean after divided by geometric mean before, with Welch's interval and test "
            "on the logarithms. 0.8 reads: a fifth shorter. Needs 6 incidents in each period."
        ),
        source="Welch, Biometrika 34, 1947",
        leaves_out=(
            "Incidents without a usable duration. Where more than a tenth of a period is still "
            "open there is no figure, because the ended ones are then the short ones."
        ),
    ),
    "mann_whitney": Method(
        title="Second opinion on a duration (Mann-Whitney)",
        answers="Do incidents of one period tend to take longer, whatever the shape?",
        formula=(
            "The number of pairs in which the later incident took longer, ties counting half. "
            "Exact up to 8 incidents in the smaller period without ties, else normal with "
            "correction for ties and continuity. Cliff's delta is the share of pairs where the "
            "later one took longer, less the share where it was shorter."
        ),
        source="Mann and Whitney, 1947; Cliff, Psychological Bulletin 114, 1993",
        leaves_out="The same as the change of a duration.",
    ),
    "log_rank": Method(
        title="Second opinion with open incidents (log-rank)",
        answers="Do incidents of one period end more slowly, counting those still open?",
        formula=(
            "At each time at which one ended, the ends of the later period less those expected "
            "from its share of the incidents then open; summed, squared, divided by the variance."
        ),
        source="Mantel, Cancer Chemotherapy Reports 50, 1966",
        leaves_out="Incidents with a missing clock, an impossible order, or times to the day only.",
    ),
    "smallest_change": Method(
        title="Smallest detectable change",
        answers="What change could have been seen at all with so few incidents?",
        formula=(
            "exp of minus (t at 97.5 % + z at 80 %) times the standard deviation of the logs times "
            "the root of 1/n1 + 1/n2: a true change of that size is found 4 times in 5. The "
            "standard deviation is that of the data, 1.25 with fewer than 10 degrees of freedom."
        ),
        source="The usual power formula of the t test, on logs",
        leaves_out="Nothing beyond what the comparison leaves out.",
    ),
    "rate": Method(
        title="Rate",
        answers="How often does it happen, per day or per deploy?",
        formula=(
            "Events divided by exposure, with the exact Poisson interval. Without any event the "
            "rate is 0 and the upper end 3.69 divided by the exposure."
        ),
        source="Garwood, Biometrika 28, 1936",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "rate_ratio": Method(
        title="Change of a rate",
        answers="By what factor did it become more or less frequent?",
        formula=(
            "Rate after divided by rate before. Given the total, the later count is binomial; the "
            "test is two-sided with half the probability of what was seen (mid-p), the interval is "
            "what it does not reject. Counts that spread more than Poisson ones within the periods "
            "are first divided by their variance over mean."
        ),
        source="Przyborowski and Wilenski, 1940; mid-p: Lancaster, 1961",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "share": Method(
        title="Share",
        answers="What part of the incidents is it, and how sure is that?",
        formula="Count divided by its denominator, with Wilson's interval.",
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out="What the denominator beside the figure leaves out.",
    ),
    "share_difference": Method(
        title="Change of a share",
        answers="Did a share change between two periods, by how many points?",
        formula=(
            "Share after less share before; the interval combines the two Wilson intervals. The "
            "test is Fisher's exact one with half the probability of what was seen (mid-p)."
        ),
        source="Newcombe, Statistics in Medicine 17, 1998 (method 10); Lancaster, 1961",
        leaves_out="What the two denominators leave out.",
    ),
    "benjamini_hochberg": Method(
        title="Correction for many comparisons",
        answers="Which of all the differences on this page are more than luck?",
        formula=(
            "All p-values of the view are sorted; a difference may be claimed if its p-value, "
            "times the number of tests, divided by its place, is at most 5 %, for it or for a "
            "larger one. Of all that is claimed, at most 5 % is expected to be false. The leading "
            "questions of a page may weigh more than the others; the weights are fixed beforehand."
        ),
        source=(
            "Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995; weights: "
            "Genovese, Roeder and Wasserman, Biometrika 93, 2006"
        ),
        leaves_out="Differences without a test: they are never claimed.",
    ),
    "mix_shift": Method(
        title="Mix and change within groups",
        answers="Did the groups change, or only how many incidents of each there are?",
        formula=(
            "Within: change of each group's value times the mean of its two shares. Mix: change of "
            "each share times the mean of its two values. Together they are the whole change."
        ),
        source="Kitagawa, Journal of the American Statistical Association 50, 1955",
        leaves_out="Incidents without a value. A group found in one period only counts as mix.",
    ),
    "simulator": Method(
        title="Would this metric have noticed?",
        answers="How often does a metric misjudge an improvement that we know to be true?",
        formula=(
            "Two samples are drawn from your own incidents, by default of half their number each, "
            "and each duration of one is made shorter by the same share. Counted is how often each "
            "metric says worse or better, in up to 2,000 tries from a fixed seed."
        ),
        source="Davidovic, Incident Metrics in SRE, 2021",
        leaves_out="Incidents without a usable duration, and those still open.",
    ),
}
