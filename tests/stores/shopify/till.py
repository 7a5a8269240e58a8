"""Our adapter beside the stand-in shop, in memory: both look at one clock, and every question is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plugin.currencies import digits
from plugin.domain.customer_keys import CustomerKey, KeyKind
from plugin.ports import Body, Budget, Connection, Provisioned, StoreCustomer
from plugin.stores.shopify import Shopify
from plugin.stores.shopify.throttle import Throttle
from sandbox.shopify.graph import answer
from sandbox.shopify.records import Customer, Order
from sandbox.shopify.seed import new_shop
from sandbox.shopify.state import Shop
from sandbox.shopify.writes import Bought, new_customer, place_order
from tests.helpdesks.recorded import connection
from tests.sandbox.conftest import Clock

HOOK = "https://app.example.com/hooks/shopify/key"
SECRET = "shpss_secret"
Json = dict[str, Any]


def shop_connection(**changes: Any) -> Connection:
    """A connection of acme.myshopify.com."""
    given = {
        "account": "acme.myshopify.com",
        "credentials": {"access_token": "shpat_token", "signing_secret": SECRET},
    }
    return connection("shopify", "https://acme.myshopify.com", **{**given, **changes})


@dataclass
class ShopApi:
    """The stand-in's Admin API. `instead` are answers, or errors, that come first."""

    shop: Shop
    connection: Connection = field(default_factory=shop_connection)
    instead: list[Json | Exception] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        raise AssertionError(f"unexpected GET {path}")

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> Json:
        assert isinstance(body, dict)
        assert (method, path) == ("POST", "/admin/api/2026-07/graphql.json")
        self.asked.append(body)
        given = (
            self.instead.pop(0) if self.instead else answer(self.shop, body["query"], body["variables"], None)
        )
        if isinstance(given, Exception):
            raise given
        return given

    @property
    def mutations(self) -> list[Json]:
        """The variables of what was changed."""
        return [one["variables"] for one in self.asked if one["query"].startswith("mutation")]


@dataclass
class Till:
    """A shop with products and no customers, and our way to it."""

    shop: Shop
    clock: Clock
    api: ShopApi
    store: Shopify

    def customer(self, email: str | None = "ann@example.com", **more: Any) -> Customer:
        return new_customer(self.shop, "Ann Moss", email, **more)

    def order(self, email: str | None = "ann@example.com", **more: Any) -> Order:
        return place_order(self.shop, Bought(**{"items": {"BELT-1": 1}, "email": email, **more}))

    def find(self, kind: KeyKind, value: str) -> StoreCustomer | None:
        return self.store.find_customer(self.api, CustomerKey(kind, value))

    def ann(self) -> StoreCustomer:
        found = self.find("email", "ann@example.com")
        assert found is not None
        return found

    def connect(self, hook_url: str = HOOK) -> Provisioned:
        """Provision, and keep what came of it as the product does."""
        made = self.store.provision(self.api, hook_url)
        held = self.api.connection
        self.api.connection = replace(held, options={**held.options, **made.options})
        return made


def new_till() -> Till:
    clock, shop = Clock(), new_shop()
    shop.now = clock
    store = Shopify(digits, throttle=Throttle(lambda: clock().timestamp()))
    return Till(shop, clock, ShopApi(shop), store)
