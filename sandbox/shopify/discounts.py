"""Discount codes made by API: a share of the price or an amount, for everybody and on everything."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError

from sandbox.shopify.connections import connection
from sandbox.shopify.nodes import amount
from sandbox.shopify.records import ZERO, Code, Json, gid, stamp
from sandbox.shopify.state import Shop

KIND = "DiscountCodeNode"
COMBINATIONS = ("orderDiscounts", "productDiscounts", "shippingDiscounts")
INPUT = "basicCodeDiscount"


class Refused(Exception):
    """The input is not taken; the error says field, code and why."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.error: Json = {"field": [INPUT, field], "code": code, "message": message}


def create(shop: Shop, given: Mapping[str, Any]) -> Json:
    """A new code; its text must be nobody else's."""
    with shop.lock:
        try:
            _check_new(given)
            at = shop.instant()
            blank = Code(shop.next_id(), "", "", at, at, at)
            made = _kept(shop, _with(shop, blank, given))
        except Refused as refused:
            return {"codeDiscountNode": None, "userErrors": [refused.error]}
    return {"codeDiscountNode": node(shop, made), "userErrors": []}


def update(shop: Shop, given_id: str, given: Mapping[str, Any]) -> Json:
    """Change what is given."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"codeDiscountNode": None, "userErrors": [_gone()]}
        try:
            made = _kept(shop, replace(_with(shop, found, given), updated_at=shop.instant()))
        except Refused as refused:
            return {"codeDiscountNode": None, "userErrors": [refused.error]}
    return {"codeDiscountNode": node(shop, made), "userErrors": []}


def delete(shop: Shop, given_id: str) -> Json:
    """Take it away: nobody can use it any more."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"deletedCodeDiscountId": None, "userErrors": [_gone()]}
        del shop.codes[found.id]
    return {"deletedCodeDiscountId": given_id, "userErrors": []}


def find(shop: Shop, given_id: str) -> Code | None:
    """The code with this id."""
    return next((one for one in list(shop.codes.values()) if gid(KIND, one.id) == given_id), None)


def node(shop: Shop, one: Code) -> Json:
    """A code as GraphQL shows it."""
    uses = sum(
        one.code.lower() == used.code.lower() for order in list(shop.orders.values()) for used in order.codes
    )
    text = {"id": gid("DiscountRedeemCode", one.id), "code": one.code, "asyncUsageCount": uses}
    discount = {
        "__typename": "DiscountCodeBasic",
        "title": one.title,
        "status": _status(shop, one),
        "startsAt": stamp(one.starts_at),
        "endsAt": None if one.ends_at is None else stamp(one.ends_at),
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
        "usageLimit": one.usage_limit,
        "appliesOncePerCustomer": one.once_per_customer,
        "asyncUsageCount": uses,
        "combinesWith": {name: bool(one.combines_with.get(name)) for name in COMBINATIONS},
        "codes": lambda info, **args: connection([text], args, lambda each: each, lambda each: one.id),
        "customerGets": {"value": _value(shop, one)},
    }
    return {"__typename": KIND, "id": gid(KIND, one.id), "codeDiscount": discount}


def _value(shop: Shop, one: Code) -> Json:
    if one.share is not None:
        return {"__typename": "DiscountPercentage", "percentage": float(one.share)}
    money = amount(one.amount or ZERO, shop.currency)
    return {"__typename": "DiscountAmount", "amount": money, "appliesOnEachItem": False}


def _status(shop: Shop, one: Code) -> str:
    if one.starts_at > shop.instant():
        return "SCHEDULED"
    return "EXPIRED" if one.ends_at is not None and one.ends_at <= shop.instant() else "ACTIVE"


def _check_new(given: Mapping[str, Any]) -> None:
    for name in ("code", "title", "startsAt", "customerGets"):
        if not given.get(name):
            raise Refused(name, "BLANK", f"{name} can't be blank")
    if not given.get("context") and not given.get("customerSelection"):
        raise Refused("context", "BLANK", "context can't be blank")


def _with(shop: Shop, one: Code, given: Mapping[str, Any]) -> Code:
    plain = {
        "code": "code",
        "title": "title",
        "usageLimit": "usage_limit",
        "appliesOncePerCustomer": "once_per_customer",
        "combinesWith": "combines_with",
    }
    changes = {ours: given[theirs] for theirs, ours in plain.items() if theirs in given}
    for theirs, ours in (("startsAt", "starts_at"), ("endsAt", "ends_at")):
        if theirs in given:
            changes[ours] = _instant(given[theirs])
    if given.get("customerGets"):
        changes |= _worth(given["customerGets"].get("value") or {})
    made = replace(one, **changes)
    other = shop.code(made.code)
    if other is not None and other.id != made.id:
        raise Refused("code", "TAKEN", "Code must be unique. Please try a different code.")
    return made


def _worth(value: Mapping[str, Any]) -> dict[str, Any]:
    if value.get("percentage") is not None:
        share = Decimal(str(value["percentage"]))
        if not 0 < share <= 1:
            raise Refused("customerGets", "VALUE_OUTSIDE_RANGE", "Value must be between 0.0 and 1.0")
        return {"share": share, "amount": None}
    taken = (value.get("discountAmount") or {}).get("amount")
    try:
        return {"share": None, "amount": Decimal(str(taken))}
    except InvalidOperation:
        raise Refused("customerGets", "BLANK", "Value can't be blank") from None


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise GraphQLError(f"{text!r} is not a valid DateTime") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _kept(shop: Shop, one: Code) -> Code:
    shop.codes[one.id] = one
    return one


def _gone() -> Json:
    return {"field": ["id"], "code": "INVALID", "message": "Code discount does not exist."}
