"""Whose merit an order is: the ladder of evidence, rung by rung, and that no money is given out twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.attribution import RULE_VERSION, Attribution, Credit, Ruling, attribute
from plugin.domain.evidence import Evidence
from plugin.domain.sales import StoreOrder
from tests.conftest import NOW
from tests.domain.books import ANA, BEN, RULES, before, bought, did

MARK = "mgn-7f3a91c02b5d"


def whose(order: StoreOrder, *evidence: Evidence, ruling: Ruling | None = None) -> tuple[Credit, ...]:
    return attribute(order, evidence, RULES, ruling).credits


def only(order: StoreOrder, *evidence: Evidence, ruling: Ruling | None = None) -> Credit:
    (credit,) = whose(order, *evidence, ruling=ruling)
    return credit


def test_a_code_sent_to_this_customer_is_direct() -> None:
    credit = only(bought("ANA10"), did("code", "ana10"), did())
    assert (credit.agent, credit.kind, credit.grade, credit.net) == (ANA, "revenue.coupon", "direct", 11_320)
    assert credit.evidence == ("code ANA10 sent in ticket 5158",)


@pytest.mark.parametrize("typed", ["ana10", "Ana10", " ANA10 "])
def test_codes_are_compared_without_case(typed: str) -> None:
    assert only(bought(typed), did("code", "ana10")).grade == "direct"


def test_a_single_use_code_is_its_agents_whoever_typed_it() -> None:
    credit = only(bought("ANA10-7KB2XCD"), did("child_code", "ana10-7kb2xcd"))
    assert (credit.agent, credit.grade) == (ANA, "direct")


def test_a_code_with_a_ticket_shortly_before_is_assisted() -> None:
    assert only(bought("ANA10"), did(days=4)).grade == "assisted"


def test_a_code_with_a_ticket_some_weeks_before_is_influenced() -> None:
    credit = only(bought("ANA10"), did(days=20))
    assert (credit.grade, credit.counts) == ("influenced", True)


@pytest.mark.parametrize("evidence", [[], [did(agent=BEN)], [did(days=31)], [did("code", "ana10", days=31)]])
def test_a_code_without_such_a_ticket_is_unproven_and_in_no_sum(evidence: list[Evidence]) -> None:
    credit = only(bought("ANA10"), *evidence)
    assert (credit.grade, credit.counts, credit.net) == ("unproven", False, 11_320)


def test_a_ticket_after_the_order_proves_nothing() -> None:
    assert only(bought("ANA10"), did("code", "ana10", days=-1)).grade == "unproven"


def test_clocks_may_be_some_minutes_apart() -> None:
    sent = replace(did("code", "ana10"), at=NOW + timedelta(minutes=2))
    assert only(bought("ANA10"), sent).grade == "direct"


def test_an_unproven_code_counts_once_a_manager_accepts_it() -> None:
    credit = only(bought("ANA10"), ruling=Ruling(frozenset({"ana10"})))
    assert (credit.grade, credit.counts, credit.net) == ("unproven", True, 11_320)
    assert "accepted by a manager" in credit.evidence


def test_an_order_drawn_up_in_a_ticket_goes_before_any_code() -> None:
    order = bought("BEN10", attributes={"marginalia": MARK})
    agreed, coded = whose(order, did("agreed", MARK), did("code", "ben10", agent=BEN, ticket="7"))
    assert (agreed.agent, agreed.kind, agreed.net) == (ANA, "revenue.agreed", 11_320)
    assert (coded.agent, coded.net) == (BEN, 0)
    assert "stronger evidence of ana@shop.example" in coded.evidence


def test_the_mark_is_found_in_the_tags_too() -> None:
    assert only(bought(tags=("summer", MARK)), did("agreed", MARK)).kind == "revenue.agreed"


def test_a_mark_that_nobody_made_is_nobodys() -> None:
    assert whose(bought(tags=("mgn-000000000000",)), did("agreed", MARK, days=40)) == ()


@pytest.mark.parametrize(
    ("sent", "landing"),
    [
        ("/products/belt", "/products/belt?utm_source=mail"),
        ("/products/belt", "https://shop.example/Products/Belt/"),
        (f"mgn={MARK}", f"/?mgn={MARK}"),
    ],
)
def test_a_link_that_was_sent_and_followed_is_direct(sent: str, landing: str) -> None:
    credit = only(bought(landing=landing), did("link", sent))
    assert (credit.kind, credit.grade) == ("revenue.link", "direct")
    assert credit.evidence == ("link sent in ticket 5158 and followed",)


@pytest.mark.parametrize("landing", ["/", "", "/products/scarf", "http://["])
def test_another_page_is_no_link_followed(landing: str) -> None:
    assert all(
        credit.kind != "revenue.link"
        for credit in whose(bought(landing=landing), did("link", "/products/belt"))
    )


def test_a_ticket_alone_is_an_influence_that_earns_nothing() -> None:
    credit = only(bought(), did(days=2))
    assert (credit.grade, credit.kind, credit.counts) == ("influenced", "", False)


def test_a_ticket_alone_long_before_is_nothing() -> None:
    assert whose(bought(), did(days=6)) == ()


def test_two_codes_equally_proven_share_to_the_cent() -> None:
    found = whose(
        bought("ANA10", "BEN10", net=101),
        did("code", "ben10", agent=BEN, days=2, ticket="7"),
        did("code", "ana10", days=1),
    )
    assert {credit.agent: credit.net for credit in found} == {BEN: 51, ANA: 50}


def test_a_proven_code_takes_all_from_an_unproven_one() -> None:
    found = whose(bought("ANA10", "BEN10"), did("code", "ana10"))
    assert {credit.agent: (credit.net, credit.counts) for credit in found} == {
        ANA: (11_320, True),
        BEN: (0, False),
    }


def test_a_code_of_nobodys_is_no_credit() -> None:
    assert whose(bought("WELCOME10")) == ()


def test_a_manager_may_give_it_to_somebody_else() -> None:
    credit = only(bought("ANA10"), did("code", "ana10"), ruling=Ruling(agents={BEN: 1}))
    assert (credit.agent, credit.net, credit.counts) == (BEN, 11_320, True)
    assert "given by a manager" in credit.evidence


def test_a_manager_may_divide_it() -> None:
    found = whose(bought("ANA10", net=100), did("code", "ana10"), ruling=Ruling(agents={ANA: 2, BEN: 1}))
    assert {credit.agent: credit.net for credit in found} == {ANA: 67, BEN: 33}


def test_a_credit_keeps_its_rival_tickets_and_window() -> None:
    credit = only(bought("ANA10"), did("code", "ana10"), did(ticket="7", agent=BEN), did(ticket="5158"))
    assert credit.rivals == ("zendesk 7",)
    assert credit.window_days == 30
    assert RULE_VERSION == 1


def test_the_hosts_own_definition_is_the_newest_ticket() -> None:
    found: Attribution = attribute(
        bought("ANA10"), [did("code", "ana10", days=3), did(agent=BEN, days=1, ticket="7")], RULES
    )
    assert found.host is not None
    assert (found.host.agent, found.host.ticket) == (BEN, "7")
    assert found.credits[0].agent == ANA


EVIDENCE = st.builds(
    did,
    kind=st.sampled_from(["ticket", "code", "child_code", "link", "agreed"]),
    value=st.sampled_from(["", "ana10", "ben10", "ana10-7kb2xcd", "/products/belt", MARK]),
    agent=st.sampled_from([ANA, BEN]),
    days=st.floats(-3, 40),
    ticket=st.sampled_from(["1", "2", "3"]),
)
ORDERS = st.builds(
    bought,
    st.sampled_from(["ANA10", "WELCOME"]),
    st.sampled_from(["BEN10", "ANA10-7KB2XCD", "ana10"]),
    net=st.integers(0, 100_000),
    landing=st.sampled_from(["", "/products/belt"]),
    tags=st.sampled_from([(), (MARK,)]),
)
RULINGS = st.one_of(
    st.none(),
    st.builds(Ruling, st.sets(st.sampled_from(["ana10", "ben10"])).map(frozenset)),
    st.builds(Ruling, agents=st.dictionaries(st.sampled_from([ANA, BEN]), st.integers(1, 5), min_size=1)),
)


@settings(max_examples=120)
@given(ORDERS, st.lists(EVIDENCE, max_size=8), RULINGS)
def test_what_counts_never_exceeds_the_order(
    order: StoreOrder, evidence: list[Evidence], ruling: Ruling | None
) -> None:
    found = attribute(order, evidence, RULES, ruling).credits
    counted = [credit.net for credit in found if credit.counts]
    assert sum(counted) in (0, order.net)
    assert all(net >= 0 for net in counted)
    assert len({credit.key for credit in found}) == len(found)


@given(ORDERS, st.lists(EVIDENCE, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_evidence_is_told_does_not_matter(
    order: StoreOrder, evidence: list[Evidence], chance: "object"
) -> None:
    shuffled = list(evidence)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    first, second = (attribute(order, one, RULES) for one in (evidence, shuffled))
    assert {(one.key, one.net, one.grade) for one in first.credits} == {
        (one.key, one.net, one.grade) for one in second.credits
    }


def test_days_before_are_told_in_words() -> None:
    assert only(bought("ANA10"), did(days=1.2)).evidence[1] == f"ticket 5158 with {ANA} 1 day before"
    assert before(0) == NOW
