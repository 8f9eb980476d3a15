"""Whatever stands in a record is shown as it stands: no page takes it for Markdown or HTML."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.stored.search import match_new
from data.added import add_break
from data.company import generate
from data.known_causes import Shown, known_causes, rename
from data.record import Action, Incident
from data.store import Store, open_store
from data.values import web_address
from data.verdicts import judge
from pages.parts import source
from tests.support.made_up import checked_records
from tests.support.pages import run_page, words
from tests.support.pages_stores import AS_OF, INCIDENTS, SEED, YEARS

#: Emphasis, a tag, and a picture from elsewhere on a line of its own; each is gone where it is
#: interpreted.
MARK = "*q*<i>\n\n![z](http://z.example/z.png) "
#: The same in a name of a file, which has no line ends.
MARK_OF_FILES = "*q*<i>![z](z.example)"
OWN_PAGES = r"(?:incidents?|known_cause|repeats|actions|records)\?"
AS_MARKDOWN = re.compile(rf"(?<!\\)\*q|(?<!\\)<i>|(?<!\\)!\[|(?<!\\)\]\((?!{OWN_PAGES}|https://w)")
#: What may stand where an address is meant; the first alone is one.
ADDRESSES = (
    "https://w.example/a(b) c",
    "https://w.example/a\n\n![z](http://z.example/z.png)",
    "https://w.example/a) ![z](http://z.example/z.png) [other](http://z.example/",
    "https://w.example/a](http://z.example) [x",
    "javascript:alert(1)",
    "data:text/html,<i>*q*",
    "![z](http://z.example/z.png)",
)
SCRIPTS = ["dashboard.py"] + [
    f"pages/{name}.py" for name in ("response", "impact", "causes", "repeats", "actions", "records")
]


def marked(value: Any) -> Any:
    """``value`` with the mark in front of each of its texts."""
    if isinstance(value, str):
        return MARK + value
    return tuple(map(marked, value)) if isinstance(value, tuple) else value


def hostile(record: Incident, number: int) -> Incident:
    texts = (
        "id title summary severity services team tags trigger root_cause_category root_cause "
        "contributing_factors what_let_it_grow impact what_went_well what_went_wrong currency "
        "where_we_got_lucky repeats duplicate_of source"
    ).split()
    actions = [
        action.model_copy(
            update={name: marked(getattr(action, name)) for name in of_action}
            | {"url": ADDRESSES[(number + place) % len(ADDRESSES)]}
        )
        for place, action in enumerate(record.actions)
    ]
    changed: dict[str, Any] = {name: marked(getattr(record, name)) for name in texts}
    changed["url"] = ADDRESSES[number % len(ADDRESSES)]
    return record.model_copy(update={**changed, "actions": tuple(actions)})


of_action = [name for name in ("id", "title", "owner", "priority") if name in Action.model_fields]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store in which people and records try to be drawn as markup."""
    address = f"sqlite:///{tmp_path_factory.mktemp('marked') / 'marked.db'}"
    opened = open_store(address)
    made = checked_records(generate(incidents=INCIDENTS, years=YEARS, seed=SEED))
    records = [hostile(record, number) for number, record in enumerate(made)]
    opened.load(records, source=MARK)
    match_new(opened)
    judge(opened, records[-1].id, records[0].id, "repeat", by=MARK)
    add_break(opened, AS_OF.date() - dt.timedelta(days=200), MARK)
    rename(opened, Shown(known_causes(opened)[0].id, ()), MARK, by=MARK)
    opened.close()
    return address


