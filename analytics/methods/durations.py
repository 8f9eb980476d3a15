"""Written definitions of how durations of one period are summed up."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "median": Method(
        title="Median",
        answers="How long does a usual incident take?",
        formula=(
            "The middle of the sorted durations; of an even number, half-way between the two in "
            "the middle. The interval runs from the k-th smallest to the k-th largest value, k the "
            "largest for which the binomial gives at least 95 %; it needs 6 incidents."
        ),
        source="Conover, Practical Nonparametric Statistics, section 3.2",
        leaves_out=(
            "Incidents with a missing clock, with an end before the start, or with a time known to "
            "the day only. With an open incident the figure comes from Kaplan-Meier instead."
        ),
    ),
    "percentile": Method(
        title="Percentile",
        answers="How long do the bad ones take: what do 90, 95 or 99 % stay under?",
        formula=(
            "The value at that share of the sorted durations, interpolated between neighbours. "
            "Given from 29 incidents for p90, 59 for p95 and 299 for p99, when the largest value "
            "lies above it with 95 %; the interval of order statistics needs 36, 72 and 368."
        ),
        source="Conover, Practical Nonparametric Statistics, sections 3.2 and 3.3",
        leaves_out="The same as the median. With fewer incidents there is no figure at all.",
    ),
    "ecdf": Method(
        title="Distribution of durations",
        answers="What share of the incidents was over within any given time?",
        formula="For each duration, the share of all durations that are at most as long.",
        source="Every textbook of statistics; drawn on a logarithmic axis",
        leaves_out="Incidents without a usable duration, also those that are still open.",
    ),
    "kaplan_meier": Method(
        title="Median with open incidents (Kaplan-Meier)",
        answers="How long do incidents take, when some have not ended?",
        formula=(
            "At each duration at which one ended, the share still open is multiplied by the share "
            "of those watched that did not end. An open incident is watched until now and then "
            "leaves. Intervals on the log(-log) scale with Greenwood's variance; those of the "
            "median are where they cross one half."
        ),
        source=(
            "Kaplan and Meier, 1958; Kalbfleisch and Prentice, 1980; Brookmeyer and Crowley, 1982"
        ),
        leaves_out="Incidents with a missing clock, an impossible order, or times to the day only.",
    ),
    "geometric_mean": Method(
        title="Geometric mean",
        answers="How long does an incident take on the scale on which durations are symmetrical?",
        formula=(
            "The mean of the logarithms, taken back: exp(m). Interval exp(m - t s / root n) to "
            "exp(m + t s / root n). A duration of 0 is read as half a minute."
        ),
        source="Olsson, Journal of Statistics Education 13(1), 2005",
        leaves_out="Incidents without a usable duration, and those still open.",
    ),
    "arithmetic_mean": Method(
        title="Arithmetic mean (MTTR as older reports have it)",
        answers="What would the old report have said?",
        formula="The sum of the durations divided by their number.",
        source="Davidovic, Incident Metrics in SRE, 2021, on why not to steer by it",
        leaves_out=(
            "Incidents without a usable duration, and those still open. No interval: with skewed "
            "durations a resampled one covers far less often than it says. A single long incident "
            "moves this figure more than any improvement does."
        ),
    ),
}
