"""How strongly would an action hold, judging by the words of its title alone?

The classes are those of the RCA2 action hierarchy (National Patient Safety Foundation, 2015): what
makes a fault impossible is stronger than what software checks, and that is stronger than what
depends on somebody remembering or looking. The words are ours, for the trade of running services.
A suggestion is never mixed with a strength that people gave.
"""

import numpy as np
import pandas as pd

STRONGER, INTERMEDIATE, WEAKER = "stronger", "intermediate", "weaker"
#: Strengths of the hierarchy, the strongest first.
STRENGTHS = (STRONGER, INTERMEDIATE, WEAKER)

#: How words begin, as regular expressions. Where words of two classes meet ("document the
#: failover"), the weaker class holds: a promise is not taken for more than it says.
WORDS: dict[str, tuple[str, ...]] = {
    # Training, warnings, new procedures, and whatever needs a person to look or to remember.
    WEAKER: (
        "alert",
        "awareness",
        "communicat",
        "dashboard",
        "document",
        "educat",
        "guide",
        "guidance",
        "monitor",
        "notif",
        "playbook",
        "policy",
        "policies",
        "procedure",
        r"process(?:es)?\b",
        "remind",
        "review",
        "runbook",
        "train",
        "warn",
    ),
    # Redundancy, software enhancements, checklists and other aids.
    INTERMEDIATE: (
        "automat",
        "backoff",
        "back-?up",
        "cache",
        "caching",
        "canar",
        "capacity",
        "checklist",
        "checks",
        "circuit",
        "error handling",
        "fail-?over",
        "fallback",
        "graceful",
        "health check",
        "in stages",
        "limit",
        "linter",
        "load balanc",
        "load shed",
        "quota",
        "redundan",
        "replica",
        "retr(?:y|ies)",
        "roll ?back",
        "roll-?out",
        "scal(?:e|ing)",
        "staged",
        "test",
        "throttl",
        "timeout",
        "validat",
    ),
    # Changes of architecture, forcing functions, simplification.
    STRONGER: (
        "blast radius",
        "block",
        "decommission",
        "decoupl",
        "eliminat",
        "enforc",
        "forbid",
        "guard ?rail",
        "isolat",
        "locks? (?:against|the)",
        "prohibit",
        "re-?architect",
        "re-?design",
        "reject",
        "remov",
        "replac",
        "retire",
        "safeguard",
        "separat",
        "simplif",
        "split",
    ),
}


def suggest(titles: pd.Series) -> pd.Series:
    """The strength that the words of each title suggest; missing where they say nothing.

    Args:
        titles: titles of actions in English, in any case.
    """
    found = np.full(len(titles), -1, dtype=np.int8)
    for code, strength in enumerate(STRENGTHS):
        pattern = rf"(?i)\b(?:{'|'.join(WORDS[strength])})"
        found[titles.str.contains(pattern, regex=True, na=False).to_numpy()] = code
    return pd.Series(
        pd.Categorical.from_codes(found, categories=pd.Index(STRENGTHS)), index=titles.index
    )
