"""Alerts: what an agent must know before they write, the most pressing first."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.alerts import URGENCY, Alert, AlertKind, alerts_of
from plugin.domain.money import Money
from plugin.domain.orders import IN_TROUBLE, Order, Parcel, ParcelState, ReturnState
from tests.conftest import NOW


def order(name: str = "#1001", *parcels: Parcel, returning: ReturnState = "none", days: int = 0) -> Order:
    at = NOW - timedelta(days=days)
    return Order(name, at, Money(5_000, "USD"), "paid", "fulfilled", parcels=parcels, returning=returning)


def parcel(state: ParcelState, number: str = "1Z1") -> Parcel:
    return Parcel("UPS", number, state)


def test_a_customer_of_whom_nothing_is_known_raises_no_alert() -> None:
    assert alerts_of([], no_bots=False) == ()


def test_a_parcel_in_trouble_is_told_with_its_order_number_and_carrier() -> None:
    assert alerts_of([order("#1002", parcel("failed", "1Z9"))], no_bots=False) == (
        Alert("parcel_failed", "#1002", "1Z9", "UPS"),
    )


@pytest.mark.parametrize("state", sorted(set(get_args(ParcelState)) - IN_TROUBLE))
def test_a_parcel_that_goes_its_way_is_no_alert(state: ParcelState) -> None:
    assert alerts_of([order("#1001", parcel(state))], no_bots=False) == ()


@pytest.mark.parametrize("returning", ["none", "closed", "unknown"])
def test_no_open_return_is_no_alert(returning: ReturnState) -> None:
    assert alerts_of([order(returning=returning)], no_bots=False) == ()


def test_an_open_return_is_told_with_its_order() -> None:
    assert alerts_of([order("#1003", returning="arrived")], no_bots=False) == (
        Alert("return_arrived", "#1003"),
    )


def test_the_most_pressing_comes_first() -> None:
    orders = [
        order("#1003", parcel("delayed"), returning="requested"),
        order("#1002", parcel("failed"), returning="arrived"),
    ]
    assert [one.kind for one in alerts_of(orders, no_bots=True)] == [
        "parcel_failed",
        "parcel_delayed",
        "return_arrived",
        "return_requested",
        "no_bots",
    ]


def test_of_equals_the_newest_orders_comes_first() -> None:
    newest_first = [order("#1003", parcel("delayed", "b")), order("#1002", parcel("delayed", "a"), days=9)]
    assert [one.order for one in alerts_of(newest_first, no_bots=False)] == ["#1003", "#1002"]


def test_every_kind_has_its_place() -> None:
    assert set(URGENCY) == set(get_args(AlertKind))


ORDERS = st.lists(
    st.builds(
        order,
        st.sampled_from(["#1", "#2"]),
        st.sampled_from(get_args(ParcelState)).map(parcel),
        st.sampled_from(get_args(ParcelState)).map(parcel),
        returning=st.sampled_from(get_args(ReturnState)),
        days=st.integers(0, 400),
    ),
    max_size=4,
)


@given(ORDERS, st.booleans())
def test_whatever_was_bought_alerts_are_in_the_order_of_urgency(orders: list[Order], no_bots: bool) -> None:
    places = [URGENCY.index(one.kind) for one in alerts_of(orders, no_bots)]
    assert places == sorted(places)


@given(ORDERS, st.booleans())
def test_whatever_was_bought_there_is_one_alert_for_each_trouble_and_open_return(
    orders: list[Order], no_bots: bool
) -> None:
    troubles = sum(one.state in IN_TROUBLE for order_ in orders for one in order_.parcels)
    returns = sum(order_.returning in ("requested", "under_way", "arrived") for order_ in orders)
    assert len(alerts_of(orders, no_bots)) == troubles + returns + no_bots
