"""Written definitions of what is said of impact, availability and losses."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "impact_time": Method(
        title="Impact time",
        answers="For how long did users feel the incidents?",
        formula=(
            "From the start of the impact to its mitigation, else to the resolution where no "
            "mitigation is recorded; summed incident by incident, in the period in which it began, "
            "so that two at the same time count twice: it is not the time that users felt any."
        ),
        source="Plain sum; the clocks are those of the record",
        leaves_out=(
            "Incidents whose impact is open, unknown, impossible or known to the day only. They "
            "are counted beside the sum; with them it would be larger."
        ),
    ),
    "impact_concentration": Method(
        title="Concentration of the impact",
        answers="How much of the impact do the longest incidents make up?",
        formula="Impact time of the three longest incidents divided by that of all.",
        source="Plain sum",
        leaves_out="As the impact time; needs more incidents than it names.",
    ),
    "availability": Method(
        title="Implied availability",
        answers="How available was a service, if the records tell all?",
        formula=(
            "One less the time under impact divided by the length of the period. The impacts of a "
            "service are united first, so that two at once count once, and one that reaches into "
            "the next period counts in each for its part. Assumes that the service was wholly "
            "down during every recorded impact and wholly up otherwise."
        ),
        source="Union of intervals",
        leaves_out=(
            "Incidents without a usable start and end, which make it too high: with more than a "
            "tenth of them there is no figure. Those that name no service. Partial impact makes "
            "it too low."
        ),
    ),
    "affected_users": Method(
        title="Affected users",
        answers="How many users were affected, as far as anybody wrote it down?",
        formula="Sum over the incidents that give a number; a user hit twice counts twice.",
        source="Plain sum",
        leaves_out="Incidents that give no number; the sum is never extended to them.",
    ),
    "cost": Method(
        title="Cost",
        answers="What did the incidents cost, as far as anybody wrote it down?",
        formula="Sum for each currency over the incidents that give an amount; no conversion.",
        source="Plain sum",
        leaves_out="Incidents that give no amount; the sum is never extended to them.",
    ),
}
