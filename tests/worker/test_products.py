"""What is on offer is asked of the store every hour, and for other settings at once."""

from typing import Any

import pytest

from plugin.db.engine import Database
from plugin.db.products import Products
from plugin.domain.money import Money
from plugin.ports import Connection, PermanentError, Product, TemporaryError
from plugin.settings_import import SettingsImport
from tests.fake_store import FakeStore, connect_store, sweep
from tests.fakes import World
from tests.worker_steps import work_all

BELT = Product("BELT-1", "Leather belt", Money(5000, "USD"), Money(1800, "USD"), 12)
CAP = Product("CAP-1", "Cap", Money(900, "USD"))
SETTINGS: dict[str, Any] = {
    "mode": "live",
    "offers": [
        {"name": "Belt", "sku": "BELT-1", "price": "50.00"},
        {"name": "Two belts", "sku": "BELT-1", "price": "90.00"},
        {"name": "Cap", "sku": "CAP-1", "price": "9.00"},
    ],
}


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(goods=[BELT, CAP])


@pytest.fixture
def world(database: Database, store: FakeStore) -> World:
    """A tenant with offers and a store."""
    made = World(database, stores={store.name: store})
    made.settings(SETTINGS)
    return made


@pytest.fixture
def account(world: World, store: FakeStore) -> Connection:
    return connect_store(world, store)


def look(world: World, account: Connection) -> None:
    """The clock says that it is time."""
    sweep(world, account)
    work_all(world)


def known(world: World, account: Connection) -> dict[str, Product]:
    with world.database.read() as session:
        return dict(Products(session, account.tenant_id).by_sku())


def test_what_is_on_offer_is_read_at_the_first_sweep(
    world: World, store: FakeStore, account: Connection
) -> None:
    look(world, account)
    assert store.asked_skus == [("BELT-1", "CAP-1")]
    assert known(world, account) == {"BELT-1": BELT, "CAP-1": CAP}


def test_it_is_read_again_after_an_hour(world: World, store: FakeStore, account: Connection) -> None:
    look(world, account)
    world.clock.move(minutes=30)
    look(world, account)
    assert len(store.asked_skus) == 1
    store.goods = [Product("BELT-1", "Leather belt", Money(5000, "USD"), stock=0)]
    world.clock.move(minutes=31)
    look(world, account)
    assert known(world, account) == {"BELT-1": store.goods[0]}


def test_for_other_settings_it_is_read_at_once(world: World, store: FakeStore, account: Connection) -> None:
    look(world, account)
    world.settings({**SETTINGS, "offers": SETTINGS["offers"][2:]})
    look(world, account)
    assert store.asked_skus[-1] == ("CAP-1",)
    assert known(world, account) == {"CAP-1": CAP}


def test_without_offers_nothing_is_asked_and_nothing_kept(
    world: World, store: FakeStore, account: Connection
) -> None:
    look(world, account)
    world.settings({"mode": "live"})
    look(world, account)
    assert (len(store.asked_skus), known(world, account)) == (1, {})


@pytest.mark.parametrize("error", [PermanentError("no scope"), TemporaryError("away")])
def test_a_store_that_refuses_keeps_its_word_and_its_sweep(
    world: World, store: FakeStore, account: Connection, error: Exception
) -> None:
    look(world, account)
    world.clock.move(hours=2)
    fail_on_products(store, error)
    look(world, account)
    assert known(world, account) == {"BELT-1": BELT, "CAP-1": CAP}
    store.fail = lambda: None
    store.goods = [CAP]
    look(world, account)
    assert known(world, account) == {"CAP-1": CAP}


def fail_on_products(store: FakeStore, error: Exception) -> None:
    asked = len(store.asked_skus)

    def fail() -> None:
        if len(store.asked_skus) > asked:
            raise error

    store.fail = fail


def test_another_tenants_goods_are_not_ours(world: World, store: FakeStore, account: Connection) -> None:
    look(world, account)
    other = world.connect("other")
    assert known(world, other) == {}


def test_a_cost_in_other_money_is_not_kept(world: World, store: FakeStore, account: Connection) -> None:
    store.goods = [Product("BELT-1", "Leather belt", Money(5000, "USD"), Money(1800, "EUR"), 12)]
    look(world, account)
    assert known(world, account)["BELT-1"].unit_cost is None


def test_what_is_on_offer_is_asked_for_as_soon_as_the_settings_name_it(database: Database) -> None:
    world = World(database)
    store = FakeStore(goods=[BELT])
    connect_store(world, store)
    put_in_force = SettingsImport(world.vault, world.clock, world.stores)
    offers = [{"name": "Belt", "sku": "BELT-1", "price": "50.00"}]
    with world.database.write() as session:
        put_in_force(
            session,
            world.connection.tenant_id,
            {"mode": "live", "currency": "USD", "offers": offers},
            "a test",
        )
    work_all(world)
    assert store.asked_skus
    with world.database.read() as session:
        assert "BELT-1" in Products(session, world.connection.tenant_id).by_sku()
