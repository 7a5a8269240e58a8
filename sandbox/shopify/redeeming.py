"""Codes at the checkout: which discount a typed text is, and whether it still works for this customer."""

from decimal import Decimal

from sandbox.shopify.records import ZERO, Code, Json, UsedCode
from sandbox.shopify.state import Shop

TYPES = ("percentage", "fixed_amount", "shipping")


def used(shop: Shop, given: str | Json, email: str | None = None) -> UsedCode:
    """A code as an order keeps it: the text of one that exists and works, or all about one that does not exist.

    In the second form {"code", "type", "value"} nothing is checked, so that tests make any order they want.
    """
    if isinstance(given, dict):
        kind = str(given.get("type", "fixed_amount"))
        if kind not in TYPES:
            raise ValueError(f"the type of a code is one of {', '.join(TYPES)}")
        return UsedCode(str(given["code"]), kind, Decimal(str(given["value"])), ZERO)
    found = shop.code(given)
    if found is None:
        raise ValueError(f"there is no code {given}; say what it is worth: {{code, type, value}}")
    text = found.spelt(given) or given
    _check(shop, found, text, email)
    if found.share is not None:
        return UsedCode(text, "percentage", found.share * 100, ZERO)
    return UsedCode(text, "fixed_amount", found.amount or ZERO, ZERO)


def _check(shop: Shop, found: Code, text: str, email: str | None) -> None:
    """ValueError for a code that is not in force, or was used up."""
    status = found.status(shop.now())
    if status != "ACTIVE":
        raise ValueError(f"the code {text} is {status.lower()}")
    if found.usage_limit is not None and shop.uses(text) >= found.usage_limit:
        raise ValueError(f"the code {text} was used as often as it may be ({found.usage_limit})")
    if found.once_per_customer and email and _has_used(shop, found, email):
        raise ValueError(
            f"{email} has used the discount {found.title} before, and it works once for each customer"
        )


def _has_used(shop: Shop, found: Code, email: str) -> bool:
    """Whether they used any code of this discount."""
    low = email.strip().lower()
    return any(
        found.spelt(used.code) is not None
        for one in list(shop.orders.values())
        if (one.email or "").lower() == low
        for used in one.typed
    )
