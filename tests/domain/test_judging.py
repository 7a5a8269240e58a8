"""Tier, rules and suggestions about one ticket: when they wait, what they then do, and what is said of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.currencies import digits
from plugin.domain.decisions import Decision
from plugin.domain.facts import Customer, Facts, Look, Person, Record, Ticket
from plugin.domain.goods import Product
from plugin.domain.judging import Playbook, due_again, judge
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.offers import Offer, OfferBook
from plugin.domain.rule_actions import Action
from plugin.domain.rules import Condition, Rule, Rulebook
from plugin.domain.tiers import Tier
from plugin.reason_data import default_tree
from tests.conftest import NOW
from tests.fakes import ticket

WAIT = timedelta(seconds=10)
MADE = Look(frozenset({"ticket_created", "customer_message"}), "hello", True)
CONCIERGE = Rule(
    "Concierge first",
    frozenset({"ticket_created"}),
    (Condition("customer.tier", "is", "Concierge"),),
    (),
    (Action("group", "", "211"), Action("no_bots", "", True)),
)
RICH = Customer("known", "ann@example.com", spent=Money(1_200_000, "USD"), orders=9)
POOR = Customer("known", "ann@example.com", spent=Money(100, "USD"), orders=1)


def playbook(*rules: Rule, **changes: Any) -> Playbook:
    made = Playbook(
        tree=default_tree(),
        rulebook=Rulebook(rules, "USD", digits),
        digits=digits,
        currency="USD",
        tiers=(Tier("VIP", tags=("vip",)), Tier("Concierge", spent_at_least=Decimal(10_000), no_bots=True)),
        routing_wait=WAIT,
    )
    return replace(made, **changes)


BOOK = playbook(CONCIERGE)
MARKED = Person("7", tags=("mgn_tier_concierge",))


def facts(customer: Customer = RICH, record: Record | None = None, **changes: Any) -> Facts:
    made = Facts(
        ticket=ticket("5", "hello"),
        record=record or Record(),
        live=True,
        now=NOW,
        writable_reason=True,
        customer=customer,
        asking=customer.state == "unknown",
    )
    return replace(made, **changes)


def kinds(decision: Decision) -> list[str]:
    return [effect.kind for effect in decision.effects]


def why(decision: Decision) -> str:
    return " | ".join(line.why for line in decision.trace)


def test_a_rule_sees_the_tier_and_the_ticket_is_routed_and_marked() -> None:
    decision = judge(facts(), MADE, BOOK)
    assert kinds(decision) == ["change_tags", "set_group", "tag_customer"]
    assert decision.record.tier is not None
    assert (decision.record.tier.tier, decision.record.no_bots_rule) == ("Concierge", "Concierge first")


def test_while_the_shop_is_silent_the_rules_wait_and_only_that_is_said() -> None:
    decision = judge(facts(Customer()), MADE, BOOK)
    assert kinds(decision) == []
    assert decision.record.look == replace(MADE, since=NOW)
    assert due_again(decision.record, BOOK) == NOW + WAIT
    assert "the rules wait for it, 10 s at most" in why(decision)


def test_the_wait_is_said_once() -> None:
    waiting = judge(facts(Customer()), MADE, BOOK).record
    again = judge(facts(Customer(), waiting, now=NOW + timedelta(seconds=5)), Look(), BOOK)
    assert again.trace == ()
    assert due_again(again.record, BOOK) == NOW + WAIT


def test_when_the_wait_is_over_the_rules_run_without_the_shop_and_say_so() -> None:
    waiting = judge(facts(Customer()), MADE, BOOK).record
    late = judge(facts(Customer(), waiting, now=NOW + WAIT), Look(), BOOK)
    assert "within 10 s: decided without it" in why(late)
    assert due_again(late.record, BOOK) is None
    assert late.record.look is not None
    assert late.record.look.again


def test_what_happened_meanwhile_is_decided_together() -> None:
    waiting = judge(facts(Customer()), MADE, BOOK).record
    more = Look(frozenset({"agent_message"}), "we look")
    both = judge(facts(RICH, waiting), more, BOOK)
    assert both.record.look is not None
    assert both.record.look.happened == MADE.happened | more.happened
    assert "set_group" in kinds(both)


def test_an_answer_after_the_wait_runs_the_rules_again_once() -> None:
    waiting = judge(facts(Customer()), MADE, BOOK).record
    late = judge(facts(Customer(), waiting, now=NOW + WAIT), Look(), BOOK).record
    known = judge(facts(RICH, late), Look(), BOOK)
    assert "set_group" in kinds(known)
    assert judge(facts(RICH, known.record), Look(), BOOK).effects == ()


def test_a_shop_that_stays_silent_is_not_waited_for_at_every_message() -> None:
    waiting = judge(facts(Customer()), MADE, BOOK).record
    late = judge(facts(Customer(), waiting, now=NOW + WAIT), Look(), BOOK).record
    more = judge(facts(Customer(), late, now=NOW + 2 * WAIT), Look(frozenset({"customer_message"})), BOOK)
    assert due_again(more.record, BOOK) is None


def test_nobody_is_waited_for_where_no_rule_asks_the_shop() -> None:
    always = Rule("All", frozenset({"ticket_created"}), (), (), (Action("priority", "", "high"),))
    assert "set_priority" in kinds(judge(facts(Customer()), MADE, playbook(always)))


def test_nobody_is_waited_for_where_the_last_tier_is_certain_already() -> None:
    by_list = playbook(CONCIERGE, tiers=(Tier("Concierge", emails=("ann@example.com",)),))
    assert "set_group" in kinds(judge(facts(Customer()), MADE, by_list))


def test_nobody_is_waited_for_where_no_shop_was_asked() -> None:
    decision = judge(facts(Customer(), asking=False), MADE, BOOK)
    assert due_again(decision.record, BOOK) is None


def test_a_tier_that_is_lost_takes_its_tags_along() -> None:
    before = ticket("5", "hello", tags=("mgn_tier_concierge", "web"), requester=MARKED)
    decision = judge(facts(POOR, ticket=before), MADE, BOOK)
    changes = {effect.kind: effect.args for effect in decision.effects}
    assert changes["change_tags"] == {"add": [], "remove": ["mgn_tier_concierge"]}
    assert changes["tag_customer"] == {"add": [], "remove": ["mgn_tier_concierge"]}


def test_while_the_shop_is_silent_no_tiers_tag_is_taken_away() -> None:
    before = ticket("5", "hello", tags=("mgn_tier_concierge",), requester=MARKED)
    assert judge(facts(Customer(), ticket=before), MADE, BOOK).effects == ()


def test_in_shadow_mode_nothing_is_asked_for_and_no_rule_is_counted() -> None:
    decision = judge(facts(live=False), MADE, BOOK)
    assert (decision.record.sent, decision.record.firings) == ({}, {})
    assert "shadow mode: would do group 211" in why(decision)


def test_a_rule_that_writes_is_counted() -> None:
    assert judge(facts(), MADE, BOOK).record.firings == {"Concierge first": (NOW,)}


def test_what_was_overtaken_is_decided_again_with_what_had_happened() -> None:
    first = judge(facts(), MADE, BOOK).record
    never_sent = replace(first, sent={})
    again = judge(facts(record=never_sent), Look(), BOOK, overtaken=True)
    assert "set_group" in kinds(again)


def test_an_echo_decides_and_says_nothing() -> None:
    first = judge(facts(), MADE, BOOK)
    landed = ticket(
        "5",
        "hello",
        group="211",
        tags=("mgn_tier_concierge",),
        requester=MARKED,
    )
    echo = judge(facts(record=first.record, ticket=landed), Look(), BOOK)
    assert (echo.effects, echo.trace) == ((), ())


def test_a_bots_message_counts_as_a_breach_only_for_who_shall_meet_none() -> None:
    by_bot = replace(MADE, by_bots=("9",))
    assert judge(facts(RICH), by_bot, BOOK).breaches == ("9",)
    assert judge(facts(POOR), by_bot, BOOK).breaches == ()


BELT = Offer("Belt", "BELT-1", Decimal(50))
SHOES = Offer("Shoes", "SHOE-1", Decimal(90), all_of=(Condition("ticket.text", "includes_word", ("shoes",)),))
NAMES_BELT = Rule("Belts", frozenset({"customer_message"}), (), (), (Action("offer", "", "Belt"),))
PRODUCTS = {"BELT-1": Product("BELT-1", "Belt", Money(5_000, "USD"), Money(2_000, "USD"), 3)}
SELLING = playbook(NAMES_BELT, offers=OfferBook((BELT, SHOES), "USD", digits))


def offered(record: Record) -> list[str]:
    return [one.name for one in record.offers]


def test_what_rules_and_the_customers_words_call_for_is_offered() -> None:
    asks = facts(ticket=ticket("5", "which shoes?"))
    assert offered(judge(asks, MADE, SELLING).record) == ["Shoes", "Belt"]


def test_an_offer_says_what_the_store_and_earlier_answers_say_of_it() -> None:
    told = replace(SELLING, products=lambda: PRODUCTS, answers=lambda: {"Belt": (1, 1)})
    (belt,) = judge(facts(), MADE, told).record.offers
    assert belt == Offered(
        "Belt",
        "BELT-1",
        Money(5_000, "USD"),
        Money(3_000, "USD"),
        "new",
        ("suggested by a rule", "in stock: 3", "taken 1 of 2 times"),
    )


def test_an_offer_stays_when_an_agent_answers_and_goes_when_the_customer_asks_for_something_else() -> None:
    first = judge(facts(ticket=ticket("5", "which shoes?")), MADE, SELLING).record
    answer = Look(frozenset({"agent_message"}), "these ones")
    after = judge(facts(record=first, ticket=ticket("5", "which shoes?")), answer, SELLING).record
    assert offered(after) == ["Shoes", "Belt"]
    more = Look(frozenset({"customer_message"}), "where is my parcel?")
    asks = facts(record=after, ticket=ticket("5", "where is my parcel?"))
    assert offered(judge(asks, more, playbook(offers=SELLING.offers)).record) == []


def test_nothing_is_offered_while_the_shop_is_silent_and_what_fits_when_it_answers() -> None:
    silent = judge(facts(Customer()), MADE, SELLING).record
    assert offered(silent) == []
    assert offered(judge(facts(RICH, silent), Look(), SELLING).record) == ["Belt"]


def test_nothing_more_is_offered_for_an_angry_message_that_selling_does_not_help() -> None:
    angry = facts(ticket=ticket("5", "This is unacceptable, where is it?", reason_code="shipping.delayed"))
    assert offered(judge(angry, MADE, SELLING).record) == []


def test_without_offers_in_the_settings_nobody_is_asked_for_goods() -> None:
    def asked() -> dict[str, Product]:
        raise AssertionError("nothing is on offer")

    assert judge(facts(), MADE, playbook(products=asked)).record.offers == ()


def _tickets() -> st.SearchStrategy[Ticket]:
    tags = st.lists(st.sampled_from(("web", "vip", "mgn_tier_vip", "mgn_tier_concierge")), unique=True).map(
        tuple
    )
    return st.builds(
        lambda tags, group: ticket("5", "hi", tags=tags, group=group),
        tags,
        st.sampled_from((None, "1", "211")),
    )


CUSTOMERS = st.sampled_from((RICH, POOR, Customer(), Customer("nobody")))


@pytest.mark.parametrize("live", [True, False])
@given(st.lists(st.tuples(CUSTOMERS, _tickets(), st.booleans()), min_size=1, max_size=6))
def test_whatever_comes_a_waiting_ticket_is_always_due_again(
    live: bool, steps: list[tuple[Customer, Ticket, bool]]
) -> None:
    record, now = Record(), NOW
    for customer, seen, news in steps:
        now += timedelta(seconds=4)
        found = MADE if news else Look()
        record = judge(facts(customer, record, ticket=seen, now=now, live=live), found, BOOK).record
        due = due_again(record, BOOK)
        assert due is None or due > now
        if customer.state != "unknown":
            assert due is None, "who is known is not waited for"


@given(CUSTOMERS, _tickets())
def test_deciding_again_about_the_same_wants_nothing_new(customer: Customer, seen: Ticket) -> None:
    first = judge(facts(customer, ticket=seen), MADE, BOOK)
    assert judge(facts(customer, first.record, ticket=seen), Look(), BOOK).effects == ()
