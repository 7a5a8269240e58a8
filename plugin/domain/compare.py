"""From two states of a ticket to events in our words. Pure; the same for every helpdesk.

A webhook says *that* something happened; only the difference between what we saw last and what is there now
says *what*. A change equal to what we sent is our own echo and is no event, whoever the vendor names as actor.
"""

from plugin.domain.events import (
    AgentMessage,
    CustomerMessage,
    ReasonCodeSet,
    TicketCreated,
    TicketEvent,
)
from plugin.domain.facts import Message, Record, Ticket


def compare(record: Record, ticket: Ticket) -> list[TicketEvent]:
    """What happened since the record's snapshot, oldest first.

    A ticket not seen before is created, whatever its age. The reason code comes before the messages, so that
    a person's choice is known before a message could suggest another.
    """
    events: list[TicketEvent] = []
    if record.snapshot is None:
        events.append(TicketCreated(ticket.id))
    events += _reason_events(record, ticket)
    events += _message_events(record, ticket)
    return events


def is_older(record: Record, ticket: Ticket) -> bool:
    """Whether the helpdesk answered with a state older than the one we know: never take it for news."""
    return record.snapshot is not None and ticket.updated_at < record.snapshot.updated_at


def new_messages(record: Record, ticket: Ticket) -> list[Message]:
    """The messages after the last one seen. Message ids grow with time where they are numbers; where the last
    one seen is gone (redacted, deleted), what is numbered after it is new."""
    last = record.snapshot.last_message if record.snapshot else None
    if last is None:
        return list(ticket.messages)
    ids = [message.id for message in ticket.messages]
    if last in ids:
        return list(ticket.messages[ids.index(last) + 1 :])
    return [message for message in ticket.messages if _after(message.id, last)]


def _after(message_id: str, last: str) -> bool:
    return (len(message_id), message_id) > (len(last), last)


def _reason_events(record: Record, ticket: Ticket) -> list[TicketEvent]:
    if _reason_unchanged(record, ticket) or _is_echo(record, ticket):
        return []
    return [ReasonCodeSet(ticket.id, ticket.reason_code)]


def _reason_unchanged(record: Record, ticket: Ticket) -> bool:
    landed = record.landed.get("reason_code")
    if landed is not None:
        return ticket.reason_code == landed
    return ticket.reason_value == (record.snapshot.reason_value if record.snapshot else None)


def _is_echo(record: Record, ticket: Ticket) -> bool:
    sent = record.sent.get("reason_code")
    return sent is not None and sent == ticket.reason_code


def _message_events(record: Record, ticket: Ticket) -> list[TicketEvent]:
    fresh = new_messages(record, ticket)
    seen_before = any(m.from_customer and m.public for m in ticket.messages if m not in fresh)
    events: list[TicketEvent] = []
    for message in fresh:
        if message.from_customer and message.public:
            first = not seen_before and record.reason is None and not record.suggestions
            events.append(CustomerMessage(ticket.id, message, first=first))
            seen_before = True
        else:
            events.append(AgentMessage(ticket.id, message))
    return events
