"""Customers of a store as they are kept: found by proof, never joined by chance, made once by however many."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from plugin.db.customer_documents import read_orders
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Customers, Found
from plugin.db.engine import Database
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.facts import LastOrder
from plugin.domain.money import Money
from plugin.domain.orders import Order
from plugin.ports import Connection, StoreCustomer
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World

EMAIL = CustomerKey("email", "ann@example.com")
ORDER = CustomerKey("order", "#1001")


@pytest.fixture
def world(database: Database) -> World:
    """One tenant."""
    return World(database)


@pytest.fixture
def store(world: World) -> Connection:
    """A store of theirs."""
    return connect_store(world, FakeStore())


def keep(world: World, store: Connection, found: StoreCustomer, asked: CustomerKey | None = None) -> bool:
    with world.database.write() as session:
        return Customers(session, store.tenant_id).keep(store.id, found, world.clock(), asked)


def find(world: World, *keys: CustomerKey, stores: tuple[Connection, ...]) -> Found:
    with world.database.read() as session:
        ids = [store.id for store in stores]
        return Customers(session, world.connection.tenant_id).find(ids, keys, world.clock())


def test_a_customer_is_found_by_each_of_their_proofs(world: World, store: Connection) -> None:
    keep(world, store, customer(phones=("+12125550100",)))
    for kind, value in (("email", "ann@example.com"), ("phone", "+12125550100")):
        found = find(world, CustomerKey(kind, value), stores=(store,))  # type: ignore[arg-type]
        assert (found.customer.matched_by, found.customer.orders) == (kind, 9)


def test_workers_that_keep_the_same_new_customer_at_once_make_one(world: World, store: Connection) -> None:
    with ThreadPoolExecutor(6) as workers:
        news = list(workers.map(lambda _: keep(world, store, customer()), range(6)))
    assert news.count(True) == 1
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CustomerRow)) == 1


def test_an_order_number_joins_no_address_to_its_owner(world: World, store: Connection) -> None:
    keep(world, store, customer(), asked=ORDER)
    stranger = CustomerKey("email", "bob@example.com")
    assert find(world, stranger, stores=(store,)).customer.state == "unknown"
    assert find(world, ORDER, stores=(store,)).customer.matched_by == "order"


def test_an_address_that_is_theirs_no_longer_leads_to_them_no_longer(world: World, store: Connection) -> None:
    keep(world, store, customer())
    keep(world, store, customer(email="ann@new.example", updated_at=NOW + timedelta(days=1)))
    assert find(world, EMAIL, stores=(store,)).customer.state == "unknown"


def test_an_address_that_moved_leads_to_its_new_owner(world: World, store: Connection) -> None:
    keep(world, store, customer("1"))
    keep(world, store, customer("2", spent=5))
    found = find(world, EMAIL, stores=(store,)).customer
    assert found.spent is not None
    assert found.spent.minor == 5


def test_the_same_again_is_no_news(world: World, store: Connection) -> None:
    assert keep(world, store, customer())
    assert not keep(world, store, customer())
    assert keep(world, store, customer(orders=10))


def test_of_two_stores_the_customer_counts_who_spent_most(world: World, store: Connection) -> None:
    other = connect_store(world, FakeStore(), "second-shop")
    keep(world, store, customer(spent=100))
    keep(world, other, customer(spent=900_000))
    found = find(world, EMAIL, stores=(store, other))
    assert found.customer.spent is not None
    assert (found.customer.spent.minor, found.waiting) == (900_000, False)


def test_while_one_of_two_stores_is_silent_its_answer_is_waited_for(world: World, store: Connection) -> None:
    other = connect_store(world, FakeStore(), "second-shop")
    keep(world, store, customer(spent=100, latest_orders=()))
    found = find(world, EMAIL, stores=(store, other))
    assert (found.customer.state, found.waiting, found.to_ask) == ("unknown", True, ((other.id, EMAIL),))
    assert found.customer.orders == 9


def test_nobody_is_believed_for_an_hour_and_then_asked_about_again(world: World, store: Connection) -> None:
    with world.database.write() as session:
        Customers(session, store.tenant_id).keep_nobody(store.id, EMAIL, world.clock())
    assert find(world, EMAIL, stores=(store,)) == Found(replace(find(world, EMAIL, stores=(store,)).customer))
    world.clock.move(minutes=61)
    again = find(world, EMAIL, stores=(store,))
    assert (again.customer.state, again.waiting, again.to_ask) == ("nobody", False, ((store.id, EMAIL),))


ORDER_OF_TODAY = Order("#1002", NOW, Money(5000, "USD"), "paid", "fulfilled")


def row(world: World, store: Connection) -> CustomerRow:
    with world.database.read() as session:
        found = Customers(session, store.tenant_id).of_key(store.id, CustomerKey("id", "1"))
        assert found is not None
        session.expunge(found)
    return found


def told(**more: object) -> StoreCustomer:
    """A customer with their latest orders."""
    return customer(latest_orders=(ORDER_OF_TODAY,), **more)  # type: ignore[arg-type]


def test_latest_orders_are_kept_with_the_instant_they_were_told(world: World, store: Connection) -> None:
    keep(world, store, told())
    kept = row(world, store)
    assert (read_orders(kept.latest_orders), kept.orders_as_of) == ((ORDER_OF_TODAY,), world.clock())


def test_an_older_state_brings_no_orders(world: World, store: Connection) -> None:
    keep(world, store, told())
    keep(world, store, customer(latest_orders=(), updated_at=NOW - timedelta(days=1)))
    assert read_orders(row(world, store).latest_orders) == (ORDER_OF_TODAY,)


def test_the_same_latest_order_without_the_others_leaves_them_as_they_are(
    world: World, store: Connection
) -> None:
    keep(world, store, told())
    keep(world, store, customer(tags=("VIP",)))
    assert row(world, store).orders_as_of is not None


def test_news_of_an_order_asks_for_the_latest_again_and_counts_as_no_waiting(
    world: World, store: Connection
) -> None:
    keep(world, store, told())
    assert find(world, EMAIL, stores=(store,)).to_ask == ()
    last = LastOrder("#1003", NOW, Money(100, "USD"), "paid", "unfulfilled", ())
    keep(world, store, customer(last_order=last))
    found = find(world, EMAIL, stores=(store,))
    asked = ((store.id, CustomerKey("id", "1")),)
    assert (found.customer.state, found.waiting, found.to_ask) == ("known", False, asked)
    assert read_orders(row(world, store).latest_orders) == (ORDER_OF_TODAY,)


def test_who_was_only_swept_is_asked_about_once(world: World, store: Connection) -> None:
    keep(world, store, customer())
    number = CustomerKey("id", "1")
    assert find(world, EMAIL, stores=(store,)).to_ask == ((store.id, number),)
    keep(world, store, customer(), asked=number)
    assert find(world, EMAIL, stores=(store,)).to_ask == ()


def test_a_store_that_is_asked_anyway_is_not_asked_twice(world: World, store: Connection) -> None:
    keep(world, store, customer())
    world.clock.move(hours=25)
    assert find(world, EMAIL, stores=(store,)).to_ask == ((store.id, EMAIL),)


def test_who_never_bought_is_not_asked_about_for_orders(world: World, store: Connection) -> None:
    keep(world, store, customer(orders=0, last_order=None))
    assert find(world, EMAIL, stores=(store,)).to_ask == ()


def test_what_agents_noted_and_what_was_declined_is_no_stores_business(
    world: World, store: Connection
) -> None:
    keep(world, store, customer())
    with world.database.write() as session:
        kept = session.scalars(select(CustomerRow)).one()
        kept.notes, kept.declined = {"style": "short"}, {"belt": "2026-11-01"}
    keep(world, store, told(orders=10, name="Ann M."))
    assert (row(world, store).notes, row(world, store).declined) == (
        {"style": "short"},
        {"belt": "2026-11-01"},
    )


def test_a_day_old_customer_counts_and_is_asked_about_again(world: World, store: Connection) -> None:
    keep(world, store, told())
    world.clock.move(hours=25)
    found = find(world, EMAIL, stores=(store,))
    assert (found.customer.state, found.waiting, found.to_ask) == ("known", False, ((store.id, EMAIL),))


def test_a_customer_who_is_gone_is_nobody(world: World, store: Connection) -> None:
    keep(world, store, customer())
    with world.database.write() as session:
        Customers(session, store.tenant_id).keep_nobody(store.id, CustomerKey("id", "1"), world.clock())
    assert find(world, EMAIL, stores=(store,)).customer.state == "nobody"


def test_the_rank_is_the_share_of_those_who_spent_as_much_or_more(world: World, store: Connection) -> None:
    for number in range(1, 101):
        keep(world, store, customer(str(number), f"c{number}@example.com", spent=number))
    with world.database.read() as session:
        customers = Customers(session, store.tenant_id)
        best, worst = customers.by_email("c100@example.com"), customers.by_email("c1@example.com")
        assert best is not None
        assert worst is not None
        assert (customers.top_percent(best.id), customers.top_percent(worst.id)) == (1.0, 100.0)


def test_another_tenant_finds_nobody(world: World, store: Connection) -> None:
    keep(world, store, customer())
    other = world.connect("other")
    with world.database.read() as session:
        assert Customers(session, other.tenant_id).by_email("ann@example.com") is None
        assert Customers(session, other.tenant_id).find([store.id], [EMAIL], NOW).customer.state == "unknown"
