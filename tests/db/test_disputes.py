"""A credit is contested with a reason, and decided with one; both stand in the audit log, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.db.disputes import AlreadyDecided, Disputes, NoReason, Place, Verdict
from plugin.db.engine import Database
from plugin.db.ledger_tables import DisputeRow
from tests.books import ANA, BEN, DECEMBER, NOVEMBER, Books, books

ON_ONE = pytest.mark.parametrize("kind", ["sqlite"])
"""Where the database makes no difference: each one more costs half a second a test."""
WHY = "She ordered after my call, not after Ben's mail."


@pytest.fixture
def made(database: Database) -> Books:
    """A tenant with books."""
    return books(database)


def contest(made: Books, credit: int, by: str = ANA, reason: str = WHY) -> DisputeRow | None:
    with made.database.write() as session:
        row = Disputes(session, made.desk.tenant_id).contest(credit, by, reason, NOVEMBER)
        session.expunge_all()  # to be looked at when the transaction is over
        return row


def contested(made: Books, by: str = ANA) -> DisputeRow:
    """A dispute about a credit of its own."""
    dispute = contest(made, made.credit(made.order()), by)
    assert dispute is not None
    return dispute


def decide(made: Books, dispute: int, verdict: Verdict = "upheld", why: str = "The call came first.") -> None:
    with made.database.write() as session:
        assert Disputes(session, made.desk.tenant_id).decide(dispute, "mia", verdict, why, DECEMBER)


def deeds(made: Books) -> list[str]:
    """What stands in the audit log, oldest first."""
    return [deed.action for deed in reversed(made.audited())]


def test_a_contested_credit_is_open_with_who_and_why(made: Books) -> None:
    dispute = contested(made)
    assert (dispute.state, dispute.raised_by, dispute.reason, dispute.raised_at) == (
        "open",
        ANA,
        WHY,
        NOVEMBER,
    )


@ON_ONE
def test_a_decided_dispute_keeps_who_decided_when_and_why(made: Books) -> None:
    number = contested(made).id
    decide(made, number, "rejected", "Ben sent the code.")
    row = made.row(DisputeRow, number)
    assert (row.state, row.decided_by, row.decision, row.decided_at) == (
        "rejected",
        "mia",
        "Ben sent the code.",
        DECEMBER,
    )


@ON_ONE
def test_contesting_and_deciding_stand_in_the_audit_log_with_what_was_said(made: Books) -> None:
    dispute = contested(made)
    decide(made, dispute.id)
    told = [
        (deed.action, deed.actor, deed.details["credit"], deed.details["text"]) for deed in made.audited()
    ]
    assert told == [
        ("dispute_decided", "mia", dispute.credit_id, "The call came first."),
        ("credit_contested", ANA, dispute.credit_id, WHY),
    ]


def test_a_second_click_adds_no_second_dispute(made: Books) -> None:
    credit = made.credit(made.order())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: contest(made, credit), range(4)))
    assert len({one.id for one in found if one is not None}) == 1
    assert deeds(made) == ["credit_contested"]


@ON_ONE
def test_two_agents_contest_the_same_credit_each_with_their_own_reason(made: Books) -> None:
    credit = made.credit(made.order())
    contest(made, credit, ANA, "mine")
    contest(made, credit, BEN, "no, mine")
    with made.database.read() as session:
        told = [row.reason for row in Disputes(session, made.desk.tenant_id).of_credit(credit)]
    assert told == ["no, mine", "mine"]


@ON_ONE
def test_what_was_decided_may_be_contested_again(made: Books) -> None:
    first = contested(made)
    decide(made, first.id, "rejected")
    second = contest(made, first.credit_id, ANA, "There is a recording of the call.")
    assert second is not None
    assert second.id != first.id


@ON_ONE
def test_the_same_verdict_again_changes_nothing(made: Books) -> None:
    number = contested(made).id
    decide(made, number, "upheld", "The call came first.")
    decide(made, number, "upheld", "As I said.")
    assert made.row(DisputeRow, number).decision == "The call came first."
    assert deeds(made) == ["credit_contested", "dispute_decided"]


def test_another_verdict_is_refused_and_says_which_one_stands(made: Books) -> None:
    number = contested(made).id
    decide(made, number, "upheld")
    with pytest.raises(AlreadyDecided, match="was upheld already by mia at 2026-12-03 09:00 UTC"):
        decide(made, number, "rejected")


@ON_ONE
@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_nothing_is_contested_without_a_reason(made: Books, nothing: str) -> None:
    with pytest.raises(NoReason, match="say in a few words why the credit is wrong"):
        contest(made, made.credit(made.order()), ANA, nothing)


@ON_ONE
def test_nothing_is_decided_without_a_reason(made: Books) -> None:
    with pytest.raises(NoReason, match="the agent reads it"):
        decide(made, contested(made).id, "upheld", " ")


def test_a_reason_that_no_database_can_keep_is_kept_all_the_same(made: Books) -> None:
    dispute = contest(made, made.credit(made.order()), ANA, "a\x00b" * 2_000)
    assert dispute is not None
    assert (dispute.reason[:3], len(dispute.reason)) == ("a\ufffdb", 2_000)


def test_credits_and_disputes_of_another_tenant_are_as_good_as_none(made: Books) -> None:
    dispute = contested(made)
    other = made.world.connect("other")
    with made.database.write() as session:
        theirs = Disputes(session, other.tenant_id)
        assert theirs.contest(dispute.credit_id, BEN, WHY, NOVEMBER) is None
        assert theirs.decide(dispute.id, BEN, "upheld", WHY, NOVEMBER) is None
        assert theirs.find(dispute.id) is None
        assert theirs.latest(10) == []
        assert theirs.contested([dispute.credit_id]) == frozenset()


@ON_ONE
def test_only_what_nobody_has_decided_counts_as_contested(made: Books) -> None:
    one, other = contested(made), contested(made)
    decide(made, one.id)
    with made.database.read() as session:
        found = Disputes(session, made.desk.tenant_id).contested([one.credit_id, other.credit_id])
    assert found == {other.credit_id}


def test_open_disputes_are_told_before_those_that_were_decided_page_by_page(made: Books) -> None:
    numbers = [contested(made).id for _ in range(5)]
    for number in (numbers[1], numbers[4]):
        decide(made, number)
    with made.database.read() as session:
        disputes = Disputes(session, made.desk.tenant_id)
        told: list[int] = []
        place: Place | None = None
        while page := disputes.latest(2, place):
            told += [one.dispute.id for one in page]
            place = page[-1].place
    assert told == [numbers[3], numbers[2], numbers[0], numbers[4], numbers[1]]


@ON_ONE
def test_a_list_may_be_of_one_state_and_names_credit_and_order(made: Books) -> None:
    order = made.order(name="#1234")
    contest(made, made.credit(order, BEN))
    decide(made, contested(made).id)
    with made.database.read() as session:
        [one] = Disputes(session, made.desk.tenant_id).latest(10, state="open")
        assert (one.order, one.credit.agent, one.dispute.reason) == ("#1234", BEN, WHY)
