"""`make bench`: how fast webhooks are taken and worked, and what that needs, on both databases.

`python -m benchmarks.run [--rounds 5] [--events 1000] [--only sqlite|postgresql]`; with `sidebar` or `ledger` as its
first word the part about that (benchmarks/sidebar.py, benchmarks/ledger.py, with options of their own). Loads and
databases are on this machine and share its cores, so only ratios and orders of magnitude mean anything beyond it: the
yardstick (a bare Flask application that checks the same signature under the same server) is measured in turn with the
product.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

from benchmarks import ledger, sidebar
from benchmarks.events import events
from benchmarks.installation import Installation, installed, memory_of, module, postgresql, wait_until
from benchmarks.load import Outcome, p99, post_all

WARM_UP = 200
WORKED = 400
STEADY = 100
STEADY_PER_SECOND = 10.0
WORK_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured over one database; seconds, bytes, and events a second."""

    accepted: float
    ratio: float
    p99: float
    p99_ratio: float
    effects: float
    latency: float
    latency_p99: float
    memory: int


def measure(new_database: Callable[[], str | None], rounds: int, number: int) -> Figures:
    """All measures over one kind of database; accepting and working each begin with an empty one."""
    with module("helpdesk") as desk:
        with installed(new_database(), desk) as product:
            accepting = _accepting(product, rounds, number)
        with installed(new_database(), desk) as product, product.running("serve") as pid:
            effects = _working(product, desk)
            latencies = _steady(product, desk)
            memory = memory_of(pid)
    median = statistics.median
    return Figures(
        accepted=median(ours.per_second for ours, _ in accepting),
        ratio=median(ours.per_second / bare.per_second for ours, bare in accepting),
        p99=median(p99(ours.latencies) for ours, _ in accepting),
        p99_ratio=median(p99(ours.latencies) / p99(bare.latencies) for ours, bare in accepting),
        effects=effects,
        latency=median(latencies),
        latency_p99=p99(latencies),
        memory=memory,
    )


def _accepting(product: Installation, rounds: int, number: int) -> list[tuple[Outcome, Outcome]]:
    """Rounds of the product and of the yardstick in turn; nothing is worked meanwhile."""
    with module("bare", "--workers", "1") as bare, product.running("web", "--workers", "1"):
        targets = ((product.port, product.hook_path), (bare, "/hooks/zendesk/key"))
        for port, path in targets:
            _taken(post_all(port, path, list(events(WARM_UP))))
        found = []
        for _ in range(rounds):
            ours, theirs = (_taken(post_all(port, path, list(events(number)))) for port, path in targets)
            found.append((ours, theirs))
    return found


def _working(product: Installation, desk: int) -> float:
    """Events to effect a second: from the first one sent to the last write of the helpdesk."""
    sent = _taken(post_all(product.port, product.hook_path, list(events(WORKED, 1_000_000))))
    written = _written(desk, sent)
    return WORKED / (max(written.values()) - min(sent.sent_at.values()))


def _steady(product: Installation, desk: int) -> list[float]:
    """Seconds from webhook to write, one by one, at a quiet rate."""
    load = list(events(STEADY, 2_000_000))
    sent = _taken(post_all(product.port, product.hook_path, load, per_second=STEADY_PER_SECOND))
    written = _written(desk, sent)
    return [written[ticket] - at for ticket, at in sent.sent_at.items()]


def _written(desk: int, sent: Outcome) -> dict[str, float]:
    """Ticket → when it was written, once all that were sent are."""

    def seen() -> dict[str, float]:
        with urlopen(f"http://127.0.0.1:{desk}/written") as answer:
            found: dict[str, float] = json.load(answer)["written"]
            return found

    wait_until(lambda: sent.sent_at.keys() <= seen().keys(), "some events had no effect", WORK_SECONDS)
    return {ticket: at for ticket, at in seen().items() if ticket in sent.sent_at}


def _taken(outcome: Outcome) -> Outcome:
    """The outcome, unless something was refused: then the figures would be of something else."""
    if outcome.refused:
        raise RuntimeError(f"{outcome.refused} events were refused")
    return outcome


ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("webhooks made durable a second", lambda one: f"{one.accepted:,.0f}"),
    ("… as a share of the bare application", lambda one: f"{one.ratio:.2f}"),
    ("… slowest of a hundred (p99), ms", lambda one: f"{one.p99 * 1000:.0f}"),
    ("… as a multiple of the bare application's", lambda one: f"{one.p99_ratio:.1f}"),
    ("events to effect a second", lambda one: f"{one.effects:,.0f}"),
    ("webhook to write, median, ms", lambda one: f"{one.latency * 1000:.0f}"),
    ("webhook to write, p99, ms", lambda one: f"{one.latency_p99 * 1000:.0f}"),
    ("memory of all of `serve` (PSS), MB", lambda one: f"{one.memory / 1e6:.0f}"),
)


def table(found: dict[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    head = f"| | {' | '.join(found)} |\n|---|{'---|' * len(found)}"
    lines = [f"| {name} | {' | '.join(show(one) for one in found.values())} |" for name, show in ROWS]
    return "\n".join([head, *lines])


PARTS: dict[str, Callable[[list[str]], None]] = {"sidebar": sidebar.main, "ledger": ledger.main}


def main() -> None:
    """Measure and print; another part where that is asked for."""
    if sys.argv[1:2] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=1000, help="in each round")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    found = {}
    if given.only != "postgresql":
        found["SQLite"] = measure(lambda: None, given.rounds, given.events)
    if given.only != "sqlite":
        with postgresql() as new_database:
            found["PostgreSQL"] = measure(new_database, given.rounds, given.events)
    print(table(found))
    print(
        f"\n{os.cpu_count()} cores, Python {platform.python_version()}, {given.rounds} rounds of {given.events} events"
    )


if __name__ == "__main__":
    main()
