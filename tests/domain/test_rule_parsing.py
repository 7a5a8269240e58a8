"""Reading rules: everything that is wrong is told at once, with its path and what would have been allowed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.rule_actions import ACTIONS
from plugin.domain.rule_fields import EVENTS, FIELDS
from plugin.domain.rule_operators import OPERATORS, operators_of
from plugin.domain.rule_parsing import parse_rules
from plugin.domain.rules import Rulebook
from plugin.domain.setting_errors import Errors
from tests.domain.rule_cases import WORDS, condition, digits, errors, looks, parsed, written

CONDITION = "rules[0].conditions.all[0]"


def wrong_condition(item: Any) -> dict[str, str]:
    return errors(written(all=[item]))


def wrong_action(item: Any) -> dict[str, str]:
    return errors(written("Rule", item))


def test_a_right_rule_has_no_errors() -> None:
    assert errors(written(all=[condition("ticket.status", "is", "open")])) == {}


def test_an_unknown_field_is_told_with_all_fields() -> None:
    message = wrong_condition(condition("ticket.colour", "is", "red"))[f"{CONDITION}.field"]
    assert all(name in message for name in FIELDS)


@pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))
def test_an_operator_that_makes_no_sense_is_told_with_those_that_do(field: Any) -> None:
    message = wrong_condition(condition(field.name, "resembles", "x"))[f"{CONDITION}.operator"]
    assert all(operator in message for operator in operators_of(field))


@pytest.mark.parametrize(
    ("field", "operator", "value", "said"),
    [
        ("customer.tier", "is", "Gold", "VIP, Concierge"),
        ("ticket.reason_code", "is", "product.unknown", "product.defect"),
        ("ticket.reason_code", "includes", "product.unknown", "product.defect"),
        ("now.hours", "is", "Paris", "New York, London, Manila"),
        ("ticket.status", "is", "waiting", "new, open, pending, hold, solved, closed"),
        ("ticket.priority", "less_than", "tiny", "low, normal, high, urgent"),
        ("ticket.language", "is", "english", "letters"),
        ("customer.orders", "greater_than", "many", "number"),
        ("customer.orders", "greater_than", True, "number"),
        ("customer.spent", "greater_than", 5000, "in quotes"),
        ("customer.spent", "greater_than", 5000.5, "in quotes"),
        ("customer.spent", "greater_than", "5,000", "without currency or thousands"),
        ("customer.spent", "greater_than", "-1", "no amount"),
        ("customer.spent", "greater_than", "5000.005", "2 decimal places of USD"),
        ("ticket.is_presale", "is", "yes", "true or false"),
        ("ticket.subject", "is", 12, "in quotes"),
        ("ticket.subject", "includes_word", "!?", "no letter or digit"),
        ("ticket.subject", "is", "  ", "empty"),
        ("ticket.status", "is", ["open"], "includes"),
        ("ticket.status", "changed", "open", "takes no value"),
        ("ticket.subject", "is", None, "is missing"),
        ("ticket.tags", "includes", [], "at least one"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_would(
    field: str, operator: str, value: Any, said: str
) -> None:
    item = {"field": field, "operator": operator, "value": value}
    assert said in wrong_condition(item)[f"{CONDITION}.value"]


def test_a_wrong_value_among_several_is_named() -> None:
    found = wrong_condition(condition("ticket.reason_code", "includes", ["product.defect", "nonsense"]))
    assert list(found) == [f"{CONDITION}.value[1]"]


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ({"field": "paint", "value": "red"}, "field"),
        ({"value": "red"}, "field"),
        ({"field": "group"}, "value"),
        ({"field": "group", "value": True}, "value"),
        ({"field": "priority", "value": "critical"}, "value"),
        ({"field": "status", "value": "closed"}, "value"),
        ({"field": "tags", "value": ["a"]}, "operator"),
        ({"field": "tags", "operator": "set", "value": ["a"]}, "operator"),
        ({"field": "tags", "operator": "add", "value": ["a", 7.5]}, "value[1]"),
        ({"field": "group", "operator": "is", "value": "211"}, "operator"),
        ({"field": "note", "value": ""}, "value"),
        ({"field": "team_by_hours", "value": ["Paris"]}, "value[0]"),
        ({"field": "call_back", "value": "my number"}, "value"),
        ({"field": "offer", "value": "A hat"}, "value"),
        ({"field": "group", "value": "211", "when": "now"}, "when"),
    ],
)
def test_a_wrong_action_is_told_with_its_path(action: dict[str, Any], path: str) -> None:
    assert list(wrong_action(action)) == [f"rules[0].actions[0].{path}"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"on": []}, "on"),
        ({"on": "ticket_created"}, "on"),
        ({"on": ["ticket_created", "dawn"]}, "on[1]"),
        ({"conditions": []}, "conditions"),
        ({"conditions": {"both": []}}, "conditions.both"),
        ({"conditions": {"all": {}}}, "conditions.all"),
        ({"conditions": {"any": ["x"]}}, "conditions.any[0]"),
        ({"actions": []}, "actions"),
        ({"actions": {"group": "211"}}, "actions"),
        ({"actions": ["x"]}, "actions[0]"),
        ({"active": True}, "active"),
    ],
)
def test_a_wrong_rule_is_told_with_its_path(changes: dict[str, Any], path: str) -> None:
    assert list(errors(written() | changes)) == [f"rules[0].{path}"]


def test_two_rules_of_one_name_are_told_whatever_their_case() -> None:
    assert list(errors(written("Rule"), written("rule "))) == ["rules[1].name"]


def test_a_rule_that_wants_two_things_of_one_slot_is_told() -> None:
    by_hours = {"field": "team_by_hours", "value": "all"}
    assert list(errors(written("Rule", {"field": "group", "value": "1"}, by_hours))) == [
        "rules[0].actions[1]"
    ]


def test_a_rule_that_adds_and_removes_one_tag_is_told() -> None:
    add, remove = ({"field": "tags", "operator": op, "value": ["Gold"]} for op in ("add", "remove"))
    assert list(errors(written("Rule", add, remove))) == ["rules[0].actions[1]"]


def test_too_many_rules_are_told_as_one_error() -> None:
    assert list(errors(*(written(f"Rule {number}") for number in range(501)))) == ["rules"]


def test_too_many_conditions_are_told_as_one_error() -> None:
    many = [condition("ticket.status", "is", "open")] * 26
    assert list(errors(written(all=many, any=many))) == ["rules[0].conditions"]


def test_all_errors_of_all_rules_are_told_together() -> None:
    wrong = written("", {"field": "paint"}, on=["dawn"], all=[condition("x", "is", "y")] * 2)
    assert len(errors(wrong, wrong, written("", all=["no"]))) == 12


def test_an_id_may_stand_without_quotes() -> None:
    (rule,) = parsed(written("Rule", {"field": "group", "value": 211}))
    assert rule.actions[0].value == "211"


def test_names_are_taken_without_case() -> None:
    (rule,) = parsed(written(all=[condition("customer.tier", "is", "concierge")]))
    assert rule.all_of[0].value == "Concierge"


def test_a_number_may_stand_in_quotes() -> None:
    (rule,) = parsed(written(all=[condition("customer.orders", "is", "3")]))
    assert rule.all_of[0].value == 3


def test_there_are_no_teams_to_choose_from_where_none_are_written() -> None:
    found = Errors()
    words = type(WORDS)({}, {}, {}, {}, None, digits)
    parse_rules([written("Rule", {"field": "team_by_hours", "value": "all"})], words, found)
    assert "there are no teams" in found.found[0].message


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6))
anything = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(leaves, inner, max_size=3)),
    max_leaves=6,
)
names = st.one_of(st.sampled_from([*FIELDS, *ACTIONS]), anything)
items = st.fixed_dictionaries(
    {},
    optional={
        "field": names,
        "operator": st.one_of(st.sampled_from(list(OPERATORS)), anything),
        "value": anything,
    },
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "name": anything,
        "on": st.one_of(st.lists(st.sampled_from(EVENTS)), anything),
        "conditions": st.one_of(
            anything, st.fixed_dictionaries({}, optional={"all": st.lists(items), "any": st.lists(items)})
        ),
        "actions": st.one_of(anything, st.lists(items)),
    },
)


@given(st.one_of(anything, st.lists(st.one_of(rules, anything), max_size=3)))
def test_anything_at_all_is_rules_that_run_or_errors_with_paths(document: Any) -> None:
    found = Errors()
    made = parse_rules(document, WORDS, found)
    Rulebook(made, "USD", digits).run(looks())
    whole = isinstance(document, list) and len(made) == len(document)
    assert whole or all(error.path.startswith("rules") and error.message for error in found.found)
    assert bool(found.found) != whole
