"""The engine and its sessions: readers and writers, durable on both databases."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5.0
"""How long a SQLite writer waits for another; below the shortest time-out of a vendor's webhook (5 s of Gorgias)."""


class Database:
    """One database, opened lazily (nothing before a fork). `read()` and `write()` each give one transaction."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = make_url(url)
        self.engine = _sqlite(self.url, busy_seconds) if self.is_sqlite else _postgres(self.url)
        self._writers = self.engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded default is in use."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; what it sees is one moment."""
        with Session(self.engine, autoflush=False) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are durable when the block ends, or did not happen at all."""
        with Session(self._writers) as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Close every pooled connection (before a fork, at the end)."""
        self.engine.dispose()


def sqlite_path(url: URL) -> Path:
    """The file of a SQLite address; relative ones count from the working directory."""
    if not url.database or url.database == ":memory:":
        raise ValueError("DATABASE_URL must name a file: an in-memory database cannot be shared by processes")
    return Path(url.database).absolute()


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    """SQLite with write-ahead log, full durability, and writers that queue up instead of losing updates.

    The file must exist (`migrate` makes it): a process must never answer "stored" into a new empty file
    because the real one was moved away. For the same reason the file's identity is checked at every check-out.
    """
    path = sqlite_path(url)

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=10000"):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    engine = create_engine(f"sqlite:///{path}", creator=connect, pool_size=16, max_overflow=16)
    event.listen(engine, "connect", lambda raw, entry: entry.info.update(file=_identity(path)))
    event.listen(engine, "checkout", lambda raw, entry, proxy: _same_file(path, entry))
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Writers take the lock at once: a lock taken half-way is refused by SQLite without waiting."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _same_file(path: Path, entry: ConnectionPoolEntry) -> None:
    """Refuse a connection whose file is no longer the one at the path: its commits would be lost with it."""
    if _identity(path) != entry.info.get("file"):
        raise DisconnectionError(f"{path} is not the file that was opened")


def _postgres(url: URL) -> Engine:
    options: dict[str, Any] = {"connect_timeout": 5, "application_name": "marginalia"}
    return create_engine(
        url, pool_size=8, max_overflow=8, pool_timeout=5, pool_pre_ping=True, connect_args=options
    )
