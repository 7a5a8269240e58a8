"""`values rebuild` works every customer's value out again, and says how much that was."""

import json

import pytest

from plugin.db.engine import Database
from tests.commands.products import run
from tests.fake_store import FakeStore, connect_store, order, tell_order
from tests.fakes import World
from tests.worker_steps import work_all


@pytest.fixture
def world(database: Database) -> World:
    """A tenant whose store has sold one belt."""
    made = World(database)
    tell_order(made, connect_store(made, FakeStore()), order())
    work_all(made)
    return made


def test_a_program_reads_how_many_rows_it_went_through(world: World) -> None:
    result = run(world, "values", "rebuild", "--tenant", "acme", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"rows": 2})


def test_a_person_reads_a_line(world: World) -> None:
    result = run(world, "values", "rebuild", "--tenant", "acme")
    assert result.stdout == "Every customer's value is worked out again, from 2 rows of orders and values.\n"


def test_an_unknown_tenant_is_refused(world: World) -> None:
    result = run(world, "values", "rebuild", "--tenant", "nobody")
    assert (result.exit_code, result.stderr) == (
        1,
        "there is no tenant 'nobody'; the tenants are: acme\n",
    )
