"""What the ledger should say of an order: worked out by hand, and what holds for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.accounting import Account, OrderFacts, Terms, account_for
from plugin.domain.ledger import Line, Posted, due
from plugin.domain.order_lines import Books
from plugin.domain.rates import NoRate
from plugin.domain.refund_costs import RefundShare
from plugin.domain.sales import OrderNews, Refund, StoreOrder, merged
from tests.conftest import NOW
from tests.domain.books import ANA, BEN, BOOKS, RULES, bought, did, sold

TERMS = Terms(RULES, BOOKS)
SENT = (did("code", "ana10"),)


def account(order: StoreOrder, cost: int | None = 4_100, terms: Terms = TERMS, **more: object) -> Account:
    facts = OrderFacts(1, 7, order, SENT, told={"501": cost}, **more)  # type: ignore[arg-type]  # named by each test
    return account_for(facts, terms)


def sums(lines: Sequence[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        found[line.kind] = found.get(line.kind, 0) + line.amount
    return {kind: total for kind, total in found.items() if total}


def back(number: str, goods: int, days: int = 1, **more: object) -> Refund:
    values = {"money": goods, **more}
    return Refund(number, NOW + timedelta(days=days), goods, **values)  # type: ignore[arg-type]  # as each test says


def test_the_example_of_the_contract() -> None:
    assert sums(account(bought("ANA10")).lines) == {
        "revenue.coupon": 11_320, "cogs": -4_100, "cost.commission": -792,
    }  # fmt: skip


def test_partial_refunds_are_rounded_so_that_the_last_one_zeroes_it_out() -> None:
    order = bought("ANA10", net=100, refunds=(back("a", 33), back("b", 33), back("c", 34)))
    lines = [line for line in account(order, cost=50).lines if line.kind == "cost.commission"]
    assert [line.amount for line in lines] == [-7, 2, 3, 2]


def test_a_refund_belongs_to_its_own_day() -> None:
    found = account(bought("ANA10", refunds=(back("a", 5_000, days=10),))).lines
    assert {line.occurred_on for line in found if line.kind == "revenue.coupon"} == {
        date(2026, 11, 23),
        date(2026, 12, 3),
    }


def test_more_than_is_left_is_never_taken_back() -> None:
    order = bought("ANA10", refunds=(back("a", 8_000), back("b", 8_000)))
    assert "revenue.coupon" not in sums(account(order).lines)


def test_goodwill_takes_back_revenue_too() -> None:
    order = bought("ANA10", refunds=(back("a", 0, money=2_000, goodwill=2_000),))
    assert sums(account(order).lines)["revenue.coupon"] == 9_320


def test_money_that_has_not_moved_is_no_cost_yet() -> None:
    order = bought("ANA10", refunds=(back("a", 5_000, money=0),))
    assert "cost.refund_share" not in sums(account(order).lines)


def test_the_refund_share_can_be_taken_of_what_the_goods_had_cost() -> None:
    shares = (RefundShare(date(2022, 1, 1), Decimal("0.10"), "cost"),)
    terms = Terms(RULES, replace(BOOKS, refund_shares=shares))
    assert (
        sums(account(bought("ANA10", refunds=(back("a", 5_660),)), terms=terms).lines)["cost.refund_share"]
        == -205
    )


def test_an_order_of_nobodys_still_costs_its_refund_share() -> None:
    facts = OrderFacts(1, 7, bought(refunds=(back("a", 5_000),)))
    assert sums(account_for(facts, TERMS).lines) == {"cost.refund_share": -500}


def test_a_replacement_costs_its_share_of_the_goods() -> None:
    free = bought(net=0, lines=(sold(0),), discounts=11_320)
    found = account(free, replacement=True, original="#1001").lines
    assert sums(found) == {"cost.refund_share": -410}
    assert found[0].note == "replaces #1001"


def test_no_commission_where_the_margin_is_not_positive() -> None:
    assert sums(account(bought("ANA10"), cost=11_320).lines) == {"revenue.coupon": 11_320, "cogs": -11_320}


def test_no_commission_by_margin_while_the_cost_is_not_known() -> None:
    terms = Terms(RULES, replace(BOOKS, terms=replace(BOOKS.terms, base="margin")))
    assert "cost.commission" not in sums(account(bought("ANA10"), None, terms).lines)
    assert sums(account(bought("ANA10"), 4_100, terms).lines)["cost.commission"] == -505


@pytest.mark.parametrize(
    ("currency", "net", "expected"), [("EUR", 11_320, 12_252), ("JPY", 15_000, 9_900), ("KWD", 12_345, 4_012)]
)
def test_the_stores_currency_becomes_the_statements(currency: str, net: int, expected: int) -> None:
    assert (
        sums(account(bought("ANA10", net=net, currency=currency), None).lines)["revenue.coupon"] == expected
    )


def test_the_rate_of_the_day_it_was_placed_counts_for_its_refunds() -> None:
    order = bought("ANA10", currency="EUR", refunds=(back("a", 11_320, days=60),))
    assert "revenue.coupon" not in sums(account(order, None).lines)


def test_without_a_rate_it_waits() -> None:
    found = account(bought("ANA10", currency="GBP"))
    assert (found.lines, found.waiting) == ((), "no rate for GBP on 2026-11-23")
    with pytest.raises(NoRate):
        BOOKS.exchange.rate("EUR", date(2026, 10, 31))


def test_gift_cards_are_no_revenue() -> None:
    order = bought("ANA10", lines=(sold(10_000), sold(5_000, id="2", gift_card=True)))
    assert sums(account(order, 0).lines)["revenue.coupon"] == 10_000


def test_what_an_edit_took_away_is_no_revenue() -> None:
    order = bought("ANA10", lines=(sold(9_000, quantity=3, kept=2),))
    assert sums(account(order, 1_000).lines)["revenue.coupon"] == 6_000
    assert sums(account(order, 1_000).lines)["cogs"] == -2_000


def test_a_variable_cost_counts_once_an_order() -> None:
    terms = Terms(RULES, replace(BOOKS, variable=[(date(2026, 1, 1), 850)]))
    assert sums(account(bought("ANA10"), terms=terms).lines)["cost.variable"] == -850


def test_a_cost_that_is_not_known_yet_is_asked_for() -> None:
    found = account_for(OrderFacts(1, 7, bought("ANA10"), SENT), TERMS)
    assert (found.to_ask, found.cost_state) == (("501",), "asked")


def test_a_rate_that_changes_later_leaves_the_commission_alone() -> None:
    first = account(bought("ANA10"))
    raised = Terms(RULES, replace(BOOKS, terms=replace(BOOKS.terms, rates={})))
    again = account(bought("ANA10"), terms=raised, frozen=first.frozen)
    assert sums(again.lines) == sums(first.lines)


def test_windows_that_change_later_leave_the_credit_alone() -> None:
    first = account(bought("ANA10"))
    narrow = Terms(replace(RULES, direct=timedelta(0), assisted=timedelta(0)), BOOKS)
    again = account(bought("ANA10"), terms=narrow, frozen=first.frozen)
    assert again.attribution == first.attribution


# ------------------------------------------------------------------------- what holds for all interleavings

REFUNDS = st.lists(
    st.builds(back, st.sampled_from(["a", "b", "c"]), st.integers(0, 6_000), st.integers(0, 50)), max_size=3
).map(lambda many: tuple({one.id: one for one in many}.values()))


@st.composite
def histories(draw: st.DrawFn) -> list[OrderNews]:
    """The life of an order as a store tells it: states that grow newer, and refunds told by themselves as well."""
    refunds = draw(REFUNDS)
    nets = draw(st.lists(st.integers(1, 20_000), min_size=1, max_size=3))
    cancelled = draw(st.booleans())
    news: list[OrderNews] = []
    for number, net in enumerate(nets):
        seen = refunds if number == len(nets) - 1 else refunds[:number]
        gone = NOW + timedelta(days=3) if cancelled and number == len(nets) - 1 else None
        state = bought(
            "ANA10", net=net, refunds=seen, updated_at=NOW + timedelta(hours=number), cancelled_at=gone
        )
        news.append(OrderNews("9001", state))
    return news + [OrderNews("9001", refund=one) for one in refunds]


def posted(entries: dict[str, list[tuple[int, Line]]]) -> dict[str, Posted]:
    return {
        key: Posted(sum(amount for amount, _ in some), len(some), some[-1][1])
        for key, some in entries.items()
    }


def ledger_after(deliveries: Sequence[OrderNews], books: Books = BOOKS) -> dict[tuple[str, str], int]:
    """The ledger after these deliveries, one by one: sums by key and month."""
    known: StoreOrder | None = None
    waiting: list[OrderNews] = []
    stands: dict[str, list[tuple[int, Line]]] = {}
    sums_: dict[tuple[str, str], int] = {}
    for one in deliveries:
        waiting.append(one)
        state = merged(known, waiting)
        if state is None:
            continue
        known, waiting = state, []
        facts = OrderFacts(1, 7, state, SENT, told={"501": 41})
        for entry in due(account_for(facts, Terms(RULES, books)).lines, posted(stands), ()):
            stands.setdefault(entry.line.key, []).append((entry.amount, entry.line))
            sums_[entry.line.key, entry.period] = sums_.get((entry.line.key, entry.period), 0) + entry.amount
    return {where: total for where, total in sums_.items() if total}


@settings(max_examples=120)
@given(histories(), st.data())
def test_any_interleaving_and_repetition_gives_the_same_ledger(
    history: list[OrderNews], data: st.DataObject
) -> None:
    repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=3))
    shuffled = data.draw(st.permutations(repeated))
    assert ledger_after(shuffled) == ledger_after(history)


@given(histories())
def test_what_stands_is_what_the_last_state_says(history: list[OrderNews]) -> None:
    state = merged(None, history)
    assert state is not None
    wanted = account_for(OrderFacts(1, 7, state, SENT, told={"501": 41}), TERMS)
    totals: dict[str, int] = {}
    for (key, _), amount in ledger_after(history).items():
        totals[key] = totals.get(key, 0) + amount
    assert {key: total for key, total in totals.items() if total} == {
        line.key: line.amount for line in wanted.lines if line.amount
    }


@given(histories())
def test_revenue_is_never_more_than_the_order_and_never_less_than_nothing(history: list[OrderNews]) -> None:
    state = merged(None, history)
    assert state is not None
    revenue = sums(account_for(OrderFacts(1, 7, state, SENT, told={"501": 41}), TERMS).lines).get(
        "revenue.coupon", 0
    )
    assert 0 <= revenue <= state.net


def test_credits_of_two_agents_reverse_each_to_nothing() -> None:
    both = (did("code", "ana10"), did("code", "ben10", agent=BEN, ticket="7"))
    order = bought("ANA10", "BEN10", net=101, refunds=(back("a", 50), back("b", 51)))
    found = account_for(OrderFacts(1, 7, order, both, told={"501": 33}), TERMS).lines
    for agent in (ANA, BEN):
        assert sums([line for line in found if line.agent == agent]) == {}
