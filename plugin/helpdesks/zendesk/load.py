"""Reading a ticket as it is now: its fields, its newest messages, and who asks.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
"""

import re
from collections.abc import Mapping

from plugin.domain.facts import Gone, Person, Ticket, TicketState
from plugin.helpdesks.zendesk.comments import read_conversation
from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.helpdesks.zendesk.reasons import code_of, field_id, field_value
from plugin.ports import Api, NotFound

PRIORITIES = frozenset({"low", "normal", "high", "urgent"})
MERGED = "closed_by_merge"
"""The tag that Zendesk puts on a ticket that went into another."""
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
GONE = "Zendesk has no such ticket any more, or does not show it: it was deleted or marked as spam"


def load(api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
    """The ticket with its newest messages and its requester; Gone where Zendesk has none."""
    try:
        with answer_of(api):
            return _load(api, ticket_id, since)
    except NotFound:
        return Gone(ticket_id, "deleted", GONE)


def read_ticket(api: Api, ticket_id: str) -> Part:
    """The ticket as the API shows it."""
    return Part(api.get(ticket_path(ticket_id))).at("ticket")


def ticket_path(ticket_id: str) -> str:
    """Where a ticket stands in the API; what is no number is no ticket, and must not become another address."""
    if not _NUMBER.fullmatch(ticket_id):
        raise NotFound(f"{ticket_id!r} is no number of a Zendesk ticket")
    return f"/api/v2/tickets/{ticket_id}"


def state_of(ticket: Part) -> TicketState:
    """Whether the ticket still takes changes, and if not, why."""
    status = ticket.at("status").word()
    if status == "deleted":
        return "deleted"
    if status != "closed":
        return "open"
    return "merged" if MERGED in _tags(ticket) else "closed"


def _load(api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
    ticket = read_ticket(api, ticket_id)
    state = state_of(ticket)
    if state == "deleted":
        return Gone(ticket_id, state, GONE)
    talk = read_conversation(api, ticket_id, since)
    requester_id = ticket.at("requester_id").id()
    requester = _requester(api, requester_id, talk.users)
    value = field_value(ticket, field_id(api.connection))
    return Ticket(
        id=ticket_id,
        state=state,
        status=ticket.at("status").word() or "",
        subject=ticket.at("subject").text(),
        channel=_channel(ticket),
        language=requester.locale,
        priority=_priority(ticket),
        tags=_tags(ticket),
        group=ticket.at("group_id").id(),
        assignee=ticket.at("assignee_id").id(),
        requester=requester,
        reason_value=value,
        reason_code=code_of(api.connection, value),
        created_at=ticket.at("created_at").instant(),
        updated_at=ticket.at("updated_at").instant(),
        stamp=ticket.at("updated_at").key(),
        messages=talk.messages(requester_id),
        complete=talk.complete,
    )


def _requester(api: Api, user_id: str | None, sideloaded: Mapping[str, Part]) -> Person:
    """Who asks: mostly a commenter, who came along; else looked up."""
    if user_id is None:
        return Person("")
    if user_id in sideloaded:
        return _person(user_id, sideloaded[user_id])
    try:
        return _person(user_id, Part(api.get(f"/api/v2/users/{user_id}")).at("user"))
    except NotFound:
        return Person(user_id)


def _person(user_id: str, user: Part) -> Person:
    return Person(
        id=user_id,
        name=user.at("name").text(),
        email=user.at("email").text() or None,
        phone=user.at("phone").text() or None,
        locale=user.at("locale").text() or None,
        tags=_tags(user),
    )


def _channel(ticket: Part) -> str:
    via = ticket.at("via")
    return "" if via.value is None else via.at("channel").word() or ""


def _priority(ticket: Part) -> str | None:
    found = ticket.at("priority").word()
    return found if found in PRIORITIES else None


def _tags(tagged: Part) -> tuple[str, ...]:
    return tuple(tag.text() for tag in tagged.at("tags").items())
