"""One file of all settings: written, read again, refused with its place, and never lost."""

from pathlib import Path

import pytest

from data import kept_settings, lists
from data.exporting import export
from data.kept_settings import (
    UnfitSettings,
    keep,
    parse_file,
    settings_of,
    stored_settings,
    written,
)
from data.loading import load
from data.names import in_force
from data.preferences import (
    SavedView,
    UnfitName,
    UnfitView,
    forget_view,
    reader_zone,
    save_view,
    saved_views,
    set_reader_zone,
    targets,
    working_hours,
)
from data.store import Store, open_store

FILE = """\
zone: Europe/Berlin
targets:
- {time: TTR, within: 4 h, severity: SEV1, percent: 90}
- {time: publish, within: 5 d}
- {time: done, within: 14 d}
working_hours: {days: [Mon, Tue], opens: 09:00, closes: 17:30, holidays: [2026-12-25]}
severities: {Gold: 1}
taxonomy: {trigger_category: [deploy, moon phase]}
breaks:
- {at: 2026-01-01, note: new severity scheme}
views:
- {name: Late work, page: actions, asked: {which: [overdue]}}
"""


def filled(store: Store, text: str = FILE) -> list[str]:
    return keep(store, *parse_file(text, name="own.yaml"))


def test_a_file_sets_what_pages_read_and_is_written_the_same(store: Store) -> None:
    assert filled(store) == list(kept_settings.SECTIONS)
    assert filled(store) == []
    assert reader_zone(store) == "Europe/Berlin"
    wanted = [(one.step, one.seconds, one.severity, one.wanted) for one in targets(store)]
    assert wanted == [
        ("TTR", 14_400.0, "SEV1", 0.9),
        ("publish", 432_000.0, "", None),
        ("done", 1_209_600.0, "", None),
    ]
    hours = working_hours(store)
    assert hours is not None
    assert (hours.opens, hours.closes, hours.weekdays) == (32_400, 63_000, (0, 1))
    again, sections = parse_file(written(settings_of(store)), name="again.yaml")
    assert sections == set(kept_settings.SECTIONS)
    assert again == settings_of(store)


def test_what_a_file_does_not_speak_of_stays_and_null_empties(store: Store) -> None:
    filled(store)
    assert filled(store, "severities: null\nbreaks: []\n") == ["severities", "breaks"]
    kept = settings_of(store)
    assert (kept.severities, kept.breaks, kept.zone) == ({}, (), "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zone: Mars/Base\n", "own.yaml, line 1: zone: is no zone 'Mars/Base'"),
        ("zone: UTC\ncolour: red\n", "own.yaml, line 2: colour: there is no such setting; they"),
        ("severities:\n  Gold: 9\n", "own.yaml, line 2: severities, Gold: "),
        ("targets:\n- {time: TTR}\n", "own.yaml, line 2: targets, number 1: it needs within"),
        ("targets:\n- {time: TTR, within: soon}\n", "line 2: .*within: is no time such as 30 min"),
        ("- zone\n", "own.yaml holds no settings by name"),
        ("zone: [\n", "own.yaml cannot be read as YAML"),
    ],
)
def test_a_mistake_is_said_with_its_place_and_changes_nothing(
    store: Store, text: str, said: str
) -> None:
    before = store.revision()
    with pytest.raises(UnfitSettings, match=said):
        filled(store, text)
    assert store.revision() == before


def test_the_scheme_of_the_store_holds_for_loads_unless_the_machine_names_a_file(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store)
    ours = in_force(store, lists.current_lists())
    assert (ours.rank("gold"), ours.resolve("trigger_category", "Moon phase")) == (1, "moon phase")
    assert ours.resolve("trigger_category", "security") is None
    monkeypatch.setenv(lists.LISTS_ENVIRONMENT, str(lists.SHIPPED))
    machine = in_force(store, lists.current_lists())
    assert (machine.rank("gold"), machine.resolve("trigger_category", "security")) == (
        None,
        "security",
    )


@pytest.mark.parametrize("name", ["all.json", "all"])
def test_settings_travel_with_an_export_and_replace_nothing(
    store: Store, tmp_path: Path, name: str
) -> None:
    another_store = open_store(f"sqlite:///{tmp_path / 'another.db'}")
    filled(store)
    export(store, tmp_path / name)
    set_reader_zone(another_store, "Europe/Madrid")
    summary = load(another_store, [tmp_path / name], lists=lists.current_lists())
    assert summary.findings.problems == []
    assert reader_zone(another_store) == "Europe/Madrid"
    assert targets(another_store) == targets(store)
    assert any("stay as they are: zone" in note for note in summary.findings.notes)
    another_store.close()


def test_a_setting_that_makes_no_sense_is_a_problem_of_its_row(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "settings.csv"
    path.write_text('setting,value\nzone,"""Mars/Base"""\nphase,1\n')
    summary = load(store, [path], lists=lists.current_lists())
    assert [problem.rejected for problem in summary.findings.problems] == [True, True]
    with store.reading() as connection:
        assert stored_settings(connection) == []


def test_saved_views_are_settings_of_their_own_and_a_wrong_one_is_refused(store: Store) -> None:
    file = "views:\n- {name: Late, page: actions, asked: {which: [overdue], team: [Web, Ops]}}\n"
    assert filled(store, file) == ["views"]
    late = SavedView("Late", "actions", {"which": ["overdue"], "team": ["Web", "Ops"]})
    assert saved_views(store) == (late,)
    front = SavedView("front", "", {})
    assert save_view(store, front)
    assert not save_view(store, front)
    assert [view.name for view in saved_views(store)] == ["front", "Late"]
    again, _ = parse_file(written(settings_of(store)), name="again.yaml")
    assert again == settings_of(store)
    assert forget_view(store, "Late")
    assert saved_views(store) == (front,)
    store.set_setting("view:odd", {"page": "../etc", "asked": {}})
    store.set_setting("view:odder", {"page": "", "asked": {"team": "Web"}})
    assert saved_views(store) == (front,)
    with pytest.raises(UnfitName, match="A view needs a name"):
        save_view(store, front._replace(name=" \n"))
    with pytest.raises(UnfitView, match="too many"):
        save_view(store, front._replace(asked={"only": ["x" * 9_000]}))
    with pytest.raises(UnfitSettings, match="line 1: views"):
        parse_file("views: [{name: a, page: Actions}]", name="own.yaml")
