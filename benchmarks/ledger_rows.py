"""A shop that sells: agents with codes, tickets in which they sent them, and any number of orders of sixty days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from plugin.db.connections import Connections, Tenants
from plugin.db.engine import Database
from plugin.db.evidence import EvidenceBook, Whose
from plugin.db.unit_costs import UnitCosts
from plugin.domain.evidence import Handed
from plugin.domain.goods import UnitCost
from plugin.domain.money import Money
from plugin.domain.sales import Refund, SoldLine, StoreOrder, UsedCode
from plugin.ports import Connection
from plugin.settings_import import SettingsImport
from plugin.vault import Vault

BEGIN: Final = datetime(2026, 9, 1, tzinfo=UTC)
DAYS: Final = 60
AGENTS: Final = 20
UNITS: Final = 200
CODED: Final = 5
"""Every fifth order was bought with an agent's code."""
REFUNDED: Final = 20
"""Every twentieth order came back in part."""
PROVEN: Final = 10
"""Every tenth order's customer was sent a code in a ticket; the rest of those with codes are unproven."""


@dataclass(frozen=True, slots=True)
class Seller:
    """The tenant that sells: its helpdesk and its store."""

    tenant_id: int
    desk: Connection
    store: Connection


def agent(number: int) -> str:
    """An agent's address."""
    return f"agent{number}@shop.example"


def settings(commission: str = "0.07") -> dict[str, Any]:
    """What the tenant has set."""
    agents = [
        {"email": agent(n), "coupon": f"AGENT{n}X", "coupon_share": "0.10", "commission": commission}
        for n in range(AGENTS)
    ]
    share = [{"from": "2022-01", "share": "0.10", "base": "amount"}]
    return {"currency": "USD", "timezone": "UTC", "agents": agents, "costs": {"refund_share": share}}


def seller(database: Database, vault: Vault, now: datetime) -> Seller:
    """A new tenant with its accounts, its settings, and what its goods cost."""
    with database.write() as session:
        tenant = Tenants(session).add("seller", now)
        connections = Connections(session, vault)
        desk = connections.add(tenant, "zendesk", "seller", "http://127.0.0.1:9", {}, {}, now)
        options = {"currency": "USD", "timezone": "UTC"}
        store = connections.add(tenant, "shopify", "seller.example", "http://127.0.0.1:9", options, {}, now)
        SettingsImport(vault, lambda: now)(session, tenant.id, settings(), "a benchmark")
        costs = [UnitCost(str(n), None, f"SKU-{n}", Money(1_000 + n, "USD")) for n in range(UNITS)]
        UnitCosts(session, tenant.id).keep(store.id, [one.unit for one in costs], costs, "USD", now)
    return Seller(desk.tenant_id, desk, store)


def send_codes(database: Database, made: Seller, orders: int) -> int:
    """The codes that agents sent in tickets before; how many."""
    numbers = range(0, orders, PROVEN)
    for start in range(0, len(numbers), 1_000):
        with database.write() as session:
            book = EvidenceBook(session, made.tenant_id)
            for number in numbers[start : start + 1_000]:
                seller_of = number % AGENTS
                handed = Handed(
                    "code",
                    f"agent{seller_of}x",
                    None,
                    agent(seller_of),
                    BEGIN - timedelta(days=1),
                    "message:1",
                )
                whose = Whose(email(number), None)
                book.add(made.desk.id, "zendesk", str(number + 1), "email", whose, [handed])
    return len(numbers)


def email(number: int) -> str:
    """Who bought an order."""
    return f"customer{number}@example.com"


def orders(first: int, last: int, of: int) -> Iterator[StoreOrder]:
    """The orders with these numbers, of a shop that has `of` of them in sixty days."""
    for number in range(first, last):
        dice = Random(number)
        at = BEGIN + timedelta(seconds=DAYS * 86_400 * number / of)
        lines = tuple(_line(dice, n) for n in range(1, dice.randint(2, 4)))
        codes = (UsedCode(f"AGENT{number % AGENTS}X", 500),) if number % CODED == 0 else ()
        yield StoreOrder(
            id=str(10**12 + number),
            name=f"#{1000 + number}",
            placed_at=at,
            updated_at=at,
            currency="USD",
            status="paid",
            lines=lines,
            codes=codes,
            refunds=_refunds(number, lines, at),
            email=email(number),
            customer_id=str(5 * 10**9 + number),
            shipped=True,
            discounts=500 if codes else 0,
        )


def _line(dice: Random, number: int) -> SoldLine:
    unit = dice.randrange(UNITS)
    quantity = dice.randint(1, 3)
    return SoldLine(
        str(number), str(unit), f"SKU-{unit}", f"Thing {unit}", quantity, quantity, dice.randint(2_000, 9_000)
    )


def _refunds(number: int, lines: Sequence[SoldLine], at: datetime) -> tuple[Refund, ...]:
    if number % REFUNDED:
        return ()
    goods = lines[0].net // 2
    return (Refund(f"r{number}", at + timedelta(days=3), goods, goods),)
