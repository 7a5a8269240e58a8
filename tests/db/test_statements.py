"""The sums of a month, what stands beside them, and the entries behind a line; on both databases."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from plugin.db.engine import Database
from plugin.db.ledger_tables import CreditRow
from plugin.db.statements import Only, Statements
from plugin.domain.ledger import KINDS
from plugin.domain.statement import (
    Beside,
    CommissionSum,
    LackingCost,
    Late,
    StatementLine,
    Sum,
    Unproven,
    Waiting,
)
from tests.books import ANA, BEN, DECEMBER, NOVEMBER, Books, books

OCTOBER, LAST_OF_NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


@pytest.fixture
def made(database: Database) -> Books:
    """A tenant with books."""
    return books(database)


def sums(made: Books, month: str = "2026-11", only: Only | None = None) -> list[Sum]:
    with made.database.read() as session:
        found = Statements(session, made.desk.tenant_id).sums(month, only or Only())
    return sorted(found, key=lambda one: (one.kind, one.agent or "", one.currency))


def commissions(made: Books, month: str = "2026-11") -> dict[tuple[str | None, str], int]:
    with made.database.read() as session:
        statements = Statements(session, made.desk.tenant_id)
        found = statements.commissions(month, statements.sums(month))
    return {(one.agent, one.state): one.amount for one in found if one.amount}


def beside(made: Books, zone: str = "UTC", only: Only | None = None) -> Beside:
    with made.database.read() as session:
        return Statements(session, made.desk.tenant_id).beside("2026-11", zone, only or Only())


def entries(made: Books, **wanted: Any) -> list[int]:
    with made.database.read() as session:
        return [row.id for row in Statements(session, made.desk.tenant_id).entries(100, **wanted)]


def settle(made: Books, credit: int, state: str, paid_at: datetime | None = None) -> None:
    with made.database.write() as session:
        row = session.get_one(CreditRow, credit)
        row.state, row.paid_at = state, paid_at


def plan(made: Books, month: str) -> str:
    """How SQLite finds the sums of a month."""
    query = (
        "SELECT kind, agent, currency, sum(amount), count(*) FROM ledger WHERE tenant_id = 1 AND period = :m"
    )
    with made.database.read() as session:
        rows = session.execute(
            text(f"EXPLAIN QUERY PLAN {query} GROUP BY kind, agent, currency"), {"m": month}
        )
        return "\n".join(str(row[-1]) for row in rows)


def test_sums_are_by_kind_agent_and_currency(made: Books) -> None:
    made.sale()
    made.sale()
    made.entry("revenue.coupon", 500, agent=BEN)
    made.entry("revenue.coupon", 700, agent=ANA, currency="EUR")
    assert sums(made) == [
        Sum("cogs", ANA, "USD", -8_200, 2),
        Sum("cost.commission", ANA, "USD", -1_584, 2),
        Sum("revenue.coupon", ANA, "EUR", 700, 1),
        Sum("revenue.coupon", ANA, "USD", 22_640, 2),
        Sum("revenue.coupon", BEN, "USD", 500, 1),
    ]


def test_a_month_without_entries_has_no_sums(made: Books) -> None:
    made.sale()
    assert sums(made, "2026-12") == []


def test_an_entry_counts_in_its_period_whenever_it_occurred(made: Books) -> None:
    made.entry("cogs", -5, OCTOBER, period="2026-11", belongs_to="2026-10")
    assert sums(made) == [Sum("cogs", None, "USD", -5, 1)]
    assert sums(made, "2026-10") == []


def test_sums_of_another_tenant_are_not_told(made: Books) -> None:
    other = Books(made.world)
    made.sale()
    made.world.connection = made.world.connect("other")
    assert sums(other) == []


@pytest.mark.parametrize(
    ("only", "left"),
    [
        (Only(agent=ANA), 1),
        (Only(campaign="spring"), 10),
        (Only(channel="chat"), 100),
        (Only(store=77), 1_000),
        (Only(agent=BEN, channel="chat"), 100),
        (Only(agent=ANA, channel="chat"), None),
    ],
)
def test_sums_can_be_narrowed(made: Books, only: Only, left: int | None) -> None:
    made.entry("revenue.coupon", 1, agent=ANA)
    made.entry("revenue.coupon", 10, agent=BEN, campaign="spring")
    made.entry("revenue.coupon", 100, agent=BEN, channel="chat")
    made.entry("revenue.coupon", 1_000, agent=BEN, store_id=77)
    assert [one.amount for one in sums(made, only=only)] == ([] if left is None else [left])


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_sums_are_read_from_an_index_without_a_look_at_the_entries(made: Books) -> None:
    assert "COVERING INDEX ix_ledger_sums" in plan(made, "2026-11")
    assert "TEMP B-TREE" not in plan(made, "2026-11")


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from([None, ANA, BEN]), st.integers(-(10**14), 10**14)),
        max_size=12,
    )
)
def test_the_sums_are_the_plain_sums_of_all_entries(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Any, told: list[tuple[str, str | None, int]]
) -> None:
    copy = tmp_path_factory.mktemp("books") / "books.db"
    copy.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{copy}")
    made = books(database)
    for kind_of, agent, amount in told:
        made.entry(kind_of, amount, agent=agent)
    found = {(one.kind, one.agent): (one.amount, one.entries) for one in sums(made)}
    database.dispose()
    plain = {
        key: (sum(a for *k, a in told if tuple(k) == key), sum(tuple(k) == key for *k, _ in told))
        for key in {(k, agent) for k, agent, _ in told}
    }
    assert found == plain


def test_commission_is_pending_while_nobody_has_approved_it(made: Books) -> None:
    made.sale()
    assert commissions(made) == {(ANA, "pending"): -792}


@pytest.mark.parametrize("state", ["approved", "paid"])
def test_commission_is_told_by_the_state_of_its_credit(made: Books, state: str) -> None:
    _, credit = made.sale()
    made.sale()
    settle(made, credit, state, DECEMBER if state == "paid" else None)
    assert commissions(made) == {(ANA, "pending"): -792, (ANA, state): -792}


def test_what_is_taken_back_before_it_was_paid_was_never_paid(made: Books) -> None:
    order, credit = made.sale()
    made.entry("cost.commission", 92, agent=ANA, order_key=order, credit_id=credit)
    settle(made, credit, "paid", DECEMBER)
    assert commissions(made) == {(ANA, "paid"): -700}


def test_what_is_taken_back_after_it_was_paid_is_clawed_back(made: Books) -> None:
    order, credit = made.sale()
    settle(made, credit, "paid", NOVEMBER)
    made.entry("cost.commission", 792, agent=ANA, order_key=order, credit_id=credit, posted_at=DECEMBER)
    assert commissions(made) == {(ANA, "paid"): -792, (ANA, "clawed_back"): 792}


def test_commission_of_agents_is_apart_and_without_a_credit_it_is_pending(made: Books) -> None:
    _, credit = made.sale()
    settle(made, credit, "approved")
    made.entry("cost.commission", -40, agent=BEN)
    assert commissions(made) == {(ANA, "approved"): -792, (BEN, "pending"): -40}


def test_commission_in_other_currencies_is_apart(made: Books) -> None:
    made.sale()
    made.entry("cost.commission", -40, agent=ANA, currency="EUR")
    with made.database.read() as session:
        statements = Statements(session, made.desk.tenant_id)
        found = statements.commissions("2026-11", statements.sums("2026-11"))
    assert CommissionSum(ANA, "EUR", "pending", -40) in found


def test_unproven_credits_are_counted_with_their_net_by_currency(made: Books) -> None:
    for net, currency in ((5_000, "USD"), (700, "USD"), (900, "EUR")):
        made.credit(made.order(), net=net, currency=currency, grade="unproven", counts=False)
    told = beside(made).unproven
    assert set(told) == {Unproven(2, 5_700, "USD"), Unproven(1, 900, "EUR")}


def test_what_a_manager_accepted_and_what_is_proven_is_not_among_the_unproven(made: Books) -> None:
    made.credit(made.order(), grade="unproven", counts=True)
    made.credit(made.order(), grade="direct", counts=True)
    made.credit(made.order(), grade="unproven", counts=False, net=0)
    assert beside(made).unproven == ()


def test_unproven_credits_belong_to_the_month_of_their_order_in_the_tenants_zone(made: Books) -> None:
    last_evening = datetime.fromisoformat("2026-12-01T02:00:00+00:00")
    made.credit(made.order(), grade="unproven", counts=False, at=last_evening)
    assert beside(made, "America/New_York").unproven != ()
    assert beside(made, "UTC").unproven == ()


def test_orders_that_wait_for_a_rate_are_told_by_currency_and_day(made: Books) -> None:
    why = "no rate for EUR on 2026-11-10"
    for _ in range(2):
        made.order(currency="EUR", waiting=why)
    made.order()
    assert beside(made).waiting == (Waiting("EUR", NOVEMBER.date(), 2, why),)


def test_orders_whose_cost_nobody_knows_are_counted(made: Books) -> None:
    for state in ("unknown", "estimated", "unknown", "known", "", "asked"):
        made.order(cost_state=state)
    told = (LackingCost("unknown", 2), LackingCost("estimated", 1), LackingCost("asked", 1))
    assert beside(made).lacking_cost == told


def test_what_stands_beside_can_be_narrowed_to_an_agent_and_to_a_store(made: Books) -> None:
    order = made.order(cost_state="unknown")
    made.credit(order, ANA, grade="unproven", counts=False)
    assert beside(made, only=Only(agent=ANA)) == beside(made)
    assert beside(made, only=Only(store=made.desk.id)) == beside(made)
    assert beside(made, only=Only(agent=BEN)) == Beside()
    assert beside(made, only=Only(store=99)) == Beside()


def test_entries_that_came_too_late_for_their_month_are_summed_by_it(made: Books) -> None:
    for amount in (-500, -300):
        made.entry("revenue.coupon", amount, OCTOBER, period="2026-11", belongs_to="2026-10")
    made.entry("revenue.coupon", 9_000)
    assert beside(made).late == (Late("2026-10", -800, 2, "USD"),)


def test_what_came_late_for_a_month_is_told_by_the_month_it_went_to(made: Books) -> None:
    made.entry("cogs", -5, OCTOBER, period="2026-11", belongs_to="2026-10")
    made.entry("cogs", -7, OCTOBER, period="2026-12", belongs_to="2026-10")
    made.entry("cogs", -9, LAST_OF_NOVEMBER, period="2026-12", belongs_to="2026-11")
    with made.database.read() as session:
        told = Statements(session, made.desk.tenant_id).came_late_for("2026-10", "USD")
    assert told == [Late("2026-11", -5, 1, "USD"), Late("2026-12", -7, 1, "USD")]


def test_entries_come_newest_first_and_the_newest_month_before_the_others(made: Books) -> None:
    first = made.entry("cogs", -1)
    october = made.entry("cogs", -2, OCTOBER)
    last = made.entry("cogs", -3)
    assert entries(made) == [last, first, october]


def test_entries_go_on_after_a_place(made: Books) -> None:
    october = made.entry("cogs", -2, OCTOBER)
    first, last = made.entry("cogs", -1), made.entry("cogs", -3)
    assert entries(made, after=("2026-11", last)) == [first, october]
    assert entries(made, after=("2026-11", first)) == [october]
    assert entries(made, after=("2026-10", october)) == []


def test_the_entries_of_a_line_are_those_of_its_sum(made: Books) -> None:
    mine = made.entry("cogs", -1, agent=ANA)
    made.entry("cogs", -2, agent=BEN)
    made.entry("revenue.coupon", 3, agent=ANA)
    late = made.entry("cogs", -4, OCTOBER, agent=ANA, period="2026-11", belongs_to="2026-10")
    assert entries(made, period="2026-11", kind="cogs", only=Only(agent=ANA)) == [late, mine]
    assert entries(made, belongs_to="2026-10") == [late]


def test_the_months_of_a_chart_are_told_with_their_lines(made: Books) -> None:
    made.sale()
    made.entry("revenue.coupon", 900, OCTOBER)
    made.entry("revenue.coupon", 100, currency="EUR")
    made.entry("revenue.coupon", 70, date(2026, 9, 1))
    with made.database.read() as session:
        told = Statements(session, made.desk.tenant_id).months("2026-10", "2026-11", "USD")
    assert told["2026-10"] == [StatementLine("revenue.coupon", 900, 1)]
    assert sum(line.amount for line in told["2026-11"]) == 6_428
    assert set(told) == {"2026-10", "2026-11"}
