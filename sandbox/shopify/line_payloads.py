"""Parts of the bodies about orders: amounts in both currencies, lines, taxes, discounts, shipping."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.shopify.amounts import Currencies, written
from sandbox.shopify.records import Json, Line, Order, UsedCode, gid
from sandbox.shopify.state import Shop

TAX = "Sales tax"


def amount_set(amount: Decimal, currencies: Currencies) -> Json:
    """An amount in the shop's and in the shopper's money."""
    names = ("shop_money", "presentment_money")
    return {
        name: {"amount": written(value, currency), "currency_code": currency}
        for name, (value, currency) in zip(names, currencies.both(amount), strict=True)
    }


def local(shop: Shop, at: datetime) -> str:
    """An instant as webhooks write it: in the shop's zone, with its offset."""
    return at.astimezone(ZoneInfo(shop.zone)).isoformat(timespec="seconds")


def line(order: Order, one: Line) -> Json:
    """One line of an order, as it was bought, with what is left of it."""
    nothing = one.price * 0
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("LineItem", one.id),
        "product_id": one.product.id,
        "variant_id": one.product.id + 1,
        "sku": one.product.sku,
        "title": one.product.title,
        "name": one.product.title,
        "quantity": one.quantity,
        "current_quantity": one.current,
        "fulfillable_quantity": 0 if order.fulfilments else one.current,
        "price": written(one.price, order.currency),
        "price_set": amount_set(one.price, order.currencies),
        "total_discount": written(nothing, order.currency),
        "total_discount_set": amount_set(nothing, order.currencies),
        "discount_allocations": [_allocation(order, place, off) for place, off in enumerate(one.offs) if off],
        "tax_lines": tax_lines(order, one.tax),
        "gift_card": one.product.gift_card,
        "properties": [],
        "product_exists": True,
        "taxable": not one.product.gift_card,
        "requires_shipping": not one.product.gift_card,
    }


def tax_lines(order: Order, tax: Decimal) -> list[Json]:
    """The tax of a line or of all; none where nothing is taxed."""
    if not tax:
        return []
    return [
        {
            "title": TAX,
            "rate": float(order.tax_rate),
            "price": written(tax, order.currency),
            "price_set": amount_set(tax, order.currencies),
            "channel_liable": False,
        }
    ]


def application(one: UsedCode) -> Json:
    """A discount as it applies to the order."""
    named = {"code": one.code} if one.by == "discount_code" else {"title": one.code, "description": one.code}
    return {
        "type": one.by,
        **named,
        "value": str(one.value),
        "value_type": "fixed_amount" if one.type == "fixed_amount" else "percentage",
        "allocation_method": "across",
        "target_selection": "all",
        "target_type": "shipping_line" if one.type == "shipping" else "line_item",
    }


def shipping_lines(order: Order) -> list[Json]:
    """How it is sent, if that costs anything."""
    if not order.shipping:
        return []
    off = [(place, one.amount) for place, one in enumerate(order.codes) if one.type == "shipping"]
    return [
        {
            "id": order.id + 1,
            "title": "Standard",
            "code": "Standard",
            "price": written(order.shipping, order.currency),
            "price_set": amount_set(order.shipping, order.currencies),
            "discounted_price": written(order.delivery, order.currency),
            "discounted_price_set": amount_set(order.delivery, order.currencies),
            "discount_allocations": [_allocation(order, place, amount) for place, amount in off],
            "tax_lines": [],
        }
    ]


def _allocation(order: Order, place: int, amount: Decimal) -> Json:
    return {
        "amount": written(amount, order.currency),
        "amount_set": amount_set(amount, order.currencies),
        "discount_application_index": place,
    }
