"""How repeats are counted, and what is said of the fixes that should have stopped them."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "repeats_while_open": Method(
        title="Repeats that began while the fix was open",
        answers="How many of the confirmed repeats began before the fix is known to be done?",
        formula=(
            "Repeats of class R2 over all confirmed repeats whose later incident is in view, with "
            "Wilson's interval. R2: when it began, a preventive action of an earlier incident of "
            "the same cause was neither done nor given up. R3: all of them were done, and the fix "
            "did not hold. R0: none is recorded. R1: what had been promised was given up, at "
            "least in part. RU: the state at that moment cannot be known. An action that is open "
            "today without a date of its own is as its source said when it was written; where R2 "
            "rests on such actions alone, it says only that the fix is not known to be done. "
            "The action is of any earlier incident of the cause, not of the latest alone: "
            "all those that people linked to the same cause, in all history, and that were over "
            "more than 24 hours before. Where an incident has no time of resolution, its last "
            "known time stands for it; an action without a creation date counts as promised when "
            "its incident was over."
        ),
        source="Our own definition; Wilson, 1927, for the interval",
        leaves_out=(
            "Suggested repeats that nobody has confirmed; links that a verdict took back; two "
            "reports of one event; incidents that began within 24 hours after the earlier one was "
            "over (cascades); drills, tests and maintenance. An action that was done without a "
            "date, on the day of the repeat, or is of unknown kind or status makes the class RU "
            "unless another one is known to have been open."
        ),
    ),
    "repeat_hours": Method(
        title="Hours of impact of repeats",
        answers="How much impact did the repeats that began while the fix was open cause together?",
        formula=(
            "The sum of impact start to mitigation, else to resolution. What is known of it is the "
            "most that finishing the fix could have avoided of it; nobody knows whether it would "
            "have worked."
        ),
        source="Our own definition",
        leaves_out="Repeats whose impact is open, missing, impossible or known to the day only.",
    ),
    "one_event": Method(
        title="One event or several",
        answers="Which records may tell of an event that another record tells of?",
        formula=(
            "A record that says to be a second report counts only through its original, unless "
            "that was never loaded or lies outside the filters: then the first report in view "
            "stands for it. One that begins more than 24 hours after its original was resolved is "
            "doubted. A burst is two incidents or more with the same services and the same title, "
            "numbers and marks aside, each begun within 60 minutes after the one before. Both are "
            "counted and offered; by the verdict “same event” the record that began first counts."
        ),
        source="Our own definition",
        leaves_out=(
            "From bursts: incidents without a title, or whose beginning is known to the day only; "
            "pairs that were judged already. Nothing is merged without a verdict."
        ),
    ),
    "repeat_share": Method(
        title="Repeats among incidents",
        answers="How much of the work is repetition?",
        formula="Confirmed repeats over incidents in view, with Wilson's interval.",
        source="Wilson, 1927",
        leaves_out=(
            "Nothing from the denominator: incidents whose cause nobody looked for stay in it, so "
            "the share is a lower bound."
        ),
    ),
    "repeat_share_of_examined": Method(
        title="Repeats among incidents whose cause was looked for",
        answers="When people looked for the cause, how often had it been seen before?",
        formula=(
            "Confirmed repeats over incidents with a recorded cause or a confirmed link, with "
            "Wilson's interval."
        ),
        source="Wilson, 1927",
        leaves_out="Incidents without a cause and without a link; their number is shown beside it.",
    ),
    "families": Method(
        title="Known causes and their possible incidents",
        answers="Which incidents have one cause, for certain or perhaps?",
        formula=(
            "Confirmed are incidents that people linked to one cause, in records or by verdict. "
            "Records that look alike are linked by the score of the search for repeats, and joined "
            "while the mean of all links between two groups, absent ones counting as none, is at "
            "least 0.2. Once 50 pairs of one cause and 50 of two are confirmed, a logistic "
            "regression learns from them what each part of the score is worth here, and groups "
            "join from 0.7. A new record joins by the mean of its three best links. Confirmed "
            "groups stay whole and never join each other; pairs told apart stay apart; what people "
            "named or moved stays where it is. A name is proposed from what at least half of the "
            "incidents say four times as often as others do."
        ),
        source="Sokal and Michener, 1958, for average link; the name is our own definition",
        leaves_out=(
            "Possible incidents are in no count, rate or interval until somebody confirms them. "
            "Records that say nothing of their cause are never grouped by their words."
        ),
    ),
    "mean_cumulative": Method(
        title="Mean cumulative number of recurrences",
        answers="How often does a cause come back in the time after its first incident?",
        formula=(
            "The sum of recurrences over causes still watched at each time. The variance treats "
            "recurrences as independent; the interval, on logs, sums over causes and so holds "
            "where some come back more than others."
        ),
        source="Nelson, 2003; Lawless and Nadeau, 1995",
        leaves_out="Incidents within 24 hours after all before them were over: one event.",
    ),
    "power_law": Method(
        title="Growth of the rate of recurrences",
        answers="Does the cause come back faster and faster?",
        formula=(
            "Expected recurrences grow as a power of time; the shape is (n − 1) / Σ ln(T / t), "
            "unbiased, with the exact interval from the gamma distribution. Above 1 they speed up."
        ),
        source="Crow, 1974; NIST/SEMATECH handbook, 8.4.5.2",
        leaves_out="Causes with fewer than 8 recurrences.",
    ),
    "laplace": Method(
        title="Laplace's trend test",
        answers="Do recurrences gather towards the end of the time watched?",
        formula="(mean time / T − 1/2) · √(12 n), standard normal where the rate is constant.",
        source="Cox and Lewis, 1966",
        leaves_out="Causes with fewer than 4 recurrences.",
    ),
    "recurs_within": Method(
        title="Recurs within a number of days",
        answers="How likely is a cause to be back within 30, 90 or 180 days?",
        formula=(
            "One minus the Kaplan-Meier estimate of the days from the end of an event to the next "
            "of its cause. A cause that is not back yet counts for as long as it has been watched. "
            "Where none or all came back, the interval is Wilson's."
        ),
        source="Kaplan and Meier, 1958; Kalbfleisch and Prentice, 1980, for the interval",
        leaves_out="Events of which nobody knows when they were over; horizons not yet watched.",
    ),
    "fix_held": Method(
        title="Did the fix hold",
        answers="Did causes come back less often after their fix than they would have anyway?",
        formula=(
            "A fix is in place when every preventive action promised until then had ended and one "
            "was done. Expected without it, per day since: (α + x) / (β + t), with x recurrences "
            "in t days before. The prior comes from all causes: some strike once and never again, "
            "the rates of the others follow a gamma distribution (α, β); it is averaged over all "
            "priors that the records leave possible. A share of the silence before a cause's first "
            "incident, which the records decide, counts as days without one. The ratio is (seen / "
            "expected) / (1 + variance / expected²); its interval is exact for a negative binomial "
            "count."
        ),
        source="Hauer, Observational Before–After Studies in Road Safety, 1997",
        leaves_out=(
            "From before: a cause's first incident, and the incident that brought the fix about "
            "with the wait that it ended, since causes get fixed when they have just struck. "
            "Causes whose fix was done at an unknown date. Work done after the first fix is "
            "credited to it. Time is counted in days, not in deploys or requests."
        ),
    ),
    "repeats_prevented": Method(
        title="Repeats prevented",
        answers="How many repeats did the fixes prevent?",
        formula=(
            "Expected recurrences minus seen ones, with the middle 95 % of how many there would "
            "have been. Said only where the interval of the ratio excludes 1."
        ),
        source="Hauer, 1997",
        leaves_out="The same as the ratio.",
    ),
    "finish_first": Method(
        title="What to finish first",
        answers="Which open preventive action stands against the most expected impact?",
        formula=(
            "Expected recurrences of its cause until the next review, times the expected hours of "
            "one of them: the mean exp(m + s² / 2) of log-normal hours, since a few long ones are "
            "most of the impact. Both are the cause's own record, moved towards that of all "
            "causes; incidents within 24 hours are one event. The interval says what 19 of 20 "
            "such periods would take: a gamma-Poisson number of events, their sum 0 or "
            "log-normal with the right mean and variance. On made-up causes about 98 % lay in it."
        ),
        source=(
            "Hauer, 1997, for the rate; DerSimonian and Laird, 1986, for the means; Fenton, 1960, "
            "for the sum of log-normal values"
        ),
        leaves_out=(
            "Actions whose status is unknown; their number is shown. Incidents of unknown impact "
            "count as lasting like the others. A cause without any known impact borrows the mean "
            "of all causes, and says so. What finishing the action would save is not known."
        ),
    ),
}
