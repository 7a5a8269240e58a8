"""The checkout: what somebody buys becomes an order, with discounts over its lines, tax, shipping and payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.shopify.amounts import ONE, rounded, shares
from sandbox.shopify.news import News
from sandbox.shopify.records import ZERO, Customer, Line, Order, Payment, Product, UsedCode
from sandbox.shopify.state import Shop

Offs = list[Decimal]
"""What one discount takes off each line."""


@dataclass(frozen=True)
class Bought:
    """What somebody wants to buy: sku → quantity, and how.

    `taken_off` is what the shop itself takes off some of it, by sku. `more` is whatever else the order says.
    """

    items: Mapping[str, int]
    email: str | None = None
    guest: bool = False
    codes: tuple[UsedCode, ...] = ()
    paid: bool = True
    at: datetime | None = None
    number: int | None = None
    taken_off: Mapping[str, Decimal] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def place_order(shop: Shop, bought: Bought) -> Order:
    """Somebody buys. Who is known by their address gets the order on their record, unless they buy as a guest."""
    with shop.lock:
        news = News(shop)
        known = None if bought.guest or not bought.email else shop.customer_by_email(bought.email)
        made = _order(shop, bought, known)
        if bought.paid:
            made = paid_up(shop, made, made.created_at)
        shop.orders[made.id] = made
        news.of_order(made, "ORDERS_CREATE", *(["ORDERS_PAID"] if bought.paid else []))
        news.of_payments(made, made.payments)
        return made


def paid_up(shop: Shop, order: Order, at: datetime) -> Order:
    """The order with all paid that is owed; nothing has to move where nothing is."""
    owed = order.outstanding
    payments = (Payment(shop.next_id(), "sale", owed, "success", at),) if owed > ZERO else ()
    status = order.financial_status if order.refunds else "paid"
    return replace(order, payments=(*order.payments, *payments), financial_status=status)


def new_lines(shop: Shop, items: Mapping[str, int], rate: Decimal, included: bool) -> list[Line]:
    """Lines at today's prices, before any discount."""
    for sku, number in items.items():
        if sku not in shop.products:
            raise ValueError(f"the shop sells nothing with the sku {sku}")
        if number < 1:
            raise ValueError(f"{number} of {sku} cannot be bought: give a quantity above 0")
    lines = [
        Line(shop.next_id(), shop.products[sku], number, shop.products[sku].price)
        for sku, number in items.items()
    ]
    return [taxed(one, rate, included, shop.currency) for one in lines]


def taxed(line: Line, rate: Decimal, included: bool, currency: str) -> Line:
    """The line with its tax, which stands in its price already or comes on top. Gift cards are not taxed."""
    if line.product.gift_card or not rate:
        return line
    tax = line.net * rate / (ONE + rate) if included else line.net * rate
    return replace(line, tax=rounded(tax, currency))


def _order(shop: Shop, bought: Bought, known: Customer | None) -> Order:
    """The order as it is written down before anybody has paid."""
    at, more = bought.at or shop.instant(), dict(bought.more)
    rate, included = more.pop("tax_rate", shop.tax_rate), more.pop("taxes_included", shop.taxes_included)
    lines = new_lines(shop, bought.items, rate, included)
    codes, offs = _discounts(shop, bought, lines, more.get("shipping", ZERO))
    lines = [
        taxed(replace(one, offs=tuple(off[place] for off in offs)), rate, included, shop.currency)
        for place, one in enumerate(lines)
    ]
    return Order(
        id=shop.next_id(),
        number=bought.number or shop.next_number(),
        email=bought.email,
        customer_id=known.id if known else None,
        created_at=at,
        updated_at=at,
        currency=shop.currency,
        lines=tuple(lines),
        codes=codes,
        tax_rate=rate,
        taxes_included=included,
        financial_status="pending",
        **more,
    )


def _discounts(
    shop: Shop, bought: Bought, lines: Sequence[Line], shipping: Decimal
) -> tuple[tuple[UsedCode, ...], list[Offs]]:
    """Each discount with what it takes off in all and off each line, one after the other, of what is left by then."""
    left, codes, offs = [_discountable(one.product) * one.gross for one in lines], [], []
    for code in (*_by_hand(bought), *bought.codes):
        if code.by == "manual":
            off = [bought.taken_off.get(one.product.sku, ZERO) for one in lines]
        else:
            off = _shared(code, left, shop.currency)
        amount = sum(off, ZERO)
        if code.type == "shipping":
            amount = min(rounded(shipping * code.value / 100, shop.currency), shipping)
        left = [one - taken for one, taken in zip(left, off, strict=True)]
        codes.append(replace(code, amount=amount))
        offs.append(off)
    return tuple(codes), offs


def _by_hand(bought: Bought) -> tuple[UsedCode, ...]:
    """What the shop itself takes off, as one discount."""
    value = sum(bought.taken_off.values(), ZERO)
    return (UsedCode("Offer", "fixed_amount", value, value, "manual"),) if value else ()


def _shared(code: UsedCode, left: Offs, currency: str) -> Offs:
    """What a code takes off each line: a share in percent, or its amount, but never more than there is."""
    if code.type == "shipping":
        return [ZERO for _ in left]
    whole = sum(left, ZERO)
    wanted = whole * code.value / 100 if code.type == "percentage" else code.value
    return shares(min(rounded(wanted, currency), whole), left, currency)


def _discountable(product: Product) -> int:
    """Nothing is taken off a gift card: it is money."""
    return 0 if product.gift_card else 1
