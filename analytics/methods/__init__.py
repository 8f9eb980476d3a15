"""How each number is computed, in words: one written definition per statistic."""

from analytics.methods import comparisons, durations, groups, surveillance
from analytics.methods.definition import Method

__all__ = ["METHODS", "Method"]

METHODS: dict[str, Method] = {
    **durations.DEFINITIONS,
    **surveillance.DEFINITIONS,
    **comparisons.DEFINITIONS,
    **groups.DEFINITIONS,
}
