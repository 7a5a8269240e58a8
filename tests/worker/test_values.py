"""What customers were worth: kept up with every order and refund, and the same when rebuilt from scratch."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from plugin.bookkeeping import by_order
from plugin.db.engine import Database
from plugin.db.ledger_tables import CustomerValueRow, OrderRow
from plugin.db.order_documents import read_order
from plugin.db.unit_costs import UnitCosts
from plugin.db.values import Values
from plugin.domain.money import Money
from plugin.domain.order_lines import came_back
from plugin.domain.sales import OrderNews, Refund, StoreOrder
from plugin.domain.values import CustomerValue, customer_of
from plugin.ports import Connection, UnitCost
from plugin.rebuilding import rebuild
from plugin.worker.orders import keep_orders
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, order
from tests.fakes import World

BY_COST: dict[str, Any] = {
    "currency": "USD",
    "costs": {"refund_share": [{"from": "2022-01", "share": "0.10", "base": "cost"}]},
}
"""Settings by which the cost of every refunded order is asked for."""
NUMBERS = count(1)


@pytest.fixture
def world(database: Database) -> World:
    made = World(database)
    made.settings(BY_COST)
    return made


@pytest.fixture
def store(world: World) -> Connection:
    return new_store(world)


def new_store(world: World) -> Connection:
    """A store whose belts cost 41.00."""
    store = connect_store(world, FakeStore(), account=f"shop-{next(NUMBERS)}")
    with world.database.write() as session:
        costs = [UnitCost("501", "801", "BELT-1", Money(4_100, "USD"))]
        UnitCosts(session, store.tenant_id).keep(store.id, ["501"], costs, "USD", NOW)
    return store


def told(world: World, store: Connection, *news: OrderNews) -> None:
    """All of it is brought to account at once."""
    with world.database.write() as session:
        keep_orders(world.shop, session, store, by_order(news), NOW)


def bought(world: World, store: Connection, *orders: StoreOrder) -> None:
    told(world, store, *(OrderNews(one.id, one) for one in orders))


def values(world: World, store: Connection) -> dict[str, CustomerValue]:
    """The rows that are kept, by customer."""
    with world.database.read() as session:
        rows = session.scalars(select(CustomerValueRow).where(CustomerValueRow.connection_id == store.id))
        return {row.customer_id: _value(row) for row in rows}


def _value(row: CustomerValueRow) -> CustomerValue:
    return CustomerValue(
        row.orders, row.net, row.refunded, row.margin, row.currency, row.first_at, row.last_at
    )


def test_orders_of_one_customer_are_one_row(world: World, store: Connection) -> None:
    later = NOW + timedelta(days=1)
    bought(world, store, order("1", 10_000), order("2", 5_001, placed_at=later))
    assert values(world, store) == {"1": CustomerValue(2, 15_001, 0, None, "USD", NOW, later)}


def test_what_came_back_is_taken_off(world: World, store: Connection) -> None:
    bought(world, store, order("1", 10_000))
    told(world, store, OrderNews("1", refund=Refund("7", NOW, goods=4_000, money=4_000)))
    found = values(world, store)["1"]
    assert (found.net, found.refunded, found.orders) == (6_000, 4_000, 1)


def test_a_cancelled_order_is_worth_nothing_even_where_no_refund_was_told(
    world: World, store: Connection
) -> None:
    bought(world, store, order("1", 10_000, cancelled_at=NOW))
    assert values(world, store)["1"].net == 0


def test_the_margin_is_told_where_the_cost_of_everything_is_known(world: World, store: Connection) -> None:
    bought(world, store, order("1", 10_000))
    told(world, store, OrderNews("1", refund=Refund("7", NOW, goods=5_000, money=5_000)))
    assert values(world, store)["1"].margin == 5_000 - 2_050
    bought(world, store, order("2", 10_000))
    assert values(world, store)["1"].margin is None


@pytest.mark.parametrize("other", [{"test": True}, {"status": "pending"}])
def test_what_does_not_count_is_worth_nothing(world: World, store: Connection, other: Any) -> None:
    bought(world, store, order("1", **other))
    assert values(world, store) == {}


def test_an_order_that_counts_no_more_takes_the_row_away(world: World, store: Connection) -> None:
    bought(world, store, order("1"))
    bought(world, store, order("1", status="voided", updated_at=NOW + timedelta(hours=1)))
    assert values(world, store) == {}


def test_a_guest_goes_by_their_address(world: World, store: Connection) -> None:
    bought(world, store, order("1", customer_id=None, email="Bob@Example.com"))
    assert list(values(world, store)) == ["email:bob@example.com"]


def test_an_order_that_turns_out_to_be_somebody_elses_moves(world: World, store: Connection) -> None:
    bought(world, store, order("1", customer_id=None))
    bought(world, store, order("1", customer_id="1", updated_at=NOW + timedelta(hours=1)))
    assert list(values(world, store)) == ["1"]


def test_of_two_currencies_the_latest_counts(world: World, store: Connection) -> None:
    later = NOW + timedelta(days=1)
    bought(world, store, order("1", 10_000), order("2", 9_000, currency="EUR", placed_at=later))
    found = values(world, store)["1"]
    assert (found.net, found.currency, found.orders) == (9_000, "EUR", 1)


def test_somebody_is_worth_what_they_bought_with_an_account_and_as_a_guest(
    world: World, store: Connection
) -> None:
    bought(world, store, order("1", 10_000), order("2", 500, customer_id=None))
    with world.database.read() as session:
        found = Values(session, store.tenant_id).of(store.id, "1", ["Ann@example.com"])
    assert found is not None
    assert (found.orders, found.net, found.average.minor) == (2, 10_500, 5_250)


def test_two_workers_with_orders_of_one_customer_lose_none_of_them(world: World, store: Connection) -> None:
    other = Thread(target=bought, args=(world, store, order("2", 5_000)))
    with world.database.write() as session:
        keep_orders(world.shop, session, store, by_order([OrderNews("1", order("1", 10_000))]), NOW)
        other.start()
        other.join(0.5)
        assert other.is_alive()  # it waits for us
    other.join()
    assert values(world, store)["1"].orders == 2


def test_rebuilding_mends_what_is_wrong_and_drops_what_nobody_bought(world: World, store: Connection) -> None:
    bought(world, store, order("1", 10_000))
    right = values(world, store)
    with world.database.write() as session:
        session.execute(update(CustomerValueRow).values(net=1, margin=7))
        mine: dict[str, Any] = {"tenant_id": store.tenant_id, "connection_id": store.id, "currency": "USD"}
        mine |= {"orders": 3, "net": 9, "refunded": 0, "first_at": NOW, "last_at": NOW}
        session.add(CustomerValueRow(customer_id="9", **mine))
    assert sum(rebuild(world.database, store.tenant_id, page=1)) == 3
    assert values(world, store) == right


def test_rebuilding_makes_rows_for_orders_that_were_kept_before_there_were_any(
    world: World, store: Connection
) -> None:
    bought(world, store, order("1"), order("2", customer_id=None), order("3", customer_id=None, email=None))
    right = values(world, store)
    with world.database.write() as session:
        session.query(CustomerValueRow).delete()
    list(rebuild(world.database, store.tenant_id))
    assert values(world, store) == right
    assert len(right) == 2


STATES = st.builds(
    lambda number, hours, buyer, net, more: OrderNews(
        number,
        order(number, net, updated_at=NOW + timedelta(hours=hours), **dict(buyer), **dict(more)),
    ),
    st.sampled_from(["1", "2", "3"]),
    st.integers(0, 5),
    st.sampled_from(
        [
            (("customer_id", "1"),),
            (("customer_id", "2"),),
            (("customer_id", None),),
            (("customer_id", None), ("email", None)),
        ]
    ),
    st.integers(0, 20_000),
    st.sampled_from([(), (("status", "pending"),), (("cancelled_at", NOW),), (("test", True),)]),
)
REFUNDS = st.builds(
    lambda number, refund, goods: OrderNews(number, refund=Refund(refund, NOW, goods=goods, money=goods)),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["71", "72"]),
    st.integers(0, 12_000),
)
TOLD = st.lists(st.lists(st.one_of(STATES, REFUNDS), min_size=1, max_size=3), max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOLD)
def test_kept_up_and_rebuilt_are_the_same_whatever_comes_in_whatever_order(
    world: World, deliveries: list[list[OrderNews]]
) -> None:
    store = new_store(world)
    for news in deliveries:
        told(world, store, *news)
    kept = values(world, store)
    assert kept == _by_hand(world, store)
    list(rebuild(world.database, store.tenant_id, page=2))
    assert values(world, store) == kept


def _by_hand(world: World, store: Connection) -> dict[str, CustomerValue]:
    """The same from the whole orders, one after the other."""
    with world.database.read() as session:
        rows = list(session.scalars(select(OrderRow).where(OrderRow.connection_id == store.id)))
        found: dict[str, list[tuple[StoreOrder, OrderRow]]] = {}
        for row in rows:
            read = read_order(row.document)
            buyer = customer_of(read)
            if read.counts and buyer is not None:
                found.setdefault(buyer, []).append((read, row))
        return {buyer: _summed(orders) for buyer, orders in found.items()}


def _summed(orders: Iterable[tuple[StoreOrder, OrderRow]]) -> CustomerValue:
    known = list(orders)
    net = sum(one.net - came_back(one) for one, _ in known)
    costs = [row.cost for _, row in known if row.cost is not None]
    days = [one.placed_at for one, _ in known]
    return CustomerValue(
        orders=len(known),
        net=net,
        refunded=sum(came_back(one) for one, _ in known),
        margin=net - sum(costs) if len(costs) == len(known) else None,
        currency="USD",
        first_at=min(days),
        last_at=max(days),
    )
