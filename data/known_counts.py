"""Of how many stored records is each thing known that a load tells of?

Records that need not be read again are counted where they are stored; :data:`data.findings.TOLD`
says the same of a record at hand.
"""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select

from data import tables
from data.bulk import batches
from data.engine import fetch
from data.record import CLOCK_FIELDS

_incident, _texts = tables.INCIDENTS.c, tables.TEXTS.c
_promised = select(func.count()).where(tables.ACTIONS.c.incident == _incident.key).scalar_subquery()
SAYS: dict[str, ColumnElement[bool]] = {
    "timed": or_(*(_incident[clock].is_not(None) for clock in CLOCK_FIELDS)),
    "start": _incident.impact_started_at.is_not(None),
    "detection": _incident.detected_at.is_not(None),
    "end": _incident.resolved_at.is_not(None),
    "title": _incident.title != "",
    "cause": or_(_texts.root_cause != "", func.coalesce(_incident.root_cause_category, "") != ""),
    "severity": or_(
        func.coalesce(_incident.severity, "") != "", func.coalesce(_incident.severity_rank, 0) > 0
    ),
    "services": exists().where(tables.SERVICES.c.incident == _incident.key),
    "actions": exists().where(tables.ACTIONS.c.incident == _incident.key),
}


def known_counts(
    connection: Connection, keys: Collection[int]
) -> tuple[Counter[str], Counter[str]]:
    """What is known of records, and their severities that no list ranks.

    Returns:
        How many ``incidents`` these are, what is ``promised``, and how many say each thing; and how
        often each unranked severity stands there.
    """
    sums = [func.sum(case((says, 1), else_=0)).label(what) for what, says in SAYS.items()]
    query = select(
        func.count().label("incidents"), func.sum(_promised).label("promised"), *sums
    ).join_from(tables.INCIDENTS, tables.TEXTS, _texts.incident == _incident.key)
    unranked = select(_incident.severity, func.count()).group_by(_incident.severity)
    unranked = unranked.where(_incident.severity != "", _incident.severity_rank.is_(None))
    counts: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for some in batches(keys):
        here = _incident.key.in_(some)
        row = connection.execute(query.where(here)).mappings().one()
        counts.update({name: int(number or 0) for name, number in row.items()})
        severities.update(dict(fetch(connection, unranked.where(here))))
    return counts, severities
