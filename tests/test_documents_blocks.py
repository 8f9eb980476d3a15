"""Is a document taken apart into the blocks that its author meant?"""

import pytest

from data.readers.documents.blocks import BOLD_LEVEL, Block, every, read_blocks, unmarked
from data.readers.source import Unreadable


def shapes(body: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in every(read_blocks(body))]


def test_items_keep_what_stands_under_them() -> None:
    (item,) = read_blocks("- **Impact**:\n  - One order in three\n\n    was lost.\n  - More\n")
    assert item.text == "**Impact**"
    assert [(child.text, child.level) for child in item.children] == [
        ("One order in three", 1),
        ("More", 1),
    ]
    assert [child.text for child in item.children[0].children] == ["was lost."]


def test_a_heading_is_one_only_where_its_author_meant_one() -> None:
    body = "# A\n\n**B**\n\n```\n# C\n```\n\n> ## D\n\n- E\n"
    assert shapes(body) == [
        ("heading", "A"),
        ("heading", "B"),
        ("code", "# C"),
        ("heading", "D"),
        ("item", "E"),
    ]
    assert read_blocks("**B**:")[0].level == BOLD_LEVEL


def test_a_rule_right_below_facts_makes_no_heading_of_them() -> None:
    assert shapes("Status: resolved\n---\n") == [("text", "Status: resolved")]
    assert shapes("Timeline\n--------\n") == [("heading", "Timeline")]


def test_a_table_has_a_header_and_rows_however_it_is_typed() -> None:
    (table,) = read_blocks("Time|Event\n--|:-:\n09:14|a \\| b\n10:40|\n")
    assert table == Block(
        "table",
        start=0,
        end=4,
        header=["Time", "Event"],
        rows=[["09:14", "a | b"], ["10:40", ""]],
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Bold** and `code_name`", "Bold and code_name"),
        ("[a](https://x.example/1), <https://x.example/2>", "a, https://x.example/2"),
        ("one<br/>two[^1]", "one\ntwo"),
        ("<b>a</b> < b", "a < b"),
        ("snake_case _and_ this\\_one", "snake_case and this_one"),
    ],
)
def test_marks_are_taken_off_and_words_stay(text: str, plain: str) -> None:
    assert unmarked(text) == plain


@pytest.mark.parametrize("body", ["x" * 600_000, "a\n" * 11_000])
def test_what_is_too_long_is_no_post_mortem(body: str) -> None:
    with pytest.raises(Unreadable, match="is longer than"):
        read_blocks(body)
