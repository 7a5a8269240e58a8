"""A draft order: an offer that the customer can pay for by a link. Its tag keeps it from being made twice.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/draftOrderCreate
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from plugin.documents import Part
from plugin.domain.money import Digits, Money, money
from plugin.ports import PermanentError
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.find import quoted
from plugin.stores.shopify.products import Variant, find_variants
from plugin.stores.shopify.queries import DRAFTS, MAKE_DRAFT
from plugin.stores.shopify.values import read_texts

TAG: Final = "Marginalia"
NOT_SOLD = (
    "{who} sells nothing with the SKU {sku}: correct the `sku` of this offer in the settings, or give the SKU to its "
    "product in the shop"
)
OTHER_CURRENCY = (
    "the offer of {sku} is in {offered}, and {who} sells in {sold}: set `currency` in the settings to {sold} and the "
    "offer's price with it"
)
TOO_DEAR = (
    "the offer of {sku} asks {offered} {currency}, and {who} sells it at {sold} {currency}: lower the offer's price in "
    "the settings, or raise it in the shop"
)


def create_draft_order(admin: Admin, args: Mapping[str, Any], digits: Digits, look_first: bool) -> str:
    """Make the draft order, or find that it was made; the address where the customer pays."""
    if look_first and (there := _address_of_ours(admin, str(args["mark"]))) is not None:
        return there
    variant = _variant(admin, str(args["sku"]), digits)
    off = _taken_off(admin, variant, args, digits)
    made = admin.change(MAKE_DRAFT, "draftOrderCreate", input=_draft(args, variant, off, digits))
    return _address(made.at("draftOrder"))


def _address_of_ours(admin: Admin, mark: str) -> str | None:
    found = admin.ask(DRAFTS, search=f"tag:{quoted(mark)}").at("draftOrders").at("nodes").items()
    return next((_address(one) for one in found if mark in read_texts(one.at("tags"))), None)


def _address(part: Part) -> str:
    """Where it is paid; its name, which a person finds it by, where the shop tells no address."""
    return part.at("invoiceUrl").text() or part.at("name").text()


def _variant(admin: Admin, sku: str, digits: Digits) -> Variant:
    found = find_variants(admin, [sku], digits)
    if not found:
        raise PermanentError(NOT_SOLD.format(who=admin.who, sku=sku))
    return found[0]


def _taken_off(admin: Admin, variant: Variant, args: Mapping[str, Any], digits: Digits) -> Money:
    """What the offer is below the shop's price; a dearer one, or one in other money, is refused."""
    sold, currency = variant.product.price, str(args["currency"])
    told = {"who": admin.who, "sku": args["sku"]}
    if currency != sold.currency:
        raise PermanentError(OTHER_CURRENCY.format(**told, offered=currency, sold=sold.currency))
    offered = money(args["price"], currency, digits)
    if sold < offered:
        texts = {"offered": offered.text(digits), "sold": sold.text(digits)}
        raise PermanentError(TOO_DEAR.format(**told, **texts, currency=currency))
    return sold - offered


def _draft(args: Mapping[str, Any], variant: Variant, off: Money, digits: Digits) -> dict[str, Any]:
    line: dict[str, Any] = {"variantId": variant.id, "quantity": 1}
    if off.minor:
        value = float(Decimal(off.text(digits)))
        line["appliedDiscount"] = {"valueType": "FIXED_AMOUNT", "value": value, "title": TAG}
    draft = {
        "lineItems": [line],
        "tags": [args["mark"], TAG],
        "note": args["note"],
        "customAttributes": [{"key": TAG.lower(), "value": args["mark"]}],
    }
    return {**draft, "email": args["email"]} if args["email"] else draft
