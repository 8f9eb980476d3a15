"""Written definitions of what is said of the data themselves."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "known_share": Method(
        title="Known fields",
        answers="How often is this field filled in?",
        formula=(
            "Records in which the field says something, divided by the records that could have "
            "it. The word unknown counts as missing. No interval: nothing is estimated."
        ),
        source="Plain count",
        leaves_out=(
            "Open incidents, for mitigation, resolution and publication; actions that have not "
            "ended, for the date of completion."
        ),
    ),
    "clock_order": Method(
        title="Impossible orders",
        answers="How often does a clock strike before one that must come first?",
        formula=(
            "Incidents with both clocks in which the end lies before its start, divided by those "
            "with both: impact and mitigation, impact and resolution, detection and "
            "acknowledgement, mitigation and resolution."
        ),
        source="Plain count",
        leaves_out=(
            "Clocks known to the day only. Detection before the impact is no error: it is counted "
            "as caught before impact."
        ),
    ),
    "round_times": Method(
        title="Round times",
        answers="How many times look estimated?",
        formula=(
            "Times on a multiple of 15, 30 or 60 minutes, divided by all times of that clock. "
            "Chance alone puts 7, 3 and 2 in a hundred there; more is a sign of rounding."
        ),
        source="Plain count",
        leaves_out="Times known to the day only.",
    ),
    "precision": Method(
        title="Precision of the clocks",
        answers="How much of a clock is a bare day or an estimate?",
        formula="Times known to the day only, and times estimated or read from words, of all.",
        source="Plain count",
        leaves_out="Incidents without that time.",
    ),
    "doubts": Method(
        title="Doubtful records",
        answers="What is recorded and yet not to be taken as it stands?",
        formula=(
            "Counts of incidents without any time, detected before their impact (caught in time), "
            "said to be open and yet resolved, or filed as human error (the cause behind it is "
            "still to be found); of actions that ended before they were promised or are open with "
            "an end; of all records, repeats and second reports of an incident that was never "
            "loaded."
        ),
        source="Plain count",
        leaves_out="Nothing.",
    ),
}
