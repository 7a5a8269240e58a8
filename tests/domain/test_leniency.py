"""What goes beyond the written playbook is measured, by agent and by reason, and adds up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from plugin.currencies import digits
from plugin.domain.evidence import Evidence
from plugin.domain.leniency import Given, LeniencySum, Limits, allowed, limits, measure, promised_in
from plugin.domain.money_settings import PlaybookLimit

ANA, BEN = "ana@shop.example", "ben@shop.example"
AT = datetime(2026, 11, 10, 15, tzinfo=UTC)
WRITTEN: Limits = {None: 2_000, "product.defect": 5_000, "product.defect.zipper": 8_000, "return.start": 0}


def above(code: str) -> Sequence[str]:
    """The codes above one."""
    parts = code.split(".")
    return [".".join(parts[:number]) for number in range(len(parts) - 1, 0, -1)]


def a_refund(amount: int | None = 10_000, **more: object) -> Given:
    """A refund of Ana's for a defect."""
    values: dict[str, object] = {"agent": ANA, "reason": "product.defect"}
    return Given("refund", "#1001", AT, amount, **{**values, **more})  # type: ignore[arg-type]


def evidence(at: datetime, ticket: str = "5158") -> Evidence:
    return Evidence("ticket", "", ANA, "zendesk", 1, ticket, "email", at)


@pytest.mark.parametrize(
    ("reason", "limit"),
    [
        ("product.defect", 5_000),
        ("product.defect.zipper", 8_000),
        ("product.defect.clasp", 5_000),
        ("product.defect.clasp.left", 5_000),
        ("return.start", 0),
        ("shipping.lost", 2_000),
        (None, 2_000),
    ],
)
def test_a_reasons_own_line_counts_then_that_above_it_then_the_general_one(
    reason: str | None, limit: int
) -> None:
    assert allowed(reason, WRITTEN, above) == limit


@pytest.mark.parametrize("reason", ["shipping.lost", None])
def test_without_a_line_for_it_nothing_is_beyond(reason: str | None) -> None:
    written: Limits = {"product.defect": 5_000}
    assert allowed(reason, written, above) is None
    assert measure([a_refund(reason=reason)], written, above).total.beyond == 0


def test_where_nothing_is_written_nothing_is_beyond() -> None:
    assert measure([a_refund()], {}, above).total == LeniencySum(None, 1, 10_000, 0)


def test_only_what_goes_beyond_counts_as_beyond() -> None:
    [one] = measure([a_refund(10_000), a_refund(5_000), a_refund(4_999)], WRITTEN, above).beyond
    assert (one.given.amount, one.allowed, one.beyond) == (10_000, 5_000, 5_000)


def test_it_is_added_up_by_agent_and_by_reason_the_most_beyond_first() -> None:
    found = measure(
        [a_refund(6_000), a_refund(10_000, agent=BEN), a_refund(100, agent=None, reason="return.start")],
        WRITTEN,
        above,
    )
    assert found.agents == (
        LeniencySum(BEN, 1, 10_000, 5_000),
        LeniencySum(ANA, 1, 6_000, 1_000),
        LeniencySum(None, 1, 100, 100),
    )
    assert found.reasons == (
        LeniencySum("product.defect", 2, 16_000, 6_000),
        LeniencySum("return.start", 1, 100, 100),
    )


def test_what_has_no_amount_is_counted_apart() -> None:
    found = measure([a_refund(None), a_refund(100)], WRITTEN, above)
    assert (found.unvalued, found.total.number) == (1, 1)


def test_the_playbook_is_read_in_the_digits_of_the_currency() -> None:
    playbook = [PlaybookLimit(Decimal("20"), None), PlaybookLimit(Decimal("50.5"), "product.defect")]
    assert limits(playbook, "USD", digits) == {None: 2_000, "product.defect": 5_050}
    assert limits(playbook, "JPY", digits) == {None: 20, "product.defect": 50}


def test_of_two_lines_for_one_reason_the_last_counts() -> None:
    playbook = [PlaybookLimit(Decimal(20), "a"), PlaybookLimit(Decimal(30), "a")]
    assert limits(playbook, "USD", digits) == {"a": 3_000}


def test_it_was_promised_in_the_newest_ticket_before_it() -> None:
    older, newer = evidence(AT - timedelta(days=9), "1"), evidence(AT - timedelta(days=2), "2")
    later = evidence(AT + timedelta(seconds=1), "3")
    assert promised_in([newer, later, older], AT) == newer


def test_a_ticket_of_long_ago_promised_nothing() -> None:
    assert promised_in([evidence(AT - timedelta(days=30))], AT) is not None
    assert promised_in([evidence(AT - timedelta(days=30, seconds=1))], AT) is None


GIVEN = st.builds(
    Given,
    st.sampled_from(["refund", "replacement"]),
    st.just("#1001"),
    st.just(AT),
    st.none() | st.integers(0, 100_000),
    agent=st.sampled_from([ANA, BEN, None]),
    reason=st.sampled_from(
        ["product.defect", "product.defect.zipper", "return.start", "shipping.lost", None]
    ),
)


@tried(st.lists(GIVEN, max_size=20))
def test_agents_and_reasons_each_add_up_to_the_whole(everything: list[Given]) -> None:
    found = measure(everything, WRITTEN, above)
    for sums in (found.agents, found.reasons):
        assert sum(one.amount for one in sums) == found.total.amount
        assert sum(one.beyond for one in sums) == found.total.beyond
        assert sum(one.number for one in sums) == found.total.number == len(everything) - found.unvalued
    assert sum(one.beyond for one in found.beyond) == found.total.beyond <= found.total.amount
