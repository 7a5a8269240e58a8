"""Rows of one shop of any size: customers with their latest orders, keys, and tickets of theirs.

Every row follows from the seed and its number alone, so the same seed makes the same shop, in whatever order. The
documents inside are made by the product's own code, so their shape is always the present one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.customer_documents import order_document, orders_document, read_customer
from plugin.db.tables import TicketRow
from plugin.db.tickets import Tickets
from plugin.domain.facts import (
    Customer,
    LastOrder,
    Macro,
    MacroSuggestion,
    Person,
    Ranked,
    Reason,
    Record,
    Ticket,
    snapshot_of,
)
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order, OrderLine, Parcel
from plugin.domain.tiers import Tier, tier_of
from plugin.ports import Agent, Connection
from plugin.reason_data import default_tree

Json = dict[str, Any]

CURRENCY: Final = "USD"
GOLD: Final = Tier("Gold", Decimal("1500.00"), no_bots=True)
AGENTS: Final = tuple(Agent(str(n), f"agent{n}@example.com", f"Agent {n}") for n in range(1, 21))
SHELF: Final = tuple(
    Macro(str(n), f"Macro {n}", f"What macro {n} would write into the answer. " * 4, "en")
    for n in range(1, 31)
)
WHY: Final = "used 12 times for Shipping – Delayed; shares: parcel, monday"
OFFERS: Final = tuple(f"Offer {n}" for n in range(1, 11))
PATTERNS: Final = 200
"""Orders, and tickets, that differ in more than numbers and names."""
PARCELS: Final = ("in_transit", "out_for_delivery", "delayed", "delivered", "delivered", "delivered")
SETTINGS: Final[Mapping[str, Any]] = {
    "mode": "live",
    "currency": CURRENCY,
    "tiers": [{"name": GOLD.name, "spent_at_least": str(GOLD.spent_at_least), "no_bots": GOLD.no_bots}],
    "reason_codes": [{"code": "shipping.wismo", "phrases": ["where is my parcel"]}],
    "agents": [
        {"email": one.email, "coupon": f"AGENT{one.id}", "coupon_share": "0.10", "delight_budget": "500.00"}
        for one in AGENTS
    ],
}


@dataclass(frozen=True)
class Size:
    """How large a shop; `orders_each` are the latest orders that are kept of a customer."""

    customers: int
    orders_each: int
    tickets: int
    seed: int = 1


@dataclass(frozen=True)
class Rows:
    """The rows of one tenant, with its helpdesk's connection and its store's; numbers begin at `first` + 1."""

    size: Size
    now: datetime
    desk: Connection
    store: Connection
    first_customer: int = 0
    first_ticket: int = 0

    def customers(self) -> Iterator[Json]:
        """Every customer's row."""
        for number in range(1, self.size.customers + 1):
            yield self.customer(number)

    def keys(self) -> Iterator[Json]:
        """What customers are found by: their number in the store, and their address."""
        whose = {"tenant_id": self.store.tenant_id, "connection_id": self.store.id, "answered_at": self.now}
        for number in range(1, self.size.customers + 1):
            for kind, value in (("id", store_id(number)), ("email", email(number))):
                yield {**whose, "kind": kind, "value": value, "customer_id": self.first_customer + number}

    def tickets(self, patterns: Sequence[Json]) -> Iterator[Json]:
        """Every ticket's row, after one of the patterns, each of some customer."""
        for number in range(1, self.size.tickets + 1):
            dice = self._dice("ticket", number)
            yield self._ticket(number, dice.choice(patterns), dice.randint(1, self.size.customers), dice)

    def ticket_patterns(self, session: Session) -> list[Json]:
        """Tickets as the product saves them, taken back again."""
        dice, tickets = self._dice("tickets", 0), Tickets(session, self.desk.tenant_id)
        codes = [one.code for one in default_tree().visible()]
        with session.begin_nested() as saved:
            for number in range(PATTERNS):
                one = _ticket(f"pattern{number}", self.now)
                record = replace(_record(dice, codes), snapshot=snapshot_of(one))
                tickets.save(self.desk, one, record, self.now)
            made = session.execute(select(TicketRow.__table__).where(TicketRow.ticket_id.like("pattern%")))
            patterns = [dict(row) for row in made.mappings()]
            saved.rollback()
        return patterns

    def customer(self, number: int) -> Json:
        """One customer's row."""
        dice = self._dice("customer", number)
        orders, last = self._orders(number, dice)
        declined = {dice.choice(OFFERS): self._told(dice.randint(1, 60))} if dice.random() < 0.1 else {}
        notes = {"style": "friendly", "text": "Likes short answers.", "by": "Agent 1", "at": self._told(30)}
        return {
            "id": self.first_customer + number,
            "tenant_id": self.store.tenant_id,
            "connection_id": self.store.id,
            "store_id": store_id(number),
            "emails": [email(number)],
            "phones": [],
            "name": name(number),
            "spent": sum(one["total"]["minor"] for one in orders),
            "currency": CURRENCY,
            "orders": self.size.orders_each,
            "tags": ["newsletter"] if number % 3 else [],
            "last_order": last,
            "updated_at": self.now,
            "as_of": self.now,
            "marked": "",
            "latest_orders": orders,
            "orders_as_of": self.now,
            "notes": notes if dice.random() < 0.1 else {},
            "declined": declined,
        }

    def _orders(self, number: int, dice: Random) -> tuple[list[Json], Json | None]:
        """The latest orders of a customer, the newest first; and that one as tickets keep it."""
        first, day, orders, last = 1000 + number * self.size.orders_each, 0, [], None
        for back in range(self.size.orders_each):
            day += dice.randint(0, 60)
            order, short = dice.choice(self._order_patterns)
            own = {"name": f"#{first - back}", "at": self._told(day)}
            orders.append({**order, **own})
            last = last or {**short, **own}
        return orders, last

    @cached_property
    def _order_patterns(self) -> list[tuple[Json, Json]]:
        dice = self._dice("orders", 0)
        made = [_order(n, dice, self.now) for n in range(PATTERNS)]
        return [(orders_document([one])[0], order_document(_short(one)) or {}) for one in made]

    @cached_property
    def _days(self) -> list[str]:
        return [(self.now - timedelta(days=day, minutes=17)).isoformat() for day in range(2000)]

    def _told(self, day: int) -> str:
        return self._days[min(day, len(self._days) - 1)]

    def _ticket(self, number: int, pattern: Json, customer: int, dice: Random) -> Json:
        row = self.customer(customer)
        facts = {**pattern["customer"], **_facts(row), "as_of": row["as_of"].isoformat()}
        tier = tier_of((GOLD,), read_customer(facts), Person("7"), CURRENCY, digits)
        return {
            **pattern,
            "id": self.first_ticket + number,
            "ticket_id": str(number),
            "requester": {**pattern["requester"], "name": row["name"], "email": row["emails"][0]},
            "keys": [["email", row["emails"][0]]],
            "customer_id": row["id"],
            "customer": facts,
            "tier": asdict(tier),
            "no_bots": tier.no_bots,
            "seen_at": self.now - timedelta(minutes=dice.randint(1, 40_000)),
            "deeds": self._deeds(dice),
        }

    def _deeds(self, dice: Random) -> Json:
        """One ticket in ten has a macro that was applied."""
        if dice.random() >= 0.1:
            return {}
        by, macro = dice.choice(AGENTS), dice.choice(SHELF).id
        done = {"did": "macro_applied", "by": by.email, "name": by.name, "at": self._told(0), "macro": macro}
        return {f"macro:{macro}": done}

    def _dice(self, what: str, number: int) -> Random:
        return Random(f"{self.size.seed} {what} {number}")


