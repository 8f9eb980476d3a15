"""A page saved or exported as one message (MHTML), which Word's name is sometimes given to."""

import email
from email.policy import compat32

from data.readers.documents.from_html import decoded, markdown_of
from data.readers.source import Unreadable


def to_markdown(content: bytes) -> str:
    """The page inside a message as Markdown.

    Raises:
        Unreadable: there is none, or it is longer than any post-mortem.
    """
    try:
        message = email.message_from_bytes(content, policy=compat32)
        pages = (part for part in message.walk() if part.get_content_type() == "text/html")
        page = next(pages, None)
        inner = page.get_payload(decode=True) if page is not None else None
        charset = page.get_content_charset() if page is not None else None
    except Exception as error:  # whatever stops the parser
        raise Unreadable(f"is no saved page: {type(error).__name__}") from error
    if not isinstance(inner, bytes):
        raise Unreadable("is no saved page: it holds no HTML")
    try:
        text = inner.decode(charset or "utf-8")
    except (LookupError, ValueError):
        text = decoded(inner)
    return markdown_of(text)
