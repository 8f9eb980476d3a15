"""How much of a made-up post-mortem is recovered, by template, language and field?

    python -m tests.benchmarks.documents --each 20      every template in every language, 20 times

Each text is written from a record whose clocks, cause and actions are known; only what the template
says counts. A clock is right to the minute, wrong if it says something else, missed if it is empty.
"""

import argparse
import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.readers import read
from data.readers.source import RawIncident, from_bytes

PHRASES = Path(__file__).with_name("documents.yaml")
LANGUAGES = ("en", "es", "de", "fr")
#: Of what a template says, so much must be recovered.
BAR = 0.95
CLOCKS = {
    "started": "impact_started_at",
    "detected": "detected_at",
    "acknowledged": "acknowledged_at",
    "mitigated": "mitigated_at",
    "resolved": "resolved_at",
}


@dataclass
class Told:
    """A text and what it says.

    Attributes:
        name: of the file.
        text: the post-mortem.
        clocks: by field, in UTC; a date where only the day is told.
        cause: a text that its cause must hold; empty where none is told.
        actions: titles with their status, empty where none is told.
    """

    name: str
    text: str = ""
    clocks: dict[str, dt.datetime | dt.date] = field(default_factory=dict)
    cause: str = ""
    actions: dict[str, str] = field(default_factory=dict)


