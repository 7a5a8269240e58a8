"""Discount codes of the stand-in shop: made by API, used at its counter."""

from typing import Any

import pytest

from sandbox.shopify.records import Json
from tests.sandbox.shops import Counter

CREATE = """mutation($d: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $d) {
  codeDiscountNode { id codeDiscount { ... on DiscountCodeBasic { title status } } }
  userErrors { field code message } } }"""
UPDATE = """mutation($id: ID!, $d: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $d) { userErrors { code } } }"""
FIND = """query($code: String!) { codeDiscountNodeByCode(code: $code) { id codeDiscount { ... on DiscountCodeBasic {
  status codes(first: 1) { nodes { code asyncUsageCount } }
  customerGets { value { ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } } } }
} } } }"""
DELETE = "mutation($id: ID!) { discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { code } } }"
TENTH: Json = {"percentage": 0.1}


def wanted(**more: Any) -> Json:
    value = more.pop("value", TENTH)
    gets = {"value": value, "items": {"all": True}}
    fixed = {"title": "Ana", "code": "ANA10", "startsAt": "2026-11-01T00:00:00Z", "context": {"all": "ALL"}}
    return {**fixed, "customerGets": gets, **more}


def create(counter: Counter, **more: Any) -> Json:
    made: Json = counter.data(CREATE, d=wanted(**more))["discountCodeBasicCreate"]
    return made


def test_a_code_is_made_and_found_whatever_its_case(counter: Counter) -> None:
    made = create(counter)["codeDiscountNode"]
    found = counter.data(FIND, code="ana10")["codeDiscountNodeByCode"]
    assert (found["id"], found["codeDiscount"]["customerGets"]["value"]) == (made["id"], TENTH)


def test_a_used_code_takes_its_share_and_counts(counter: Counter) -> None:
    create(counter)
    order = counter.control("POST", "/orders", {"email": "a@b.c", "items": {"BELT-1": 2}, "codes": ["ANA10"]})
    found = counter.data(FIND, code="ANA10")["codeDiscountNodeByCode"]["codeDiscount"]
    assert order.get_json()["order"]["total_price"] == "90.00"
    assert found["codes"]["nodes"] == [{"code": "ANA10", "asyncUsageCount": 1}]


def test_a_code_takes_an_amount_but_never_more_than_there_is(counter: Counter) -> None:
    create(counter, value={"discountAmount": {"amount": "70.00", "appliesOnEachItem": False}})
    order = counter.control("POST", "/orders", {"email": "a@b.c", "items": {"BELT-1": 1}, "codes": ["ANA10"]})
    assert order.get_json()["order"]["total_price"] == "0.00"


def test_the_same_code_twice_is_refused(counter: Counter) -> None:
    create(counter)
    again = create(counter, code="Ana10")
    assert (again["codeDiscountNode"], again["userErrors"][0]["code"]) == (None, "TAKEN")


@pytest.mark.parametrize("name", ["code", "title", "startsAt", "customerGets", "context"])
def test_what_a_code_must_have_is_asked_for(counter: Counter, name: str) -> None:
    made = create(counter, **{name: None})
    assert made["userErrors"][0]["field"] == ["basicCodeDiscount", name]


def test_a_share_is_a_fraction(counter: Counter) -> None:
    assert create(counter, value={"percentage": 10})["userErrors"][0]["code"] == "VALUE_OUTSIDE_RANGE"


def test_a_code_that_ended_is_expired(counter: Counter) -> None:
    made = create(counter)["codeDiscountNode"]
    counter.data(UPDATE, id=made["id"], d={"endsAt": "2026-11-02T00:00:00Z"})
    found = counter.data(FIND, code="ANA10")["codeDiscountNodeByCode"]
    assert found["codeDiscount"]["status"] == "EXPIRED"


def test_a_deleted_code_is_gone(counter: Counter) -> None:
    made = create(counter)["codeDiscountNode"]
    counter.data(DELETE, id=made["id"])
    assert counter.data(FIND, code="ANA10")["codeDiscountNodeByCode"] is None


def test_making_codes_takes_its_scope(counter: Counter) -> None:
    counter.control("POST", "/tokens", {"scopes": ["read_orders"]})
    assert counter.problem(CREATE, d=wanted())["extensions"]["code"] == "ACCESS_DENIED"


# --------------------------------------------------------------------------------- many codes under one

ADD = """mutation($id: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) {
    bulkCreation { id done codesCount importedCount failedCount } userErrors { field code } } }"""
BULK = """query($id: ID!) { discountRedeemCodeBulkCreation(id: $id) { done importedCount failedCount
  discountCode { id } codes(first: 9) { nodes { code errors { code } discountRedeemCode { id } } } } }"""
CODES = """query($code: String!) { codeDiscountNodeByCode(code: $code) { id codeDiscount { ... on DiscountCodeBasic {
  codesCount { count } codes(first: 9) { nodes { code asyncUsageCount } } } } } }"""
SWITCH = "mutation($id: ID!) { discountCode%s(id: $id) { codeDiscountNode { id } userErrors { code } } }"


