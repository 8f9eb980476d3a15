"""How each number is computed, in words: one written definition per statistic."""

from analytics.methods.definition import Method

__all__ = ["METHODS", "Method"]

METHODS: dict[str, Method] = {}
