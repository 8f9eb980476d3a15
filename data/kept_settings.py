"""All settings as one: what a file of settings may say, what the store keeps of it, and how.

What counts is, in this order: what the environment names on one machine, what the store keeps for
all readers, what ships with Aftermath. A setting that nobody made is None or empty.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy import Connection, select

from data import preferences, tables
from data.added import AddedRow, Break, Day, keep_breaks, stored_breaks
from data.engine import Row, drop, put, put_all
from data.lists import FIELDS, LISTS_ENVIRONMENT, Lists
from data.preferences import Hours, SavedView, Target
from data.problems import reason_of
from data.record import Identifier
from data.settings import SettingsUnreadable, parse_settings, read_settings
from data.store import Store
from data.trail import Entry, named
from data.words import fold

#: More labels than a list of causes has that a person can choose from.
MOST_LABELS = 200
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {"min": 60.0, "h": 3_600.0, "d": 86_400.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d)[a-z]*", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
ONE_LINE = 100


class UnfitSettings(ValueError):
    """Settings cannot be used; the message says which, where and why."""


class Section(BaseModel):
    """Something that a file of settings may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _duration(value: object) -> float:
    told = DURATION.fullmatch(str(value).strip())
    if told is None:
        raise ValueError("is no time such as 30 min, 4 h or 5 d")
    return float(told[1]) * UNITS[told[2].lower()]


def duration_words(seconds: float) -> str:
    """A time as a file of settings has it, in the largest unit that leaves no fraction."""
    fitting = [name for name, size in UNITS.items() if seconds % size == 0]
    name = fitting[-1] if fitting else "min"
    return f"{seconds / UNITS[name]:g} {name}"


def _minutes(value: object) -> int:
    # YAML takes 17:00 without quotes for a number to the base of 60, which is its minutes.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    told = CLOCK.fullmatch(str(value).strip())
    if told is None or int(told[2]) >= 60:
        raise ValueError("is no time of day such as 09:00")
    return int(told[1]) * 60 + int(told[2])


def _time_words(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


Duration = Annotated[float, BeforeValidator(_duration), PlainSerializer(duration_words)]
Minutes = Annotated[int, BeforeValidator(_minutes), PlainSerializer(_time_words)]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class WrittenTarget(Section):
    """What was promised of one step."""

    time: Literal["TTD", "TTA", "TTM", "TTR", "publish", "done"]
    within: Duration
    severity: str = ""
    percent: float | None = Field(None, gt=0, le=100)

    @property
    def target(self) -> Target:
        """The same as the store keeps it."""
        share = None if self.percent is None else self.percent / 100
        return Target(self.time, self.within, self.severity.strip(), share)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if reason := preferences.unfit_target(self.target):
            raise ValueError(reason)
        return self


class WrittenHours(Section):
    """When people are at work."""

    days: tuple[Weekday, ...]
    opens: Minutes
    closes: Minutes
    holidays: tuple[Day, ...] = ()

    @property
    def hours(self) -> Hours:
        """The same as the store keeps it."""
        weekdays = tuple(sorted({WEEKDAYS.index(day) for day in self.days}))
        return Hours(self.opens * 60, self.closes * 60, weekdays, tuple(sorted(self.holidays)))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if reason := preferences.unfit_hours(self.hours):
            raise ValueError(reason)
        return self


class WrittenBreak(Section):
    """A day from which on records are others."""

    at: Day
    note: Identifier


Labels = Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_LABELS)]


class Taxonomy(Section):
    """The labels to choose from, in place of those that ship with Aftermath."""

    root_cause_category: Labels | None = None
    trigger_category: Labels | None = None
    contributing_factors: Labels | None = None

    @property
    def lists(self) -> dict[str, frozenset[str]]:
        """The labels of each field that has its own."""
        own = {name: getattr(self, name) for name in FIELDS}
        return {
            name: frozenset(label.lower() for label in labels)
            for name, labels in own.items()
            if labels
        }


