"""Which addresses of a record may become links? Whatever a source writes there is untrusted.

A link made from anything else could fetch a picture from elsewhere, run a script, or lead to
another place than its name says.
"""

import re
from urllib.parse import quote, urlsplit

SCHEMES = ("http", "https", "mailto")
#: Longer ones are cut by browsers and mail programs.
LONGEST = 4_000
#: Ends a line, or hides what comes after it from whoever reads the address.
BROKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: What stays as it is; every other sign is written as its bytes, so that no Markdown sees it.
KEPT = ":/?#@!&+,;=%~-._"


def web_address(text: str) -> str | None:
    """``text`` as an address that a browser or mail program opens, safe inside Markdown.

    Returns:
        None where it is none, or one that nobody should open.
    """
    text = text.strip()
    if len(text) > LONGEST or BROKEN.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in SCHEMES:
        return None
    if not (parts.path if parts.scheme == "mailto" else host):
        return None
    return quote(text, safe=KEPT)


def names_a_scheme(text: str) -> bool:
    """Whether ``text`` is meant as a whole address, whatever for."""
    return bool(re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]{0,30}:\S", text)) or bool(BROKEN.search(text))
