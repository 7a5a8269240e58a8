"""Rebuilding the values of a tenant's customers from scratch, page by page: no worker waits behind it for long."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from plugin.db.engine import Database
from plugin.db.values import Values, Whose

PAGE: Final = 1_000
Page = Sequence[tuple[int, Whose | None]]


def rebuild(database: Database, tenant_id: int, page: int = PAGE) -> Iterator[int]:
    """Work every customer's value out again; after each page, how many rows that was.

    First those that are kept, so that none is left that no order speaks for; then whoever has bought anything.
    """
    yield from _pages(database, tenant_id, Values.kept_page, page)
    yield from _pages(database, tenant_id, Values.orders_page, page)


def _pages(
    database: Database, tenant_id: int, read: Callable[[Values, int, int], Page], limit: int
) -> Iterator[int]:
    last = 0
    while True:
        with database.write() as session:
            values = Values(session, tenant_id)
            rows = read(values, last, limit)
            for store, customers in _by_store(whose for _, whose in rows).items():
                values.refresh(store, customers)
        if not rows:
            return
        last = rows[-1][0]
        yield len(rows)


def _by_store(whose: Iterable[Whose | None]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for one in whose:
        if one is not None:
            found.setdefault(one[0], set()).add(one[1])
    return dict(sorted(found.items()))


def rows_of(session: Session, tenant_id: int) -> int:
    """How many rows a rebuilding goes through."""
    return Values(session, tenant_id).total()
