"""The sweep brings the macros up to date, once an hour, and stops at nothing an account does not allow."""

import pytest
from sqlalchemy import select

from plugin.clock import JOBS, Clock
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.db.tables import ConnectionRow, DeliveryRow
from plugin.domain.facts import Macro
from plugin.ports import AccessError, TemporaryError
from tests.fakes import World, ticket
from tests.worker_steps import work_all

WISMO, REFUND = Macro("360001", "Where is my order"), Macro("360002", "Refunded")
SWEEP = next(job for job in JOBS if job.topic == "sweep_due")


@pytest.fixture
def world(database: Database) -> World:
    """One tenant whose helpdesk has a macro."""
    made = World(database)
    made.helpdesk.shelf = [WISMO]
    return made


def sweep(world: World, minutes: float = 10) -> None:
    world.clock.move(minutes=minutes)
    Clock(world.database, world.vault, world.clock).tick(SWEEP)
    work_all(world)


def known(world: World) -> list[Macro]:
    with world.database.read() as session:
        return Macros(session, world.connection.tenant_id).all(world.connection.id)


def failing(world: World, error: Exception) -> None:
    def fail(what: str, ticket_id: str) -> None:
        if what == "macros":
            raise error

    world.helpdesk.fail = fail


def states(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(DeliveryRow.state).order_by(DeliveryRow.id)))


def test_the_sweep_reads_them_and_again_after_an_hour(world: World) -> None:
    sweep(world)
    assert known(world) == [WISMO]
    world.helpdesk.shelf = [REFUND]
    sweep(world)
    assert known(world) == [WISMO]
    sweep(world, minutes=60)
    assert known(world) == [REFUND]


def test_an_account_that_does_not_let_us_read_them_is_swept_all_the_same(world: World) -> None:
    failing(world, AccessError("the token lacks the right to read macros"))
    world.helpdesk.tickets["5"] = ticket("5", "hello")
    sweep(world)
    assert world.helpdesk.loads == ["5"]
    assert set(states(world)) == {"worked"}
    with world.database.read() as session:
        assert session.scalars(select(ConnectionRow.trouble)).one() is None


def test_what_is_known_stays_while_the_vendor_is_in_trouble_and_the_next_sweep_tries_again(
    world: World,
) -> None:
    sweep(world)
    world.helpdesk.shelf = [REFUND]
    failing(world, TemporaryError("502"))
    sweep(world, minutes=60)
    assert (known(world), states(world)) == ([WISMO], ["worked", "worked"])
    world.helpdesk.fail = lambda what, ticket_id: None
    sweep(world)
    assert known(world) == [REFUND]


def test_an_account_that_wants_a_rest_gets_it(world: World) -> None:
    failing(world, TemporaryError("429", retry_after=60, whole_account=True))
    sweep(world)
    assert states(world) == ["pending"]
    with world.database.read() as session:
        assert session.scalars(select(ConnectionRow.paused_until)).one() is not None
