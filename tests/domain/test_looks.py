"""What rules are run on: what somebody else than us did, all of it, and each of it once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.compare import compare
from plugin.domain.facts import Look, Message, Record, Ticket, snapshot_of
from plugin.domain.looks import joined, look_at
from tests.conftest import NOW
from tests.fakes import ticket

NAMES = ("ticket_created", "customer_message", "agent_message", "ticket_changed", "ticket_solved")


def look(before: Record, now: Ticket) -> Look:
    return look_at(before, now, compare(before, now))


def seen(one: Ticket, **record: Any) -> Record:
    return Record(snapshot=snapshot_of(one), **record)


def happened(before: Record, now: Ticket) -> set[str]:
    return set(look(before, now).happened)


BEFORE = ticket("5", "hello")


def with_message(one: Ticket, **changes: Any) -> Ticket:
    said = replace(Message("2", "7", True, True, "and another thing", NOW), **changes)
    return replace(one, messages=(*one.messages, said))


def test_a_ticket_seen_for_the_first_time_is_made_and_written_on() -> None:
    found = look(Record(), BEFORE)
    assert set(found.happened) == {"ticket_created", "customer_message"}
    assert (found.text, found.first_message, found.previous) == ("hello", True, None)


def test_nothing_new_is_nothing() -> None:
    assert look(seen(BEFORE), BEFORE).happened == frozenset()


def test_a_customers_words_are_the_text_of_the_look() -> None:
    found = look(seen(BEFORE), with_message(BEFORE))
    assert (set(found.happened), found.text) == ({"customer_message"}, "and another thing")


def test_an_agents_words_are_the_text_where_the_customer_said_nothing() -> None:
    found = look(seen(BEFORE), with_message(BEFORE, from_customer=False, text="we look into it"))
    assert (set(found.happened), found.text) == ({"agent_message"}, "we look into it")


def test_the_messages_of_bots_are_named() -> None:
    found = look(seen(BEFORE), with_message(BEFORE, from_customer=False, automated=True))
    assert found.by_bots == ("2",)


def test_a_bots_internal_note_reaches_no_customer() -> None:
    found = look(seen(BEFORE), with_message(BEFORE, from_customer=False, automated=True, public=False))
    assert found.by_bots == ()


@pytest.mark.parametrize(
    "change",
    [{"group": "9"}, {"assignee": "9"}, {"priority": "high"}, {"tags": ("x",)}, {"status": "pending"}],
)
def test_what_somebody_changes_is_a_change(change: dict[str, Any]) -> None:
    assert happened(seen(BEFORE), replace(BEFORE, **change)) == {"ticket_changed"}


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ({"group": "9"}, {"group": "9"}),
        ({"priority": "high"}, {"priority": "high"}),
        ({"tags": ("x",)}, {"tag:x": "on"}),
        ({"status": "solved"}, {"status": "solved"}),
    ],
)
def test_what_we_changed_ourselves_is_nothing(change: dict[str, Any], sent: dict[str, str]) -> None:
    assert happened(seen(BEFORE, sent=sent), replace(BEFORE, **change)) == set()


def test_solving_is_told_apart() -> None:
    assert happened(seen(BEFORE), replace(BEFORE, status="solved")) == {"ticket_changed", "ticket_solved"}


LOOKS = st.builds(
    Look,
    happened=st.frozensets(st.sampled_from(NAMES)),
    text=st.text(max_size=5),
    first_message=st.booleans(),
    by_bots=st.lists(st.text(max_size=3), max_size=2).map(tuple),
)


@given(LOOKS, LOOKS)
def test_two_looks_lose_nothing_of_either(old: Look, new: Look) -> None:
    both = joined(old, new)
    assert both.happened == old.happened | new.happened
    assert both.text == (new.text or old.text)
    assert both.first_message == (old.first_message or new.first_message)
    assert both.by_bots == old.by_bots + new.by_bots


@given(LOOKS, LOOKS)
def test_the_values_before_are_those_before_the_older_look(old: Look, new: Look) -> None:
    older = replace(old, previous={"ticket.status": "new"})
    assert joined(older, replace(new, previous={"ticket.status": "open"})).previous == older.previous
