"""What a piece costs the shop now, by variant."""

from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.money import Money
from plugin.ports import PermanentError, UnitCost
from plugin.stores.shopify.order_queries import UNITS
from sandbox.shopify.stock import change_product
from tests.stores.shopify.till import Till


def unit(till: Till, sku: str) -> str:
    return str(till.shop.products[sku].id + 1)


def item(till: Till, sku: str) -> str:
    return str(till.shop.products[sku].id + 2)


def test_a_variant_tells_its_cost_and_what_lies_in_the_stock(till: Till) -> None:
    belt = unit(till, "BELT-1")
    assert till.store.unit_costs(till.api, [belt]) == [
        UnitCost(belt, item(till, "BELT-1"), "BELT-1", Money(1_800, "USD"))
    ]


def test_a_cost_that_nobody_wrote_down_is_unknown(till: Till) -> None:
    (found,) = till.store.unit_costs(till.api, [unit(till, "GIFT-1")])
    assert found.cost is None


def test_a_variant_that_was_deleted_is_left_out(till: Till) -> None:
    belt = unit(till, "BELT-1")
    assert [one.unit for one in till.store.unit_costs(till.api, ["404", belt])] == [belt]


def test_what_is_no_variant_is_not_asked_for(till: Till) -> None:
    assert till.store.unit_costs(till.api, ["", ""]) == []
    assert till.api.asked == []


def test_many_variants_are_asked_for_in_batches(till: Till) -> None:
    belt = unit(till, "BELT-1")
    found = till.store.unit_costs(till.api, [*map(str, range(1, 2 * UNITS)), belt, belt])
    assert ([one.unit for one in found], len(till.api.asked)) == ([belt], 2)


def test_a_webhook_about_an_item_names_what_was_told_beside_its_cost(till: Till) -> None:
    change_product(till.shop, "BELT-1", cost=Decimal("19.50"))
    (found,) = till.store.unit_costs(till.api, [unit(till, "BELT-1")])
    assert (found.item, found.cost) == (item(till, "BELT-1"), Money(1_950, "USD"))


def denied(field: str) -> dict[str, Any]:
    words = f"Access denied for {field} field. Required access: something more."
    return {"errors": [{"message": words, "extensions": {"code": "ACCESS_DENIED"}}]}


def test_an_app_that_may_not_see_costs_is_told_none(till: Till) -> None:
    till.api.instead = [denied("unitCost")]
    belt = unit(till, "BELT-1")
    assert till.store.unit_costs(till.api, [belt]) == [UnitCost(belt, item(till, "BELT-1"), "BELT-1", None)]


@pytest.mark.parametrize("first", [[], [denied("unitCost")]], ids=["at once", "after the costs"])
def test_an_app_that_may_not_see_the_stock_is_told_no_more_than_the_variant(
    till: Till, first: list[dict[str, Any]]
) -> None:
    till.api.instead = [*first, denied("inventoryItem")]
    belt = unit(till, "BELT-1")
    assert till.store.unit_costs(till.api, [belt]) == [UnitCost(belt, None, "BELT-1", None)]


def test_an_answer_that_cannot_be_read_names_the_field(till: Till) -> None:
    till.api.instead = [{"data": {"nodes": [{"id": "gid://shopify/ProductVariant/x"}]}}]
    with pytest.raises(PermanentError, match=r"nodes\[0\]\.id"):
        till.store.unit_costs(till.api, ["1"])
