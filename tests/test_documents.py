"""Does every kind of document become the same Markdown, whatever wrote it?"""

from typing import Any

import pytest

from data import readers
from data.problems import Problem
from data.readers import read
from data.readers.documents.html import tidied
from data.readers.documents.to_markdown import html_markdown
from data.readers.source import Assumption, Item, LeftOut, RawIncident, from_bytes

POST_MORTEM = """# Ferry tickets sold twice

- Date: 2026-03-02

## Summary

Tickets were sold twice.

## Root cause

A lock was released early.

## Action items

- Alert on double sales
"""


def items(content: str | bytes, name: str, *, asked_for: bool = True) -> list[Item]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read(from_bytes(name, raw, asked_for=asked_for)))


def record(content: str | bytes, name: str) -> dict[str, Any]:
    met = items(content, name)
    (incident,) = [item for item in met if isinstance(item, RawIncident)]
    assert not [item for item in met if isinstance(item, Problem)]
    return dict(incident.values)


def is_the_post_mortem(values: dict[str, Any]) -> bool:
    return (
        values["title"] == "Ferry tickets sold twice"
        and values["summary"] == "Tickets were sold twice."
        and values["root_cause"] == "A lock was released early."
        and [action["title"] for action in values["actions"]] == ["Alert on double sales"]
    )


@pytest.mark.parametrize(
    "name", ["a.md", "a.markdown", "a.qmd", "a.Rmd", "a.mdx", "a.html.md.erb", "a.txt", "notes"]
)
def test_text_is_read_whatever_its_name_ends_in(name: str) -> None:
    assert is_the_post_mortem(record(POST_MORTEM, name))


def test_templates_of_sites_leave_their_text_and_no_code() -> None:
    erb = (
        "---\ntitle: Ferry tickets sold twice\n---\n<% content_for :head do %>\nx\n<% end %>\n"
        "## Summary\n\nTickets were sold <%= link_to 'twice', '/a' %>twice.\n\n"
        "## Root cause\n\nA lock was released early.\n\n## Action items\n\n"
        "- Alert on double sales\n"
    )
    assert is_the_post_mortem(record(erb, "a.html.md.erb"))
    mdx = (
        "import Note from '../note'\nexport const meta = {}\n\n# Ferry tickets sold twice\n\n"
        '## Summary\n\n<Note kind="bad">Tickets were sold twice.</Note>\n\n'
        "## Root cause\n\n{/* hidden */}A lock was released early.\n\n"
        "## Action items\n\n- Alert on double sales\n"
    )
    assert is_the_post_mortem(record(mdx, "a.mdx"))
    quarto = (
        "# Ferry tickets sold twice\n\n```{r}\n## Impact\nplot(x)\n```\n\n"
        "## Summary {#sec-summary .unnumbered}\n\n::: {.callout-note}\nTickets were sold twice.\n"
        ":::\n\n## Root cause\n\nA lock was released early.{{< pagebreak >}}\n\n"
        "## Action items\n\n- Alert on double sales {: .big}\n"
    )
    values = record(quarto, "a.qmd")
    assert is_the_post_mortem(values)
    assert "impact" not in values
    kept = record("## Summary\n\nSet `{{ pool }}`:\n\n```yaml\nx: {{ y }}\n```\n", "a.md")
    assert kept["summary"] == "Set `{{ pool }}`:\n\n```yaml\nx: {{ y }}\n```"


def test_plain_text_has_headings_by_their_words_or_their_underlines() -> None:
    plain = (
        "Ferry tickets sold twice\n\nSUMMARY\n\n    Tickets were sold twice.\n\n"
        "Root cause:\nA lock was released early.\n\nAction items\n~~~~~~~~~~~~\n"
        "• Alert on double sales\n"
    )
    assert is_the_post_mortem(record(plain, "a.txt"))


def test_restructured_text_is_read_and_includes_no_file() -> None:
    rst = (
        "Ferry tickets sold twice\n========================\n\n:Severity: SEV2\n\n"
        "Summary\n-------\n\nTickets were sold twice.\n\n.. include:: /etc/passwd\n\n"
        ".. raw:: html\n\n   <b>raw</b>\n\n"
        "Root cause\n----------\n\nA lock was released early.\n\n"
        "Action items\n------------\n\n* Alert on double sales\n"
    )
    values = record(rst, "a.rst")
    assert is_the_post_mortem(values)
    assert values["severity"] == "SEV2"
    assert "root:" not in str(values)
    assert "raw" not in str(values)


