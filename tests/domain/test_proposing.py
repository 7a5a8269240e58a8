"""The question that an offer is chosen by: the customer's last words, whoever wrote since, their temper and reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin.domain.facts import Message, Ticket
from plugin.domain.offer_reasons import BY_RULE
from plugin.domain.offered import Offered
from plugin.domain.offers import Asked
from plugin.domain.proposing import named_by_rules, question_of
from plugin.reason_data import default_tree
from tests.conftest import NOW
from tests.domain.rule_cases import looks
from tests.fakes import ticket

ANGRY = "This is unacceptable."


def answered(one: Ticket, text: str = "We are on it") -> Ticket:
    """The ticket after a person's answer."""
    reply = Message("99", "2", False, True, text, NOW + timedelta(hours=1))
    return replace(one, messages=(*one.messages, reply))


def question(one: Ticket, **changes: Any) -> Asked:
    facts = replace(looks(**changes), ticket=one)
    return question_of(facts, ("Belt",), default_tree(), "en")


def test_all_that_the_customer_wrote_since_the_last_answer_is_asked() -> None:
    asked = question(ticket("5", "Do you have belts?", "In brown?"), text="In brown?")
    assert asked.facts.text == "Do you have belts?\nIn brown?"


def test_an_agents_words_are_not_what_the_customer_asked() -> None:
    asked = question(answered(ticket("5", "Do you have belts?")), text="We are on it")
    assert asked.facts.text == "Do you have belts?"


def test_without_messages_the_words_of_the_look_count() -> None:
    assert question(ticket("5"), text="belts?").facts.text == "belts?"


def test_the_reason_says_whether_selling_helps_and_what_it_is_called() -> None:
    friendly = question(ticket("5", "hi"), reason_code="product.sizing")
    assert (friendly.upsell_friendly, friendly.reason_name) == (True, "Product – Sizing question")
    assert not question(ticket("5", "hi"), reason_code="product.defect").upsell_friendly


@pytest.mark.parametrize("code", [None, "gone.by_now"])
def test_a_reason_that_nobody_knows_sells_nothing(code: str | None) -> None:
    asked = question(ticket("5", "hi"), reason_code=code)
    assert (asked.upsell_friendly, asked.reason_name) == (False, "")


def test_an_angry_message_is_angry_until_a_person_has_answered() -> None:
    angry = ticket("5", ANGRY)
    assert question(angry).angry
    more = replace(angry, messages=(*angry.messages, replace(angry.messages[0], id="2", text="Hello?")))
    assert question(more).angry
    calm = answered(angry)
    thanks = replace(calm.messages[0], id="100", text="Thank you")
    assert not question(replace(calm, messages=(*calm.messages, thanks))).angry


def test_an_answer_does_not_calm_who_has_not_written_since() -> None:
    assert question(answered(ticket("5", ANGRY))).angry


def test_the_subject_speaks_with_the_first_message_alone() -> None:
    first = ticket("5", "see subject", subject=ANGRY)
    assert question(first).angry
    calm = answered(first)
    thanks = replace(calm.messages[0], id="100", text="Thank you")
    assert not question(replace(calm, messages=(*calm.messages, thanks))).angry


WROTE = frozenset({"customer_message"})
CHANGED = frozenset({"ticket_changed"})
BEFORE = (Offered("Belt", "BELT-1", why=(BY_RULE,)), Offered("Socks", "SOCK-1", why=("in stock: 3",)))


def test_what_rules_named_stays_while_the_customer_says_no_more() -> None:
    assert named_by_rules(("Shoes",), CHANGED, BEFORE) == ("Shoes", "Belt")


def test_when_the_customer_writes_again_the_rules_are_asked_anew() -> None:
    assert named_by_rules((), WROTE, BEFORE) == ()


def test_an_offer_kept_by_its_name_alone_was_a_rules() -> None:
    assert named_by_rules((), CHANGED, [Offered("Belt")]) == ("Belt",)
