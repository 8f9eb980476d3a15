"""How do new records get into known causes without all of them being searched again?

Each joins the family that it is linked to most, and the families that gained one are looked at
again as wholes: what no longer belongs together leaves. All others stay as they are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.matcher.families import build, grow
from analytics.matcher.linking import LinkScale, Near, links_among
from analytics.matcher.matching import Index
from analytics.matcher.prepared import Prepared
from analytics.matcher.settling import Family, Said


@dataclass(frozen=True)
class Basis:
    """What families are made from.

    Attributes:
        index: of all records.
        scale: how much the parts of a score are worth as a link.
        said: what people said of pairs.
        near: what was found near the records that have been searched just now, by id.
    """

    index: Index
    scale: LinkScale
    said: Said
    near: Mapping[str, Near]


def group_all(
    records: Sequence[Prepared], basis: Basis, *, known: Sequence[Family]
) -> tuple[Family, ...]:
    """All families anew; of the ``known`` ones stays what people hold, and the ids.

    Args:
        records: all records in order of time.
    """
    return _build(records, basis, known=known, others=())


def group_new(
    families: Sequence[Family],
    basis: Basis,
    *,
    new: Collection[str],
    prepared: Callable[[str], Prepared | None],
    silent: Iterable[str],
) -> tuple[Family, ...]:
    """The families after new records have come.

    Those that are only searched again, because one of the new ones began before them, stay where
    they are; what they have in common with it counts for it.

    Args:
        new: ids of the new records, all of which stand in ``basis.near``.
        prepared: gives a record, None where it is gone.
        silent: ids of records that tell no cause.
    """
    unheard = {*silent, *(name for name, near in basis.near.items() if not near.ids)}
    links = {name: basis.scale.links(near) for name, near in basis.near.items()}
    arrivals: dict[str, dict[str, float]] = {
        name: {one: link for one, link in some.items() if one not in unheard}
        for name, some in links.items()
        if name in new
    }
    for later, some in links.items():
        for name in arrivals.keys() & some.keys():
            arrivals[name].setdefault(later, some[name])
    grown = grow(families, arrivals.items(), cut=basis.scale.cut, said=basis.said)
    touched = [one for one in grown if not arrivals.keys().isdisjoint(one.members)]
    ids = {family.id for family in touched}
    others = [family for family in grown if family.id not in ids]
    found = (prepared(member) for family in touched for member in family.members)
    records = sorted((one for one in found if one is not None), key=lambda one: one.created)
    return (*others, *_build(records, basis, known=touched, others=others))


def _build(
    records: Sequence[Prepared], basis: Basis, *, known: Sequence[Family], others: Iterable[Family]
) -> tuple[Family, ...]:
    return build(
        [one.id for one in records],
        dict(links_among(records, basis.index, basis.near, basis.scale)),
        cut=basis.scale.cut,
        known=known,
        said=basis.said,
        taken={family.id for family in others},
    )
