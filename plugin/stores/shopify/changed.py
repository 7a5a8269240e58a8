"""Customers and orders that changed, page by page."""

from collections.abc import Sequence
from datetime import datetime

from plugin.documents import Part, answer_of
from plugin.domain.money import Digits
from plugin.domain.sales import StoreOrder
from plugin.ports import ChangedCustomers, ChangedOrders, StoreCustomer, TemporaryError
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.customers import read_customer
from plugin.stores.shopify.order_queries import ORDERS_CHANGED
from plugin.stores.shopify.queries import CHANGED
from plugin.stores.shopify.sweep import SPARE, swept
from plugin.stores.shopify.whole_orders import WholeOrders


def customers_changed(admin: Admin, cursor: str | None, since: datetime, digits: Digits) -> ChangedCustomers:
    """One page of customers; from `since` on where there is no cursor of ours."""

    def read(search: str, sort: str) -> tuple[Sequence[StoreCustomer], bool]:
        page = admin.ask(CHANGED, SPARE, search=search, sort=sort).at("customers")
        return [read_customer(one, digits) for one in page.at("nodes").items()], _has_more(page)

    with answer_of(admin.api):
        found = swept(read, cursor, since)
    return ChangedCustomers(found.records, found.cursor, found.more)


def orders_changed(orders: WholeOrders, cursor: str | None, since: datetime) -> ChangedOrders:
    """One page of orders, each whole; from `since` on where there is no cursor of ours."""

    def read(search: str, sort: str) -> tuple[Sequence[StoreOrder], bool]:
        page = orders.admin.ask(ORDERS_CHANGED, orders.spare, search=search, sort=sort).at("orders")
        return _whole(orders, list(page.at("nodes").items()), _has_more(page))

    with answer_of(orders.admin.api):
        found = swept(read, cursor, since)
    return ChangedOrders(found.records, found.cursor, found.more)


def _whole(orders: WholeOrders, parts: Sequence[Part], more: bool) -> tuple[list[StoreOrder], bool]:
    """The orders of a page; where the points end before the page does, those that were read come first."""
    found: list[StoreOrder] = []
    for part in parts:
        try:
            one = orders.of_page(part)
        except TemporaryError:
            if not found:
                raise
            return found, True
        found += [] if one is None else [one]
    return found, more


def _has_more(page: Part) -> bool:
    return page.at("pageInfo").at("hasNextPage").value is True
