"""A record as a Markdown post-mortem: facts in the front matter, texts under headings.

A text goes under its heading only if the document reads back as the same record; otherwise (a text
with headings of its own, say) all of it stays in the front matter, where nothing is reshaped.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.fields import HEADINGS, LABELS
from data.readers import read
from data.readers.front_matter import NOTHING
from data.readers.source import RawIncident, Recognised, from_bytes
from data.record import Incident

#: Sections by field, in their order; a list becomes a list of items. Labels stand with the facts.
SECTIONS = {name: heading for name, heading in HEADINGS.items() if name not in LABELS}
#: Texts that YAML reads as text without quotes.
BARE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./+-]|[: ](?=[A-Za-z0-9]))*(?<![:])")
#: Characters that YAML allows in double quotes only by number.
BY_NUMBER = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: YAML wants longer keys announced by a question mark.
LONGEST_KEY = 100
LONGEST_NAME = 100
#: Files of records are named by their ids, which may hold a day.
ANY_NAME = "2000-01-01-any.md"
#: Fields that only accompany others.
ABOUT = frozenset(("clock_sources", "clock_precision", "extra"))


def written_document(record: Incident, *, fields: Mapping[str, Any]) -> str:
    """The document for ``record``, whose filled fields are ``fields``."""
    front = {name: value for name, value in fields.items() if name not in SECTIONS}
    texts = {name: fields[name] for name in SECTIONS if name in fields}
    body = _body(record.title, texts)
    for stated, text in ((front, body), (fields, "")):
        concluded = _concluded(_front_matter(stated, ()) + text, fields)
        document = _front_matter(stated, concluded) + text
        if (found := _read(document)) is not None and _is_same(found, fields):
            return document
    return document


def _concluded(document: str, fields: Mapping[str, Any]) -> list[str]:
    """What a reader concludes from texts and names although the record has it not."""
    found = _read(document) or {}
    return sorted(found.keys() - fields.keys() - ABOUT)


def file_names() -> Callable[[str], str]:
    """A function from ids to file names, no two the same even where case does not count."""
    taken: set[str] = set()

    def name(record_id: str) -> str:
        stem = re.sub(r"[^\w.-]+", "-", record_id).strip("-.")[:LONGEST_NAME] or "incident"
        candidate, number = stem, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate.lower())
        return f"{candidate}.md"

    return name


def _read(document: str) -> Mapping[str, Any] | None:
    """What the reader finds in a document; None if that is no single record."""
    items = [
        item
        for item in read(from_bytes(ANY_NAME, document.encode()))
        if not isinstance(item, Recognised)
    ]
    if len(items) == 1 and isinstance(items[0], RawIncident):
        return items[0].values
    return None


def _is_same(found: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether the reader finds the very texts that were written."""
    extra, expected = found.get("extra") or {}, fields.get("extra") or {}
    return (
        found.keys() == fields.keys()
        and extra == expected
        and all(found[name] == fields[name] for name in SECTIONS if name in fields)
    )


def _body(title: str, texts: Mapping[str, Any]) -> str:
    parts = [f"# {title}"] if title else []
    for name, text in texts.items():
        parts.append(f"## {SECTIONS[name]}")
        parts.append(text if isinstance(text, str) else "\n".join(f"- {item}" for item in text))
    return "\n" + "\n\n".join(parts) + "\n" if parts else ""


def _front_matter(fields: Mapping[str, Any], denied: Sequence[str]) -> str:
    lines = [f"{name}: {_yaml(value, bare=name != 'extra')}" for name, value in fields.items()]
    lines += [f"{name}: ~" for name in denied]
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\n"


def _yaml(value: Any, *, bare: bool) -> str:
    """A plain value in YAML's flow style; below ``extra`` texts are quoted to stay texts."""
    if isinstance(value, str):
        if bare and BARE.fullmatch(value) and value not in NOTHING:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return BY_NUMBER.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)
    if isinstance(value, Mapping):
        return "{" + ", ".join(_pair(k, v, bare=bare) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(item, bare=bare) for item in value) + "]"
    return json.dumps(value)


def _pair(key: str, value: Any, *, bare: bool) -> str:
    announced = "? " if len(key) > LONGEST_KEY else ""
    return f"{announced}{_yaml(key, bare=False)} : {_yaml(value, bare=bare and key != 'extra')}"
