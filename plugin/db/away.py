"""Is it the database that is away, or our statement that is wrong? Only the first passes by itself."""

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InvalidRequestError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

MISSING_OBJECT = frozenset({"42P01", "42703", "3F000"})
"""PostgreSQL's states for a table, column or schema that is not there: not migrated, so not our query's fault."""
TROUBLES: tuple[type[Exception], ...] = (DBAPIError, DisconnectionError, PoolTimeout, InvalidRequestError)
"""The errors among which `is_away` tells one kind from the other."""


def is_away(error: BaseException) -> bool:
    """Whether the database is the trouble (gone, locked, not migrated), and not the statement sent to it."""
    if not isinstance(error, TROUBLES):
        return False
    if isinstance(error, ProgrammingError):
        return getattr(error.orig, "sqlstate", None) in MISSING_OBJECT
    if isinstance(error, InvalidRequestError):
        return "connection is closed" in str(error)
    return not isinstance(error, DataError | IntegrityError | NotSupportedError)
