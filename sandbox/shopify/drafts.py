"""Draft orders made by API: what somebody may pay for by a link, on a page of the stand-in's own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import has_request_context, request

from sandbox.shopify.amounts import own, rounded
from sandbox.shopify.checkout import Bought, place_order
from sandbox.shopify.connections import connection
from sandbox.shopify.line_nodes import bag
from sandbox.shopify.nodes import need, order
from sandbox.shopify.records import ZERO, Draft, Json, Order, Product, gid, stamp
from sandbox.shopify.search import fitting
from sandbox.shopify.state import Shop

KEYS = {
    "id": lambda one: one.id,
    "tag": lambda one: one.tags,
    "created_at": lambda one: one.created_at,
}


class Refused(Exception):
    """The input is not taken; the error says which field and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.error: Json = {"field": ["input", field], "message": message}


def create(shop: Shop, given: Mapping[str, Any]) -> Json:
    """A new draft order of products that the shop sells."""
    need(shop, "write_draft_orders", "draftOrderCreate")
    with shop.lock:
        try:
            made = _made(shop, given)
        except Refused as refused:
            return {"draftOrder": None, "userErrors": [refused.error]}
        shop.drafts[made.id] = made
    return {"draftOrder": node(shop, made), "userErrors": []}


def pay(shop: Shop, draft_id: int) -> Order:
    """Somebody pays: the draft becomes an order that carries its tags, its note and its attributes, once."""
    with shop.lock:
        found = shop.drafts[draft_id]
        if found.order_id is not None:
            raise ValueError(f"draft order {found.name} was paid already")
        more = {
            "tags": found.tags,
            "note": found.note,
            "attributes": dict(found.attributes),
            "source_name": "shopify_draft_order",
        }
        made = place_order(shop, Bought(_items(found), found.email, taken_off=_taken_off(found), more=more))
        shop.drafts[draft_id] = replace(found, order_id=made.id, completed_at=made.created_at)
        return made


def _items(one: Draft) -> dict[str, int]:
    """What it holds, by sku."""
    items: Counter[str] = Counter()
    for product, quantity, _ in one.lines:
        items[product.sku] += quantity
    return dict(items)


def _taken_off(one: Draft) -> dict[str, Decimal]:
    """What it takes off, by sku."""
    found: dict[str, Decimal] = {}
    for product, _, off in one.lines:
        found[product.sku] = found.get(product.sku, ZERO) + off
    return found


def listed(shop: Shop, args: Mapping[str, Any]) -> Json:
    """Draft orders that the query means."""
    need(shop, "read_draft_orders", "draftOrders")
    found = fitting(
        list(shop.drafts.values()), args.get("query"), KEYS, lambda one: f"{one.name} {one.email}"
    )
    found.sort(key=lambda one: one.id, reverse=bool(args["reverse"]))
    return connection(found, args, lambda one: node(shop, one), lambda one: one.id)


def node(shop: Shop, one: Draft) -> Json:
    """A draft order as GraphQL shows it."""
    paid = None if one.order_id is None else shop.orders.get(one.order_id)
    return {
        "__typename": "DraftOrder",
        "id": gid("DraftOrder", one.id),
        "name": one.name,
        "email": one.email,
        "status": "OPEN" if one.order_id is None else "COMPLETED",
        "tags": sorted(one.tags),
        "note2": one.note,
        "customAttributes": [{"key": key, "value": value} for key, value in one.attributes.items()],
        "createdAt": stamp(one.created_at),
        "invoiceUrl": f"{_root(shop)}/shopify/drafts/{one.id}",
        "completedAt": None if one.completed_at is None else stamp(one.completed_at),
        "order": None if paid is None else order(shop, paid),
        "totalPriceSet": bag(one.total, own(shop.currency)),
    }


def _root(shop: Shop) -> str:
    """Where this shop answers: at the address that was asked, else at the vendor's."""
    return request.url_root.rstrip("/") if has_request_context() else f"https://{shop.domain}"


def _made(shop: Shop, given: Mapping[str, Any]) -> Draft:
    email = given.get("email")
    if email and "@" not in email:
        raise Refused("email", "Email is invalid")
    lines = tuple(_line(shop, one) for one in given.get("lineItems") or ())
    if not lines:
        raise Refused("lineItems", "Add at least 1 product")
    return Draft(
        id=shop.next_id(),
        number=len(shop.drafts) + 1,
        email=email,
        created_at=shop.instant(),
        lines=lines,
        tags=tuple(given.get("tags") or ()),
        note=given.get("note"),
        attributes={one["key"]: one["value"] for one in given.get("customAttributes") or ()},
    )


def _line(shop: Shop, given: Mapping[str, Any]) -> tuple[Product, int, Decimal]:
    sold = {gid("ProductVariant", one.id + 1): one for one in shop.products.values()}
    product, quantity = sold.get(given.get("variantId") or ""), given["quantity"]
    if product is None:
        raise Refused("lineItems", "Product variant does not exist")
    if quantity < 1:
        raise Refused("lineItems", "Quantity must be greater than or equal to 1")
    return product, quantity, _off(shop, product.price * quantity, given.get("appliedDiscount"))


def _off(shop: Shop, gross: Decimal, discount: Mapping[str, Any] | None) -> Decimal:
    """What a discount takes off a line; never more than there is."""
    if discount is None:
        return ZERO
    value = Decimal(str(discount["value"]))
    if value < 0:
        raise Refused("lineItems", "Discount value must be greater than or equal to 0")
    off = value if discount["valueType"] == "FIXED_AMOUNT" else gross * value / 100
    return min(rounded(off, shop.currency), gross)
