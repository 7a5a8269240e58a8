"""The leaky bucket that pays for queries: each costs points, and points come back by the second."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Bucket:
    """`size` points at most, `restore_rate` of them back in a second. A standard shop has 2000 and 100."""

    size: float = 2000.0
    restore_rate: float = 100.0
    largest_query: float = 1000.0
    _left: float | None = None
    _at: datetime | None = None

    def available(self, now: datetime) -> float:
        """How many points there are by now."""
        if self._left is None or self._at is None:
            return self.size
        seconds = (now - self._at).total_seconds()
        return min(self.size, self._left + max(0.0, seconds) * self.restore_rate)

    def affords(self, points: float, now: datetime) -> bool:
        """Whether a query that asks for so many points may run."""
        return points <= self.available(now)

    def take(self, points: float, now: datetime) -> None:
        """Pay what a query really cost."""
        self._left, self._at = max(0.0, self.available(now) - points), now

    def change(
        self,
        now: datetime,
        size: float | None = None,
        restore_rate: float | None = None,
        available: float | None = None,
        largest_query: float | None = None,
    ) -> None:
        """Another bucket from now on; `available` sets what is in it, else it is full."""
        self.size = self.size if size is None else size
        self.restore_rate = self.restore_rate if restore_rate is None else restore_rate
        self.largest_query = self.largest_query if largest_query is None else largest_query
        self._left, self._at = self.size if available is None else available, now

    def status(self, now: datetime) -> dict[str, float]:
        """What an answer says about it."""
        return {
            "maximumAvailable": self.size,
            "currentlyAvailable": int(self.available(now)),
            "restoreRate": self.restore_rate,
        }
