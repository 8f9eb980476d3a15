"""Made-up records for the tests of the matcher: eight causes, each told in several ways."""

import datetime as dt
import random

from analytics.matcher.prepared import Document, Prepared, prepare
from analytics.matcher.words import compile_concepts
from data.lists import read_concepts

CONCEPTS = compile_concepts(read_concepts())
START = dt.datetime(2024, 1, 1)

CAUSES = {
    "certificate": "The outage was caused by an expired certificate on the haproxy tier",
    "disk": "The disk of the ledger journal was full because rotation had stopped",
    "query": "A slow query on the invoices table, introduced without an index, led to timeouts",
    "dns": "DNS resolution failed due to a stale zone transfer from the bind primary",
    "retry": "A retry storm from the mobile client overloaded the session gateway",
    "kafka": "A kafka rebalance left consumers of the shipment topic behind",
    "memory": "A memory leak in the thumbnail encoder triggered the oom killer",
    "config": "A wrong configuration value for the tenant shard map was pushed",
}
NOISE = (
    "Users saw errors for some time", "The team was paged and joined a call",
    "Dashboards recovered after the change", "Support received several tickets",
    "We will review our process", "Traffic was normal before", "Latency went up in one zone",
    "An engineer from another team helped", "Status page was updated late",
)  # fmt: skip
FILLER = "amber birch cedar delta ember fjord grove heron islet jetty knoll larch mesa".split()


def document(number: int, cause: str, *, seed: int = 1) -> Document:
    """Record ``number``, three days after the one before, with ``cause`` among some noise."""
    random_ = random.Random(f"{seed}-{number}")
    told = [CAUSES[cause], *random_.sample(NOISE, 3), " ".join(random_.sample(FILLER, 3))]
    begun = START + dt.timedelta(days=3 * number)
    return Document(
        id=f"i{number}",
        created=begun,
        resolved=begun + dt.timedelta(hours=2),
        title=f"Trouble number {number} with {random_.choice(FILLER)}",
        cause=". ".join(told) + ".",
        services=(random_.choice(("web", "api", "jobs")),),
    )


def history(size: int, *, seed: int = 1) -> tuple[list[Prepared], dict[str, str]]:
    """``size`` prepared records in time order, and the cause of each by its id."""
    random_ = random.Random(seed)
    chosen = [random_.choice(list(CAUSES)) for _ in range(size)]
    prepared = [
        prepare(document(number, cause, seed=seed), CONCEPTS) for number, cause in enumerate(chosen)
    ]
    return prepared, {one.id: cause for one, cause in zip(prepared, chosen, strict=True)}