CONFLUENCE = """<html><head><title>Harbour : Ferry tickets sold twice</title></head><body>
<ol id="breadcrumbs"><li><a href="index.html">Harbour</a></li></ol>
<h1 id="title-heading"><span id="title-text"> Harbour : Ferry tickets sold twice </span></h1>
<div class="page-metadata">Created by <span class="author">Somebody</span></div>
<div id="main-content" class="wiki-content">
<table><tbody><tr><th>Severity</th><td><span class="status-macro">SEV2</span></td></tr>
<tr><th>Start</th><td><time datetime="2026-03-02">02 Mar 2026</time> 09:14 UTC</td></tr></tbody>
</table><h1>Summary</h1><p>Tickets were sold twice.</p><h1>Root cause</h1>
<p>A lock was <a class="user-mention" href="/x">Somebody</a> released early.</p>
<h1>Action items</h1><ul class="inline-task-list"><li data-inline-task-id="1">Alert on double
sales</li></ul></div><div id="footer">x</div></body></html>"""


def test_an_exported_page_of_a_wiki_has_its_title_facts_and_tasks_and_no_persons() -> None:
    values = record(CONFLUENCE, "1234.html")
    assert is_the_post_mortem(values)
    assert values["severity"] == "SEV2"
    assert values["impact_started_at"] == "2026-03-02T09:14:00+00:00"
    assert values["actions"][0]["status"] == "open"
    assert "Somebody" not in str(values)


def test_a_wikis_own_markup_gives_states_tickets_and_tasks() -> None:
    page = (
        '<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Red'
        '</ac:parameter><ac:parameter ac:name="title">DONE</ac:parameter></ac:structured-macro> '
        '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">SEA-7</ac:parameter>'
        "</ac:structured-macro></p><ac:task-list><ac:task><ac:task-id>1</ac:task-id>"
        "<ac:task-status>complete</ac:task-status><ac:task-body>Mend <ac:link>"
        '<ri:user ri:account-id="1" /></ac:link></ac:task-body></ac:task></ac:task-list>'
    )
    assert html_markdown(page) == "DONE SEA-7\n\n- [x] Mend\n"


def test_an_exported_document_has_bold_struck_and_nested_items_by_its_style_sheet() -> None:
    page = (
        "<html><head><style>.c1{font-weight:700}.c2{text-decoration:line-through}</style></head>"
        '<body><p class="title"><span>Ferry</span></p><h1><span class="c1">Summary</span></h1>'
        '<p><span class="c1">Bold</span> and <span class="c2">struck</span></p>'
        '<ul class="lst-kix_a-0 start"><li>one</li></ul><ul class="lst-kix_a-1 start">'
        '<li>two</li></ul><p><a href="https://www.google.com/url?q=https://sea.example/7&amp;sa=D">'
        "ticket</a></p></body></html>"
    )
    assert html_markdown(page) == (
        "# Ferry\n\n## Summary\n\n**Bold** and ~~struck~~\n\n- one\n  - two\n\n"
        "[ticket](https://sea.example/7)\n"
    )


def test_a_page_of_notes_has_its_properties_and_boxes() -> None:
    page = (
        '<article class="page"><header><h1 class="page-title">Ferry</h1><table class="properties">'
        '<tr><th><span class="property-icon">i</span>Severity</th><td><span>SEV2</span></td></tr>'
        '</table></header><div class="page-body"><ul class="to-do-list"><li>'
        '<div class="checkbox checkbox-on"></div> <span>Mend</span></li></ul></div></article>'
    )
    assert html_markdown(page) == (
        "# Ferry\n\n| Field | Value |\n| --- | --- |\n| Severity | SEV2 |\n\n- [x] Mend\n"
    )


