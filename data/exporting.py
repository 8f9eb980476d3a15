"""From the store to files: a load of an export gives the same records again.

CSV opens in a spreadsheet, JSON goes to other programs, JSON Lines to big ones, Markdown to people.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, get_args

from data.cells import cell_of
from data.markdown_document import file_names, written_document
from data.record import Action, Incident
from data.store import Store

Form = Literal["csv", "json", "jsonl", "markdown"]
FORMS: tuple[Form, ...] = get_args(Form)
BY_SUFFIX: dict[str, Form] = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
INCIDENT_COLUMNS = tuple(name for name in Incident.model_fields if name != "actions")
ACTION_COLUMNS = ("incident_id", *Action.model_fields)


class NotExported(Exception):
    """The target cannot be written; the message says why and what to do."""


def export(store: Store, path: Path, *, form: Form | None = None) -> list[Path]:
    """Write all records of the store.

    Args:
        path: a file, whose suffix names the form (of a CSV pair it is the incidents), or a folder.
        form: asked for where the path does not tell; a folder holds a CSV pair otherwise.

    Returns:
        The files written; for Markdown the folder.

    Raises:
        NotExported: the target cannot be written, or the path has an unknown suffix.
        StoreError: the database cannot be read.
    """
    form = form or _form_of(path)
    try:
        return write(store.incidents(), path, form=form)
    except OSError as error:
        raise NotExported(f"{path} cannot be written: {error.strerror or error}") from error


def write(records: Iterable[Incident], path: Path, *, form: Form) -> list[Path]:
    """Write records as ``form``; see :func:`export`."""
    if form == "csv":
        return _csv_pair(records, path)
    if form == "markdown":
        return _markdown(records, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as file:
        if form == "jsonl":
            file.writelines(f"{_json(record)}\n" for record in records)
        else:
            file.writelines(_json_list(records))
    return [path]


def _form_of(path: Path) -> Form:
    if not path.suffix or path.is_dir():
        return "csv"
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        known = ", ".join(BY_SUFFIX)
        raise NotExported(f"{path.name}: the ending is none of {known}; a folder has no ending")
    return form


def _json(record: Incident) -> str:
    return json.dumps(plain_fields(record), ensure_ascii=False)


def plain_fields(record: Incident) -> dict[str, Any]:
    """The filled fields of a record as JSON knows them."""
    fields = record.model_dump(mode="json", exclude_defaults=True)
    return {"id": record.id, **fields}


def _json_list(records: Iterable[Incident]) -> Iterator[str]:
    separator = "[\n"
    for record in records:
        yield separator + _json(record)
        separator = ",\n"
    yield "\n]\n" if separator == ",\n" else "[]\n"


def _csv_pair(records: Iterable[Incident], path: Path) -> list[Path]:
    if path.suffix:
        name = "actions.csv" if path.stem == "incidents" else f"{path.stem}-actions.csv"
        incidents, actions = path, path.with_name(name)
    else:
        incidents, actions = path / "incidents.csv", path / "actions.csv"
    incidents.parent.mkdir(parents=True, exist_ok=True)
    # The mark at the start is what makes spreadsheets read UTF-8.
    with (
        _replacing(incidents, encoding="utf-8-sig") as incident_file,
        _replacing(actions, encoding="utf-8-sig") as action_file,
    ):
        incident_rows, action_rows = csv.writer(incident_file), csv.writer(action_file)
        incident_rows.writerow(INCIDENT_COLUMNS)
        action_rows.writerow(ACTION_COLUMNS)
        for record in records:
            fields = plain_fields(record)
            for action in fields.pop("actions", ()):
                action["incident_id"] = record.id
                action_rows.writerow([cell_of(action.get(name)) for name in ACTION_COLUMNS])
            incident_rows.writerow([cell_of(fields.get(name)) for name in INCIDENT_COLUMNS])
    return [incidents, actions]


def _markdown(records: Iterable[Incident], folder: Path) -> list[Path]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        # Files of records that are gone would be loaded again with the others.
        raise NotExported(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names()
    for record in records:
        with _replacing(folder / names(record.id)) as file:
            file.write(written_document(record, fields=plain_fields(record)))
    return [folder]


@contextmanager
def _replacing(path: Path, *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A file that takes the place of ``path`` only once it is written to its end."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
