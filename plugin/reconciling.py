"""Reconciling a tenant's books with its stores: every order that changed is read again, and nothing is written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from plugin.bookkeeping import Bookkeeper
from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.ledger_tables import OrderRow
from plugin.db.order_documents import read_order
from plugin.db.periods import Periods
from plugin.db.reconciling import Looking
from plugin.db.settings import SettingsVersions
from plugin.domain.accounting import Account, Terms, account_for
from plugin.domain.money import money
from plugin.domain.order_lines import came_back, order_subject
from plugin.domain.reconciling import (
    PLACES,
    Around,
    Difference,
    NetSales,
    Place,
    compare,
    gone,
    late_entries,
    ledger_differences,
    place_of_sales,
    statement_differences,
)
from plugin.domain.sales import StoreOrder
from plugin.order_marks import ACCOUNTED_BY, READ, digest_of, order_resource
from plugin.ports import Connection, Store
from plugin.statements import statement_book
from plugin.tenant_books import owners_before, terms_for, zone_of
from plugin.tenant_view import TenantView, TenantViews
from plugin.vault import Vault

PAGE: Final = 200
LATEST_ONLY: Final = (
    "{account} lets us read the orders of the last 60 days only, what is older cannot be compared: give the app the "
    "right to read all orders, then run this again"
)
LATEST: Final = timedelta(days=60)
Asking = Callable[..., Any]
"""Calls a vendor, and waits where it wants that."""


class Installation(Protocol):
    """What reconciling needs of the installation."""

    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def views(self) -> TenantViews: ...
    @property
    def stores(self) -> Mapping[str, Store]: ...
    @property
    def open_api(self) -> Callable[[Connection], Any]: ...
    @property
    def now(self) -> Callable[[], datetime]: ...


@dataclass
class Sales:
    """The net sales of orders that are in one place: in the ledger's sums, or out of them for one reason."""

    orders: int = 0
    net: int = 0


@dataclass
class StoreFindings:
    """What was found in one store. `zone` is the shop's own; `notes` say what could not be looked at."""

    connection: Connection
    zone: str
    read: int = 0
    here: int = 0
    differences: list[Difference] = field(default_factory=list)
    sales: NetSales = field(default_factory=NetSales)
    places: dict[tuple[Place, str], Sales] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def place(self, order: StoreOrder, account: Account) -> None:
        """Add an order to what is in the sums, or out of them."""
        held = self.places.setdefault((place_of_sales(order, account), order.currency), Sales())
        held.orders += 1
        held.net += order.net - came_back(order)

    def in_order(self) -> list[tuple[Place, str, Sales]]:
        """The places with their sales, as they are told."""
        ordered = sorted(self.places.items(), key=lambda one: (PLACES.index(one[0][0]), one[0][1]))
        return [(place, currency, sales) for (place, currency), sales in ordered]


@dataclass
class _Reading:
    """One store being read."""

    by: "Reconciling"
    found: StoreFindings
    around: Around
    terms: Terms
    seen: set[str] = field(default_factory=set)

    def pages(self, since: datetime) -> Iterator[int]:
        """Read what changed in the store since then, page by page, and compare it; how many orders each was."""
        store, connection = self.by.installation.stores[self.found.connection.vendor], self.found.connection
        api, cursor = self.by.installation.open_api(connection), None
        reach = self.by.installation.now() - LATEST
        if since < reach and not self.by.asking(store.reads_all_orders, api):
            self.found.notes.append(LATEST_ONLY.format(account=connection.account))
        while True:
            page = self.by.asking(store.orders_changed, api, cursor, since)
            fresh = {one.id: one for one in page.orders if one.id not in self.seen}
            self._compare(fresh)
            yield len(fresh)
            if not page.more or page.cursor == cursor:
                break
            cursor = page.cursor
        for ids in self._unseen(since):
            self._compare({one: self.by.asking(store.order, api, one) for one in ids})
            yield len(ids)

    def _unseen(self, since: datetime) -> Iterator[list[str]]:
        """The orders that changed lately as far as we know, and that the store did not name."""
        last, connection = 0, self.found.connection
        while True:
            with self.by.installation.database.read() as session:
                rows = Looking(session, connection.tenant_id).changed(connection.id, since, last, PAGE)
            if not rows:
                return
            last = rows[-1][0]
            unseen = [order_id for _, order_id in rows if order_id not in self.seen]
            if unseen:
                yield unseen

    def _compare(self, orders: Mapping[str, StoreOrder | None]) -> None:
        """Compare these orders of the store with ours, and ours with what the ledger says of them."""
        connection = self.found.connection
        self.seen |= orders.keys()
        with self.by.installation.database.read() as session:
            looking = Looking(session, connection.tenant_id)
            self.around = self.by.freshened(looking, connection, self.around, list(orders))
            rows = looking.orders(connection.id, list(orders))
            self._compare_ledger(session, looking, rows)
            ours = {one: read_order(row.document) for one, row in rows.items()}
        self.found.read += sum(one is not None for one in orders.values())
        self.found.here += len(rows)
        for order_id, theirs in orders.items():
            self._compare_one(theirs, ours.get(order_id))

    def _compare_one(self, theirs: StoreOrder | None, ours: StoreOrder | None) -> None:
        found = []
        if theirs is not None:
            found = compare(theirs, ours, self.around)
        elif ours is not None:
            found = [gone(ours, self.around)]
        self.found.differences += found
        self.found.sales.add(theirs, ours, self.found.zone, found)

    def _compare_ledger(self, session: Session, looking: Looking, rows: Mapping[str, OrderRow]) -> None:
        """What the ledger says of our orders, against what it should say by what is known."""
        connection, currency = self.found.connection, self.terms.books.exchange.currency
        tags = self.by.view.settings.costs.replacement_tags
        facts = Bookkeeper(session, connection, self.terms, self.by.installation.now(), tags).look(
            rows.values()
        )
        stands = looking.stands([order_subject(connection.id, one) for one in facts])
        for one, fact in facts.items():
            account, posted = account_for(fact, self.terms), stands[order_subject(connection.id, one)]
            self.found.place(fact.order, account)
            self.found.differences += ledger_differences(fact.order, account, posted, currency, self.around)
            self.found.differences += late_entries(fact.order, posted, self.around)


