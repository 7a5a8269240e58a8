"""Bodies of webhooks about orders, written by hand: what a test does not name is as plain as can be."""

import json
from dataclasses import replace
from typing import Any

from plugin.currencies import digits
from plugin.domain.sales import OrderNews, Refund, SoldLine, StoreOrder
from plugin.ports import Connection
from plugin.stores.shopify import Shopify
from tests.helpdesks.recorded import connection

Json = dict[str, Any]
STORE = Shopify(digits)


def shop(**options: Any) -> Connection:
    """A connection of a shop that sells for dollars."""
    made = connection("shopify", "https://acme.myshopify.com", account="acme.myshopify.com")
    return replace(made, options={"currency": "USD", **options})


def line(number: int = 11, price: str | float = "100.00", **more: Any) -> Json:
    """A line of one piece."""
    plain = {"id": number, "variant_id": 501, "sku": "BELT-1", "title": "Belt", "quantity": 1, "price": price}
    return {**plain, "gift_card": False, **more}


def order(*lines: Json, **more: Any) -> Json:
    """A paid order of these lines, of one belt where none is given."""
    return {
        "id": 9001,
        "name": "#1001",
        "created_at": "2026-11-23T06:59:30-05:00",
        "processed_at": "2026-11-23T06:59:29-05:00",
        "updated_at": "2026-11-23T07:00:00-05:00",
        "currency": "USD",
        "presentment_currency": "USD",
        "financial_status": "paid",
        "taxes_included": False,
        "line_items": list(lines) or [line()],
        **more,
    }


def refund(*returned: Json, money: str | None = None, **more: Any) -> Json:
    """A refund of these pieces; `money` has arrived, none where it is not given."""
    paid = [] if money is None else [transaction(money)]
    return {
        "id": 777,
        "order_id": 9001,
        "created_at": "2026-11-25T10:00:00Z",
        "processed_at": None,
        "note": "too small",
        "refund_line_items": list(returned),
        "transactions": paid,
        "order_adjustments": [],
        **more,
    }


def returned(number: int = 11, value: Any = 100.0, tax: Any = 0.0, **more: Any) -> Json:
    """One piece that came back."""
    return {"line_item_id": number, "quantity": 1, "subtotal": value, "total_tax": tax, **more}


def transaction(amount: str, **more: Any) -> Json:
    """Money that has arrived."""
    return {"id": 5, "kind": "refund", "status": "success", "amount": amount, "currency": "USD", **more}


def news(body: Json, topic: str = "orders/updated", **options: Any) -> OrderNews:
    """What a delivery of this body says."""
    return STORE.news(shop(**options), topic, json.dumps(body).encode())


def read(body: Json) -> StoreOrder:
    """The order in a body."""
    found = news(body).order
    assert found is not None
    return found


def only_line(body: Json) -> SoldLine:
    """The one line of the order in a body."""
    (found,) = read(body).lines
    return found


def read_refund(body: Json, **options: Any) -> Refund:
    """The refund in a delivery of its own."""
    found = news(body, "refunds/create", **options).refund
    assert found is not None
    return found
