"""Bring a database to the newest version; safe to run twice, and from several hosts at once."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from plugin.db.engine import Database, sqlite_path

MIGRATION_LOCK = 0x4D617267
"""The PostgreSQL advisory lock under which one host migrates and the others wait (the letters "Marg")."""


def migrate(database: Database) -> str:
    """Run what is missing; the version it is at now. The SQLite file is made where there is none."""
    if database.is_sqlite:
        _make_file(sqlite_path(database.url))
    with database.engine.execution_options(writes=True).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(_config(connection), "head")
    return newest()


def current(database: Database) -> str | None:
    """The version the database is at; None for an empty one."""
    with database.engine.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The version this code wants."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def _make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=30)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