def test_tables_keep_their_columns_where_cells_span_several() -> None:
    page = (
        "<table><tr><th>Action</th><th>Owner</th></tr><tr><td rowspan=2>Mend | test</td>"
        "<td><p>Deck</p><p>Bridge</p></td></tr><tr><td>Engine</td></tr></table>"
        "<table><tr><td>09:14</td><td>Sales stop</td></tr><tr><td>09:20</td><td>Alert</td></tr>"
        "</table><dl><dt>Severity</dt><dd>SEV2</dd></dl>"
    )
    assert html_markdown(page) == (
        "| Action | Owner |\n| --- | --- |\n| Mend \\| test | Deck<br>Bridge |\n"
        "| Mend \\| test | Engine |\n\n| Field | Value |\n| --- | --- |\n| 09:14 | Sales stop |\n"
        "| 09:20 | Alert |\n\n- Severity: SEV2\n"
    )


@pytest.mark.parametrize(
    "page",
    [
        "<a " * 100_000,
        "<" * 200_000,
        "<div>" * 100_000,
        "<b>" * 50_000 + "</i>" * 50_000,
        "<p>x<table>" * 20_000,
        "<a x=\" y=' " * 50_000 + ">",
        "<![CDATA[" * 50_000,
        "<script>" * 50_000,
        "&" * 200_000,
        "<table><tr>" + "<td rowspan=999 colspan=999>x" * 5_000,
    ],
    ids=lambda page: page[:12],
)
def test_no_page_makes_the_parser_run_away(page: str) -> None:
    met = items(page, "a.html")
    assert isinstance(met[-1], Problem)
    assert met[-1].rejected


def test_tags_are_closed_and_only_what_says_something_is_kept() -> None:
    page = (
        '<p onclick="x">a<p>b<ul><li>c<li>d</ul><script>e</script><!-- f -->'
        '<img src="http://tracker.example/1"><a href="javascript:g">h</a> i < j'
    )
    assert tidied(page) == (
        '<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul><img/><a href="javascript:g">h</a> i &lt; j'
    )
    assert html_markdown(page) == "a\n\nb\n\n- c\n- d\n\nh i < j\n"


def test_first_bytes_that_leave_no_doubt_count_more_than_the_name() -> None:
    for name in ("report.doc", "report.xls", "a.md", "a.txt"):
        assert record(CONFLUENCE, name)["severity"] == "SEV2"
    assert isinstance(items("id,title\n1,Ferry\n", "records.txt")[-1], RawIncident)
    assert isinstance(items('{"id": "1", "title": "Ferry"}', "records.txt")[-1], RawIncident)


def test_a_file_in_a_folder_of_which_nobody_said_anything_is_left_out_by_name() -> None:
    (left_out,) = items(b"\x01\x02\x03", "data", asked_for=False)
    assert isinstance(left_out, LeftOut)
    assert "no format that is read here" in left_out.reason
    (problem,) = items(b"\x01\x02\x03", "data")
    assert isinstance(problem, Problem)
    assert ".docx" in problem.reason or ".html" in problem.reason


def test_a_page_says_its_encoding_itself() -> None:
    page = CONFLUENCE.replace("<head>", '<head><meta charset="iso-8859-1">')
    latin = page.replace("Tickets were", "Tickets wür").encode("iso-8859-1")
    assert record(latin, "a.html")["summary"] == "Tickets wür sold twice."
    met = items("# Fähre\n\n## Summary\n\nx\n".encode("latin-1"), "a.md")
    assert any(isinstance(item, Assumption) for item in met)


def test_a_title_that_names_an_incident_is_no_section() -> None:
    values = record(
        "# RCA: Ferry down\n\nRoot Cause: A disk was full.\n\nImpact: No ferry.\n", "a.md"
    )
    assert (values["title"], values["root_cause"]) == ("RCA: Ferry down", "A disk was full.")


def test_facts_that_tell_of_two_times_are_facts_whatever_stands_beside_them() -> None:
    rows = "".join(f"| Other {number} | x |\n" for number in range(8))
    times = "| Start | 2026-03-02 09:14 |\n| End | 2026-03-02 10:40 |\n"
    table = f"| Metadata | |\n|---|---|\n{rows}{times}"
    values = record(f"# Ferry down\n\n## Summary\n\n{table}\nNo ferry.\n\n## Impact\n\nx\n", "a.md")
    assert values["impact_started_at"] == "2026-03-02T09:14:00"
    assert values["resolved_at"] == "2026-03-02T10:40:00"


