"""A commission goes its way step by step, each once and written down; what is earned stands in the ledger."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from plugin.db.commissions import Commissions, Outcome
from plugin.db.disputes import Disputes
from plugin.db.engine import Database
from plugin.db.ledger_tables import CreditRow
from plugin.payroll import Earned
from tests.books import ANA, BEN, NOVEMBER, Books, books

OVER = NOVEMBER + timedelta(days=30)
"""The moment at which the return window of a sale of 10 November is over."""
ON_ONE = pytest.mark.parametrize("kind", ["sqlite"])
"""Where the database makes no difference: each one more costs half a second a test."""


@pytest.fixture
def made(database: Database) -> Books:
    """A tenant with books."""
    return books(database)


def take(made: Books, step: str, *credits: int, now: datetime = OVER, **more: Any) -> Outcome:
    """A manager takes a step for these credits."""
    with made.database.write() as session:
        outcome: Outcome = getattr(Commissions(session, made.desk.tenant_id), step)(
            credits, by="mia", now=now, **more
        )
        return outcome


def state(made: Books, credit: int) -> str:
    found: str = made.row(CreditRow, credit).state
    return found


def paid(made: Books) -> int:
    """A credit of Ana's whose commission of 7.92 was paid when the window was over."""
    _, credit = made.sale()
    assert take(made, "approve", credit).done == [credit]
    assert take(made, "pay", credit).done == [credit]
    return credit


def take_back(made: Books, credit: int, amount: int, on: datetime) -> None:
    """A refund takes back this much of a commission."""
    day = on.date()
    made.entry("cost.commission", amount, day, agent=ANA, credit_id=credit, posted_at=on)


def listed(made: Books, **filters: Any) -> list[int]:
    with made.database.read() as session:
        found = Commissions(session, made.desk.tenant_id).latest(100, **filters)
        return [one.credit.id for one in found]


def payroll(made: Books, month: str) -> list[Earned]:
    with made.database.read() as session:
        return Commissions(session, made.desk.tenant_id).payroll(month)


def contest(made: Books, credit: int) -> int:
    with made.database.write() as session:
        dispute = Disputes(session, made.desk.tenant_id).contest(credit, BEN, "mine", NOVEMBER)
        assert dispute is not None
        return dispute.id


class TestSteps:
    """pending → approved → paid."""

    def test_a_commission_is_approved_when_the_return_window_is_over(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "approve", credit, now=OVER - timedelta(seconds=1)).refused == {credit: "early"}
        assert take(made, "approve", credit, now=OVER).done == [credit]
        row = made.row(CreditRow, credit)
        assert (row.state, row.approved_at) == ("approved", OVER)

    @ON_ONE
    def test_the_window_is_the_tenants_own(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "approve", credit, now=NOVEMBER, window=timedelta(0)).done == [credit]

    @ON_ONE
    def test_what_was_approved_is_paid(self, made: Books) -> None:
        row = made.row(CreditRow, paid(made))
        assert (row.state, row.paid_at) == ("paid", OVER)

    def test_of_many_each_that_is_refused_is_named_with_its_reason(self, made: Books) -> None:
        _, good = made.sale()
        _, held = made.sale(held="the code has leaked")
        _, contested = made.sale()
        contest(made, contested)
        _, early = made.sale(at=OVER)
        unproven = made.credit(made.order(), grade="unproven", counts=False)
        _, gone = made.sale()
        take_back(made, gone, 792, NOVEMBER)
        outcome = take(made, "approve", good, held, contested, early, unproven, gone, 999_999)
        assert outcome.done == [good]
        assert outcome.refused == {
            held: "held",
            contested: "disputed",
            early: "early",
            unproven: "none",
            gone: "none",
            999_999: "unknown",
        }

    @ON_ONE
    def test_what_is_only_pending_is_not_paid(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "pay", credit).refused == {credit: "pending"}

    @ON_ONE
    def test_what_is_contested_after_it_was_approved_is_not_paid(self, made: Books) -> None:
        _, credit = made.sale()
        take(made, "approve", credit)
        contest(made, credit)
        assert take(made, "pay", credit).refused == {credit: "disputed"}

    @ON_ONE
    def test_what_a_manager_has_decided_may_be_approved(self, made: Books) -> None:
        _, credit = made.sale()
        dispute = contest(made, credit)
        with made.database.write() as session:
            Disputes(session, made.desk.tenant_id).decide(dispute, "mia", "rejected", "no call", NOVEMBER)
        assert take(made, "approve", credit).done == [credit]

    def test_credits_of_another_tenant_are_as_good_as_none(self, made: Books) -> None:
        _, credit = made.sale()
        other = made.world.connect("other")
        with made.database.write() as session:
            theirs = Commissions(session, other.tenant_id)
            assert theirs.approve([credit], "noa", OVER).refused == {credit: "unknown"}
            assert (theirs.latest(10), theirs.of([credit]), theirs.payroll("2026-11")) == ([], [], [])
        assert state(made, credit) == "pending"


