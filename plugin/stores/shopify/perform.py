"""Doing what was decided: each kind of effect in a file of its own, and nothing that this shop cannot do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plugin.documents import answer_of
from plugin.domain.effects import Effect
from plugin.domain.money import Digits
from plugin.ports import PermanentError
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.codes import create_code
from plugin.stores.shopify.coupons import create_coupon, end_coupon
from plugin.stores.shopify.drafts import create_draft_order

Doing = Callable[[Admin, Mapping[str, Any], Digits, bool], str]

DEEDS: dict[str, Doing] = {
    "create_code": lambda admin, args, digits, look_first: create_code(admin, args, look_first),
    "create_coupon": lambda admin, args, digits, look_first: create_coupon(admin, args, look_first),
    "end_coupon": lambda admin, args, digits, look_first: end_coupon(admin, args),
    "create_draft_order": create_draft_order,
}


def perform(admin: Admin, effects: Sequence[Effect], digits: Digits, look_first: bool) -> str | None:
    """Do them one after another; what came of the last one."""
    reference = None
    for effect in effects:
        deed = DEEDS.get(effect.kind)
        if deed is None:
            raise PermanentError(f"{admin.who}: a shop cannot do {effect.kind}")
        with answer_of(admin.api):
            reference = deed(admin, effect.args, digits, look_first)
    return reference
