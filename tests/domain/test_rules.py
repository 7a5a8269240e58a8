"""Running rules: in their order, each seeing what those before it set, and each with an answer."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Customer, TierDecision
from plugin.domain.money import Money
from plugin.domain.rule_actions import ACTIONS
from plugin.domain.rule_fields import EVENTS, FIELDS, PRIORITIES, Kind, RuleFacts
from plugin.domain.rule_operators import OPERATORS, operators_of
from plugin.domain.rule_outcome import Outcome
from plugin.domain.rules import Conditions
from tests.domain.rule_cases import book, condition, digits, looks, order, outcome, parsed, written

CONCIERGE = written(
    "Concierge first",
    {"field": "group", "value": "211"},
    {"field": "priority", "value": "urgent"},
    {"field": "tags", "operator": "add", "value": ["vip_concierge"]},
    on=["ticket_created", "customer_message"],
    all=[condition("customer.tier", "is", "Concierge")],
)


def concierge(**changes: Any) -> RuleFacts:
    return looks(tier=TierDecision("Concierge"), **changes)


def test_the_contracts_rule_hands_the_best_customers_to_the_best_people() -> None:
    wants = outcome(concierge(), CONCIERGE)
    assert (wants.wanted("group"), wants.wanted("priority"), wants.tags_to_add) == (
        "211",
        "urgent",
        ("vip_concierge",),
    )


def test_a_rule_that_fired_says_what_it_saw() -> None:
    answer = outcome(concierge(), CONCIERGE).answers[0]
    assert (answer.fired, answer.seen, answer.why) == (True, {"customer.tier": "Concierge"}, "")


def test_a_rule_that_did_not_fire_names_the_condition_and_what_it_saw() -> None:
    answer = outcome(looks(tier=TierDecision("VIP")), CONCIERGE).answers[0]
    assert (answer.fired, answer.why) == (False, "customer.tier is Concierge: saw VIP")


def test_a_rule_says_that_nobody_knows_yet() -> None:
    silent = looks(customer=Customer(), tier=TierDecision(certain=False))
    assert outcome(silent, CONCIERGE).answers[0].why == "customer.tier is Concierge: not known yet"


@pytest.mark.parametrize(
    ("previous", "why"),
    [
        ({"ticket.priority": "low"}, "ticket.priority value high: was low, is nothing"),
        (None, "ticket.priority value high: not seen before, is nothing"),
    ],
)
def test_what_did_not_change_as_asked_is_told_with_before_and_now(
    previous: dict[str, Any] | None, why: str
) -> None:
    rule = written(all=[condition("ticket.priority", "value", "high")])
    assert outcome(looks(previous=previous), rule).answers[0].why == why


def test_a_rule_does_nothing_when_it_is_not_met() -> None:
    assert outcome(looks(), CONCIERGE).steps == ()


def test_a_rule_is_not_asked_on_what_it_is_not_for() -> None:
    assert outcome(concierge(happened=frozenset({"ticket_solved"})), CONCIERGE).answers == ()


def test_a_rule_is_asked_once_for_all_that_happened_in_one_look() -> None:
    happened = frozenset({"ticket_created", "customer_message"})
    assert len(outcome(concierge(happened=happened), CONCIERGE).answers) == 1


def test_one_of_any_is_enough() -> None:
    either = [condition("ticket.status", "is", "open"), condition("ticket.channel", "is", "email")]
    assert outcome(looks(status="new"), written(any=either)).answers[0].fired


def test_none_of_any_is_told_with_all_that_was_seen() -> None:
    either = [condition("ticket.status", "is", "open"), condition("ticket.channel", "is", "chat")]
    assert outcome(looks(status="new"), written(any=either)).answers[0].why == (
        "none of these: ticket.status is open: saw new; ticket.channel is chat: saw email"
    )


def test_an_empty_any_is_no_constraint() -> None:
    assert outcome(looks(), written(all=[condition("ticket.status", "is", "new")], any=[])).answers[0].fired


def test_a_rule_without_conditions_always_fires() -> None:
    assert outcome(looks(), written()).answers[0].fired


def test_a_rule_sees_what_an_earlier_one_set() -> None:
    first = written("First", {"field": "priority", "value": "urgent"})
    second = written("Second", all=[condition("ticket.priority", "is", "urgent")])
    assert [answer.fired for answer in outcome(looks(), first, second).answers] == [True, True]


def test_a_rule_does_not_see_what_a_later_one_sets() -> None:
    first = written("First", all=[condition("ticket.priority", "is", "urgent")])
    second = written("Second", {"field": "priority", "value": "urgent"})
    assert [answer.fired for answer in outcome(looks(), first, second).answers] == [False, True]


def test_a_rule_sees_a_tag_that_an_earlier_one_added() -> None:
    first = written("First", {"field": "tags", "operator": "add", "value": ["gold"]})
    second = written("Second", all=[condition("ticket.tags", "includes", "gold")])
    assert outcome(looks(tags=("old",)), first, second).answers[1].seen == {"ticket.tags": ["old", "gold"]}


def test_a_rule_does_not_see_what_a_person_will_keep_an_earlier_one_from_setting() -> None:
    first = written("First", {"field": "priority", "value": "urgent"})
    second = written("Second", all=[condition("ticket.priority", "is", "urgent")])
    facts = looks(priority="low", by_person=frozenset({"priority"}))
    assert not outcome(facts, first, second).answers[1].fired


def test_the_later_rule_wins() -> None:
    wants = outcome(looks(), written("First"), written("Second", {"field": "group", "value": "300"}))
    assert wants.wanted("group") == "300"


def test_two_rules_that_want_different_things_are_told() -> None:
    wants = outcome(looks(), written("First"), written("Second", {"field": "group", "value": "300"}))
    assert [(clash.slot, clash.earlier.rule, clash.later.rule) for clash in wants.clashes] == [
        ("group", "First", "Second")
    ]


def test_two_rules_that_want_the_same_are_no_clash() -> None:
    assert outcome(looks(), written("First"), written("Second")).clashes == ()


def test_a_stopped_rule_does_nothing_but_say_so() -> None:
    wants = outcome(looks(stopped=frozenset({"Rule"})), written())
    assert (wants.wanted("group"), wants.answers[0].fired, len(wants.notes)) == (None, False, 1)


def test_a_stopped_rule_that_is_not_met_leaves_no_note() -> None:
    unmet = written(all=[condition("ticket.status", "is", "solved")])
    assert outcome(looks(stopped=frozenset({"Rule"})), unmet).notes == ()


def test_a_long_text_is_cut_short_in_what_was_seen() -> None:
    rule = written(all=[condition("ticket.text", "present")])
    assert len(outcome(looks(text="long " * 500), rule).answers[0].seen["ticket.text"]) < 130


def test_money_is_seen_with_its_currency() -> None:
    rule = written(all=[condition("customer.spent", "greater_than", "5000.00")])
    facts = looks(customer=Customer("known", spent=Money(1_200_000, "USD")))
    assert outcome(facts, rule).answers[0].seen == {"customer.spent": "12000.00 USD"}


def test_a_parcel_reads_as_nothing_as_long_as_nobody_tells_of_it() -> None:
    rule = written(all=[condition("parcel.status", "is", "delayed")])
    assert outcome(looks(), rule).answers[0].seen == {"parcel.status": None}


def test_an_offers_conditions_can_be_asked_alone() -> None:
    (rule,) = parsed(written(all=[condition("ticket.reason_code", "is", "return.start")]))
    conditions = Conditions(rule.all_of, rule.any_of, "USD", digits)
    assert conditions.answer(looks(reason_code="return.start")).fired


def test_facts_do_not_change_when_rules_run() -> None:
    facts = concierge()
    before = replace(facts)
    outcome(facts, CONCIERGE)
    assert facts == before


# ------------------------------------------------------------------------------------ arbitrary rules

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ticket.status": st.sampled_from(["new", "open", "solved"]),
    "ticket.priority": st.sampled_from(PRIORITIES),
    "ticket.reason_code": st.sampled_from(["product.defect", "shipping.wismo"]),
    "ticket.language": st.sampled_from(["en", "fa"]),
    "customer.tier": st.sampled_from(["VIP", "Concierge"]),
    "customer.state": st.sampled_from(["known", "nobody", "unknown"]),
    "now.hours": st.sampled_from(["London", "Manila"]),
}
BY_KIND: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.NUMBER: st.integers(0, 3),
    Kind.MONEY: st.sampled_from(["0.50", "1.00", "113.20"]),
    Kind.BOOL: st.booleans(),
}
TEXTS = st.sampled_from(["zip", "belt", "VIP", "xy"])
ACTION_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "priority": st.sampled_from(PRIORITIES),
    "status": st.sampled_from(["open", "pending", "solved"]),
    "tags": st.lists(TEXTS, min_size=1, max_size=2),
    "team_by_hours": st.sampled_from(["all", ["Manila", "London"], "New York"]),
    "call_back": st.sampled_from(["", "+1 555 0100"]),
    "offer": st.just("Belt with trousers"),
    "no_bots": st.just(True),
}


@st.composite
def any_condition(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(FIELDS.values())))
    operator = draw(st.sampled_from(operators_of(field)))
    value = VALUES.get(field.name, BY_KIND.get(field.kind, TEXTS))
    if OPERATORS[operator].takes == 2:
        value = st.one_of(value, st.lists(value, min_size=1, max_size=3))
    return condition(field.name, operator, draw(value) if OPERATORS[operator].takes else None)


@st.composite
def any_action(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(list(ACTIONS)))
    action = {"field": name, "value": draw(ACTION_VALUES.get(name, TEXTS))}
    return action | ({"operator": draw(st.sampled_from(["add", "remove"]))} if name == "tags" else {})


@st.composite
def any_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    conditions = st.lists(any_condition(), max_size=3)
    return [
        written(
            f"Rule {number}",
            draw(any_action()),
            on=draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=3)),
            all=draw(conditions),
            any=draw(conditions),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@st.composite
def any_facts(draw: st.DrawFn) -> RuleFacts:
    known = Customer("known", spent=Money(100, "EUR"), orders=1, tags=("VIP",), last_order=order())
    return looks(
        subject=draw(st.sampled_from(["", "zip belt"])),
        status=draw(st.sampled_from(["new", "open", "weird"])),
        priority=draw(st.one_of(st.none(), st.sampled_from(PRIORITIES))),
        tags=draw(st.sampled_from([(), ("VIP", "xy")])),
        language=draw(st.sampled_from([None, "", "fa-IR"])),
        happened=frozenset(draw(st.lists(st.sampled_from(EVENTS), max_size=3))),
        text=draw(st.text(max_size=20)),
        customer=draw(st.sampled_from([known, Customer("nobody"), Customer()])),
        tier=draw(st.sampled_from([TierDecision("VIP"), TierDecision(), TierDecision(certain=False)])),
        previous=draw(st.sampled_from([None, {}, {"ticket.status": "open", "ticket.priority": None}])),
        by_person=draw(st.sampled_from([frozenset(), frozenset({"priority", "tag:vip"})])),
        stopped=draw(st.sampled_from([frozenset(), frozenset({"Rule 1"})])),
    )


def run(facts: RuleFacts, rules: list[dict[str, Any]]) -> Outcome:
    return book(*rules).run(facts)


@given(facts=any_facts(), rules=any_rules())
def test_every_rule_that_is_asked_answers_once_in_the_written_order(
    facts: RuleFacts, rules: list[dict[str, Any]]
) -> None:
    asked = [rule["name"] for rule in rules if facts.happened & set(rule["on"])]
    assert [answer.rule for answer in run(facts, rules).answers] == asked


@given(facts=any_facts(), rules=any_rules())
def test_a_rule_says_why_exactly_when_it_did_not_fire(facts: RuleFacts, rules: list[dict[str, Any]]) -> None:
    assert all(answer.fired or answer.why for answer in run(facts, rules).answers)


@given(facts=any_facts(), rules=any_rules())
def test_only_rules_that_fired_want_anything_but_the_note_of_a_stopped_one(
    facts: RuleFacts, rules: list[dict[str, Any]]
) -> None:
    wants = run(facts, rules)
    fired = {answer.rule for answer in wants.answers if answer.fired}
    others = [step for step in wants.steps if step.rule not in fired]
    assert all(step.rule in facts.stopped and step.slot.startswith("note:") for step in others)


@given(facts=any_facts(), rules=any_rules())
def test_the_same_facts_give_the_same_outcome(facts: RuleFacts, rules: list[dict[str, Any]]) -> None:
    assert run(facts, rules) == run(facts, rules)


@given(facts=any_facts(), rules=any_rules())
def test_the_last_rule_to_want_a_slot_has_it(facts: RuleFacts, rules: list[dict[str, Any]]) -> None:
    wants = run(facts, rules)
    last = {step.slot: step.value for step in wants.steps}
    assert {slot: step.value for slot, step in wants.wins.items()} == last


@given(facts=any_facts(), rules=any_rules())
def test_rules_that_are_not_met_change_nothing_for_the_others(
    facts: RuleFacts, rules: list[dict[str, Any]]
) -> None:
    wants = run(facts, rules)
    met = {answer.rule for answer in wants.answers if answer.fired or answer.rule in facts.stopped}
    assert run(facts, [rule for rule in rules if rule["name"] in met]).steps == wants.steps


@pytest.mark.parametrize("conditions", [5_000])
def test_thousands_of_conditions_are_asked_in_a_moment(conditions: int) -> None:
    ten = [condition("customer.tier", "is_not", "VIP"), condition("ticket.status", "is", "new")] * 5
    rules = book(*(written(f"Rule {number}", all=ten) for number in range(conditions // 10)))
    started = time.perf_counter()
    rules.run(looks())
    assert time.perf_counter() - started < 0.5  # about 5 ms; the rest is for a busy machine
