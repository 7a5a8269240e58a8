"""The vendor's limit: a leaky bucket for each kind of caller, 40 calls in 20 s by API key, 80 by an app."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.gorgias.errors import too_many

BY_KEY, BY_APP = "api_key", "oauth"


@dataclass
class Leak:
    """A bucket that every call fills by one, and that leaks `number` in `seconds`; `number` 0 means no limit."""

    number: int
    seconds: float
    _level: float = 0.0
    _at: datetime | None = None

    def take(self, now: datetime) -> float:
        """Count a call if there is room and give 0.0, else the seconds until there is."""
        level = self.level(now)
        if self.number and level + 1 > self.number:
            return (level + 1 - self.number) * self.seconds / self.number
        self._level, self._at = level + 1, now
        return 0.0

    def level(self, now: datetime) -> float:
        """How full it is by now."""
        if self._at is None or not self.number:
            return 0.0
        leaked = max(0.0, (now - self._at).total_seconds()) * self.number / self.seconds
        return max(0.0, self._level - leaked)

    def change(self, number: int, seconds: float | None = None) -> None:
        """Another limit from now on, and nothing in it."""
        self.number, self.seconds = number, self.seconds if seconds is None else seconds
        self._level, self._at = 0.0, None


@dataclass
class Limits:
    """Both buckets of the account."""

    buckets: dict[str, Leak] = field(default_factory=lambda: {BY_KEY: Leak(40, 20), BY_APP: Leak(80, 20)})

    def call(self, kind: str, now: datetime) -> None:
        """Count one call, or refuse it."""
        wait = self.buckets[kind].take(now)
        if wait:
            raise too_many(wait, self.headers(kind, now))

    def headers(self, kind: str, now: datetime) -> dict[str, str]:
        """What every answer says: how much is used of how much."""
        leak = self.buckets[kind]
        if not leak.number:
            return {}
        return {"X-Gorgias-Account-Api-Call-Limit": f"{math.ceil(leak.level(now))}/{leak.number}"}

    def change(self, name: str, number: int, seconds: float | None = None) -> None:
        """Another limit from now on; 0 lifts it. `calls` is both. KeyError for a name that there is none of."""
        for one in self.buckets if name == "calls" else [name]:
            self.buckets[one].change(number, seconds)
