"""What was the cause, where a post-mortem has no part that is called so?

A section that explains it under another name, else the sentence that says what caused it.
"""

from collections.abc import Iterator

from data import words
from data.readers.documents.blocks import unmarked
from data.readers.documents.document import LONGEST_TEXT, Document
from data.readers.documents.telling import sentences_of

#: Sections that do not tell of this incident's cause.
ELSEWHERE = frozenset(
    ("actions", "lessons", "timeline", "what_went_well", "what_went_wrong", "where_we_got_lucky")
)
UNKNOWN = ("unknown", "not known", "unclear", "not clear", "investigat", "desconoc", "unbekannt")
SHORTEST = 20


def cause_of(document: Document) -> tuple[str, str]:
    """The heading of the section that explains the cause, if one does, and the text."""
    explained = [section for section in document.parts("explanation") if section.text]
    if explained:
        return explained[0].heading, explained[0].text
    for strength in ("stated", "hinted"):
        for sentence in _sentences(document, only_telling=strength == "hinted"):
            if _says(strength, sentence):
                return "", sentence
    factors = [section for section in document.parts("what_let_it_grow") if section.text]
    return ("", factors[0].text) if factors else ("", "")


def _sentences(document: Document, *, only_telling: bool) -> Iterator[str]:
    texts = list(document.telling_texts)
    if not only_telling:
        texts += [
            unmarked(section.text[:LONGEST_TEXT])
            for section in document.sections
            if section.part not in ELSEWHERE
        ]
    for text in texts:
        for sentence in sentences_of(text):
            if len(sentence) >= SHORTEST:
                yield sentence.strip()


def _says(strength: str, sentence: str) -> bool:
    folded = words.fold(sentence)
    hits = words.current().phrases["cause_phrases"].hits(folded)
    told = any(hit.meaning == strength for hit in hits)
    return told and not any(word in folded for word in UNKNOWN)
