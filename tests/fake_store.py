"""A store held in memory, and how to connect it to a world."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plugin.db.connections import Connections, Tenants
from plugin.db.inbox import Arrival, Inbox, clock_hint
from plugin.domain.customer_keys import CustomerKey, customer_resource
from plugin.domain.effects import Effect
from plugin.domain.facts import LastOrder
from plugin.domain.money import Money
from plugin.ports import (
    Api,
    Budget,
    ChangedCustomers,
    Connection,
    Forged,
    Hint,
    Product,
    Provisioned,
    StoreCustomer,
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


@dataclass
class FakeStore:
    """A store in memory; `fail` is asked before each call and may raise."""

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


def store_hint(world: World, store: Connection, key: CustomerKey) -> None:
    """The store says that a customer has changed."""
    arrival = Arrival(
        tenant_id=store.tenant_id,
        connection_id=store.id,
        source=store.vendor,
        topic="customers/update",
        event_id=None,
        resource=customer_resource(key),
        state="pending",
        body=b"{}",
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
