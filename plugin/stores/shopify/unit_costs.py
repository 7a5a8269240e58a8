"""What a piece of something costs the shop now, by the variant that is sold.

https://shopify.dev/docs/api/admin-graphql/latest/objects/InventoryItem
"""

from collections.abc import Iterator, Sequence

from plugin.documents import Part, answer_of
from plugin.domain.money import Digits
from plugin.ports import UnitCost
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.order_node import bare
from plugin.stores.shopify.order_queries import UNIT_COSTS, UNITS
from plugin.stores.shopify.values import inside, read_money

GID = "gid://shopify/ProductVariant/"


def unit_costs(admin: Admin, units: Sequence[str], digits: Digits) -> list[UnitCost]:
    """The costs of these variants; those that the shop has no more are left out."""
    wanted = list(dict.fromkeys(filter(None, units)))
    with answer_of(admin.api):
        return [
            one
            for start in range(0, len(wanted), UNITS)
            for one in _asked(admin, wanted[start : start + UNITS], digits)
        ]


def _asked(admin: Admin, units: Sequence[str], digits: Digits) -> Iterator[UnitCost]:
    for part in admin.ask(UNIT_COSTS, ids=[f"{GID}{unit}" for unit in units]).at("nodes").items():
        if part.value:
            yield _unit_cost(part, digits)


def _unit_cost(part: Part, digits: Digits) -> UnitCost:
    """A cost; an app that may not see costs is told none."""
    item, cost = inside(part, "inventoryItem", "id"), inside(part, "inventoryItem", "unitCost")
    return UnitCost(
        unit=bare(part.at("id")),
        item=None if item.value is None else bare(item),
        sku=part.at("sku").text(),
        cost=None if cost.value is None else read_money(cost, digits),
    )
