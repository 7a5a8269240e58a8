"""How fast the sidebar opens: over a shop of a million customers, alone and while webhooks come in.

`make bench ARGS="sidebar"`, or `python -m benchmarks.sidebar [--customers 1000000] [--orders-each 5]
[--tickets 200000] [--seconds 20] [--rounds 2] [--only sqlite|postgresql] [--no-paint]`. The database is filled first
(some minutes, with a progress bar) and deleted at the end, unless `--database` names one that is filled already.
Everything shares this machine's cores: of the rounds, each figure is that of the quieter one, and the ratios say more
than the milliseconds.
"""

import argparse
import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from threading import Thread

from benchmarks.events import events
from benchmarks.fill import Filled, fill, filled_before, told
from benchmarks.installation import Installation, installed, module, postgresql
from benchmarks.load import Outcome, p99, post_all
from benchmarks.sidebar_load import Seen, open_panels
from benchmarks.sidebar_paint import Paints, measure_paints, why_not
from benchmarks.sidebar_panel import Panels, Took, panel_path, panels
from benchmarks.sidebar_rows import AGENTS, Size
from plugin.db.customers import Customers
from plugin.domain.money import Money
from plugin.ports import StoreCustomer
from plugin.web.sidebar.looker import Looker

PANELS_PER_SECOND = 50.0
WEBHOOKS_PER_SECOND = 200.0
WARM_UP = 40
WEB_PROCESSES = 2
"""What `marginalia web` starts by itself."""
IN_PROCESS = 1_000
"""Panels of a round that are measured without HTTP."""
PAINTS = 12
WRITER = "ann@example.com"
"""Who writes the tickets of the load."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round, in seconds: median and p99."""

    median: float
    p99: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Round":
        """Of what was measured in it."""
        return cls(statistics.median(values), p99(values))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured over one database; of several rounds the quieter one. `paint` is None where none was made."""

    queries: int
    size: int
    panel: Round
    cpu: Round
    render: Round
    alone: Round
    beside: Round
    whole: Round
    taken: float
    paint: Paints | None

    @property
    def ratio(self) -> float:
        """A whole panel in renderings of the same bytes."""
        return self.panel.median / self.render.median


def measure(
    database_url: str | None, size: Size, seconds: float, rounds: int, *, paint: bool = True
) -> Figures:
    """All measures over one new database of this size."""
    with module("helpdesk") as desk, installed(database_url, desk) as product:
        filled, looker = _fill(product, size)
        with panels(product, looker) as inside:
            before = [_inside(inside, size, IN_PROCESS) for _ in range(rounds)]
            queries, length = inside.queries(1)
            with product.running("web"):
                _first(product, inside)
                alone = [_alone(product, inside, size, seconds) for _ in range(rounds)]
                with product.working():
                    beside = [_beside(product, inside, size, seconds, n) for n in range(rounds)]
        painted = measure_paints(product, filled.desk, PAINTS) if paint else None
    quiet = min(before, key=lambda took: p99([one.panel for one in took]))
    busy, outcome = min(beside, key=lambda pair: p99(pair[0].server))
    return Figures(
        queries=queries,
        size=length,
        panel=Round.of([one.panel for one in quiet]),
        cpu=Round.of([one.cpu for one in quiet]),
        render=Round.of([one.render for one in quiet]),
        alone=min((Round.of(one.server) for one in alone), key=lambda one: one.p99),
        beside=Round.of(busy.server),
        whole=Round.of(busy.whole),
        taken=outcome.per_second,
        paint=painted,
    )


def _fill(product: Installation, size: Size) -> tuple[Filled, Looker]:
    """The shop, put in where it is not there yet, with whoever writes the tickets of the load among its customers."""
    with panels(product, Looker(0, 0, None)) as inside:
        database, vault, now = inside.product.database, inside.product.vault, datetime.now(UTC)
        filled = filled_before(database, vault, now)
        if filled is None:
            filled = fill(database, vault, size, now)
            print(told(filled, size), flush=True)
        with database.write() as session:
            customers = Customers(session, filled.desk.tenant_id)
            customers.keep(filled.store.id, _writer(now), now)
    return filled, Looker(filled.desk.tenant_id, filled.desk.id, AGENTS[2].id)


def _writer(now: datetime) -> StoreCustomer:
    """Who writes the tickets of the load; known to the store, so that nobody has to be asked."""
    return StoreCustomer("1", (WRITER,), (), "Ann", Money(5_000, "USD"), 1, (), None, now)


def _inside(inside: Panels, size: Size, number: int) -> list[Took]:
    """Panels without HTTP, and the same rendered alone, in turn."""
    dice = Random(1)
    list(inside.both([dice.randint(1, size.tickets) for _ in range(WARM_UP)]))
    return list(inside.both([dice.randint(1, size.tickets) for _ in range(number)]))


def _first(product: Installation, inside: Panels) -> None:
    """One panel after another until both web processes have shown one: what they compile first is no panel's time."""
    _asked(open_panels(product.port, [panel_path(1)] * WEB_PROCESSES * 4, inside.token(), 1.0))


