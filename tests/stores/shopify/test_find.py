"""Who a key belongs to, and what the shop says of them."""

from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.customer_keys import KeyKind
from plugin.domain.facts import LastOrder
from plugin.domain.money import Money
from plugin.ports import PermanentError
from sandbox.shopify.writes import change_customer, give_back, ship
from tests.conftest import NOW
from tests.stores.shopify.till import Till

GID = "gid://shopify/Customer/"


def test_a_customer_is_found_with_what_they_have_spent_and_bought(till: Till) -> None:
    made = till.customer(phone="+12125550100", tags=("VIP", "b2b"))
    till.order(items={"TABLE-1": 1})
    till.order(items={"BELT-1": 2, "LAMP-1": 1}, more={"tags": ("gift",)})
    found = till.ann()
    assert (found.id, found.name, found.emails, found.phones) == (
        str(made.id),
        "Ann Moss",
        ("ann@example.com",),
        ("+12125550100",),
    )
    assert (found.spent, found.orders, found.tags) == (
        Money(sum(int(one.spent * 100) for one in till.shop.orders.values()), "USD"),
        2,
        ("VIP", "b2b"),
    )
    assert found.last_order == LastOrder(
        name="#1002",
        at=NOW,
        total=Money(int(list(till.shop.orders.values())[1].total * 100), "USD"),
        status="paid",
        fulfilment="unfulfilled",
        skus=("BELT-1", "LAMP-1"),
        tags=("gift",),
    )


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "ann@example.com"), ("phone", "+12125550100"), ("order", "#1001")]
)
def test_a_customer_is_found_by_each_key(till: Till, kind: KeyKind, value: str) -> None:
    made = till.customer(phone="+12125550100")
    till.customer("bea@example.com", phone="+12125550101")
    till.order()
    till.order("bea@example.com")
    found = till.find(kind, value)
    assert found is not None
    assert found.id == str(made.id)


def test_a_customer_is_found_by_the_number_that_webhooks_give(till: Till) -> None:
    made = till.customer()
    found = till.find("id", str(made.id))
    assert found is not None
    assert found.emails == ("ann@example.com",)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "bea@example.com"), ("phone", "+4930123456"), ("order", "#9999"), ("id", "7")],
)
def test_who_is_not_there_is_nobody(till: Till, kind: KeyKind, value: str) -> None:
    till.customer()
    assert till.find(kind, value) is None


def test_a_guests_order_makes_nobody_known(till: Till) -> None:
    till.customer()
    till.order(guest=True)
    assert till.find("order", "#1001") is None


def test_a_phone_number_without_its_country_is_nobodys_and_not_asked_for(till: Till) -> None:
    assert till.find("phone", "2125550100") is None
    assert till.api.asked == []


def test_an_order_that_only_looks_alike_is_not_the_one(till: Till) -> None:
    customer = {"id": f"{GID}1"}
    till.api.instead = [{"data": {"orders": {"nodes": [{"name": "#1001-A", "customer": customer}]}}}]
    assert till.find("order", "#1001") is None


def test_an_orders_name_is_quoted_for_the_search(till: Till) -> None:
    till.find("order", '#1" OR tag:"x\\')
    assert till.api.asked[0]["variables"] == {"value": 'name:"#1\\" OR tag:\\"x\\\\"'}


def test_states_of_the_latest_order_are_words_in_small_letters(till: Till) -> None:
    till.customer()
    order = till.order()
    ship(till.shop, order.id, "UPS", "1Z1", "in_transit")
    give_back(till.shop, order.id, Decimal("10.00"), {}, "")
    last = till.ann().last_order
    assert last is not None
    assert (last.status, last.fulfilment) == ("partially_refunded", "fulfilled")


def test_who_never_bought_has_no_latest_order_and_spent_nothing(till: Till) -> None:
    till.customer()
    found = till.ann()
    assert (found.last_order, found.spent, found.orders) == (None, Money(0, "USD"), 0)


def test_the_instant_of_the_last_change_is_read(till: Till) -> None:
    made = till.customer()
    till.clock.move(hours=3)
    change_customer(till.shop, made.id, note="Likes blue.")
    assert till.ann().updated_at == till.clock()


def known(**changes: Any) -> dict[str, Any]:
    """An answer with a customer as Shopify shows them."""
    customer = {
        "id": f"{GID}7304211300000",
        "displayName": "Ann Moss",
        "tags": ["VIP"],
        "numberOfOrders": "12",
        "updatedAt": "2026-11-23T12:00:00Z",
        "amountSpent": {"amount": "12000.5", "currencyCode": "USD"},
        "defaultEmailAddress": {"emailAddress": "ann@example.com"},
        "defaultPhoneNumber": None,
        "lastOrder": None,
    }
    return {"data": {"customerByIdentifier": customer | changes}}


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12000.5", "USD", 1_200_050), ("500", "JPY", 500), ("1.25", "KWD", 1250)],
)
def test_money_has_the_digits_of_its_currency(till: Till, amount: str, currency: str, minor: int) -> None:
    till.api.instead = [known(amountSpent={"amount": amount, "currencyCode": currency})]
    assert till.ann().spent == Money(minor, currency)


def test_addresses_hidden_from_the_app_are_none(till: Till) -> None:
    till.api.instead = [known(defaultEmailAddress=None)]
    assert till.ann().emails == ()


def test_addresses_in_the_fields_of_older_versions_are_read(till: Till) -> None:
    till.api.instead = [known(defaultEmailAddress=None, email="ann@example.com", phone="+12125550100")]
    found = till.ann()
    assert (found.emails, found.phones) == (("ann@example.com",), ("+12125550100",))


def test_a_version_without_the_present_fields_is_asked_for_the_older_ones(till: Till) -> None:
    made = till.customer(phone="+12125550100")
    text = "Field 'defaultEmailAddress' doesn't exist on type 'Customer'"
    till.api.instead = [{"errors": [{"message": text, "extensions": {"code": "undefinedField"}}]}]
    found = till.ann()
    assert (found.id, found.emails, found.phones) == (str(made.id), ("ann@example.com",), ("+12125550100",))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": "gid://shopify/Order/1"}, "customerByIdentifier.id"),
        ({"id": None}, "customerByIdentifier.id"),
        ({"numberOfOrders": "many"}, "customerByIdentifier.numberOfOrders"),
        ({"numberOfOrders": True}, "customerByIdentifier.numberOfOrders"),
        ({"amountSpent": None}, "customerByIdentifier.amountSpent"),
        (
            {"amountSpent": {"amount": "much", "currencyCode": "USD"}},
            "customerByIdentifier.amountSpent.amount",
        ),
        (
            {"amountSpent": {"amount": "1e400", "currencyCode": "USD"}},
            "customerByIdentifier.amountSpent.amount",
        ),
        (
            {"amountSpent": {"amount": "1", "currencyCode": "dollars"}},
            "customerByIdentifier.amountSpent.currency",
        ),
        ({"updatedAt": "yesterday"}, "customerByIdentifier.updatedAt"),
        ({"lastOrder": {"name": "#1"}}, "customerByIdentifier.lastOrder"),
        ({"tags": "VIP"}, "customerByIdentifier.tags"),
    ],
)
def test_an_answer_that_cannot_be_read_names_the_field(
    till: Till, changes: dict[str, Any], path: str
) -> None:
    till.api.instead = [known(**changes)]
    with pytest.raises(PermanentError, match=path):
        till.ann()
