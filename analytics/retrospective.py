"""What should a team talk about: facts of its own incidents that ask for an answer.

No judgement and no score: each question names the incidents that raise it, and a question that no
incident raises is not asked. What cost most is asked first.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from analytics.actions.states import is_open
from analytics.frames import OUTSIDE, PREVENT
from analytics.impact import impact_hours
from analytics.repeats.ledger import Ledger
from analytics.selection import UNKNOWN, Mask, Rows, View

#: Days after the end of an incident within which a post-mortem is usually expected.
EXPECTED_WITHIN = 10
#: A post-mortem that lacks as many of the parts of a good one is thin.
THIN_FROM = 3


class Raised(StrEnum):
    """What raises a question."""

    REPEATED = "repeated"
    NO_CAUSE = "no cause"
    NO_ACTION = "no action"
    NO_PREVENTION = "no prevention"
    STILL_OPEN = "still open"
    FOUND_OUTSIDE = "found outside"
    NEEDS_ANALYSIS = "needs analysis"


@dataclass(frozen=True)
class Question:
    """One thing to talk about.

    Attributes:
        rows: positions of the incidents that raise it, the costliest first, those of unknown cost
            last.
        n: incidents it was looked for in.
        hours: their hours of impact, as far as known.
        n_unknown: those of them whose impact is not known.
        n_before, of_before: the same counts of the period before.
    """

    raised: Raised
    rows: Rows
    n: int
    hours: float
    n_unknown: int
    n_before: int
    of_before: int


@dataclass(frozen=True)
class Writing:
    """Post-mortems that are owed or came late.

    Attributes:
        missing: positions of the incidents over for :data:`EXPECTED_WITHIN` days without one.
        late: those whose post-mortem came later than that.
        n: incidents over for as long.
    """

    missing: Rows
    late: Rows
    n: int


class Passage(NamedTuple):
    """Something that one record says."""

    incident: str
    text: str


@dataclass(frozen=True)
class Theme:
    """Passages about one thing, with the number of incidents that they are of."""

    name: str
    passages: tuple[Passage, ...]

    @property
    def incidents(self) -> tuple[str, ...]:
        """The incidents whose records say it, in their order."""
        return tuple(dict.fromkeys(passage.incident for passage in self.passages))


#: What lessons are about, by how their words begin; the first that fits is the theme. What is
#: narrow stands before what is wide: "the alert for the certificate" is about certificates.
THEMES = {
    "certificates and secrets": r"certificat|secret|credential|token|password",
    "third parties": r"vendor|third.?part|provider|supplier|upstream|partner",
    "rolling back": r"roll(?:ed|ing)?.?back|revert|undo|restor",
    "fallback and redundancy": r"fail.?over|fallback|redundan|replica|standby|back.?up|circuit",
    "rollout in steps": r"canar|staged|gradual|feature.?flag|rollout|rolled out|deploy|releas",
    "tests before release": r"test|staging|validat|review|lint",
    "runbooks and documentation": r"runbook|playbook|document|wiki|instruction|procedure",
    "people on call": r"on.?call|escalat|paged|pager|rotation|weekend|night|holiday|hand.?over",
    "telling others": r"communicat|status page|stakeholder|announce|inform|notif|channel|updates?",
    "seeing it": r"alert|alarm|monitor|dashboard|metric|log(?:s|ging)\b|tracing|detect|notice",
    "capacity and limits": r"capacit|limit|quota|scal(?:e|ing)|load|traffic|timeout|retr(?:y|ies)",
    "access and tools": r"access|permission|vpn|tool|script|automat|console",
    "working together": r"team|together|collaborat|respon[ds]|engineer|quick|fast",
}
OTHER = "other"
_THEMES = {name: re.compile(rf"\b(?:{words})", re.IGNORECASE) for name, words in THEMES.items()}


def themes(passages: Iterable[Passage]) -> tuple[Theme, ...]:
    """What passages are about, the theme of most incidents first and what fits none last.

    Args:
        passages: in English; each is of one theme, by its words alone.
    """
    grouped: dict[str, list[Passage]] = {}
    for passage in passages:
        fits = (name for name, words in _THEMES.items() if words.search(passage.text))
        grouped.setdefault(next(fits, OTHER), []).append(passage)
    made = [Theme(name, tuple(group)) for name, group in grouped.items()]
    return tuple(sorted(made, key=lambda theme: (theme.name == OTHER, -len(theme.incidents))))


def thin(lacking: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The records that lack so much of a good post-mortem that it is thin, the thinnest first.

    Args:
        lacking: by record, the parts that it does not have.
    """
    found = [name for name, parts in lacking.items() if len(parts) >= THIN_FROM]
    return tuple(sorted(found, key=lambda name: -len(lacking[name])))


def writing(view: View, *, as_of: dt.datetime) -> Writing:
    """Which incidents in view have no post-mortem yet, or had to wait for it."""
    incidents = view.incidents
    over = incidents["resolved_at"].fillna(incidents["mitigated_at"]).to_numpy()
    published = incidents["postmortem_published_at"].to_numpy()
    allowed = np.timedelta64(EXPECTED_WITHIN, "D")
    due = over + allowed < np.datetime64(as_of, "s")
    written = incidents["has_postmortem"].to_numpy()
    return Writing(
        missing=view.rows[due & ~written],
        late=view.rows[due & written & (published - over > allowed)],
        n=int(due.sum()),
    )


def questions(
    view: View, book: Ledger, *, before: View, book_before: Ledger
) -> tuple[Question, ...]:
    """What the incidents in view ask their team, what cost most first.

    Args:
        book: the repeats in the same view.
        before: the incidents of the period before, with ``book_before``.
    """
    hours = impact_hours(view.incidents)
    earlier = _raised(before, book_before)
    found = []
    for raised, raises in _raised(view, book).items():
        if not raises.any():
            continue
        theirs = hours[raises]
        found.append(
            Question(
                raised,
                rows=view.rows[raises][np.argsort(-theirs, kind="stable")],
                n=len(view),
                hours=float(np.nansum(theirs)),
                n_unknown=int(np.isnan(theirs).sum()),
                n_before=int(earlier[raised].sum()),
                of_before=len(before),
            )
        )
    return tuple(sorted(found, key=lambda question: (-question.hours, -len(question.rows))))


def _raised(view: View, book: Ledger) -> dict[Raised, Mask]:
    """Which incidents in view raise each of the questions."""
    incidents = view.incidents
    kinds = view.actions["kind"]
    actions_of = view.actions["incident"].to_numpy()
    is_preventive = (kinds == PREVENT).to_numpy()
    any_action = view.having(actions_of)
    preventive = view.having(actions_of[is_preventive])
    open_prevention = view.having(actions_of[is_preventive & is_open(view.actions)])
    cause = incidents["root_cause_category"]
    return {
        Raised.REPEATED: view.of_events(book.repeats.later[book.rows]),
        Raised.STILL_OPEN: open_prevention,
        Raised.NO_ACTION: ~any_action,
        Raised.NO_PREVENTION: any_action & ~preventive,
        Raised.FOUND_OUTSIDE: incidents["detection_source"].isin(OUTSIDE).to_numpy(),
        Raised.NEEDS_ANALYSIS: incidents["needs_analysis"].to_numpy(),
        Raised.NO_CAUSE: (cause.isna() | (cause == UNKNOWN)).to_numpy(),
    }