def name(number: int) -> str:
    """A customer's name: nobody's."""
    return f"Customer {number}"


def email(number: int) -> str:
    """A customer's address, where no mail arrives."""
    return f"customer{number}@example.com"


def store_id(number: int) -> str:
    """A customer's number in the store."""
    return str(7_000_000_000 + number)


def _order(number: int, dice: Random, now: datetime) -> Order:
    lines = tuple(
        OrderLine(f"SKU-{n}", f"Product {n} in a colour of its own", dice.randint(1, 3))
        for n in (dice.randint(1, 500) for _ in range(dice.randint(1, 3)))
    )
    tracking = f"{dice.randint(10**11, 10**12 - 1)}"
    parcel = Parcel("Carrier", tracking, dice.choice(PARCELS), f"https://carrier.example/{tracking}", now)
    total = Money(dice.randint(1_500, 60_000), CURRENCY)
    paid, sent = ("paid", "fulfilled") if number % 10 else ("partially_refunded", "partially_fulfilled")
    return Order(
        f"#{number}", now, total, paid, sent, lines, (parcel,), "none" if number % 8 else "under_way"
    )


def _short(order: Order) -> LastOrder:
    """The order as tickets keep it."""
    assert order.total is not None
    skus = tuple(line.sku for line in order.lines)
    return LastOrder(order.name, order.at, order.total, order.status, order.fulfilment, skus)


def _facts(row: Json) -> Json:
    """What a ticket keeps of its customer."""
    spent = {"minor": row["spent"], "currency": row["currency"]}
    copied = {field: row[field] for field in ("name", "orders", "tags", "last_order")}
    return {"state": "known", "email": row["emails"][0], "matched_by": "email", "spent": spent, **copied}


def _ticket(ticket_id: str, now: datetime) -> Ticket:
    return Ticket(
        id=ticket_id,
        state="open",
        status="open",
        subject="A question about an order",
        channel="email",
        language="en",
        priority="normal",
        tags=("web",),
        group="1",
        assignee=None,
        requester=Person("7", "Customer", "customer@example.com", locale="en-US"),
        reason_value=None,
        reason_code=None,
        created_at=now,
        updated_at=now,
        stamp="0",
    )


def _record(dice: Random, codes: list[str]) -> Record:
    """What the product remembers of a ticket whose customer is known."""
    ranked = sorted((round(dice.uniform(0.3, 0.95), 2) for _ in range(3)), reverse=True)
    likely = tuple(
        Ranked(code, score, ("my parcel", "since Monday"))
        for code, score in zip(dice.sample(codes, 3), ranked, strict=True)
    )
    sure = Reason(likely[0].code, "phrases", True, likely[0].score, likely[0].evidence)
    shelf = dice.sample(SHELF, 3)
    return Record(
        reason=sure if dice.random() < 0.6 else None,
        suggestions=likely,
        sent={"reason_code": likely[0].code},
        customer=Customer("known"),
        macros=tuple(MacroSuggestion(one.id, one.title, WHY) for one in shelf),
        offers=tuple(_offered(one, dice) for one in dice.sample(OFFERS, 2)),
    )


def _offered(offer: str, dice: Random) -> Offered:
    price = dice.randint(900, 9_900)
    amounts = Money(price, CURRENCY), Money(price // 3, CURRENCY)
    why = ("fits the reason Shipping – Delayed", f"in stock: {dice.randint(2, 90)}")
    return Offered(offer, offer.upper().replace(" ", "-"), *amounts, why=why)
