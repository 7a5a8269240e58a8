"""Common to all tables: names that migrations can rely on, column types, and the keys that every row has."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from plugin.db.types import BigKey, Document, Instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Common to all tables: names that migrations can rely on, and our column types."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: Document,
        list[Any]: Document,
        str: Text,
    }


def key() -> Mapped[int]:
    """The numbered primary key of a table."""
    return mapped_column(BigKey, primary_key=True, autoincrement=True)


def tenant_key() -> Mapped[int]:
    """Whose row it is."""
    return mapped_column(BigKey, ForeignKey("tenants.id", ondelete="CASCADE"))


def connection_key() -> Mapped[int]:
    """Which vendor account of the tenant it concerns."""
    return mapped_column(BigKey, ForeignKey("connections.id", ondelete="CASCADE"))
