"""What is known of the goods on offer, from the database to the offer on a ticket; one tenant's alone."""

from typing import Any

import pytest
from sqlalchemy import select

from plugin.db.engine import Database
from plugin.db.offer_answers import OfferAnswers
from plugin.db.sidebar_tables import ProductRow
from plugin.db.tables import TicketRow
from plugin.db.tickets import record_of
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.known_offers import KnownOffers
from plugin.ports import Connection, Product
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.worker_steps import work_all

SETTINGS = {
    "mode": "live",
    "currency": "USD",
    "offers": [
        {"name": "Belt", "sku": "BELT-9", "price": "50.00"},
        {"name": "Cap", "sku": "CAP-1", "price": "9.00"},
    ],
}


@pytest.fixture
def world(database: Database) -> World:
    """One tenant with two offers."""
    made = World(database)
    made.settings(SETTINGS)
    return made


def keep(world: World, connection: Connection, sku: str, **changes: Any) -> None:
    values = {"title": sku, "price": 5_000, "currency": "USD", "unit_cost": 2_000, "stock": 3, **changes}
    with world.database.write() as session:
        session.add(
            ProductRow(
                tenant_id=connection.tenant_id,
                connection_id=connection.id,
                sku=sku,
                as_of=world.clock(),
                **values,
            )
        )


def known(world: World, connection: Connection | None = None) -> KnownOffers:
    return KnownOffers(world.database, (connection or world.connection).tenant_id)


def test_products_are_told_as_the_store_told_them(world: World) -> None:
    keep(world, world.connection, "BELT-9")
    keep(world, world.connection, "CAP-1", unit_cost=None, stock=None)
    assert known(world).products() == {
        "BELT-9": Product("BELT-9", "BELT-9", Money(5_000, "USD"), Money(2_000, "USD"), 3),
        "CAP-1": Product("CAP-1", "CAP-1", Money(5_000, "USD"), None, None),
    }


def test_another_tenants_goods_and_answers_are_not_ours(world: World) -> None:
    other = world.connect("other")
    keep(world, other, "BELT-9")
    with world.database.write() as session:
        OfferAnswers(session, other.tenant_id).taken("Belt")
    assert known(world).products() == {}
    assert known(world).answers() == {}
    assert known(world, other).answers() == {"Belt": (1, 0)}


def test_every_answer_is_counted(world: World) -> None:
    with world.database.write() as session:
        answers = OfferAnswers(session, world.connection.tenant_id)
        for name in ("Belt", "Belt", "Cap"):
            answers.declined(name)
        answers.taken("Belt")
    assert known(world).answers() == {"Belt": (1, 2), "Cap": (0, 1)}


def test_a_ticket_gets_the_offer_that_is_worth_most_here(world: World) -> None:
    store = connect_store(world, FakeStore(customers=[customer()]))
    keep(world, store, "BELT-9")
    keep(world, store, "CAP-1", stock=0)
    with world.database.write() as session:
        OfferAnswers(session, world.connection.tenant_id).taken("Belt")
    world.helpdesk.tickets["5"] = ticket("5", "M or L?", reason_code="product.sizing", reason_value="mgn_x")
    world.hint("5")
    work_all(world)
    with world.database.read() as session:
        record = record_of(session.scalars(select(TicketRow)).one())
    why = ("fits the reason Product – Sizing question", "in stock: 3", "taken 1 of 1 times")
    assert record.offers == (Offered("Belt", "BELT-9", Money(5_000, "USD"), Money(3_000, "USD"), "new", why),)
