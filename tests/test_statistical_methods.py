"""Every statistic has a written definition."""

import ast
from pathlib import Path

import pytest

from analytics.methods import comparisons, durations, groups, surveillance

TOPICS = (durations, surveillance, comparisons, groups)
ANALYTICS = Path(durations.__file__).parents[1]
#: Modules of pure numbers; each names the definition behind its answers.
MODULES = (
    "changepoint",
    "control",
    "count_charts",
    "durations",
    "funnel",
    "groups",
    "quantiles",
    "rare_events",
    "rates",
    "shares",
    "simulator",
    "survival",
    "trend",
    "two_samples",
)


def defined():
    return {key for topic in TOPICS for key in topic.DEFINITIONS}


def named_methods(module):
    tree = ast.parse((ANALYTICS / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        values = []
        if isinstance(node, ast.Call):
            values = [word.value for word in node.keywords if word.arg == "method"]
        for value in values:
            if isinstance(value, ast.Constant):
                yield value.value


@pytest.mark.parametrize("module", MODULES)
def test_every_method_that_a_number_names_is_written_down(module):
    assert set(named_methods(module)) <= defined()


def test_no_definition_is_written_twice():
    keys = [key for topic in TOPICS for key in topic.DEFINITIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.__name__)
def test_every_definition_says_all_it_has_to(topic):
    for method in topic.DEFINITIONS.values():
        assert method.answers.endswith("?")
        assert all((method.title, method.formula, method.source, method.leaves_out))
