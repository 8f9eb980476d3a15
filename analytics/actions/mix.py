"""What kinds of action do we promise, and would they hold: mix, strength, records without any.

A strength that people gave and one that the words of a title suggest are counted apart. Whether a
record has a preventive action that would hold cannot be told when neither says how strong it is.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.actions.states import is_state
from analytics.answer import Answer, Example, Method
from analytics.frames import PREVENT, WONT_DO
from analytics.selection import UNKNOWN, Rows, View, labels
from analytics.statistics.shares import WILSON, share

# How strongly would an action hold, judging by the words of its title alone?
#
# The classes are those of the RCA2 action hierarchy (National Patient Safety Foundation, 2015):
# what makes a fault impossible is stronger than what software checks, and that is stronger than
# what depends on somebody remembering or looking. The words are ours, for the trade of running
# services. A suggestion is never mixed with a strength that people gave.

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


RCA2 = "RCA2: Improving root cause analyses and actions, National Patient Safety Foundation, 2015"
ACTION_MIX = Method(
    title="Kinds and strength of actions",
    answers="What do we promise, and would it hold?",
    formula=(
        "Actions by kind and by strength: stronger changes the design, forces or simplifies; "
        "intermediate adds redundancy, software or a checklist; weaker trains, warns or "
        "writes a procedure. Where nobody gave a strength, the words of the title may suggest "
        "one from a small table; the weaker class holds where two meet. Given and suggested "
        "are counted apart."
    ),
    source=RCA2,
    leaves_out="Titles whose words say nothing stay unclear.",
    example=Example(
        given="3 actions are to prevent and 2 to mitigate.",
        inputs={"prevent": 3, "mitigate": 2},
        gives="60 % are to prevent.",
        result=(0.6,),
    ),
)
NO_PREVENTION = Method(
    title="Records without prevention",
    answers="How many records promise no preventive action at all?",
    formula=(
        "Of the incidents with a written cause, a post-mortem or any action, those without "
        "such an action."
    ),
    source=WILSON,
    leaves_out="Preventive actions that were given up do not count.",
    example=Example(
        given="2 records promise no prevention, 3 a weaker one, 5 a stronger one.",
        inputs={"none": 2, "weaker": 3, "stronger": 5},
        gives="20 % promise none, between 6 and 51 %.",
        result=(0.2, 0.056682, 0.50984),
    ),
)
NO_STRONG_PREVENTION = Method(
    title="Records without prevention that would hold",
    answers="How many records promise no preventive action of intermediate strength or more?",
    formula=(
        "Of the incidents with a written cause, a post-mortem or any action, those without "
        "such an action, by the strength given or, where none is given, suggested by the "
        "words of the title. A lower bound where strengths are unclear."
    ),
    source=RCA2,
    leaves_out=(
        "Nothing from the denominator; incidents whose only preventive actions are of unclear "
        "strength are not in the share and counted beside it. Actions that were given up do "
        "not count."
    ),
    example=Example(
        given="2 records promise no prevention, 3 a weaker one, 5 a stronger one.",
        inputs={"none": 2, "weaker": 3, "stronger": 5},
        gives="50 % promise none that would hold, between 24 and 76 %.",
        result=(0.5, 0.23659, 0.76341),
    ),
)

#: Kinds in the order of an incident: before it, in it, and around it.
KINDS = (PREVENT, "detect", "mitigate", "process", "documentation")
#: Strengths that do not depend on somebody remembering.
HOLDS = (STRONGER, INTERMEDIATE)


@dataclass(frozen=True, slots=True)
class KindShare:
    """Actions of one kind, and their share of all actions in view."""

    kind: str
    count: int
    share: Answer


@dataclass(frozen=True)
class ActionMix:
    """What kinds of action were promised, and how strong they are.

    Attributes:
        kinds: in the order of :data:`KINDS`, others after them, "unknown" last.
        given: actions by the strength that people gave, the strongest first.
        suggested: of the others, actions by the strength that their words suggest.
        unclear: actions of which neither says anything.
        total: actions in view.
    """

    kinds: tuple[KindShare, ...]
    given: dict[str, int]
    suggested: dict[str, int]
    unclear: int
    total: int


@dataclass(frozen=True, slots=True)
class Prevention:
    """Do records promise prevention? Of the incidents with a written cause or any action.

    Attributes:
        without_any: share of them with no preventive action at all.
        without_strong: share of them with no preventive action of intermediate strength or more;
            a lower bound where some are missing: those whose preventive actions may or may not be.
        strong_given: incidents with such an action by the strength that people gave.
        strong_suggested: further ones, by the words of the title only.
        rows: positions of the incidents with a strong one given, with one suggested, of which it
            cannot be told, and with none; in order of time.
    """

    without_any: Answer
    without_strong: Answer
    strong_given: int
    strong_suggested: int
    rows: tuple[Rows, ...] = ()


def action_mix(view: View) -> ActionMix:
    """The actions in view by kind and by strength."""
    actions = view.actions
    counts = labels(actions["kind"]).value_counts()
    present = {str(kind): int(count) for kind, count in counts.items() if count}
    others = sorted(set(present) - {*KINDS, UNKNOWN})
    given, suggested = strengths(actions)
    by_people, by_words = _by_strength(given), _by_strength(suggested)
    return ActionMix(
        kinds=tuple(
            KindShare(kind, present[kind], share(present[kind], len(actions), method=ACTION_MIX))
            for kind in (*KINDS, *others, UNKNOWN)
            if kind in present
        ),
        given=by_people,
        suggested=by_words,
        unclear=len(actions) - sum(by_people.values()) - sum(by_words.values()),
        total=len(actions),
    )


def prevention(view: View) -> Prevention:
    """How many of the records promise prevention, and prevention that would hold.

    An action that will not be done prevents nothing and does not count.
    """
    actions = view.actions
    stands = np.asarray(actions["kind"] == PREVENT) & ~is_state(actions, WONT_DO)
    preventive = actions.loc[stands]
    given, suggested = strengths(preventive)
    by_people = np.asarray(given.isin(HOLDS))
    by_words = np.asarray(suggested.isin(HOLDS))
    unclear = np.asarray(given.isna() & suggested.isna())
    of_any, of_preventive = (some["incident"].to_numpy() for some in (actions, preventive))
    examined = view.having(of_any) | view.incidents["has_postmortem"].to_numpy()
    any_of_it = view.having(of_preventive)[examined]
    holds = view.having(of_preventive[by_people])[examined]
    may_hold = view.having(of_preventive[by_words])[examined] & ~holds
    cannot_tell = view.having(of_preventive[unclear])[examined] & ~holds & ~may_hold
    n, n_unclear = len(any_of_it), int(cannot_tell.sum())
    without_strong = n - n_unclear - int((holds | may_hold).sum())
    return Prevention(
        without_any=share(int((~any_of_it).sum()), n, method=NO_PREVENTION),
        without_strong=replace(
            share(without_strong, n, method=NO_STRONG_PREVENTION),
            n_missing=n_unclear,
        ),
        strong_given=int(holds.sum()),
        strong_suggested=int(may_hold.sum()),
        rows=tuple(
            view.rows[examined][which]
            for which in (holds, may_hold, cannot_tell, ~(holds | may_hold | cannot_tell))
        ),
    )


def strengths(actions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The strengths that people gave and, for the others only, those that the words suggest."""
    given = actions["strength"].where(actions["strength"].isin(STRENGTHS))
    suggested = suggest(actions["title"].where(given.isna()))
    return given, suggested


def _by_strength(strengths: pd.Series) -> dict[str, int]:
    counts = strengths.value_counts()
    return {strength: int(counts.get(strength, 0)) for strength in STRENGTHS}
