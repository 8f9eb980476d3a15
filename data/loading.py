"""Loading files into the store, as one transaction, and what became of each record."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Literal, NoReturn, get_args
from weakref import finalize

from data import lists
from data.check import check_incident
from data.exposure import overlaps
from data.findings import Findings
from data.gathering import Progress, Reading, read_paths
from data.lists import Lists
from data.names import NOTHING_SAID, Meanings, in_force, names_of, with_names
from data.readers.source import Item, Options, RawAction, RawIncident, Source, from_bytes, from_file
from data.readers.tables.sheets import read_csv
from data.record import Incident
from data.statement import Statement, is_blank, merged
from data.store import Gone, Loaded, Store, StoreError, open_store

#: Records of a preview that are shown as they are read.
FIRST = 5


@dataclass(frozen=True)
class Summary:
    """What a load did.

    Attributes:
        new: records that the store did not have.
        updated: records that it had with another content.
        unchanged: records that it had just so.
        findings: what reading met with.
        cleared_fields: fields that held something and hold nothing now.
        cleared_records: records that such fields belong to.
        gone: records that are no longer at their source, and were at the last load.
        doubled: new records that have the title and the start of another one.
    """

    new: int
    updated: int
    unchanged: int
    findings: Findings
    cleared_fields: int = 0
    cleared_records: int = 0
    gone: int = 0
    doubled: int = 0


@dataclass(frozen=True)
class Preview:
    """What a load would do.

    Attributes:
        first: the first records, as they are read.
    """

    summary: Summary
    first: tuple[Incident, ...]


def load(
    store: Store,
    paths: Sequence[str | Path],
    *,
    lists: Lists,
    options: Options | None = None,
    progress: Progress | None = None,
    as_sample: bool = False,
) -> Summary:
    """Load files into the store, as one transaction.

    Args:
        options: what is said about all of the files.

    Raises:
        StoreError: the database cannot be reached or is busy; nothing was changed.
    """
    lists = in_force(store, lists)
    reading = read_paths(paths, lists=lists, options=options, progress=progress)
    name = ", ".join(map(str, paths))
    return _loaded(store, reading, name=name, as_sample=as_sample)


def load_uploads(
    store: Store,
    uploads: Iterable[tuple[str, bytes]],
    *,
    lists: Lists,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Load named contents, as a web page receives them; otherwise like :func:`load`."""
    sources = [from_bytes(name, content, options=options) for name, content in uploads]
    return load_sources(store, sources, lists=lists, progress=progress)


def load_sources(
    store: Store,
    sources: Sequence[Source],
    *,
    lists: Lists,
    options: Options | None = None,
    name: str = "",
    meanings: Meanings = NOTHING_SAID,
    findings: Findings | None = None,
    progress: Progress | None = None,
    complete: Collection[str] = (),
) -> Summary:
    """Load what is at hand as sources; otherwise like :func:`load`.

    Args:
        options: what is said about all of them; None leaves it at what they say themselves.
        name: what is loaded, for the list of past loads; the names of the sources if not given.
        meanings: what values mean, kept for later loads too.
        findings: what was met with before, such as files that are no source.
        complete: names of sources of which everything is among ``sources``, so that what is not
            is gone; of folders that ``findings`` says were walked it is known.
    """
    _say(sources, options)
    lists = with_names(in_force(store, lists), meanings)
    reading = Reading(sources, lists=lists, findings=findings, progress=progress)
    reading.additions.add("names", names_of(meanings))
    name = name or ", ".join(source.name for source in sources)
    return _loaded(store, reading, name=name, complete=complete)


def preview(
    store: Store,
    sources: Sequence[Source],
    *,
    lists: Lists,
    options: Options | None = None,
    meanings: Meanings = NOTHING_SAID,
    findings: Findings | None = None,
    progress: Progress | None = None,
    complete: Collection[str] = (),
) -> Preview:
    """What :func:`load_sources` would do; nothing stays of it.

    Raises:
        StoreError: the database cannot be reached or is busy.
    """
    _say(sources, options)
    lists = with_names(in_force(store, lists), meanings)
    reading = Reading(sources, lists=lists, findings=findings, progress=progress)
    reading.additions.add("names", names_of(meanings))
    first: dict[str, Incident] = {}
    loaded = store.load(
        lambda files: _noting(reading.statements(files), first),
        source="",
        beside=reading.additions,
        report=reading,
        covers=reading.findings.walked,
        complete=complete,
        keep=False,
    )
    stored = store.records(name for name, record in first.items() if is_blank(record))
    shown = (r for name, r in first.items() if name in stored or not is_blank(r))
    return Preview(_summary(loaded, reading), tuple(shown))


def undo_last_load(store: Store) -> str | None:
    """Undo the last load; what was undone, in words, and None if nothing can be undone.

    Raises:
        StoreError: the database cannot be reached or is busy; nothing was changed.
    """
    undone = store.undo_last_load()
    if undone is None:
        return None
    source = f" of {undone.source}" if undone.source else ""
    return (
        f"The load{source} is undone: {undone.new:,} new records are taken out and "
        f"{undone.changed:,} changed ones are as they were before."
    )


def gone(store: Store) -> list[Gone]:
    """The records that are no longer at their source; see :meth:`Store.gone`."""
    return store.gone()


def remove_gone(store: Store, *, source: str | None = None) -> int:
    """Remove them; see :meth:`Store.remove_gone`."""
    return store.remove_gone(source=source)


