"""Pages that a person can click: customers, orders, codes and drafts, and a counter to buy at."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from sandbox.shopify import drafts
from sandbox.shopify.amounts import rounded
from sandbox.shopify.api import shop
from sandbox.shopify.checkout import place_order
from sandbox.shopify.order_form import bought, form
from sandbox.shopify.records import Json, Order
from sandbox.shopify.state import in_order

blueprint = Blueprint("shopify_pages", __name__, url_prefix="/shopify")

MOST_ROWS = 200


@blueprint.context_processor
def helpers() -> Json:
    """What every page of the shop needs."""
    return {"cash": cash, "shop": shop()}


def cash(value: Decimal, currency: str | None = None) -> str:
    """An amount as a page shows it."""
    of = currency or shop().currency
    return f"{rounded(value, of):,} {of}"


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
    paid = None if found.order_id is None else shop().orders[found.order_id]
    return render_template("shopify/draft.html", draft=found, paid=paid)


@blueprint.post("/drafts/<int:draft_id>")
def pay_draft(draft_id: int) -> Any:
    """They pay, once; whoever presses twice sees that it is paid."""
    found = shop().drafts.get(draft_id)
    if found is None:
        raise NotFound
    if found.order_id is None:
        drafts.pay(shop(), draft_id)
    return redirect(url_for("shopify_pages.draft", draft_id=draft_id), 303)


@blueprint.post("/orders")
def buy() -> Any:
    """Somebody buys, with or without codes."""
    given = form()
    try:
        wanted = bought(shop(), given)
    except ValueError as error:
        return _page(f"{error}.", given), 422
    place_order(shop(), wanted)
    return redirect(url_for("shopify_pages.overview"), 303)


def _page(problem: str | None = None, given: dict[str, str] | None = None) -> str:
    held = shop()
    everybody = sorted(held.customers.values(), key=lambda one: held.spent(one.id), reverse=True)
    found = in_order(held.orders.values())[::-1]
    return render_template(
        "shopify/overview.html",
        customers=[(one, len(held.orders_of(one.id)), held.spent(one.id)) for one in everybody[:MOST_ROWS]],
        orders=[(one, buyer(one)) for one in found[:MOST_ROWS]],
        codes=[(one, sum(map(held.uses, one.texts))) for one in _latest(held.codes)],
        drafts=_latest(held.drafts),
        problem=problem,
        given=given or {},
    )


def _latest(records: dict[int, Any]) -> list[Any]:
    return sorted(records.values(), key=lambda one: one.id, reverse=True)[:MOST_ROWS]


def buyer(one: Order) -> str:
    """Who bought, as a page shows them."""
    known = None if one.customer_id is None else shop().customers.get(one.customer_id)
    return known.name if known else f"{one.email} (guest)"
