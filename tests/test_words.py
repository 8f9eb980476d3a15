"""Is a source understood in the words that its authors use, and can a team add its own?"""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from data import words
from data.__main__ import main
from data.record import Action, Incident


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Start time (UTC)", "impact_started_at"),
        ("1. Incident ID:", "id"),
        ("**Impact start**", "impact_started_at"),
        ("resolvedWhen", "resolved_at"),
        ("detected_at", "detected_at"),
        ("SEVERITY", "severity"),
        ("Servicios afectados", "services"),
        ("Schweregrad", "severity"),
        ("Début de l’incident", "impact_started_at"),
        ("Hora de deteccao", "detected_at"),
        ("重大度", "severity"),
        ("Fecha inicio", "impact_started_at"),
        ("Hora detección", "detected_at"),
        ("Colour of the day", ""),
        ("Weather", ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_label_names_its_field_in_any_language_case_and_dress(label: str, field: str) -> None:
    assert words.current().field(label) == field


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Root cause (5 whys)", "root_cause"),
        ("Impact – customers", "impact"),
        ("2.1 Timeline (UTC)", "timeline"),
        ("🔥 Auswirkungen", "impact"),
        ("CAUSA RAIZ", "root_cause"),
        ("Maßnahmen", "actions"),
        ("Ce qui s'est bien passé", "what_went_well"),
        ("Linha do tempo:", "timeline"),
        ("再発防止策", "actions"),
        ("How did we find out?", "detection"),
        ("Impact on morale", ""),
    ],
)
def test_a_heading_introduces_its_part_whatever_stands_around_it(heading: str, part: str) -> None:
    assert words.current().part(heading) == part


def test_words_of_statuses_kinds_months_and_of_nothing_are_known() -> None:
    known = words.current()
    assert known.status("Resuelto") == "resolved"
    assert known.action_status("**IN PROGRESS**") == "in_progress"
    assert known.action_kind("Prävention") == "prevent"
    assert known.action_field("Fecha límite") == "due_on"
    assert known.document_status("Entwurf")
    assert [known.month(name) for name in ("Feb.", "März", "août", "marzo", "monday")] == [
        2, 3, 8, 3, 0,
    ]  # fmt: skip
    assert known.is_nothing(" N/A ")
    assert known.is_nothing("")
    assert not known.is_nothing("no")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A customer called before the alert fired", "customer"),
        ("Alarmierung durch Prometheus", "monitoring"),
        ("お客様からの問い合わせ", "customer"),
        ("Un usuario avisó", "customer"),
        ("nobody knows", ""),
    ],
)
def test_the_first_word_that_names_one_says_what_noticed_an_incident(
    text: str, source: str
) -> None:
    assert words.current().detection_source(text) == source


def test_every_meaning_is_a_field_and_every_word_has_one_meaning() -> None:
    shipped = yaml.safe_load(words.SHIPPED.read_text(encoding="utf-8"))
    assert set(shipped) == set(words.SECTIONS)
    assert set(shipped["fields"]) <= set(Incident.model_fields)
    assert set(shipped["action_fields"]) <= set(Action.model_fields)
    for section, meanings in shipped.items():
        meant: Counter[str] = Counter()
        for by_language in meanings.values():
            meant.update(
                {words.fold(w) for text in by_language.values() for w in text.split(",")} - {""}
            )
        assert {word for word, times in meant.items() if times > 1} == set(), section


def test_a_file_of_a_team_adds_words_and_has_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("fields:\n  severity: blast class, priority\n  team: {nl: [ploeg, Priority]}\n")
    monkeypatch.setenv(words.ENVIRONMENT, str(own))
    assert words.current().field("Blast Class") == "severity"
    assert words.current().field("Ploeg") == "team"
    assert words.current().field("priority") == "severity"
    assert words.current().field("Severity") == "severity"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("- a\n", "own.yaml has not the shape of words.yaml"),
        ("\nfeelds:\n  severity: a\n", "own.yaml, line 2: 'feelds' is no section"),
        ("fields: 3\n", "own.yaml, line 1: 'fields' needs meanings"),
        ("fields:\n  severity: 3\n", "own.yaml, line 1: 'severity' needs words"),
        ("fields:\n  severity: [3]\n", "own.yaml, line 1: 'severity' needs words"),
        ("fields: [\n", "own.yaml cannot be read as YAML"),
        ("events:\n  exploded: bang\n", "own.yaml, line 1: 'exploded' is no meaning of 'events'"),
        ("fields:\n  mood: bad\n", "own.yaml, line 1: 'mood' is no meaning of 'fields'"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    content: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(content)
    monkeypatch.setenv(words.ENVIRONMENT, str(own))
    with pytest.raises(words.WordsUnreadable) as raised:
        words.current()
    assert reason in str(raised.value)


def test_a_file_that_is_not_there_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(words.ENVIRONMENT, "nowhere/own.yaml")
    with pytest.raises(words.WordsUnreadable, match=r"own\.yaml cannot be opened"):
        words.current()


def test_the_command_line_says_what_is_wrong_with_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    post_mortem = tmp_path / "a.md"
    post_mortem.write_text("---\nid: a\n---\n")
    monkeypatch.setenv(words.ENVIRONMENT, "nowhere/own.yaml")
    monkeypatch.setattr("sys.argv", ["data", "check", str(post_mortem)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "own.yaml cannot be opened" in capsys.readouterr().err
