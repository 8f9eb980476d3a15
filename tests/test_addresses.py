"""Does a link lead where it says, and never become anything but a link?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.values import web_address

#: Signs that end a destination in Markdown, or begin something else there.
MARKUP = re.compile(r"[\s()\[\]<>\"'`\\{}|^*$]")


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("https://w.example/a?b=c&d=1#e", "https://w.example/a?b=c&d=1#e"),
        ("HTTP://w.example:8080/%20", "HTTP://w.example:8080/%20"),
        (" https://w.example/a b(c) ", "https://w.example/a%20b%28c%29"),
        ("https://w.example/ü", "https://w.example/%C3%BC"),
        ("https://w.example/[a](b)*$'\"<i>", "https://w.example/%5Ba%5D%28b%29%2A%24%27%22%3Ci%3E"),
        ("mailto:team@w.example", "mailto:team@w.example"),
    ],
)
def test_an_address_of_the_web_is_a_link(written: str, opened: str) -> None:
    assert web_address(written) == opened


@pytest.mark.parametrize(
    "written",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<i>",
        "file:///etc/hosts",
        "//w.example/a",
        "w.example/a",
        "PAY-7",
        "http:",
        "https:///a",
        "mailto:",
        "https://[w.example/a",
        "https://w.example/a\n\n![x](http://z.example/z.png)",
        "https://w.example/a\r![x](http://z.example/z.png)",
        "https://w.example/\u2028a",
        "https://w.example/" + "a" * 5_000,
    ],
)
def test_anything_else_is_none(written: str) -> None:
    assert web_address(written) is None


@given(st.text(max_size=60))
def test_nothing_in_an_address_ends_it_inside_markdown(tail: str) -> None:
    for text in (tail, f"https://w.example/{tail}", f"mailto:{tail}"):
        address = web_address(text)
        assert address is None or not MARKUP.search(address)
