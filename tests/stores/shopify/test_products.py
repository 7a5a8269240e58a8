"""What the shop has of the goods on offer: exactly those, with cost and stock as far as it tells."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import parse

from plugin.domain.goods import Product
from plugin.domain.money import Money
from plugin.ports import AccessError, PermanentError
from plugin.stores.shopify.code_queries import CODE
from plugin.stores.shopify.queries import DRAFTS, PRODUCTS, SKUS, Document
from sandbox.shopify import costs
from sandbox.shopify.graph import schema
from tests.stores.shopify.till import Till

BELT = Product("BELT-1", "Leather belt", Money(5000, "USD"), Money(1800, "USD"), 12)


def products(till: Till, *skus: str) -> list[Product]:
    return list(till.store.products(till.api, skus))


def test_a_product_tells_price_cost_and_stock(till: Till) -> None:
    assert products(till, "BELT-1") == [BELT]


def test_what_is_out_of_stock_says_so(till: Till) -> None:
    assert [one.stock for one in products(till, "SCARF-1")] == [0]


def test_what_nobody_counts_has_no_stock_and_may_have_no_cost(till: Till) -> None:
    assert products(till, "GIFT-1") == [Product("GIFT-1", "Gift wrapping", Money(500, "USD"))]


def test_what_is_sold_without_any_left_has_no_stock(till: Till) -> None:
    till.shop.products["SCARF-1"] = replace(till.shop.products["SCARF-1"], oversold=True)
    assert [one.stock for one in products(till, "SCARF-1")] == [None]


def test_what_the_shop_does_not_sell_is_left_out(till: Till) -> None:
    till.shop.products["SCARF-1"] = replace(till.shop.products["SCARF-1"], status="archived")
    assert [one.sku for one in products(till, "NONE", "SCARF-1", "BELT-1")] == ["BELT-1"]


def test_capital_letters_make_no_other_sku(till: Till) -> None:
    assert products(till, "belt-1", "BELT-1 ") == [BELT]


def test_nothing_is_asked_for_no_skus(till: Till) -> None:
    assert (products(till), products(till, " "), till.api.asked) == ([], [], [])


def test_many_skus_are_asked_for_in_batches(till: Till) -> None:
    found = products(till, *(f"NONE-{number}" for number in range(SKUS)), "BELT-1")
    assert (found, len(till.api.asked)) == ([BELT], 2)


def test_a_sku_is_quoted_for_the_search(till: Till) -> None:
    products(till, 'A" OR sku:"B\\')
    assert till.api.asked[0]["variables"] == {"search": 'sku:"A\\" OR sku:\\"B\\\\"'}


def answered(*variants: dict[str, Any], currency: str = "USD") -> dict[str, Any]:
    """An answer with variants as Shopify shows them."""
    whole = {"id": "gid://shopify/ProductVariant/1", "sku": "A", "title": "Default Title", "price": "1.00"}
    product = {"title": "Thing", "status": "ACTIVE"}
    nodes = [{**whole, "product": product, **one} for one in variants]
    return {"data": {"shop": {"currencyCode": currency}, "productVariants": {"nodes": nodes}}}


def test_a_sku_that_only_looks_alike_is_another(till: Till) -> None:
    till.api.instead = [answered({"sku": "A-2"}, {"sku": None})]
    assert products(till, "A") == []


def test_of_two_variants_with_one_sku_the_first_counts(till: Till) -> None:
    till.api.instead = [answered({"price": "1.00"}, {"price": "2.00"})]
    assert [one.price for one in products(till, "A")] == [Money(100, "USD")]


def test_a_variant_is_called_by_its_product_and_its_own_name(till: Till) -> None:
    till.api.instead = [answered({"title": "Brown / M"})]
    assert [one.title for one in products(till, "A")] == ["Thing – Brown / M"]


def test_a_price_has_the_digits_of_the_shops_currency(till: Till) -> None:
    till.api.instead = [answered({"price": "500"}, currency="JPY")]
    assert [one.price for one in products(till, "A")] == [Money(500, "JPY")]


def test_more_sold_than_there_was_is_told(till: Till) -> None:
    till.api.instead = [answered({"inventoryQuantity": -2, "inventoryItem": {"tracked": True}})]
    assert [one.stock for one in products(till, "A")] == [-2]


@pytest.mark.parametrize(("field", "cost", "stock"), [("unitCost", None, 12), ("inventoryItem", None, None)])
def test_without_the_right_to_see_costs_everything_else_is_told(
    till: Till, field: str, cost: Money | None, stock: int | None
) -> None:
    text = f"Access denied for {field} field. Required access: View product costs."
    till.api.instead = [{"errors": [{"message": text, "extensions": {"code": "ACCESS_DENIED"}}]}]
    assert products(till, "BELT-1") == [replace(BELT, unit_cost=cost, stock=stock)]


def test_without_the_scope_it_says_what_to_do(till: Till) -> None:
    till.shop.scopes -= {"read_products"}
    with pytest.raises(AccessError, match=r"`read_products` access scope.*connect shopify --shop acme"):
        products(till, "BELT-1")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"price": None}, "price"),
        ({"id": None}, "id"),
        ({"inventoryQuantity": "12", "inventoryItem": {"tracked": True}}, "inventoryQuantity"),
        ({"inventoryItem": {"unitCost": {"amount": "x", "currencyCode": "USD"}}}, "unitCost.amount"),
    ],
)
def test_a_product_that_cannot_be_read_names_the_field(
    till: Till, changes: dict[str, Any], path: str
) -> None:
    till.api.instead = [answered(changes)]
    with pytest.raises(PermanentError, match=rf"nodes\[0\]\.(inventoryItem\.)?{path}"):
        products(till, "A")


@pytest.mark.parametrize("document", [PRODUCTS, CODE, DRAFTS], ids=lambda one: one.name)
def test_no_question_costs_more_than_one_may(document: Document) -> None:
    parsed = parse(document.text)
    operation: Any = parsed.definitions[0]
    assert costs.requested(schema(), parsed, operation, {}) < 1000
