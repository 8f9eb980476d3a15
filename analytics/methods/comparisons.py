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
            "correction for ties and continuity."
        ),
        source="Mann and Whitney, Annals of Mathematical Statistics 18, 1947",
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
    "exposure": Method(
        title="Exposure",
        answers="How much could have gone wrong: how many days, deploys or requests were there?",
        formula=(
            "Days are those of the period, from the first record of the store and up to now. Of "
            "what you load (start, end, unit, amount, and a team or a service where it is theirs) "
            "the amounts within the period are added up; one that lies partly in it counts by its "
            "part, as if it were spread evenly. A filter takes the amounts of its teams and "
            "services. Where nothing is loaded for all together, the teams are added up, else the "
            "services, if each one that the records name has its amount."
        ),
        source="Deploys and requests: your own; nothing is guessed",
        leaves_out=(
            "Periods of which a day has no amount, or two: they get no rate. An amount of 0 has to "
            "be loaded as 0. Severities and causes have no exposure of their own."
        ),
    ),
    "rate": Method(
        title="Rate",
        answers="How often does it happen, per day or per deploy?",
        formula=(
            "Events divided by exposure, with the exact Poisson interval. Without any event the "
            "rate is 0 and the upper end 3.69 divided by the exposure. Where counts cluster more "
            "than chance allows, the interval is as wide as their variance over mean makes it."
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
        leaves_out=(
            "Drills, tests, maintenance and second reports of the same event. How counts spread is "
            "taken from up to three years before the later period; with less than half a year of "
            "them there is no comparison."
        ),
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
            "Of the mean of log durations. Within: change of each group's mean times the mean of "
            "its two shares. Mix: change of each share times the mean of its two means. Together "
            "they are the whole change; as factors they multiply to it. The intervals take the "
            "variance of every mean and share (delta method, Student's t)."
        ),
        source=(
            "Kitagawa, Journal of the American Statistical Association 50, 1955; degrees of "
            "freedom: Satterthwaite, Biometrics 2, 1946"
        ),
        leaves_out=(
            "Incidents without a usable duration, and those still open. Groups with fewer than 3 "
            "in a period stand together. Incidents of several services are a group."
        ),
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
