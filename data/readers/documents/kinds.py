"""Every kind of document by how it becomes Markdown; what is in it, one reader tells for all.

What takes long to import is imported where a document of its kind is read.
"""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from data.readers.documents import blocks, from_pdf, to_markdown
from data.readers.documents.incident_tables import incident_tables
from data.readers.documents.postmortem import document_of, read_parsed
from data.readers.documents.to_markdown import rst_markdown as markdown_of_rst
from data.readers.source import (
    FALLBACK,
    MEGABYTE,
    Assumption,
    Item,
    RawIncident,
    Reader,
    Source,
    Unreadable,
    fallback_said,
    whole_text,
)
from data.readers.tables.reading import read_table

#: With a front matter that holds every text at its longest.
LARGEST_TEXT = 5 * MEGABYTE
#: With pictures inside.
LARGEST_PAGE = 20 * MEGABYTE
PAGES = frozenset({".html", ".htm", ".xhtml"})


def text_document(shape: str, to_markdown: Callable[[str], str]) -> Reader:
    """A reader for text that becomes Markdown.

    Args:
        shape: the kind of file in words.
        to_markdown: changes the text, or raises Unreadable.
    """

    def read(source: Source) -> Iterator[Item]:
        _refuse_larger(source, LARGEST_TEXT)
        text, encoding = whole_text(source, at_most=LARGEST_TEXT)
        for item in _read_page(source, to_markdown(text), shape=shape):
            if encoding == FALLBACK and isinstance(item, RawIncident):
                yield Assumption(fallback_said(source))
            yield item

    return read


def document(
    shape: str, to_markdown: Callable[[bytes], str], *, largest: int = LARGEST_PAGE
) -> Reader:
    """A reader for a document that is no plain text.

    Args:
        shape: the kind of file in words.
        to_markdown: changes its bytes, or raises Unreadable.
        largest: the most bytes that such a post-mortem has.
    """

    def read(source: Source) -> Iterator[Item]:
        _refuse_larger(source, largest)
        markdown = to_markdown(source.content(at_most=largest))
        yield from _read_page(source, markdown, shape=shape)

    return read


def read_ruby(source: Source) -> Iterator[Item]:
    """A page of ERB, which is Markdown or HTML around its Ruby.

    Raises:
        Unreadable: it is no post-mortem.
    """
    inner = PurePath(PurePath(source.name).stem).suffix.lower()
    below = to_markdown.html_markdown if inner in PAGES else blocks.without_site_markup
    yield from text_document("ERB", lambda text: below(blocks.without_ruby(text)))(source)


def _read_page(source: Source, markdown: str, *, shape: str) -> Iterator[Item]:
    """The incidents that a page lists in a table, else the one that it is about."""
    page = document_of(source, markdown)
    tables = incident_tables(page, source)
    for table in tables:
        yield from read_table(table, source=source)
    if not tables:
        yield from read_parsed(source, page, shape=shape)


def _refuse_larger(source: Source, largest: int) -> None:
    if source.size > largest:
        raise Unreadable(f"is larger than {largest // MEGABYTE} MB, so it is no post-mortem")


def _as_markdown(text: str) -> str:
    """Markdown without the tags of site generators, or what HTML in its place says."""
    text = blocks.without_site_markup(text)
    return to_markdown.html_markdown(text) if blocks.is_written_in_html(text) else text


read_markdown = text_document("Markdown", _as_markdown)
read_notebook = text_document("notebook in Markdown", blocks.without_chunks)
read_mdx = text_document("MDX", blocks.without_components)
read_rst = text_document("reStructuredText", markdown_of_rst)
read_text = text_document("plain text", to_markdown.text_markdown)
read_html = document("HTML", to_markdown.html_to_markdown)
read_saved = document("saved page", to_markdown.saved_page_to_markdown)
read_word = document("Word document", to_markdown.word_to_markdown)
read_pdf = document("PDF", from_pdf.to_markdown)
