"""What happens in a shop: people register, buy, pay and give back. Each is one change, told to those who subscribed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.shopify import payloads
from sandbox.shopify.news import News
from sandbox.shopify.records import (
    CENT,
    COUNTED,
    FINANCIAL,
    FULFILMENT,
    RETURNED,
    SHIPMENT,
    ZERO,
    Customer,
    Fulfilment,
    Line,
    Order,
    Refund,
    UsedCode,
    gid,
)
from sandbox.shopify.state import Shop


@dataclass(frozen=True)
class Bought:
    """What somebody wants to buy: sku → quantity, and how."""

    items: dict[str, int]
    email: str | None = None
    guest: bool = False
    codes: tuple[UsedCode, ...] = ()
    paid: bool = True
    at: datetime | None = None
    number: int | None = None
    more: dict[str, Any] = field(default_factory=dict)


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


def place_order(shop: Shop, bought: Bought) -> Order:
    """Somebody buys. Who is known by their address gets the order on their record, unless they buy as a guest."""
    with shop.lock:
        news = News(shop)
        at = bought.at or shop.instant()
        known = None if bought.guest or not bought.email else shop.customer_by_email(bought.email)
        gross = sum((shop.products[sku].price * number for sku, number in bought.items.items()), ZERO)
        codes = tuple(replace(one, amount=_amount(one, gross)) for one in bought.codes)
        made = Order(
            id=shop.next_id(),
            number=bought.number or shop.next_number(),
            email=bought.email,
            customer_id=known.id if known else None,
            created_at=at,
            updated_at=at,
            currency=shop.currency,
            lines=_lines(shop, bought.items, sum((one.amount for one in codes), ZERO)),
            codes=codes,
            financial_status="paid" if bought.paid else "pending",
            **bought.more,
        )
        shop.orders[made.id] = made
        news.of_order(made, "ORDERS_CREATE", *(["ORDERS_PAID"] if bought.paid else []))
        return made


def change_order(shop: Shop, order_id: int, **changes: Any) -> Order:
    """An order changes: its states, its tags, its note."""
    check_states(changes)
    with shop.lock:
        news = News(shop)
        before = shop.orders[order_id]
        made = _kept(shop, replace(before, **changes))
        now_paid = made.financial_status == "paid" and before.financial_status not in COUNTED
        cancelled = made.cancelled_at is not None and before.cancelled_at is None
        topics = [*(["ORDERS_PAID"] if now_paid else []), *(["ORDERS_CANCELLED"] if cancelled else [])]
        news.of_order(made, *topics, "ORDERS_UPDATED", before=before)
        return made


def cancel(shop: Shop, order_id: int, reason: str = "customer") -> Order:
    """An order is called off."""
    return change_order(shop, order_id, cancelled_at=shop.instant(), cancel_reason=reason)


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


def give_back(shop: Shop, order_id: int, amount: Decimal | None, items: dict[str, int], note: str) -> Order:
    """Money is given back: for lines that came back, an amount, or all that is left."""
    with shop.lock:
        news = News(shop)
        found = shop.orders[order_id]
        lines = tuple((one, items[one.product.sku], _value(one, items)) for one in _named(found, items))
        worth = sum((value for *_, value in lines), ZERO)
        left = found.total - found.refunded
        given = amount if amount is not None else (worth if items else left)
        if not ZERO < given <= left:
            raise ValueError(f"between 0.01 and {left} can be given back")
        one = Refund(shop.next_id(), shop.instant(), given, lines, note or None)
        status = "refunded" if given == left else "partially_refunded"
        kept = tuple(
            replace(line, refunded=line.refunded + items.get(line.product.sku, 0)) for line in found.lines
        )
        made = replace(found, refunds=(*found.refunds, one), lines=kept, financial_status=status)
        made = _kept(shop, made)
        news.tell("REFUNDS_CREATE", gid("Order", made.id), payloads.refund(shop, made, one))
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


def allocated(gross: Sequence[Decimal], discount: Decimal) -> list[Decimal]:
    """A discount over lines in proportion, to the cent: the parts add up to it."""
    total, left, parts = sum(gross, ZERO), discount, []
    for amount in gross:
        part = (left * amount / total).quantize(CENT, ROUND_HALF_UP) if total else ZERO
        parts.append(part)
        left, total = left - part, total - amount
    return parts


def _lines(shop: Shop, items: dict[str, int], discount: Decimal) -> tuple[Line, ...]:
    products = [shop.products[sku] for sku in items]
    parts = allocated([one.price * items[one.sku] for one in products], discount)
    return tuple(
        Line(shop.next_id(), one, items[one.sku], part) for one, part in zip(products, parts, strict=True)
    )


def _amount(one: UsedCode, gross: Decimal) -> Decimal:
    """What a code takes off: a share in percent, or its amount; never more than there is."""
    wanted = gross * one.value / 100 if one.type == "percentage" else one.value
    return min(wanted.quantize(CENT, ROUND_HALF_UP), gross)


def _named(found: Order, items: dict[str, int]) -> list[Line]:
    return [one for one in found.lines if one.product.sku in items]


def _value(one: Line, items: dict[str, int]) -> Decimal:
    number = items[one.product.sku]
    if not 0 < number <= one.quantity - one.refunded:
        raise ValueError(f"{one.quantity - one.refunded} of {one.product.sku} can come back")
    return (one.net * number / one.quantity).quantize(CENT, ROUND_HALF_UP)


def _kept(shop: Shop, one: Order) -> Order:
    made = shop.orders[one.id] = replace(one, updated_at=max(one.updated_at, shop.instant()))
    return made
