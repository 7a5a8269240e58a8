"""What the page about rules says is so: its tables are complete, and every example in it does what it is for."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugin.currencies import digits
from plugin.domain.facts import Customer, Person, TierDecision
from plugin.domain.money import Money
from plugin.domain.offers import MONEY_BACK
from plugin.domain.proposing import question_of
from plugin.domain.rule_actions import ACTIONS
from plugin.domain.rule_conflicts import conflicts
from plugin.domain.rule_effects import decide
from plugin.domain.rule_fields import FIELDS, RuleFacts
from plugin.domain.rule_operators import OPERATORS, operators_of
from plugin.domain.rules import Rulebook
from plugin.domain.settings import TenantSettings
from plugin.reason_data import default_tree
from plugin.settings_file import check, read
from plugin.tenant_view import playbook_of
from tests.conftest import NOW
from tests.domain.rule_cases import decided_on, looks, order

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "rules.md").read_text(encoding="utf-8")
EXAMPLES = {
    **{f"block {number}": text for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", PAGE, re.S))},
    **{path.name: path.read_text(encoding="utf-8") for path in sorted((DOCS / "examples").glob("*.yaml"))},
}
SETTINGS: dict[str, TenantSettings] = {name: check(read(text)) for name, text in EXAMPLES.items()}
RULES = {rule.name: settings for settings in SETTINGS.values() for rule in settings.rules}

RICH = Customer("known", spent=Money(300_000, "USD"), orders=3, last_order=order(skus=("TROUSERS-9",)))
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def on(event: str, **facts: Any) -> RuleFacts:
    return looks(happened=frozenset({event}), **facts)


FIRES: dict[str, tuple[RuleFacts, tuple[str, ...]]] = {
    "Concierge first": (
        on("ticket_created", tier=TierDecision("Concierge")),
        ("group 211", "priority urgent", "tags +vip_concierge"),
    ),
    "Whoever is awake": (on("ticket_created"), ("group 212 (London is open)",)),
    "London takes it while it is open": (on("customer_message"), ("group 212",)),
    "Broken for a good customer": (
        on(
            "customer_message",
            text="The clasp is BROKEN!",
            customer=RICH,
            requester=Person("7", phone="+1 555 0100"),
        ),
        ("call_back +1 555 0100", "note", "tags +mgn_call_back", "no_bots"),
    ),
    "Opened again": (
        on("ticket_changed", status="open", previous={"ticket.status": "solved"}),
        ("tags +opened_again", "note"),
    ),
    "A return may become an exchange": (
        on("customer_message", reason_code="return.start", customer=RICH),
        ("offer Belt with trousers", "suggest_macro 360001"),
    ),
    "Pre-sale questions to the selling team": (
        on("customer_message", presale=True, status="open"),
        ("group 211", "priority high", "tags +mgn_presale"),
    ),
    "The best are shown the set": (
        on("customer_message", presale=True, tier=TierDecision("Concierge")),
        ("offer The leather set",),
    ),
}
STAYS_OUT: dict[str, tuple[RuleFacts, str]] = {
    "Concierge first": (
        on("ticket_created", tier=TierDecision("VIP")),
        "customer.tier is Concierge: saw VIP",
    ),
    "London takes it while it is open": (
        on("customer_message", now=SUNDAY),
        "now.hours is London: saw nothing",
    ),
    "Broken for a good customer": (
        on("customer_message", text="Thank you", customer=RICH, reason_code="shipping.wismo"),
        (
            "none of these: ticket.reason_code includes product.defect: saw shipping.wismo; "
            "ticket.text includes_word broken, does not work, خراب: saw Thank you"
        ),
    ),
    "Opened again": (
        on("ticket_changed", status="open", previous={"ticket.status": "new"}),
        "ticket.status value_previous solved: was new, is open",
    ),
    "A return may become an exchange": (
        on(
            "customer_message",
            reason_code="return.start",
            customer=replace(RICH, last_order=order(skus=("TROUSERS-9",), at=NOW - timedelta(days=30))),
        ),
        "order.days_old less_than 30: saw 30",
    ),
    "Pre-sale questions to the selling team": (
        on("customer_message", presale=True, status="solved"),
        "ticket.status less_than solved: saw solved",
    ),
    "The best are shown the set": (
        on("customer_message", presale=True, tier=TierDecision("VIP")),
        "customer.tier is Concierge: saw VIP",
    ),
}
OFFERED: dict[str, tuple[RuleFacts, list[str]]] = {
    "goes with what they bought and ask about": (
        on("customer_message", reason_code="product.info", text="Which belt fits?", customer=RICH),
        ["Belt for the trousers", "Care kit"],
    ),
    "kept before new, where money may go back": (
        on("customer_message", reason_code="return.start", text="They are too wide. A belt?", customer=RICH),
        ["Trousers in the wide fit", "Belt for the trousers", "Care kit"],
    ),
    "by the rule that names it": (
        on(
            "customer_message",
            reason_code="product.price",
            presale=True,
            customer=RICH,
            tier=TierDecision("Concierge"),
        ),
        ["The leather set", "Care kit"],
    ),
    "nothing where selling does not help": (
        on("customer_message", reason_code="shipping.delayed", customer=RICH),
        [],
    ),
    "nothing new for who is angry, and the exchange all the same": (
        on(
            "customer_message",
            reason_code="refund.request",
            text="This is unacceptable, and so is the belt!",
            customer=RICH,
        ),
        ["Trousers in the wide fit"],
    ),
}


def line(name: str, facts: RuleFacts) -> dict[str, Any]:
    """The trace line of one rule of the page."""
    settings = RULES[name]
    teams = settings.teams or facts.teams
    rules = [rule for rule in settings.rules if rule.name == name]
    wants = Rulebook(rules, settings.currency, digits).run(replace(facts, teams=teams))
    return decide(wants, decided_on(facts.ticket)).trace[0].as_json()


def test_every_rule_of_the_page_is_tried() -> None:
    assert set(FIRES) == set(RULES)


@pytest.mark.parametrize("name", FIRES)
def test_a_rule_of_the_page_does_what_it_is_for(name: str) -> None:
    facts, did = FIRES[name]
    found = line(name, facts)
    assert (found["fired"], tuple(found["did"])) == (True, did)


@pytest.mark.parametrize("name", STAYS_OUT)
def test_a_rule_of_the_page_stays_out_and_says_why(name: str) -> None:
    facts, why = STAYS_OUT[name]
    found = line(name, facts)
    assert (found["fired"], found["why"]) == (False, why)


@pytest.mark.parametrize("what", OFFERED)
def test_the_offers_of_the_example_are_made_as_the_page_says(what: str) -> None:
    facts, names = OFFERED[what]
    book = playbook_of(SETTINGS["offers.yaml"], default_tree())
    by_rules = book.rulebook.run(facts).offers
    found = book.offers.choose(question_of(facts, by_rules, book.tree, "en"))
    assert [one.name for one in found] == names


def test_every_offer_of_the_example_is_tried() -> None:
    tried = {name for _, names in OFFERED.values() for name in names}
    assert tried == {one.name for one in SETTINGS["offers.yaml"].offers}


def test_the_reasons_for_which_money_may_go_back_are_on_the_page() -> None:
    said = PAGE.split("## Offers")[1].partition("## Order")[0]
    assert all(f"`{code}`" in said for code in MONEY_BACK)


@pytest.mark.parametrize("name", SETTINGS)
def test_no_example_holds_rules_that_can_clash(name: str) -> None:
    assert list(conflicts(SETTINGS[name].rules)) == []


def test_the_trace_on_the_page_is_the_one_that_the_rule_gives() -> None:
    shown = re.findall(r"```json\n(.*?)```", PAGE, re.S)
    assert [json.loads(text) for text in shown] == [line("Concierge first", FIRES["Concierge first"][0])]


def test_the_default_tree_marks_questions_before_buying_for_the_presale_example() -> None:
    assert any(code.is_presale for code in default_tree())


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_on_the_page_with_its_type_and_meaning(name: str) -> None:
    field = FIELDS[name]
    assert f"| `{name}` | {field.kind.value} | {field.says} |\n" in PAGE


@pytest.mark.parametrize("name", FIELDS)
def test_the_operators_of_a_field_are_on_the_page(name: str) -> None:
    field = FIELDS[name]
    row = next(row for row in PAGE.splitlines() if row.startswith(f"| {field.kind.value} | `"))
    beyond = set(operators_of(field)) - set(re.findall(r"`(\w+)`", row))
    below = PAGE.split(row)[1].partition("## Then")[0]
    assert all(f"`{operator}`" in below for operator in beyond)
    assert not beyond or f"`{name}`" in below


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_on_the_page_with_what_it_takes(name: str) -> None:
    assert f"| `{name}` | {ACTIONS[name].says} |\n" in PAGE
