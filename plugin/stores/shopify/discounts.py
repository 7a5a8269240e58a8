"""A discount with codes as the shop has it, and making one for everybody and everything.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/discountCodeBasicCreate
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from plugin.documents import Part, answer_of
from plugin.ports import PermanentError, Rejected, StoreDiscount
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.amounts import exact
from plugin.stores.shopify.code_queries import CODE, MAKE_CODE
from plugin.stores.shopify.values import inside, read_whole

SINCE: Final = "2026-01-01T00:00:00Z"
"""A code counts at once: it starts at an instant that is past by whichever clock."""
LONGEST_TITLE: Final = 255
ACTIVE: Final = "active"
NOT_OURS: Final = (
    "{who} has a discount code {code} already that was not made for {whom} (its title is “{title}”): delete it there "
    "if nobody needs it, and try again"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A discount that we want under a code. By its title it is known for ours; `whom` says what it is made for."""

    code: str
    title: str
    share: Decimal
    whom: str
    once: bool

    @property
    def input(self) -> dict[str, Any]:
        """As the shop is asked for it, together with nothing else but what is taken off the shipping.

        Each code of one that works `once` does so for whoever comes; another works once for each customer. The shop
        counts a customer's uses by discount, so a second code of the same one would be refused to them.
        """
        return {
            "code": self.code,
            "title": self.title,
            "startsAt": SINCE,
            "usageLimit": 1 if self.once else None,
            "appliesOncePerCustomer": not self.once,
            "context": {"all": "ALL"},
            "customerGets": {"value": {"percentage": float(self.share)}, "items": {"all": True}},
            "combinesWith": {"orderDiscounts": False, "productDiscounts": False, "shippingDiscounts": True},
        }


@dataclass(frozen=True, slots=True)
class Found:
    """A discount that the shop has. `share` is None where it takes off something else; `codes` are its first two."""

    id: str
    title: str
    active: bool
    share: Decimal | None
    usage_limit: int | None
    codes: tuple[str, ...]

    def spelt(self, code: str) -> str:
        """The code as the shop spells it, as far as it shows all of them."""
        return next((one for one in self.codes if one.casefold() == code.casefold()), code)


def find_discount(admin: Admin, code: str) -> Found | None:
    """The discount that this code names, whatever its case."""
    found = admin.ask(CODE, code=code).at("codeDiscountNodeByCode")
    return None if found.value is None else _found(found)


def read_discount(admin: Admin, code: str) -> StoreDiscount | None:
    """The same in our words."""
    with answer_of(admin.api):
        found = find_discount(admin, code)
    if found is None:
        return None
    return StoreDiscount(found.id, found.spelt(code), found.share, found.active, found.usage_limit == 1)


def find_ours(admin: Admin, wanted: Wanted, code: str) -> Found | None:
    """The discount of this code if it is the one that is wanted; somebody else's under the same text is refused."""
    found = find_discount(admin, code)
    if found is not None and found.title != wanted.title:
        raise PermanentError(NOT_OURS.format(who=admin.who, code=code, whom=wanted.whom, title=found.title))
    return found


def make(admin: Admin, wanted: Wanted) -> str:
    """Make it, or find that somebody was quicker; its id."""
    try:
        made = admin.change(MAKE_CODE, "discountCodeBasicCreate", discount=wanted.input)
    except Rejected as refused:
        found = find_ours(admin, wanted, wanted.code) if is_taken(refused) else None
        if found is None:
            raise
        return found.id
    return made.at("codeDiscountNode").at("id").key()


def is_taken(refused: Rejected) -> bool:
    """Whether the shop says that there is such a code."""
    return "TAKEN" in refused.details.get("codes", ())


def _found(part: Part) -> Found:
    discount = part.at("codeDiscount")
    share = inside(discount, "customerGets", "value", "percentage")
    return Found(
        id=part.at("id").key(),
        title=discount.at("title").text(),
        active=discount.at("status").word() == ACTIVE,
        share=None if share.value is None else exact(share),
        usage_limit=read_whole(discount.at("usageLimit")),
        codes=tuple(one.at("code").text() for one in inside(discount, "codes", "nodes").items()),
    )
