"""The clock's hints about one vendor account: the sweep for missed changes, what is read hourly, and retention."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from plugin.context import AccountContext
from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.db.corrections import Corrections
from plugin.db.engine import Database
from plugin.db.inbox import Arrival, Claim, Inbox, clock_hint
from plugin.db.macros import Macros
from plugin.db.products import Products
from plugin.db.retention import forget_bodies, forget_budgets
from plugin.db.tickets import Tickets
from plugin.domain.effects import ticket_resource
from plugin.domain.events import DayStarted, SweepDue
from plugin.macro_books import read_macros
from plugin.monthly_costs import bring_costs_up_to_date
from plugin.ports import (
    Api,
    Changed,
    ChangedCustomers,
    Connection,
    Helpdesk,
    Product,
    TemporaryError,
    VendorError,
)
from plugin.reading_agents import read_agents
from plugin.tenant_view import TenantView
from plugin.worker.accounting_again import account_again
from plugin.worker.codes import care_for_codes
from plugin.worker.customers import keep_customer, mark_all
from plugin.worker.order_sweep import sweep_orders
from plugin.worker.shop import KEEP_BODIES, ClaimLost, Shop, compile_settings

MOST_PAGES = 20
"""Pages of one sweep; what is left waits for the next one, from where this one stopped."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the first sweep of a store starts: all its customers are read."""
MARKED = "marked_version"
"""The option that says by which settings a store's customers are marked in the helpdesks."""
READ_FOR = "products_version"
"""The option that says for which settings a store's goods were read."""

log = structlog.get_logger(__name__)


def work_account(shop: Shop, claim: Claim, connection: Connection) -> None:
    """Each topic among the hints is worked once, however many ticks have piled up."""
    chores = StoreChores if connection.vendor in shop.stores else HelpdeskChores
    context = AccountContext(shop.now(), chores(shop, connection), KEEP_BODIES)
    for topic in sorted({hint.topic for hint in claim.hints}):
        event = EVENTS[topic](context.now)
        shop.routes[type(event)](event, context)
    with shop.database.write() as session:
        if not Inbox(session).finish(claim, [hint.delivery_id for hint in claim.hints], shop.now()):
            raise ClaimLost


EVENTS: dict[str, type[SweepDue] | type[DayStarted]] = {"sweep_due": SweepDue, "day_started": DayStarted}


@dataclass(frozen=True)
class AccountChores:
    """The chores that every vendor account has."""

    shop: Shop
    connection: Connection

    def forget_old_bodies(self, before: datetime) -> int:
        """Drop the raw bodies of deliveries worked before this instant; how many."""
        with self.shop.database.write() as session:
            gone = forget_bodies(session, self.connection.tenant_id, self.connection.id, before)
            forget_budgets(session, self.connection.id, before)
        log.info("raw bodies forgotten", count=gone)
        return gone

    def forget_old_lessons(self) -> int:
        """Drop corrections that were taken back, and the oldest where there are too many; how many."""
        with self.shop.database.write() as session:
            return Corrections(session, self.connection.tenant_id).trim(self.shop.now())

    def keep_books(self) -> int:
        """Post what every month costs, where it is missing; how many entries that took."""
        shop = self.shop
        posted = bring_costs_up_to_date(
            shop.database, shop.vault, shop.views, shop.stores, self.connection.tenant_id, shop.now()
        )
        if posted:
            log.info("monthly costs posted", entries=posted)
        return posted

    def position(self, first: datetime | None = None) -> tuple[str | None, datetime]:
        """Where the sweep goes on; the very first one starts at `first`, or when the account was connected."""
        with self.shop.database.read() as session:
            return Connections(session, self.shop.vault).sweep_position(self.connection.id, first)


