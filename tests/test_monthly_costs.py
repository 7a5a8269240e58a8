"""Monthly costs in the books: there as soon as the settings name them, once, and never in a month that is closed."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from handlers import sweep_due
from plugin.clock import JOBS, Clock
from plugin.context import AccountContext
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.ledger_tables import LedgerRow
from plugin.domain.events import SweepDue
from plugin.monthly_costs import bring_costs_up_to_date
from plugin.ports import TemporaryError
from plugin.settings_file import SettingsErrors
from plugin.settings_import import SettingsImport
from tests.books import ANA, Books, books
from tests.fake_store import FakeStore, connect_store
from tests.web.site import site_over
from tests.worker_steps import work_all

SWEEP, DAY = JOBS
ON_ONE = pytest.mark.parametrize("kind", ["sqlite"])
"""Where the database makes no difference."""
DECEMBER = datetime(2026, 12, 1, 3, tzinfo=UTC)
"""December in most of the world; still November in New York, where it is ten in the evening."""


@pytest.fixture
def made(database: Database) -> Books:
    """A tenant with books, on 23 November 2026."""
    return books(database)


def costs(platform: str = "900.00", since: str = "2026-10", **more: Any) -> dict[str, Any]:
    """Settings that name what the helpdesk costs."""
    rows = [{"from": since, "amount": platform}]
    return {"mode": "live", "currency": "USD", "costs": {"platform_monthly": rows}, **more}


def entries(made: Books) -> list[tuple[str, str, int, str | None]]:
    """The ledger: month, kind, amount, and the month that an entry came too late for."""
    row = LedgerRow
    query = select(row.period, row.kind, row.amount, row.belongs_to).order_by(row.period, row.id)
    with made.database.read() as session:
        found = session.execute(query.where(row.tenant_id == made.desk.tenant_id))
        return [(period, kind, amount, belongs) for period, kind, amount, belongs in found]


def refresh(made: Books) -> int:
    """What a worker, or whoever shows a statement, does."""
    world = made.world
    return bring_costs_up_to_date(
        world.database, world.vault, world.views, world.stores, made.desk.tenant_id, world.clock()
    )


def tick(made: Books, job: Any) -> None:
    Clock(made.database, made.world.vault, made.world.clock).tick(job)
    work_all(made.world)


def test_they_stand_in_the_books_as_soon_as_the_settings_are_in_force(made: Books) -> None:
    made.world.settings(costs())
    assert entries(made) == [
        ("2026-10", "cost.platform", -90_000, None),
        ("2026-11", "cost.platform", -90_000, None),
    ]


@ON_ONE
def test_an_agents_cost_is_the_agents_also_where_the_settings_write_them_otherwise(made: Books) -> None:
    rows = [{"agent": "Ana@Shop.example", "from": "2026-11", "amount": "4000.00"}]
    made.world.settings({"currency": "USD", "costs": {"staff_monthly": rows}})
    with made.database.read() as session:
        [entry] = session.execute(select(LedgerRow.agent, LedgerRow.kind, LedgerRow.amount))
    assert tuple(entry) == (ANA, "cost.staff", -400_000)


def test_the_same_settings_again_add_nothing(made: Books) -> None:
    made.world.settings(costs())
    before = entries(made)
    made.world.settings(costs())
    assert refresh(made) == 0
    assert entries(made) == before


@ON_ONE
def test_another_amount_adds_the_difference_and_none_takes_all_back(made: Books) -> None:
    made.world.settings(costs("900.00", "2026-11"))
    made.world.settings(costs("950.00", "2026-11"))
    made.world.settings({"currency": "USD"})
    assert [amount for _, _, amount, _ in entries(made)] == [-90_000, -5_000, 95_000]


def test_a_closed_month_gets_no_entry_and_what_comes_late_says_where_it_belongs(made: Books) -> None:
    made.world.settings(costs("900.00"))
    made.close("2026-10")
    made.world.settings(costs("950.00"))
    assert entries(made) == [
        ("2026-10", "cost.platform", -90_000, None),
        ("2026-11", "cost.platform", -90_000, None),
        ("2026-11", "cost.platform", -5_000, "2026-10"),
        ("2026-11", "cost.platform", -5_000, None),
    ]


def test_who_imports_at_once_ends_with_what_the_last_version_says(made: Books) -> None:
    amounts = [f"{number}00.00" for number in range(1, 7)]
    with ThreadPoolExecutor(3) as pool:
        versions = list(pool.map(lambda one: made.world.settings(costs(one, "2026-11")), amounts))
        list(pool.map(lambda _: refresh(made), range(3)))
    last = amounts[versions.index(max(versions))]
    assert sum(amount for _, _, amount, _ in entries(made)) == -int(last.replace(".", ""))


@ON_ONE
@pytest.mark.parametrize(("zone", "months"), [("Europe/Berlin", 1), ("America/New_York", 0)])
def test_a_month_begins_where_the_tenant_is(made: Books, zone: str, months: int) -> None:
    made.world.settings(costs(since="2026-11", timezone=zone))
    made.world.clock.at = DECEMBER
    assert refresh(made) == months


@pytest.mark.parametrize("job", [SWEEP, DAY], ids=["with a sweep", "when a day begins"])
@ON_ONE
def test_a_month_that_begins_is_posted_by_the_worker(made: Books, job: Any) -> None:
    made.world.settings(costs(since="2026-11"))
    made.world.clock.at = DECEMBER
    tick(made, job)
    assert [period for period, *_ in entries(made)] == ["2026-11", "2026-12"]


class Chores:
    """The chores of an account whose vendor does not answer."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def keep_books(self) -> int:
        self.done.append("books")
        return 0

    def sweep(self) -> int:
        raise TemporaryError("the vendor does not answer")

    def refresh(self) -> bool:
        raise AssertionError("a sweep comes first")

    def forget_old_bodies(self, before: datetime) -> int:
        raise AssertionError("no chore of a sweep")

    def forget_old_lessons(self) -> int:
        raise AssertionError("no chore of a sweep")


