"""What is on sale changes: its price, its cost. A new cost is told to those who subscribed."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.shopify import payloads
from sandbox.shopify.amounts import rounded
from sandbox.shopify.news import News
from sandbox.shopify.records import Product, gid
from sandbox.shopify.state import Shop

MOST = 1_000_000_000
"""No amount that somebody writes is as large."""


def change_product(shop: Shop, sku: str, **changes: Any) -> Product:
    """A product changes; orders keep the price that it had."""
    with shop.lock:
        before = shop.products[sku]
        made = shop.products[sku] = replace(before, updated_at=shop.instant(), **changes)
        if made.cost != before.cost:
            body = payloads.inventory_item(shop, made)
            News(shop).tell("INVENTORY_ITEMS_UPDATE", gid("InventoryItem", made.id + 2), body)
        return made


def priced(shop: Shop, text: Any) -> Decimal | None:
    """An amount as somebody writes it, None for nothing; ValueError for what is none."""
    written = "" if text is None else str(text).strip()
    if not written:
        return None
    try:
        found = rounded(Decimal(written), shop.currency)
    except InvalidOperation:  # also of what has more digits than are counted with
        raise ValueError(f"“{written}” is no amount: write it as 12.50") from None
    if not (found.is_finite() and 0 <= found < MOST):
        raise ValueError(f"“{written}” is no amount between 0 and {MOST:,}")
    return found


def change_currency(shop: Shop, currency: str) -> None:
    """From now on the shop sells in this currency, at the same numbers in its digits; orders stay as they are."""
    with shop.lock:
        shop.currency = currency
        for sku, one in list(shop.products.items()):
            cost = None if one.cost is None else rounded(one.cost, currency)
            shop.products[sku] = replace(one, price=rounded(one.price, currency), cost=cost)
