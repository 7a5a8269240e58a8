"""Shopify: the `Store` of plugin/ports.py, each subject in a file of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.domain.customer_keys import CustomerKey
from plugin.domain.effects import Effect
from plugin.domain.money import Digits
from plugin.domain.sales import OrderNews, StoreOrder
from plugin.ports import (
    Api,
    Budget,
    ChangedCustomers,
    ChangedOrders,
    Connection,
    Hint,
    ItemCost,
    Product,
    Provisioned,
    StoreCustomer,
    StoreDiscount,
    UnitCost,
)
from plugin.stores.shopify.access import App, authorised, host, renew
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.bookmarks import Bookmarks
from plugin.stores.shopify.changed import customers_changed, orders_changed
from plugin.stores.shopify.discounts import read_discount
from plugin.stores.shopify.find import find_customer
from plugin.stores.shopify.news import read_item_cost, read_news
from plugin.stores.shopify.parse import event_id, parse
from plugin.stores.shopify.perform import perform
from plugin.stores.shopify.products import read_products
from plugin.stores.shopify.provision import provision
from plugin.stores.shopify.scopes import reads_all_orders
from plugin.stores.shopify.signature import verify
from plugin.stores.shopify.sweep import SPARE
from plugin.stores.shopify.throttle import Throttle
from plugin.stores.shopify.unit_costs import unit_costs
from plugin.stores.shopify.whole_orders import WholeOrders

__all__ = ["Shopify"]


@dataclass
class Shopify:
    """Shopify. The app is the installation's, or the merchant's own; `digits` are those of a currency."""

    digits: Digits
    api_key: str | None = None
    api_secret: str | None = field(default=None, repr=False)
    call_headers: Mapping[str, str] = field(default_factory=dict)
    throttle: Throttle = field(default_factory=Throttle, repr=False)
    bookmarks: Bookmarks = field(default_factory=Bookmarks, repr=False)
    name: str = "shopify"

    def host(self, account: str) -> str:
        """`https://acme.myshopify.com` of `acme.myshopify.com`."""
        return host(account)

    def authorised(self, connection: Connection, token: str) -> Mapping[str, str]:
        """Shopify's own header."""
        return authorised(connection, token)

    def budgets(self, connection: Connection) -> Sequence[Budget]:
        """None: queries are paid for in points, of which each answer tells how many are left."""
        return ()

    def verify(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
    ) -> None:
        """Forged unless the app signed these bytes; nothing that is signed says how old it is."""
        verify(connection, headers, body, self.api_secret)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """The customer, order or thing that an event is about."""
        return parse(headers, body)

    def event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The event's id under its topic."""
        return event_id(headers)

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        """A new pair of tokens."""
        return renew(api, now, App.of(api.connection, self.api_key, self.api_secret))

    def find_customer(self, api: Api, key: CustomerKey) -> StoreCustomer | None:
        """By e-mail address, phone number, order or id; None for nobody, and for the guest of an order."""
        return find_customer(self._admin(api), key, self.digits)

    def provision(self, api: Api, hook_url: str) -> Provisioned:
        """Webhook subscriptions, currency and zone."""
        has_secret = bool(api.connection.credentials.get("signing_secret") or self.api_secret)
        return provision(self._admin(api), hook_url, has_secret)

    def customers_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedCustomers:
        """One page of the customers by when they changed."""
        return customers_changed(self._admin(api), cursor, since, self.digits)

    def news(self, connection: Connection, topic: str, body: bytes) -> OrderNews:
        """The order or the refund in a delivery."""
        return read_news(connection, topic, body, self.digits)

    def item_cost(self, connection: Connection, body: bytes) -> ItemCost:
        """What something in the stock costs now."""
        return read_item_cost(connection, body, self.digits)

    def orders_changed(self, api: Api, cursor: str | None, since: datetime) -> ChangedOrders:
        """One page of the orders by when they changed."""
        return orders_changed(self._orders(api, SPARE), cursor, since)

    def order(self, api: Api, order_id: str) -> StoreOrder | None:
        """One order with all its lines and refunds."""
        return self._orders(api).by_id(order_id)

    def reads_all_orders(self, api: Api) -> bool:
        """Whether the app has the scope for orders that are older than 60 days."""
        return reads_all_orders(self._admin(api))

    def unit_costs(self, api: Api, units: Sequence[str]) -> Sequence[UnitCost]:
        """Costs by variant."""
        return unit_costs(self._admin(api), units, self.digits)

    def discount(self, api: Api, code: str) -> StoreDiscount | None:
        """The discount of a code, whatever its case."""
        return read_discount(self._admin(api), code)

    def products(self, api: Api, skus: Sequence[str]) -> Sequence[Product]:
        """Price, cost and stock by SKU."""
        return read_products(self._admin(api), skus, self.digits)

    def perform(self, api: Api, effects: Sequence[Effect], stamp: str | None, look_first: bool) -> str | None:
        """Discount codes and draft orders; nothing in a shop rests on a state that was read."""
        return perform(self._admin(api), effects, self.digits, look_first)

    def _admin(self, api: Api) -> Admin:
        return Admin(api, self.throttle)

    def _orders(self, api: Api, spare: float = 0.0) -> WholeOrders:
        return WholeOrders(self._admin(api), self.bookmarks, self.digits, spare)
