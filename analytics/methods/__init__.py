"""How each number is computed, in words: one written definition per statistic."""

from analytics.methods import (
    actions,
    causes,
    comparisons,
    durations,
    groups,
    impact,
    quality,
    repeats,
    response,
    review,
    suggestions,
    surveillance,
)
from analytics.methods.definition import Method

__all__ = ["METHODS", "TOPICS", "Method"]

#: The definitions of each topic; no name is used twice.
TOPICS = (
    response.DEFINITIONS,
    durations.DEFINITIONS,
    surveillance.DEFINITIONS,
    comparisons.DEFINITIONS,
    groups.DEFINITIONS,
    causes.DEFINITIONS,
    repeats.DEFINITIONS,
    suggestions.DEFINITIONS,
    actions.DEFINITIONS,
    impact.DEFINITIONS,
    quality.DEFINITIONS,
    review.DEFINITIONS,
)
METHODS: dict[str, Method] = {name: method for topic in TOPICS for name, method in topic.items()}
