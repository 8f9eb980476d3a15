"""Are records recovered from a table however it is written?

Made-up records are written in six languages, under four delimiters, in many notations of times,
with their columns in any order. Nearly every field must come back, and none may come back wrong.
"""

import csv
import datetime as dt
import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from data import lists
from data.exporting import plain_fields
from data.gathering import Reading
from data.readers.source import from_bytes

TABLES = 26
ROWS = 12
WHOLE = 0.97
HEADERS = {
    "en": {
        "title": ["Incident title", "Title", "What happened", "Short description"],
        "start": ["Started", "Impact start", "Start time", "Began"],
        "detected": ["Detected", "Time detected", "Detected at"],
        "end": ["Resolved", "End time", "Ended", "Resolved at"],
        "severity": ["Severity", "Sev", "Priority"],
        "team": ["Team", "Owning team", "Responsible team"],
        "services": ["Services", "Affected services", "Components"],
        "cause": ["Root cause", "Cause"],
        "status": ["Status", "State"],
        "users": ["Users affected", "Affected customers"],
        "actions": ["Action items", "Follow-ups", "Next steps"],
        "date": ["Date", "Incident date"],
        "time": ["Start time", "Start"],
        "length": ["Duration (min)", "Duration in minutes", "Downtime (minutes)"],
    },
    "es": {
        "title": ["Título", "Asunto"],
        "start": ["Inicio", "Hora de inicio", "Fecha de inicio"],
        "detected": ["Detectado", "Hora de detección"],
        "end": ["Fin", "Resuelto", "Fecha de fin"],
        "severity": ["Severidad", "Gravedad", "Prioridad"],
        "team": ["Equipo", "Equipo responsable"],
        "services": ["Servicios afectados", "Servicios"],
        "cause": ["Causa raíz", "Causa"],
        "status": ["Estado"],
        "users": ["Usuarios afectados"],
        "actions": ["Acciones", "Acciones correctivas"],
        "date": ["Fecha", "Fecha del incidente"],
        "time": ["Hora de inicio"],
        "length": ["Duración (min)", "Duración en minutos"],
    },
    "de": {
        "title": ["Titel", "Betreff"],
        "start": ["Beginn", "Störungsbeginn", "Startzeit"],
        "detected": ["Erkannt", "Entdeckt"],
        "end": ["Ende", "Behoben", "Störungsende"],
        "severity": ["Schweregrad", "Priorität"],
        "team": ["Team", "Zuständiges Team"],
        "services": ["Betroffene Dienste", "Betroffene Systeme"],
        "cause": ["Ursache", "Hauptursache"],
        "status": ["Status"],
        "users": ["Betroffene Nutzer", "Betroffene Kunden"],
        "actions": ["Maßnahmen", "Folgemaßnahmen"],
        "date": ["Datum"],
        "time": ["Beginn", "Startzeit"],
        "length": ["Dauer (min)", "Dauer in Minuten"],
    },
    "fr": {
        "title": ["Titre", "Objet"],
        "start": ["Début", "Heure de début"],
        "detected": ["Détecté", "Heure de détection"],
        "end": ["Fin", "Résolu", "Heure de fin"],
        "severity": ["Gravité", "Sévérité"],
        "team": ["Équipe", "Équipe responsable"],
        "services": ["Services touchés", "Services impactés"],
        "cause": ["Cause racine", "Cause"],
        "status": ["Statut", "État"],
        "users": ["Utilisateurs touchés", "Clients impactés"],
        "actions": ["Actions correctives", "Mesures"],
        "date": ["Date", "Date de l'incident"],
        "time": ["Heure de début"],
        "length": ["Durée (min)", "Durée en minutes"],
    },
    "pt": {
        "title": ["Título", "Assunto"],
        "start": ["Início", "Hora de início"],
        "detected": ["Detectado", "Hora da detecção"],
        "end": ["Fim", "Término", "Resolvido"],
        "severity": ["Severidade", "Gravidade"],
        "team": ["Equipe", "Equipe responsável"],
        "services": ["Serviços afetados", "Serviços"],
        "cause": ["Causa raiz", "Causa"],
        "status": ["Situação", "Estado"],
        "users": ["Usuários afetados", "Clientes afetados"],
        "actions": ["Ações", "Ações corretivas"],
        "date": ["Data", "Data do incidente"],
        "time": ["Hora de início"],
        "length": ["Duração (min)", "Duração em minutos"],
    },
    "ja": {
        "title": ["件名", "タイトル"],
        "start": ["発生日時", "開始日時"],
        "detected": ["検知日時", "検知時刻"],
        "end": ["復旧日時", "終了日時"],
        "severity": ["重大度", "深刻度"],
        "team": ["担当チーム", "チーム"],
        "services": ["影響サービス", "対象サービス"],
        "cause": ["根本原因", "原因"],
        "status": ["ステータス", "状態"],
        "users": ["影響ユーザー数"],
        "actions": ["対策", "再発防止"],
        "date": ["発生日", "日付"],
        "time": ["開始時刻", "発生時刻"],
        "length": ["停止時間 (分)", "影響時間（分）"],
    },
}
STATES = {
    "en": ["Closed", "open", "Resolved", "In Progress"],
    "es": ["Cerrado", "Abierto"],
    "de": ["geschlossen", "offen"],
    "fr": ["Fermé", "Ouvert"],
    "pt": ["Fechado", "Aberto"],
    "ja": ["解決済み", "対応中"],
}
OPEN = {"open", "In Progress", "Abierto", "offen", "Ouvert", "Aberto", "対応中"}
SEVERITIES = {"SEV1": 1, "Sev-2": 2, "P3": 3, "2 - High": 2, "critical": 1, "SEV 4": 4}
THINGS = ["Gate", "Crane", "Quay light", "Lock", "Tug radio", "Ice alarm", "Buoy feed"]
FAULTS = ["stays shut", "drops its load", "goes dark", "floods", "falls silent", "rings all night"]
CAUSES = ["The bolt was bent", "A fuse was too small", "Nobody had oiled it", "Ice in the hinge"]
TEAMS = ["Harbour Office", "Yard", "Pilots", "Night Watch"]
SERVICES = ["gate-api", "crane control", "tide feed", "radio"]
ACTIONS = ["Grease the hinge", "Replace the fuse", "Write the runbook", "Add an alarm"]
DELIMITERS = [",", ";", "\t", "|"]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

