"""Which records say these words, anywhere in their texts?

An index of what is written in every record, within the database: FTS5 of SQLite, text search of
PostgreSQL. It is kept in step within the transaction that changes a record. It holds nothing that
the records do not, so it is made anew whenever it may lack something: by a store of before, by
another edition of this module, by a machine whose SQLite has no FTS5.

Texts and questions are folded alike before a database sees them (accents and case ignored, words of
letters and digits), so both databases find the same, and nothing that one types is an operator.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, select, text

from data import tables
from data.engine import batches, fetch, put, put_all, reading, writing
from data.record import HEADINGS, LIST_FIELDS, LONGEST_TEXT, Incident
from data.rows import keyed_records

#: Rises with every change of what is folded how; an index of another edition is made anew.
EDITION = "1"
#: The setting that names the edition of the index that stands there.
SETTING = "text_index"
#: Characters of one record that are read; more would be longer than PostgreSQL takes.
MOST_CHARACTERS = LONGEST_TEXT
#: Words of a question, and characters of all of them: nobody who looks for something types more.
MOST_WORDS, MOST_TYPED = 32, 2_000
#: Characters of one word that tell it apart; PostgreSQL refuses words of thousands.
LONGEST_WORD = 100
#: Below so many letters a word is meant as it stands: two begin words of nearly every record.
SHORTEST_BEGINNING = 3
#: Characters of a snippet, those before its first match, and those of a record that are looked at.
SNIPPET, BEFORE, SNIPPET_OF = 200, 60, 50_000

#: Scripts without spaces between words: each sign is a word, and several of them are a phrase.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
QUOTED = re.compile(r'"([^"]*)"?|(\S+)')
#: ASCII as it is folded: letters small, all but letters and digits a space.
ASCII = bytes(n if chr(n).isalnum() else 32 for n in range(128)).lower() + b" " * 128

MAKE = {
    "sqlite": (
        "DROP TABLE IF EXISTS text_index",
        "CREATE VIRTUAL TABLE text_index USING fts5(title, body)",
    ),
    "postgresql": (
        "DROP TABLE IF EXISTS text_index",
        "CREATE TABLE text_index (incident INTEGER PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX text_index_words ON text_index USING gin (words)",
    ),
}
INSERT = {
    "sqlite": "INSERT INTO text_index (rowid, title, body) VALUES (?, ?, ?)",
    "postgresql": (
        "INSERT INTO text_index (incident, words) VALUES (%s, "
        "setweight(to_tsvector('simple', %s), 'A') || to_tsvector('simple', %s))"
    ),
}
DELETE = {
    "sqlite": "DELETE FROM text_index WHERE rowid IN :keys",
    "postgresql": "DELETE FROM text_index WHERE incident IN :keys",
}
# A word in a title or an id weighs as much as ten in other texts, as PostgreSQL has it of weights A
# and D; equals stand in the order of their keys, the newest first.
SEARCH = {
    "sqlite": (
        "SELECT incidents.id FROM text_index JOIN incidents ON incidents.key = text_index.rowid "
        "WHERE text_index MATCH :question "
        "ORDER BY bm25(text_index, 10, 1), incidents.key DESC LIMIT :most"
    ),
    "postgresql": (
        "SELECT incidents.id FROM text_index "
        "JOIN incidents ON incidents.key = text_index.incident, "
        "to_tsquery('simple', :question) AS question WHERE words @@ question "
        "ORDER BY ts_rank(words, question) DESC, incidents.key DESC LIMIT :most"
    ),
}


class Phrase(NamedTuple):
    """Words that follow each other.

    Attributes:
        is_beginning: whether the last one may be the beginning of a longer word.
    """

    words: tuple[str, ...]
    is_beginning: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: all of these, anywhere in a record, in any order.

    Attributes:
        left_out: whether more was typed than is looked for.
    """

    phrases: tuple[Phrase, ...]
    left_out: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a record around the words that were looked for, as plain text.

    Attributes:
        heading: of the section that it is from.
        parts: texts one after another, and whether each is one of the words.
    """

    heading: str
    parts: tuple[tuple[str, bool], ...]


def asked(typed: str) -> Question:
    """What a reader means: words, the beginnings of words, and phrases between quotes.

    Everything that is no letter and no digit only parts words; of more than :data:`MOST_WORDS`
    words the first are taken.
    """
    phrases: list[Phrase] = []
    left = MOST_WORDS
    for quoted, word in QUOTED.findall(typed[:MOST_TYPED]):
        words = tuple(one[:LONGEST_WORD] for one in WORD.findall(folded(quoted or word)))[:left]
        left -= len(words)
        if words:
            short = len(words[-1]) < SHORTEST_BEGINNING and words[-1].isascii()
            phrases.append(Phrase(words, is_beginning=not quoted and not short))
    return Question(tuple(phrases), left_out=not left or len(typed) > MOST_TYPED)


def folded(written: str) -> str:
    """Words of small letters and digits without accents, a space between them."""
    if written.isascii():
        return written.encode().translate(ASCII).decode()
    apart = unicodedata.normalize("NFKD", written[:MOST_CHARACTERS])
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    whole = unicodedata.normalize("NFC", bare).casefold()
    return " ".join(WORD.findall(whole))


def write(connection: Connection, records: Iterable[tuple[int, Incident]]) -> None:
    """Take records, by their keys, into the index that does not hold them."""
    kind = connection.dialect.name
    if not _is_possible(kind):
        let_it_be_made_anew(connection)
        return
    rows = [(key, *_texts_of(record)) for key, record in records]
    if rows:
        cursor: Any = connection.connection.cursor()
        try:
            cursor.executemany(INSERT[kind], rows)
        finally:
            cursor.close()


def drop(connection: Connection, keys: Sequence[int]) -> None:
    """Take records out of the index."""
    kind = connection.dialect.name
    if not _is_possible(kind):
        let_it_be_made_anew(connection)
        return
    statement = text(DELETE[kind]).bindparams(bindparam("keys", expanding=True))
    connection.execute(statement, {"keys": list(keys)})


def drop_all(connection: Connection) -> None:
    """Take every record out of the index."""
    if _is_possible(connection.dialect.name):
        connection.execute(text("DELETE FROM text_index"))
    else:
        let_it_be_made_anew(connection)


def bring_up_to_date(engine: Engine) -> None:
    """Make the index where there is none of this edition; the revision of the store stays.

    Raises:
        StoreBusy: somebody else is writing and it has to be made.
    """
    if not _is_possible(engine.dialect.name):
        return
    with reading(engine) as connection:
        if _stands(connection):
            return
    with writing(engine) as connection:
        connection.execute(select(tables.STORE).with_for_update()).one()
        if _stands(connection):  # somebody else made it while we waited
            return
        make(connection)


def make(connection: Connection) -> None:
    """Make the index anew of all records, where this machine can."""
    if not _is_possible(connection.dialect.name):
        let_it_be_made_anew(connection)
        return
    for statement in MAKE[connection.dialect.name]:
        connection.execute(text(statement))
    for some in batches(fetch(connection, select(tables.INCIDENTS.c.key))):
        write(connection, keyed_records(connection, [key for (key,) in some]))
    put(connection, tables.SETTINGS, [(SETTING, EDITION)], among=_OURS)


def search(engine: Engine, question: Question, *, most: int) -> list[str] | None:
    """The ids of the records that hold all that is asked for, the best first.

    Args:
        most: how many are given at most.

    Returns:
        None where this database cannot search texts, or another machine changed what it holds.
    """
    if not question.phrases:
        return []
    kind = engine.dialect.name
    with reading(engine) as connection:
        if not (_is_possible(kind) and _stands(connection)):
            return None
        values = {"question": _written(question, kind), "most": most}
        return [row.id for row in connection.execute(text(SEARCH[kind]), values)]


def snippet(record: Incident, question: Question) -> Snippet | None:
    """The piece of a record that holds most of what is asked for; None where only labels do."""
    best: tuple[int, Snippet] | None = None
    left = SNIPPET_OF
    for heading, written in _sections(record):
        number, piece = _piece(heading, written[:left], question)
        if number and (best is None or number > best[0]):
            best = number, piece
        left -= min(len(written), left)
    return best[1] if best else None


_OURS = tables.SETTINGS.c.name == SETTING


@cache
def _has_fts5() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
        except sqlite3.OperationalError:
            return False
    return True


def _is_possible(kind: str) -> bool:
    return kind == "postgresql" or (kind == "sqlite" and _has_fts5())


def _stands(connection: Connection) -> bool:
    edition = select(tables.SETTINGS.c.value).where(_OURS)
    return connection.execute(edition).scalar_one_or_none() == EDITION


def let_it_be_made_anew(connection: Connection) -> None:
    """For a record that changes here, and the index does not follow."""
    put_all(connection, tables.SETTINGS, [], among=_OURS)


def _written(question: Question, kind: str) -> str:
    """The question as the database takes it; its words are letters and digits only."""
    if kind == "sqlite":
        return " ".join(
            f'"{" ".join(phrase.words)}"{"*" if phrase.is_beginning else ""}'
            for phrase in question.phrases
        )
    return " & ".join(
        " <-> ".join(f"'{word}'" for word in phrase.words) + (":*" if phrase.is_beginning else "")
        for phrase in question.phrases
    )


def _texts_of(record: Incident) -> tuple[str, str]:
    """What stands in the index of a record: its names, and all its other texts."""
    labels = (
        *(record.team, record.environment, record.severity, record.root_cause_category),
        *(record.trigger_category, record.detection_source),
        *chain.from_iterable(getattr(record, name) for name in LABEL_LISTS),
    )
    sections = (written for _, written in _sections(record))
    names = " ".join((record.title, record.id, record.source_id or ""))
    whole = "\n".join(chain(sections, (label for label in labels if label)))
    return folded(names), folded(whole[:MOST_CHARACTERS])[:MOST_CHARACTERS]


#: Fields that are lists of short names.
LABEL_LISTS = ("services", "tags", "contributing_factors")


def _sections(record: Incident) -> Iterator[tuple[str, str]]:
    """Every text of a record under the name of its section."""
    for name, heading in HEADINGS.items():
        value = getattr(record, name)
        if value and name not in LABEL_LISTS:
            yield heading, "\n".join(value) if name in LIST_FIELDS else value
    if record.timeline:
        yield "Timeline", "\n".join(event.text for event in record.timeline)
    if record.actions:
        yield (
            "Actions",
            "\n".join(
                " ".join(filter(None, (action.title, action.owner, action.verified_how)))
                for action in record.actions
            ),
        )
    if record.extra:
        yield "Everything else", "\n".join(_leaves(record.extra))


def _leaves(value: Any) -> Iterator[str]:
    """The texts in what a source says beyond our fields; its depth is bounded by the record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)