def _say(sources: Iterable[Source], options: Options | None) -> None:
    """Says of all sources what is given in ``options``."""
    if options is not None:
        for source in sources:
            source.options = options


def _noting(statements: Iterable[Statement], first: dict[str, Incident]) -> Iterator[Statement]:
    """The statements as they are; the first records on the way are noted, with their actions."""
    for statement in statements:
        record = statement.incident
        if statement.apart and (record.id in first or len(first) < FIRST):
            first[record.id] = merged(first.get(record.id, record), statement)
        elif len(first) < FIRST:
            first[record.id] = record
        yield statement


def _loaded(
    store: Store,
    reading: Reading,
    *,
    name: str,
    as_sample: bool = False,
    complete: Collection[str] = (),
) -> Summary:
    loaded = store.load(
        reading.statements,
        source=name,
        as_sample=as_sample,
        beside=reading.additions,
        report=reading,
        covers=reading.findings.walked,
        complete=complete,
    )
    if reading.findings.added["exposure"]:
        reading.findings.add(overlaps(store))
    if back := reading.additions.kept_back:
        reading.findings.note(
            f"Settings that are set otherwise here stay as they are: {', '.join(back)}."
        )
    return _summary(loaded, reading)


def _summary(loaded: Loaded, reading: Reading) -> Summary:
    return Summary(
        new=loaded.new,
        updated=loaded.updated,
        unchanged=loaded.unchanged,
        cleared_fields=loaded.cleared_fields,
        cleared_records=loaded.cleared_records,
        gone=loaded.gone,
        doubled=loaded.doubled,
        findings=reading.findings,
    )


# What is there to see before anybody has loaded a record: real incidents of public organisations.
#
# ``data/sample/README.md`` says where each fact comes from. The files are in Aftermath's own CSV
# format and take the way of any record, so the sample also shows what that format looks like.

FOLDER = Path(__file__).with_name("sample")
SOURCE = "sample records"


def load_sample(store: Store) -> Loaded:
    """Put the sample into ``store``, which then knows that it holds it.

    Raises:
        StoreBusy, StoreUnreachable: the store cannot be written to. Nothing was changed.
    """
    return store.load(sample_records(), source=SOURCE, as_sample=True)


def sample_records() -> Iterator[Incident]:
    """The sample, record by record."""
    shipped = lists.read(lists.SHIPPED)  # a user's own lists need not hold the sample's labels
    actions: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in _items("actions.csv"):
        if isinstance(item, RawAction):
            actions[item.values["incident_id"]].append(item.values)
    for item in _items("incidents.csv"):
        if isinstance(item, RawIncident):
            raw = {**item.values, "actions": actions[item.values["id"]]}
            checked = check_incident(raw, place=item.place, lists=shipped)
            if checked.incident is not None:
                yield checked.incident


# What is there to look at beside one's own records? Each example has a store of its own, so that
# nothing of it is ever among records that somebody loaded.

Example = Literal["company", "sample"]
EXAMPLES: tuple[Example, ...] = get_args(Example)
#: A company that is read in a minute and has enough of everything to be judged.
COMPANY_INCIDENTS, COMPANY_YEARS, COMPANY_SEED = 400, 3, 1
COMPANY_SOURCE = "made-up company"


class ExampleStore(Store):
    """A store that is looked at and tried out: what people add to its records stays in it.

    Records are neither loaded into it nor taken out: it may be seen by more people than those whom
    one's own are meant for. It is gone with the process that made it.
    """

    def __init__(self, example: Example) -> None:
        """Make it, in a folder that only this user may read.

        Raises:
            StoreUnreachable: there is no room for it.
        """
        try:
            folder = mkdtemp(prefix="aftermath-example-")
        except OSError as error:
            raise StoreError(f"No example can be made: {error.strerror}.") from error
        self._end = finalize(self, rmtree, folder, ignore_errors=True)
        with_records = open_store(f"sqlite:///{Path(folder) / f'{example}.db'}")
        load_company(with_records) if example == "company" else load_sample(with_records)
        super().__init__(with_records._engine)

    def close(self) -> None:
        """End it, and remove its folder."""
        super().close()
        self._end()

    def load(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse it."""
        raise StoreError("Nothing can be loaded into an example. Leave it, and load it there.")

    def clear(self) -> NoReturn:
        """Refuse it."""
        raise StoreError("An example cannot be emptied.")

    def undo_last_load(self) -> NoReturn:
        """Refuse it."""
        raise StoreError("An example cannot be emptied.")


def load_company(store: Store) -> Loaded:
    """Put a made-up company into ``store``, which then knows that it holds no real records.

    It is the same on every day, and comes with its deploys and requests.

    Raises:
        StoreBusy, StoreUnreachable: the store cannot be written to. Nothing was changed.
    """
    from data.company import write_company  # brings pandas along, which a plain load does not need

    with TemporaryDirectory() as folder:
        out = Path(folder)
        write_company(out, incidents=COMPANY_INCIDENTS, years=COMPANY_YEARS, seed=COMPANY_SEED)
        sources = [from_file(path, name=path.name) for path in sorted(out.glob("*.csv"))]
        reading = Reading(sources, lists=lists.read(lists.SHIPPED))
        return store.load(
            reading.statements,
            source=COMPANY_SOURCE,
            as_sample=True,
            beside=reading.additions,
            report=reading,
        )


def _items(name: str) -> Iterator[Item]:
    return read_csv(from_file(FOLDER / name, name=name))
