"""Net sales by day as stores count them; and books that are kept by the rules never differ from the store."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from plugin.bookkeeping import by_order
from plugin.db.engine import Database
from plugin.db.ledger_tables import OrderRow
from plugin.domain.reconciling import NetSales, net_sales
from plugin.domain.sales import OrderNews, Refund, SoldLine, merged
from plugin.ports import Connection
from plugin.reconciling import Reconciling
from plugin.worker.orders import keep_orders
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, order
from tests.fakes import World

ANA, BEN = "ana@shop.example", "ben@shop.example"
SETTINGS: dict[str, Any] = {
    "currency": "USD",
    "agents": [
        {"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"},
        {"email": BEN, "coupon": "BEN10", "coupon_share": "0.10", "commission": "0.05"},
    ],
    "costs": {
        "refund_share": [{"from": "2022-01", "share": "0.10", "base": "amount"}],
        "variable_per_order": [{"from": "2022-01", "amount": "1.50"}],
    },
}
TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
BACK = Refund("71", NOW + timedelta(days=1), goods=3_000, money=3_240, goodwill=500)
NUMBERS = count(1)


def test_a_sale_counts_on_its_day_and_what_came_back_on_its_own() -> None:
    assert net_sales(order(net=10_000, refunds=(BACK,)), "UTC") == {TODAY: 10_000, TOMORROW: -3_500}


def test_days_are_those_of_the_shops_zone() -> None:
    assert net_sales(order(net=10_000), "Pacific/Kiritimati") == {TOMORROW: 10_000}


def test_what_is_not_paid_yet_counts_as_stores_count() -> None:
    assert net_sales(order(net=10_000, status="pending"), "UTC") == {TODAY: 10_000}


def test_a_test_order_counts_nowhere() -> None:
    assert net_sales(order(test=True), "UTC") == {}


def test_a_cancelled_order_comes_back_on_the_day_of_its_cancelling() -> None:
    cancelled = order(net=10_000, cancelled_at=NOW + timedelta(days=1))
    assert net_sales(cancelled, "UTC") == {TODAY: 10_000, TOMORROW: -10_000}


def test_more_than_was_sold_never_comes_back() -> None:
    twice = replace(BACK, id="72", goods=9_000)
    assert sum(net_sales(order(net=10_000, refunds=(BACK, twice)), "UTC").values()) == 0


def test_a_gift_card_that_is_sold_is_a_debt_and_no_sale() -> None:
    card = SoldLine("1", "502", "GIFT", "Gift card", 1, 1, 5_000, gift_card=True)
    assert net_sales(order(lines=(card,)), "UTC") == {TODAY: 0}


def test_currencies_are_never_added_up() -> None:
    sales = NetSales()
    for one in (order("1", 100), order("2", 200, currency="EUR")):
        sales.add(one, one, "UTC", [])
    assert sales.days() == [(TODAY, "EUR", 200, 200), (TODAY, "USD", 100, 100)]


def test_of_two_states_of_one_instant_the_same_is_kept_whatever_refund_came_between() -> None:
    paid, pending = order(net=10_000), order(net=10_000, status="pending")
    told = [OrderNews("9001", paid), OrderNews("9001", refund=BACK), OrderNews("9001", pending)]
    at_once, one_by_one = merged(None, told), None
    for news in told:
        one_by_one = merged(one_by_one, [news])
    assert at_once == one_by_one == merged(merged(None, told[::-1]), ()) == replace(paid, refunds=(BACK,))


def test_a_refund_told_before_its_order_is_kept_in_its_newest_form(world: World) -> None:
    store = connect_store(world, FakeStore())
    for money in (4_000, 0):  # the older news comes last
        refund = Refund("71", NOW, goods=4_000, money=money)
        _bring_to_account(world, store, [OrderNews("1", refund=refund)])
    _bring_to_account(world, store, [OrderNews("1", order("1", 10_000))])
    with world.database.read() as session:
        (row,) = session.scalars(select(OrderRow).where(OrderRow.connection_id == store.id))
        assert [one["money"] for one in row.document["refunds"]] == [4_000]


@pytest.fixture
def world(database: Database) -> World:
    made = World(database)
    made.settings(SETTINGS)
    return made


def _state(number: str, hours: int, net: int, code: str | None, more: dict[str, Any]) -> OrderNews:
    """A state of an order; the third is in a currency that nobody has given a rate for."""
    currency = "EUR" if number == "3" else "USD"
    at = NOW + timedelta(hours=hours)
    return OrderNews(number, order(number, net, code, updated_at=at, currency=currency, **more))


STATES = st.builds(
    _state,
    st.sampled_from(["1", "2", "3"]),
    st.integers(0, 5),
    st.integers(0, 20_000),
    st.sampled_from([None, "ANA10", "ben10"]),
    st.sampled_from([{}, {"status": "pending"}, {"cancelled_at": NOW}, {"test": True}]),
)
REFUNDS = st.builds(
    lambda number, refund, goods: OrderNews(number, refund=Refund(refund, NOW, goods=goods, money=goods)),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["71", "72"]),
    st.integers(0, 12_000),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.one_of(STATES, REFUNDS), min_size=1, max_size=3), max_size=5))
def test_books_kept_by_whatever_was_told_in_whatever_order_agree_with_the_store_and_the_statements(
    world: World, deliveries: list[list[OrderNews]]
) -> None:
    fake = FakeStore()
    store = connect_store(world, fake, account=f"shop-{next(NUMBERS)}")
    for told in deliveries:
        _bring_to_account(world, store, told)
        _accept_codes(world, store)
    for order_id, news in by_order(one for told in deliveries for one in told).items():
        state = merged(None, news)
        if state is not None:
            fake.sold[order_id] = state
    with world.database.read() as session:
        view = world.views.reading(session, store.tenant_id)
    work = Reconciling(world.shop, store.tenant_id, view, _at_once)
    found, reading = work.store(store, NOW - timedelta(days=60))
    assert sum(reading) == len(fake.sold)
    assert found.differences == []
    assert work.statements()[1] == []


def _accept_codes(world: World, store: Connection) -> None:
    """A manager accepts every code, so that there is something in the books."""
    with world.database.write() as session:
        accepted = {"accepted": ["ana10", "ben10"], "agents": {}}
        session.execute(update(OrderRow).where(OrderRow.connection_id == store.id).values(ruling=accepted))
        ids = session.scalars(select(OrderRow.order_id).where(OrderRow.connection_id == store.id))
        keep_orders(world.shop, session, store, dict.fromkeys(ids, ()), NOW)


def _at_once(ask: Any, *about: Any) -> Any:
    return ask(*about)


def _bring_to_account(world: World, store: Connection, told: list[OrderNews]) -> None:
    with world.database.write() as session:
        keep_orders(world.shop, session, store, by_order(told), NOW)
