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
