"""PostgreSQL databases that tests use one after another: each finds what a new, migrated one holds."""

import psycopg
import pytest

from plugin.db.engine import Database
from tests.conftest import Cluster
from tests.fakes import World


def contents(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return {name: rows(connection, name) for (name,) in tables}


def rows(connection: psycopg.Connection, table: str) -> int:
    (found,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() or (0,)
    return int(found)


def used(url: str) -> World:
    """The same database with a tenant, its connection and its settings, that nobody uses any more."""
    world = World(Database(url))
    world.hint("1")
    world.database.dispose()
    return world


def lent_again(cluster: Cluster) -> str:
    """A database that another test has used before."""
    url = cluster.lend()
    used(url)
    cluster.take_back(url)
    return cluster.lend()


def test_a_database_that_was_used_holds_what_a_new_one_holds(cluster: Cluster) -> None:
    again = lent_again(cluster)
    assert contents(again) == contents(cluster.migrated_database())
    cluster.take_back(again)


def test_numbers_begin_with_one_again(cluster: Cluster) -> None:
    again = lent_again(cluster)
    assert used(again).connection.id == 1
    cluster.take_back(again)


def test_who_kept_the_address_finds_nothing_there(cluster: Cluster) -> None:
    url = cluster.lend()
    cluster.take_back(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_a_database_in_use_is_not_lent_again(cluster: Cluster) -> None:
    url = cluster.lend()
    with psycopg.connect(url) as connection:
        cluster.take_back(url)
        assert rows(connection, "tenants") == 0
        again = cluster.lend()
        assert rows(connection, "tenants") == 0
    used(url)
    assert contents(again)["tenants"] == 0
    cluster.take_back(again)
