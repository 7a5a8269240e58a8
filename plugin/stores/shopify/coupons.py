"""An agent's own code: without a limit of uses, once for each customer; and its end.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/discountCodeDeactivate
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from plugin.ports import PermanentError
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.code_queries import END_CODE
from plugin.stores.shopify.discounts import LONGEST_TITLE, Wanted, find_discount, find_ours, make

NOT_ALONE: Final = (
    "{who}: the discount “{title}” has other codes beside {code}, and ending it would end them all: delete this code "
    "there by hand"
)


def create_coupon(admin: Admin, args: Mapping[str, Any], look_first: bool) -> str:
    """Make the code, or find that it was made; the code itself."""
    code, agent = str(args["code"]), str(args["agent"])
    wanted = Wanted(
        code, f"Agent {agent}"[:LONGEST_TITLE], Decimal(str(args["share"])), f"agent {agent}", False
    )
    if not (look_first and find_ours(admin, wanted, code) is not None):
        make(admin, wanted)
    return code


def end_coupon(admin: Admin, args: Mapping[str, Any]) -> str:
    """End it; nothing is to be done where it has ended, or is gone."""
    code = str(args["code"])
    found = find_discount(admin, code)
    if found is None or not found.active:
        return code
    if len(found.codes) > 1:
        raise PermanentError(NOT_ALONE.format(who=admin.who, title=found.title, code=code))
    admin.change(END_CODE, "discountCodeDeactivate", id=found.id)
    return code
