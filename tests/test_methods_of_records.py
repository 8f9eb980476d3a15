"""Has every figure on causes, actions, impact and data quality a written definition?"""

import re
from pathlib import Path

import pytest

from analytics.methods import actions, causes, impact, quality
from analytics.methods.definition import Method

ANALYTICS = Path(__file__).resolve().parents[1] / "analytics"
TOPICS = (actions.DEFINITIONS, causes.DEFINITIONS, impact.DEFINITIONS, quality.DEFINITIONS)
DEFINED = {name: method for topic in TOPICS for name, method in topic.items()}
MODULES = (
    "action_ages",
    "action_curves",
    "action_due",
    "action_mix",
    "actions",
    "availability",
    "cause_drift",
    "cause_tables",
    "causes",
    "clock_quality",
    "impact",
    "losses",
    "published",
    "quality",
)
METHOD = re.compile(r'\bmethod="(\w+)"')


def test_no_two_topics_define_the_same_name() -> None:
    assert len(DEFINED) == sum(len(topic) for topic in TOPICS)


@pytest.mark.parametrize("module", MODULES)
def test_every_method_that_a_module_names_is_written_down(module: str) -> None:
    text = (ANALYTICS / f"{module}.py").read_text(encoding="utf-8")
    named = set(METHOD.findall(text))
    assert named
    assert named <= set(DEFINED)


@pytest.mark.parametrize("name", DEFINED)
def test_a_definition_says_all_it_has_to_in_sentence_case(name: str) -> None:
    method: Method = DEFINED[name]
    assert method.title[0].isupper()
    assert method.answers.endswith("?")
    assert method.source
    for text in (method.formula, method.leaves_out):
        assert text.endswith(".")
