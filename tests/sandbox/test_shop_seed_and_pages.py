"""The shop as it is seeded, its page, and what else tests can do to it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from sandbox.samples import samples
from sandbox.shopify.records import Json, Order
from sandbox.shopify.seed import seeded_shop
from sandbox.shopify.state import in_order
from tests.sandbox.shops import Counter

NEVER_WROTE = {"Diana Voss", "Ivy Chen", "Noah Patel", "Lena Hoff"}


def shown(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(counter: Counter) -> str:
    return shown(counter.client.get("/shopify/").text)


def test_one_customer_spent_twelve_thousand_in_nine_orders_and_is_tagged() -> None:
    shop = seeded_shop()
    found = shop.customer_by_email("rachel.stone@example.com")
    assert found is not None
    assert (str(shop.spent(found.id)), len(shop.orders_of(found.id))) == ("12000.00", 9)
    assert "VIP" in found.tags


def test_seeded_customers_and_guests_are_those_who_write_the_samples_and_four_who_never_wrote() -> None:
    shop, senders = seeded_shop(), {one.email: one.name for one in samples()}
    known = {one.email: one.name for one in shop.customers.values()}
    assert {name for email, name in known.items() if email not in senders} == NEVER_WROTE
    assert {
        email: name for email, name in known.items() if name not in NEVER_WROTE
    }.items() <= senders.items()
    assert {one.email for one in shop.orders.values()} <= senders.keys() | known.keys()


def orders_with(code: str) -> list[tuple[str, Order]]:
    """Orders of the seed with a code, oldest first, each with the month that it belongs to."""
    shop = seeded_shop()
    return [
        (f"{one.created_at:%Y-%m}", one)
        for one in in_order(shop.orders.values())
        if [used.code for used in one.codes] == [code]
    ]


def test_an_agents_code_was_used_twice_last_month_and_one_of_these_was_refunded_in_part_since() -> None:
    now = seeded_shop().now()
    last = f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
    found = [one for _, one in orders_with("ANA10")[:2]]
    assert {month for month, _ in orders_with("ANA10")[:2]} == {last}
    assert [one.financial_status for one in found] == ["paid", "partially_refunded"]
    assert [str(one.edited_total - one.refunded) for one in found] == ["134.10", "144.00"]


def test_three_new_customers_used_another_agents_code_within_an_hour_from_a_page_of_coupons() -> None:
    found = [one for _, one in orders_with("BEN10")]
    assert len({one.customer_id for one in found}) == 3
    assert found[-1].created_at - found[0].created_at < timedelta(hours=1)
    assert {one.referring_site for one in found} == {"https://coupons.example/stores/demo"}


def test_orders_that_the_samples_name_are_their_writers() -> None:
    shop, texts = seeded_shop(), {one.email: one.subject + one.text for one in samples()}
    numbers = {str(one.number): one.email for one in shop.orders.values()}
    named = [
        (writer, number)
        for writer, text in texts.items()
        for number in re.findall(r"(?<!\d)\d{5}(?!\d)", text)
        if number in numbers
    ]
    assert len(named) > 5
    assert [one for one in named if numbers[one[1]] != one[0]] == []


def test_one_guest_bought_without_an_account() -> None:
    guests = [one for one in seeded_shop().orders.values() if one.customer_id is None]
    assert [(one.email, one.name) for one in guests] == [("kim@example.com", "#10550")]


def test_nothing_in_the_seed_comes_from_the_future() -> None:
    shop = seeded_shop()
    assert max(one.created_at for one in shop.orders.values()) < shop.now()


def test_the_page_lists_customers_and_orders(counter: Counter) -> None:
    counter.customer(tags=("VIP",))
    counter.order(items={"TABLE-1": 1})
    assert "Ann Moss ann@example.com VIP 1 1,850.00 USD" in page(counter)
    assert "#1001 Ann Moss 1 × Oak dining table none 1,850.00 USD paid not sent" in page(counter)


MAKE_DRAFT = """mutation($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { invoiceUrl totalPriceSet { shopMoney { amount } } } userErrors { field message } } }"""
MAKE_CODE = """mutation($d: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $d) {
  userErrors { message } } }"""


def drafted(counter: Counter, **more: Any) -> Json:
    """A draft order of a belt at five dollars less."""
    belt = f"gid://shopify/ProductVariant/{counter.shop.products['BELT-1'].id + 1}"
    off = {"value": 5.0, "valueType": "FIXED_AMOUNT"}
    line = {"variantId": belt, "quantity": 1, "appliedDiscount": off}
    given = {
        "lineItems": [line],
        "email": "ann@example.com",
        "tags": ["mgn-1"],
        "note": "From ticket 5",
        **more,
    }
    made: Json = counter.data(MAKE_DRAFT, input=given)["draftOrderCreate"]
    return made


def test_a_draft_order_has_a_page_that_says_what_is_to_be_paid(counter: Counter) -> None:
    made = drafted(counter)["draftOrder"]
    assert made["totalPriceSet"]["shopMoney"]["amount"] == "45.0"
    text = shown(counter.client.get(made["invoiceUrl"].removeprefix("http://localhost")).text)
    assert "Draft order #D1" in text
    assert "To pay: 45.00 USD Note: From ticket 5" in text


def test_the_page_lists_draft_orders_and_codes(counter: Counter) -> None:
    drafted(counter)
    fixed = {
        "title": "ANA10 · ticket 5",
        "code": "ANA10-X",
        "startsAt": "2026-11-01T00:00:00Z",
        "usageLimit": 1,
    }
    gets = {"value": {"percentage": 0.1}, "items": {"all": True}}
    counter.data(MAKE_CODE, d={**fixed, "context": {"all": "ALL"}, "customerGets": gets})
    text = page(counter)
    assert "#D1 ann@example.com 1 × Leather belt mgn-1 45.00 USD" in text
    assert "ANA10-X ANA10 · ticket 5 10 % 1" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ann"}, "email"),
        ({"lineItems": []}, "lineItems"),
        ({"lineItems": [{"quantity": 1}]}, "lineItems"),
    ],
)
def test_a_draft_order_that_makes_no_sense_is_refused(counter: Counter, changes: Json, field: str) -> None:
    made = drafted(counter, **changes)
    assert (made["draftOrder"], made["userErrors"][0]["field"]) == (None, ["input", field])


def test_a_draft_order_that_there_is_none_of_is_a_404(counter: Counter) -> None:
    assert counter.client.get("/shopify/drafts/7").status_code == 404


def test_the_best_customers_newest_parcel_is_delayed() -> None:
    shop = seeded_shop()
    found = shop.customer_by_email("rachel.stone@example.com")
    assert found is not None
    parcel = shop.orders_of(found.id)[-1].fulfilments[0]
    assert (parcel.shipment_status, parcel.due is not None and parcel.due > shop.now()) == ("delayed", True)


def test_one_thing_is_in_stock_with_its_cost_and_one_is_out_of_it() -> None:
    products = seeded_shop().products
    belt = products["BELT-1"]
    assert (str(belt.price), str(belt.cost), belt.stock) == ("50.00", "18.00", 12)
    assert products["SCARF-1"].stock == 0


def test_an_empty_shop_says_so(counter: Counter) -> None:
    assert "Nobody has an account yet. Orders Nothing was bought yet." in page(counter)


def test_somebody_buys_on_the_page(counter: Counter) -> None:
    form = {"email": "kim@example.com", "sku": "BELT-1", "quantity": "2", "code": ""}
    assert counter.client.post("/shopify/orders", data=form).status_code == 303
    assert "#1001 kim@example.com (guest) 2 × Leather belt" in page(counter)


@pytest.mark.parametrize(
    ("name", "value"),
    [("email", "kim"), ("sku", "X"), ("quantity", "0"), ("quantity", "x"), ("code", "NONE")],
)
def test_a_purchase_that_makes_no_sense_is_told(counter: Counter, name: str, value: str) -> None:
    form = {"email": "kim@example.com", "sku": "BELT-1", "quantity": "2", "code": "", name: value}
    answer = counter.client.post("/shopify/orders", data=form)
    assert (answer.status_code, "Nothing was bought." in answer.text, counter.shop.orders) == (422, True, {})


def test_what_people_are_called_is_escaped(counter: Counter) -> None:
    counter.customer("<script>@example.com")
    assert "<script>@" not in counter.client.get("/shopify/").text


def test_money_cannot_be_given_back_twice(counter: Counter) -> None:
    made = counter.order()
    answers = [counter.control("POST", f"/orders/{made.id}/refund") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 400]
    assert counter.shop.spent(0) == 0


@pytest.mark.parametrize("path", ["/orders/1/cancel", "/orders/1/refund", "/webhooks/1/again"])
def test_what_there_is_none_of_is_a_404(counter: Counter, path: str) -> None:
    assert counter.control("POST", path).status_code == 404


def test_a_state_that_there_is_none_of_is_refused(counter: Counter) -> None:
    made = counter.order()
    answer = counter.control("PATCH", f"/orders/{made.id}", {"financial_status": "free"})
    assert (answer.status_code, "financial_status is one of" in answer.text) == (400, True)


def test_customers_and_orders_can_be_read_back(counter: Counter) -> None:
    counter.control("POST", "/customers", {"name": "Ann Moss", "email": "ann@example.com", "tags": ["VIP"]})
    counter.order()
    (customer,) = counter.control("GET", "/customers").get_json()["customers"]
    (order,) = counter.control("GET", "/orders?email=ann@example.com").get_json()["orders"]
    assert (customer["total_spent"], customer["tags"]) == ("50.00", ["VIP"])
    assert order["customer"]["id"] == customer["id"]
