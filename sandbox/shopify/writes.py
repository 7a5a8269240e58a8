"""What happens in a shop: people register, their records change, orders change and are sent.

Each is one change, told to those who subscribed. Buying, giving back and editing have files of their own.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.shopify import payloads
from sandbox.shopify.checkout import Bought, paid_up, place_order
from sandbox.shopify.news import News
from sandbox.shopify.records import (
    COUNTED,
    FINANCIAL,
    FULFILMENT,
    RETURNED,
    SHIPMENT,
    Customer,
    Fulfilment,
    Order,
    gid,
)
from sandbox.shopify.reversals import cancel, give_back
from sandbox.shopify.state import Shop

__all__ = [
    "Bought",
    "cancel",
    "change_customer",
    "change_order",
    "delete_customer",
    "give_back",
    "new_customer",
    "place_order",
    "ship",
]


def new_customer(shop: Shop, name: str, email: str | None, **more: Any) -> Customer:
    """Somebody registers."""
    first, _, last = name.partition(" ")
    with shop.lock:
        news = News(shop)
        at = shop.instant()
        made = Customer(shop.next_id(), first, last, email, at, at, **more)
        shop.customers[made.id] = made
        news.tell("CUSTOMERS_CREATE", gid("Customer", made.id), payloads.customer(shop, made))
        return made


def change_customer(shop: Shop, customer_id: int, **changes: Any) -> Customer:
    """A customer's record changes; tags have topics of their own beside the update."""
    with shop.lock:
        news = News(shop)
        before = shop.customers[customer_id]
        made = shop.customers[customer_id] = replace(before, updated_at=shop.instant(), **changes)
        about = gid("Customer", made.id)
        for topic, tags in (
            ("CUSTOMER_TAGS_ADDED", [tag for tag in made.tags if tag not in before.tags]),
            ("CUSTOMER_TAGS_REMOVED", [tag for tag in before.tags if tag not in made.tags]),
        ):
            if tags:
                news.tell(topic, about, payloads.tags_changed(shop, made, tags))
        news.tell("CUSTOMERS_UPDATE", about, payloads.customer(shop, made))
        return made


def delete_customer(shop: Shop, customer_id: int) -> None:
    """A record is thrown away; orders stay, and have no customer any more."""
    with shop.lock:
        news = News(shop)
        gone = shop.customers.pop(customer_id)
        news.tell("CUSTOMERS_DELETE", gid("Customer", gone.id), payloads.deleted_customer(gone))


def change_order(shop: Shop, order_id: int, **changes: Any) -> Order:
    """An order changes: its states, its tags, its note."""
    check_states(changes)
    with shop.lock:
        news = News(shop)
        before = shop.orders[order_id]
        made = replace(before, **changes)
        now_paid = made.financial_status == "paid" and before.financial_status not in COUNTED
        made = _kept(shop, paid_up(shop, made, shop.instant()) if now_paid else made)
        news.of_payments(made, made.payments[len(before.payments) :])
        news.of_order(made, *(["ORDERS_PAID"] if now_paid else []), "ORDERS_UPDATED", before=before)
        return made


def ship(
    shop: Shop,
    order_id: int,
    company: str | None,
    number: str | None,
    status: str | None,
    due: datetime | None = None,
) -> Order:
    """A parcel leaves, or where its number is known already, is where it is by now."""
    if status is not None and status not in SHIPMENT:
        raise ValueError(f"a shipment status is one of {', '.join(SHIPMENT)}")
    with shop.lock:
        news = News(shop)
        found, at = shop.orders[order_id], shop.instant()
        known = next((one for one in found.fulfilments if number and one.number == number), None)
        fresh = known or Fulfilment(shop.next_id(), at, at, company, number)
        fresh = replace(fresh, updated_at=at, shipment_status=status, due=due or fresh.due)
        others = tuple(one for one in found.fulfilments if one is not known)
        made = _kept(shop, replace(found, fulfilments=(*others, fresh), fulfilment_status="fulfilled"))
        topic = "FULFILLMENTS_UPDATE" if known else "FULFILLMENTS_CREATE"
        news.tell(topic, gid("Order", made.id), payloads.fulfilment(shop, made, fresh))
        news.of_order(made, "ORDERS_UPDATED", before=found)
        return made


def check_states(changes: dict[str, Any]) -> None:
    """Only states that there are."""
    states = (
        ("financial_status", FINANCIAL),
        ("fulfilment_status", FULFILMENT),
        ("return_status", RETURNED),
    )
    for name, known in states:
        if name in changes and changes[name] not in known:
            raise ValueError(f"{name} is one of {', '.join(map(str, known))}")


def _kept(shop: Shop, one: Order) -> Order:
    made = shop.orders[one.id] = replace(one, updated_at=max(one.updated_at, shop.instant()))
    return made
