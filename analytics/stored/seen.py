"""Have we seen this before? What somebody describes, or drafts, against all stored records.

For the command line, a chat-bot or a check of a draft: an answer of plain values, before anything
is recorded. Nothing is stored.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.matcher.matching import explain
from analytics.matcher.nearest import NEAREST, Searchable, closeness, nearest, share_of_text
from analytics.matcher.prepared import Document
from analytics.stored.index import document_of, document_of_text, open_index
from data.record import Incident
from data.store import Store
from data.worked import all_work, as_worked

#: Characters of a text that are read; what follows in a longer one is logs.
LONGEST_TEXT = 50_000
#: How the state of an action is said; missing where its source does not say.
STATES = {"in_progress": "in progress", "wont_do": "will not be done", None: "state not said"}
#: Bytes of a file that no reader understands; more is no description.
MOST_BYTES = 1_000_000


def draft(text_or_file: str) -> Document:
    """What is described: the first record of a file, else its text; or the text itself.

    A single word with the ending of a file that can be read is one, there or not.

    Raises:
        OSError: the file is not there or cannot be read, or it is a folder or holds no text.
    """
    if len(text_or_file) > LONGEST_TEXT or "\n" in text_or_file:
        return document_of_text(text_or_file[:LONGEST_TEXT])
    path = Path(text_or_file)
    if not _names_file(path):
        return document_of_text(text_or_file)
    from data import lists  # a description needs no reader of files
    from data.gathering import read_paths

    records = read_paths([path], lists=lists.current_lists()).incidents()
    for record in records:
        if (document := document_of(record)) is not None:
            return document
    with path.open("rb") as file:
        text = file.read(MOST_BYTES).decode("utf-8", "replace")
    if "\0" in text:
        raise OSError(f"{path} holds no text.")
    return document_of_text(text[:LONGEST_TEXT])


def _names_file(path: Path) -> bool:
    """Whether that is a file rather than a description.

    Raises:
        OSError: it must be one by its name, but there is none.
    """
    try:
        if path.is_file():
            return True
    except OSError:  # longer than any name of a file
        return False
    if " " in str(path):
        return False
    if len(path.parts) > 1 and path.is_dir():
        raise OSError(f"{path} is a folder; name one file.")
    if not path.suffix:
        return False
    from data.readers import BY_SUFFIX

    if path.suffix.lower() in BY_SUFFIX:
        raise OSError(f"There is no file {path}.")
    return False


def seen_before(store: Store, document: Document, *, most: int = NEAREST) -> dict[str, Any]:
    """The stored incidents nearest to a description, as plain values.

    ``times`` is the how-manieth time it would be, ``since`` when the first of them began,
    ``searched`` of how many records; ``nearest`` has for each incident how near it is, why, and
    what was promised after it. ``shared_text`` is the share of either text found in the other, of
    a mere description the share of it that is there.

    Raises:
        StoreUnreachable: the database failed.
        ConceptsUnreadable: the list of concepts cannot be used.
    """
    search = open_index(store)
    found = nearest(document, search, most=most)
    worked = {row.key: row for row in all_work(store)}
    told = store.records(match.id for match in found.matches)
    records = {name: as_worked(record, worked) for name, record in told.items()}
    described = not document.id
    return {
        "times": found.times,
        "since": _written(found.since),
        "searched": found.compared,
        "nearest": [
            {
                "id": match.id,
                "closeness": closeness(match, described=described),
                "seen_before": match.seen,
                "shared_text": round(share_of_text(match, described=described), 2),
                **_record(document, records[match.id], search),
            }
            for match in found.matches
            if match.id in records
        ],
    }


def in_words(answer: Mapping[str, Any]) -> Iterator[str]:
    """The same as lines for a person."""
    if answer["times"] > 1:
        since = f", first on {answer['since'][:10]}" if answer["since"] else ""
        yield f"Seen before, {answer['times'] - 1:,} times{since}."
    if answer["nearest"] and not any(one["shared_text"] for one in answer["nearest"]):
        yield f"Nothing like it among {answer['searched']:,} records; these are the latest."
    for place, one in enumerate(answer["nearest"], 1):
        began = f" ({one['began'][:10]})" if one["began"] else ""
        yield f"{place}. {one['closeness']}: {one['title'] or one['id']}{began} [{one['id']}]"
        why = [f"{100 * one['shared_text']:.0f} % of the text is shared"]
        for name, said in (("both speak of", "concepts"), ("share", "words")):
            if one[said]:
                why.append(f"{name} {', '.join(one[said])}")
        if one["same_services"]:
            why.append(f"same service: {', '.join(one['same_services'])}")
        yield f"   {'; '.join(why)}"
        actions = [
            f"{action['title']} ({STATES.get(action['status'], action['status'])})"
            for action in one["actions"]
        ]
        yield f"   promised then: {'; '.join(actions) or 'nothing that is recorded'}"
    if not answer["nearest"]:
        yield f"Nothing like it among {answer['searched']:,} records."


def _record(new: Document, record: Incident, search: Searchable) -> dict[str, Any]:
    old = document_of(record)
    reasons = explain(new, old, index=search.index, concepts=search.concepts) if old else None
    return {
        "title": record.title,
        "url": record.url,
        "began": _written(old.created if old else None),
        "concepts": [one.text for one in reasons.concepts] if reasons else [],
        "words": [one.text for one in reasons.words] if reasons else [],
        "sentence": reasons.earlier_sentence if reasons else "",
        "same_services": list(reasons.same_services) if reasons else [],
        "actions": [{"title": action.title, "status": action.status} for action in record.actions],
    }


def _written(moment: dt.datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()}Z"
