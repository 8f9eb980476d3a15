"""What does the matcher remember of a record, so that its text is read only once?

Cutting a text into tokens and concepts is three quarters of the work, so the store keeps the result
with the record: small, JSON, and marked with the version of the concept list and of this reading.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from analytics.matcher.concepts import Concepts, sentences
from analytics.matcher.roles import ASIDE, PLAIN, weight_of_sentence
from analytics.matcher.tokens import fold, tokens

#: Raise when tokens are cut or counted differently, so that what the store keeps is prepared anew.
READING = 5
#: Stands for a beginning that nobody recorded: such a record may repeat any other, so it comes
#: after all of them.
UNDATED = 2**62
#: Words beside the title from which a record is taken to tell a cause where no concept is spoken
#: of: "Not stated." and "The host had trouble." tell none.
FEWEST_WORDS = 3
#: Words beside the name of a service that say no more than that something was wrong with it.
_TEMPLATE = frozenset(tokens("service services trouble"))
#: A word counted oftener says nothing more, and a count fits into one byte.
MOST_COUNTED = 120
#: Characters of a field that are read; what follows in a longer one is logs.
LONGEST_FIELD = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The fields of a record that tell its cause.

    Attributes:
        created: when the incident began (naive UTC); only strictly earlier ones can be its
            original. None where nobody recorded it.
        resolved: when it ended; None if unknown.
    """

    id: str
    created: dt.datetime | None
    resolved: dt.datetime | None = None
    title: str = ""
    cause: str = ""
    trigger: str = ""
    factors: tuple[str, ...] = ()
    summary: str = ""
    services: tuple[str, ...] = ()
    category: str = ""

    @property
    def body(self) -> str:
        """Everything but the title, one paragraph a field."""
        return _paragraphs(self.cause, self.trigger, *self.factors, self.summary)

    @property
    def sentences(self) -> list[str]:
        """The title and the sentences of the body, in order."""
        return [self.title[:LONGEST_FIELD], *sentences(self.body)]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record as the index takes it.

    Attributes:
        created, resolved: seconds since 1970 (UTC); ``created`` is :data:`UNDATED` and
            ``resolved`` None if unknown.
        words: distinct tokens; ``in_title`` and ``in_body`` count each of them in a byte, in the
            body by what the sentence is worth (:mod:`analytics.matcher.roles`).
        concepts: concept name to the worth of the sentences that speak of it.
        version: of the reading and the concept list; see :func:`version_of`.
    """

    id: str
    created: int
    resolved: int | None
    words: tuple[str, ...]
    in_title: bytes
    in_body: bytes
    concepts: Mapping[str, int]
    services: tuple[str, ...]
    category: str
    version: str

    @property
    def tells_cause(self) -> bool:
        """Whether the record says anything of its cause."""
        return bool(self.concepts) or sum(map(bool, self.in_body)) >= FEWEST_WORDS

    @property
    def tells_apart(self) -> bool:
        """Whether the record says anything that not every other one of its service says.

        "Search: service trouble" and "Incident with search" do not.
        """
        if self.tells_cause:
            return True
        services = {word for name in self.services for word in tokens(name)}
        return not services.union(_TEMPLATE).issuperset(self.words)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``; short strings are small and quick to read."""
        return {
            "id": self.id,
            "created": self.created,
            "resolved": self.resolved,
            "words": " ".join(self.words),
            "title": self.in_title.hex(),
            "body": self.in_body.hex(),
            "concepts": dict(self.concepts),
            "services": list(self.services),
            "category": self.category,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What :meth:`to_json` gave.

        Raises:
            KeyError: something is missing.
        """
        return cls(
            id=kept["id"],
            created=kept["created"],
            resolved=kept["resolved"],
            words=tuple(kept["words"].split()),
            in_title=bytes.fromhex(kept["title"]),
            in_body=bytes.fromhex(kept["body"]),
            concepts=kept["concepts"],
            services=tuple(kept["services"]),
            category=kept["category"],
            version=kept["version"],
        )


def version_of(concepts: Concepts) -> str:
    """The mark of records prepared now; a stored one with another mark must be prepared anew."""
    return f"{READING}-{concepts.version}"


def prepare(document: Document, concepts: Concepts) -> Prepared:
    """``document`` cut into tokens and concepts, once and for all."""
    title = document.title[:LONGEST_FIELD]
    in_title = Counter(tokens(title))
    in_body: Counter[str] = Counter()
    spoken: Counter[str] = Counter(dict.fromkeys(sorted(concepts.in_sentence(title)), PLAIN))
    for sentence, worth in _weighed(document):
        for found, counts in (
            (tokens(sentence), in_body),
            (concepts.in_sentence(sentence), spoken),
        ):
            for item in sorted(found):
                counts[item] += worth
    known = tuple(in_title | in_body)
    return Prepared(
        id=document.id,
        created=UNDATED if document.created is None else _seconds(document.created),
        resolved=None if document.resolved is None else _seconds(document.resolved),
        words=known,
        in_title=bytes(min(in_title[word], MOST_COUNTED) for word in known),
        in_body=bytes(min(in_body[word], MOST_COUNTED) for word in known),
        concepts={name: min(worth, MOST_COUNTED) for name, worth in spoken.items()},
        services=tuple(sorted({fold(service).strip() for service in document.services} - {""})),
        category=fold(document.category).strip(),
        version=version_of(concepts),
    )


def _weighed(document: Document) -> Iterator[tuple[str, int]]:
    """The sentences of the body with what each is worth.

    Beside a cause that is told the summary is an aside, so that a long one does not drown it.
    """
    told = sentences(_paragraphs(document.cause, document.trigger, *document.factors))
    for sentence in told:
        yield sentence, weight_of_sentence(sentence)
    tells = len({word for sentence in told for word in tokens(sentence)}) >= FEWEST_WORDS
    for sentence in sentences(_paragraphs(document.summary)):
        yield sentence, ASIDE if tells else weight_of_sentence(sentence)


def _paragraphs(*fields: str) -> str:
    return "\n\n".join(text[:LONGEST_FIELD] for text in fields if text)


def _seconds(moment: dt.datetime) -> int:
    """Seconds since 1970 of a naive UTC moment, before 1970 too."""
    return int((moment - dt.datetime(1970, 1, 1)).total_seconds())
