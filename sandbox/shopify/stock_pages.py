"""Pages of what is on sale, with its cost, and of a discount: changed, ended, deleted."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from sandbox.shopify import discounts
from sandbox.shopify.api import shop
from sandbox.shopify.pages import helpers
from sandbox.shopify.records import Code, Json, gid
from sandbox.shopify.stock import change_product, priced

blueprint = Blueprint("shopify_stock_pages", __name__, url_prefix="/shopify")
blueprint.context_processor(helpers)


@blueprint.get("/products")
def products() -> str:
    """What is on sale."""
    return render_template("shopify/products.html", problem=None)


@blueprint.post("/products/<sku>")
def cost(sku: str) -> Any:
    """A product costs something else from now on; nothing for a cost that nobody knows."""
    if sku not in shop().products:
        raise NotFound
    try:
        change_product(shop(), sku, cost=priced(shop(), request.form.get("cost")))
    except ValueError as error:
        return render_template("shopify/products.html", problem=str(error)), 422
    return redirect(url_for("shopify_stock_pages.products"), 303)


@blueprint.get("/discounts/<int:code_id>")
def discount(code_id: int) -> str:
    """One discount with its codes."""
    return _page(_found(code_id))


@blueprint.post("/discounts/<int:code_id>")
def change_discount(code_id: int) -> Any:
    """A discount changes: how much it takes off, how often its codes work."""
    found = _found(code_id)
    try:
        share = Decimal(request.form.get("share", "").strip() or "0") / 100
        limit = int(request.form.get("limit", "").strip() or "0")
    except (InvalidOperation, ValueError):
        return _page(found, "Give a share in percent and a number of uses"), 422
    if not 0 < share <= 1 or limit < 0:
        return _page(found, "The share is above 0 and at most 100 %, the uses are 0 or more"), 422
    given: Json = {"customerGets": {"value": {"percentage": share}}, "usageLimit": limit or None}
    discounts.update(shop(), gid(discounts.KIND, code_id), given)
    return redirect(url_for("shopify_stock_pages.discount", code_id=code_id), 303)


@blueprint.post("/discounts/<int:code_id>/switch")
def switch_discount(code_id: int) -> Any:
    """A discount ends, or is in force again."""
    found = _found(code_id)
    discounts.switch(shop(), gid(discounts.KIND, code_id), found.status(shop().now()) != "ACTIVE")
    return redirect(url_for("shopify_stock_pages.discount", code_id=code_id), 303)


@blueprint.post("/discounts/<int:code_id>/delete")
def delete_discount(code_id: int) -> Any:
    """A discount is thrown away with all its codes."""
    _found(code_id)
    discounts.delete(shop(), gid(discounts.KIND, code_id))
    return redirect(url_for("shopify_pages.overview"), 303)


def _page(found: Code, problem: str | None = None) -> str:
    uses = {text: shop().uses(text) for text in found.texts}
    status = found.status(shop().now())
    return render_template("shopify/discount.html", one=found, uses=uses, status=status, problem=problem)


def _found(code_id: int) -> Code:
    found = shop().codes.get(code_id)
    if found is None:
        raise NotFound
    return found
