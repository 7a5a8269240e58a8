"""How fast orders are brought to account, and how fast a month is read.

`make bench ARGS="ledger"`, or `python -m benchmarks.ledger [--orders 1000000] [--only sqlite|postgresql]`. Orders are
kept page by page through the path of the sweep (merge, attribution, ledger, customer values), without the store's HTTP.
A tenth of them first, then the rest: what ten times the data costs. Then a month's statement is read in turn with a
plain indexed GROUP BY over the same rows. Everything shares this machine's cores, so the ratios say more than the
seconds.
"""

import argparse
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from cryptography.fernet import Fernet
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.installation import postgresql
from benchmarks.ledger_rows import Seller, orders, seller, send_codes
from benchmarks.load import p99
from handlers import ROUTES
from plugin.currencies import digits
from plugin.db.engine import Database
from plugin.db.ledger_tables import LedgerRow
from plugin.db.migrate import migrate
from plugin.db.statements import Statements
from plugin.domain.statement import statement
from plugin.stores.shopify import Shopify
from plugin.tenant_view import TenantViews
from plugin.vault import Vault
from plugin.worker import Shop
from plugin.worker.orders import keep_states

PAGE = 250
"""As many as a page of a store holds."""
MONTH = "2026-09"
READS = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured over one database, in seconds and bytes."""

    orders: int
    first_tenth: float
    whole: float
    memory: int
    entries: int
    in_month: int
    read: Sequence[float]
    plain: Sequence[float]

    @property
    def growth(self) -> float:
        """What ten times the orders cost: 10 where each costs the same."""
        return self.whole / self.first_tenth

    @property
    def ratio(self) -> float:
        """A statement in plain GROUP BYs."""
        return statistics.median(self.read) / statistics.median(self.plain)


def measure(database: Database, number: int) -> Figures:
    """All measures over a new database."""
    migrate(database)
    now = datetime.now(UTC)
    vault = Vault([Fernet.generate_key().decode()])
    made = seller(database, vault, now)
    send_codes(database, made, number)
    shop = _shop(database, vault)
    begin = time.perf_counter()
    first = _backfill(shop, made, 0, number // 10, number)
    _backfill(shop, made, number // 10, number, number)
    whole = time.perf_counter() - begin
    _settle(database)
    read, plain = _reads(database, made)
    with database.read() as session:
        mine = LedgerRow.tenant_id == made.tenant_id
        entries = session.scalar(select(func.count()).where(mine)) or 0
        in_month = session.scalar(select(func.count()).where(mine, LedgerRow.period == MONTH)) or 0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Figures(number, first, whole, memory, entries, in_month, read, plain)


def _shop(database: Database, vault: Vault) -> Shop:
    def closed(_: Any) -> Any:
        raise AssertionError("nothing is asked of a store here")

    stores = {"shopify": Shopify(digits)}
    return Shop(
        database, vault, {}, ROUTES, TenantViews(), closed, lambda: datetime.now(UTC), lambda: 0.5, stores
    )


def _backfill(shop: Shop, made: Seller, first: int, last: int, of: int) -> float:
    """Bring these orders to account, a page at a time; the seconds that took."""
    begin = time.perf_counter()
    starts = range(first, last, PAGE)
    with click.progressbar(
        starts, label=f"{last - first:,} orders", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for start in bar:
            page = list(orders(start, min(start + PAGE, last), of))
            with shop.database.write() as session:
                keep_states(shop, session, made.store, page, shop.now())
    return time.perf_counter() - begin


def _settle(database: Database) -> None:
    """What a database does by itself in time: it learns how its tables are filled."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _reads(database: Database, made: Seller) -> tuple[list[float], list[float]]:
    """A month's statement, and a plain GROUP BY over its rows, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for turn in range(READS + 3):
        for which, ask in enumerate((_statement, _plain)):
            with database.read() as session:
                begin = time.perf_counter()
                ask(session, made.tenant_id)
                took = time.perf_counter() - begin
            if turn >= 3:
                found[which].append(took)
    return found


def _statement(session: Session, tenant_id: int) -> None:
    read = Statements(session, tenant_id)
    sums = read.sums(MONTH)
    statement(MONTH, "USD", "UTC", sums, read.commissions(MONTH, sums), beside=read.beside(MONTH, "UTC"))


def _plain(session: Session, tenant_id: int) -> None:
    by = LedgerRow.kind, LedgerRow.agent, LedgerRow.currency
    mine = LedgerRow.tenant_id == tenant_id, LedgerRow.period == MONTH
    session.execute(select(*by, func.sum(LedgerRow.amount), func.count()).where(*mine).group_by(*by)).all()


ROWS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("orders", lambda one: f"{one.orders:,}"),
    ("brought to account a second", lambda one: f"{one.orders / one.whole:,.0f}"),
    ("ten times the orders cost", lambda one: f"{one.growth:.1f} ×"),
    ("memory of the process at most, MB", lambda one: f"{one.memory / 1e6:.0f}"),
    ("ledger entries", lambda one: f"{one.entries:,}"),
    ("… in the month that is read", lambda one: f"{one.in_month:,}"),
    ("statement of that month, median / p99, ms", lambda one: _pair(one.read)),
    ("plain GROUP BY over the same rows, median / p99, ms", lambda one: _pair(one.plain)),
    ("statement in plain GROUP BYs", lambda one: f"{one.ratio:.2f}"),
)


def _pair(values: Sequence[float]) -> str:
    return f"{statistics.median(values) * 1000:.1f} / {p99(values) * 1000:.1f}"


def table(found: dict[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    head = f"| | {' | '.join(found)} |\n|---|{'---|' * len(found)}"
    lines = [f"| {name} | {' | '.join(show(one) for one in found.values())} |" for name, show in ROWS]
    return "\n".join([head, *lines])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args(arguments)
    found = {}
    if given.only != "postgresql":
        with TemporaryDirectory(prefix="marginalia-bench-") as folder:
            found["SQLite"] = measure(Database(f"sqlite:///{Path(folder) / 'books.db'}"), given.orders)
    if given.only != "sqlite":
        with postgresql() as new_database:
            found["PostgreSQL"] = measure(Database(new_database()), given.orders)
    print(table(found))
    print(
        f"\n{os.cpu_count()} cores, Python {platform.python_version()}, pages of {PAGE} orders, {READS} reads"
    )


if __name__ == "__main__":
    main()