@dataclass(frozen=True)
class Reconciling:
    """Compares the books of one tenant with its stores. `asking` calls a vendor, and waits where it wants that."""

    installation: Installation
    tenant_id: int
    view: TenantView
    asking: Asking

    def estimate(self, connection: Connection, since: datetime) -> int:
        """About how many orders there are to read."""
        with self.installation.database.read() as session:
            return Looking(session, self.tenant_id).number(connection.id, since)

    def store(self, connection: Connection, since: datetime) -> tuple[StoreFindings, Iterator[int]]:
        """What will be found in a store, and the reading of it: how many orders each step was."""
        zone = zone_of(self.view.settings, [connection])
        shops = str(connection.options.get("timezone") or zone)
        found = StoreFindings(connection, shops)
        with self.installation.database.read() as session:
            terms = self._terms(session)
            around = self._around(session, connection, terms.books.zone)
        reading = _Reading(self, found, around, terms)
        return found, self._read(reading, since)

    def statements(self) -> tuple[list[str], list[Difference]]:
        """Every month that has entries, and where its statement is not the sum of them; a closed one's is the kept."""
        found: list[Difference] = []
        with self.installation.database.read() as session:
            looking = Looking(session, self.tenant_id)
            book = statement_book(
                session,
                self.tenant_id,
                self.installation.views,
                self.installation.vault,
                self.installation.stores,
            )
            months = list(looking.months())
            for month in months:
                document = book.document(month)
                currency = document["currency"]
                lines = {one["kind"]: _minor(one["amount"], currency) for one in document["lines"]}
                entries = looking.entries(month, currency)
                around = Around(digits, document["zone"])
                found += statement_differences(month, lines, entries, currency, around)
        return months, found

    def freshened(
        self, looking: Looking, connection: Connection, around: Around, ids: Sequence[str]
    ) -> Around:
        """The same by now, for these orders: workers go on while the store is read."""
        resources = {order_resource(one): one for one in ids}
        waiting, dead = (looking.told(connection.id, resources, state) for state in ("pending", "dead"))
        return replace(
            around,
            swept_at=looking.swept_at(connection.id),
            queued=frozenset(resources[one] for one in waiting if one),
            dead=frozenset(resources[one] for one in dead if one),
        )

    def _read(self, reading: _Reading, since: datetime) -> Iterator[int]:
        yield from reading.pages(since)
        reading.found.differences += reading.found.sales.differences(reading.around)

    def _around(self, session: Session, connection: Connection, zone: str) -> Around:
        looking = Looking(session, self.tenant_id)
        wanted = digest_of(SettingsVersions(session, self.tenant_id).newest()[1])
        progress = connection.options.get(READ) or {}
        closed = max(Periods(session, self.tenant_id).closed(), default="")
        month = Periods(session, self.tenant_id).find(closed) if closed else None
        newest = looking.settings_of()
        return Around(
            digits,
            zone,
            reading=not progress.get("done", False),
            settings_due=connection.options.get(ACCOUNTED_BY) != wanted,
            closed=closed,
            settings_after_closing=month is not None and newest is not None and newest > month.at,
        )

    def _terms(self, session: Session) -> Terms:
        known = Connections(session, self.installation.vault).of_tenant(self.tenant_id)
        stores: Sequence[Connection] = [one for one in known if one.vendor in self.installation.stores]
        return terms_for(self.view.settings, stores, owners_before(session, self.tenant_id))


def _minor(amount: str, currency: str) -> int:
    return money(Decimal(amount), currency, digits).minor
