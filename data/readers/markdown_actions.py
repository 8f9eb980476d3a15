"""The promised actions of a post-mortem: check boxes, plain lists, tables with owner and date."""

import re
from typing import Any

from data import words
from data.readers.markdown_blocks import LINK, Block, blocks, unmarked

BOX = re.compile(r"\[([ xX])\]\s*")
ADDRESS = re.compile(r"https?://[^\s<>()|]{1,2000}")


def read_actions(text: str) -> tuple[list[dict[str, Any]], str]:
    """The actions of a section, and its text that is none.

    A heading above some of the actions may say of which kind they are.
    """
    actions: list[dict[str, Any]] = []
    rest: list[str] = []
    kind: str | None = None
    for block in blocks(text):
        if block.kind == "heading":
            kind = words.current().action_kind(block.text) or None
            continue
        if block.kind == "text":
            rest.append(block.text)
            continue
        action = _from_row(block) if block.kind == "row" else _from_item(block.text)
        if action.get("title"):
            actions.append({**({"kind": kind} if kind else {}), **action})
    return actions, "\n\n".join(rest)


def _from_item(text: str) -> dict[str, Any]:
    action: dict[str, Any] = {}
    if box := BOX.match(text):
        action["status"] = "open" if box.group(1) == " " else "done"
        text = text[box.end() :]
    inside, struck, after = text.removeprefix("~~").rpartition("~~")
    if text.startswith("~~") and struck and not any(c.isalnum() for c in after):
        # Authors strike out what is done and what was given up alike: not for us to say which.
        text = inside
        action["extra"] = {"struck_out": True}
    if address := _address(text):
        action["url"] = address
    action["title"] = unmarked(text)
    return action


def _from_row(block: Block) -> dict[str, Any]:
    action: dict[str, Any] = {}
    extra: dict[str, str] = {}
    known = words.current()
    for header, cell in block.cells.items():
        value = unmarked(cell)
        if known.is_nothing(value):
            continue
        field = known.action_field(header)
        if not field or field in action:
            extra[header] = value
        elif field == "url":
            action[field] = _address(cell) or value
        elif field == "status":
            action[field] = known.action_status(value) or value
        elif field == "kind":
            action[field] = known.action_kind(value) or value
        else:
            action[field] = value
    if extra:
        action["extra"] = extra
    return action


def _address(text: str) -> str | None:
    """The first address that a text links to."""
    if link := LINK.search(text):
        return link.group(2)
    bare = ADDRESS.search(text)
    return bare.group(0) if bare else None
