"""The surface for tests, of orders: buying, editing, paying, cancelling, giving back, sending; drafts that are paid."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from sandbox.shopify import drafts, edits, payloads, reversals, writes
from sandbox.shopify.api import shop
from sandbox.shopify.asking import refusing, sent
from sandbox.shopify.records import ZERO, Json, Order
from sandbox.shopify.redeeming import used

blueprint = refusing(Blueprint("shopify_order_control", __name__, url_prefix="/_sandbox/shopify"))

CHANGED = (
    "financial_status",
    "note",
    "test",
    "email",
    "phone",
    "source_name",
    "cancel_reason",
    "return_status",
)
BOUGHT = (
    "note",
    "test",
    "phone",
    "source_name",
    "attributes",
    "landing_site",
    "referring_site",
    "presentment",
    "taxes_included",
)
AMOUNTS = ("shipping", "tax_rate", "rate")


@blueprint.get("/orders")
def orders() -> Json:
    """Every order as webhooks show it; `?email=` of somebody."""
    email = request.args.get("email")
    found = [one for one in list(shop().orders.values()) if email in {None, one.email}]
    return {"orders": [payloads.order(shop(), one) for one in found]}


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> Json:
    """One order as webhooks show it."""
    return _done(order_id, lambda: shop().orders[order_id])


@blueprint.post("/orders")
def add_order() -> tuple[Any, ...]:
    """Somebody buys: {"email", "items": {"BELT-1": 1}, "guest", "paid", "codes": ["ANA10"], "number", "at"}.

    A code is one that was made by API, or {"code", "type", "value"}. Beside these: "tags", "note", "attributes",
    "test", "source_name", "landing_site", "referring_site", "processed_at"; "shipping", "tax_rate": "0.19" with
    "taxes_included"; "presentment": "EUR" with "rate", which is how many of them are one of the shop's.
    """
    body, email = sent(), sent().get("email")
    bought = writes.Bought(
        items=_items(body, "items"),
        email=email,
        guest=bool(body.get("guest", False)),
        codes=tuple(used(shop(), one, email) for one in body.get("codes", [])),
        paid=bool(body.get("paid", True)),
        at=_instant(body, "at"),
        number=body.get("number"),
        more=_more(body),
    )
    return _order(writes.place_order(shop(), bought)), 201


@blueprint.patch("/orders/<int:order_id>")
def change_order(order_id: int) -> Json:
    """An order changes: {"financial_status", "fulfillment_status", "return_status", "tags", "note", …}."""
    body = sent()
    changes = {name: body[name] for name in CHANGED if name in body}
    if "fulfillment_status" in body:
        changes["fulfilment_status"] = body["fulfillment_status"]
    if "tags" in body:
        changes["tags"] = tuple(body["tags"])
    return _done(order_id, lambda: writes.change_order(shop(), order_id, **changes))


@blueprint.post("/orders/<int:order_id>/pay")
def pay(order_id: int) -> Json:
    """All that is owed is paid."""
    return _done(order_id, lambda: writes.change_order(shop(), order_id, financial_status="paid"))


@blueprint.post("/orders/<int:order_id>/edit")
def edit(order_id: int) -> Json:
    """An order is edited: {"add": {sku: quantity}, "remove": {sku: quantity}, "paid", "recorded", "note"}.

    With {"recorded": true} what is removed is a refund of goods without money, too.
    """
    body = sent()
    wanted = edits.Edit(
        _items(body, "add"),
        _items(body, "remove"),
        bool(body.get("paid", True)),
        bool(body.get("recorded", False)),
        body.get("note"),
    )
    return _done(order_id, lambda: edits.edit_order(shop(), order_id, wanted))


@blueprint.post("/orders/<int:order_id>/cancel")
def cancel(order_id: int) -> Json:
    """An order is called off: {"reason", "refund": true to give all back}."""
    body = sent()
    reason, refunded = str(body.get("reason", "customer")), bool(body.get("refund", False))
    return _done(order_id, lambda: reversals.cancel(shop(), order_id, reason, refunded))


@blueprint.post("/orders/<int:order_id>/refund")
def refund(order_id: int) -> Json:
    """Money is given back: {"amount"}, {"items": {sku: quantity}} and {"shipping"}, or {} for all that is left.

    An amount beside items is what is paid for them; {"pending": true} leaves the money on its way. Also: "note",
    "restock", which is return, cancel or no_restock, and "at" for what happened in the past.
    """
    body = sent()
    back = reversals.Back(
        items=_items(body, "items"),
        amount=Decimal(str(body["amount"])) if "amount" in body else None,
        shipping=Decimal(str(body.get("shipping", ZERO))),
        note=str(body.get("note", "")),
        restock=str(body.get("restock", "return")),
        pending=bool(body.get("pending", False)),
        at=_instant(body, "at"),
    )
    return _done(order_id, lambda: reversals.refund(shop(), order_id, back))


@blueprint.post("/orders/<int:order_id>/refunds/<int:refund_id>/settle")
def settle(order_id: int, refund_id: int) -> Json:
    """Money on its way arrives; with {"status": "failure"} it does not."""
    status = str(sent().get("status", "success"))
    return _done(order_id, lambda: reversals.settle(shop(), order_id, refund_id, status))


@blueprint.post("/orders/<int:order_id>/ship")
def ship(order_id: int) -> Json:
    """A parcel leaves or moves: {"company", "number", "status", "due": when it should be there}."""
    body, due = sent(), _instant(sent(), "due")
    return _done(
        order_id,
        lambda: writes.ship(
            shop(), order_id, body.get("company"), body.get("number"), body.get("status"), due
        ),
    )


@blueprint.post("/drafts/<int:draft_id>/pay")
def pay_draft(draft_id: int) -> tuple[Any, ...]:
    """Somebody follows the link of a draft order and pays."""
    if draft_id not in shop().drafts:
        raise NotFound
    return _order(drafts.pay(shop(), draft_id)), 201


def _more(body: Json) -> Json:
    """What else the order says."""
    more: Json = {name: body[name] for name in BOUGHT if name in body}
    more |= {name: Decimal(str(body[name])) for name in AMOUNTS if name in body}
    if "tags" in body:
        more["tags"] = tuple(body["tags"])
    if "processed_at" in body:
        more["processed_at"] = _instant(body, "processed_at")
    return more


def _items(body: Json, name: str) -> dict[str, int]:
    return {str(sku): int(number) for sku, number in (body.get(name) or {}).items()}


def _instant(body: Json, name: str) -> datetime | None:
    if not body.get(name):
        return None
    found = datetime.fromisoformat(str(body[name]).replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _done(order_id: int, act: Callable[[], Order]) -> Json:
    if order_id not in shop().orders:
        raise NotFound
    return _order(act())


def _order(one: Order) -> Json:
    return {"order": payloads.order(shop(), one)}
