"""Inserting a row or changing the one that is there, in one statement of either database."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(session: Session, table: type[Any]) -> Any:
    """An INSERT that takes `on_conflict_do_update`, in the session's dialect."""
    lite = session.get_bind().dialect.name == "sqlite"
    return (sqlite.insert if lite else postgresql.insert)(table)
