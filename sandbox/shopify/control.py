"""The surface for tests, below /_sandbox/shopify: nothing of it exists at the vendor, and it asks for no token.

Orders have a file of their own.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from sandbox.faults import Fault, wire
from sandbox.outgoing import Delivery, Disturbance
from sandbox.shopify import payloads, stock, writes
from sandbox.shopify.amounts import written
from sandbox.shopify.api import shop
from sandbox.shopify.asking import refusing, sent
from sandbox.shopify.records import ZERO, Json, Product, gid
from sandbox.shopify.webhooks import EVENT_ID

blueprint = refusing(Blueprint("shopify_control", __name__, url_prefix="/_sandbox/shopify"))

Made = TypeVar("Made")
CUSTOMER = ("first_name", "last_name", "email", "phone", "note", "state", "locale")
WIRE = "shopify"


@blueprint.get("/customers")
def customers() -> Json:
    """Everybody, with what they have spent."""
    return {"customers": [_customer(one.id) for one in list(shop().customers.values())]}


@blueprint.post("/customers")
def add_customer() -> tuple[Any, ...]:
    """Somebody registers: {"name", "email", "phone", "tags"}."""
    body = sent()
    name, email = str(body.pop("name", "A customer")), body.pop("email", None)
    made = writes.new_customer(shop(), name, email, **_of_customer(body))
    return _customer(made.id), 201


@blueprint.patch("/customers/<int:customer_id>")
def change_customer(customer_id: int) -> Json:
    """A record changes: {"tags", "email", "note", …}."""
    _known(shop().customers, customer_id)
    writes.change_customer(shop(), customer_id, **_of_customer(sent()))
    return _customer(customer_id)


@blueprint.delete("/customers/<int:customer_id>")
def delete_customer(customer_id: int) -> tuple[Any, ...]:
    """A record is thrown away."""
    _known(shop().customers, customer_id)
    writes.delete_customer(shop(), customer_id)
    return "", 204


@blueprint.get("/products")
def products() -> Json:
    """What is on sale, with what it costs."""
    return {"products": [_product(one) for one in list(shop().products.values())]}


@blueprint.post("/products")
def add_product() -> tuple[Any, ...]:
    """Something new: {"sku", "title", "price", "cost", "stock", "gift_card"}."""
    body = sent()
    price, cost = stock.priced(shop(), body["price"]), stock.priced(shop(), body.get("cost"))
    with shop().lock:
        made = shop().add_product(
            str(body["sku"]),
            str(body.get("title", body["sku"])),
            price or ZERO,
            cost,
            body.get("stock"),
            gift_card=bool(body.get("gift_card", False)),
        )
    return _product(made), 201


@blueprint.patch("/products/<sku>")
def change_product(sku: str) -> Json:
    """A product changes: {"cost": an amount or null, "price", "title", "stock"}."""
    body = sent()
    if sku not in shop().products:
        raise NotFound
    changes: Json = {name: body[name] for name in ("title", "stock") if name in body}
    changes |= {name: stock.priced(shop(), body[name]) for name in ("cost", "price") if name in body}
    return _product(stock.change_product(shop(), sku, **changes))


@blueprint.post("/shop")
def change_shop() -> Json:
    """Another shop from now on: {"currency", "zone", "tax_rate": "0.19", "taxes_included", "code_seconds"}.

    `code_seconds` is how long it takes to add codes to a discount.
    """
    body, held = sent(), shop()
    with held.lock:
        if "currency" in body:
            stock.change_currency(held, str(body["currency"]))
        held.zone = str(body.get("zone", held.zone))
        held.tax_rate = Decimal(str(body.get("tax_rate", held.tax_rate)))
        held.taxes_included = bool(body.get("taxes_included", held.taxes_included))
        held.code_seconds = float(body.get("code_seconds", held.code_seconds))
    return {"currency": held.currency, "zone": held.zone, "taxes_included": held.taxes_included}


@blueprint.get("/webhooks")
def webhooks() -> Json:
    """Every webhook sent, with what came back; `?state=` waiting, delivered or failed. `held` are not sent yet."""
    state = request.args.get("state")
    found = [_delivery(one) for one in shop().dispatcher.deliveries() if state in {None, one.state}]
    held = [_delivery(one) for one in shop().dispatcher.held()]
    return {"idle": shop().dispatcher.idle(), "deliveries": found, "held": held}


@blueprint.post("/webhooks")
def send() -> Json:
    """Any webhook to any address, as the ones that are no subscription's: {"topic": "customers/redact", "uri",
    "body"}."""
    body = sent()
    shop().dispatcher.send(str(body["topic"]), str(body["uri"]), body.get("body", {}), shop().now())
    return {"sent": 1}


@blueprint.post("/webhooks/<int:number>/again")
def again(number: int) -> Json:
    """Send one again, byte for byte."""
    if not shop().dispatcher.again(number):
        raise NotFound
    return {"sent": number}


@blueprint.post("/webhooks/hold")
def hold() -> Json:
    """From now on nothing is sent: it waits for a release."""
    shop().dispatcher.hold()
    return {"holding": True}


@blueprint.post("/webhooks/release")
def release() -> Json:
    """What waits is sent one after the other: {"order": "reverse" or numbers, "drop": numbers, "times": 2}.

    Numbers that `order` does not name come after those that it does; afterwards everything is sent at once again.
    """
    body = sent()
    wanted = body.get("order", [])
    dropped = frozenset(int(number) for number in body.get("drop", []))
    return {"sent": shop().dispatcher.release(wanted, dropped, int(body.get("times", 1)))}


@blueprint.post("/faults")
def add_faults() -> Json:
    """{"api": [fault, …], "webhooks": {"duplicate", "spread"}, "lose": true for sending nothing,
    "pause": seconds before the first retry, "forge": order id}; any of them."""
    body, dispatcher = sent(), shop().dispatcher
    for one in body.get("api", []):
        wire().add(Fault(**one), WIRE)
    dispatcher.disturbance = replace(dispatcher.disturbance, **body.get("webhooks", {}))
    dispatcher.losing = bool(body.get("lose", dispatcher.losing))
    dispatcher.pause = float(body.get("pause", dispatcher.pause))
    return {"forged": _forge(int(body["forge"])) if "forge" in body else 0}


@blueprint.delete("/faults")
def clear_faults() -> tuple[Any, ...]:
    """All is well again."""
    wire().clear(WIRE)
    shop().dispatcher.disturbance, shop().dispatcher.losing = Disturbance(), False
    return "", 204


@blueprint.post("/limits")
def limits() -> Json:
    """Another bucket: {"size", "restore_rate", "available", "largest_query"}; what is left out stays; it is full."""
    with shop().lock:
        shop().bucket.change(shop().now(), **{name: float(value) for name, value in sent().items()})
    return {"changed": True}


@blueprint.post("/tokens")
def change_token() -> Json:
    """What the app may do from now on, and with which lasting token: {"scopes": […], "token"}; with {"pair": true} a
    pair of tokens that end, after {"lives"} seconds. {"without": ["read_all_orders"]} takes some of its scopes away."""
    body, access = sent(), shop().access
    shop().scopes = frozenset(body.get("scopes", shop().scopes)) - frozenset(body.get("without", ()))
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


def _of_customer(body: Json) -> Json:
    changes = {name: body[name] for name in CUSTOMER if name in body}
    return {**changes, "tags": tuple(body["tags"])} if "tags" in body else changes


def _known(records: dict[int, Made], number: int) -> Made:
    if number not in records:
        raise NotFound
    return records[number]


def _product(one: Product) -> Json:
    cost = None if one.cost is None else written(one.cost, shop().currency)
    return {
        "id": one.id,
        "variant_id": one.id + 1,
        "inventory_item_id": one.id + 2,
        "sku": one.sku,
        "title": one.title,
        "price": written(one.price, shop().currency),
        "cost": cost,
    }


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
