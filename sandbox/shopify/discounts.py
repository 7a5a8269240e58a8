"""Discounts made by API: a share of the price or an amount, for everybody and on everything, by one code or many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError

from sandbox.shopify import bulk_codes, payloads
from sandbox.shopify.connections import connection
from sandbox.shopify.line_nodes import amount
from sandbox.shopify.news import News
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
            made = _kept(shop, "DISCOUNTS_CREATE", _with(shop, blank, given))
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
            changed = replace(_with(shop, found, given), updated_at=shop.instant())
            made = _kept(shop, "DISCOUNTS_UPDATE", changed)
        except Refused as refused:
            return {"codeDiscountNode": None, "userErrors": [refused.error]}
    return {"codeDiscountNode": node(shop, made), "userErrors": []}


def switch(shop: Shop, given_id: str, on: bool) -> Json:
    """Put a discount in force from now on, or end it now."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"codeDiscountNode": None, "userErrors": [_gone()]}
        at = shop.instant()
        begins = min(found.starts_at, at)
        changed = replace(found, starts_at=begins, ends_at=None if on else at, updated_at=at)
        made = _kept(shop, "DISCOUNTS_UPDATE", changed)
    return {"codeDiscountNode": node(shop, made), "userErrors": []}


def delete(shop: Shop, given_id: str) -> Json:
    """Take it away: nobody can use any of its codes any more."""
    with shop.lock:
        found = find(shop, given_id)
        if found is None:
            return {"deletedCodeDiscountId": None, "userErrors": [_gone()]}
        del shop.codes[found.id]
        about = gid(KIND, found.id)
        News(shop).tell("DISCOUNTS_DELETE", about, payloads.deleted_discount(shop, found))
    return {"deletedCodeDiscountId": given_id, "userErrors": []}


def add_codes(shop: Shop, given_id: str, codes: Sequence[Mapping[str, str]]) -> Json:
    """More codes for one discount."""
    found = find(shop, given_id)
    if found is None:
        return {"bulkCreation": None, "userErrors": [{**_gone(), "field": ["discountId"]}]}
    return bulk_codes.add(shop, found, [one["code"] for one in codes])


def bulk(shop: Shop, given_id: str) -> Json | None:
    """How far it is with codes that are being added."""
    found = bulk_codes.find(shop, given_id)
    if found is None:
        return None
    owner = shop.codes.get(found.code_id)
    return {**bulk_codes.node(shop, found), "discountCode": None if owner is None else node(shop, owner)}


def by_code(shop: Shop, text: str) -> Json | None:
    """The discount that one of its codes names."""
    bulk_codes.settle(shop)
    found = shop.code(text)
    return node(shop, found) if found else None


def find(shop: Shop, given_id: str) -> Code | None:
    """The discount with this id."""
    bulk_codes.settle(shop)
    return next((one for one in list(shop.codes.values()) if gid(KIND, one.id) == given_id), None)


def node(shop: Shop, one: Code) -> Json:
    """A discount as GraphQL shows it."""
    uses = {text: shop.uses(text) for text in one.texts}
    discount = {
        "__typename": "DiscountCodeBasic",
        "title": one.title,
        "status": one.status(shop.now()),
        "startsAt": stamp(one.starts_at),
        "endsAt": None if one.ends_at is None else stamp(one.ends_at),
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(one.updated_at),
        "usageLimit": one.usage_limit,
        "appliesOncePerCustomer": one.once_per_customer,
        "asyncUsageCount": sum(uses.values()),
        "combinesWith": {name: bool(one.combines_with.get(name)) for name in COMBINATIONS},
        "codes": lambda info, **args: connection(
            list(one.texts.items()), args, lambda each: _text(each, uses), lambda each: each[1]
        ),
        "codesCount": {"count": len(one.texts), "precision": "EXACT"},
        "customerGets": {"value": _value(shop, one)},
    }
    return {"__typename": KIND, "id": gid(KIND, one.id), "codeDiscount": discount}


def _text(code: tuple[str, int], uses: Mapping[str, int]) -> Json:
    text, number = code
    return {"id": gid("DiscountRedeemCode", number), "code": text, "asyncUsageCount": uses[text]}


def _value(shop: Shop, one: Code) -> Json:
    if one.share is not None:
        return {"__typename": "DiscountPercentage", "percentage": float(one.share)}
    money = amount(one.amount or ZERO, shop.currency)
    return {"__typename": "DiscountAmount", "amount": money, "appliesOnEachItem": False}


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


def _kept(shop: Shop, topic: str, one: Code) -> Code:
    shop.codes[one.id] = one
    News(shop).tell(topic, gid(KIND, one.id), payloads.discount(shop, one))
    return one


def _gone() -> Json:
    return {"field": ["id"], "code": "INVALID", "message": "Code discount does not exist."}
