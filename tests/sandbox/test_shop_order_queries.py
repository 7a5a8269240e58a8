"""Orders as the stand-in's GraphQL tells them: whole, page by page, and the same to the cent as in webhooks."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.shopify import payloads
from sandbox.shopify.records import Json
from tests.sandbox.shops import Counter

AMOUNT = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
WHOLE = """query($id: ID!) { order(id: $id) { name test taxesIncluded currencyCode presentmentCurrencyCode
  cancelledAt displayFinancialStatus edited discountCodes landingPageUrl
  customerJourneySummary { ready customerOrderIndex lastVisit { landingPage referrerUrl } }
  customer { id } customAttributes { key value } transactions(first: 5) { kind status }
  currentSubtotalPriceSet AMOUNT currentTotalPriceSet AMOUNT totalReceivedSet AMOUNT
  lineItems(first: 5) { nodes { id quantity currentQuantity sku isGiftCard variant { id }
    originalUnitPriceSet AMOUNT discountedUnitPriceAfterAllDiscountsSet AMOUNT
    discountAllocations { allocatedAmountSet AMOUNT discountApplication { index
      ... on DiscountCodeApplication { code } ... on ManualDiscountApplication { title } } }
    taxLines { rate priceSet AMOUNT } } }
  refunds(first: 5) { id createdAt totalRefundedSet AMOUNT
    refundLineItems(first: 5) { nodes { quantity restockType lineItem { id } subtotalSet AMOUNT
      totalTaxSet AMOUNT } }
    orderAdjustments(first: 5) { nodes { reason amountSet AMOUNT } }
    refundShippingLines(first: 5) { nodes { subtotalAmountSet AMOUNT } }
    transactions(first: 5) { nodes { kind status amountSet AMOUNT } } } } }""".replace("AMOUNT", AMOUNT)
NAMES = """query($query: String, $sort: OrderSortKeys = UPDATED_AT, $after: String) {
  orders(first: 2, query: $query, sortKey: $sort, after: $after) {
    nodes { name } pageInfo { hasNextPage endCursor } } }"""


def placed(counter: Counter, **body: Any) -> Json:
    """An order of two belts and a vase: taxed, with a code, in another currency."""
    given = {
        "email": "ann@example.com",
        "items": {"BELT-1": 2, "VASE-1": 1},
        "codes": [{"code": "ANA10", "type": "percentage", "value": "10"}],
        "tax_rate": "0.10",
        "presentment": "EUR",
        "rate": "0.9",
        **body,
    }
    found: Json = counter.control("POST", "/orders", given).get_json()["order"]
    return found


def whole(counter: Counter, number: int) -> Json:
    found: Json = counter.data(WHOLE, id=f"gid://shopify/Order/{number}")["order"]
    return found


def shop_money(bag: Json) -> str:
    return str(bag["shopMoney"]["amount"])


def names(counter: Counter, query: str | None = None, **more: Any) -> list[str]:
    found = counter.data(NAMES, query=query, **more)["orders"]["nodes"]
    return [one["name"] for one in found]


def test_a_line_tells_what_was_taken_off_it_and_its_tax(counter: Counter) -> None:
    belt = whole(counter, placed(counter)["id"])["lineItems"]["nodes"][0]
    assert (belt["quantity"], belt["currentQuantity"], belt["isGiftCard"]) == (2, 2, False)
    assert belt["originalUnitPriceSet"]["presentmentMoney"] == {"amount": "45.0", "currencyCode": "EUR"}
    assert belt["discountedUnitPriceAfterAllDiscountsSet"]["shopMoney"]["amount"] == "45.0"
    (off,) = belt["discountAllocations"]
    assert (shop_money(off["allocatedAmountSet"]), off["discountApplication"]["code"]) == ("10.0", "ANA10")
    assert [shop_money(one["priceSet"]) for one in belt["taxLines"]] == ["9.0"]


def test_graphql_and_webhooks_tell_the_same_sums(counter: Counter) -> None:
    number = placed(counter)["id"]
    counter.control("POST", f"/orders/{number}/edit", {"add": {"SCARF-1": 1}, "remove": {"VASE-1": 1}})
    counter.control("POST", f"/orders/{number}/refund", {"items": {"BELT-1": 1}, "amount": "30.00"})
    told, body = whole(counter, number), payloads.order(counter.shop, counter.shop.orders[number])
    for mine, theirs in (
        ("currentSubtotalPriceSet", "current_subtotal_price"),
        ("currentTotalPriceSet", "current_total_price"),
    ):
        assert Decimal(shop_money(told[mine])) == Decimal(body[theirs])
    assert [one["currentQuantity"] for one in told["lineItems"]["nodes"]] == [
        one["current_quantity"] for one in body["line_items"]
    ]
    assert told["edited"] is True


def test_a_refund_tells_goods_money_and_the_difference(counter: Counter) -> None:
    number = placed(counter, shipping="8.00")["id"]
    body = {"items": {"BELT-1": 1}, "shipping": "8.00", "amount": "50.00", "pending": True}
    counter.control("POST", f"/orders/{number}/refund", body)
    (back,) = whole(counter, number)["refunds"]
    (line,), (moved,) = back["refundLineItems"]["nodes"], back["transactions"]["nodes"]
    assert (line["quantity"], line["restockType"], shop_money(line["subtotalSet"])) == (1, "RETURN", "45.0")
    assert shop_money(line["totalTaxSet"]) == "4.5"
    assert (moved["kind"], moved["status"], shop_money(moved["amountSet"])) == ("REFUND", "PENDING", "50.0")
    assert [shop_money(one["amountSet"]) for one in back["orderAdjustments"]["nodes"]] == ["-8.0", "7.5"]
    assert [shop_money(one["subtotalAmountSet"]) for one in back["refundShippingLines"]["nodes"]] == ["8.0"]
    assert shop_money(back["totalRefundedSet"]) == "0.0"


def test_a_refund_is_found_by_its_own_id(counter: Counter) -> None:
    number = placed(counter)["id"]
    body = counter.control("POST", f"/orders/{number}/refund", {"amount": "5.00", "note": "Sorry"}).get_json()
    back = f"gid://shopify/Refund/{body['order']['refunds'][0]['id']}"
    query = "query($id: ID!) { refund(id: $id) { note } node(id: $id) { ... on Refund { note } } }"
    assert counter.data(query, id=back) == {"refund": {"note": "Sorry"}, "node": {"note": "Sorry"}}


def test_an_order_tells_where_its_customer_came_from_and_which_of_theirs_it_is(counter: Counter) -> None:
    counter.customer()
    counter.order()
    visit = {"landing_site": "https://demo.example/?mgn=a", "referring_site": "https://coupons.example/"}
    journey = whole(counter, placed(counter, **visit)["id"])["customerJourneySummary"]
    assert (journey["ready"], journey["customerOrderIndex"]) == (True, 2)
    assert journey["lastVisit"] == {
        "landingPage": "https://demo.example/?mgn=a",
        "referrerUrl": "https://coupons.example/",
    }


def test_amounts_have_the_digits_of_their_currency(counter: Counter) -> None:
    counter.control("POST", "/shop", {"currency": "KWD"})
    told = whole(counter, placed(counter, presentment="JPY", rate="487.3")["id"])
    assert told["totalReceivedSet"] == {
        "shopMoney": {"amount": "157.41", "currencyCode": "KWD"},
        "presentmentMoney": {"amount": "76706.0", "currencyCode": "JPY"},
    }


def test_an_order_is_found_by_its_code_whatever_its_case(counter: Counter) -> None:
    placed(counter)
    counter.order()
    assert names(counter, "discount_code:ana10") == ["#1001"]


def test_orders_come_page_by_page_the_longest_unchanged_first(counter: Counter) -> None:
    numbers = [counter.order().id for _ in range(3)]
    counter.clock.move(hours=1)
    counter.control("PATCH", f"/orders/{numbers[0]}", {"note": "changed"})
    first = counter.data(NAMES)["orders"]
    rest = names(counter, after=first["pageInfo"]["endCursor"])
    assert [one["name"] for one in first["nodes"]] + rest == ["#1002", "#1003", "#1001"]


def test_orders_older_than_sixty_days_are_shown_with_their_scope_alone(counter: Counter) -> None:
    number = placed(counter)["id"]
    counter.clock.move(days=61)
    assert names(counter) == ["#1001"]
    scopes = sorted(counter.shop.scopes - {"read_all_orders"})
    counter.control("POST", "/tokens", {"without": ["read_all_orders"]})
    assert names(counter) == []
    assert counter.data(WHOLE, id=f"gid://shopify/Order/{number}") == {"order": None}
    handles = counter.data("{ currentAppInstallation { accessScopes { handle } } }")
    assert [one["handle"] for one in handles["currentAppInstallation"]["accessScopes"]] == scopes


@pytest.mark.parametrize(
    ("limit", "counted"),
    [("null", {"count": 3, "precision": "EXACT"}), (2, {"count": 2, "precision": "AT_LEAST"})],
)
def test_orders_are_counted_up_to_a_limit(counter: Counter, limit: Any, counted: Json) -> None:
    for _ in range(3):
        counter.order()
    query = f'{{ ordersCount(limit: {limit}, query: "financial_status:paid") {{ count precision }} }}'
    assert counter.data(query) == {"ordersCount": counted}


def test_a_deleted_customers_order_has_no_customer(counter: Counter) -> None:
    made, order = counter.customer(), counter.order()
    counter.control("DELETE", f"/customers/{made.id}")
    told = whole(counter, order.id)
    assert (told["name"], told["customer"]) == ("#1001", None)


def test_an_order_of_two_thousand_lines_is_read_in_pages(counter: Counter) -> None:
    for number in range(2000):
        counter.shop.add_product(f"SKU-{number}", "Thing", Decimal("1.00"), None)
    order = counter.order(items={f"SKU-{number}": 1 for number in range(2000)})
    query = (
        "query($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after)"
        " { nodes { sku } pageInfo { hasNextPage endCursor } } } }"
    )
    counter.control("POST", "/limits", {"size": 10_000})
    skus: list[str] = []
    page: Json = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        answer = counter.data(query, id=f"gid://shopify/Order/{order.id}", after=page["endCursor"])
        lines = answer["order"]["lineItems"]
        skus, page = skus + [one["sku"] for one in lines["nodes"]], lines["pageInfo"]
    assert skus == [f"SKU-{number}" for number in range(2000)]


def test_what_is_in_stock_is_found_by_its_own_id_and_leads_to_what_is_sold(counter: Counter) -> None:
    belt = counter.shop.products["BELT-1"]
    query = (
        "query($ids: [ID!]!) { nodes(ids: $ids)"
        " { ... on InventoryItem { sku unitCost { amount } variant { id } } } }"
    )
    (found,) = counter.data(query, ids=[f"gid://shopify/InventoryItem/{belt.id + 2}"])["nodes"]
    assert found == {
        "sku": "BELT-1",
        "unitCost": {"amount": "18.0"},
        "variant": {"id": f"gid://shopify/ProductVariant/{belt.id + 1}"},
    }
