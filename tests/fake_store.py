"""A store held in memory, and how to connect it to a world."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from plugin.db.connections import Connections, Tenants
from plugin.db.inbox import Arrival, Inbox, clock_hint
from plugin.domain.customer_keys import CustomerKey, customer_resource
from plugin.domain.effects import Effect
from plugin.domain.facts import LastOrder
from plugin.domain.money import Money
from plugin.domain.sales import OrderNews, Refund, SoldLine, StoreOrder, UsedCode
from plugin.ports import (
    Api,
    Budget,
    ChangedCustomers,
    ChangedOrders,
    Connection,
    Forged,
    Hint,
    ItemCost,
    Product,
    Provisioned,
    StoreCustomer,
    StoreDiscount,
    UnitCost,
    Unreadable,
)
from tests.conftest import NOW
from tests.fakes import World


def customer(
    number: str = "1", email: str = "ann@example.com", spent: int = 1_200_000, **more: object
) -> StoreCustomer:
    """A customer; `spent` in cents."""
    values: dict[str, Any] = {
        "id": number,
        "emails": (email,),
        "phones": (),
        "name": "Ann",
        "spent": Money(spent, "USD"),
        "orders": 9,
        "tags": (),
        "last_order": LastOrder("#1001", NOW, Money(11_320, "USD"), "paid", "fulfilled", ("BELT-1",)),
        "updated_at": NOW,
    }
    return StoreCustomer(**{**values, **more})


def order(number: str = "9001", net: int = 10_000, code: str | None = None, **more: object) -> StoreOrder:
    """A paid order of Ann's of one piece, worth `net` cents; `code` is what she typed."""
    line = SoldLine(f"{number}1", "501", "BELT-1", "Belt", 1, 1, net)
    values: dict[str, Any] = {
        "id": number,
        "name": f"#{number}",
        "placed_at": NOW,
        "updated_at": NOW,
        "currency": "USD",
        "status": "paid",
        "lines": (line,),
        "codes": () if code is None else (UsedCode(code, 0),),
        "email": "ann@example.com",
        "customer_id": "1",
        "presented": "USD",
    }
    return StoreOrder(**{**values, **more})


@dataclass
class FakeStore:
    """A store in memory; `fail` is asked before each call and may raise.

    What it sells is `sold`; `told` is what its deliveries say, by their bodies, as `tell_order`, `tell_refund`,
    `tell_cost` and `tell_codes` send them.
    """

    name: str = "shop"
    call_headers: Mapping[str, str] = field(default_factory=dict)
    customers: list[StoreCustomer] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fail: Callable[[], None] = lambda: None
    page: int = 2
    goods: list[Product] = field(default_factory=list)
    asked_skus: list[tuple[str, ...]] = field(default_factory=list)
    done: list[tuple[Effect, bool]] = field(default_factory=list)
    sold: dict[str, StoreOrder] = field(default_factory=dict)
    told: dict[bytes, OrderNews | ItemCost] = field(default_factory=dict)
    all_orders: bool = True
    costs: dict[str, UnitCost] = field(default_factory=dict)
    asked_units: list[tuple[str, ...]] = field(default_factory=list)
    discounts: dict[str, StoreDiscount] = field(default_factory=dict)

    def host(self, account: str) -> str:
        return f"https://{account}.shop.example"

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        return {}

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        return ()

    def verify(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
    ) -> None:
        if headers.get("X-Shop-Secret") != connection.credentials["signing_secret"]:
            raise Forged("the secret is not ours")

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        return headers.get("X-Shop-Event")

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        told = self.told.get(body)
        if isinstance(told, OrderNews):
            return Hint("orders/updated", f"order:{told.order_id}", self.event_id(headers, body))
        if isinstance(told, ItemCost):
            return Hint("items/update", f"item:{told.item}", self.event_id(headers, body))
        key = CustomerKey("id", body.decode())
        return Hint("customers/update", customer_resource(key), self.event_id(headers, body))

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        raise AssertionError("nothing to renew")

    def find_customer(self, api: Api, key: CustomerKey) -> StoreCustomer | None:
        self.asked.append(customer_resource(key))
        self.fail()
        return next((one for one in self.customers if self._is(one, key)), None)

    def customers_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedCustomers:
        self.fail()
        start = int(cursor or 0)
        end = min(start + self.page, len(self.customers))
        found = self.customers[start:end]
        return ChangedCustomers(tuple(found), str(end), more=end < len(self.customers))

    def news(self, connection: Connection, topic: str, body: bytes) -> OrderNews:
        told = self.told.get(body)
        if not isinstance(told, OrderNews):
            raise Unreadable("", "says nothing of an order")
        return told

    def item_cost(self, connection: Connection, body: bytes) -> ItemCost:
        told = self.told.get(body)
        if not isinstance(told, ItemCost):
            raise Unreadable("", "says nothing of what something costs")
        return told

    def orders_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedOrders:
        self.fail()
        start = since if cursor is None else datetime.fromisoformat(cursor)
        later = sorted(
            (one for one in self.sold.values() if one.updated_at >= start),
            key=lambda one: (one.updated_at, one.id),
        )
        found, more = later[: self.page], len(later) > self.page
        if more and found[-1].updated_at == start:  # all of one instant belong on one page
            found = [one for one in later if one.updated_at == start]
            rest = [one.updated_at for one in later if one.updated_at > start]
            return ChangedOrders(tuple(found), (rest or [start])[0].isoformat(), more=bool(rest))
        goes_on = found[-1].updated_at if found else start
        return ChangedOrders(tuple(found), goes_on.isoformat(), more=more)

    def order(self, api: Api, order_id: str) -> StoreOrder | None:
        self.asked.append(f"order:{order_id}")
        self.fail()
        return self.sold.get(order_id)

    def reads_all_orders(self, api: Api) -> bool:
        self.fail()
        return self.all_orders

    def unit_costs(self, api: Api, units: Sequence[str]) -> Sequence[UnitCost]:
        self.asked_units.append(tuple(units))
        self.fail()
        return [self.costs[unit] for unit in units if unit in self.costs]

    def discount(self, api: Api, code: str) -> StoreDiscount | None:
        self.fail()
        wanted = code.casefold()
        return next((one for one in self.discounts.values() if one.code.casefold() == wanted), None)

    def products(self, api: Api, skus: Sequence[str]) -> Sequence[Product]:
        self.asked_skus.append(tuple(skus))
        self.fail()
        return [one for one in self.goods if one.sku in skus]

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        self.fail()
        self.done += [(effect, look_first) for effect in effects]
        return f"made-{effects[-1].resource}"

    def provision(self, api: Api, hook_url: str) -> Provisioned:
        return Provisioned({"currency": "USD", "timezone": "UTC"})

    def _is(self, one: StoreCustomer, key: CustomerKey) -> bool:
        known = {"email": one.emails, "phone": one.phones, "id": (one.id,), "order": self._orders(one)}
        return key.value in known[key.kind]

    def _orders(self, one: StoreCustomer) -> tuple[str, ...]:
        return tuple(order for order, owner in self.orders.items() if owner == one.id)


