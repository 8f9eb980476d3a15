"""Known causes from the end of a load to what people make of them, as the pages show it."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from analytics.matcher.families import Family
from analytics.stored.search import match_new, stored_families
from data.added import WrongField
from data.exporting import export
from data.known_causes import NoSuchCause, known_causes
from data.lists import current_lists
from data.loading import load, load_sample
from data.store import Store, StoreBusy, open_store
from data.verdicts import verdicts
from tests.support.pages import cells, chart, field, press, run_page, words

CAUSES, REPEATS, INCIDENT = "pages/known_cause.py", "pages/repeats.py", "pages/incident.py"
#: Causes of the sample that people confirmed, by their first incidents.
CERTIFICATES, CREDENTIALS = "gh-19228757", "gh-21242609"
#: One with three confirmed incidents and a possible one.
JOBS, POSSIBLE = "gh-24492327", "gh-25666876"


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("matched") / "matched.db"
    store = open_store(f"sqlite:///{path}")
    load_sample(store)
    match_new(store)
    store.close()
    return path


@pytest.fixture
def store(matched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The sample after its search, for this test alone."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(matched.read_bytes())
    monkeypatch.setenv("AFTERMATH_DATABASE", f"sqlite:///{copy}")
    return open_store(f"sqlite:///{copy}")


def family(store: Store, member: str) -> Family:
    return next(one for one in stored_families(store) if member in one.members)


def members(app: AppTest) -> tuple[str, str]:
    """Incidents of the cause on the page: the confirmed metric and the words of its caption."""
    metric = next((one.value for one in app.metric if one.label == "Confirmed incidents"), "0")
    return metric, next(one.value for one in app.caption if "all history" in one.value)


def test_a_load_ends_with_known_causes_that_have_readable_names(store: Store) -> None:
    causes = known_causes(store)
    assert len(causes) > 90
    assert all(cause.name and not cause.pinned for cause in causes)
    assert family(store, CERTIFICATES).name.startswith("Certificate expired")


def test_declared_repeats_are_in_one_family_and_records_without_a_cause_in_none(
    store: Store,
) -> None:
    home = {member: one.id for one in stored_families(store) for member in one.members}
    records = {one.id: one for one in store.incidents() if not one.duplicate_of}
    pairs = [(one, earlier) for one in records for earlier in records[one].repeats]
    assert sum(later in home for later, _ in pairs) > 150
    assert all(home[a] == home[b] for a, b in pairs if a in home and b in home)
    assert not any("service trouble" in cause.name for cause in known_causes(store))


def test_a_new_record_joins_at_once_and_nothing_else_moves(store: Store) -> None:
    before = {one.id: set(one.members) for one in stored_families(store)}
    twin = store.incident("gh-24174245")
    assert twin is not None
    store.load([twin.model_copy(update={"id": "again"})], source="x", as_sample=True)
    assert match_new(store).records == 1
    after = {one.id: set(one.members) for one in stored_families(store)}
    joined = [name for name in after if "again" in after[name]]
    assert [after[name] - {"again"} for name in joined] == [before[joined[0]]]
    assert {n: m for n, m in after.items() if n not in joined} == {
        n: m for n, m in before.items() if n not in joined
    }


def test_grouping_all_anew_keeps_what_people_named(store: Store) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.text_input(key=field(app, "text_input", "name")).set_value("Certificates run out")
    press(app, "name")
    named = family(store, CERTIFICATES)
    match_new(store, regroup=True)
    assert set(named.members) <= set(family(store, CERTIFICATES).members)
    assert family(store, CERTIFICATES).name == "Certificates run out"


@pytest.mark.usefixtures("store")
def test_confirmed_and_possible_incidents_are_counted_apart() -> None:
    app = run_page(CAUSES, known=JOBS)
    confirmed, caption = members(app)
    assert confirmed == "3"
    assert "3 confirmed incidents and 1 possible one" in caption
    *_, hollow, filled = chart(app, "line")["data"]
    assert hollow["marker"]["symbol"] == "circle-open"
    assert (len(hollow["ids"]), len(filled["ids"])) == (1, 3)


def test_a_cause_of_which_nothing_is_confirmed_says_so_and_has_no_figures(store: Store) -> None:
    app = run_page(REPEATS)
    table = next(each.value for each in app.table if "Possible cause" in each.value.columns)
    first = table["Possible cause"].iloc[0].split("known=")[1].split("&")[0].rstrip(")")
    app = run_page(CAUSES, known=first)
    assert "nothing is said of how often it comes back" in words(app)
    assert [one.label for one in app.metric] == []
    assert "confirmed incident" not in members(app)[1]


def test_the_name_that_people_give_shows_wherever_the_cause_is_named(store: Store) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.text_input(key="said_by").set_value("platform")
    app.text_input(key=field(app, "text_input", "name")).set_value("Nobody renews <certificates>")
    press(app, "name")
    assert app.header[0].value.replace("\\", "") == "Nobody renews <certificates>"
    assert "named by platform on" in members(app)[1]
    shown = cells(run_page(INCIDENT, id=CERTIFICATES)).replace("\\", "")
    assert "Known cause: [Nobody renews <certificates>]" in shown
    ledger = next(f.value for f in run_page(REPEATS).dataframe if "repeats_title" in f.value)
    assert ledger["cause"].str.endswith("#Nobody renews %3Ccertificates%3E").sum() == 7
    listed = next(t.value for t in run_page(REPEATS).table if "Known cause" in t.value)
    text = listed["Known cause"].str.replace("\\", "")
    assert text.str.contains("[Nobody renews <certificates>]", regex=False).sum() == 1


def test_a_name_can_be_taken_back(store: Store) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.text_input(key=field(app, "text_input", "name")).set_value("Wrong")
    press(app, "name")
    press(app, "release")
    assert app.header[0].value.startswith("Certificate expired")
    assert not family(store, CERTIFICATES).held


def test_a_merge_of_two_possible_causes_can_be_taken_back(store: Store) -> None:
    table = next(t.value for t in run_page(REPEATS).table if "Possible cause" in t.value.columns)
    one, other = (
        link.split("known=")[1].split("&")[0].split("#")[0].rstrip(")")
        for link in table["Possible cause"].iloc[:2]
    )
    before = {frozenset(cause.members) for cause in stored_families(store)}
    app = run_page(CAUSES, known=one)
    app.selectbox(key=field(app, "selectbox", "merge")).set_value(other)
    app.run()
    press(app, "merge")
    assert family(store, one) == family(store, other)
    press(app, "release")
    assert {frozenset(cause.members) for cause in stored_families(store)} == before


def test_confirming_a_possible_incident_makes_it_count_and_undo_takes_it_back(
    store: Store,
) -> None:
    app = run_page(CAUSES, known=JOBS)
    confirmed, _ = members(app)
    box = app.multiselect(key=field(app, "multiselect", "confirm"))
    box.select(box.options[0])
    app.run()
    press(app, "confirm")
    assert int(members(app)[0]) == int(confirmed) + 1
    assert [one.relation for one in verdicts(store)] == ["repeat"]
    undo = next(b for b in app.button if str(b.key).startswith("undo_"))
    undo.click().run()
    assert members(app)[0] == confirmed


def test_splitting_takes_the_confirmed_links_back_and_merging_brings_them_again(
    store: Store,
) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    before = members(app)
    ledger = repeats_listed()
    box = app.multiselect(key=field(app, "multiselect", "split"))
    for option in box.options[-2:]:
        box.select(option)
    app.run()
    press(app, "split")
    assert "split off" in app.success[0].value
    assert members(app)[0] < before[0]
    assert repeats_listed() < ledger
    gone = family(store, CERTIFICATES)
    other = next(one for one in stored_families(store) if one.pinned and one.id != gone.id)
    app = run_page(CAUSES, known=CERTIFICATES)
    app.selectbox(key=field(app, "selectbox", "merge")).set_value(other.members[0])
    app.run()
    press(app, "merge")
    assert members(app)[0] == before[0]
    assert repeats_listed() == ledger


def test_a_moved_incident_is_confirmed_there_and_keeps_who_moved_it(store: Store) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    there = run_page(CAUSES, known=CREDENTIALS)
    app.text_input(key="said_by").set_value("ana")
    move = app.selectbox(key=field(app, "selectbox", "move"))
    move.set_value(family(store, CERTIFICATES).members[-1])
    app.selectbox(key=field(app, "selectbox", "move_to")).set_value(CREDENTIALS)
    app.run()
    incident = str(app.selectbox(key=move.key).value)
    press(app, "move")
    after = run_page(CAUSES, known=CREDENTIALS)
    assert int(members(after)[0]) == int(members(there)[0]) + 1
    moved = next(
        one for cause in known_causes(store) for one in cause.members if one.incident_id == incident
    )
    assert moved.pinned
    assert moved.reason.startswith("moved here by ana on ")
    assert incident in family(store, CREDENTIALS).members


def test_a_change_that_fails_half_way_is_told_and_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.selectbox(key=field(app, "selectbox", "merge")).set_value(CREDENTIALS)
    app.run()
    before = (store.revision(), known_causes(store), verdicts(store))

    busy = Mock(side_effect=StoreBusy("Somebody else is writing. Nothing was changed."))
    with monkeypatch.context() as patched:
        patched.setattr("data.known_causes.keep_causes", busy)
        press(app, "merge")
    assert "Nothing was changed" in app.error[0].value
    assert (store.revision(), known_causes(store), verdicts(store)) == before


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoSuchCause("there is no known cause 'x'"), "changed in the meantime"),
        (WrongField("by", "is too long"), "Nothing was changed. by: is too long."),
        (ValueError("no matching shapes"), "has encountered an error"),
    ],
)
def test_what_could_not_be_done_is_told_with_its_true_reason(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.text_input(key=field(app, "text_input", "name")).set_value("Certificates")
    with monkeypatch.context() as patched:
        patched.setattr("data.known_causes.printable", Mock(side_effect=error))
        next(b for b in app.button if str(b.key).startswith("do_name_")).click().run()
    (said,) = [*app.warning, *app.exception]
    assert told in said.value.replace("\\", "")
    assert not app.success
    assert not family(store, CERTIFICATES).held


def test_what_people_make_of_causes_survives_an_export_into_an_empty_store(
    store: Store, tmp_path: Path
) -> None:
    app = run_page(CAUSES, known=CERTIFICATES)
    app.text_input(key=field(app, "text_input", "name")).set_value("Certificates run out")
    press(app, "name")
    export(store, tmp_path / "out")
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    load(other, [str(tmp_path / "out")], lists=current_lists())
    match_new(other)
    named = family(other, CERTIFICATES)
    assert (named.name, named.named) == ("Certificates run out", True)
    assert set(named.members) >= set(family(store, CERTIFICATES).members)


def test_deleted_records_leave_the_page_of_their_cause(store: Store) -> None:
    store.clear()
    assert match_new(store).records == 0
    assert stored_families(store) == []


def repeats_listed() -> int:
    """Confirmed repeats in the ledger."""
    return len(next(f.value for f in run_page(REPEATS).dataframe if "repeats_title" in f.value))


def test_an_incident_that_may_have_a_cause_says_that_nobody_confirmed_it(store: Store) -> None:
    assert POSSIBLE in family(store, JOBS).members
    shown = cells(run_page(INCIDENT, id=POSSIBLE)).replace("\\", "")
    assert f"Possible cause: [{family(store, JOBS).name}]" in shown
    assert "nobody has confirmed it" in shown