class HelpdeskChores(AccountChores):
    """The chores of a helpdesk's account."""

    def sweep(self) -> int:
        """Put a hint for every ticket that changed and that no webhook told us about; how many."""
        helpdesk = self.shop.helpdesks[self.connection.vendor]
        api = self.shop.open_api(self.connection)
        found = 0
        for _ in range(MOST_PAGES):
            page = helpdesk.changed(api, *self.position())
            found += self._hint(page)
            if not page.more:
                break
        return found

    def refresh(self) -> bool:
        """Read macros and agents where that is due; an account that does not let us keeps what is known of it."""
        tenant_id, account, now = self.connection.tenant_id, self.connection.id, self.shop.now()
        with self.shop.database.read() as session:
            due = {
                read_macros: Macros(session, tenant_id).is_due(account, now),
                read_agents: Agents(session, tenant_id).is_due(account, now),
            }
        problems = [problem for read, is_due in due.items() if is_due and (problem := self._read(read))]
        for problem in problems:
            log.warning("not read", why=problem)
        return any(due.values()) and not problems

    def _read(self, read: Callable[[Database, Helpdesk, Api, datetime], str | None]) -> str | None:
        """What kept us from it, if anything; the next sweep tries again, unless the vendor wants a rest."""
        helpdesk = self.shop.helpdesks[self.connection.vendor]
        try:
            return read(self.shop.database, helpdesk, self.shop.open_api(self.connection), self.shop.now())
        except TemporaryError as error:
            if error.whole_account:
                raise
            return str(error)

    def _hint(self, page: Changed) -> int:
        now = self.shop.now()
        with self.shop.database.write() as session:
            news = [
                self._arrival(ticket_id, updated_at, now)
                for ticket_id, updated_at in page.tickets
                if not self._is_known(session, ticket_id, updated_at)
            ]
            put = [receipt for receipt in Inbox(session).put(news) if not receipt.duplicate]
            Connections(session, self.shop.vault).swept(self.connection.id, page.cursor, now)
        return len(put)

    def _arrival(self, ticket_id: str, updated_at: datetime, now: datetime) -> Arrival:
        return Arrival(
            tenant_id=self.connection.tenant_id,
            connection_id=self.connection.id,
            source="sweep",
            topic="changed",
            event_id=f"sweep:{ticket_id}:{updated_at.isoformat()}",
            resource=ticket_resource(ticket_id),
            state="pending",
            body=b"",
            headers={},
            received_at=now,
        )

    def _is_known(self, session: Session, ticket_id: str, updated_at: datetime) -> bool:
        record = Tickets(session, self.connection.tenant_id).record(self.connection.id, ticket_id)
        return record.snapshot is not None and record.snapshot.updated_at >= updated_at


class StoreChores(AccountChores):
    """The chores of a store's account."""

    def sweep(self) -> int:
        """Keep every customer that changed; how many. The first sweep reads them all, page by page, sweep by sweep."""
        store = self.shop.stores[self.connection.vendor]
        api = self.shop.open_api(self.connection)
        found = 0
        for _ in range(MOST_PAGES):
            page = store.customers_changed(api, *self.position(BEGINNING))
            self._keep(page)
            found += len(page.customers)
            if not page.more:
                break
        else:
            self._go_on()
        return found + self._sweep_orders()

    def _sweep_orders(self) -> int:
        """Bring every order that changed to account; how many. The first sweep reads all that the store shows."""
        found, more = sweep_orders(self.shop, self.connection)
        if more:
            self._go_on()
        return found

    def refresh(self) -> bool:
        """Mark the customers by the tiers in force, look after the agents' codes, and read what is on offer."""
        with self.shop.database.read() as session:
            view = self.shop.views.of(session, self.connection.tenant_id)
        marked, read = self._mark(view.version), self._read_products(view)
        cared = care_for_codes(self.shop, self.connection)
        return account_again(self.shop, self.connection) or marked or read or cared

    def _mark(self, version: int) -> bool:
        """Mark the customers in the helpdesks, where the tiers in force are not those of the last time."""
        if self.connection.options.get(MARKED) == version:
            return False
        log.info("customers marked", count=mark_all(self.shop, self.connection))
        self._note({MARKED: version})
        return True

    def _read_products(self, view: TenantView) -> bool:
        """Read the goods on offer every hour, and for other settings at once; a store that refuses keeps its word."""
        skus = list(dict.fromkeys(offer.sku for offer in view.settings.offers))
        if not self._products_due(view.version, skus):
            return False
        try:
            found = self._ask_products(skus)
        except VendorError as error:
            if isinstance(error, TemporaryError) and error.whole_account:
                raise
            log.warning("not read", why=str(error))
            return False
        with self.shop.database.write() as session:
            Products(session, self.connection.tenant_id).keep(self.connection.id, found, self.shop.now())
        self._note({READ_FOR: view.version})
        return True

    def _products_due(self, version: int, skus: Sequence[str]) -> bool:
        if self.connection.options.get(READ_FOR) != version:
            return True
        with self.shop.database.read() as session:
            products = Products(session, self.connection.tenant_id)
            return bool(skus) and products.is_due(self.connection.id, self.shop.now())

    def _ask_products(self, skus: Sequence[str]) -> Sequence[Product]:
        if not skus:
            return ()
        store = self.shop.stores[self.connection.vendor]
        return store.products(self.shop.open_api(self.connection), skus)

    def _note(self, options: Mapping[str, int]) -> None:
        with self.shop.database.write() as session:
            Connections(session, self.shop.vault).note(self.connection.id, options)

    def _keep(self, page: ChangedCustomers) -> None:
        compile_settings(self.shop, self.connection.tenant_id)
        with self.shop.database.write() as session:
            for customer in page.customers:
                keep_customer(self.shop, session, self.connection, customer)
            connections = Connections(session, self.shop.vault)
            connections.swept(self.connection.id, page.cursor, self.shop.now())

    def _go_on(self) -> None:
        """There is more: the rest is not left to the next tick of the clock."""
        now = self.shop.now()
        event_id = f"sweep_on:{now.isoformat()}"
        with self.shop.database.write() as session:
            Inbox(session).put([clock_hint(self.connection, "sweep_due", event_id, now)])
