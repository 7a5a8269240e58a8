"""A limit as vendors set them: at most so many calls within so many seconds."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Window:
    """An exact sliding window for each key; `number` 0 means no limit."""

    number: int
    seconds: float
    _calls: dict[Hashable, deque[float]] = field(default_factory=dict)

    def take(self, key: Hashable, now: datetime) -> float:
        """Count a call if there is room and give 0.0, else the seconds until there is."""
        calls, at = self._recent(key, now), now.timestamp()
        if self.number and len(calls) >= self.number:
            return max(calls[-self.number] + self.seconds - at, 0.001)
        calls.append(at)
        return 0.0

    def note(self, key: Hashable, now: datetime) -> None:
        """Count a call that is not refused, whatever the limit."""
        self._recent(key, now).append(now.timestamp())

    def left(self, key: Hashable, now: datetime) -> int:
        """How many calls there is room for."""
        return max(0, self.number - len(self._recent(key, now)))

    def change(self, number: int, seconds: float | None = None) -> None:
        """Another limit from now on, with nothing used up."""
        self.number = number
        self.seconds = self.seconds if seconds is None else seconds
        self._calls.clear()

    def _recent(self, key: Hashable, now: datetime) -> deque[float]:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now.timestamp() - self.seconds:
            calls.popleft()
        return calls
