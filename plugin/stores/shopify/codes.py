"""A discount code that works once, under an agent's own code; its text is the key that keeps it from being made twice.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/discountCodeBasicCreate
"""

from collections.abc import Mapping
from typing import Any, Final

from plugin.ports import PermanentError, Rejected
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.queries import CODE, MAKE_CODE

SINCE: Final = "2026-01-01T00:00:00Z"
"""A code counts at once: it starts at an instant that is past by whichever clock."""
LONGEST_TITLE: Final = 255
NOT_OURS = (
    "{who} has a discount code {code} already that was not made for this ticket (its title is “{title}”): delete it "
    "there if nobody needs it, and try again"
)


def create_code(admin: Admin, args: Mapping[str, Any], look_first: bool) -> str:
    """Make the code, or find that it was made; the code itself."""
    code = str(args["code"])
    if look_first and _is_there(admin, args):
        return code
    try:
        admin.change(MAKE_CODE, "discountCodeBasicCreate", discount=_discount(args))
    except Rejected as refused:
        if "TAKEN" not in refused.details.get("codes", ()) or not _is_there(admin, args):
            raise
    return code


def _is_there(admin: Admin, args: Mapping[str, Any]) -> bool:
    """Whether our own code is there; somebody else's under the same text is refused."""
    code = str(args["code"])
    found = admin.ask(CODE, code=code).at("codeDiscountNodeByCode")
    if found.value is None:
        return False
    title = found.at("codeDiscount").at("title").text()
    if title != _title(args):
        raise PermanentError(NOT_OURS.format(who=admin.who, code=code, title=title))
    return True


def _title(args: Mapping[str, Any]) -> str:
    """What it stands for; by this it is known for ours."""
    return f"{args['parent']} · ticket {args['ticket']}"[:LONGEST_TITLE]


def _discount(args: Mapping[str, Any]) -> dict[str, Any]:
    """One use, together with nothing else but what is taken off the shipping."""
    return {
        "code": args["code"],
        "title": _title(args),
        "startsAt": SINCE,
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"all": "ALL"},
        "customerGets": {"value": {"percentage": float(args["share"])}, "items": {"all": True}},
        "combinesWith": {"orderDiscounts": False, "productDiscounts": False, "shippingDiscounts": True},
    }