class TestAuditLog:
    """Every step is written down once, however often it is clicked."""

    @ON_ONE
    def test_each_step_says_who_took_it_for_how_much(self, made: Books) -> None:
        credit = paid(made)
        told = [
            (one.action, one.actor, one.details["credit"], one.details["amount"]) for one in made.audited()
        ]
        assert told == [
            ("commission_paid", "mia", credit, 792),
            ("commission_approved", "mia", credit, 792),
        ]

    @ON_ONE
    def test_a_second_click_changes_nothing(self, made: Books) -> None:
        credit = paid(made)
        assert take(made, "approve", credit, now=OVER + timedelta(1)).refused == {credit: "paid"}
        assert take(made, "pay", credit, now=OVER + timedelta(1)).refused == {credit: "paid"}
        assert made.row(CreditRow, credit).paid_at == OVER
        assert len(made.audited()) == 2

    def test_of_many_who_approve_at_once_one_does(self, made: Books) -> None:
        credits = [made.sale()[1] for _ in range(5)]
        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(lambda _: take(made, "approve", *credits), range(4)))
        assert sorted(number for one in outcomes for number in one.done) == credits
        assert len(made.audited()) == 5

    @ON_ONE
    def test_a_credit_named_twice_takes_the_step_once(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "approve", credit, credit) == Outcome([credit], {})


@ON_ONE
class TestHolding:
    """What is held back waits, and says why."""

    def test_what_is_held_back_is_neither_approved_nor_paid_before_it_is_released(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "hold", credit, reason="asked the agent").done == [credit]
        assert made.row(CreditRow, credit).held == "asked the agent"
        assert take(made, "approve", credit).refused == {credit: "held"}
        assert take(made, "release", credit).done == [credit]
        assert take(made, "approve", credit).done == [credit]

    def test_holding_twice_keeps_the_first_reason(self, made: Books) -> None:
        _, credit = made.sale(held="the code has leaked")
        assert take(made, "hold", credit, reason="again").refused == {credit: "held"}
        assert made.row(CreditRow, credit).held == "the code has leaked"

    def test_what_nobody_holds_back_is_not_released(self, made: Books) -> None:
        _, credit = made.sale()
        assert take(made, "release", credit).refused == {credit: "free"}

    def test_what_was_paid_is_not_held_back_any_more(self, made: Books) -> None:
        credit = paid(made)
        assert take(made, "hold", credit, reason="too late").refused == {credit: "paid"}

    def test_nothing_is_held_back_without_a_reason(self, made: Books) -> None:
        _, credit = made.sale()
        with pytest.raises(ValueError, match="whoever releases it reads that"):
            take(made, "hold", credit, reason=" ")

    def test_each_time_it_is_held_and_released_stands_in_the_audit_log(self, made: Books) -> None:
        _, credit = made.sale()
        for day in (0, 1):
            take(made, "hold", credit, reason="why", now=NOVEMBER + timedelta(day))
            take(made, "release", credit, now=NOVEMBER + timedelta(day, hours=1))
        assert [one.action for one in made.audited()] == ["commission_released", "commission_held"] * 2


