"""The stand-in shop answers GraphQL as the vendor documents it, and pays for it from a bucket."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shopify.amounts import shares
from sandbox.shopify.records import ZERO
from sandbox.shopify.search import terms
from tests.sandbox.shops import BY_NAME, CHANGED, PATH, SPENT, Counter


def test_what_a_customer_has_spent_is_the_sum_of_their_orders(counter: Counter) -> None:
    counter.customer(tags=("VIP",))
    counter.order(items={"TABLE-1": 1})
    counter.order(items={"BELT-1": 3})
    found = counter.data(SPENT, email="ANN@example.com")["customerByIdentifier"]
    assert found["amountSpent"] == {"amount": "2000.0", "currencyCode": "USD"}
    assert (found["numberOfOrders"], found["tags"]) == ("2", ["VIP"])
    assert found["lastOrder"]["name"] == "#1002"


def test_somebody_unknown_is_null_and_no_error(counter: Counter) -> None:
    assert counter.data(SPENT, email="nobody@example.com") == {"customerByIdentifier": None}


@pytest.mark.parametrize("identifier", ['{phoneNumber: "+12125550100"}', '{id: "%s"}'])
def test_a_customer_is_found_by_phone_and_by_id(counter: Counter, identifier: str) -> None:
    made = counter.customer(phone="+12125550100")
    named = identifier.replace("%s", f"gid://shopify/Customer/{made.id}")
    found = counter.data("{ customerByIdentifier(identifier: %s) { displayName } }" % named)  # noqa: UP031
    assert found["customerByIdentifier"]["displayName"] == "Ann Moss"


def test_one_identifier_is_given_and_not_two(counter: Counter) -> None:
    query = '{ customerByIdentifier(identifier: {emailAddress: "a@b.c", phoneNumber: "1"}) { id } }'
    assert "exactly one" in counter.problem(query)["message"].lower()


def test_customers_are_searched_by_a_quoted_address(counter: Counter) -> None:
    counter.customer("a.b+c@example.com")
    counter.customer()
    query = """{ customers(first: 2, query: "email:'a.b+c@example.com'") { nodes { email } } }"""
    assert counter.data(query)["customers"]["nodes"] == [{"email": "a.b+c@example.com"}]


def test_a_guests_order_is_found_by_its_name_and_has_no_customer(counter: Counter) -> None:
    counter.customer()
    counter.order(guest=True)
    (found,) = counter.data(BY_NAME, query="name:#1001")["orders"]["nodes"]
    assert (found["email"], found["customer"]) == ("ann@example.com", None)


def test_orders_are_searched_by_when_they_changed(counter: Counter) -> None:
    counter.order()
    counter.clock.move(hours=2)
    counter.order()
    since = counter.clock().isoformat()
    found = counter.data(BY_NAME, query=f"updated_at:>='{since}' AND financial_status:paid")["orders"][
        "nodes"
    ]
    assert [one["name"] for one in found] == ["#1002"]


def test_a_list_goes_on_after_its_cursor(counter: Counter) -> None:
    for _ in range(3):
        counter.order()
    query = (
        "query($after: String) { orders(first: 2, after: $after)"
        " { nodes { name } pageInfo { hasNextPage endCursor } } }"
    )
    first = counter.data(query)["orders"]
    second = counter.data(query, after=first["pageInfo"]["endCursor"])["orders"]
    assert [one["name"] for one in first["nodes"] + second["nodes"]] == ["#1001", "#1002", "#1003"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


@pytest.mark.parametrize("query", ["NOT name:#2", "-tag:x", "favourite_colour:blue", "name:'#1"])
def test_a_search_that_it_does_not_know_is_an_error(counter: Counter, query: str) -> None:
    assert counter.problem(BY_NAME, query=query)["path"] == ["orders"]


def test_a_list_wants_to_be_told_how_many(counter: Counter) -> None:
    assert "first or last" in counter.problem("{ orders { nodes { id } } }")["message"]


def test_old_orders_are_hidden_from_an_app_that_may_not_see_them(counter: Counter) -> None:
    counter.order()
    counter.clock.move(days=60)
    counter.control("POST", "/tokens", {"scopes": ["read_orders", "read_customers"]})
    assert counter.data(BY_NAME, query="name:#1001")["orders"]["nodes"] == []


def test_the_shop_tells_its_currency_and_zone(counter: Counter) -> None:
    found = counter.data("{ shop { currencyCode ianaTimezone } }")
    assert found == {"shop": {"currencyCode": "USD", "ianaTimezone": "America/New_York"}}


def test_a_product_tells_what_it_costs_or_null(counter: Counter) -> None:
    ids = [
        f"gid://shopify/ProductVariant/{counter.shop.products[sku].id + 1}" for sku in ("LAMP-1", "GIFT-1")
    ]
    query = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant"
        " { sku inventoryItem { unitCost { amount } } } } }"
    )
    costs = [one["inventoryItem"]["unitCost"] for one in counter.data(query, ids=ids)["nodes"]]
    assert costs == [{"amount": "84.0"}, None]


SOLD = """query($query: String!) { productVariants(first: 9, query: $query) { nodes {
  sku price inventoryQuantity inventoryPolicy inventoryItem { tracked unitCost { amount } }
  product { title status } } } }"""


def test_what_is_sold_is_found_by_sku_with_stock_and_cost(counter: Counter) -> None:
    (belt,) = counter.data(SOLD, query='sku:"belt-1"')["productVariants"]["nodes"]
    assert belt == {
        "sku": "BELT-1",
        "price": "50.00",
        "inventoryQuantity": 12,
        "inventoryPolicy": "DENY",
        "inventoryItem": {"tracked": True, "unitCost": {"amount": "18.0"}},
        "product": {"title": "Leather belt", "status": "ACTIVE"},
    }


def test_several_skus_are_asked_for_at_once(counter: Counter) -> None:
    found = counter.data(SOLD, query='sku:"SCARF-1" OR sku:"GIFT-1" OR sku:"NONE"')["productVariants"]
    assert [(one["sku"], one["inventoryItem"]["tracked"]) for one in found["nodes"]] == [
        ("SCARF-1", True),
        ("GIFT-1", False),
    ]


def test_a_field_that_there_is_none_of_is_told_with_200(counter: Counter) -> None:
    error = counter.problem("{ shop { loyaltyPoints } }")
    assert error["message"] == "Field 'loyaltyPoints' doesn't exist on type 'Shop'"
    assert error["extensions"]["code"] == "undefinedField"


def test_an_argument_that_there_is_none_of_is_told_with_200(counter: Counter) -> None:
    error = counter.problem("{ customers(first: 1, colour: red) { nodes { id } } }")
    assert error["extensions"]["code"] == "argumentNotAccepted"


def test_a_purchase_moves_the_stamp_of_its_customer(counter: Counter) -> None:
    made = counter.customer()
    counter.clock.move(hours=1, microseconds=5)
    counter.order()
    assert counter.shop.customers[made.id].updated_at.isoformat() == "2026-11-23T13:00:00+00:00"
    found = counter.data(CHANGED, since="updated_at:>='2026-11-23T12:30:00Z'")["customers"]["nodes"]
    assert found == [{"displayName": "Ann Moss", "updatedAt": "2026-11-23T13:00:00Z"}]


def test_a_note_on_an_order_leaves_its_customer_alone(counter: Counter) -> None:
    made, order = counter.customer(), counter.order()
    counter.clock.move(hours=1)
    counter.control("PATCH", f"/orders/{order.id}", {"note": "Ring twice"})
    assert counter.shop.customers[made.id].updated_at < counter.clock()


def test_a_wrong_token_opens_nothing(counter: Counter) -> None:
    assert counter.send("{ shop { name } }", token="other").status_code == 401


def test_a_revoked_token_opens_nothing(counter: Counter) -> None:
    token = counter.shop.access.token
    counter.control("DELETE", "/tokens")
    assert counter.send("{ shop { name } }", token=token).status_code == 401


def test_a_missing_scope_is_told_at_the_field(counter: Counter) -> None:
    counter.control("POST", "/tokens", {"scopes": ["read_orders"]})
    error = counter.problem(SPENT, email="ann@example.com")
    assert (error["path"], error["extensions"]["code"]) == (["customerByIdentifier"], "ACCESS_DENIED")


@pytest.mark.parametrize("path", [PATH.replace("2026-07", "2026-08"), "/admin/api/2026-07/shop.json"])
def test_a_path_that_there_is_none_of_is_the_vendors_404(counter: Counter, path: str) -> None:
    answer = counter.client.post(path, headers={"X-Shopify-Access-Token": counter.shop.access.token})
    assert (answer.status_code, answer.get_json()) == (404, {"errors": "Not Found"})


def test_every_answer_tells_what_it_cost_and_what_is_left(counter: Counter) -> None:
    cost = counter.answer(BY_NAME, query="name:#1")["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (6, 2)
    assert cost["throttleStatus"] == {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 1998,
        "restoreRate": 100.0,
    }


def test_an_empty_bucket_throttles_with_200(counter: Counter) -> None:
    counter.control("POST", "/limits", {"size": 20, "restore_rate": 2, "available": 5})
    answer = counter.answer(BY_NAME, query="name:#1")
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 5
    assert "data" not in answer


def test_points_come_back_by_the_second(counter: Counter) -> None:
    counter.control("POST", "/limits", {"size": 20, "restore_rate": 2, "available": 5})
    counter.clock.move(seconds=0.5)
    assert "data" in counter.answer(BY_NAME, query="name:#1")


def test_a_query_that_could_cost_too_much_is_refused_whole(counter: Counter) -> None:
    query = "{ customers(first: 100) { nodes { orders(first: 10) { nodes { id } } } } }"
    assert counter.problem(query)["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_a_fault_befalls_the_shop_and_not_the_helpdesk(counter: Counter) -> None:
    counter.control("POST", "/faults", {"api": [{"kind": "status", "status": 503, "times": 2}]})
    assert counter.client.get("/api/v2/users/me").status_code == 401
    assert [counter.send("{ shop { name } }").status_code for _ in range(3)] == [503, 503, 200]


def test_a_search_value_may_hold_spaces_and_quotes() -> None:
    assert [one.value for one in terms(r"""name:"a \"b\" c" tag:'d e' plain""")[0]] == [
        'a "b" c',
        "d e",
        "plain",
    ]


@given(st.lists(st.decimals(0, 5000, places=2), min_size=1, max_size=6), st.decimals(0, 1, places=2))
def test_the_parts_of_a_discount_add_up_to_it(gross: list[Decimal], share: Decimal) -> None:
    discount = (sum(gross, ZERO) * share).quantize(Decimal("0.01"))
    parts = shares(discount, gross, "USD")
    assert sum(parts, ZERO) == discount
    assert all(0 <= part <= amount for part, amount in zip(parts, gross, strict=True))
