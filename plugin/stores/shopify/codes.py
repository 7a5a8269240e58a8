"""Codes that work once, all of an agent's under one discount: each is known by its text, which is never made twice.

The discount is found by its first code, the anchor. Codes are added to it in the background, mostly at once.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/discountRedeemCodeBulkAdd
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from plugin.ports import PermanentError, TemporaryError
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.code_queries import ADD_CODE
from plugin.stores.shopify.discounts import LONGEST_TITLE, Found, Wanted, find_ours, make

LOOK_AGAIN: Final = 1.0
"""Seconds after which a code that is being added is looked for."""
OTHER_SHARE: Final = (
    "{who}: the single-use codes of {parent} take off {held}, and the settings say {wanted}: change the percentage of "
    "the discount “{title}” in the shop, or `coupon_share` in the settings"
)
ENDED: Final = (
    "{who}: the discount “{title}”, which the single-use codes of {parent} belong to, is not active any more: activate "
    "it in the shop, and try again"
)
NOT_MADE: Final = "{who} did not make the discount code {code}, and does not say why: try again"


def create_code(admin: Admin, args: Mapping[str, Any], look_first: bool) -> str:
    """Make the code, or find that it was made; the code itself."""
    code, wanted = str(args["code"]), _wanted(args)
    if look_first and find_ours(admin, wanted, code) is not None:
        return code
    discount = _discount(admin, wanted, args)
    if code.casefold() != wanted.code.casefold():
        _add(admin, discount, wanted, code)
    return code


def _wanted(args: Mapping[str, Any]) -> Wanted:
    """The discount of all single-use codes of this agent; a code that names no anchor is one of its own."""
    title = f"{args['parent']} · one use each"[:LONGEST_TITLE]
    return Wanted(
        str(args.get("anchor") or args["code"]),
        title,
        Decimal(str(args["share"])),
        f"an agent's {args['parent']}",
        True,
    )


def _discount(admin: Admin, wanted: Wanted, args: Mapping[str, Any]) -> str:
    """The id of that discount, made with its first code where there is none."""
    found = find_ours(admin, wanted, wanted.code)
    if found is None:
        return make(admin, wanted)
    _check(admin, found, wanted, str(args["parent"]))
    return found.id


def _check(admin: Admin, found: Found, wanted: Wanted, parent: str) -> None:
    """A code of a discount that ended, or takes off something else, would be a broken promise."""
    told = {"who": admin.who, "parent": parent, "title": wanted.title}
    if not found.active:
        raise PermanentError(ENDED.format(**told))
    if found.share != wanted.share:
        held = "no share" if found.share is None else f"{found.share * 100:f} %"
        raise PermanentError(OTHER_SHARE.format(**told, held=held, wanted=f"{wanted.share * 100:f} %"))


def _add(admin: Admin, discount: str, wanted: Wanted, code: str) -> None:
    """Add it; where that takes longer than one look, who asked looks again."""
    added = admin.change(ADD_CODE, "discountRedeemCodeBulkAdd", id=discount, codes=[{"code": code}])
    bulk = added.at("bulkCreation")
    done, failed = bulk.at("done").value is True, bulk.at("failedCount").value not in (0, None)
    if (done and not failed) or find_ours(admin, wanted, code) is not None:
        return
    if done:
        raise PermanentError(NOT_MADE.format(who=admin.who, code=code))
    raise TemporaryError(
        f"{admin.who} is still making the discount code {code}", retry_after=LOOK_AGAIN, unknown=True
    )
