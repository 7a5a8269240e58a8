"""What the handlers decide about a ticket as just read: the one path of live work and dry runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from plugin.context import TicketContext
from plugin.domain.compare import compare
from plugin.domain.events import Event, RulesDue, TicketEvent, WriteOvertaken
from plugin.domain.facts import Record, Ticket
from plugin.domain.looks import look_at
from plugin.domain.people import set_by_people
from plugin.domain.triage import left_alone

Routes = Mapping[type[Event], Callable[[Any, Any], None]]
"""Event → handler."""


def decide(
    routes: Routes, context: TicketContext, overtaken: bool = False, said: Sequence[TicketEvent] = ()
) -> TicketContext:
    """Let the handlers decide about a ticket as just read; nothing is written here.

    `said` is what agents did in our sidebar since the last look.
    """
    ticket, before = context.facts.ticket, context.facts.record
    if ticket.state != "open":
        context.apply(left_alone(context.facts))
        return context
    by_person = set_by_people(before.by_person, before, ticket)
    context.facts = replace(context.facts, record=_settled(replace(before, by_person=by_person), ticket))
    for event in _events(before, ticket, overtaken, said):
        handle = routes.get(type(event))
        if handle is not None:
            handle(event, context)
    return context


def on_sight(routes: Routes, context: TicketContext, said: Sequence[TicketEvent] = ()) -> TicketContext:
    """A ticket that somebody looks at before anything has happened to it: shown with all that fits, and left alone.

    Whatever its age, an agent who merely opens it must change nothing about it. Only what they say themselves is
    done. What was decided is for showing: once something happens, the ticket is taken for one never seen.
    """
    unhurried = replace(context.playbook, routing_wait=timedelta(0))
    shown = decide(routes, TicketContext(replace(context.facts, live=False), context.read, unhurried))
    record = shown.facts.record
    by_agent = record.reason is not None and record.reason.by == "agent"
    record = replace(record, reason=record.reason if by_agent else None, look=None)
    context.facts = replace(context.facts, record=record)
    for event in said:
        routes[type(event)](event, context)
    return context


def _settled(record: Record, ticket: Ticket) -> Record:
    """What an agent chose in our sidebar is done once the helpdesk holds it."""
    return replace(record, chosen=None) if record.chosen == ticket.reason_code else record


def _events(
    before: Record, ticket: Ticket, overtaken: bool, said: Sequence[TicketEvent]
) -> list[TicketEvent]:
    """What happened, what agents said of it, and at last the time for the rules: they see all of it."""
    events: list[TicketEvent] = [*compare(before, ticket), *said]
    look = look_at(before, ticket, events)
    if overtaken:
        events.append(WriteOvertaken(ticket.id))
    return [*events, RulesDue(ticket.id, look, overtaken)]
