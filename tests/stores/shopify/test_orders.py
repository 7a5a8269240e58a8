"""The latest orders of a customer: what was bought, where its parcels are, and what comes back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from graphql import parse

from plugin.domain.money import Money
from plugin.domain.orders import Order, OrderLine, Parcel
from plugin.ports import AccessError, PermanentError
from plugin.stores.shopify.orders import NO_PARCEL, PARCELS, RETURNS
from plugin.stores.shopify.queries import BY_EMAIL, BY_ID, BY_ORDER, BY_PHONE, CHANGED, Document
from sandbox.shopify import costs
from sandbox.shopify.graph import schema
from sandbox.shopify.writes import change_order, ship
from tests.conftest import NOW
from tests.stores.shopify.till import Till

ONE_QUERY = 1000
"""The most points that one query may cost."""


def latest(till: Till) -> tuple[Order, ...]:
    found = till.ann().latest_orders
    assert found is not None
    return found


def parcels(till: Till) -> tuple[Parcel, ...]:
    return latest(till)[0].parcels


@pytest.fixture
def ann(till: Till) -> Till:
    """A shop with one customer, who bought a belt."""
    till.customer()
    till.order()
    return till


def test_an_order_says_what_was_bought_and_what_was_paid(ann: Till) -> None:
    assert latest(ann) == (
        Order(
            "#1001", NOW, Money(5000, "USD"), "paid", "unfulfilled", (OrderLine("BELT-1", "Leather belt", 1),)
        ),
    )


def test_the_newest_three_are_told_the_newest_first(ann: Till) -> None:
    for _ in range(4):
        ann.clock.move(hours=1)
        ann.order()
    assert [one.name for one in latest(ann)] == ["#1005", "#1004", "#1003"]


def test_a_parcel_says_where_it_is_and_when_it_is_due(ann: Till) -> None:
    due = NOW + timedelta(days=2)
    ship(ann.shop, next(iter(ann.shop.orders)), "UPS", "1Z1", "delayed", due)
    assert parcels(ann) == (Parcel("UPS", "1Z1", "delayed", "https://tracking.example/1Z1", due),)


def test_every_parcel_of_an_order_is_told(ann: Till) -> None:
    for number in ("1Z1", "1Z2"):
        ship(ann.shop, next(iter(ann.shop.orders)), "UPS", number, "in_transit")
    assert [one.number for one in parcels(ann)] == ["1Z1", "1Z2"]


def test_what_was_sent_without_a_number_is_a_parcel_all_the_same(ann: Till) -> None:
    ship(ann.shop, next(iter(ann.shop.orders)), None, None, "out_for_delivery")
    assert parcels(ann) == (Parcel("", "", "out_for_delivery"),)


def test_a_return_is_told(ann: Till) -> None:
    change_order(ann.shop, next(iter(ann.shop.orders)), return_status="return_requested")
    assert latest(ann)[0].returning == "requested"


def test_who_never_bought_has_none(till: Till) -> None:
    till.customer()
    assert latest(till) == ()


def test_a_sweep_does_not_ask_for_them(ann: Till) -> None:
    page = ann.store.customers_changed(ann.api, None, NOW - timedelta(days=1))
    assert [one.latest_orders for one in page.customers] == [None]


def words(name: str) -> set[str]:
    return {value.lower() for value in schema().type_map[name].values}  # type: ignore[attr-defined]


def test_every_word_for_a_parcel_is_known_but_those_that_only_say_it_was_sent() -> None:
    unknown = words("FulfillmentDisplayStatus") - set(PARCELS) - NO_PARCEL
    assert unknown == {"fulfilled", "marked_as_fulfilled"}


def test_every_word_for_a_return_is_known_but_failure() -> None:
    assert words("OrderReturnStatus") - set(RETURNS) == {"return_failed"}


def answered(**changes: Any) -> dict[str, Any]:
    """An answer with an order as Shopify shows it."""
    order = {
        "name": "#1",
        "createdAt": "2026-11-01T00:00:00Z",
        "totalPriceSet": {"shopMoney": {"amount": "1", "currencyCode": "USD"}},
        **changes,
    }
    customer = {
        "id": "gid://shopify/Customer/1",
        "updatedAt": "2026-11-23T12:00:00Z",
        "amountSpent": {"amount": "1", "currencyCode": "USD"},
        "orders": {"nodes": [order]},
    }
    return {"data": {"customerByIdentifier": customer}}


def test_words_that_are_new_are_unknown(till: Till) -> None:
    till.api.instead = [answered(returnStatus="SENT_BACK", fulfillments=[{"displayStatus": "TELEPORTED"}])]
    (order,) = latest(till)
    assert (order.returning, order.parcels[0].state) == ("unknown", "unknown")


@pytest.mark.parametrize("word", ["CANCELED", "LABEL_VOIDED"])
def test_what_was_called_off_is_no_parcel(till: Till, word: str) -> None:
    till.api.instead = [answered(fulfillments=[{"displayStatus": word}])]
    assert parcels(till) == ()


def test_an_address_of_another_kind_is_not_told(till: Till) -> None:
    tracking = [{"company": "UPS", "number": "1", "url": "javascript:alert(1)"}]
    till.api.instead = [answered(fulfillments=[{"displayStatus": "DELAYED", "trackingInfo": tracking}])]
    assert parcels(till)[0].url == ""


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"createdAt": "x"}, r"orders.nodes\[0\].createdAt"),
        ({"lineItems": {"nodes": [{"quantity": "x"}]}}, r"lineItems.nodes\[0\].quantity"),
        ({"fulfillments": [{"estimatedDeliveryAt": "x"}]}, r"fulfillments\[0\].estimatedDeliveryAt"),
        ({"fulfillments": 7}, "fulfillments"),
    ],
)
def test_an_order_that_cannot_be_read_names_the_field(till: Till, changes: dict[str, Any], path: str) -> None:
    till.api.instead = [answered(**changes)]
    with pytest.raises(PermanentError, match=path):
        till.ann()


def test_without_the_scope_for_returns_everything_else_is_told(ann: Till) -> None:
    ship(ann.shop, next(iter(ann.shop.orders)), "UPS", "1Z1", "delayed")
    change_order(ann.shop, next(iter(ann.shop.orders)), return_status="return_requested")
    ann.shop.scopes -= {"read_returns"}
    (order,) = latest(ann)
    assert (order.returning, len(order.parcels)) == ("none", 1)


def test_without_the_scope_for_parcels_everything_else_is_told(ann: Till) -> None:
    ship(ann.shop, next(iter(ann.shop.orders)), "UPS", "1Z1", "delayed")
    change_order(ann.shop, next(iter(ann.shop.orders)), return_status="return_requested")
    ann.shop.scopes -= {"read_fulfillments"}
    (order,) = latest(ann)
    assert (order.returning, order.parcels) == ("requested", ())


def test_without_either_the_customer_is_found_all_the_same(ann: Till) -> None:
    ann.shop.scopes -= {"read_fulfillments", "read_returns"}
    assert [one.name for one in latest(ann)] == ["#1001"]


def test_a_version_that_knows_no_due_date_tells_the_parcels(ann: Till) -> None:
    ship(ann.shop, next(iter(ann.shop.orders)), "UPS", "1Z1", "delayed", NOW)
    text = "Field 'estimatedDeliveryAt' doesn't exist on type 'Fulfillment'"
    ann.api.instead = [{"errors": [{"message": text, "extensions": {"code": "undefinedField"}}]}]
    (parcel,) = parcels(ann)
    assert replace(parcel, due=None) == parcel


def test_a_version_without_due_dates_in_a_shop_without_the_scope_is_asked_for_less_and_less(
    ann: Till,
) -> None:
    ann.shop.scopes -= {"read_fulfillments"}
    text = "Field 'estimatedDeliveryAt' doesn't exist on type 'Fulfillment'"
    ann.api.instead = [{"errors": [{"message": text, "extensions": {"code": "undefinedField"}}]}]
    assert (latest(ann)[0].parcels, len(ann.api.asked)) == ((), 3)


def test_what_cannot_be_spared_is_refused_once(ann: Till) -> None:
    ann.shop.scopes -= {"read_orders"}
    with pytest.raises(AccessError, match="read_orders"):
        ann.ann()
    assert len(ann.api.asked) == 1


@pytest.mark.parametrize("document", [BY_EMAIL, BY_PHONE, BY_ID, BY_ORDER, CHANGED], ids=lambda one: one.name)
def test_no_question_costs_more_than_one_may(document: Document) -> None:
    parsed = parse(document.text)
    operation: Any = parsed.definitions[0]
    assert costs.requested(schema(), parsed, operation, {}) < ONE_QUERY
