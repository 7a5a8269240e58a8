"""A back-cast: last month's statement as it would have been, from the helpdesks and the stores alone; read-only.

Tickets and orders are read as the vendors have them now, brought to account in memory by the same rules as live work,
and forgotten again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from plugin.bookkeeping import carried_by
from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.domain.accounting import OrderFacts, Terms, account_for
from plugin.domain.backcast import (
    Accounted,
    Candidate,
    Heard,
    UsedCodes,
    beside_of,
    commissions_of,
    of_month,
    original_of,
    reaches,
    sums_of,
    with_costs,
)
from plugin.domain.customer_keys import email_key
from plugin.domain.evidence import Evidence, Handed, handed_in
from plugin.domain.facts import Gone, Message, Ticket
from plugin.domain.ledger import Line
from plugin.domain.money import Money
from plugin.domain.monthly_costs import month_subject, monthly_costs
from plugin.domain.periods import day_of, instants_of, months_back, period_of
from plugin.domain.refund_costs import is_replacement
from plugin.domain.sales import StoreOrder
from plugin.domain.settings import TenantSettings
from plugin.domain.statement import Statement, statement
from plugin.dry_run import changed_since
from plugin.ports import Api, Connection, Helpdesk, Store
from plugin.tenant_books import owners_before, terms_for
from plugin.vault import Vault

UNITS_AT_ONCE: Final = 100
"""Goods asked about with one call."""
Asking = Callable[..., Any]
"""Calls a vendor, and waits where it wants that."""


class Installation(Protocol):
    """What a back-cast needs of the installation."""

    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def helpdesks(self) -> Mapping[str, Helpdesk]: ...
    @property
    def stores(self) -> Mapping[str, Store]: ...
    @property
    def open_api(self) -> Callable[[Connection], Api]: ...
    @property
    def now(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True)
class Outcome:
    """What came of it: the statement, the orders of its month with their accounts, and what was not seen."""

    month: str
    statement: Statement
    accounted: Sequence[Accounted]
    candidates: Sequence[Candidate]
    notes: Sequence[str]


@dataclass
class Backcast:
    """Reads a tenant's helpdesks and stores since an instant, and brings what it finds to account in memory.

    Read the stores' orders first, then the tickets, then the costs of what was sold; then ask for the `outcome`.
    """

    installation: Installation
    tenant_id: int
    settings: TenantSettings
    since: datetime
    asking: Asking
    orders: dict[tuple[int, str], StoreOrder] = field(default_factory=dict)
    tickets: int = 0

    def __post_init__(self) -> None:
        with self.installation.database.read() as session:
            known = Connections(session, self.installation.vault).of_tenant(self.tenant_id)
            self.helpdesks = [one for one in known if one.vendor in self.installation.helpdesks]
            self.stores = [one for one in known if one.vendor in self.installation.stores]
            owners = owners_before(session, self.tenant_id)
        self.terms: Terms = terms_for(self.settings, self.stores, owners)
        self._heard = Heard()
        self._codes = UsedCodes()
        self._told: dict[int, dict[str, Money | None]] = {}
        self._names: dict[int, dict[str, StoreOrder]] = {}
        self._cut = 0

    @property
    def month(self) -> str:
        """The last month that is over where the tenant is."""
        zone = self.terms.books.zone
        return months_back(period_of(day_of(self.installation.now(), zone)), 2)

    def read_orders(self, connection: Connection) -> Iterator[int]:
        """Read what changed in a store; how many new ones each page had."""
        store, api, cursor = self._store(connection), self.installation.open_api(connection), None
        while True:
            page = self.asking(store.orders_changed, api, cursor, self.since)
            yield sum(self._sold(connection, order) for order in page.orders)
            if not page.more or page.cursor == cursor:
                return
            cursor = page.cursor

    def _sold(self, connection: Connection, order: StoreOrder) -> bool:
        """Remember an order in its latest state; whether it is the first time that it is met."""
        key = connection.id, order.id
        new = key not in self.orders
        if new:
            self._codes.used(order)
        self.orders[key] = order
        self._names.setdefault(connection.id, {})[order.name] = order
        return new

    def tickets_of(self, connection: Connection) -> list[str]:
        """The tickets of a helpdesk that changed."""
        helpdesk, api = self._helpdesk(connection), self.installation.open_api(connection)
        return list(changed_since(helpdesk, api, self.since, self.asking))

    def read_tickets(self, connection: Connection, ids: Iterable[str]) -> Iterator[int]:
        """Read these tickets, and remember what agents handed to customers in them; 1 for each."""
        helpdesk, api = self._helpdesk(connection), self.installation.open_api(connection)
        agents = {one.id: one.email.casefold() for one in self.asking(helpdesk.agents, api)}
        candidates = dict.fromkeys(self._codes.candidates(self.terms.rules.owners), "")
        for ticket_id in ids:
            loaded = self.asking(helpdesk.load, api, ticket_id, None)
            if not isinstance(loaded, Gone):
                self.tickets += 1
                self._cut += not loaded.complete
                self._hear(connection, loaded, agents, candidates)
            yield 1

    def units_to_ask(self, connection: Connection) -> list[str]:
        """The goods whose cost the accounts of a store's orders need."""
        found = (account_for(self._facts(key), self.terms).to_ask for key in self._of(connection))
        return list(dict.fromkeys(unit for units in found for unit in units))

    def read_costs(self, connection: Connection, units: Sequence[str]) -> Iterator[int]:
        """Ask the store what these cost; how many each call was about. What it does not tell is unknown."""
        store, api = self._store(connection), self.installation.open_api(connection)
        told = self._told.setdefault(connection.id, {})
        for start in range(0, len(units), UNITS_AT_ONCE):
            asked = units[start : start + UNITS_AT_ONCE]
            told |= dict.fromkeys(asked)
            for one in self.asking(store.unit_costs, api, asked):
                told[one.unit] = one.cost
            yield len(asked)

    def outcome(self) -> Outcome:
        """The statement of last month by all that was read, and what stands beside it."""
        books, month = self.terms.books, self.month
        accounted = [
            Accounted(order, account_for(self._facts(key), self.terms)) for key, order in self.orders.items()
        ]
        lines = [line for one in accounted for line in one.account.lines]
        sums = sums_of([*lines, *self._monthly(month)], month)
        placed = of_month(accounted, month, books.zone)
        starts, _ = instants_of(month, books.zone)
        return Outcome(
            month=month,
            statement=statement(
                month,
                books.exchange.currency,
                books.zone,
                sums,
                commissions_of(sums),
                beside=beside_of(placed, books.zone),
                fulfilment_known=bool(books.variable),
            ),
            accounted=placed,
            candidates=[] if self.settings.owners() else self._codes.told(self.terms.rules.owners),
            notes=[*reaches(self.since, starts, self.terms.rules.direct.days), *self._notes()],
        )

    def _notes(self) -> Iterator[str]:
        if self._cut:
            yield f"of {self._cut} long tickets only the newest messages were read"

    def _monthly(self, month: str) -> Sequence[Line]:
        """What the month cost whether anything was sold or not."""
        found = monthly_costs(self.settings.costs, self.terms.books.exchange.currency, digits, month)
        return found[month_subject(month)]

    def _hear(
        self,
        connection: Connection,
        ticket: Ticket,
        agents: Mapping[str, str],
        candidates: Mapping[str, str],
    ) -> None:
        key = email_key(ticket.requester.email)
        email = None if key is None else key.value
        for message in ticket.messages:
            self._codes.heard(message, _author(message, agents), candidates)
            for one in handed_in(message, self.terms.rules.owners):
                agent = _author(message, agents)
                self._heard.add(email, _evidence(connection, ticket, one, agent))

    def _facts(self, key: tuple[int, str]) -> OrderFacts:
        store_id, order = key[0], self.orders[key]
        known = email_key(order.email)
        replacement = is_replacement(order, self.settings.costs.replacement_tags)
        facts = OrderFacts(
            store_id=store_id,
            key=0,
            order=order,
            evidence=self._heard.of(None if known is None else known.value, carried_by(order)),
            replacement=replacement,
            original=original_of(order, self._names[store_id]) if replacement else "",
        )
        told = self._told.get(store_id, {})
        costs = {line.unit: told[line.unit] for line in order.lines if line.unit in told}
        return with_costs(facts, costs)

    def _of(self, connection: Connection) -> list[tuple[int, str]]:
        return [key for key in self.orders if key[0] == connection.id]

    def _store(self, connection: Connection) -> Store:
        return self.installation.stores[connection.vendor]

    def _helpdesk(self, connection: Connection) -> Helpdesk:
        return self.installation.helpdesks[connection.vendor]


def _author(message: Message, agents: Mapping[str, str]) -> str | None:
    """Who wrote: as the message says, else as the helpdesk's list of agents does."""
    if message.author_email:
        return message.author_email.casefold()
    return agents.get(message.author_id)


def _evidence(connection: Connection, ticket: Ticket, one: Handed, agent: str | None) -> Evidence:
    return Evidence(
        one.kind, one.value, agent, connection.vendor, connection.id, ticket.id, ticket.channel, one.at
    )
