"""From the difference between two states of a ticket to what rules are run on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plugin.domain.events import (
    AgentMessage,
    CustomerMessage,
    ReasonChosen,
    ReasonCodeSet,
    TicketCreated,
    TicketEvent,
)
from plugin.domain.facts import Look, Message, Record, Ticket
from plugin.domain.people import set_by_people
from plugin.domain.rule_fields import previous_of

_NAMES: Final = {
    TicketCreated: "ticket_created",
    CustomerMessage: "customer_message",
    AgentMessage: "agent_message",
    ReasonCodeSet: "ticket_changed",
    ReasonChosen: "ticket_changed",
}
SOLVED: Final = "solved"


def look_at(record: Record, ticket: Ticket, events: Sequence[TicketEvent]) -> Look:
    """What is new. `record` is as it was before anything was decided; nothing happened where all is our own echo."""
    happened = {_NAMES[type(event)] for event in events if type(event) in _NAMES}
    if record.snapshot is not None:
        happened |= _changes(record, ticket)
    first = any(isinstance(event, CustomerMessage) and event.first for event in events)
    return Look(frozenset(happened), _text(events), first, previous_of(record), by_bots=_by_bots(events))


def joined(old: Look, new: Look) -> Look:
    """Two looks as one: rules that have not been run on the old one are run on both."""
    return replace(
        old,
        happened=old.happened | new.happened,
        text=new.text or old.text,
        first_message=old.first_message or new.first_message,
        by_bots=(*old.by_bots, *new.by_bots),
    )


def _changes(record: Record, ticket: Ticket) -> set[str]:
    """Whether somebody else than us has changed the ticket, and whether it was solved."""
    assert record.snapshot is not None
    found = {"ticket_changed"} if set_by_people(frozenset(), record, ticket) else set()
    was, by_us = record.snapshot.status, record.sent.get("status")
    if ticket.status == SOLVED and was != SOLVED and by_us != SOLVED:
        found |= {"ticket_solved", "ticket_changed"}
    return found


def _text(events: Sequence[TicketEvent]) -> str:
    """The customer's last words of this look; where they said nothing, those of the shop."""
    customers = [event.message for event in events if isinstance(event, CustomerMessage)]
    agents = [event.message for event in events if isinstance(event, AgentMessage)]
    messages: list[Message] = customers or agents
    return messages[-1].text if messages else ""


def _by_bots(events: Sequence[TicketEvent]) -> tuple[str, ...]:
    messages = (event.message for event in events if isinstance(event, AgentMessage))
    return tuple(message.id for message in messages if message.automated and message.public)
