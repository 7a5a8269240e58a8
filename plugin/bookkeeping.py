"""Bringing orders to account, many at once: what was told of them is merged and kept, and the ledger set right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from plugin.db.credits import Credits
from plugin.db.evidence import SURE, EvidenceBook, Told
from plugin.db.ledger import Ledger
from plugin.db.ledger_tables import CreditRow, OrderRow
from plugin.db.order_documents import read_order
from plugin.db.orders import Orders, folded_email
from plugin.db.unit_costs import UnitCosts
from plugin.db.values import Values
from plugin.domain.accounting import Account, Frozen, OrderFacts, Terms, known_cost
from plugin.domain.attribution import HOST_WINDOW, MARK_ATTRIBUTE, SKEW, HostCredit, Ruling
from plugin.domain.evidence import Evidence, place_of
from plugin.domain.order_lines import order_subject
from plugin.domain.refund_costs import is_replacement, originals_named
from plugin.domain.sales import OrderNews, StoreOrder, merged, newest_of_each
from plugin.domain.values import customer_of
from plugin.ports import Connection


@dataclass
class Bookkeeper:
    """Brings the orders of one store to account, within one transaction.

    `replacement_tags` mark an order as a replacement. Call `take_in`, let the handlers account for each of the facts,
    then `keep` what they found.
    """

    session: Session
    connection: Connection
    terms: Terms
    now: datetime
    replacement_tags: Sequence[str] = ()

    def __post_init__(self) -> None:
        tenant_id = self.connection.tenant_id
        self._orders = Orders(self.session, tenant_id)
        self._evidence = EvidenceBook(self.session, tenant_id)
        self._credits = Credits(self.session, tenant_id)
        self._rows: dict[str, OrderRow] = {}
        self._states: dict[str, StoreOrder] = {}
        self._originals: dict[str, str] = {}
        self._revalued: set[str] = set()

    def take_in(self, news: Mapping[str, Sequence[OrderNews]]) -> dict[str, OrderFacts]:
        """Merge what was told with what is known, keep it, and gather the facts of every order that is known by now.

        A refund whose order has not come yet is kept for it.
        """
        store, ids = self.connection.id, list(news)
        held = self._orders.held(store, ids)
        lone = self._orders.lone_refunds(store, ids)
        told = {one: [*news[one], *(each for each in lone if each.order_id == one)] for one in ids}
        known = {one: read_order(row.document) for one, row in held.items()}
        states = {one: merged(known.get(one), told[one]) for one in ids}
        self._states = {one: state for one, state in states.items() if state is not None}
        changed = [state for one, state in self._states.items() if state != known.get(one)]
        self._revalue(*changed, *(known[one.id] for one in changed if one.id in known))
        self._rows = {**held, **self._orders.keep(store, changed, self.now)}
        self._put_aside(told)
        return self._facts()

    def look(self, rows: Iterable[OrderRow]) -> dict[str, OrderFacts]:
        """The facts of orders as they are kept, for who only looks: nothing is merged, and nothing written."""
        self._rows = {row.order_id: row for row in rows}
        self._states = {one: read_order(row.document) for one, row in self._rows.items()}
        return self._facts()

    def keep(self, accounts: Mapping[str, Account]) -> list[str]:
        """Keep credits and costs, and post what is missing; the units whose cost must be asked for."""
        keys = [self._rows[one].id for one in accounts]
        known = self._credits.of_orders(keys)
        kept: dict[int, Mapping[str, CreditRow]] = {}
        for one, account in accounts.items():
            row = self._rows[one]
            kept[row.id] = self._keep_credits(row, self._states[one], account, known[row.id])
            self._note(row, account)
        self.session.flush()  # once for all of them: then every credit has its number
        credit_ids = {(row, key): one.id for row, credits in kept.items() for key, one in credits.items()}
        posted = {
            order_subject(self.connection.id, one): account.lines
            for one, account in accounts.items()
            if not account.waiting
        }
        Ledger(self.session, self.connection.tenant_id).post(posted, self.now, credit_ids)
        Values(self.session, self.connection.tenant_id).refresh(self.connection.id, self._revalued)
        return list(dict.fromkeys(unit for account in accounts.values() for unit in account.to_ask))

    def _revalue(self, *orders: StoreOrder) -> None:
        """Who bought (or was said to have) is worth something else now."""
        self._revalued.update(buyer for order in orders if (buyer := customer_of(order)) is not None)

    def _put_aside(self, told: Mapping[str, Sequence[OrderNews]]) -> None:
        store = self.connection.id
        self._orders.joined(store, list(self._states))
        for one, news in told.items():
            if one not in self._states:
                refunds = (each.refund for each in news if each.refund is not None)
                for refund in newest_of_each((), refunds):
                    self._orders.keep_lone(store, one, refund)

    def _facts(self) -> dict[str, OrderFacts]:
        evidence = self._found_evidence()
        costs = self._told_costs()
        return {one: self._fact(one, evidence, costs) for one in self._states}

    def _fact(
        self, one: str, evidence: "_Found", costs: Mapping[str, Mapping[str, int | None]]
    ) -> OrderFacts:
        order, row = self._states[one], self._rows[one]
        replacement = is_replacement(order, self.replacement_tags)
        self._originals[one] = self._original(order) if replacement else ""
        return OrderFacts(
            store_id=self.connection.id,
            key=row.id,
            order=order,
            evidence=evidence.of(order),
            ruling=ruling_of(row.ruling),
            costs=row.costs,
            told=costs.get(order.currency, {}),
            replacement=replacement,
            original=self._originals[one],
            frozen=frozen_of(row.frozen),
        )

    def _found_evidence(self) -> "_Found":
        """One look for all of them: by address, by customer, and by what their orders carry."""
        orders = list(self._states.values())
        if not orders:
            return _Found([], {})
        emails = {email for order in orders if (email := folded_email(order.email)) is not None}
        store_ids = {order.customer_id for order in orders if order.customer_id is not None}
        customers = self._evidence.customers_of(self.connection.id, store_ids)
        values = {value for order in orders for value in carried_by(order)}
        since = min(order.placed_at for order in orders) - self._longest()
        told = self._evidence.find(emails, set(customers.values()), values, since)
        return _Found(told, customers)

    def _longest(self) -> timedelta:
        rules = self.terms.rules
        return max(rules.direct, rules.assisted, HOST_WINDOW) + SKEW + timedelta(days=365)

    def _told_costs(self) -> dict[str, dict[str, int | None]]:
        """What the store says of the units of these orders, by the orders' currency; by SKU where it says so alone."""
        units: dict[str, dict[str, str]] = {}
        for order in self._states.values():
            units.setdefault(order.currency, {}).update(
                {line.unit: line.sku for line in order.lines if line.unit}
            )
        costs, store = UnitCosts(self.session, self.connection.tenant_id), self.connection.id
        found: dict[str, dict[str, int | None]] = {}
        for currency, skus in units.items():
            told = costs.of(store, skus, currency)
            unknown = {unit: sku for unit, sku in skus.items() if told.get(unit) is None and sku}
            by_sku = costs.of_skus(store, set(unknown.values()), currency)
            found[currency] = told | {unit: by_sku[sku] for unit, sku in unknown.items() if sku in by_sku}
        return found

    def _original(self, order: StoreOrder) -> str:
        """The order that this one replaces: named on it, older, and of the same customer."""
        names = list(dict.fromkeys(originals_named(order)))
        rows = {row.name: row for row in self._orders.by_name(names, self.connection.id)} if names else {}
        email = folded_email(order.email)
        for name in names:
            row = rows.get(name)
            if row is None or row.placed_at > order.placed_at:
                continue
            if (email and row.email == email) or (order.customer_id and row.customer_id == order.customer_id):
                return name
        return ""

    def _keep_credits(
        self, row: OrderRow, order: StoreOrder, account: Account, known: Mapping[str, CreditRow]
    ) -> Mapping[str, CreditRow]:
        credits = account.attribution.credits
        return self._credits.keep(row, order, credits, known) if credits or known else known

    def _note(self, row: OrderRow, account: Account) -> None:
        facts = self._states[row.order_id]
        replacement = is_replacement(facts, self.replacement_tags)
        cost = known_cost(facts, account)
        if row.cost != cost:
            self._revalue(facts)
        values: dict[str, Any] = {
            "costs": dict(account.costs),
            "cost": cost,
            "cost_state": account.cost_state,
            "host": _host_document(account.attribution.host),
            "waiting": account.waiting,
            "frozen": None if account.frozen is None else frozen_document(account.frozen),
            "replacement": replacement,
            "replaces": self._originals[row.order_id],
        }
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)