Stamp = Callable[[dt.datetime], str]


def serial(at: dt.datetime) -> str:
    return f"{(at - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1):.9f}"


def epoch(at: dt.datetime) -> int:
    return int(at.replace(tzinfo=dt.UTC).timestamp())


STAMPS: dict[str, Stamp] = {
    "iso": lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
    "spaced": lambda at: f"{at:%Y-%m-%d %H:%M}",
    "day first": lambda at: f"{at:%d/%m/%Y %H:%M}",
    "month first": lambda at: f"{at.month}/{at.day}/{at:%Y} {at:%I:%M %p}",
    "points": lambda at: f"{at:%d.%m.%Y %H:%M}",
    "month names": lambda at: f"{at.day:02}/{MONTHS[at.month - 1]}/{at:%y} {at:%I:%M %p}",
    "words": lambda at: f"{MONTHS[at.month - 1]} {at.day}, {at:%Y} {at:%H:%M}",
    "japanese": lambda at: f"{at.year}年{at.month}月{at.day}日 {at.hour}:{at.minute:02}",
    "offset": lambda at: f"{at + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}+02:00",
    "zone": lambda at: f"{at + dt.timedelta(hours=9):%Y-%m-%d %H:%M} JST",
    "seconds": lambda at: str(epoch(at)),
    "milliseconds": lambda at: str(epoch(at) * 1000),
    "serial": serial,
}
#: Notations of which the day stands before the first space.
DAYS = ("spaced", "day first", "month first", "points", "month names")


@dataclass
class Tally:
    """How many fields came back, and which came back as something else."""

    right: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, wanted: Any, there: Any) -> None:
        self.asked += 1
        if there == wanted:
            self.right += 1
        elif there in (None, "", []):
            self.missing[name] += 1
        else:
            self.wrong.append(f"{name}: {there!r} for {wanted!r}")


