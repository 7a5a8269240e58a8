"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

BigKey: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that numbers itself; SQLite does so for its own INTEGER only."""

Document = JSON()
"""A JSON document; read and written whole, never queried inside, so plain JSON serves both databases."""


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC, on every database; a naive one is refused rather than guessed about."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware instant into UTC (SQLite keeps no zone: there, the digits are UTC's)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone, got the naive {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
