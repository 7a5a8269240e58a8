"""Calls that a stand-in makes by itself: in the background, several at once, and again where the vendor tries again."""

import heapq
import itertools
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import requests

Retry = Callable[[int | None, str, str | None, int], float | None]
"""Status, outcome, `Retry-After` and tries so far → seconds until the next try, or None for giving up."""
SENDERS = 4
KEPT_DELIVERIES = 5000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the status that came back, or `timeout` or `broken` for none."""

    status: int | None
    outcome: str
    seconds: float


@dataclass
class Delivery:
    """One webhook on its way. Bytes and headers are made once: a retry is the same request again."""

    number: int
    webhook_id: str
    event_id: str
    type: str
    about: str
    url: str
    body: bytes
    headers: dict[str, str]
    method: str = "POST"
    forged: bool = False
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """What the surface for tests says about it."""
        last = self.attempts[-1] if self.attempts else None
        return {
            "number": self.number,
            "webhook": self.webhook_id,
            "event": self.event_id,
            "type": self.type,
            "about": self.about,
            "forged": self.forged,
            "state": self.state,
            "status": last.status if last else None,
            "attempts": [
                {"status": one.status, "outcome": one.outcome, "seconds": round(one.seconds, 3)}
                for one in self.attempts
            ],
        }


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What tests ask for: every webhook twice; each held back for up to `spread` seconds, so that order is lost."""

    duplicate: bool = False
    spread: float = 0.0


class Sender:
    """Sends in the background; order is not promised. Threads start with the first call.

    A vendor says how long it waits for an answer (`timeout`) and when it tries again (`retry`); it may look at each
    answer and at each end.
    """

    def __init__(self, name: str, timeout: float, retry: Retry, pause: float = 1.0) -> None:
        self.pause = pause
        self.timeout = timeout
        self.disturbance = Disturbance()
        self.numbers = itertools.count(1)
        self._name = name
        self._retry = retry
        self._due: list[tuple[float, int, Delivery]] = []
        self._busy = 0
        self._closed = False
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._sent: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._chance = random.Random(20260102)

    def answered(self, delivery: Delivery, answer: requests.Response) -> None:
        """An answer came, whatever its status."""

    def ended(self, delivery: Delivery) -> None:
        """There will be no further try."""

    def again(self, number: int) -> bool:
        """Send one that was sent before, byte for byte; whether it is still kept."""
        found = next((one for one in list(self._sent) if one.number == number), None)
        if found is None:
            return False
        self.put(replace(found, number=next(self.numbers), state="waiting", attempts=[]))
        return True

    def deliveries(self) -> list[Delivery]:
        """Everything sent or waiting, oldest first."""
        return list(self._sent)

    def idle(self) -> bool:
        """Whether nothing is waiting or on its way."""
        with self._changed:
            return not self._due and not self._busy

    def close(self) -> None:
        """Send nothing more; ends the threads."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    def put(self, delivery: Delivery) -> None:
        """Send this, as disturbed as tests ask for."""
        copies = [delivery]
        if self.disturbance.duplicate:
            copies.append(replace(delivery, number=next(self.numbers), attempts=[]))
        with self._changed:
            for one in copies:
                self._sent.append(one)
                held = self._chance.uniform(0, self.disturbance.spread)
                heapq.heappush(self._due, (time.monotonic() + held, one.number, one))
            self._start()
            self._changed.notify_all()

    def _start(self) -> None:
        while len(self._threads) < SENDERS and not self._closed:
            name = f"{self._name}-{len(self._threads)}"
            thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._next()) is not None:
                wait = self._try(session, delivery)
                with self._changed:
                    self._busy -= 1
                    if wait is not None and not self._closed:
                        heapq.heappush(self._due, (time.monotonic() + wait, delivery.number, delivery))
                    self._changed.notify_all()

    def _next(self) -> Delivery | None:
        """The next one that is due; waits for it. None when closed."""
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(self._due[0][0] - now if self._due else None)
        return None

    def _try(self, session: requests.Session, delivery: Delivery) -> float | None:
        started, wait = time.monotonic(), None
        status, outcome = None, "broken"
        try:
            answer = session.request(
                delivery.method,
                delivery.url,
                data=delivery.body,
                headers=delivery.headers,
                timeout=self.timeout,
                allow_redirects=False,
            )
            status, outcome, wait = answer.status_code, "answered", answer.headers.get("Retry-After")
            self.answered(delivery, answer)
        except requests.Timeout:
            outcome = "timeout"
        except requests.RequestException:
            pass  # refused or broken off: the vendor does not try again, and the record says `broken`
        delivery.attempts.append(Attempt(status, outcome, time.monotonic() - started))
        again = self._retry(status, outcome, wait, len(delivery.attempts))
        if again is None:
            delivered = status is not None and status < 300
            delivery.state = "delivered" if delivered else "failed"
            self.ended(delivery)
        return again
