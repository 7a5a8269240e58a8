"""The statement is the plain sum of its entries, told by kind and by agent."""

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.ledger import KINDS, REVENUE
from plugin.domain.statement import (
    AGENTS_COSTS,
    STATES,
    Beside,
    CommissionSum,
    Share,
    Statement,
    StatementLine,
    Sum,
    Unproven,
    is_agents,
    statement,
)

ANA, BEN = "ana@shop.example", "ben@shop.example"
SUMS = st.builds(
    Sum,
    kind=st.sampled_from(KINDS),
    agent=st.sampled_from([None, ANA, BEN]),
    currency=st.sampled_from(["USD", "EUR"]),
    amount=st.integers(-(10**12), 10**12),
    entries=st.integers(1, 1000),
)


def november(*sums: Sum, commissions: tuple[CommissionSum, ...] = ()) -> Statement:
    return statement("2026-11", "USD", "UTC", sums, commissions)


def usd(kind: str, amount: int, agent: str | None = ANA, entries: int = 1) -> Sum:
    return Sum(kind, agent, "USD", amount, entries)


def commission(state: str, amount: int, agent: str = ANA) -> CommissionSum:
    return CommissionSum(agent, "USD", state, amount)


SALE = (usd("revenue.coupon", 11_320), usd("cogs", -4_100), usd("cost.commission", -792))


@given(st.lists(SUMS))
def test_its_last_line_is_the_plain_sum_of_all_entries_in_its_currency(sums: list[Sum]) -> None:
    made = november(*sums)
    assert made.total.profit == sum(one.amount for one in sums if one.currency == "USD")


@given(st.lists(SUMS))
def test_each_line_is_the_sum_of_the_entries_of_its_kind(sums: list[Sum]) -> None:
    for line in november(*sums).lines:
        own = [one for one in sums if one.currency == "USD" and one.kind == line.kind]
        assert (line.amount, line.entries) == (sum(o.amount for o in own), sum(o.entries for o in own))


@given(st.lists(SUMS))
def test_agents_and_department_together_are_the_whole(sums: list[Sum]) -> None:
    made = november(*sums)
    parts = [made.department, *(one.share for one in made.agents)]
    assert made.total == Share(
        sum(one.revenue for one in parts),
        sum(one.cogs for one in parts),
        sum(one.recovery for one in parts),
        sum(one.costs for one in parts),
    )


@given(st.lists(SUMS))
def test_what_names_no_agent_is_the_departments(sums: list[Sum]) -> None:
    unnamed = [
        one for one in sums if one.currency == "USD" and (one.agent is None or not is_agents(one.kind))
    ]
    assert november(*sums).department.profit == sum(one.amount for one in unnamed)


@given(st.lists(SUMS))
def test_nothing_is_lost_among_currencies(sums: list[Sum]) -> None:
    made = november(*sums)
    told = sum(line.entries for line in made.lines) + sum(one.entries for one in made.others)
    assert told == sum(one.entries for one in sums)


def test_the_worked_example_of_a_sale() -> None:
    made = november(*SALE, commissions=(commission("pending", -792),))
    assert made.total == Share(revenue=11_320, cogs=-4_100, costs=-792)
    assert made.total.profit == 6_428
    assert made.agents[0].commission == {"pending": 792, "approved": 0, "paid": 0, "clawed_back": 0}


def test_lines_stand_in_the_order_of_a_statement_and_kinds_without_entries_are_left_out() -> None:
    made = november(*reversed(SALE), usd("recovery.claim", 5, None))
    assert [line.kind for line in made.lines] == [
        "revenue.coupon",
        "recovery.claim",
        "cogs",
        "cost.commission",
    ]


def test_every_kind_of_the_ledger_is_in_the_sums() -> None:
    made = november(*(usd(kind, 10**n, None) for n, kind in enumerate(KINDS)))
    assert made.total.profit == sum(10**n for n in range(len(KINDS)))


def test_kinds_that_cancel_out_still_have_a_line() -> None:
    assert november(usd("cogs", -5), usd("cogs", 5)).lines == (StatementLine("cogs", 0, 2),)


def test_an_agents_costs_are_their_commission_their_wages_and_their_gestures() -> None:
    costs = [usd(kind, -(10**n)) for n, kind in enumerate(KINDS) if kind.startswith("cost.")]
    own = [one.amount for one in costs if one.kind in AGENTS_COSTS]
    assert november(*costs).agents[0].share.costs == sum(own)
    assert len(own) == 3


def test_an_agents_revenue_is_of_all_kinds() -> None:
    made = november(*(usd(kind, 100) for kind in REVENUE))
    assert made.agents[0].share.revenue == 400


def test_who_has_nothing_of_their_own_is_not_among_the_agents() -> None:
    assert november(usd("cost.refund_share", -500)).agents == ()


def test_whoever_earned_most_comes_first() -> None:
    made = november(usd("revenue.coupon", 5, ANA), usd("revenue.link", 9, BEN))
    assert [line.agent for line in made.agents] == [BEN, ANA]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 10**9))))
def test_the_states_of_commission_add_up_to_what_it_cost(parts: list[tuple[str, int]]) -> None:
    sums = [commission(state, at if state == "clawed_back" else -at) for state, at in parts]
    cost = sum(one.amount for one in sums)
    made = november(usd("cost.commission", cost), commissions=tuple(sums))
    states = made.agents[0].commission
    assert states["pending"] + states["approved"] + states["paid"] - states["clawed_back"] == -cost
    assert min(states.values()) >= 0


def test_other_currencies_are_told_apart() -> None:
    euros = Sum("revenue.coupon", ANA, "EUR", 900, 1)
    made = november(*SALE, euros)
    assert made.others == (euros,)
    assert made.total.revenue == 11_320


def test_without_a_cost_of_fulfilment_the_last_line_is_no_profit() -> None:
    made = statement("2026-11", "USD", "UTC", SALE, fulfilment_known=False)
    assert made.last_line == "contribution before fulfilment"
    assert november(*SALE).last_line == "profit"


def test_what_is_unproven_is_in_no_sum() -> None:
    beside = Beside(unproven=(Unproven(1, 5_000, "USD"),))
    made = statement("2026-11", "USD", "UTC", SALE, beside=beside)
    assert made.total == november(*SALE).total
    assert made.beside.unproven[0].net == 5_000
