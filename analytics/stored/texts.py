"""What was read in each stored text, kept with the store so that no text is read twice."""

import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping

from analytics.matcher.prepared import Document, Prepared
from analytics.matcher.searching import Kept
from analytics.matcher.suggesting import NOT_COMPARED, Found
from analytics.stored.documents import document_of, is_second_report
from data import prepared_texts
from data.record import Incident
from data.store import Store


def kept_texts(store: Store, version: str) -> Iterator[Kept]:
    """Every record that was searched, in order of time."""
    for _, payload in prepared_texts.prepared(store, version):
        one = json.loads(payload)
        best = NOT_COMPARED if one["best"] is None else one["best"]
        yield Kept(Prepared.from_json(one["text"]), best)


def texts_of(store: Store, version: str, ids: Iterable[str]) -> Iterator[tuple[bytes, Prepared]]:
    """Digest and text of those of some records that were searched."""
    for digest, payload in prepared_texts.prepared_of(store, version, ids):
        yield digest, Prepared.from_json(json.loads(payload)["text"])


def keep_texts(
    store: Store, version: str, found: Iterable[Found], digests: dict[str, bytes]
) -> None:
    """Keep what was read in some records, and the score of the best match of each.

    Args:
        digests: of the records that the texts were read in, by id.
    """
    texts = (
        (
            one.prepared.id,
            digests[one.prepared.id],
            json.dumps(
                {
                    "text": one.prepared.to_json(),
                    "best": None if math.isnan(one.strength) else one.strength,
                }
            ),
        )
        for one in found
    )
    prepared_texts.keep_prepared(store, version, texts)


def waiting(store: Store, version: str) -> tuple[list[Document], dict[str, bytes]]:
    """What was not searched yet, in order of time, and the digest of each record by its id."""
    documents, digests = list[Document](), dict[str, bytes]()
    reports = dict[str, Incident]()
    for digest, record in prepared_texts.unprepared(store, version):
        if (document := document_of(record)) is not None:
            documents.append(document)
            digests[document.id] = digest
            if record.duplicate_of:
                reports[record.id] = record
    second = _second_reports(store, reports)
    return sorted((one for one in documents if one.id not in second), key=_in_order), digests


def _in_order(document: Document) -> tuple[dt.datetime, str]:
    """Undated ones come last, as :data:`~analytics.matcher.searching.IN_ORDER` has them."""
    return document.created or dt.datetime.max, document.id


def _second_reports(store: Store, reports: Mapping[str, Incident]) -> set[str]:
    """Those of the records that say to be a duplicate whose event another record tells of."""
    originals = store.records({one.duplicate_of for one in reports.values() if one.duplicate_of})
    return {
        name
        for name, record in reports.items()
        if is_second_report(record, originals.get(record.duplicate_of or ""))
    }
