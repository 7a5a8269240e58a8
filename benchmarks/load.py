"""The load: threads that post events over kept connections, bounded in number, and note how long each took."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from benchmarks.events import Event

TIMEOUT = 30.0


@dataclass
class Outcome:
    """What came of a load. `seconds` is from the first byte sent to the last answer; `latencies` are seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    sent_at: dict[str, float] = field(default_factory=dict)
    """Ticket → when its event was sent, on the clock that all processes of this machine share."""

    @property
    def per_second(self) -> float:
        """Events accepted a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


def post_all(
    port: int, path: str, events: Sequence[Event], threads: int = 16, per_second: float | None = None
) -> Outcome:
    """Post every event; as fast as the answers come, or evenly at a rate."""
    outcome = Outcome()
    waiting: SimpleQueue[tuple[float, Event]] = SimpleQueue()
    begin = time.monotonic() + 0.05
    for number, event in enumerate(events):
        waiting.put((begin + (number / per_second if per_second else 0.0), event))
    hands = [threading.Thread(target=_post, args=(port, path, waiting, outcome)) for _ in range(threads)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    outcome.seconds = time.monotonic() - begin
    return outcome


def _post(port: int, path: str, waiting: "SimpleQueue[tuple[float, Event]]", outcome: Outcome) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    while True:
        try:
            due, event = waiting.get_nowait()
        except Empty:
            break
        time.sleep(max(0.0, due - time.monotonic()))
        begin = time.monotonic()
        outcome.sent_at[event.ticket] = begin
        connection.request("POST", path, event.body, event.headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            outcome.latencies.append(time.monotonic() - begin)
        else:
            outcome.refused += 1
    connection.close()


def p99(values: Sequence[float]) -> float:
    """What all but the slowest of a hundred keep."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
