"""Agents who open tickets: threads that ask for panels at an even rate, and note how long the server said it took."""

import http.client
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

THREADS = 8
TIMEOUT = 30.0
_TAKEN = re.compile(r"app;dur=([0-9.]+)")


@dataclass
class Seen:
    """What came of it: seconds in the server by its own word, and seconds from question to answer."""

    server: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    refused: int = 0


def open_panels(port: int, paths: Sequence[str], token: str, per_second: float) -> Seen:
    """Ask for every path, so many a second."""
    seen, waiting = Seen(), SimpleQueue[tuple[float, str]]()
    begin = time.monotonic() + 0.05
    for number, path in enumerate(paths):
        waiting.put((begin + number / per_second, path))
    agents = [threading.Thread(target=_ask, args=(port, waiting, token, seen)) for _ in range(THREADS)]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()
    return seen


def _ask(port: int, waiting: "SimpleQueue[tuple[float, str]]", token: str, seen: Seen) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    while True:
        try:
            due, path = waiting.get_nowait()
        except Empty:
            break
        time.sleep(max(0.0, due - time.monotonic()))
        begin = time.monotonic()
        taken = _taken(connection, path, token)
        if taken is None:
            seen.refused += 1
        else:
            seen.server.append(taken)
            seen.whole.append(time.monotonic() - begin)
    connection.close()


def _taken(connection: http.client.HTTPConnection, path: str, token: str) -> float | None:
    """Seconds in the server; None for no panel."""
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
    except OSError:
        connection.close()  # the next question opens it anew
        return None
    told = _TAKEN.search(answer.getheader("Server-Timing", ""))
    return float(told[1]) / 1000 if answer.status == 200 and told is not None else None
