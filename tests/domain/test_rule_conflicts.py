"""Rules that can want different things are found before any ticket meets them."""

from typing import Any

from hypothesis import given

from plugin.domain.rule_conflicts import Conflict, conflicts
from plugin.domain.rule_fields import RuleFacts
from tests.domain.rule_cases import condition, outcome, parsed, written
from tests.domain.test_rules import any_facts, any_rules

GROUP = {"field": "group", "value": "300"}


def found(*rules: dict[str, Any]) -> list[Conflict]:
    return list(conflicts(parsed(*rules)))


def tier(name: str, operator: str = "is") -> list[dict[str, Any]]:
    return [condition("customer.tier", operator, name)]


def test_two_rules_that_set_one_slot_differently_are_told_with_event_and_values() -> None:
    first = written("First", on=["ticket_created", "customer_message"])
    assert found(first, written("Second", GROUP)) == [
        Conflict("group", ("ticket_created", "customer_message"), "First", "211", "Second", "300")
    ]


def test_the_same_value_is_no_conflict() -> None:
    assert found(written("First"), written("Second")) == []


def test_rules_on_different_events_can_meet_in_one_look() -> None:
    (clash,) = found(written("First", on=["ticket_solved"]), written("Second", GROUP))
    assert clash.on == ("customer_message", "ticket_solved")


def test_rules_for_different_tiers_are_no_conflict() -> None:
    assert found(written("First", all=tier("VIP")), written("Second", GROUP, all=tier("Concierge"))) == []


def test_a_tier_and_all_others_are_no_conflict() -> None:
    assert found(written("First", all=tier("VIP")), written("Second", GROUP, all=tier("VIP", "is_not"))) == []


def test_a_value_and_none_are_no_conflict() -> None:
    first = written("First", all=[condition("order.status", "present")])
    second = written("Second", GROUP, all=[condition("order.status", "not_present")])
    assert (found(first, second), found(second | {"name": "A"}, first)) == ([], [])


def test_a_field_that_rules_change_keeps_no_two_rules_apart() -> None:
    low, high = ([condition("ticket.priority", "is", value)] for value in ("low", "high"))
    assert len(found(written("First", all=low), written("Second", GROUP, all=high))) == 1


def test_two_teams_may_both_be_open() -> None:
    one, other = ([condition("now.hours", "is", team)] for team in ("London", "New York"))
    assert len(found(written("First", all=one), written("Second", GROUP, all=other))) == 1


def test_a_team_by_hours_and_a_group_can_clash() -> None:
    by_hours = written("Second", {"field": "team_by_hours", "value": ["London"]})
    assert [one.later_value for one in found(written("First"), by_hours)] == ["the first open of London"]


def test_a_tag_added_and_removed_is_a_conflict() -> None:
    add, remove = ({"field": "tags", "operator": op, "value": ["Gold"]} for op in ("add", "remove"))
    assert [one.slot for one in found(written("First", add), written("Second", remove))] == ["tag:gold"]


def test_every_pair_is_told_once() -> None:
    rules = [written(f"Rule {number}", {"field": "group", "value": str(number)}) for number in range(4)]
    assert len(found(*rules)) == 6


@given(facts=any_facts(), rules=any_rules())
def test_no_clash_happens_that_was_not_foretold(facts: RuleFacts, rules: list[dict[str, Any]]) -> None:
    foretold = {(one.slot, one.earlier, one.later) for one in found(*rules)}
    for clash in outcome(facts, *rules).clashes:
        if clash.slot.startswith(("group", "assignee", "priority", "status", "tag:")):
            assert (clash.slot, clash.earlier.rule, clash.later.rule) in foretold


def test_a_rule_that_only_fills_what_is_empty_clashes_with_none_before_it() -> None:
    empty = [condition("ticket.group", "not_present")]
    assert found(written("First"), written("Second", GROUP, all=empty)) == []
    assert found(written("First", all=empty), written("Second", GROUP)) != []