def made_up(chance: random.Random, states: list[str]) -> list[dict[str, Any]]:
    at = dt.datetime(2025, chance.randint(1, 12), chance.randint(1, 28))
    records = []
    for number in range(ROWS):
        at += dt.timedelta(days=chance.randint(2, 9), minutes=chance.randint(1, 1_400))
        lasted = chance.randint(5, 900)
        records.append(
            {
                "title": f"{chance.choice(THINGS)} {chance.choice(FAULTS)} ({number})",
                "start": at,
                "detected": at + dt.timedelta(minutes=chance.randint(0, 4)),
                "end": at + dt.timedelta(minutes=lasted),
                "length": lasted,
                "severity": chance.choice(list(SEVERITIES)),
                "team": chance.choice(TEAMS),
                "services": chance.sample(SERVICES, chance.randint(1, 2)),
                "cause": chance.choice(CAUSES),
                "status": chance.choice(states),
                "users": chance.choice([0, 12, 450, 12_400]),
                "actions": chance.sample(ACTIONS, chance.randint(0, 2)),
            }
        )
    return records


def cells_of(record: dict[str, Any], stamp: Stamp, chance: random.Random) -> dict[str, str]:
    start = record["start"]
    thousands = chance.random() < 0.5
    return {
        **{name: record[name] for name in ("title", "severity", "team", "cause", "status")},
        **{name: stamp(record[name]) for name in ("start", "detected", "end")},
        "date": stamp(start).split(" ")[0],
        "time": f"{start:%H:%M}",
        "length": str(record["length"]),
        "services": ", ".join(record["services"]),
        "users": f"{record['users']:,}" if thousands else str(record["users"]),
        "actions": "; ".join(record["actions"]),
    }


def written(chance: random.Random, language: str, style: str) -> tuple[str, list[dict[str, Any]]]:
    """A table and the records in it."""
    records = made_up(chance, STATES[language])
    names = HEADERS[language]
    shape = chance.choice(["clocks", "clocks", "length", "parts"])
    if shape == "parts" and style not in DAYS:
        shape = "clocks"
    times = {
        "clocks": ["start", "detected", "end"],
        "length": ["start", "length"],
        "parts": ["date", "time", "length"],
    }[shape]
    columns = [*times, "title", "severity", "team", "services", "cause", "status", "users"]
    columns.append("actions")
    chance.shuffle(columns)
    stream = io.StringIO()
    table = csv.writer(
        stream,
        delimiter=chance.choice(DELIMITERS),
        quoting=chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        lineterminator=chance.choice(["\n", "\r\n"]),
    )
    table.writerow([chance.choice(names[column]) for column in columns])
    for record in records:
        cells = cells_of(record, STAMPS[style], chance)
        table.writerow([cells[column] for column in columns])
    mark = chance.choice(["", "\ufeff"])
    if "detected" not in columns:
        records = [{**record, "detected": None} for record in records]
    return mark + stream.getvalue(), records


def utc(at: dt.datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:00Z}"


def compare(tally: Tally, record: dict[str, Any], there: dict[str, Any]) -> None:
    for name, clock in (
        ("start", "impact_started_at"),
        ("detected", "detected_at"),
        ("end", "resolved_at"),
    ):
        tally.count(clock, utc(record[name]), there.get(clock))
    for name, ours in (("title", "title"), ("team", "team"), ("cause", "root_cause")):
        tally.count(ours, record[name], there.get(ours))
    tally.count("severity", record["severity"], there.get("severity"))
    tally.count("severity_rank", SEVERITIES[record["severity"]], there.get("severity_rank"))
    tally.count("services", record["services"], there.get("services"))
    status = "open" if record["status"] in OPEN else "resolved"
    tally.count("status", status, there.get("status"))
    tally.count("affected_users", record["users"], there.get("affected_users"))
    titles = [action["title"] for action in there.get("actions", [])]
    tally.count("actions", record["actions"], titles)


@pytest.mark.parametrize("language", sorted(HEADERS))
def test_records_come_back_from_a_table_however_it_is_written(language: str) -> None:
    chance, tally = random.Random(language), Tally()
    for number in range(TABLES):
        style = list(STAMPS)[number % len(STAMPS)]
        content, records = written(chance, language, style)
        reading = Reading([from_bytes("t.csv", content.encode())], lists=lists.current_lists())
        found = [plain_fields(record) for record in reading.incidents()]
        assert len(found) == len(records), content
        for record, there in zip(records, found, strict=True):
            compare(tally, record, there)
    assert tally.wrong == []
    assert tally.right >= WHOLE * tally.asked, tally.missing
