"""The form at the counter: what somebody fills in becomes what they buy, or a sentence about what makes no sense."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import request

from sandbox.shopify.checkout import Bought
from sandbox.shopify.records import ZERO, Json
from sandbox.shopify.redeeming import used
from sandbox.shopify.state import Shop
from sandbox.shopify.stock import priced

TEXTS = ("landing_site", "referring_site", "note")
CHOICES = ("account", "payment", "taxes", "kind")
FIELDS = (
    *("email", "sku", "quantity", "code", "days", "tags", "attributes", "shipping", "tax"),
    *("presentment", "rate", *TEXTS, *CHOICES),
)
OLDEST_DAYS = 3650
MOST = 1_000_000
CODE_LETTERS = 3
"""Letters of a currency's code."""


def form() -> dict[str, str]:
    """What was filled in."""
    return {name: request.form.get(name, "").strip() for name in FIELDS}


def bought(shop: Shop, given: dict[str, str]) -> Bought:
    """What the form means; ValueError for what makes no sense."""
    email, sku = given["email"], given["sku"]
    numbers = given["quantity"], given["days"] or "0"
    if "@" not in email or sku not in shop.products or not all(map(str.isdecimal, numbers)):
        raise ValueError("Fill in an e-mail address, a product and a quantity above 0")
    quantity, days = map(int, numbers)
    if not 1 <= quantity <= MOST or days > OLDEST_DAYS:
        raise ValueError(f"Give a quantity above 0 and at most {OLDEST_DAYS} days")
    return Bought(
        {sku: quantity},
        email,
        guest=given["account"] == "guest",
        codes=tuple(used(shop, code, email) for code in given["code"].split()),
        paid=given["payment"] != "later",
        at=shop.instant() - timedelta(days=days),
        more=_more(shop, given),
    )


def _more(shop: Shop, given: dict[str, str]) -> Json:
    """What else the order says; where the form says nothing of tax, it is the shop's own."""
    more: Json = {name: given[name] for name in TEXTS if given[name]}
    more["tags"] = tuple(tag.strip() for tag in given["tags"].split(",") if tag.strip())
    more["attributes"] = _attributes(given["attributes"])
    more["shipping"] = priced(shop, given["shipping"]) or ZERO
    more["test"] = given["kind"] == "test"
    if given["tax"]:
        more["tax_rate"] = _number(given["tax"]) / 100
        more["taxes_included"] = given["taxes"] == "included"
    if given["presentment"]:
        more["presentment"], more["rate"] = _currency(given["presentment"]), _number(given["rate"])
    return more


def _attributes(text: str) -> dict[str, str]:
    """One on each line, with = between name and value."""
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _currency(text: str) -> str:
    if len(text) != CODE_LETTERS or not (text.isascii() and text.isalpha()):
        raise ValueError(f"“{text}” is no currency: write it as EUR")
    return text.upper()


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"“{text}” is no number: write it as 12.5") from None
    if not (found.is_finite() and 0 < found <= MOST):
        raise ValueError(f"“{text}” is not above 0 and at most {MOST}")
    return found
