"""Written definitions of how teams, services and causes are set side by side."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "group_rates": Method(
        title="Rates of groups",
        answers="How often does each group have incidents, allowing for luck?",
        formula=(
            "(events + alpha) / (exposure + beta), with the gamma interval; alpha and beta are the "
            "values that make all groups' counts most likely together. Where the test of equal "
            "rates is not rejected at 5 % one number stands for all. The exposure is the whole "
            "period, whether or not a group was there from its first day."
        ),
        source="Gaver and O'Muircheartaigh, Technometrics 29, 1987; George et al., 1993",
        leaves_out="Uncertainty of alpha and beta themselves; fewer than 3 groups are not shrunk.",
    ),
    "group_durations": Method(
        title="Durations of groups",
        answers="How long do incidents of each group take, allowing for luck?",
        formula=(
            "Each group's mean of logs is drawn towards that of all, by as much as its spread and "
            "number make it uncertain; taken back to time. Equal means are tested by the F ratio; "
            "where it is not rejected at 5 % one number stands for all."
        ),
        source="Efron and Morris, 1975; DerSimonian and Laird, 1986",
        leaves_out="Incidents without a usable duration, and those still open.",
    ),
    "funnel": Method(
        title="Funnel plot",
        answers="Which group lies outside what equal groups would show?",
        formula=(
            "Each group's rate against its exposure, around the common rate, with exact Poisson "
            "limits that an equal group reaches on one side with 2.5 % and with 0.1 %. "
            "A small group may have no lower one."
        ),
        source="Spiegelhalter, Statistics in Medicine 24, 2005",
        leaves_out=(
            "Groups whose exposure is not known. Of 20 equal groups one may lie outside 95 % by "
            "luck. No order of merit is made."
        ),
    ),
}