def connect_store(world: World, store: FakeStore, account: str = "acme-shop") -> Connection:
    """Connect the store to the world's tenant."""
    world.stores[store.name] = store
    with world.database.write() as session:
        tenant = Tenants(session).by_id(world.connection.tenant_id)
        assert tenant is not None
        secret = {"signing_secret": "shop-secret"}
        return Connections(session, world.vault).add(
            tenant, store.name, account, "http://127.0.0.1:2", {}, secret, world.clock()
        )


def tell_order(world: World, store: Connection, one: StoreOrder) -> None:
    """The store has this order now, and says so."""
    fake = _fake(world, store)
    fake.sold[one.id] = one
    _tell(world, store, fake, f"order:{one.id}", OrderNews(one.id, order=one))


def tell_refund(world: World, store: Connection, order_id: str, refund: Refund) -> None:
    """The store says that this was refunded of an order, and has it so where it has the order."""
    fake = _fake(world, store)
    known = fake.sold.get(order_id)
    if known is not None:
        others = tuple(one for one in known.refunds if one.id != refund.id)
        fake.sold[order_id] = replace(known, refunds=(*others, refund))
    _tell(world, store, fake, f"order:{order_id}", OrderNews(order_id, refund=refund))


def tell_cost(world: World, store: Connection, item: str, sku: str, cost: Money | None) -> None:
    """The store says what something in its stock costs now."""
    _tell(world, store, _fake(world, store), f"item:{item}", ItemCost(item, sku, cost))


def tell_codes(world: World, store: Connection) -> None:
    """The store says that some discount was changed."""
    _arrive(world, store, "discounts/update", "codes", b"{}")


def _tell(
    world: World, store: Connection, fake: FakeStore, resource: str, news: OrderNews | ItemCost
) -> None:
    body = f"{resource}#{len(fake.told)}".encode()
    fake.told[body] = news
    _arrive(world, store, "orders/updated" if isinstance(news, OrderNews) else "items/update", resource, body)


def _fake(world: World, store: Connection) -> FakeStore:
    fake = world.stores[store.vendor]
    assert isinstance(fake, FakeStore)
    return fake


def store_hint(world: World, store: Connection, key: CustomerKey) -> None:
    """The store says that a customer has changed."""
    _arrive(world, store, "customers/update", customer_resource(key), b"{}")


def _arrive(world: World, store: Connection, topic: str, resource: str, body: bytes) -> None:
    arrival = Arrival(
        tenant_id=store.tenant_id,
        connection_id=store.id,
        source=store.vendor,
        topic=topic,
        event_id=None,
        resource=resource,
        state="pending",
        body=body,
        headers={},
        received_at=world.clock(),
    )
    with world.database.write() as session:
        Inbox(session).put([arrival])


def sweep(world: World, store: Connection) -> None:
    """It is time to read the store's customers."""
    with world.database.write() as session:
        event_id = f"sweep:{world.clock().isoformat()}"
        Inbox(session).put([clock_hint(store, "sweep_due", event_id, world.clock())])
