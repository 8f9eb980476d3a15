"""Links to addresses that stand in records: nothing else of a record may become one."""

from data.values import web_address
from pages.parts.wording.numbers import literal


def openable(address: str | None) -> str | None:
    """An address of a record as a link may have it; None where there is none to open."""
    return web_address(address or "")


def web_link(text: str, address: str | None) -> str:
    """Markdown of ``text`` that leads to an address, both from a record.

    Where nobody should open the address, the text stands alone.
    """
    opened = openable(address)
    return f"[{literal(text or opened)}]({opened})" if opened else literal(text)
