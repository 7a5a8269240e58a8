"""What tiers, rules, macros and the guard against bots say in English is known to the catalogues."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from plugin.currencies import digits
from plugin.db.effects import NOT_RETRYABLE, RETRYABLE, UNDER_WAY
from plugin.db.effects import STATES as STATES_OF_EFFECTS
from plugin.domain import effects, rule_actions
from plugin.domain.decisions import TraceLine
from plugin.domain.facts import (
    Customer,
    Facts,
    Look,
    Macro,
    Person,
    Record,
    Snapshot,
    TicketState,
    snapshot_of,
)
from plugin.domain.judging import WAITING, Playbook, judge
from plugin.domain.macro_text import MacroBook
from plugin.domain.macros import MacroHint, suggest, topic_of
from plugin.domain.money import Money
from plugin.domain.rule_fields import FIELDS
from plugin.domain.rules import Rulebook
from plugin.domain.settings import TenantSettings
from plugin.domain.tier_marks import TIER
from plugin.domain.tiers import Tier, tier_of
from plugin.reason_data import default_tree
from plugin.settings_file import check
from plugin.web import wording
from plugin.web.saying import is_known
from plugin.worker import no_bots
from tests.conftest import NOW
from tests.domain.rule_cases import order
from tests.fakes import ticket
from tests.web.test_language import unknown_in

VALUES: dict[str, Any] = {
    "ticket.subject": "zipper; broken",
    "customer.tier": "Gold",
    "customer.spent": "1.00",
    "ticket.priority": "high",
    "ticket.status": "solved",
    "now.hours": "Sleepers",
}


def rule(name: str, all_of: list[Any], actions: list[Any], any_of: list[Any] | None = None) -> dict[str, Any]:
    conditions = {"all": all_of, "any": any_of or []}
    events = ["ticket_created", "customer_message", "ticket_changed"]
    return {"name": name, "on": events, "conditions": conditions, "actions": actions}


def condition(field: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({"value": value[0]} if value else {})


ASKING = [
    rule(f"Ask {field} {operator}", [condition(field, operator, value)], [{"field": "note", "value": "x"}])
    for field, value in VALUES.items()
    for operator in ("is", "is_not")
]
ASKING += [
    rule("Changed", [condition("ticket.status", "changed")], [{"field": "note", "value": "y"}]),
    rule(
        "Previous", [condition("ticket.status", "value_previous", "new")], [{"field": "note", "value": "y"}]
    ),
    rule(
        "Any",
        [],
        [{"field": "note", "value": "z"}],
        [condition("ticket.text", "includes_word", "a; b"), condition("order.skus", "includes", ["X"])],
    ),
]
DOING: list[dict[str, Any]] = [
    {"field": "group", "value": "5"},
    {"field": "assignee", "value": "ana@shop.example"},
    {"field": "priority", "value": "urgent"},
    {"field": "status", "value": "pending"},
    {"field": "tags", "operator": "add", "value": ["a", "b; c"]},
    {"field": "tags", "operator": "remove", "value": ["c"]},
    {"field": "note", "value": "Look; here"},
    {"field": "call_back", "value": ""},
    {"field": "call_back", "value": "+1 555 0100"},
    {"field": "suggest_macro", "value": "1"},
    {"field": "offer", "value": "Belt"},
    {"field": "no_bots", "value": True},
    {"field": "team_by_hours", "value": ["Office"]},
    {"field": "team_by_hours", "value": ["Sleepers"]},
]
DOCUMENT: dict[str, Any] = {
    "currency": "USD",
    "tiers": [
        {"name": "Silver", "spent_at_least": "5.00"},
        {"name": "Gold", "orders_at_least": 5, "no_bots": True},
    ],
    "offers": [{"name": "Belt", "sku": "B", "price": "5.00"}],
    "teams": [
        {"name": "Office", "group": "7", "timezone": "UTC", "hours": {"mon-fri": "09:00-17:00"}},
        {"name": "Sleepers", "group": "8", "timezone": "UTC", "hours": {"mon": "09:00-10:00"}},
    ],
    "rules": [
        *ASKING,
        *(rule(f"Do {number}", [], [action]) for number, action in enumerate(DOING)),
        rule("Other group", [], [{"field": "group", "value": "6"}, {"field": "priority", "value": "low"}]),
    ],
}
MONEY = Money(600, "USD")
CUSTOMERS = (
    Customer("unknown"),
    Customer("nobody"),
    Customer("known", spent=MONEY, orders=9, last_order=order(), tags=("VIP",)),
    Customer("known", spent=Money(600, "EUR"), orders=1),
)


def playbook(document: dict[str, Any], wait: float = 10) -> Playbook:
    settings: TenantSettings = check(document)
    return Playbook(
        tree=default_tree(),
        rulebook=Rulebook(settings.rules, settings.currency, digits),
        digits=digits,
        currency=settings.currency,
        tiers=settings.tiers,
        teams=settings.teams,
        routing_wait=timedelta(seconds=wait),
    )


STATES: tuple[TicketState, ...] = ("open", "closed")


def looks() -> Iterator[tuple[Facts, Look]]:
    """A ticket in many circumstances: new, changed, held by a person, waited for."""
    for customer, live, state, tags in product(
        CUSTOMERS, (True, False), STATES, (("a",), ("mgn_tier_gold", "c"))
    ):
        one = replace(ticket("5", "zipper; broken"), state=state, tags=tags, priority="high", group="5")
        before: Snapshot = replace(snapshot_of(one), status="new")
        for persons, since, sent in product(
            (frozenset[str](), frozenset({"group", "priority", "status", "tag:a"})),
            (None, NOW, NOW - timedelta(hours=1)),
            ({}, {"group": "5", "tag:b; c": "on", "priority": "urgent", "assignee": "ana@shop.example"}),
        ):
            happened = frozenset({"customer_message", "ticket_changed"})
            look = Look(happened, "zipper; broken", True, {"ticket.status": "new"}, since)
            firings = {"Do 0": (NOW,) * 20}
            record = Record(snapshot=before, by_person=persons, sent=sent, look=look, firings=firings)
            silent = customer.state == "unknown"
            yield Facts(one, record, live, NOW, True, customer, silent), replace(look, since=None)


def lines() -> Iterator[TraceLine]:
    """The traces; a rule of the tenant is called as one of ours, since its own name is in no catalogue."""
    for book in (playbook(DOCUMENT), playbook(DOCUMENT | {"tiers": [], "rules": DOCUMENT["rules"][-3:]})):
        for facts, look in looks():
            for line in judge(facts, look, book).trace:
                yield line if line.rule in OURS else replace(line, rule=TIER)


OURS = (TIER, WAITING)


@pytest.fixture(scope="module")
def trace() -> list[TraceLine]:
    """Every line of many decisions."""
    return list(lines())


def test_every_line_of_every_rule_is_known(trace: list[TraceLine]) -> None:
    assert unknown_in(trace) == []


@pytest.mark.parametrize(
    "said",
    [
        "at most",
        "decided without it",
        "no tier is ruled out",
        "no tier's criterion is met",
        "cannot be compared",
        "9 orders ≥ 5",
        "would do",
        "the later rule",
        "instead of",
        "it stays",
        "has it already",
        "asked of the helpdesk",
        "no changes any more",
        "stopped on this ticket",
        ": saw nothing",
        "not known yet",
        "was new, is",
        "none of these: ",
    ],
)
def test_the_circumstances_bring_about_all_that_can_be_said(trace: list[TraceLine], said: str) -> None:
    assert any(said in line.why for line in trace)


def test_every_way_into_a_tier_is_known() -> None:
    known = Customer("known", "ann@example.com", spent=MONEY, orders=9, tags=("VIP",), top_percent=0.5)
    tier = Tier("Best", Decimal(5), 5, 1.0, ("VIP",), ("ann@example.com",))
    evidence = tier_of([tier], known, Person("7"), "USD", digits).evidence
    assert len(evidence) == 5
    assert not [text for text in evidence if not is_known(text, "why")]


def test_every_reason_for_a_macro_is_known() -> None:
    book = MacroBook(
        [Macro("1", "Order status", "your order is on its way"), Macro("2", "Zipper", "zipper; glue")]
    )
    tree = default_tree()
    for usage in ({("shipping.wismo", "1"): 1}, {("shipping.wismo", "1"): 7}):
        topic = topic_of(tree, "shipping.wismo")
        hints = [MacroHint("1", ("shipping.wismo",))]
        found = suggest(topic, "where is my order, the zipper", "en", book, hints, usage, by_rules=["2"])
        assert len(found) == 2
        assert not [one.why for one in found if not is_known(one.why, "macro")]


def test_why_an_answer_was_withheld_is_known() -> None:
    said = (
        no_bots.BY_RULE.format("A; b"),
        no_bots.BY_TIER.format("Gold"),
        no_bots.NOT_KNOWN,
        no_bots.NO_TICKET,
    )
    assert not [text for text in said if not is_known(text)]


def test_that_no_team_ever_opens_is_known() -> None:
    assert is_known(rule_actions.NEVER_OPEN, "why")


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_that_a_rule_looks_at_has_a_name(field: str) -> None:
    assert field in wording.SEEN


def test_every_kind_of_effect_has_a_name() -> None:
    made = (
        effects.set_reason_code("5", "x"),
        effects.set_group("5", "1"),
        effects.set_assignee("5", "1"),
        effects.set_priority("5", "low"),
        effects.set_status("5", "open"),
        effects.change_tags("5"),
        effects.add_note("5", "x", "m"),
        effects.send_reply("5", "x"),
        effects.tag_customer("7"),
        effects.offer_reason_codes({}),
        effects.create_coupon("ANA10", "0.10", "ana@shop.example"),
        effects.end_coupon("ANA10"),
        effects.create_code("ANA10-X", "ANA10", "0.10", "5", "ANA10-Y"),
        effects.create_draft_order("mgn-1", "BELT-1", "50.00", "USD", None, "x"),
    )
    assert {effect.kind for effect in made} == wording.KINDS.keys()


@pytest.mark.parametrize("state", STATES_OF_EFFECTS)
def test_every_state_of_an_effect_has_a_name_and_a_way_on(state: str) -> None:
    assert state in wording.STATES
    assert (state in RETRYABLE) + (state in UNDER_WAY) + (state in NOT_RETRYABLE) == 1
