"""A database that is away for a while, and comes back as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from plugin.db.engine import Database, sqlite_path


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody reaches the database inside this block."""
    outage = _file_away if database.is_sqlite else _closed
    with outage(database):
        yield


@contextmanager
def _file_away(database: Database) -> Iterator[None]:
    path = sqlite_path(database.url)
    elsewhere = path.with_name("elsewhere.db")
    path.rename(elsewhere)
    yield
    elsewhere.rename(path)


@contextmanager
def _closed(database: Database) -> Iterator[None]:
    name = database.url.database
    admin = create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        yield
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    admin.dispose()