class World:
    """One made-up incident in one language."""

    def __init__(self, language: str, seed: int) -> None:
        self.chance = random.Random(f"{language} {seed}")
        self.book: dict[str, Any] = _phrases()[language]
        self.words: dict[str, str] = self.book["words"]
        self.names = {
            "service": self.chance.choice(self.book["services"]),
            "team": self.chance.choice(self.book["teams"]),
        }
        start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
            days=self.chance.randrange(300), minutes=self.chance.randrange(24 * 60)
        )
        self.at = {"before": start - dt.timedelta(minutes=3), "started": start}
        for kind in ("detected", "acknowledged", "other", "mitigated", "resolved"):
            start += dt.timedelta(minutes=self.chance.randrange(2, 50))
            self.at[kind] = start
        self.title = self.say("titles")
        self.cause = self.say("causes")
        self.actions = {
            title: self.chance.choice(("done", "open"))
            for title in self.chance.sample(self.book["actions"], 2)
        }
        self.source = self.chance.choice(("monitoring", "customer"))

    def say(self, *path: str) -> str:
        """One of the ways to say something."""
        found: Any = self.book
        for name in path:
            found = found[name]
        return str(self.chance.choice(found)).format(**self.names)

    def clock(self, at: dt.datetime) -> str:
        """A time of day as the language writes it."""
        return str(self.book["time"]).format(at)

    def day(self, at: dt.datetime) -> str:
        """A day in the words of the language."""
        month = self.book["months"][at.month - 1]
        return str(self.book["day"]).format(day=at.day, month=month, year=at.year)

    def events(self, *, with_before: bool = True) -> list[tuple[dt.datetime, str]]:
        """The timeline in order."""
        kinds = [kind for kind in self.at if with_before or kind != "before"]
        return [(self.at[kind], self.say("events", kind)) for kind in kinds]

    def truth(self, *kinds: str) -> dict[str, dt.datetime | dt.date]:
        """Clocks by field; all five, or those that a template tells."""
        return {CLOCKS[kind]: self.at[kind] for kind in kinds or CLOCKS}

    def minutes(self) -> str:
        """How long it lasted."""
        length = int((self.at["resolved"] - self.at["started"]).total_seconds() // 60)
        return self.words["minutes"].format(length)


@cache
def _phrases() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return content


def gitlab(world: World) -> Told:
    """Bold labels at the top, a list as timeline, check boxes."""
    w, at = world.words, world.at
    listed = [f"- {t:%H:%M} UTC - {text}" for t, text in world.events()]
    boxes = [f"- [{'x' if s == 'done' else ' '}] {a}" for a, s in world.actions.items()]
    text = f"""# {at["started"]:%Y-%m-%d}: {world.title}

## {w["summary"]}

{world.say("summaries")}

- **{w["services"]}**: {world.names["service"]}
- **{w["team"]}**: {world.names["team"]}
- **{w["duration"]}**: {world.minutes()}

## {w["impact"]}

{world.say("impacts")}

## {w["cause"]}

{world.cause}

## {w["timeline"]}

{at["started"]:%Y-%m-%d}

{chr(10).join(listed)}

## {w["actions"]}

{chr(10).join(boxes)}
"""
    return Told("incident.md", text, world.truth(), world.cause, dict(world.actions))


def sre(world: World) -> Told:
    """Labels in bold for everything, a table of actions, the timeline last."""
    w, at = world.words, world.at
    rows = [f"| {a} | prevent | {world.names['team']} | {w[s]} |" for a, s in world.actions.items()]
    lines = [f"- {t:%H:%M} {text}" for t, text in world.events()]
    text = f"""# {world.title} (#465)

**{w["date"]}:** {world.day(at["started"])}
**{w["authors"]}:** {world.names["team"]}
**{w["summary"]}:** {world.say("summaries")}
**{w["impact"]}:** {world.say("impacts")}
**{w["cause"]}:** {world.cause}
**{w["trigger"]}:** {world.say("events", "before")}
**{w["detection"]}:** {world.book["detections"][world.source]}

## {w["actions"]}

| {w["action"]} | Type | {w["owner"]} | {w["state"]} |
|---|---|---|---|
{chr(10).join(rows)}

## {w["lessons"]}

### {w["well"]}

- {world.say("events", "other")}

## {w["timeline"]}

{at["started"]:%Y-%m-%d} (*{w["utc"]}*)

{chr(10).join(lines)}
"""
    return Told("search.md", text, world.truth(), world.cause, dict(world.actions))


def atlassian(world: World) -> Told:
    """A heading for each step; the day stands in the summary alone."""
    w, at = world.words, world.at
    lines = [f"**{world.clock(t)}** - {text}" for t, text in world.events()]
    actions = "\n".join(f"1. {action}" for action in world.actions)
    text = f"""# {world.title}

## {w["summary"]}

{world.day(at["started"])}: {world.say("summaries")}

## {w["impact"]}

{world.say("impacts")}

## {w["detection"]}

{world.book["detections"][world.source]}

## {w["timeline"]}

{w["utc"]}

{(chr(10) * 2).join(lines)}

## {w["cause"]}

{world.cause}

## {w["lessons"]}

{world.say("events", "other")}

## {w["actions"]}

{actions}
"""
    return Told("postmortem.md", text, world.truth(), world.cause, dict.fromkeys(world.actions, ""))


def pagerduty(world: World) -> Told:
    """Facts in a table, the timeline in another whose header names the zone."""
    w, at = world.words, world.at
    rows = [f"| {t:%Y-%m-%d %H:%M} | {text} |" for t, text in world.events(with_before=False)]
    actions = "\n".join(f"- {action}" for action in world.actions)
    text = f"""# {world.title}

| {w["severity"]} | SEV-2 |
|---|---|
| {w["services"]} | {world.names["service"]} |
| {w["start"]} | {at["started"]:%Y-%m-%d %H:%M} UTC |
| {w["end"]} | {at["resolved"]:%Y-%m-%d %H:%M} UTC |

## {w["summary"]}

{world.say("summaries")}

## {w["factors"]}

{world.cause} {world.say("causes")}

## {w["cause"]}

{world.cause}

## {w["timeline"]}

| {w["time"]} (UTC) | {w["event"]} |
|---|---|
{chr(10).join(rows)}

## {w["actions"]}

{actions}
"""
    return Told("review.md", text, world.truth(), world.cause, dict.fromkeys(world.actions, ""))


def form(world: World) -> Told:
    """An issue form: a heading for each question, the answer below it."""
    w, at = world.words, world.at
    answers = {
        w["severity"]: "SEV2",
        w["start"]: f"{world.day(at['started'])} {world.clock(at['started'])} UTC",
        w["detected"]: f"{world.day(at['detected'])} {world.clock(at['detected'])} UTC",
        w["end"]: f"{world.day(at['resolved'])} {world.clock(at['resolved'])} UTC",
        w["services"]: world.names["service"],
        w["impact"]: world.say("impacts"),
        w["cause"]: world.cause,
        w["actions"]: "\n".join(
            f"- [{'x' if s == 'done' else ' '}] {a}" for a, s in world.actions.items()
        ),
    }
    text = "\n\n".join(f"### {question}\n\n{answer}" for question, answer in answers.items())
    truth = world.truth("started", "detected", "resolved")
    return Told("issue.md", text, truth, world.cause, dict(world.actions))


def status_page(world: World) -> Told:
    """Front matter of a status page and updates below it."""
    at = world.at
    text = f"""---
title: {world.title}
date: {at["started"]:%Y-%m-%d %H:%M:%S}+00:00
resolved: true
resolvedWhen: {at["resolved"]:%Y-%m-%d %H:%M:%S}+00:00
severity: down
affected:
  - {world.names["service"]}
section: issue
---

{world.say("summaries")}

## {world.words["cause"]}

{world.cause}
"""
    return Told("page.md", text, world.truth("started", "resolved"), world.cause)


def details(world: World) -> Told:
    """Facts as a list under a heading, with a start and a length, and times as headings."""
    w, at = world.words, world.at
    kinds = ("detected", "acknowledged", "mitigated")
    events = [f"### {world.clock(at[kind])}\n\n{world.say('events', kind)}." for kind in kinds]
    rows = [
        f"| {a} | {world.names['team']} | 2026-12-01 | {w[s]} |" for a, s in world.actions.items()
    ]
    text = f"""# {world.title}

## {w["details"]}

1. {w["severity"]}: SEV2
2. {w["start"]} (UTC): {at["started"]:%Y-%m-%d %H:%M}
3. {w["duration"]}: {world.minutes()}
4. {w["services"]}: {world.names["service"]}

## {w["summary"]}

{world.say("summaries")}

## {w["cause"]}

{world.cause}

## {w["timeline"]} (UTC)

{(chr(10) * 2).join(events)}

## {w["actions"]}

| {w["action"]} | {w["owner"]} | {w["due"]} | {w["state"]} |
|---|---|---|---|
{chr(10).join(rows)}
"""
    return Told("facts.md", text, world.truth(), world.cause, dict(world.actions))


def diary(world: World) -> Told:
    """The day in the name of the file, days as headings, nested items, no facts at all."""
    w, at = world.words, world.at
    lines: list[str] = []
    day = None
    for moment, text in world.events():
        if moment.date() != day:
            day = moment.date()
            lines += ["", f"### {day.isoformat()}", ""]
        lines.append(f"* {world.clock(moment)} UTC: {text}")
    actions = "\n".join(f"* {action}" for action in world.actions)
    text = f"""# {world.title}

{world.say("summaries")}

## {w["timeline"]}
{chr(10).join(lines)}

## {w["cause"]}

{world.cause}

## {w["actions"]}

{actions}
"""
    name = f"{at['started']:%Y-%m-%d}-gate.md"
    return Told(name, text, world.truth(), world.cause, dict.fromkeys(world.actions, ""))


TEMPLATES: dict[str, Callable[[World], Told]] = {
    "gitlab": gitlab,
    "sre": sre,
    "atlassian": atlassian,
    "pagerduty": pagerduty,
    "form": form,
    "status page": status_page,
    "details": details,
    "diary": diary,
}


@dataclass
class Recovered:
    """What of a set of texts was read.

    Attributes:
        told: how often each field was told.
        right: how often it was read as told.
        wrong: how often it was read otherwise.
        examples: some of what was not right.
        seconds: that reading took.
    """

    told: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def share(self, *fields: str) -> float:
        """The share of some fields, or of all, that was read as told."""
        names = fields or tuple(self.told)
        told = sum(self.told[name] for name in names)
        return sum(self.right[name] for name in names) / told if told else 1.0

    def take(self, name: str, *, right: bool, empty: bool, example: str) -> None:
        """Count one field."""
        self.told[name] += 1
        self.right[name] += right
        self.wrong[name] += not right and not empty
        if not right:
            self.examples.append(example)


def measure(
    *, each: int, languages: tuple[str, ...] = LANGUAGES, templates: tuple[str, ...] = ()
) -> dict[tuple[str, str], Recovered]:
    """What is recovered of ``each`` texts, by template and language."""
    found: dict[tuple[str, str], Recovered] = {}
    for template in templates or tuple(TEMPLATES):
        for language in languages:
            recovered = found.setdefault((template, language), Recovered())
            for seed in range(each):
                told = TEMPLATES[template](World(language, seed))
                _compare(told, recovered, f"{template} {language} {seed}")
    return found


def _compare(told: Told, recovered: Recovered, place: str) -> None:
    began = time.perf_counter()
    items = list(read(from_bytes(told.name, told.text.encode(), asked_for=False)))
    recovered.seconds += time.perf_counter() - began
    records = [dict(item.values) for item in items if isinstance(item, RawIncident)]
    values = records[0] if len(records) == 1 else {}
    for clock, expected in told.clocks.items():
        text = values.get(clock)
        right = bool(text) and _is(str(text), expected)
        example = f"{place}: {clock} {text} for {expected}"
        recovered.take(clock, right=right, empty=not text, example=example)
    if told.cause:
        cause = str(values.get("root_cause") or "")
        example = f"{place}: cause {cause[:60]!r}"
        recovered.take("cause", right=told.cause in cause, empty=not cause, example=example)
    statuses = {action.get("title"): action.get("status") for action in values.get("actions", [])}
    for title, status in told.actions.items():
        right = title in statuses and (not status or statuses[title] == status)
        example = f"{place}: action {title!r} {statuses}"
        recovered.take("actions", right=right, empty=title not in statuses, example=example)


def _is(text: str, expected: dt.datetime | dt.date) -> bool:
    try:
        read_as = dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    if not isinstance(expected, dt.datetime):
        return text[:10] == expected.isoformat()
    read_as = read_as if read_as.tzinfo else read_as.replace(tzinfo=dt.UTC)
    return len(text) > len("2026-01-01") and abs(read_as - expected) < dt.timedelta(minutes=1)


def total(found: dict[tuple[str, str], Recovered]) -> Recovered:
    """All of some texts together."""
    whole = Recovered()
    for recovered in found.values():
        whole.told += recovered.told
        whole.right += recovered.right
        whole.wrong += recovered.wrong
        whole.examples += recovered.examples
        whole.seconds += recovered.seconds
    return whole


def main() -> int:
    """Print what is recovered; 1 if that is less than the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="texts a template and language")
    parser.add_argument("--examples", type=int, default=20, help="of what was not right")
    options = parser.parse_args()
    found = measure(each=options.each)
    for (template, language), recovered in found.items():
        print(f"{template:12} {language}  {recovered.share():6.1%}")
    whole = total(found)
    for name, told in sorted(whole.told.items()):
        right, wrong = whole.right[name], whole.wrong[name]
        print(f"{name:20} {right}/{told} right, {wrong} wrong, {told - right - wrong} missed")
    for example in whole.examples[: options.examples]:
        print("  ", example)
    texts = options.each * len(found)
    clocks = whole.share(*CLOCKS.values())
    print(
        f"clocks {clocks:.1%}, causes {whole.share('cause'):.1%}, actions "
        f"{whole.share('actions'):.1%}; {whole.seconds / texts * 1000:.1f} ms a text"
    )
    return 0 if min(clocks, whole.share("cause"), whole.share("actions")) >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