class WrittenView(Section):
    """A saved view, as a file of settings says it."""

    name: Annotated[str, AfterValidator(partial(preferences.fit_name, of="view"))]
    page: str = ""
    asked: dict[str, tuple[str, ...]] = {}

    @property
    def view(self) -> SavedView:
        """The view that it speaks of."""
        return SavedView(self.name, self.page, self.asked)

    @model_validator(mode="after")
    def _can_be_saved(self) -> Self:
        if reason := preferences.unfit_view(self.view):
            raise ValueError(reason)
        return self


class Settings(Section):
    """What may be set; what nobody set is None or empty.

    Attributes:
        zone: in which readers see times, and count days, weeks and months.
        targets: times that were promised.
        working_hours: when people are at work.
        severities: ranks of names of severities, 1 the worst, beside those that are known.
        taxonomy: labels of causes, triggers and factors.
        breaks: days from which on records are others, drawn in charts.
        views: pages with everything chosen on them, by name.
    """

    zone: str | None = None
    targets: tuple[WrittenTarget, ...] = ()
    working_hours: WrittenHours | None = None
    severities: dict[Identifier, Annotated[int, Field(ge=1, le=5)]] = {}
    taxonomy: Taxonomy | None = None
    breaks: tuple[WrittenBreak, ...] = ()
    views: tuple[WrittenView, ...] = ()

    @field_validator("zone")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        return None if name is None else preferences.checked_zone(name.strip(), "is")

    @field_validator("severities", mode="before")
    @classmethod
    def _by_text(cls, value: object) -> object:
        return {str(key): of for key, of in value.items()} if isinstance(value, Mapping) else value


#: In the order of the file and of the page.
SECTIONS = tuple(Settings.model_fields)
#: Sections that are kept under their own name just as they are written.
PLAIN = ("zone", "severities", "taxonomy")
#: Names of settings that readers make, and beginnings of such names.
OWN_NAMES = {*PLAIN, preferences.HOURS_SETTING}
PREFIXES = (preferences.TARGET_PREFIX, preferences.MAPPING_PREFIX, preferences.VIEW_PREFIX)
#: Sections of which each entry is a setting of its own, and how their names begin.
LISTED = {"targets": preferences.TARGET_PREFIX, "views": preferences.VIEW_PREFIX}


def settings_of(store: Store) -> Settings:
    """What is set; a setting that another version kept otherwise is left out.

    Raises:
        StoreError: the database failed.
    """
    with store.reading() as connection:
        return _stored(connection)


def lists_with(settings: Settings, lists: Lists) -> Lists:
    """The controlled lists with the scheme and the labels that are set here.

    A file that the environment names on this machine counts instead of what the store keeps.
    """
    if os.environ.get(LISTS_ENVIRONMENT):
        return lists
    own = settings.taxonomy.lists if settings.taxonomy else {}
    ranks = {fold(name): rank for name, rank in settings.severities.items()}
    return replace(
        lists,
        labels={**lists.labels, **own},
        severity_ranks={**lists.severity_ranks, **ranks},
    )


def read_file(path: Path) -> tuple[Settings, frozenset[str]]:
    """The settings in a file, and the names of the sections that it speaks of.

    Raises:
        UnfitSettings: it cannot be used; says the line, the setting and why.
    """
    try:
        values, node = read_settings(path)
    except SettingsUnreadable as error:
        raise UnfitSettings(str(error)) from error
    return _checked(values, node, name=path.name)


def parse_file(text: str, *, name: str) -> tuple[Settings, frozenset[str]]:
    """The same of a text.

    Raises:
        UnfitSettings: see :func:`read_file`.
    """
    try:
        values, node = parse_settings(text, name=name)
    except SettingsUnreadable as error:
        raise UnfitSettings(str(error)) from error
    return _checked(values, node, name=name)