def discount(counter: Counter, **more: Any) -> str:
    """The id of Ana's discount."""
    return str(create(counter, **more)["codeDiscountNode"]["id"])


def add(counter: Counter, number: str, *codes: str) -> Json:
    made: Json = counter.data(ADD, id=number, codes=[{"code": one} for one in codes])[
        "discountRedeemCodeBulkAdd"
    ]
    return made


def buy(counter: Counter, code: str, email: str = "a@b.c") -> str:
    """What came of buying a belt with a code: the order's total, or why it is not taken."""
    body = {"email": email, "items": {"BELT-1": 1}, "codes": [code]}
    answer = counter.control("POST", "/orders", body).get_json()
    return str(answer["order"]["total_price"] if "order" in answer else answer["error"])


def test_codes_that_are_added_lead_to_their_discount_whatever_their_case(counter: Counter) -> None:
    number = discount(counter)
    assert add(counter, number, "ANA10-A", "ANA10-B")["bulkCreation"]["importedCount"] == 2
    found = counter.data(CODES, code="ana10-b")["codeDiscountNodeByCode"]
    assert (found["id"], found["codeDiscount"]["codesCount"]) == (number, {"count": 3})
    assert [one["code"] for one in found["codeDiscount"]["codes"]["nodes"]] == ["ANA10", "ANA10-A", "ANA10-B"]


def test_a_code_that_is_taken_fails_and_the_others_are_added(counter: Counter) -> None:
    number = discount(counter)
    made = add(counter, number, "ANA10-A", "ana10")["bulkCreation"]
    told = counter.data(BULK, id=made["id"])["discountRedeemCodeBulkCreation"]
    assert (made["done"], made["importedCount"], made["failedCount"]) == (True, 1, 1)
    assert [[error["code"] for error in one["errors"]] for one in told["codes"]["nodes"]] == [[], ["TAKEN"]]
    assert told["codes"]["nodes"][1]["discountRedeemCode"] is None


def test_adding_codes_may_take_its_time(counter: Counter) -> None:
    counter.control("POST", "/shop", {"code_seconds": 30})
    number = discount(counter)
    made = add(counter, number, "ANA10-A")["bulkCreation"]
    assert (made["done"], made["codesCount"], made["importedCount"]) == (False, 1, 0)
    assert counter.data(CODES, code="ANA10-A") == {"codeDiscountNodeByCode": None}
    counter.clock.move(seconds=30)
    told = counter.data(BULK, id=made["id"])["discountRedeemCodeBulkCreation"]
    assert (told["done"], told["discountCode"]) == (True, {"id": number})
    assert counter.data(CODES, code="ANA10-A")["codeDiscountNodeByCode"]["id"] == number


@pytest.mark.parametrize(("count", "code"), [(0, "BLANK"), (251, "TOO_LONG")])
def test_too_many_codes_at_once_are_refused(counter: Counter, count: int, code: str) -> None:
    made = add(counter, discount(counter), *(f"X{number}" for number in range(count)))
    assert (made["bulkCreation"], made["userErrors"][0]["code"]) == (None, code)


def test_codes_for_a_discount_that_is_gone_are_refused(counter: Counter) -> None:
    assert add(counter, "gid://shopify/DiscountCodeNode/1", "A")["userErrors"][0]["field"] == ["discountId"]


def test_each_code_works_as_often_as_it_may(counter: Counter) -> None:
    add(counter, discount(counter, usageLimit=1), "ANA10-A", "ANA10-B")
    assert buy(counter, "ana10-a") == "45.00"
    assert "used as often as it may be (1)" in buy(counter, "ANA10-A")
    assert buy(counter, "ANA10-B") == "45.00"
    (order, _) = counter.shop.orders.values()
    assert order.codes[0].code == "ANA10-A"


def test_a_discount_works_once_for_each_customer_by_whichever_code(counter: Counter) -> None:
    add(counter, discount(counter, appliesOncePerCustomer=True), "ANA10-A")
    assert buy(counter, "ANA10") == "45.00"
    assert "works once for each customer" in buy(counter, "ANA10-A", "A@b.c")
    assert buy(counter, "ANA10-A", "kim@example.com") == "45.00"


def test_a_discount_that_is_ended_takes_nothing_off_until_it_is_in_force_again(counter: Counter) -> None:
    number = discount(counter)
    counter.data(SWITCH % "Deactivate", id=number)
    assert "the code ANA10 is expired" in buy(counter, "ANA10")
    counter.data(SWITCH % "Activate", id=number)
    assert buy(counter, "ANA10") == "45.00"


def test_a_discount_that_has_not_begun_takes_nothing_off(counter: Counter) -> None:
    discount(counter, startsAt="2027-01-01T00:00:00Z")
    assert "the code ANA10 is scheduled" in buy(counter, "ANA10")


@pytest.mark.parametrize("what", ["Activate", "Deactivate"])
def test_a_discount_that_there_is_none_of_is_a_user_error(counter: Counter, what: str) -> None:
    made = counter.data(SWITCH % what, id="gid://shopify/DiscountCodeNode/1")[f"discountCode{what}"]
    assert made == {"codeDiscountNode": None, "userErrors": [{"code": "INVALID"}]}
