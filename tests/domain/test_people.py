"""What a person has set is known from what we saw, what we asked for, and what landed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.effects import (
    add_note,
    change_tags,
    set_assignee,
    set_group,
    set_priority,
    set_reason_code,
    set_status,
)
from plugin.domain.facts import Message, Record, Ticket, snapshot_of
from plugin.domain.people import held_values, set_by_people, still_asked
from tests.conftest import NOW
from tests.fakes import ticket

NOBODY: frozenset[str] = frozenset()


def seen(one: Ticket, **record: Any) -> Record:
    return replace(Record(snapshot=snapshot_of(one)), **record)


def people(record: Record, now: Ticket, before: frozenset[str] = NOBODY) -> frozenset[str]:
    return set_by_people(before, record, now)


def test_what_stands_on_a_ticket_not_seen_before_is_nobodys() -> None:
    assert people(Record(), ticket("1", group="1", priority="low", tags=("a",))) == NOBODY


def test_what_did_not_change_is_nobodys() -> None:
    one = ticket("1", group="1", tags=("a",))
    assert people(seen(one), one) == NOBODY


@pytest.mark.parametrize(
    ("changes", "slots"),
    [
        ({"group": "2"}, {"group"}),
        ({"priority": "low"}, {"priority"}),
        ({"assignee": "9"}, {"assignee"}),
        ({"status": "pending"}, {"status"}),
        ({"tags": ("a", "New")}, {"tag:new"}),
        ({"tags": ()}, {"tag:a"}),
        ({"group": None}, {"group"}),
    ],
)
def test_what_changed_and_was_not_asked_for_is_a_persons(changes: dict[str, Any], slots: set[str]) -> None:
    one = ticket("1", group="1", tags=("a",))
    assert people(seen(one), replace(one, **changes)) == slots


def test_what_we_asked_for_is_ours() -> None:
    one = ticket("1")
    asked = {"group": "211", "tag:gold": "on"}
    assert people(seen(one, sent=asked), replace(one, group="211", tags=("Gold",))) == NOBODY


def test_a_write_that_is_still_under_way_makes_nothing_a_persons() -> None:
    one = ticket("1", group="1")
    assert people(seen(one, sent={"group": "211"}), one) == NOBODY


def test_what_landed_and_was_undone_before_we_looked_is_a_persons() -> None:
    one = ticket("1", group="1")
    record = seen(one, sent={"group": "211", "tag:gold": "on"}, landed={"group": "211", "tag:gold": "on"})
    assert people(record, one) == {"group", "tag:gold"}


def test_a_reason_code_that_landed_is_no_matter_of_rules() -> None:
    one = ticket("1")
    assert people(seen(one, landed={"reason_code": "a"}), one) == NOBODY


def test_what_a_person_set_stays_theirs() -> None:
    one = ticket("1")
    assert people(seen(one), one, frozenset({"group", "tag:gold"})) == {"group", "tag:gold"}


def test_a_status_is_a_persons_only_in_the_look_in_which_it_was_set() -> None:
    one = ticket("1")
    assert people(seen(one), one, frozenset({"status"})) == NOBODY


def test_a_ticket_opened_by_the_customers_answer_is_no_persons_doing() -> None:
    one = ticket("1", "hello", status="pending")
    answer = Message("2", "7", True, True, "and?", NOW)
    opened = replace(one, status="open", messages=(*one.messages, answer))
    assert people(seen(one), opened) == NOBODY


def test_an_assignee_dropped_with_the_group_we_changed_is_no_persons_doing() -> None:
    one = ticket("1", group="1", assignee="9")
    assert people(seen(one, sent={"group": "211"}), replace(one, group="211", assignee=None)) == NOBODY


def test_an_agent_asked_for_by_e_mail_is_ours_under_whatever_id() -> None:
    one = ticket("1")
    assert people(seen(one, sent={"assignee": "ana@shop.example"}), replace(one, assignee="9")) == NOBODY


def test_another_agent_than_the_one_we_asked_for_by_e_mail_is_a_persons() -> None:
    one = ticket("1", assignee="9")
    known = seen(one, sent={"assignee": "ana@shop.example=9"})
    assert people(known, replace(one, assignee="10")) == {"assignee"}


def test_what_landed_is_not_asked_for_any_more() -> None:
    one = ticket("1", group="211", tags=("gold",))
    record = seen(one, sent={"group": "211", "tag:gold": "on", "priority": "high"})
    assert still_asked(record, one) == {"priority": "high"}


def test_what_landed_and_was_undone_is_not_asked_for_any_more() -> None:
    one = ticket("1")
    assert still_asked(seen(one, sent={"status": "solved"}, landed={"status": "solved"}), one) == {}


def test_notes_and_reason_code_stay_asked_for() -> None:
    one = ticket("1", reason_code="a")
    asked = {"reason_code": "a", "note:mgn-1": "1"}
    assert still_asked(seen(one, sent=asked), one) == asked


def test_an_agent_asked_for_by_e_mail_is_remembered_with_their_id() -> None:
    one = ticket("1")
    record = seen(one, sent={"assignee": "ana@shop.example"})
    assert still_asked(record, replace(one, assignee="9")) == {"assignee": "ana@shop.example=9"}


def test_an_agent_asked_for_by_e_mail_is_not_taken_for_the_one_before() -> None:
    one = ticket("1", assignee="8")
    record = seen(one, sent={"assignee": "ana@shop.example"})
    assert still_asked(record, one) == {"assignee": "ana@shop.example"}


@pytest.mark.parametrize(
    ("effect", "held"),
    [
        (set_group("1", "211"), {"group": "211"}),
        (set_assignee("1", "9"), {"assignee": "9"}),
        (set_priority("1", "high"), {"priority": "high"}),
        (set_status("1", "solved"), {"status": "solved"}),
        (change_tags("1", ["Gold"], ["old"]), {"tag:gold": "on", "tag:old": "off"}),
        (set_reason_code("1", "a.b"), {"reason_code": "a.b"}),
        (add_note("1", "text", "mgn-1"), {}),
    ],
)
def test_what_a_ticket_holds_after_an_effect_is_known_by_slot(effect: Any, held: dict[str, str]) -> None:
    assert held_values(effect) == held


values = st.sampled_from([None, "low", "high"])


@given(before=values, now=values, sent=values)
def test_a_priority_is_a_persons_exactly_when_it_changed_and_was_not_asked_for(
    before: str | None, now: str | None, sent: str | None
) -> None:
    record = seen(ticket("1", priority=before), sent={"priority": sent} if sent else {})
    theirs = "priority" in people(record, ticket("1", priority=now))
    assert theirs == (before != now and (sent is None or now != sent))