@dataclass(frozen=True)
class _Found:
    """All evidence about some orders, and which store's customers are which of ours."""

    told: Sequence[Told]
    customers: Mapping[str, int]

    def of(self, order: StoreOrder) -> tuple[Evidence, ...]:
        """What concerns this order: its customer's tickets, and whatever carries one of its marks, links or codes."""
        email = folded_email(order.email)
        customer = None if order.customer_id is None else self.customers.get(order.customer_id)
        values = carried_by(order)
        return tuple(
            one.evidence
            for one in self.told
            if (email is not None and one.whose.email == email)
            or (customer is not None and one.whose.customer_id == customer)
            or (one.evidence.kind in SURE and one.evidence.value in values)
        )


def carried_by(order: StoreOrder) -> frozenset[str]:
    """What an order carries of ours: marks, single-use codes, and the mark of the link that the customer came by."""
    came = place_of(order.landing) if order.landing else ""
    marks = {tag.strip() for tag in order.tags} | {order.attributes.get(MARK_ATTRIBUTE, "").strip()}
    codes = {used.folded for used in order.codes if used.folded}
    links = {came} if came.startswith("mgn=") else set()
    return frozenset({mark for mark in marks if mark.startswith("mgn-")} | codes | links)


def ruling_of(kept: Mapping[str, Any] | None) -> Ruling | None:
    """What a manager decided about an order."""
    if not kept:
        return None
    agents = {agent.casefold(): int(weight) for agent, weight in kept.get("agents", {}).items()}
    return Ruling(frozenset(one.casefold() for one in kept.get("accepted", ())), agents)


def frozen_document(frozen: Frozen) -> dict[str, Any]:
    """What an order was credited by, as it is kept."""
    return {
        "direct": frozen.direct.days,
        "assisted": frozen.assisted.days,
        "owners": dict(frozen.owners),
        "rates": {key: str(rate) for key, rate in frozen.rates.items()},
    }


def frozen_of(kept: Mapping[str, Any] | None) -> Frozen | None:
    """What an order was credited by."""
    if not kept:
        return None
    rates = {key: Decimal(rate) for key, rate in kept["rates"].items()}
    direct, assisted = timedelta(days=kept["direct"]), timedelta(days=kept["assisted"])
    return Frozen(direct, assisted, kept["owners"], rates)


def _host_document(host: HostCredit | None) -> dict[str, Any] | None:
    return None if host is None else {"agent": host.agent, "helpdesk": host.helpdesk, "ticket": host.ticket}


def by_order(news: Iterable[OrderNews]) -> dict[str, list[OrderNews]]:
    """What was told, by order."""
    found: dict[str, list[OrderNews]] = {}
    for one in news:
        found.setdefault(one.order_id, []).append(one)
    return found
