"""The bucket of points that pays for queries, as far as its last answers tell: what cannot be paid is not sent.

In memory, one for the process: other processes draw from the same bucket, so the vendor's own word always counts.

https://shopify.dev/docs/api/usage/limits
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from plugin.documents import Part

LONGEST_WAIT: Final = 300.0
SHORTEST_WAIT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer says: the most that the query could cost; what the bucket has, holds and gets back a second."""

    requested: float
    available: float
    size: float
    rate: float

    @staticmethod
    def of(answer: Any) -> "Cost | None":
        """Of an answer's `extensions.cost`; None where it does not say all of it."""
        cost = _member(_member(answer, "extensions"), "cost")
        status = _member(cost, "throttleStatus")
        told = (
            _number(_member(cost, "requestedQueryCost")),
            _number(_member(status, "currentlyAvailable")),
            _number(_member(status, "maximumAvailable")),
            _number(_member(status, "restoreRate")),
        )
        known = [one for one in told if one is not None]
        return Cost(*known) if len(known) == len(told) and known[-1] > 0 else None

    def wait(self, needed: float, seconds: float = 0.0) -> float:
        """Seconds until the bucket holds `needed` points, so many seconds after it was told; 0.0 for now."""
        missing = min(needed, self.size) - min(self.size, self.available + seconds * self.rate)
        return 0.0 if missing <= 0 else min(LONGEST_WAIT, max(SHORTEST_WAIT, missing / self.rate))


class Throttle:
    """What is known of every account's bucket; safe for many threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._buckets: dict[int, tuple[Cost, float]] = {}
        self._costs: dict[str, float] = {}

    def wait(self, account: int, query: str, spare: float = 0.0) -> float:
        """Seconds until this query can be paid for, leaving `spare` (a share of the bucket) to others.

        0.0 for now; then its points are taken, until the answer tells how many there are.
        """
        with self._lock:
            if account not in self._buckets:
                return 0.0
            (bucket, at), now = self._buckets[account], self._monotonic()
            cost = self._costs.get(query, 0.0)
            seconds = bucket.wait(cost + spare * bucket.size, now - at)
            if seconds == 0.0:
                left = min(bucket.size, bucket.available + (now - at) * bucket.rate)
                self._buckets[account] = Cost(cost, left - cost, bucket.size, bucket.rate), now
            return seconds

    def learn(self, account: int, query: str, told: Cost | None) -> None:
        """Remember what an answer said."""
        if told is not None:
            with self._lock:
                self._costs[query] = told.requested
                self._buckets[account] = told, self._monotonic()


def _member(value: Any, name: str) -> Any:
    return Part(value).at(name).value if isinstance(value, dict) else None


def _number(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known else None
