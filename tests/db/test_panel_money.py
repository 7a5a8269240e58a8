"""What a panel reads of money is found by indexes alone, however many credits and entries a tenant has."""

import pytest
from sqlalchemy import Select, text

from plugin.db.engine import Database
from plugin.db.panel_money import GIVEN_AWAY, MONEY
from plugin.db.panels import OPEN
from tests.books import Books, books


@pytest.fixture
def made(database: Database) -> Books:
    """A tenant with books; on the embedded database, whose planner knows no figures and must be right all the same."""
    return books(database)


def plan(made: Books, query: Select[tuple[object, ...]]) -> list[str]:
    """How SQLite reads this, step by step."""
    with made.database.read() as session:
        told = query.compile(dialect=session.get_bind().dialect)
        rows = session.execute(text(f"EXPLAIN QUERY PLAN {_named(str(told), told.params)}"))
        return [str(row[-1]) for row in rows]


def _named(query: str, params: dict[str, object]) -> str:
    """The statement with a 1 in each place: a plan does not depend on what stands there."""
    return query.replace("?", "1") if params else query


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("query", [OPEN, MONEY, GIVEN_AWAY], ids=["open", "money", "given away"])
def test_every_row_is_found_by_an_index_that_names_ticket_customer_or_credit(
    made: Books, query: Select[tuple[object, ...]]
) -> None:
    steps = [step for step in plan(made, query) if step.startswith(("SCAN", "SEARCH"))]
    assert len(steps) > 0
    assert [one for one in steps if "(tenant_id=?)" in one] == []
    assert [one for one in steps if one.startswith("SCAN") and "anon" not in one] == []
