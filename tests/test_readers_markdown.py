"""Is a Markdown post-mortem read as far as it is certain, and kept as text where it is not?"""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exporting import TEMPLATE
from data.problems import Problem
from data.readers import read
from data.readers.documents.postmortem import stable_id
from data.readers.source import Item, LeftOut, RawIncident, from_bytes


def items(text: str, name: str = "2024-05-01-gate.md") -> list[Item]:
    return list(read(from_bytes(name, text.encode())))


def record(text: str, name: str = "2024-05-01-gate.md") -> dict[str, Any]:
    found = [item for item in items(text, name) if isinstance(item, RawIncident)]
    assert len(found) == 1
    return dict(found[0].values)


def problem(text: str) -> str:
    (found,) = items(text)
    assert isinstance(found, Problem)
    assert found.rejected
    return str(found)


def test_front_matter_stays_the_text_that_its_author_wrote() -> None:
    values = record("---\nid: 007\ntitle: 1.10\nseverity: no\nteam: ~\n---\n", "gate.md")
    assert values == {"id": "007", "title": "1.10", "severity": "no"}


def test_the_front_matter_has_the_first_word_and_the_body_is_kept() -> None:
    values = record("---\nsummary: Short\n---\n## Summary\n\nLong\n\n## Impact\n\nSome\n")
    assert values["summary"] == "Short"
    assert values["impact"] == "Some"
    assert values["extra"] == {"also_said": {"summary": "Long"}}


def test_unknown_sections_are_kept_and_subheadings_stay_with_their_section() -> None:
    values = record("# T\n\n## Impact\n\nBig\n\n### North\n\nBigger\n\n## Weather\n\nCalm\n")
    assert values["title"] == "T"
    assert values["impact"] == "Big\n\n### North\n\nBigger"
    assert values["extra"] == {"sections": {"Weather": "Calm"}}


def test_a_heading_inside_a_code_block_is_no_heading() -> None:
    values = record("## Summary\n\n```\n## Impact\n```\n\n## Trigger\n\nNone\n")
    assert values["summary"] == "```\n## Impact\n```"
    assert "impact" not in values


def test_a_time_of_day_counts_only_under_a_known_date_and_crosses_midnight() -> None:
    timeline = "## Timeline\n\n- 23:50 UTC alert\n- 00:10 UTC rolled back\n- later: resolved\n"
    values = record(f"## Summary\n\nx\n\n{timeline}")
    assert [event["at"] for event in values["timeline"]] == [
        "2024-05-01T23:50:00+00:00",
        "2024-05-02T00:10:00+00:00",
        None,
    ]
    undated = record(f"## Summary\n\nx\n\n{timeline}", "gate.md")
    assert [event["at"] for event in undated["timeline"]] == [None, None, None]
    assert undated["timeline"][0]["text"] == "23:50 UTC alert"


def test_a_clock_read_from_words_is_estimated_and_says_which_words() -> None:
    values = record("## Summary\n\nx\n\n## Timeline (UTC)\n\n- 14:03 **Alert** fires\n")
    assert values["detected_at"] == "2024-05-01T14:03:00+00:00"
    assert values["clock_precision"]["detected_at"] == "estimated"
    assert values["clock_sources"]["detected_at"] == "timeline: Alert fires"


@pytest.mark.parametrize(
    "words", ["not resolved yet", "alert resolved by itself", "lunch", "CST 14:00 alert"]
)
def test_words_that_are_not_clear_tell_no_clock(words: str) -> None:
    values = record(f"## Summary\n\nx\n\n## Timeline\n\n- 14:03 UTC {words}\n")
    assert "resolved_at" not in values


def test_a_zone_with_several_meanings_makes_no_time() -> None:
    values = record("## Summary\n\nx\n\n## Timeline\n\n- 14:03 IST alert\n- 2:05 PM PDT page\n")
    assert [event["at"] for event in values["timeline"]] == [None, "2024-05-01T14:05:00-07:00"]


def test_facts_at_the_top_are_read_as_lines_lists_or_tables() -> None:
    lines = "# T\n\n**Severity:** SEV2\nAuthors: Gate team\n- Start: 2024-05-01 14:03 UTC\n"
    values = record(f"{lines}\nWords.\n\n## Impact\n\nx\n")
    assert values["severity"] == "SEV2"
    assert values["impact_started_at"] == "2024-05-01T14:03:00+00:00"
    assert values["summary"] == "Words."
    assert values["extra"] == {"Authors": "Gate team"}


