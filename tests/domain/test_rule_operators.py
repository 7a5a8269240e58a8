"""Every operator answers as Zendesk's does, and as a naive reference says."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Customer, TierDecision
from plugin.domain.folding import fold
from plugin.domain.money import Money
from plugin.domain.rule_fields import FIELDS, PRIORITIES, STATUSES, Kind
from plugin.domain.rule_operators import OPERATORS, operators_of
from tests.conftest import NOW
from tests.domain.rule_cases import looks, met, order

words = st.text(alphabet="abAB يیкé_ ", min_size=1, max_size=6).filter(lambda text: bool(fold(text).strip()))
tags = st.text(alphabet="abAB", min_size=1, max_size=2)
statuses = st.sampled_from(STATUSES)
priorities = st.one_of(st.none(), st.sampled_from(PRIORITIES))
DENIALS = {
    "is": "is_not",
    "includes": "not_includes",
    "includes_string": "not_includes_string",
    "includes_word": "not_includes_word",
    "present": "not_present",
    "changed": "not_changed",
    "value": "not_value",
    "value_previous": "not_value_previous",
}
DENIABLE = [
    (field.name, operator)
    for field in FIELDS.values()
    for operator in DENIALS
    if operator in operators_of(field) and not field.name.startswith("parcel.")
]
FROM_THE_SHOP = [
    name
    for name in FIELDS
    if name.startswith(("parcel.", "customer.", "order.")) and name != "customer.state"
]


def spent(minor: int, currency: str = "USD") -> Customer:
    return Customer("known", spent=Money(minor, currency))


@given(seen=words, wanted=words)
def test_a_text_is_compared_whole_and_folded(seen: str, wanted: str) -> None:
    same = fold(seen).strip() == fold(wanted.strip()).strip()
    assert met(looks(subject=seen), "ticket.subject", "is", wanted) == same


@given(seen=words, wanted=words)
def test_a_string_is_found_anywhere_in_a_text(seen: str, wanted: str) -> None:
    found = fold(wanted.strip()) in fold(seen).strip()
    assert met(looks(subject=seen), "ticket.subject", "includes_string", wanted) == found


@given(seen=st.lists(tags, max_size=4), wanted=st.lists(tags, min_size=1, max_size=3))
def test_tags_include_at_least_one_of_those_named_without_case(seen: list[str], wanted: list[str]) -> None:
    found = {one.lower() for one in seen} & {one.lower() for one in wanted}
    assert met(looks(tags=tuple(seen)), "ticket.tags", "includes", wanted) == bool(found)


@given(seen=st.lists(tags, max_size=4), wanted=tags)
def test_a_string_is_found_in_any_tag(seen: list[str], wanted: str) -> None:
    found = any(wanted.lower() in one.lower() for one in seen)
    assert met(looks(tags=tuple(seen)), "ticket.tags", "includes_string", wanted) == found


@given(seen=statuses, wanted=statuses)
def test_a_status_is_less_in_the_order_of_a_tickets_life(seen: str, wanted: str) -> None:
    less = STATUSES.index(seen) < STATUSES.index(wanted)
    assert met(looks(status=seen), "ticket.status", "less_than", wanted) == less


@given(seen=statuses, wanted=statuses)
def test_a_status_is_greater_in_the_order_of_a_tickets_life(seen: str, wanted: str) -> None:
    greater = STATUSES.index(seen) > STATUSES.index(wanted)
    assert met(looks(status=seen), "ticket.status", "greater_than", wanted) == greater


@given(seen=priorities, wanted=st.sampled_from(PRIORITIES))
def test_no_priority_is_less_than_low(seen: str | None, wanted: str) -> None:
    ranks: Sequence[str | None] = (None, *PRIORITIES)
    less = ranks.index(seen) < ranks.index(wanted)
    assert met(looks(priority=seen), "ticket.priority", "less_than", wanted) == less


def test_a_status_that_is_not_ours_has_no_rank() -> None:
    assert not met(looks(status="waiting"), "ticket.status", "less_than", "closed")


@given(seen=st.integers(0, 5), wanted=st.integers(0, 5))
def test_numbers_compare_as_numbers(seen: int, wanted: int) -> None:
    facts = looks(customer=Customer("known", orders=seen))
    answers = tuple(met(facts, "customer.orders", op, wanted) for op in ("is", "less_than", "greater_than"))
    assert answers == (seen == wanted, seen < wanted, seen > wanted)


@given(seen=st.integers(0, 300), wanted=st.integers(0, 300))
def test_money_compares_to_the_cent(seen: int, wanted: int) -> None:
    amount = f"{wanted // 100}.{wanted % 100:02}"
    facts = looks(customer=spent(seen))
    answers = tuple(met(facts, "customer.spent", op, amount) for op in ("is", "less_than", "greater_than"))
    assert answers == (seen == wanted, seen < wanted, seen > wanted)


@pytest.mark.parametrize("operator", ["is", "is_not", "less_than", "greater_than"])
def test_money_of_another_currency_meets_nothing(operator: str) -> None:
    assert not met(looks(customer=spent(100, "EUR")), "customer.spent", operator, "2.00")


@given(before=priorities, now=priorities)
def test_changed_compares_with_the_look_before(before: str | None, now: str | None) -> None:
    facts = looks(priority=now, previous={"ticket.priority": before})
    assert met(facts, "ticket.priority", "changed") == (before != now)


@given(before=priorities, now=priorities, wanted=st.sampled_from(PRIORITIES))
def test_value_is_a_change_to_it(before: str | None, now: str | None, wanted: str) -> None:
    facts = looks(priority=now, previous={"ticket.priority": before})
    assert met(facts, "ticket.priority", "value", wanted) == (now == wanted and before != wanted)


@given(before=priorities, now=priorities, wanted=st.sampled_from(PRIORITIES))
def test_value_previous_is_a_change_from_it(before: str | None, now: str | None, wanted: str) -> None:
    facts = looks(priority=now, previous={"ticket.priority": before})
    assert met(facts, "ticket.priority", "value_previous", wanted) == (before == wanted and now != wanted)


@pytest.mark.parametrize("operator", ["changed", "value", "value_previous"])
def test_nothing_has_changed_on_a_ticket_not_seen_before(operator: str) -> None:
    value = None if operator == "changed" else "low"
    assert not met(looks(priority="low", previous=None), "ticket.priority", operator, value)


def test_a_reason_code_is_compared_whole() -> None:
    assert not met(looks(reason_code="product.defect.zipper"), "ticket.reason_code", "is", "product.defect")


def test_includes_takes_the_codes_under_a_reason_code_too() -> None:
    facts = looks(reason_code="product.defect.zipper")
    assert met(facts, "ticket.reason_code", "includes", ["shipping.wismo", "product.defect"])


def test_a_code_that_only_begins_alike_is_not_under_another() -> None:
    assert not met(looks(reason_code="product.defective"), "ticket.reason_code", "includes", "product.defect")


def test_a_choice_includes_one_of_several() -> None:
    assert met(looks(status="pending"), "ticket.status", "includes", ["open", "pending"])


def test_words_are_found_whole() -> None:
    assert not met(looks(text="unzipped"), "ticket.text", "includes_word", "zip")


def test_several_words_are_found_in_a_row() -> None:
    facts = looks(text="My Zip is STUCK, sorry")
    assert (
        met(facts, "ticket.text", "includes_word", "zip is stuck"),
        met(facts, "ticket.text", "includes_word", "zip stuck"),
    ) == (True, False)


def test_one_of_several_phrases_is_enough() -> None:
    assert met(looks(text="it is torn"), "ticket.text", "includes_word", ["broken", "torn"])


def test_arabic_and_persian_letters_are_one_word() -> None:
    assert met(looks(text="کفش من کجاست"), "ticket.text", "includes_word", "كفش")


def test_a_language_is_compared_without_its_country() -> None:
    assert met(looks(language="en-US"), "ticket.language", "is", "en")


def test_a_tag_with_a_blank_is_the_one_with_an_underscore() -> None:
    assert met(looks(tags=("vip_concierge",)), "ticket.tags", "includes", "VIP Concierge")


def test_the_helpdesks_tags_of_a_customer_are_looked_at_too() -> None:
    person = looks().ticket.requester
    facts = looks(requester=type(person)("7", tags=("vip",)))
    assert met(facts, "customer.tags", "includes", "VIP")


def test_now_hours_is_a_team_that_is_open_now() -> None:
    facts = looks()  # Monday noon in London, seven in the morning in New York
    assert (met(facts, "now.hours", "is", "London"), met(facts, "now.hours", "is", "New York")) == (
        True,
        False,
    )


def test_the_days_of_an_order_are_whole_days() -> None:
    facts = looks(customer=Customer("known", last_order=order(at=NOW - timedelta(days=2, hours=23))))
    assert met(facts, "order.days_old", "is", 2)


@pytest.mark.parametrize(
    "name", [name for name in FIELDS if name.startswith(("parcel", "customer", "order"))]
)
def test_what_nobody_knows_meets_no_condition_whichever_way_it_is_asked(name: str) -> None:
    field, asked = FIELDS[name], []
    if name == "customer.state":
        return
    facts = looks(customer=Customer(), tier=TierDecision(certain=False))
    for operator in operators_of(field):
        asked.append(met(facts, name, operator, sample(field.kind, name, operator)))
    assert not any(asked)


def test_a_tag_in_the_helpdesk_counts_while_the_shop_is_silent() -> None:
    person = type(looks().ticket.requester)("7", tags=("VIP",))
    facts = looks(requester=person, customer=Customer(), tier=TierDecision(certain=False))
    assert met(facts, "customer.tags", "includes", "vip")


def test_somebody_the_shop_does_not_know_has_no_tier() -> None:
    assert met(looks(customer=Customer("nobody")), "customer.tier", "is_not", "VIP")


def test_somebody_the_shop_does_not_know_has_no_orders() -> None:
    assert met(looks(customer=Customer("nobody")), "customer.orders", "is", 0)


def sample(kind: Kind, name: str, operator: str) -> Any:
    """A value that fits."""
    if OPERATORS[operator].takes == 0:
        return None
    named = {"customer.tier": "VIP", "ticket.reason_code": "shipping.wismo", "now.hours": "London"}
    closed = {"ticket.status": "open", "ticket.priority": "low", "customer.state": "known"}
    by_kind: dict[Kind, Any] = {Kind.NUMBER: 1, Kind.MONEY: "1.00", Kind.BOOL: True}
    return (named | closed).get(name, by_kind.get(kind, "xy"))


@pytest.mark.parametrize(("name", "operator"), DENIABLE)
def test_an_operator_that_denies_is_the_other_ones_opposite_where_all_is_known(
    name: str, operator: str
) -> None:
    facts = looks(
        subject="xy",
        status="open",
        customer=Customer("known", spent=Money(100, "USD"), orders=1, last_order=order()),
        previous={"ticket.status": "new", "ticket.priority": "low"},
    )
    value = sample(FIELDS[name].kind, name, operator)
    assert met(facts, name, operator, value) != met(facts, name, DENIALS[operator], value)


def test_an_absent_amount_is_not_any_amount() -> None:
    facts = looks(customer=Customer("known"))
    assert (met(facts, "customer.spent", "is_not", "1.00"), met(facts, "customer.spent", "is", "1.00")) == (
        True,
        False,
    )


def test_every_operator_is_of_some_use() -> None:
    used = {operator for field in FIELDS.values() for operator in operators_of(field)}
    assert used == set(OPERATORS)
