"""Fills a migrated database with one shop of any size: what the sidebar is measured over.

`python -m benchmarks.fill --database sqlite:///var/big.db --customers 1000000 --orders-each 5 --tickets 200000`

The rows are those of the one helpdesk account there is, else of a new one; its store is new. Credentials are closed
with the first of ENCRYPTION_KEYS. Nobody in it is anybody: "Customer 123", customer123@example.com.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import click
from cryptography.fernet import Fernet
from sqlalchemy import JSON, Connection, Table, func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.sidebar_rows import AGENTS, SETTINGS, SHELF, Json, Rows, Size
from plugin.db.agents import Agents
from plugin.db.base import Base
from plugin.db.connections import Connections, Tenants
from plugin.db.customer_tables import CustomerKeyRow, CustomerRow
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.db.tables import TicketRow
from plugin.ports import Connection as Account
from plugin.settings_import import SettingsImport
from plugin.vault import Vault

BATCH: Final = 2_000
DESK, STORE = "zendesk", "shopify"
NOWHERE: Final = "http://127.0.0.1:9"
"""Where nothing answers: nobody is to be asked of these rows."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in. `seconds` is what the rows took, `size` the bytes of the whole database."""

    desk: Account
    store: Account
    tickets: int
    rows: int
    seconds: float
    size: int


def fill(database: Database, vault: Vault, size: Size, now: datetime) -> Filled:
    """Put it all in, with a progress bar on a terminal; what became of it."""
    desk, store = _accounts(database, vault, now)
    with database.read() as session:
        rows = Rows(size, now, desk, store, _last(session, CustomerRow), _last(session, TicketRow))
    with database.write() as session:
        patterns = rows.ticket_patterns(session)
    begin, written = time.perf_counter(), 0
    parts: tuple[tuple[str, type[Base], int, Iterable[Json]], ...] = (
        ("customers", CustomerRow, size.customers, rows.customers()),
        ("their keys", CustomerKeyRow, 2 * size.customers, rows.keys()),
        ("tickets", TicketRow, size.tickets, rows.tickets(patterns)),
    )
    for label, entity, number, made in parts:
        with click.progressbar(length=number, label=label.ljust(10), width=40) as bar:
            written += _write(database, entity.__table__, made, bar.update)  # type: ignore[arg-type]  # SQLAlchemy calls a mapped table a FromClause
    seconds = time.perf_counter() - begin
    return Filled(desk, store, size.tickets, written, seconds, _settle(database))


def filled_before(database: Database, vault: Vault, now: datetime) -> Filled | None:
    """What an earlier run has put in, with the settings in force again; None for nothing."""
    with database.write() as session:
        known = Connections(session, vault)
        desk, store = known.only(DESK), known.only(STORE)
        if desk is None or store is None:
            return None
        SettingsImport(vault, lambda: now)(session, desk.tenant_id, SETTINGS, "fill")
        return Filled(desk, store, _last(session, TicketRow), 0, 0.0, 0)


def _accounts(database: Database, vault: Vault, now: datetime) -> tuple[Account, Account]:
    """The helpdesk's account and the store's, with agents, macros and settings."""
    with database.write() as session:
        known = Connections(session, vault)
        desk = known.only(DESK) or _new(session, vault, DESK, "bench", now)
        owner = Tenants(session).by_id(desk.tenant_id)
        assert owner is not None
        token = {"access_token": "none"}
        account = f"{desk.account}-{desk.id}.myshopify.com"
        store = known.add(owner, STORE, account, NOWHERE, {}, token, now)
        Agents(session, desk.tenant_id).keep(desk.id, AGENTS, now)
        Macros(session, desk.tenant_id).keep(desk.id, SHELF, now)
        SettingsImport(vault, lambda: now)(session, desk.tenant_id, SETTINGS, "fill")
    return desk, store


def _new(session: Session, vault: Vault, vendor: str, account: str, now: datetime) -> Account:
    owner = Tenants(session).add_named_after(account, now)
    return Connections(session, vault).add(owner, vendor, account, NOWHERE, {}, {"access_token": "none"}, now)


def _last(session: Session, entity: type[CustomerRow] | type[TicketRow]) -> int:
    return session.scalar(select(func.max(entity.id))) or 0


def _write(database: Database, table: Table, rows: Iterable[Json], told: Any) -> int:
    """Write the rows by the engine's quickest way; how many those were."""
    written, rows = 0, iter(rows)
    put = _insert if database.is_sqlite else _copy
    while batch := list(islice(rows, BATCH)):
        with database.write() as session:
            put(session.connection(), table, batch)
        written += len(batch)
        told(len(batch))
    return written


def _insert(connection: Connection, table: Table, rows: list[Json]) -> None:
    connection.execute(insert(table), rows)


def _copy(connection: Connection, table: Table, rows: list[Json]) -> None:
    columns = {name: table.columns[name].type for name in rows[0]}
    command = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row([_plain(row[name], kind) for name, kind in columns.items()])


def _plain(value: Any, kind: Any) -> Any:
    return json.dumps(value) if isinstance(kind, JSON) else value


def _settle(database: Database) -> int:
    """Let PostgreSQL number on after our own numbers, and know its tables as after a night; the database's bytes."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            pages, page = (connection.scalar(text(f"PRAGMA {one}")) for one in ("page_count", "page_size"))
        return int(pages or 0) * int(page or 0)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("customers", "tickets"):
            own = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(text(f"SELECT setval({own}, (SELECT coalesce(max(id), 1) FROM {table}))"))
        connection.execute(text("VACUUM ANALYZE"))
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def told(filled: Filled, size: Size) -> str:
    """What was done, for people."""
    per_second = filled.rows / filled.seconds if filled.seconds else 0.0
    orders = size.customers * size.orders_each
    return (
        f"{size.customers:,} customers, {orders:,} orders and {size.tickets:,} tickets: {filled.rows:,} rows in "
        f"{filled.seconds:,.0f} s ({per_second:,.0f} a second); the database has {filled.size / 1e9:,.2f} GB"
    )


def _keys(context: click.Context, param: click.Parameter, given: str | None) -> Mapping[str, Any]:
    return {"keys": [key.strip() for key in given.split(",")] if given else [Fernet.generate_key().decode()]}


@click.command(help=__doc__)
@click.option("--database", "url", required=True, metavar="URL", help="Of a migrated database.")
@click.option("--customers", default=1_000_000, show_default=True, type=click.IntRange(1))
@click.option("--orders-each", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--tickets", default=200_000, show_default=True, type=click.IntRange(0))
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--encryption-keys", envvar="ENCRYPTION_KEYS", callback=_keys, help="Those of the installation."
)
def main(
    url: str, customers: int, orders_each: int, tickets: int, seed: int, encryption_keys: Mapping[str, Any]
) -> None:
    """Fill it."""
    size = Size(customers, orders_each, tickets, seed)
    database = Database(url)
    try:
        click.echo(told(fill(database, Vault(**encryption_keys), size, datetime.now(UTC)), size))
    finally:
        database.dispose()


if __name__ == "__main__":
    main()
