"""From the store to files: a load of an export gives the same store again.

CSV opens in a spreadsheet, JSON goes to other programs; both carry what people added too. JSON
Lines for big programs and Markdown for people hold the records alone.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, get_args

from data.additions import KINDS, additions_of
from data.cells import cell_of
from data.markdown_document import file_names, written_document
from data.record import Action, Incident
from data.store import Store

Form = Literal["csv", "json", "jsonl", "markdown"]
FORMS: tuple[Form, ...] = get_args(Form)
BY_SUFFIX: dict[str, Form] = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
INCIDENT_COLUMNS = tuple(name for name in Incident.model_fields if name != "actions")
ACTION_COLUMNS = ("incident_id", *Action.model_fields)

Fields = Mapping[str, Any]
#: What people added, by kind.
Added = Mapping[str, Sequence[Fields]]
NOTHING: Added = {}


class NotExported(Exception):
    """The target cannot be written; the message says why and what to do."""


def export(store: Store, path: Path, *, form: Form | None = None) -> list[Path]:
    """Write all records of the store, and in CSV and JSON also what people added.

    Args:
        path: a file, whose suffix names the form (of a CSV pair it is the incidents), or a folder.
        form: asked for where the path does not tell; a folder holds a CSV pair otherwise.

    Returns:
        The files written; for Markdown the folder.

    Raises:
        NotExported: the target cannot be written, or the suffix of the path is unknown or that of
            another form.
        StoreError: the database cannot be read.
    """
    by_ending = BY_SUFFIX.get(path.suffix.lower())
    if form and by_ending and form != by_ending and not path.is_dir():
        raise NotExported(f"{path.name}: the ending says {by_ending}, and {form} was asked for")
    form = form or _form_of(path)
    try:
        return write(store.incidents(), path, form=form, added=additions_of(store))
    except OSError as error:
        raise NotExported(f"{path} cannot be written: {error.strerror or error}") from error


def write(
    records: Iterable[Incident], path: Path, *, form: Form, added: Added = NOTHING
) -> list[Path]:
    """Write records as ``form`` and, where it can hold them, the rows ``added``; see above."""
    if form == "csv":
        return [*_csv_pair(records, path), *_csv_added(added, path)]
    if form == "markdown":
        return _markdown(records, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as file:
        if form == "jsonl":
            file.writelines(f"{_json(plain_fields(record))}\n" for record in records)
        else:
            file.writelines(_json_object(records, added))
    return [path]


def _form_of(path: Path) -> Form:
    if not path.suffix or path.is_dir():
        return "csv"
    form = BY_SUFFIX.get(path.suffix.lower())
    if form is None:
        known = ", ".join(BY_SUFFIX)
        raise NotExported(f"{path.name}: the ending is none of {known}; a folder has no ending")
    return form


def _json(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)


def plain_fields(record: Incident) -> dict[str, Any]:
    """The filled fields of a record as JSON knows them."""
    fields = record.model_dump(mode="json", exclude_defaults=True)
    return {"id": record.id, **fields}


def _json_object(records: Iterable[Incident], added: Added) -> Iterator[str]:
    yield '{\n"incidents": '
    yield from _json_list(map(plain_fields, records))
    for kind, rows in added.items():
        yield f',\n"{kind}": '
        yield from _json_list(rows)
    yield "\n}\n"


def _json_list(items: Iterable[Fields]) -> Iterator[str]:
    separator = "[\n"
    for fields in items:
        yield separator + _json(fields)
        separator = ",\n"
    yield "\n]" if separator == ",\n" else "[]"


def _csv_pair(records: Iterable[Incident], path: Path) -> list[Path]:
    incidents, actions = path if path.suffix else path / "incidents.csv", _beside(path, "actions")
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
            incident_rows.writerow(
                [cell_of(fields.get(name), name=name) for name in INCIDENT_COLUMNS]
            )
    return [incidents, actions]


def _csv_added(added: Added, path: Path) -> Iterator[Path]:
    """Writes a table of each kind; one of an earlier export is emptied rather than left behind."""
    for kind in KINDS:
        rows, target = added.get(kind, ()), _beside(path, kind)
        if rows or target.exists():
            with _replacing(target, encoding="utf-8-sig") as file:
                table = csv.writer(file)
                table.writerow(KINDS[kind].columns)
                for row in rows:
                    table.writerow([cell_of(row.get(name)) for name in KINDS[kind].columns])
            yield target


def _beside(path: Path, kind: str) -> Path:
    """The file of another kind that goes with the incidents at ``path``, or into that folder."""
    if not path.suffix:
        return path / f"{kind}.csv"
    return path.with_name(f"{kind}.csv" if path.stem == "incidents" else f"{path.stem}-{kind}.csv")


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
