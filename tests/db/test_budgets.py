"""Budgets are shared by all workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from plugin.db.budgets import Budgets
from plugin.db.engine import Database
from plugin.db.retention import forget_budgets
from plugin.ports import Budget
from tests.fakes import World

BUDGET = Budget("updates", 5, 60)


def test_workers_share_one_budget(database: Database) -> None:
    world = World(database)
    budgets = Budgets(database)

    def take(_: int) -> float:
        return budgets.take(world.connection.id, BUDGET, world.clock())

    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(take, range(12)))
    assert waits.count(0.0) == 5
    world.clock.move(seconds=60.1)
    assert take(0) == 0.0


def test_budgets_of_connections_and_names_are_apart(database: Database) -> None:
    world = World(database)
    other = world.connect("other")
    budgets = Budgets(database)
    for _ in range(5):
        assert budgets.take(world.connection.id, BUDGET, world.clock()) == 0.0
    assert budgets.take(world.connection.id, BUDGET, world.clock()) > 0
    assert budgets.take(other.id, BUDGET, world.clock()) == 0.0
    assert budgets.take(world.connection.id, Budget("reads", 5, 60), world.clock()) == 0.0


def test_unused_budgets_are_forgotten(database: Database) -> None:
    world = World(database)
    budgets = Budgets(database)
    budgets.take(world.connection.id, BUDGET, world.clock())
    with database.write() as session:
        assert forget_budgets(session, world.connection.id, world.clock() - timedelta(hours=1)) == 0
        assert forget_budgets(session, world.connection.id, world.clock() + timedelta(hours=1)) == 1
