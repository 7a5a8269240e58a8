"""Pages that a person can click: customers, orders, and a counter to buy at."""

from decimal import InvalidOperation
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from sandbox.shopify.api import shop
from sandbox.shopify.records import Order
from sandbox.shopify.redeeming import used
from sandbox.shopify.state import in_order
from sandbox.shopify.writes import Bought, place_order

blueprint = Blueprint("shopify_pages", __name__, url_prefix="/shopify")

MOST_ROWS = 200


@blueprint.get("/")
def overview() -> str:
    """Everybody and everything, the latest first."""
    return _page()


@blueprint.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> str:
    """What somebody sees who follows the link of a draft order."""
    found = shop().drafts.get(draft_id)
    if found is None:
        raise NotFound
    return render_template("shopify/draft.html", shop=shop(), draft=found)


@blueprint.post("/orders")
def buy() -> Any:
    """Somebody buys, with or without a code."""
    given = {name: request.form.get(name, "").strip() for name in ("email", "sku", "quantity", "code")}
    try:
        codes = (used(shop(), given["code"], given["email"]),) if given["code"] else ()
        items = {given["sku"]: int(given["quantity"])}
        if "@" not in given["email"] or given["sku"] not in shop().products or items[given["sku"]] < 1:
            raise ValueError("Fill in an e-mail address, a product and a quantity above 0.")
    except (ValueError, InvalidOperation) as error:
        return _page(str(error), given), 422
    place_order(shop(), Bought(items, given["email"], codes=codes))
    return redirect(url_for("shopify_pages.overview"), 303)


def _page(problem: str | None = None, given: dict[str, str] | None = None) -> str:
    held = shop()
    everybody = sorted(held.customers.values(), key=lambda one: held.spent(one.id), reverse=True)
    found = in_order(held.orders.values())[::-1]
    return render_template(
        "shopify/overview.html",
        shop=held,
        customers=[(one, len(held.orders_of(one.id)), held.spent(one.id)) for one in everybody[:MOST_ROWS]],
        orders=[(one, _buyer(one)) for one in found[:MOST_ROWS]],
        codes=sorted(held.codes.values(), key=lambda one: one.id, reverse=True)[:MOST_ROWS],
        drafts=sorted(held.drafts.values(), key=lambda one: one.id, reverse=True)[:MOST_ROWS],
        problem=problem,
        given=given or {},
    )


def _buyer(one: Order) -> str:
    known = None if one.customer_id is None else shop().customers.get(one.customer_id)
    return known.name if known else f"{one.email} (guest)"
