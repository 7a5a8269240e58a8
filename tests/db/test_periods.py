"""A month is closed once, when it is over, with everything that was posted before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select

from plugin.db.engine import Database
from plugin.db.ledger_tables import LedgerRow
from plugin.db.periods import AlreadyClosed, ClosedMonth, NotEnded, Periods
from tests.books import DECEMBER, Books, books


def closed(made: Books) -> frozenset[str]:
    with made.database.read() as session:
        return Periods(session, made.desk.tenant_id).closed()


def close_at(made: Books, month: str, zone: str, now: datetime) -> None:
    with made.database.write() as session:
        Periods(session, made.desk.tenant_id).close(month, zone, "mia", dict, now)


def test_a_closed_month_keeps_who_closed_it_when_and_its_statement(database: Database) -> None:
    made = books(database)
    made.close("2026-11", "mia", profit="64.28")
    with database.read() as session:
        kept = Periods(session, made.desk.tenant_id).find("2026-11")
    assert kept is not None
    assert (kept.by, kept.at, kept.document) == ("mia", DECEMBER, {"profit": "64.28"})


def test_closing_stands_in_the_audit_log(database: Database) -> None:
    made = books(database)
    made.close("2026-11", "mia")
    assert made.audited() == [("month_closed", "mia", {"month": "2026-11"})]


def test_a_month_that_was_closed_is_not_closed_again_and_says_by_whom_it_was(database: Database) -> None:
    made = books(database)
    made.close("2026-11", "mia")
    with pytest.raises(AlreadyClosed, match="2026-11 was closed already by mia at 2026-12-03 09:00 UTC"):
        made.close("2026-11", "noa")
    assert len(made.audited()) == 1


def test_a_month_ends_in_the_tenants_zone(database: Database) -> None:
    made = books(database)
    midnight = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    with pytest.raises(NotEnded, match="2026-11 is not over yet in America/New_York"):
        close_at(made, "2026-11", "America/New_York", midnight)
    close_at(made, "2026-11", "Europe/Berlin", midnight)
    assert closed(made) == {"2026-11"}


@pytest.mark.parametrize("month", ["2026-12", "2027-01"])
def test_what_has_not_ended_is_not_closed(database: Database, month: str) -> None:
    made = books(database)
    with pytest.raises(NotEnded):
        made.close(month)
    assert closed(made) == frozenset()


def test_months_of_two_tenants_are_apart(database: Database) -> None:
    made = books(database)
    other = made.world.connect("other")
    made.close("2026-11")
    with database.read() as session:
        assert Periods(session, other.tenant_id).closed() == frozenset()


def test_closed_months_are_told_the_latest_first(database: Database) -> None:
    made = books(database)
    for month in ("2026-09", "2026-11", "2026-10"):
        made.close(month)
    with database.read() as session:
        told = [row.period for row in Periods(session, made.desk.tenant_id).all()]
    assert told == ["2026-11", "2026-10", "2026-09"]


def test_of_many_who_close_at_once_exactly_one_does(database: Database) -> None:
    made = books(database)

    def close(number: int) -> str:
        try:
            return made.close("2026-11", f"person {number}").by
        except AlreadyClosed as error:
            return f"after {error.by}"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(close, range(8)))
    [winner] = [one for one in told if not one.startswith("after")]
    assert sorted(told) == sorted([winner] + [f"after {winner}"] * 7)


def test_who_closes_waits_for_what_is_being_posted_and_counts_it(database: Database) -> None:
    made = books(database)
    held, closing = Event(), Event()

    def post() -> None:
        with database.write() as session:
            assert Periods(session, made.desk.tenant_id).closed_for_posting() == frozenset()
            held.set()
            closing.wait(10)
            closing.clear()
            closing.wait(0.2)  # who closes has time to go wrong
            session.add(LedgerRow(**entry_values(made)))

    def close() -> ClosedMonth:
        held.wait(10)
        closing.set()
        with database.write() as session:
            number = select(func.count()).select_from(LedgerRow)
            return Periods(session, made.desk.tenant_id).close(
                "2026-11", "UTC", "mia", lambda: {"entries": session.scalar(number)}, DECEMBER
            )

    with ThreadPoolExecutor(2) as pool:
        posted, kept = pool.submit(post), pool.submit(close)
        posted.result(20)
        assert kept.result(20).document == {"entries": 1}


def test_who_posts_waits_for_who_is_closing_and_finds_the_month_closed(database: Database) -> None:
    made = books(database)
    held = Event()

    def close() -> None:
        with database.write() as session:
            periods = Periods(session, made.desk.tenant_id)
            periods.close("2026-11", "UTC", "mia", dict, DECEMBER)
            held.set()
            Event().wait(0.2)  # who posts has time to go wrong

    def post() -> frozenset[str]:
        held.wait(10)
        with database.write() as session:
            return Periods(session, made.desk.tenant_id).closed_for_posting()

    with ThreadPoolExecutor(2) as pool:
        closing, posting = pool.submit(close), pool.submit(post)
        closing.result(20)
        assert posting.result(20) == {"2026-11"}


@pytest.mark.parametrize("kind", ["postgresql"])  # SQLite has one writer at a time
def test_two_may_post_at_once_and_webhooks_come_in_while_a_month_is_closed(database: Database) -> None:
    made = books(database)
    with database.write() as one, database.write() as two:
        Periods(one, made.desk.tenant_id).hold()
        Periods(two, made.desk.tenant_id).hold()
    with database.write() as closing:
        Periods(closing, made.desk.tenant_id).close("2026-11", "UTC", "mia", dict, DECEMBER)
        made.world.hint("5158")


def entry_values(made: Books) -> dict[str, Any]:
    return {
        "tenant_id": made.desk.tenant_id,
        "kind": "cogs",
        "amount": -4_100,
        "currency": "USD",
        "occurred_on": DECEMBER.date(),
        "period": "2026-11",
        "subject": "test",
        "line": "late",
        "source": "late",
        "posted_at": DECEMBER,
    }
