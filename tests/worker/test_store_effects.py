"""What is made in a store goes out as what is written to a helpdesk: once, looked for, with reasons that help."""

import pytest
from sqlalchemy import select

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.outbox import Outbox
from plugin.db.tables import EffectRow
from plugin.domain.effects import Effect, create_code, create_draft_order
from plugin.domain.retry import SETTLING
from plugin.ports import AccessError, Connection, PermanentError, TemporaryError
from tests.fake_store import FakeStore, connect_store
from tests.fakes import World
from tests.worker_steps import work_all

CODE = create_code("ANA10-7K2", "ANA10", "0.10", "5", "ANA10-AAA")
DRAFT = create_draft_order("mgn-1", "BELT-1", "50.00", "USD", None, "Offered in ticket 5")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def account(world: World, store: FakeStore) -> Connection:
    """The tenant's store."""
    return connect_store(world, store)


def send(world: World, account: Connection, effect: Effect) -> None:
    with world.database.write() as session:
        Outbox(session).put(account.tenant_id, account.id, [effect], world.clock())
    work_all(world)


def row(world: World) -> EffectRow:
    with world.database.read() as session:
        found = session.scalars(select(EffectRow)).one()
        session.expunge(found)
    return found


def failing_once(store: FakeStore, error: Exception) -> None:
    errors = [error]

    def fail() -> None:
        if errors:
            raise errors.pop()

    store.fail = fail


def test_what_came_of_it_is_kept(world: World, store: FakeStore, account: Connection) -> None:
    send(world, account, CODE)
    assert store.done == [(CODE, False)]
    assert (row(world).state, row(world).reference) == ("done", "made-code:ANA10-7K2")


def test_nothing_of_it_reaches_the_helpdesk(world: World, store: FakeStore, account: Connection) -> None:
    send(world, account, CODE)
    assert (world.helpdesk.updates, world.helpdesk.tags_of_customers) == ([], [])


def test_a_code_of_which_nobody_knows_whether_it_was_made_is_looked_for(
    world: World, store: FakeStore, account: Connection
) -> None:
    failing_once(store, TemporaryError("the connection broke", unknown=True))
    send(world, account, CODE)
    world.clock.move(seconds=2)
    work_all(world)
    assert store.done == [(CODE, True)]


def test_a_draft_order_is_looked_for_once_its_mark_can_be_found(
    world: World, store: FakeStore, account: Connection
) -> None:
    failing_once(store, TemporaryError("the connection broke", unknown=True))
    send(world, account, DRAFT)
    world.clock.move(seconds=SETTLING.total_seconds() - 5)
    work_all(world)
    assert store.done == []
    world.clock.move(seconds=10)
    work_all(world)
    assert store.done == [(DRAFT, True)]


def test_a_refusal_is_told_and_not_tried_again(world: World, store: FakeStore, account: Connection) -> None:
    failing_once(store, PermanentError("the shop sells nothing with the SKU BELT-1"))
    send(world, account, DRAFT)
    world.clock.move(days=1)
    work_all(world)
    assert (row(world).state, row(world).error) == ("dead", "the shop sells nothing with the SKU BELT-1")


def test_a_missing_scope_is_the_stores_trouble(world: World, store: FakeStore, account: Connection) -> None:
    failing_once(store, AccessError("give the app write_discounts"))
    send(world, account, CODE)
    with world.database.read() as session:
        connections = Connections(session, world.vault)
        assert connections.trouble(account.id) == "give the app write_discounts"
        assert connections.trouble(world.connection.id) is None
