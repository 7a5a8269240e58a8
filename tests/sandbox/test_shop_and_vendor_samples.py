"""The stand-in's bodies beside the vendor's own samples: no field that those have not, and each of the same kind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify import payloads
from sandbox.shopify.records import Json
from tests.sandbox.shops import Counter

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "payloads" / "shopify"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason=f"no vendor samples at {SAMPLES}")
ELSEWHERE = {
    ".customer.addresses": "stands in bodies of customers",
    ".fulfillments.email": "stands in bodies of parcels",
    ".refund_line_items.line_item.current_quantity": "stands in lines of orders",
}
"""Fields that the samples show at another place, or nowhere because the list is empty there, and why they are here."""


def fields(body: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field with the kind of its value, below the place where it stands; lists count as their items."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield f"{path}.{name}", kind(value)
            yield from fields(value, f"{path}.{name}")
    elif isinstance(body, list):
        for one in body:
            yield from fields(one, path)


def kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value).__name__)
    return "number" if isinstance(value, int | float) else type(value).__name__


def known(*names: str) -> dict[str, set[str]]:
    """What the samples have."""
    found: dict[str, set[str]] = {}
    for path in sorted(SAMPLES.glob("*.json")):
        if path.name.startswith(names):
            for field, of in fields(json.loads(path.read_text(encoding="utf-8"))):
                found.setdefault(field, set()).add(of)
    return found


def strange(body: Json, theirs: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Fields that the samples have not, or have as something else; nothing at all is like anything."""
    return [
        (field, of)
        for field, of in fields(body)
        if field not in ELSEWHERE
        and of not in theirs.get(field, set())
        and not (field in theirs and "NoneType" in {of, *theirs[field]})
    ]


def order_body(counter: Counter) -> Json:
    """An order with all that an order can have."""
    counter.customer()
    given = {
        "email": "ann@example.com",
        "items": {"BELT-1": 3, "VASE-1": 1},
        "codes": [{"code": "ANA10", "type": "percentage", "value": "10"}],
        "shipping": "8.00",
        "tax_rate": "0.06",
        "attributes": {"a": "b"},
        "landing_site": "/?a=b",
        "referring_site": "https://a.example/",
    }
    number = counter.control("POST", "/orders", given).get_json()["order"]["id"]
    counter.control(
        "POST", f"/orders/{number}/ship", {"company": "UPS", "number": "1Z1", "status": "delayed"}
    )
    back = {"items": {"BELT-1": 1}, "shipping": "8.00", "amount": "50.00", "note": "Sorry"}
    counter.control("POST", f"/orders/{number}/refund", back)
    return payloads.order(counter.shop, counter.shop.orders[number])


def test_an_order_has_the_fields_of_the_vendors(counter: Counter) -> None:
    found = strange(order_body(counter), known("order_"))
    assert [one for one in found if not one[0].startswith(".refunds")] == []


def test_a_refund_has_the_fields_of_the_vendors(counter: Counter) -> None:
    (refund,) = order_body(counter)["refunds"]
    found = strange(refund, known("refund_"))
    assert [one for one in found if not one[0].startswith(".order_adjustments.")] == []


def test_money_that_moves_has_the_fields_of_the_vendors(counter: Counter) -> None:
    order_body(counter)
    (order,) = counter.shop.orders.values()
    body = payloads.payment(counter.shop, order, order.refunds[0].payments[0])
    assert strange(body, known("order_transactions")) == []


def test_something_in_stock_has_the_fields_of_the_vendors(counter: Counter) -> None:
    body = payloads.inventory_item(counter.shop, counter.shop.products["BELT-1"])
    assert strange(body, known("inventory_item")) == []
