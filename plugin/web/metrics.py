"""Numbers for Prometheus: what came in is counted as it comes, the queues are looked at when asked.

No label names a tenant: the numbers of a fleet stay few, and say nothing about anybody.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from plugin.db.engine import Database
from plugin.db.figures import Figures, figures

_COUNTS = CollectorRegistry()
_DELIVERIES = Counter(
    "marginalia_deliveries", "Webhooks by source and outcome.", ["source", "outcome"], registry=_COUNTS
)


def count_delivery(source: str, outcome: str) -> None:
    """One more webhook; `source` is the name of a vendor that we know, so the label stays small."""
    _DELIVERIES.labels(source, outcome).inc()


def exposition(database: Database, now: float) -> bytes:
    """All numbers in Prometheus' text format. With several web processes (PROMETHEUS_MULTIPROC_DIR) their sum."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):  # prometheus-client's own switch, read where it reads it
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client has no types there
        counted = generate_latest(registry)
    else:
        counted = generate_latest(_COUNTS)
    with database.read() as session:
        seen = figures(session)
    looked_at = CollectorRegistry()
    looked_at.register(_Queues(seen, now))
    return counted + generate_latest(looked_at)


class _Queues(Collector):
    """The state of the queues at one moment."""

    def __init__(self, seen: Figures, now: float) -> None:
        self._seen = seen
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family per number."""
        seen = self._seen
        yield _gauge(
            "marginalia_hints_waiting", "Objects with hints that wait to be worked.", seen.hints_waiting
        )
        yield _gauge(
            "marginalia_hints_oldest_seconds",
            "How long the oldest due object has waited.",
            self._age(seen.oldest_hint),
        )
        yield _gauge(
            "marginalia_effects_oldest_seconds",
            "How long the oldest due effect has waited.",
            self._age(seen.oldest_effect),
        )
        stopped = GaugeMetricFamily(
            "marginalia_deliveries_stopped", "Deliveries that a person must look at.", labels=["state"]
        )
        for state, number in seen.stopped.items():
            stopped.add_metric([state], number)
        yield stopped
        effects = GaugeMetricFamily("marginalia_effects", "Effects by state.", labels=["state"])
        for state, number in seen.effects.items():
            effects.add_metric([state], number)
        yield effects

    def _age(self, due: float | None) -> float:
        return 0.0 if due is None else max(0.0, self._now - due)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
