"""Whatever is posted, corrected and closed, in whatever order: closed months stay, and nothing is lost."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from plugin.db.engine import Database
from plugin.db.ledger import Ledger
from plugin.db.ledger_tables import LedgerRow
from plugin.db.periods import AlreadyClosed
from plugin.domain.ledger import Line
from plugin.statements import StatementBook, Terms
from tests.books import ANA, Books, books

MONTHS = ("2026-09", "2026-10", "2026-11")
NEXT_YEAR = datetime(2027, 1, 5, tzinfo=UTC)
DAYS = st.sampled_from([date(2026, month, day) for month in (9, 10, 11) for day in (1, 30)])
POSTING = st.tuples(st.just("post"), st.integers(0, 2), st.integers(-(10**6), 10**6), DAYS)
CLOSING = st.tuples(st.just("close"), st.sampled_from(MONTHS))


def line(number: int, amount: int, day: date) -> Line:
    """What should stand for one of three orders."""
    subject = f"order:1:{number}:"
    return Line(
        subject=subject,
        key=f"{subject}revenue",
        kind="revenue.coupon",
        amount=amount,
        currency="USD",
        occurred_on=day,
        agent=ANA,
    )


def post(made: Books, wanted: Line) -> None:
    with made.database.write() as session:
        Ledger(session, made.desk.tenant_id).post({wanted.subject: [wanted]}, NEXT_YEAR)


def close(made: Books, month: str) -> dict[str, Any] | None:
    """Its statement as it is kept; None where it was closed before."""
    with made.database.write() as session:
        try:
            return StatementBook(session, made.desk.tenant_id, Terms("USD", "UTC")).close(
                month, "mia", NEXT_YEAR
            )
        except AlreadyClosed:
            return None


def shown(made: Books, month: str) -> dict[str, Any]:
    with made.database.read() as session:
        return StatementBook(session, made.desk.tenant_id, Terms("USD", "UTC")).document(month)


def sums(made: Books, column: Any) -> dict[str, int]:
    with made.database.read() as session:
        rows = session.execute(select(column, func.sum(LedgerRow.amount)).group_by(column))
        return {name: int(total) for name, total in rows}


@settings(max_examples=15)
@given(st.lists(st.one_of(POSTING, CLOSING), max_size=12))
def test_closed_months_stay_and_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, steps: list[tuple[Any, ...]]
) -> None:
    copy = tmp_path_factory.mktemp("books") / "books.db"
    copy.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{copy}")
    made = books(database)
    wanted: dict[str, int] = {}
    kept: dict[str, dict[str, Any]] = {}
    entries: dict[str, int] = {}
    for what, *how in steps:
        if what == "post":
            asked = line(*how)
            post(made, asked)
            wanted[asked.key] = asked.amount
        elif (document := close(made, *how)) is not None:
            kept[how[0]] = document
            entries[how[0]] = sums(made, LedgerRow.period).get(how[0], 0)
    assert {key: total for key, total in sums(made, LedgerRow.line).items() if total} == {
        key: amount for key, amount in wanted.items() if amount
    }
    for month, document in kept.items():
        assert shown(made, month) == document
        assert sums(made, LedgerRow.period).get(month, 0) == entries[month]
        assert document["profit"] == f"{entries[month] / 100:.2f}"
    database.dispose()


def test_what_belongs_to_a_closed_month_goes_to_the_next_open_one_and_says_so(database: Database) -> None:
    made = books(database)
    for month in MONTHS[:2]:
        close(made, month)
    post(made, line(1, 500, date(2026, 9, 30)))
    with database.read() as session:
        row = session.scalars(select(LedgerRow)).one()
        assert (row.period, row.belongs_to, row.occurred_on) == ("2026-11", "2026-09", date(2026, 9, 30))
    assert shown(made, "2026-11")["late"][0]["month"] == "2026-09"