def written(settings: Settings) -> str:
    """The file of some settings, which :func:`read_file` reads again."""
    made = settings.model_dump(mode="json", exclude_defaults=True)
    ordered = {name: made[name] for name in SECTIONS if name in made}
    body = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=ONE_LINE)
    return (
        f"# Settings of Aftermath; docs/settings.md says what each means.\n{body if made else ''}"
    )


def keep(store: Store, settings: Settings, sections: Iterable[str]) -> list[str]:
    """Keep some sections of the settings in place of what stands there, all of them or none.

    Returns:
        The sections that were changed by it.

    Raises:
        StoreError: the database failed; nothing was changed.
    """
    wanted = [name for name in SECTIONS if name in set(sections)]
    changed: list[str] = []

    def write(connection: Connection) -> bool:
        changed.extend(name for name in wanted if _keep_section(connection, settings, name))
        return bool(changed)

    store.change(write, tells=lambda: Entry("setting", named(changed), len(changed)))
    return changed


def _keep_section(connection: Connection, settings: Settings, section: str) -> bool:
    if section == "breaks":
        return _keep_all_breaks(connection, settings.breaks)
    rows = [
        (name, json.dumps(value, ensure_ascii=False)) for name, value in _rows(settings, section)
    ]
    column, prefix = tables.SETTINGS.c.name, LISTED.get(section)
    among = column.startswith(prefix, autoescape=True) if prefix else column == section
    return put_all(connection, tables.SETTINGS, rows, among=among)


def _keep_all_breaks(connection: Connection, breaks: Iterable[WrittenBreak]) -> bool:
    wanted = {each.id: each for each in (Break(at=one.at, note=one.note) for one in breaks)}
    there = {each.id for each in stored_breaks(connection)}
    gone = sorted(there - wanted.keys())
    drop(connection, tables.BREAKS, [(name,) for name in gone])
    return keep_breaks(connection, wanted.values()) or bool(gone)


def _rows(settings: Settings, section: str) -> list[tuple[str, Any]]:
    """The names and values under which the store keeps a section; none where nothing is set."""
    if section == "targets":
        targets = [one.target for one in settings.targets]
        return [(one.name, {"seconds": one.seconds, "wanted": one.wanted}) for one in targets]
    if section == "views":
        views = [one.view for one in settings.views]
        return [(preferences.VIEW_PREFIX + v.name, preferences.kept_view(v)) for v in views]
    if section == "working_hours":
        hours = settings.working_hours
        return [] if hours is None else [(section, preferences.kept_hours(hours.hours))]
    made = settings.model_dump(mode="json", exclude_defaults=True)
    return [(section, made[section])] if section in made else []


def _stored(connection: Connection) -> Settings:
    rows = connection.execute(select(tables.SETTINGS)).all()
    kept = {row.name: json.loads(row.value) for row in rows}
    values: dict[str, Any] = {}
    for name in PLAIN:
        with suppress(ValidationError):
            values[name] = getattr(
                Settings.model_validate({name: kept.get(name) or _NOTHING[name]}), name
            )
    targets = preferences.targets_in(kept)
    hours = preferences.hours_in(kept.get(preferences.HOURS_SETTING))
    breaks = [WrittenBreak(at=one.at, note=one.note) for one in stored_breaks(connection)]
    return Settings.model_construct(
        **values,
        targets=tuple(_written_target(target) for target in targets),
        working_hours=None if hours is None else _written_hours(hours),
        breaks=tuple(breaks),
        views=tuple(
            WrittenView.model_validate(view._asdict()) for view in preferences.views_in(kept)
        ),
    )


_NOTHING = {name: Settings.model_fields[name].default for name in PLAIN}


def _written_target(target: Target) -> WrittenTarget:
    return WrittenTarget.model_validate(
        {
            "time": target.step,
            "within": duration_words(target.seconds),
            "severity": target.severity,
            "percent": None if target.wanted is None else target.wanted * 100,
        }
    )