def _piece(heading: str, written: str, question: Question) -> tuple[int, Snippet]:
    """How much of what is asked for stands in a piece of a text, and that piece."""
    beginnings = tuple(
        (word, phrase.is_beginning and word == phrase.words[-1])
        for phrase in question.phrases
        for word in phrase.words
    )
    marks = [
        (match.start(), match.end(), word)
        for match in WORD.finditer(written)
        if (word := _matched(folded(match[0]), beginnings))
    ]
    windows = [
        (len({word for at, _, word in marks[n:] if at < start + SNIPPET - BEFORE}), -n)
        for n, (start, _, _) in enumerate(marks[:MOST_WORDS])
    ]
    number, first = max(windows, default=(0, 0))
    if not number:
        return 0, Snippet(heading, ())
    start = max(marks[-first][0] - BEFORE, 0)
    return number, Snippet(heading, tuple(_cut(written, start, marks)))


def _matched(word: str, beginnings: Sequence[tuple[str, bool]]) -> str:
    for wanted, is_beginning in beginnings:
        if word == wanted or (is_beginning and word.startswith(wanted)):
            return wanted
    return ""


def _cut(
    written: str, start: int, marks: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[str, bool]]:
    """The text from a place on, its words marked, whole words at both ends."""
    end = min(start + SNIPPET, len(written))
    if start:
        start = written.find(" ", start, start + BEFORE) + 1 or start
        yield "… ", False
    if end < len(written):
        end = max(written.rfind(" ", start + BEFORE, end), start + BEFORE)
    at = start
    for begins, ends, _ in marks:
        if begins >= at and ends <= end:
            yield written[at:begins], False
            yield written[begins:ends], True
            at = ends
    yield written[at:end] + (" …" if end < len(written) else ""), False