def test_a_vendor_that_does_not_answer_keeps_no_month_from_its_costs() -> None:
    chores = Chores()
    with pytest.raises(TemporaryError):
        sweep_due.handle(SweepDue(DECEMBER), AccountContext(DECEMBER, chores, timedelta(days=30)))
    assert chores.done == ["books"]


def test_a_month_is_closed_with_its_costs_though_no_worker_has_run(made: Books) -> None:
    made.world.settings(costs(since="2026-11"))
    made.world.clock.at = datetime(2027, 1, 2, tzinfo=UTC)
    closed = site_over(made.world).program().post("/api/v1/statements/2026-12/close").get_json()
    assert [(line["kind"], line["amount"]) for line in closed["lines"]] == [("cost.platform", "-900.00")]
    assert refresh(made) == 0


@ON_ONE
def test_without_a_currency_nothing_is_posted_before_a_store_says_which_it_is(made: Books) -> None:
    document = {name: value for name, value in costs(since="2026-11").items() if name != "currency"}
    made.world.settings(document)
    assert refresh(made) == 0
    store = connect_store(made.world, FakeStore())
    with made.database.write() as session:
        Connections(session, made.world.vault).change(store, options={"currency": "JPY"})
    assert refresh(made) == 1
    with made.database.read() as session:
        [entry] = session.execute(select(LedgerRow.currency, LedgerRow.amount))
    assert tuple(entry) == ("JPY", -900)


@ON_ONE
def test_settings_that_are_refused_post_nothing(made: Books) -> None:
    with pytest.raises(SettingsErrors):
        made.world.settings(costs("a lot"))
    assert entries(made) == []


@ON_ONE
def test_books_of_two_tenants_are_apart(made: Books) -> None:
    other = made.world.connect("other")
    made.world.settings(costs(), other)
    assert entries(made) == []


def test_four_years_of_sixty_agents_are_posted_at_once(made: Books) -> None:
    rows = [
        {"agent": f"agent{number}@shop.example", "from": "2023-01", "amount": "4000.00"}
        for number in range(60)
    ]
    document = {"currency": "USD", "costs": {"staff_monthly": rows}}
    began = time.perf_counter()
    with made.database.write() as session:
        put = SettingsImport(made.world.vault, made.world.clock)
        put(session, made.desk.tenant_id, document, "a test")
    took = time.perf_counter() - began
    with made.database.read() as session:
        assert session.scalar(select(func.count()).select_from(LedgerRow)) == 47 * 60
    assert took < 10
