"""Written definitions of what is said of promised actions."""

from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"
_RCA2 = "RCA2: Improving root cause analyses and actions, National Patient Safety Foundation, 2015"
_DATES = "the first due date counts, and the present one only where no earlier one is known"

DEFINITIONS: dict[str, Method] = {
    "action_states": Method(
        title="Actions by state",
        answers="How many of the promised actions are open, done or given up?",
        formula=(
            "Counts by the state that the source gives. The share done is of the actions whose "
            "state is known; it grows with the age of the actions, so it compares nothing."
        ),
        source=_WILSON,
        leaves_out="Actions of unknown state are counted beside and are neither open nor done.",
    ),
    "overdue": Method(
        title="Overdue actions",
        answers="How many open actions are past their due date, and by how long?",
        formula=(
            "Open actions whose due date lies before the day looked at, by days past it; "
            f"{_DATES}. The share is of the open actions that have a due date. An action without a "
            "date of its promise is open as its source said when it was written, mostly before "
            "the due date: that it is past its date is known, that it was not done is not."
        ),
        source="Derived from the dates, never stored",
        leaves_out="Open actions without a due date, and actions of unknown state.",
    ),
    "oldest_open": Method(
        title="Oldest open actions",
        answers="Which promised preventions have waited longest?",
        formula=(
            "Open actions in order of their day of creation. Where the source gives none, the day "
            "of the incident stands in and the age is an upper bound; the list says so."
        ),
        source="Plain order",
        leaves_out="Nothing: the list says of how many it shows the first.",
    ),
    "done_within": Method(
        title="Done within 30, 60, 90 days",
        answers="What share of the actions is done so many days after the promise?",
        formula=(
            "Aalen-Johansen estimate at that day, in calendar days from creation to completion; "
            "giving up is an end of its own, what is open is watched until the day looked at. "
            "Where the fate of all is known by then it is a plain share with Wilson's interval, "
            "else the interval is of the log(-log) kind. A quarter gives a figure once its last "
            "day is old enough, a mixed group once 6 of its actions are."
        ),
        source=(
            "Aalen and Johansen, Scandinavian Journal of Statistics 5, 1978; variance: Marubini "
            "and Valsecchi, Analysing Survival Data, 1995"
        ),
        leaves_out=(
            "Actions of unknown state, without a date of creation, or ended without a date. There "
            "is no figure when more than a tenth of the ended ones have no date."
        ),
    ),
    "given_up_by": Method(
        title="Given up within 90 days",
        answers="What share of the actions is cancelled, or its risk accepted, after 90 days?",
        formula="As done within 90 days, for the other end.",
        source="As done within 30, 60, 90 days",
        leaves_out="As done within 30, 60, 90 days.",
    ),
    "on_time": Method(
        title="Done on time",
        answers="What share of the actions was done by its deadline?",
        formula=(
            "Done by the deadline, divided by the actions whose deadline has passed: those done "
            "late, still open, or given up only after it are not on time. The deadline is the due "
            f"date ({_DATES}) or so many days after creation by a published policy. Where all "
            "that is known of the actions past it was written before, nothing can be told."
        ),
        source=(
            "Policies: PagerDuty, 15 days for SEV1 and 30 for SEV2; Atlassian, 4 or 8 weeks. "
            f"Interval: {_WILSON}"
        ),
        leaves_out=(
            "Actions not yet due, even when done: only the quick ones are. Those given up before "
            "their deadline, without one, of unknown state or done on an unknown day."
        ),
    ),
    "slips": Method(
        title="Moved due dates",
        answers="How often, and by how many days, are due dates moved?",
        formula=(
            "Actions whose present due date is later than their first, divided by those that have "
            "both; median of the days between them with its exact interval."
        ),
        source=_WILSON,
        leaves_out="Actions of which the source keeps one due date or none.",
    ),
    "action_ages": Method(
        title="Age of open actions and age at closing",
        answers="How long have open actions waited, and how long did done ones take?",
        formula=(
            "Calendar days since creation: median with its exact interval, p90 from 29 actions, "
            "the oldest. The open ones are mostly the slow ones and the done ones mostly the "
            "quick ones, so neither says how long an action takes; the completion curve does."
        ),
        source="Conover, Practical Nonparametric Statistics, 3.2",
        leaves_out="Actions without a date of creation, or done without a date.",
    ),
    "backlog": Method(
        title="Growth of the backlog",
        answers="Do more actions arrive than end?",
        formula="Actions created in the period less those that ended in it, done or given up.",
        source="Plain counts",
        leaves_out="Actions of unknown state, without a date of creation, or ended without a date.",
    ),
    "action_mix": Method(
        title="Kinds and strength of actions",
        answers="What do we promise, and would it hold?",
        formula=(
            "Actions by kind and by strength: stronger changes the design, forces or simplifies; "
            "intermediate adds redundancy, software or a checklist; weaker trains, warns or "
            "writes a procedure. Where nobody gave a strength, the words of the title may suggest "
            "one from a small table; the weaker class holds where two meet. Given and suggested "
            "are counted apart."
        ),
        source=_RCA2,
        leaves_out="Titles whose words say nothing stay unclear.",
    ),
    "no_prevention": Method(
        title="Records without prevention",
        answers="How many records promise no preventive action at all?",
        formula=(
            "Of the incidents with a written cause, a post-mortem or any action, those without "
            "such an action."
        ),
        source=_WILSON,
        leaves_out="Preventive actions that were given up do not count.",
    ),
    "no_strong_prevention": Method(
        title="Records without prevention that would hold",
        answers="How many records promise no preventive action of intermediate strength or more?",
        formula=(
            "Of the incidents with a written cause, a post-mortem or any action, those without "
            "such an action, by the strength given or, where none is given, suggested by the "
            "words of the title. A lower bound where strengths are unclear."
        ),
        source=_RCA2,
        leaves_out=(
            "Nothing from the denominator; incidents whose only preventive actions are of unclear "
            "strength are not in the share and counted beside it. Actions that were given up do "
            "not count."
        ),
    ),
}
