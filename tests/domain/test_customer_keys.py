"""What a customer is looked up by: proofs in their order, folded, and never a name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.customer_keys import (
    CustomerKey,
    customer_resource,
    email_key,
    key_of,
    keys_of,
    phone_key,
)
from plugin.domain.facts import Message, Person
from tests.conftest import NOW
from tests.fakes import ticket


def keys(text: str = "", **person: Any) -> list[tuple[str, str]]:
    asked = ticket("5", text, requester=Person("7", "Ann", **person))
    return [(key.kind, key.value) for key in keys_of(asked)]


def test_the_better_proof_comes_first() -> None:
    found = keys("order #1001", email="Ann@Shop.example", phone="+1 (212) 555-0100")
    assert found == [("email", "ann@shop.example"), ("phone", "+12125550100"), ("order", "#1001")]


def test_a_name_is_no_key() -> None:
    assert keys("hello, this is Ann") == []


@pytest.mark.parametrize(
    "text",
    [
        "where is order 1001?",
        "Order number: 1001",
        "about ORDER #1001",
        "ma commande 1001",
        "mi pedido #1001",
        "meine Bestellung 1001",
        "سفارش ۱۰۰۱ کجاست",
        "أين الطلب ١٠٠١",
    ],
)
def test_an_order_is_recognised_as_customers_name_it(text: str) -> None:
    assert keys(text) == [("order", "#1001")]


@pytest.mark.parametrize("text", ["I paid 1001 dollars", "call 5551001", "in 2026", "#12", "room no. 1001"])
def test_any_other_number_is_none(text: str) -> None:
    assert keys(text) == []


def test_who_names_many_orders_is_asked_about_three() -> None:
    assert len(keys("#1001 #1002 #1003 #1004 #1005")) == 3


def test_what_the_shop_writes_names_no_order_of_the_customers() -> None:
    answer = Message("2", "3", False, True, "see order #1002", NOW)
    asked = ticket("5", "hello")
    two = ticket("5", "hello", messages=(*asked.messages, answer), requester=Person("7"))
    assert keys_of(two) == ()


@pytest.mark.parametrize(
    "email", [None, "", "ann", "ann@", "@shop.example", "a b@shop.example", "a@b@c.example", "x" * 200]
)
def test_what_is_no_address_is_no_key(email: str | None) -> None:
    assert email_key(email) is None


@pytest.mark.parametrize("phone", [None, "", "12", "anonymous", "+1 212 555 0100 ext 4"])
def test_what_is_no_phone_number_is_no_key(phone: str | None) -> None:
    assert phone_key(phone) is None


@given(st.sampled_from(("email", "phone", "order", "id")), st.text(min_size=1))
def test_a_resource_names_its_key(kind: Any, value: str) -> None:
    key = CustomerKey(kind, value)
    assert key_of(customer_resource(key)) == key


@pytest.mark.parametrize(
    "resource", ["ticket:5", "customer:", "customer:email", "customer:name:Ann", "customer:email:"]
)
def test_anything_else_names_no_customer(resource: str) -> None:
    with pytest.raises(ValueError, match="names no customer"):
        key_of(resource)


@given(st.text(), st.text(), st.text())
def test_whatever_people_write_the_keys_can_be_kept(text: str, email: str, phone: str) -> None:
    for kind, value in keys(text, email=email, phone=phone):
        assert 0 < len(value) <= 120
        assert kind in ("email", "phone", "order")
