"""Many codes under one discount, made in the background: at once, or after a while that a test asks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.shopify import payloads
from sandbox.shopify.connections import connection
from sandbox.shopify.news import News
from sandbox.shopify.records import Bulk, Code, Json, gid, stamp
from sandbox.shopify.state import Shop

KIND = "DiscountRedeemCodeBulkCreation"
MOST = 250
"""Codes that are taken at once."""


def add(shop: Shop, code: Code, texts: Sequence[str]) -> Json:
    """Codes for a discount; what was wrong with each is told by the creation when it is done."""
    if not 0 < len(texts) <= MOST:
        text = f"Between 1 and {MOST} codes can be added at once."
        error = {"field": ["codes"], "code": "TOO_LONG" if texts else "BLANK", "message": text}
        return {"bulkCreation": None, "userErrors": [error]}
    with shop.lock:
        at = shop.instant()
        due = at + timedelta(seconds=shop.code_seconds)
        made = Bulk(shop.next_id(), code.id, tuple(one.strip() for one in texts), at, due)
        shop.bulks[made.id] = made
        settle(shop)
        return {"bulkCreation": node(shop, shop.bulks[made.id]), "userErrors": []}


def settle(shop: Shop) -> None:
    """Do those creations whose time has come."""
    with shop.lock:
        for one in list(shop.bulks.values()):
            if not one.done and one.due_at <= shop.now():
                shop.bulks[one.id] = _run(shop, one)


def find(shop: Shop, given_id: str) -> Bulk | None:
    """The creation with this id, as far as it is by now."""
    settle(shop)
    return next((one for one in list(shop.bulks.values()) if gid(KIND, one.id) == given_id), None)


def node(shop: Shop, one: Bulk) -> Json:
    """A creation as GraphQL shows it."""
    made = sum(number is not None for number in one.made.values())
    return {
        "__typename": KIND,
        "id": gid(KIND, one.id),
        "done": one.done,
        "codesCount": len(one.texts),
        "importedCount": made,
        "failedCount": len(one.made) - made,
        "createdAt": stamp(one.created_at),
        "codes": lambda info, **args: connection(
            one.texts, args, lambda text: _told(one, text), lambda text: text
        ),
    }


def _run(shop: Shop, one: Bulk) -> Bulk:
    news, made = News(shop), dict[str, int | None]()
    for text in one.texts:
        owner = shop.codes.get(one.code_id)
        if owner is None or not text or shop.code(text) is not None:
            made.setdefault(text, None)
            continue
        made[text] = number = shop.next_id()
        owner = replace(owner, more={**owner.more, text: number}, updated_at=shop.instant())
        shop.codes[owner.id] = owner
        told = payloads.redeem_code(shop, owner, text, number)
        news.tell("DISCOUNTS_REDEEMCODE_ADDED", gid("DiscountCodeNode", owner.id), told)
    return replace(one, done=True, made=made)


def _told(one: Bulk, text: str) -> Json:
    number = one.made.get(text)
    made: Any = None
    if number is not None:
        made = {"id": gid("DiscountRedeemCode", number), "code": text, "asyncUsageCount": 0}
    message = "Code must be unique. Please try a different code."
    errors = [{"field": ["code"], "code": "TAKEN", "message": message}] if one.done and number is None else []
    return {"code": text, "discountRedeemCode": made, "errors": errors}