def test_actions_come_from_check_boxes_and_tables() -> None:
    boxes = "- [x] Grease [it](https://t.example/1)\n- [ ] Paint\n- ~~Sell~~\n\nMore soon.\n"
    values = record(f"## Impact\n\nx\n\n## Action items\n\n### Prevent\n\n{boxes}")
    assert values["actions"] == [
        {"kind": "prevent", "status": "done", "url": "https://t.example/1", "title": "Grease it"},
        {"kind": "prevent", "status": "open", "title": "Paint"},
        {"kind": "prevent", "extra": {"struck_out": True}, "title": "Sell"},
    ]
    assert values["extra"] == {"sections": {"Action items": "More soon."}}


def test_the_template_that_nobody_filled_in_is_no_incident() -> None:
    assert "is a template that nobody filled in" in problem(TEMPLATE)


def test_an_identity_from_the_file_name_does_not_depend_on_where_the_folder_lies() -> None:
    assert stable_id("a/2024/gate.md") == stable_id("gate.md") == "gate"
    assert stable_id("posts/2024-05-gate/README.md") == "2024-05-gate-README"


def test_a_page_of_a_folder_that_is_no_post_mortem_is_left_out_and_counted() -> None:
    source = from_bytes("README.md", b"# How to\n\n## Summary\n\nx\n")
    source.asked_for = False
    (left_out,) = read(source)
    assert isinstance(left_out, LeftOut)
    assert "is no post-mortem" in left_out.reason
    assert "is no post-mortem" in problem("# How to\n")


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("a: &x [1]\nb: *x", "line 3: front matter uses YAML aliases"),
        ("- 1", "is no mapping"),
        ("a: [", "is no YAML"),
        ("a: \x01", "is no YAML"),
        ("a: " + "[" * 50_000, "line 2: front matter is (nested deeper|no YAML)"),
        ("a: " + "- " * 20_000, "front matter"),
        ("a: [" + "1," * 200_000 + "]", "over 100,000 values"),
        ("x" * 5_000_000, "larger than|longer than"),
    ],
)
def test_hostile_front_matter_ends_in_a_reason(front: str, reason: str) -> None:

    assert re.search(reason, problem(f"---\n{front}\n---\n"))


def test_a_field_that_stands_twice_is_a_problem_with_its_line() -> None:
    found = items("---\nid: a\ntitle: one\ntitle: two\n---\n")
    assert str(found[0]).startswith("2024-05-01-gate.md, line 4: title")
    assert record("---\nid: a\ntitle: one\ntitle: two\n---\n")["title"] == "one"


#: Where a careless pattern or loop would take the square of the length, which is hours.
HOSTILE = {
    "quotes": ">" * 400_000,
    "lists in lists": "".join(f"{' ' * (i % 300)}- a\n" for i in range(4_000)),
    "headings": "# a\n" * 50_000,
    "tables": ("|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|x\n" * 100) * 50,
    "spaces": "## Timeline\n-" + " " * 400_000 + "x\n",
    "rules": "|" + " " * 400_000 + "x\n",
    "links": "## Actions\n- " + "[a](" * 100_000,
    "struck": "## Actions\n- " + "~~ " * 100_000,
    "short lines": "## Actions\n- a\n" + "b\n" * 200_000,
    "open comments": "<!--" * 100_000,
    "one heading": "# " + "a (" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_text_made_to_take_for_ever_is_read_to_its_end(name: str) -> None:
    assert items(f"---\nid: a\n---\n## Impact\n\nx\n\n{HOSTILE[name]}")
    assert items(f"## Summary\n\nx\n\n## Timeline\n{HOSTILE[name]}")


MARKS = st.text("#-*|:[]()~`<>!_ \n\t012459TZ+.ab", max_size=120)
PIECES = st.lists(
    st.sampled_from(
        ["---\n", "id: a\n", "## Timeline\n", "## Actions\n", "| a | b |\n|--|--|\n", "- [x] ",
         "2024-05-01 14:03 ", "25:99 ", "0000-00-00 ", "May 32, 2024 ", "12:00 PM ", "# T\n"]
    ) | MARKS,
    max_size=12,
).map("".join)  # fmt: skip


@given(st.text(max_size=200) | MARKS | PIECES)
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for item in items(text) + items(f"---\n{text}\n---\n{text}"):
        if isinstance(item, Problem):
            assert item.reason
            assert item.place.source == "2024-05-01-gate.md"


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(content: bytes) -> None:
    for item in read(from_bytes("x.md", content)):
        assert not isinstance(item, Problem) or item.reason
