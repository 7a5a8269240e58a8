"""The surface for tests, below /_sandbox/shopify: nothing of it exists at the vendor, and it asks for no token."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from flask import Blueprint, jsonify, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from sandbox.faults import Fault, wire
from sandbox.outgoing import Delivery, Disturbance
from sandbox.shopify import payloads, writes
from sandbox.shopify.api import shop
from sandbox.shopify.records import ZERO, Json, Order, UsedCode, gid
from sandbox.shopify.webhooks import EVENT_ID

blueprint = Blueprint("shopify_control", __name__, url_prefix="/_sandbox/shopify")

Made = TypeVar("Made")
CUSTOMER = ("first_name", "last_name", "email", "phone", "note", "state", "locale")
ORDER = (
    "financial_status",
    "note",
    "test",
    "email",
    "phone",
    "source_name",
    "cancel_reason",
    "return_status",
)
WIRE = "shopify"


@blueprint.errorhandler(ValueError)
@blueprint.errorhandler(TypeError)
@blueprint.errorhandler(KeyError)
@blueprint.errorhandler(InvalidOperation)
def _refused(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": f"{type(error).__name__}: {error}"}), 400


@blueprint.get("/customers")
def customers() -> Json:
    """Everybody, with what they have spent."""
    return {"customers": [_customer(one.id) for one in list(shop().customers.values())]}


@blueprint.post("/customers")
def add_customer() -> tuple[Any, ...]:
    """Somebody registers: {"name", "email", "phone", "tags"}."""
    body = _sent()
    name, email = str(body.pop("name", "A customer")), body.pop("email", None)
    made = writes.new_customer(shop(), name, email, **_of_customer(body))
    return _customer(made.id), 201


@blueprint.patch("/customers/<int:customer_id>")
def change_customer(customer_id: int) -> Json:
    """A record changes: {"tags", "email", "note", …}."""
    _known(shop().customers, customer_id)
    writes.change_customer(shop(), customer_id, **_of_customer(_sent()))
    return _customer(customer_id)


@blueprint.delete("/customers/<int:customer_id>")
def delete_customer(customer_id: int) -> tuple[Any, ...]:
    """A record is thrown away."""
    _known(shop().customers, customer_id)
    writes.delete_customer(shop(), customer_id)
    return "", 204


@blueprint.get("/orders")
def orders() -> Json:
    """Every order as webhooks show it; `?email=` of somebody."""
    email = request.args.get("email")
    found = [one for one in list(shop().orders.values()) if email in {None, one.email}]
    return {"orders": [payloads.order(shop(), one) for one in found]}


@blueprint.post("/orders")
def add_order() -> tuple[Any, ...]:
    """Somebody buys: {"email", "items": {"BELT-1": 1}, "guest", "paid", "codes": ["ANA10"], "tags", "note",
    "attributes", "test", "shipping", "number"}. A code is one that was made by API, or {"code", "type", "value"}."""
    body = _sent()
    plain: Json = {
        name: body[name] for name in ("note", "test", "phone", "source_name", "attributes") if name in body
    }
    if "tags" in body:
        plain["tags"] = tuple(body["tags"])
    if "shipping" in body:
        plain["shipping"] = Decimal(str(body["shipping"]))
    bought = writes.Bought(
        items={str(sku): int(number) for sku, number in body["items"].items()},
        email=body.get("email"),
        guest=bool(body.get("guest", False)),
        codes=tuple(used(one) for one in body.get("codes", [])),
        paid=bool(body.get("paid", True)),
        number=body.get("number"),
        more=plain,
    )
    return _order(writes.place_order(shop(), bought)), 201


@blueprint.patch("/orders/<int:order_id>")
def change_order(order_id: int) -> Json:
    """An order changes: {"financial_status", "fulfillment_status", "return_status", "tags", "note", …}."""
    body = _sent()
    changes = {name: body[name] for name in ORDER if name in body}
    if "fulfillment_status" in body:
        changes["fulfilment_status"] = body["fulfillment_status"]
    if "tags" in body:
        changes["tags"] = tuple(body["tags"])
    return _done(order_id, lambda: writes.change_order(shop(), order_id, **changes))


@blueprint.post("/orders/<int:order_id>/cancel")
def cancel(order_id: int) -> Json:
    """An order is called off: {"reason"}."""
    reason = str(_sent().get("reason", "customer"))
    return _done(order_id, lambda: writes.cancel(shop(), order_id, reason))


@blueprint.post("/orders/<int:order_id>/refund")
def refund(order_id: int) -> Json:
    """Money is given back: {"amount"} or {"items": {sku: quantity}} or {} for all that is left; {"note"}."""
    body = _sent()
    amount = Decimal(str(body["amount"])) if "amount" in body else None
    items = {str(sku): int(number) for sku, number in body.get("items", {}).items()}
    return _done(
        order_id, lambda: writes.give_back(shop(), order_id, amount, items, str(body.get("note", "")))
    )


@blueprint.post("/orders/<int:order_id>/ship")
def ship(order_id: int) -> Json:
    """A parcel leaves or moves: {"company", "number", "status", "due": when it should be there}."""
    body = _sent()
    due = datetime.fromisoformat(body["due"]) if body.get("due") else None
    return _done(
        order_id,
        lambda: writes.ship(
            shop(), order_id, body.get("company"), body.get("number"), body.get("status"), due
        ),
    )


@blueprint.get("/webhooks")
def webhooks() -> Json:
    """Every webhook sent, with what came back; `?state=` waiting, delivered or failed."""
    state = request.args.get("state")
    found = [_delivery(one) for one in shop().dispatcher.deliveries() if state in {None, one.state}]
    return {"idle": shop().dispatcher.idle(), "deliveries": found}


@blueprint.post("/webhooks")
def send() -> Json:
    """Any webhook to any address, as the ones that are no subscription's: {"topic": "customers/redact", "uri",
    "body"}."""
    body = _sent()
    shop().dispatcher.send(str(body["topic"]), str(body["uri"]), body.get("body", {}), shop().now())
    return {"sent": 1}


@blueprint.post("/webhooks/<int:number>/again")
def again(number: int) -> Json:
    """Send one again, byte for byte."""
    if not shop().dispatcher.again(number):
        raise NotFound
    return {"sent": number}


@blueprint.post("/faults")
def add_faults() -> Json:
    """{"api": [fault, …], "webhooks": {"duplicate", "spread"}, "pause": seconds before the first retry,
    "forge": order id}; any of them."""
    body, dispatcher = _sent(), shop().dispatcher
    for one in body.get("api", []):
        wire().add(Fault(**one), WIRE)
    dispatcher.disturbance = replace(dispatcher.disturbance, **body.get("webhooks", {}))
    dispatcher.pause = float(body.get("pause", dispatcher.pause))
    return {"forged": _forge(int(body["forge"])) if "forge" in body else 0}


@blueprint.delete("/faults")
def clear_faults() -> tuple[Any, ...]:
    """All is well again."""
    wire().clear(WIRE)
    shop().dispatcher.disturbance = Disturbance()
    return "", 204


@blueprint.post("/limits")
def limits() -> Json:
    """Another bucket: {"size", "restore_rate", "available", "largest_query"}; what is left out stays; it is full."""
    with shop().lock:
        shop().bucket.change(shop().now(), **{name: float(value) for name, value in _sent().items()})
    return {"changed": True}


@blueprint.post("/tokens")
def change_token() -> Json:
    """What the app may do from now on, and with which lasting token: {"scopes": […], "token"}; with {"pair": true} a
    pair of tokens that end, after {"lives"} seconds."""
    body, access = _sent(), shop().access
    shop().scopes = frozenset(body.get("scopes", shop().scopes))
    access.token = str(body.get("token", access.token))
    access.lives = float(body.get("lives", access.lives))
    if body.get("pair"):
        made = access.issue(shop().now())
        return {"access_token": made.access, "refresh_token": made.refresh, "scopes": sorted(shop().scopes)}
    return {"access_token": access.token, "scopes": sorted(shop().scopes)}


@blueprint.delete("/tokens")
def revoke() -> tuple[Any, ...]:
    """As when the merchant takes the app away: no token opens anything any more."""
    shop().access.revoke_all()
    return "", 204


def used(given: str | Json) -> UsedCode:
    """A code at the checkout: the text of one that exists, or all about it."""
    if isinstance(given, dict):
        return UsedCode(
            str(given["code"]), str(given.get("type", "fixed_amount")), Decimal(str(given["value"])), ZERO
        )
    found = shop().code(given)
    if found is None:
        raise ValueError(f"there is no code {given}; say what it is worth: {{code, type, value}}")
    if found.share is not None:
        return UsedCode(found.code, "percentage", found.share * 100, ZERO)
    return UsedCode(found.code, "fixed_amount", found.amount or ZERO, ZERO)


def _sent() -> Json:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _of_customer(body: Json) -> Json:
    changes = {name: body[name] for name in CUSTOMER if name in body}
    return {**changes, "tags": tuple(body["tags"])} if "tags" in body else changes


def _known(records: dict[int, Made], number: int) -> Made:
    if number not in records:
        raise NotFound
    return records[number]


def _done(order_id: int, act: Callable[[], Order]) -> Json:
    _known(shop().orders, order_id)
    return _order(act())


def _order(one: Order) -> Json:
    return {"order": payloads.order(shop(), one)}


def _customer(customer_id: int) -> Json:
    one = shop().customers[customer_id]
    return {
        **payloads.customer(shop(), one),
        "tags": list(one.tags),
        "orders_count": len(shop().orders_of(one.id)),
        "total_spent": str(shop().spent(one.id)),
    }


def _delivery(one: Delivery) -> Json:
    return {**one.told(), "topic": one.type, "event_id": one.headers[EVENT_ID]}


def _forge(order_id: int) -> int:
    """An order that nobody placed, to everybody who wants to hear of orders; how many."""
    found = _known(shop().orders, order_id)
    listening = [one for one in list(shop().subscriptions.values()) if one.topic.startswith("ORDERS_")]
    for one in listening:
        body = payloads.order(shop(), found)
        shop().dispatcher.forge(one, gid("Order", found.id), body, shop().now())
    return len(listening)