def _written_hours(hours: Hours) -> WrittenHours:
    return WrittenHours.model_validate(
        {
            "days": [WEEKDAYS[day] for day in hours.weekdays],
            "opens": hours.opens // 60,
            "closes": hours.closes // 60,
            "holidays": hours.holidays,
        }
    )


def _checked(values: Any, node: Any, *, name: str) -> tuple[Settings, frozenset[str]]:
    if values is None:
        return Settings(), frozenset()
    if not isinstance(values, Mapping):
        raise UnfitSettings(f"{name} holds no settings by name, such as zone: Europe/Berlin")
    filled = {key: value for key, value in values.items() if value is not None}
    try:
        return Settings.model_validate(filled), frozenset(values)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise UnfitSettings(_place(fault, node, name=name)) from None


def _place(fault: Mapping[str, Any], node: Any, *, name: str) -> str:
    """What is wrong with a file and where."""
    steps = [step for step in fault["loc"] if step != "[key]"]
    line, where = node.start_mark.line + 1, []
    for step in steps:
        inner = _inner(node, step)
        if inner is None:
            break
        node, line = inner
        where.append(f"number {step + 1}" if isinstance(step, int) else str(step))
    missing = [str(step) for step in steps[len(where) :]]
    reason = reason_of(fault)
    if fault["type"] == "extra_forbidden":
        known = f"there is no such setting; they are {', '.join(SECTIONS)}"
        reason = known if len(steps) == 1 else "means nothing here"
    if fault["type"] == "missing":
        reason = f"it needs {', '.join(missing)}"
    return f"{name}, line {line}: {', '.join(where) or 'the file'}: {reason}"


def _inner(node: Any, step: Any) -> tuple[Any, int] | None:
    """What stands below a node, and its line; None where there is none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


# Settings go along with an export and come back with a load: into a store that has none of that
# name. What is set already stays, and the load says so.


class Setting(AddedRow):
    """One setting as the store keeps it.

    Attributes:
        setting: the name under which it is kept.
        value: as JSON.
    """

    setting: Identifier
    value: str

    @model_validator(mode="after")
    def _fits(self) -> Self:
        try:
            value = json.loads(self.value)
        except ValueError:
            raise ValueError("its value is not as an export writes it") from None
        if not _is_usable(self.setting, value):
            raise ValueError("is no setting that is known here")
        return self


def _is_usable(name: str, value: Any) -> bool:
    if name in PLAIN:
        with suppress(ValidationError):
            Settings.model_validate({name: value})
            return True
        return False
    if name == preferences.HOURS_SETTING:
        return preferences.hours_in(value) is not None
    if name.startswith(preferences.TARGET_PREFIX):
        return bool(preferences.targets_in({name: value}))
    if name.startswith(preferences.VIEW_PREFIX):
        return bool(preferences.views_in({name: value}))
    return name.startswith(preferences.MAPPING_PREFIX) and isinstance(value, str)


def keep_settings(connection: Connection, new: Iterable[Setting]) -> bool:
    """Keep settings of names under which nothing is kept; whether there were any."""
    there = {row.setting for row in stored_settings(connection)}
    rows: list[Row] = [(row.setting, row.value) for row in new if row.setting not in there]
    return put(connection, tables.SETTINGS, rows)


def stored_settings(connection: Connection) -> list[Setting]:
    """All settings that readers made, by name; what the store keeps for itself is none."""
    rows = connection.execute(select(tables.SETTINGS).order_by(tables.SETTINGS.c.name))
    made = [row for row in rows if row.name in OWN_NAMES or row.name.startswith(PREFIXES)]
    return [Setting.model_construct(setting=row.name, value=row.value) for row in made]


def kept_back(connection: Connection, new: Iterable[Setting]) -> list[str]:
    """The names of the settings that are set here otherwise, and stay so."""
    there = {row.setting: json.loads(row.value) for row in stored_settings(connection)}
    return [
        row.setting
        for row in new
        if row.setting in there and there[row.setting] != json.loads(row.value)
    ]
