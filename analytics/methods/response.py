"""Written definitions of where the time of a response goes and who noticed first."""

from analytics.methods.definition import Method

_WILSON = "Wilson, Journal of the American Statistical Association 22, 1927"

DEFINITIONS: dict[str, Method] = {
    "phases": Method(
        title="Phases of a response",
        answers="Where does the time go between the first harm and the end?",
        formula=(
            "The median, as defined there, of the time from one clock to the next: detection from "
            "the start of impact, notification from detection, reply from notification, "
            "mitigation from the reply, resolution from mitigation. Each phase rests on the "
            "incidents that record both of its clocks, so the medians do not add up."
        ),
        source="The clocks are those of the record; interval as for the median",
        leaves_out=(
            "From each phase the incidents that lack one of its two clocks, know one to the day "
            "only, or have them the wrong way round."
        ),
    ),
    "detection_share": Method(
        title="How incidents were detected",
        answers="What tells us that something is wrong?",
        formula=(
            "Incidents with this source of detection, divided by all incidents in view, with "
            "Wilson's interval. Incidents that do not say are a category of their own."
        ),
        source=_WILSON,
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "found_outside": Method(
        title="Noticed outside first",
        answers="How often did customers, partners or the public notice before we did?",
        formula=(
            "Incidents detected by a customer, a partner or in social media, divided by those "
            "whose source of detection is recorded, with Wilson's interval."
        ),
        source=_WILSON,
        leaves_out="Incidents that do not say how they were detected; counted beside the share.",
    ),
}