@pytest.fixture
def store(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("AFTERMATH_DATABASE", url)
    monkeypatch.setattr(source, "now", lambda: AS_OF)
    opened = open_store(url)
    yield opened
    opened.close()


def drawn_as_markdown(app: AppTest) -> Iterator[str]:
    yield words(app)
    for kind in ("info", "warning", "error", "success"):
        yield from (element.proto.title for element in app.get(kind))
    for kind in ("selectbox", "multiselect", "button", "expander", "segmented_control"):
        for element in app.get(kind):
            yield str(getattr(element, "label", ""))
    for table in app.table:
        yield from map(str, [*table.value.columns, *table.value.to_numpy().ravel()])


def drawn_as_html(figure: Any) -> Iterator[str]:
    """All texts of a chart but those that only say which record a mark is of."""
    waiting = [json.loads(figure.proto.spec)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [value for name, value in one.items() if name not in ("customdata", "ids")]


def assert_shown_as_it_stands(app: AppTest) -> None:
    shown = "\n".join(drawn_as_markdown(app))
    in_charts = [text for figure in app.get("plotly_chart") for text in drawn_as_html(figure)]
    in_grids = [str(grid.value.to_numpy()) for grid in app.dataframe]  # shown as it stands
    texts = [shown, *in_charts, *in_grids]
    assert any("*q" in text for text in texts), "no record is on the page"
    leaks = [shown[max(at.start() - 50, 0) :][:80] for at in AS_MARKDOWN.finditer(shown)]
    assert leaks + [text for text in in_charts if MARK in text] == []


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.usefixtures("store")
def test_no_page_takes_records_for_markup(script: str) -> None:
    assert_shown_as_it_stands(run_page(script))


def test_pages_of_one_thing_do_not_take_records_for_markup(store: Store) -> None:
    cause = known_causes(store)[0]
    assert_shown_as_it_stands(run_page("pages/known_cause.py", known=cause.id))
    assert_shown_as_it_stands(run_page("pages/incident.py", id=cause.members[-1].incident_id))
    assert_shown_as_it_stands(run_page("pages/retrospective.py", team=f"{MARK}payments"))
    assert_shown_as_it_stands(run_page("pages/actions.py", list=f"kind:{MARK}"))


@pytest.mark.parametrize("script", ["pages/incident.py", "pages/known_cause.py"])
@pytest.mark.usefixtures("store")
def test_no_page_takes_its_address_for_markup(script: str) -> None:
    assert_shown_as_it_stands(run_page(script, id=MARK, known=MARK, team=MARK, tag=MARK))


@pytest.mark.parametrize("number", range(len(ADDRESSES)))
def test_an_address_in_a_record_leads_where_it_says_or_nowhere(store: Store, number: int) -> None:
    records = [record for record in store.incidents() if record.actions]
    record = next(r for r in records if r.url == ADDRESSES[number])
    app = run_page("pages/incident.py", id=record.id)
    assert_shown_as_it_stands(app)
    shown = "\n".join(drawn_as_markdown(app))
    leads = re.findall(r"(?<!\\)\]\(([^)]*)\)", shown)
    here = ("incident?", "incidents?", "known_cause?")
    away = [lead for lead in leads if not lead.startswith(here)]
    written = [record.url or "", *(action.url or "" for action in record.actions)]
    assert away == [address for url in written if (address := web_address(url))]


def test_no_import_takes_files_for_markup(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}"
    monkeypatch.setenv("AFTERMATH_DATABASE", address)
    header = ("id", "title", "severity", "status", "impact_started_at", "detected_at", f"{MARK}own")
    row = (
        f"{MARK}1",
        f"{MARK}title",
        f"{MARK}sev",
        f"{MARK}state",
        "2026-10-01T10:00",
        f"{MARK}at",
    )
    files = [
        (f"{MARK_OF_FILES}.csv", [header, (*row, f"{MARK}value")]),
        (
            f"{MARK_OF_FILES}dates.csv",
            [("id", "title", "detected_at"), ("2", "x", "02/03/2026 *q*")],
        ),
        (f"{MARK_OF_FILES}lost.csv", [("id", f"{MARK}a"), ("3", f"{MARK}b")]),
    ]
    app = run_page("pages/records.py")
    for name, rows in files:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        app.file_uploader[0].upload(name, text.getvalue().encode())
    app.file_uploader[0].upload(f"{MARK_OF_FILES}.bin", b"\x00\x01")
    app.run()
    assert not app.exception, app.exception
    assert_shown_as_it_stands(app)
    next(button for button in app.button if button.label == "Load").click()
    app.run()
    assert not app.exception, app.exception
    assert_shown_as_it_stands(app)


#: What an address may carry that a page could take for its own: Streamlit's directives, a link, a
#: picture, a tag, a formula, signs that end a text, and more than anybody types.
IN_ADDRESSES = (
    ":red[q] :material/home: :q[z](http://z.example)",
    f"{MARK}[q](http://z.example/q) =1+1",
    "q\x00\u202e\n# q\n---\n" + "q" * 20_000,
)
DIRECTIVE = re.compile(r"(?<!\\):(?:red\[|material/)")
EVERY_SCRIPT = [
    *SCRIPTS,
    *(f"pages/{name}.py" for name in ("incident", "incidents", "known_cause", "retrospective")),
]
PARAMETERS = (
    "period from to team service severity cause tag without columns example only of list known fix "
    "id words find policy card every tab vendor behind anchor step per by order repeat guards_read"
).split()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("payload", IN_ADDRESSES, ids=["directives", "markup", "long"])
@pytest.mark.parametrize("script", EVERY_SCRIPT)
def test_nothing_in_an_address_is_drawn_as_markup_or_stops_a_page(
    script: str, payload: str
) -> None:
    some = [name for name in PARAMETERS if name not in ("only", "known", "fix", "id")]
    for asked in (PARAMETERS, some):
        app = run_page(script, **{name: payload for name in asked if name != "example"})
        drawn = "\n".join(drawn_as_markdown(app))
        assert DIRECTIVE.search(drawn) is None
        assert AS_MARKDOWN.search(drawn) is None
        assert "](http://z" not in re.sub(r"\\.", "", drawn)