def test_every_ending_that_is_offered_has_a_reader() -> None:
    offered = readers.suffixes()
    assert offered == sorted(set(offered))
    assert {".md", ".mdx", ".qmd", ".rmd", ".erb", ".txt", ".rst", ".html", ".csv"} <= set(offered)
    assert all(readers.is_known(f"x{suffix}") for suffix in offered)
    assert readers.is_known("POSTMORTEM")
    assert not readers.is_known("picture.png")


def test_the_first_of_several_incidents_on_a_page_is_not_its_title() -> None:
    parts = "".join(
        f"## Incident {number} — May {number + 3}: planner\n\n### Summary\n\nNo plans.\n\n"
        f"### Root cause\n\nA lock.\n\n"
        for number in (1, 2, 3)
    )
    items = read(from_bytes("2026-05-07-incidents.md", f"Three in May 2026.\n\n{parts}".encode()))
    found = [item.values for item in items if isinstance(item, RawIncident)]
    assert [values["title"][:10] for values in found] == ["Incident 1", "Incident 2", "Incident 3"]


def test_a_page_in_html_may_stand_below_a_front_matter() -> None:
    page = (
        "---\nlayout: post\ntitle: Planner down on May 2, 2026\n---\n<p>No plans.</p>\n"
        "<h2>Root cause</h2><p>A lock.</p>\n"
    )
    (item,) = [
        item
        for item in read(from_bytes("2026-05-04-planner.html", page.encode()))
        if isinstance(item, RawIncident)
    ]
    assert item.values["title"] == "Planner down on May 2, 2026"
    assert item.values["impact_started_at"] == "2026-05-02"


def test_html_that_is_written_in_place_of_markdown_is_read_as_html() -> None:
    page = (
        "<h1>Ferry outage</h1>\n<hr/>\n<p><b>Date:</b> 2026-03-02</p>\n<h2>Root cause</h2>\n"
        "<p>A lock was released early.</p>\n<h2>Action items</h2>\n"
        "<ul><li>Alert on double sales</li>\n<li>Test the lock</li></ul>\n"
    )
    values = record(page, "README.md")
    assert values["root_cause"] == "A lock was released early."
    assert [action["title"] for action in values["actions"]] == [
        "Alert on double sales",
        "Test the lock",
    ]


def test_a_heading_that_links_to_itself_is_read_without_the_link() -> None:
    page = POST_MORTEM.replace(
        "## Root cause", '## [#](https://ferry.example/a.html#root)Root cause <a id="root"></a>'
    )
    assert record(page, "ferry.md")["root_cause"] == "A lock was released early."


def test_a_look_back_at_a_project_in_a_folder_is_no_incident() -> None:
    page = "# Postmortem\n\n## What went well\n\n- The team\n\n## What went wrong\n\n- Design\n"
    (left_out,) = items(page, "README.md", asked_for=False)
    assert isinstance(left_out, LeftOut)
    (told,) = items(page.replace("The team", "2026-03-02"), "2026-03-02.md", asked_for=False)[1:]
    assert isinstance(told, RawIncident)


def test_a_course_of_events_is_an_incident_whatever_the_page_is_called() -> None:
    told = (
        "Ferry notes\nTimeline of Events\n-\n2025-06-09 14:30 UTC\nAlert fired for the pump.\n-\n"
    )
    ended = "2025-06-09 15:40 UTC\nThe pump is back online after the rollback.\n"
    quiet = "2025-06-09 15:40 UTC\nEverybody had coffee.\n"
    (read,) = items(told + ended, "notes.txt", asked_for=False)[-1:]
    assert isinstance(read, RawIncident)
    assert read.values["title"] == "Ferry notes"
    (left_out,) = items(told + quiet, "notes.txt", asked_for=False)
    assert isinstance(left_out, LeftOut)


def test_a_title_that_says_what_broke_is_that_of_an_incident() -> None:
    body = "\n\nOn the 23rd of December 2024 nobody could buy a ticket. We renewed it.\n"
    (read,) = items(f"# The certificate of the ferry expired{body}", "a.md", asked_for=False)[-1:]
    assert isinstance(read, RawIncident)
    (left_out,) = items(f"# The certificate of the ferry{body}", "a.md", asked_for=False)
    assert isinstance(left_out, LeftOut)
