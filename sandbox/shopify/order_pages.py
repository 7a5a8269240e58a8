"""The page of one order: what became of it, and forms to give back, edit, pay, send and call it off."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from sandbox.shopify import edits, reversals, writes
from sandbox.shopify.api import shop
from sandbox.shopify.pages import buyer, helpers
from sandbox.shopify.records import SHIPMENT, ZERO, Order
from sandbox.shopify.stock import priced

blueprint = Blueprint("shopify_order_pages", __name__, url_prefix="/shopify")
blueprint.context_processor(helpers)

REASONS = ("customer", "inventory", "fraud", "declined", "staff", "other")


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> str:
    """Everything about one order."""
    return _page(order_id)


@blueprint.post("/orders/<int:order_id>/refund")
def refund(order_id: int) -> Any:
    """Pieces, shipping or money go back."""

    def act() -> Order:
        wanted = {line.product.sku: f"back-{line.product.sku}" for line in _found(order_id).lines}
        back = reversals.Back(
            items={sku: count for sku, name in wanted.items() if (count := _count(name))},
            amount=priced(shop(), request.form.get("amount")),
            shipping=priced(shop(), request.form.get("shipping")) or ZERO,
            note=request.form.get("note", "").strip(),
            pending=request.form.get("money") == "pending",
        )
        return reversals.refund(shop(), order_id, back)

    return _done(order_id, act)


@blueprint.post("/orders/<int:order_id>/refunds/<int:refund_id>")
def settle(order_id: int, refund_id: int) -> Any:
    """Money on its way arrives, or does not."""
    status = request.form.get("status", "success")
    return _done(order_id, lambda: reversals.settle(shop(), order_id, refund_id, status))


@blueprint.post("/orders/<int:order_id>/edit")
def edit(order_id: int) -> Any:
    """A line is added, or pieces are taken away."""

    def act() -> Order:
        sku, count = request.form.get("sku", ""), _count("quantity")
        items = {sku: count} if count else {}
        taking = request.form.get("what") == "remove"
        note = request.form.get("note", "").strip() or None
        wanted = edits.Edit(remove=items, note=note) if taking else edits.Edit(add=items, note=note)
        return edits.edit_order(shop(), order_id, wanted)

    return _done(order_id, act)


@blueprint.post("/orders/<int:order_id>/pay")
def pay(order_id: int) -> Any:
    """All that is owed is paid."""
    return _done(order_id, lambda: writes.change_order(shop(), order_id, financial_status="paid"))


@blueprint.post("/orders/<int:order_id>/cancel")
def cancel(order_id: int) -> Any:
    """The order is called off."""
    reason, back = request.form.get("reason", "customer"), request.form.get("back") == "all"
    return _done(order_id, lambda: reversals.cancel(shop(), order_id, reason, back))


@blueprint.post("/orders/<int:order_id>/ship")
def ship(order_id: int) -> Any:
    """A parcel leaves, or is where it is by now."""
    company, number = (request.form.get(name, "").strip() or None for name in ("company", "number"))
    status = request.form.get("status") or None
    return _done(order_id, lambda: writes.ship(shop(), order_id, company, number, status))


def _done(order_id: int, act: Callable[[], Order]) -> Any:
    """Back to the page; what makes no sense is told there, and nothing has changed."""
    _found(order_id)
    try:
        act()
    except ValueError as error:
        return _page(order_id, str(error)), 422
    return redirect(url_for("shopify_order_pages.order", order_id=order_id), 303)


def _page(order_id: int, problem: str | None = None) -> str:
    found = _found(order_id)
    return render_template(
        "shopify/order.html",
        order=found,
        buyer=buyer(found),
        titles={line.id: line.product.title for line in found.lines},
        reasons=REASONS,
        shipment=SHIPMENT,
        problem=problem,
    )


def _found(order_id: int) -> Order:
    found = shop().orders.get(order_id)
    if found is None:
        raise NotFound
    return found


def _count(name: str) -> int:
    """A number of pieces; ValueError for what is none."""
    text = request.form.get(name, "").strip() or "0"
    if not text.isdecimal():
        raise ValueError(f"“{text}” is no number of pieces")
    return int(text)
