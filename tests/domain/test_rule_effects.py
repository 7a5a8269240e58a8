"""From what rules want to what is written: no more than is needed, nothing over a person, and all of it told."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from plugin.domain.decisions import Decision
from plugin.domain.effects import Effect
from plugin.domain.facts import Message, Record, Ticket, snapshot_of
from plugin.domain.people import held_values, set_by_people, values_of
from plugin.domain.rule_effects import decide, effects_of, wrote
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rule_outcome import SINGLE
from tests.conftest import NOW
from tests.domain.rule_cases import book, decided_on, looks, written
from tests.domain.test_rules import any_facts, any_rules
from tests.fakes import ticket

Rule = dict[str, Any]

GROUP: Rule = {"field": "group", "value": "211"}
GOLD: Rule = {"field": "tags", "operator": "add", "value": ["Gold"]}
NOTE: Rule = {"field": "note", "value": "Wears size 8"}


def made(
    *rules: Rule,
    on: Ticket | None = None,
    record: Record | None = None,
    live: bool = True,
    by_person: frozenset[str] = frozenset(),
) -> Decision:
    """The decision of these rules on a ticket."""
    one = on or ticket("5158")
    wants = book(*rules).run(replace(looks(), ticket=one, by_person=by_person))
    return decide(wants, decided_on(one, record, live), by_person)


def kinds(decision: Decision) -> list[str]:
    return [effect.kind for effect in decision.effects]


def test_what_a_rule_wants_is_written() -> None:
    rule = written("Rule", GROUP, {"field": "priority", "value": "urgent"}, GOLD, NOTE)
    assert kinds(made(rule)) == ["set_group", "set_priority", "change_tags", "add_note"]


def test_what_was_done_is_told() -> None:
    assert made(written("Rule", GROUP, GOLD)).trace[0].did == ("group 211", "tags +Gold")


def test_what_the_ticket_holds_already_is_not_written() -> None:
    decision = made(written("Rule", GROUP, GOLD), on=ticket("5158", group="211", tags=("gold",)))
    assert decision.effects == ()


def test_what_the_ticket_holds_already_is_told() -> None:
    line = made(written("Rule", GROUP), on=ticket("5158", group="211")).trace[0]
    assert (line.fired, line.did, line.why) == (True, (), "group 211: the ticket has it already")


def test_what_a_person_has_set_is_not_overwritten() -> None:
    theirs = ticket("5158", group="9")
    decision = made(written("Rule", GROUP, GOLD), on=theirs, by_person=frozenset({"group"}))
    assert kinds(decision) == ["change_tags"]


def test_what_a_person_has_set_is_told() -> None:
    line = made(written("Rule", GROUP), on=ticket("5158", group="9"), by_person=frozenset({"group"})).trace[0]
    assert line.why == "group 211: a person has set it otherwise; it stays"


def test_a_tag_that_a_person_took_away_is_not_put_back() -> None:
    assert made(written("Rule", GOLD), by_person=frozenset({"tag:gold"})).effects == ()


def test_what_is_asked_for_already_is_not_asked_for_again() -> None:
    first = made(written("Rule", GROUP, GOLD))
    record = replace(first.record, snapshot=snapshot_of(ticket("5158")))
    assert made(written("Rule", GROUP, GOLD), record=record).effects == ()


def test_a_ticket_solved_by_a_rule_and_opened_again_is_solved_again() -> None:
    rule = written("Rule", {"field": "status", "value": "solved"})
    solved = ticket("5158", status="solved")
    record = replace(made(rule).record, snapshot=snapshot_of(solved))
    record = replace(made(rule, on=solved, record=record).record, snapshot=snapshot_of(solved))
    assert kinds(made(rule, on=replace(solved, status="open"), record=record)) == ["set_status"]


def test_a_note_is_written_once_on_a_ticket() -> None:
    first = made(written("Rule", NOTE))
    assert made(written("Rule", NOTE), record=first.record).effects == ()


def test_a_note_that_stands_in_the_ticket_is_not_written_again() -> None:
    mark = made(written("Rule", NOTE)).effects[0].args["mark"]
    note = Message("9", "1", False, False, f"Wears size 8\n\n{mark}", NOW)
    assert made(written("Rule", NOTE), on=ticket("5158", messages=(note,))).effects == ()


def test_the_same_note_of_another_rule_is_another_note() -> None:
    assert len(made(written("One", NOTE), written("Two", NOTE)).effects) == 2


def test_each_tag_is_a_slot_of_its_own_so_that_none_replaces_another() -> None:
    decision = made(written("Rule", GOLD, {"field": "tags", "operator": "remove", "value": ["old"]}),
                    on=ticket("5158", tags=("old",)))  # fmt: skip
    assert [(effect.slot, effect.args) for effect in decision.effects] == [
        ("tag:gold", {"add": ["Gold"], "remove": []}),
        ("tag:old", {"add": [], "remove": ["old"]}),
    ]


def test_a_tag_too_long_for_a_slot_has_a_slot_all_the_same() -> None:
    long: Rule = {"field": "tags", "operator": "add", "value": ["x" * 200]}
    assert len(made(written("Rule", long)).effects[0].slot) <= 100


def test_the_later_rule_is_written_and_both_are_told() -> None:
    decision = made(written("First", GROUP), written("Second", {"field": "group", "value": "300"}))
    assert [effect.args for effect in decision.effects] == [{"group": "300"}]
    assert [(line.did, line.why) for line in decision.trace] == [
        ((), "group 211: the later rule “Second” wants group 300"),
        (("group 300",), "group 300: instead of group 211 by “First”"),
    ]


def test_what_was_asked_for_is_remembered() -> None:
    assert made(written("Rule", GROUP, GOLD)).record.sent == {"group": "211", "tag:gold": "on"}


def test_in_shadow_mode_nothing_is_asked_for() -> None:
    assert made(written("Rule", GROUP), live=False).record.sent == {}


def test_in_shadow_mode_the_trace_says_what_would_be_done() -> None:
    line = made(written("Rule", GROUP), live=False).trace[0]
    assert (line.did, line.why) == ((), "shadow mode: would do group 211")


def test_suggestions_are_told_and_write_nothing() -> None:
    decision = made(written("Rule", {"field": "suggest_macro", "value": "360001"}, {"field": "no_bots"}))
    assert (decision.effects, decision.trace[0].did) == ((), ("suggest_macro 360001", "no_bots"))


def test_a_closed_ticket_is_left_alone() -> None:
    assert made(written("Rule", GROUP, NOTE), on=ticket("5158", state="closed")).effects == ()


def test_a_stopped_rule_writes_its_note() -> None:
    wants = book(written("Rule", GROUP)).run(looks(stopped=frozenset({"Rule"})))
    assert kinds(decide(wants, decided_on(ticket("5158")))) == ["add_note"]


def test_only_rules_that_something_was_written_for_count_as_having_written() -> None:
    wants = book(written("One", GROUP), written("Two", {"field": "no_bots"}), written("Three", GOLD)).run(
        looks()
    )
    one = ticket("5158", tags=("gold",))
    assert wrote(wants, effects_of(wants, decided_on(one))) == ("One",)


def test_an_agent_asked_for_by_e_mail_is_not_asked_for_again_under_their_id() -> None:
    rule = written("Rule", {"field": "assignee", "value": "ana@shop.example"})
    record = replace(made(rule).record, snapshot=snapshot_of(ticket("5158")))
    theirs = ticket("5158", assignee="9")
    record = replace(made(rule, on=theirs, record=record).record, snapshot=snapshot_of(theirs))
    assert made(rule, on=theirs, record=record).effects == ()


# ------------------------------------------------------------------------------ against a naive helpdesk


def landed(one: Ticket, effects: tuple[Effect, ...]) -> Ticket:
    """The ticket after the helpdesk took these effects."""
    for effect in effects:
        args = effect.args
        if effect.kind == "change_tags":
            kept = tuple(
                tag for tag in one.tags if tag.lower() not in [gone.lower() for gone in args["remove"]]
            )
            one = replace(one, tags=(*kept, *args["add"]))
        elif effect.kind != "add_note":
            slot = effect.kind.removeprefix("set_")
            one = replace(one, **{slot: args[slot]})
    return one


@given(facts=any_facts(), rules=any_rules())
def test_after_the_writes_the_ticket_holds_what_won_unless_a_person_keeps_it(
    facts: RuleFacts, rules: list[Rule]
) -> None:
    wants = book(*rules).run(facts)
    decision = decide(wants, decided_on(facts.ticket), facts.by_person)
    before, after = values_of(facts.ticket), values_of(landed(facts.ticket, decision.effects))
    for slot, step in wants.wins.items():
        if slot in SINGLE or slot.startswith("tag:"):
            kept = before.get(slot, "off") if slot in facts.by_person else step.value
            assert after.get(slot, "off") == kept


@given(facts=any_facts(), rules=any_rules())
def test_the_same_rules_on_the_ticket_they_left_write_nothing_more(
    facts: RuleFacts, rules: list[Rule]
) -> None:
    wants = book(*rules).run(facts)
    decision = decide(wants, decided_on(facts.ticket), facts.by_person)
    after = landed(facts.ticket, decision.effects)
    record = replace(decision.record, snapshot=snapshot_of(facts.ticket))
    assert decide(wants, decided_on(after, record), facts.by_person).effects == ()


@given(facts=any_facts(), rules=any_rules())
def test_our_own_writes_are_never_taken_for_a_persons(facts: RuleFacts, rules: list[Rule]) -> None:
    wants = book(*rules).run(facts)
    decision = decide(wants, decided_on(facts.ticket), facts.by_person)
    record = replace(decision.record, snapshot=snapshot_of(facts.ticket))
    after = landed(facts.ticket, decision.effects)
    held = {slot: value for effect in decision.effects for slot, value in held_values(effect).items()}
    assert set_by_people(frozenset(), record, after) == frozenset()
    assert set_by_people(frozenset(), replace(record, landed=held), after) == frozenset()


@given(facts=any_facts(), rules=any_rules())
def test_every_step_is_told_as_done_or_with_the_reason_why_not(facts: RuleFacts, rules: list[Rule]) -> None:
    wants = book(*rules).run(facts)
    decision = decide(wants, decided_on(facts.ticket), facts.by_person)
    lines = {line.rule: line for line in decision.trace}
    assert all(
        step.did in lines[step.rule].did or f"{step.did}: " in lines[step.rule].why for step in wants.steps
    )
    assert [line.rule for line in decision.trace] == [answer.rule for answer in wants.answers]
