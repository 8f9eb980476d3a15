"""reStructuredText as Markdown, by way of HTML; it can include no file and write no raw output."""

import re

from data.readers.documents.from_html import markdown_of as markdown_of_html
from data.readers.source import Unreadable

#: Several times the longest post-mortem that we know of; the parser takes a second for it.
LONGEST = 40_000
#: Directives of documentation tools that stand for a list of pages or an index.
MISSING = re.compile(
    r"^\.\. (?:toctree|index|contents|only|tags)::.*\n(?:[ \t]+.*\n|[ \t]*\n)*", re.M
)
ROLE = re.compile(r":[a-z:+-]{1,40}:`([^`<>]{1,500}?)(?:\s*<[^`<>]{1,500}>)?`")
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "doctitle_xform": True,
    "docinfo_xform": True,
    "sectsubtitle_xform": False,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "line_length_limit": 10_000,
    "dump_settings": False,
    "dump_internals": False,
    "dump_transforms": False,
}


def markdown_of(text: str) -> str:
    """The text of a source in reStructuredText as Markdown.

    Raises:
        Unreadable: it is longer than any post-mortem, or the parser gives it up.
    """
    # It takes a while to import, and few sources need it.
    from docutils.core import publish_parts

    if len(text) > LONGEST:
        raise Unreadable(f"is longer than {LONGEST:,} characters, so it is no post-mortem")
    text = ROLE.sub(r"\1", MISSING.sub("", text + "\n"))
    try:
        parts = publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    except (Exception, SystemExit) as error:  # whatever stops a parser of that size
        raise Unreadable(f"is no reStructuredText: {type(error).__name__}") from error
    return markdown_of_html(parts["html_body"])
