"""A saved page, or what a wiki or an office exports as HTML, as Markdown.

Tags are put in order first, then what is particular to a tool is turned into ordinary elements, and
then a library writes Markdown. Nothing that a page names is fetched.
"""

import re

from data.readers.documents.html_tidy import styles_in, tidied
from data.readers.documents.site_markup import front_matter_end
from data.readers.source import Unreadable, from_bytes
from data.readers.text import FALLBACK, encoding_of

#: Ten times the longest post-mortem that we know of, with its tags; converting it takes a second.
LONGEST = 400_000
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def to_markdown(content: bytes) -> str:
    """A page in HTML as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem.
    """
    return markdown_of(decoded(content))


def markdown_of(page: str) -> str:
    """The text of a page in HTML as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem.
    """
    # These take a while to import, and few sources are pages.
    from bs4 import BeautifulSoup

    from data.readers.documents.html_shapes import make_ordinary
    from data.readers.documents.html_writer import written

    end = front_matter_end(page)
    front, page = page[:end], page[end:]
    tidy = tidied(page)
    if len(tidy) > LONGEST:
        raise Unreadable(f"is longer than {LONGEST:,} characters, so it is no post-mortem")
    soup = BeautifulSoup(tidy, "html.parser")
    make_ordinary(soup, styles=styles_in(page))
    return "\n\n".join(filter(None, (front, written(soup))))


def decoded(content: bytes) -> str:
    """The text of a page: by its mark, else UTF-8, else as the page says of itself."""
    encoding = encoding_of(from_bytes("", content))
    if encoding == FALLBACK and (named := CHARSET.search(content[:4096])):
        try:
            return content.decode(named.group(1).decode("ascii"), "replace")
        except (LookupError, ValueError):
            pass  # no encoding of text that is known here
    return content.decode(encoding, "replace")