def _alone(product: Installation, inside: Panels, size: Size, seconds: float) -> Seen:
    """Panels at their rate, and nothing else."""
    dice, token = Random(2), inside.token()
    _asked(open_panels(product.port, _paths(dice, size, WARM_UP), token, PANELS_PER_SECOND))
    paths = _paths(dice, size, int(seconds * PANELS_PER_SECOND))
    return _asked(open_panels(product.port, paths, token, PANELS_PER_SECOND))


def _beside(
    product: Installation, inside: Panels, size: Size, seconds: float, number: int
) -> tuple[Seen, Outcome]:
    """Panels at their rate while webhooks come in at theirs; what is not taken in time comes late."""
    load = list(events(int(seconds * WEBHOOKS_PER_SECOND), 10_000_000 + number * 1_000_000))
    came: list[Outcome] = []

    def post() -> None:
        came.append(post_all(product.port, product.hook_path, load, per_second=WEBHOOKS_PER_SECOND))

    hooks = Thread(target=post)
    hooks.start()
    seen = _alone(product, inside, size, seconds)
    hooks.join()
    return seen, came[0]


def _paths(dice: Random, size: Size, number: int) -> list[str]:
    return [panel_path(dice.randint(1, size.tickets)) for _ in range(number)]


def _asked(seen: Seen) -> Seen:
    """What was seen, unless something was refused: then the figures would be of something else."""
    if seen.refused:
        raise RuntimeError(f"{seen.refused} panels were refused")
    return seen


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _pair(one: Round) -> str:
    return f"{_ms(one.median)} / {_ms(one.p99)}"


ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("queries of a panel", lambda one: str(one.queries)),
    ("bytes of a panel, not compressed", lambda one: f"{one.size:,}"),
    ("panel before HTTP, median / p99, ms", lambda one: _pair(one.panel)),
    ("… of which this process worked", lambda one: _pair(one.cpu)),
    ("rendering it alone, median / p99, ms", lambda one: _pair(one.render)),
    ("panel in renderings", lambda one: f"{one.ratio:.2f}"),
    ("server time at 50 panels a second, median / p99, ms", lambda one: _pair(one.alone)),
    ("… while 200 webhooks a second are sent", lambda one: _pair(one.beside)),
    ("… of which were taken a second", lambda one: f"{one.taken:.0f}"),
    ("… and from question to answer", lambda one: _pair(one.whole)),
    ("token post to painted panel, first of a day, median, ms", lambda one: _painted(one, "cold")),
    ("… and every later one", lambda one: _painted(one, "warm")),
)


def _painted(one: Figures, which: str) -> str:
    return "–" if one.paint is None else f"{statistics.median(getattr(one.paint, which)) * 1000:.0f}"


def table(found: dict[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    head = f"| | {' | '.join(found)} |\n|---|{'---|' * len(found)}"
    lines = [f"| {name} | {' | '.join(show(one) for one in found.values())} |" for name, show in ROWS]
    return "\n".join([head, *lines])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sidebar", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--orders-each", type=int, default=5)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--database", action="append", default=[], metavar="URL", help="filled by benchmarks.fill with the "
        "ENCRYPTION_KEYS that are set now; it stays"
    )  # fmt: skip
    parser.add_argument("--no-paint", action="store_true", help="no browser")
    given = parser.parse_args(arguments)
    size = Size(given.customers, given.orders_each, given.tickets)
    missing = "it was not asked for" if given.no_paint else why_not()
    found = {}
    for url in given.database:
        kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        found[kind] = measure(url, size, given.seconds, given.rounds, paint=not missing)
    if given.only != "postgresql" and not given.database:
        found["SQLite"] = measure(None, size, given.seconds, given.rounds, paint=not missing)
    if given.only != "sqlite" and not given.database:
        with postgresql() as new_database:
            found["PostgreSQL"] = measure(
                new_database(), size, given.seconds, given.rounds, paint=not missing
            )
    print(table(found))
    if missing:
        print(f"\nNo first paint was measured: {missing}")
    print(
        f"\n{os.cpu_count()} cores, Python {platform.python_version()}, {given.rounds} rounds of {given.seconds:g} s"
    )


if __name__ == "__main__":
    main()
