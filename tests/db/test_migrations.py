"""Migrations bring both databases to what the tables say, from nothing, twice, and from several hosts at once."""

from concurrent.futures import ThreadPoolExecutor

from alembic import command

from plugin.db import migrate as migrating
from plugin.db.engine import Database
from plugin.db.migrate import current, migrate, newest


def test_an_empty_database_is_brought_to_the_newest_version(database_url: str) -> None:
    database = Database(database_url)
    assert migrate(database) == newest()
    assert current(database) == newest()
    database.dispose()


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert migrate(database) == newest()


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.check(migrating._config(connection))


def test_several_hosts_may_migrate_at_once(database_url: str) -> None:
    databases = [Database(database_url, busy_seconds=20) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, databases)) == [newest()] * 4
    for database in databases:
        database.dispose()