class TestList:
    """What was earned, by credit."""

    def test_it_is_the_sum_of_the_entries_as_the_agent_gets_it(self, made: Books) -> None:
        _, credit = made.sale()
        take_back(made, credit, 300, NOVEMBER)
        with made.database.read() as session:
            [one] = Commissions(session, made.desk.tenant_id).latest(10)
            assert (one.credit.id, one.order, one.amount, one.currency, one.period, one.taken_back) == (
                credit,
                "#1001",
                492,
                "USD",
                "2026-11",
                0,
            )

    def test_what_was_taken_back_after_it_was_paid_is_told_apart(self, made: Books) -> None:
        credit = paid(made)
        take_back(made, credit, 792, OVER + timedelta(days=3))
        with made.database.read() as session:
            [one] = Commissions(session, made.desk.tenant_id).of([credit])
            assert (one.amount, one.taken_back) == (0, 792)

    @ON_ONE
    def test_credits_that_earn_nothing_are_left_out(self, made: Books) -> None:
        made.credit(made.order(), grade="influenced", counts=False)
        assert listed(made) == []

    @ON_ONE
    def test_the_newest_come_first_page_by_page(self, made: Books) -> None:
        credits = [made.sale()[1] for _ in range(3)]
        assert listed(made) == credits[::-1]
        assert listed(made, before=credits[2]) == [credits[1], credits[0]]

    @ON_ONE
    def test_the_newest_are_those_whose_orders_are(self, made: Books) -> None:
        _, newer = made.sale(at=NOVEMBER)
        _, older = made.sale(at=NOVEMBER - timedelta(days=1))
        assert listed(made) == [newer, older]
        assert (listed(made, before=newer), listed(made, before=older)) == ([older], [])
        assert listed(made, before=999_999) == []

    @ON_ONE
    def test_it_may_be_of_one_agent(self, made: Books) -> None:
        made.sale(ANA)
        _, ben = made.sale(BEN)
        assert listed(made, agent="Ben@Shop.example") == [ben]

    def test_it_may_be_of_one_state(self, made: Books) -> None:
        clawed = paid(made)
        take_back(made, clawed, 100, OVER + timedelta(days=1))
        whole = paid(made)
        _, approved = made.sale()
        take(made, "approve", approved)
        _, pending = made.sale()
        found = {one: listed(made, state=one) for one in ("pending", "approved", "paid", "clawed_back")}
        assert found == {
            "pending": [pending],
            "approved": [approved],
            "paid": [whole, clawed],
            "clawed_back": [clawed],
        }

    def test_it_may_be_of_the_month_that_it_was_posted_to_first(self, made: Books) -> None:
        _, credit = made.sale()
        take_back(made, credit, 100, datetime(2026, 12, 2, tzinfo=NOVEMBER.tzinfo))
        assert (listed(made, month="2026-11"), listed(made, month="2026-12")) == ([credit], [])


class TestPayroll:
    """What an agent is paid for a month, to the cent."""

    @ON_ONE
    def test_it_holds_what_was_approved_and_what_was_paid_and_nothing_that_is_pending(
        self, made: Books
    ) -> None:
        made.sale()
        _, approved = made.sale()
        take(made, "approve", approved)
        paid(made)
        assert sorted((one.state, one.amount) for one in payroll(made, "2026-11")) == [
            ("approved", 792),
            ("paid", 792),
        ]

    def test_what_a_refund_took_back_before_it_was_paid_is_not_paid(self, made: Books) -> None:
        _, credit = made.sale()
        take_back(made, credit, 300, datetime(2026, 12, 2, tzinfo=NOVEMBER.tzinfo))
        take(made, "approve", credit)
        assert payroll(made, "2026-11") == [Earned(ANA, "2026-11", "approved", 492, "USD")]
        assert payroll(made, "2026-12") == []

    def test_what_was_taken_back_later_is_set_off_in_its_own_month(self, made: Books) -> None:
        credit = paid(made)
        before = payroll(made, "2026-11")
        take_back(made, credit, 300, datetime(2027, 1, 5, tzinfo=NOVEMBER.tzinfo))
        assert payroll(made, "2026-11") == before == [Earned(ANA, "2026-11", "paid", 792, "USD")]
        assert payroll(made, "2027-01") == [Earned(ANA, "2027-01", "clawed_back", -300, "USD")]

    @ON_ONE
    @pytest.mark.parametrize("why", ["held", "contested"])
    def test_what_was_approved_and_may_not_be_paid_now_says_so(self, made: Books, why: str) -> None:
        _, credit = made.sale()
        take(made, "approve", credit)
        if why == "held":
            take(made, "hold", credit, reason="the code has leaked")
        else:
            contest(made, credit)
        assert [one.state for one in payroll(made, "2026-11")] == ["held"]

    @ON_ONE
    def test_what_was_posted_late_is_paid_for_the_month_that_it_was_posted_to(self, made: Books) -> None:
        credit = made.credit(made.order())
        late = {"period": "2026-12", "belongs_to": "2026-11", "credit_id": credit, "agent": ANA}
        made.entry("cost.commission", -792, date(2026, 11, 10), **late)
        take(made, "approve", credit)
        assert payroll(made, "2026-11") == []
        assert [one.amount for one in payroll(made, "2026-12")] == [792]
