"""One Markdown post-mortem: front matter first, then its facts, sections, timeline and actions.

Whatever is not understood is kept as text under ``sections`` in ``extra``; nothing is guessed. A
clock that only the timeline's words tell is marked as estimated and says which words.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from data.problems import Place, Problem
from data.readers.front_matter import FrontMatter, read_front_matter
from data.readers.markdown_blocks import unmarked
from data.readers.markdown_metadata import field_of, read_facts, understood
from data.readers.markdown_parts import TEXT_PARTS, Parts
from data.readers.markdown_sections import Section, sections_of, without_comments
from data.readers.markdown_times import day_in, zone_said
from data.readers.source import Assumption, Item, RawIncident, Source, Unreadable
from data.record import Incident

#: Ten times the longest post-mortem that we know of; parsing takes seconds at the very worst.
LONGEST_BODY = 1_000_000
NO_POST_MORTEM = "Markdown files without a post-mortem in them, left out"
#: File names that say nothing about the incident; the folder's name is added.
GENERIC_NAMES = frozenset(
    ("readme", "index", "postmortem", "post-mortem", "post_mortem", "incident", "report")
)
#: The key in ``extra`` for sections whose field the front matter fills with another text.
ALSO_SAID = "also_said"
ABOUT_CLOCKS = ("clock_precision", "clock_sources")


def read_document(source: Source, text: str, *, shape: str) -> Iterator[Item]:
    """The post-mortem in ``text``, which is Markdown or was turned into it.

    Args:
        source: what the text comes from.
        shape: the kind of file, in words.

    Raises:
        Unreadable: it is too long or no post-mortem, or its front matter is unusable.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = read_front_matter(text)
    body = without_comments(text[front.end :])
    if len(body) > LONGEST_BODY:
        raise Unreadable(f"is longer than {LONGEST_BODY:,} characters, so it is no post-mortem")
    title, sections = sections_of(body)
    if not _is_post_mortem(front, sections, asked_for=source.asked_for):
        if source.asked_for:
            raise Unreadable(
                f"is no post-mortem in {shape}: it has neither front matter with fields of ours "
                "nor headings such as 'Summary', 'Impact' and 'Root cause'"
            )
        yield Assumption(NO_POST_MORTEM)
        return
    for name, line in front.repeated.items():
        place = Place(source.name, f"line {line}")
        yield Problem(place, name, "", "stands twice in the front matter; the first one counts")
    values = _record(source.name, front, title, sections, body)
    yield RawIncident(Place(source.name), values, lines=front.lines)


def stable_id(name: str) -> str:
    """An identity from a file's name, the same wherever the folder of post-mortems lies."""
    path = PurePosixPath(name.replace("\\", "/"))
    stem = path.stem
    if stem.lower() in GENERIC_NAMES and path.parent.name not in ("", ".", ".."):
        stem = f"{path.parent.name}-{stem}"
    return stem


def _is_post_mortem(front: FrontMatter, sections: list[Section], *, asked_for: bool) -> bool:
    if any(field_of(name) for name in front.values):
        return True
    # A file that the user names is meant; one found in a folder may be a manual.
    return len({section.part for section in sections if section.part}) >= (1 if asked_for else 2)


def _record(
    name: str, front: FrontMatter, title: str, sections: list[Section], body: str
) -> dict[str, Any]:
    """All that the document says, by field; the front matter has the first word."""
    filled = {k: v for k, v in front.values.items() if v not in (None, "", [])}
    values = {k: v for k, v in filled.items() if k in Incident.model_fields}
    facts = {k: v for k, v in filled.items() if k not in Incident.model_fields}
    if "date" in facts and not any(field_of(k) == "resolved_at" for k in facts):
        # On most sites the date of a page is when it was published, not when it began.
        values["extra"] = {"date": facts.pop("date"), **_mapping(values, "extra")}
    rest = ""
    for section in sections:
        if section.part == "metadata" or not section.heading:
            found, left = read_facts(section.text)
            facts = {**found, **facts}
            rest = f"{rest}\n\n{left}".strip()
    _fill(values, understood(facts, whole_text=body))
    _fill(values, {"title": unmarked(title)} if title else {})
    parts = Parts(day=_day(name, front, title, facts), zone=zone_said(body))
    for section in sections:
        if section.text and section.heading and section.part != "metadata":
            parts.add(section)
    if rest:
        parts.add(Section("" if "summary" in parts.values else "summary", "Before", 0, rest))
    _fill(values, parts.finished())
    values.setdefault("id", stable_id(name))
    return values


def _fill(values: dict[str, Any], more: dict[str, Any]) -> None:
    """Adds what ``values`` does not say yet; a clock brings along where it was read."""
    values["extra"] = {**_mapping(more, "extra"), **_mapping(values, "extra")}
    for field, value in more.items():
        if field == "extra" or field in ABOUT_CLOCKS:
            continue
        if field not in values:
            values[field] = value
            for about in ABOUT_CLOCKS:
                if field in _mapping(more, about):
                    values[about] = {**_mapping(values, about), field: more[about][field]}
        elif field in TEXT_PARTS and value != values[field]:
            values["extra"][ALSO_SAID] = {**values["extra"].get(ALSO_SAID, {}), field: value}
    if not values["extra"]:
        del values["extra"]


def _mapping(values: dict[str, Any], name: str) -> dict[str, Any]:
    """What a field holds that should be a mapping; a person may have written a text there."""
    stated = values.get(name)
    return stated if isinstance(stated, dict) else {} if stated is None else {name: stated}


def _day(name: str, front: FrontMatter, title: str, facts: dict[str, Any]) -> dt.date | None:
    """The date of the document, for times that name none."""
    dated = [str(front.values.get("impact_started_at") or ""), str(front.values.get("date") or "")]
    dated += [str(fact) for word, fact in facts.items() if field_of(word) == "date"]
    dated += [title, PurePosixPath(name).stem]
    return next((day for text in dated if (day := day_in(text))), None)
