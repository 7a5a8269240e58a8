"""Reading a ticket as it is now: its fields, its newest messages, and who asks.

https://developers.gorgias.com/reference/get-ticket
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.documents import Part, answer_of
from plugin.domain.facts import Gone, Ticket
from plugin.helpdesks.gorgias.customers import requester_of
from plugin.helpdesks.gorgias.messages import read_conversation
from plugin.helpdesks.gorgias.paging import read_page
from plugin.helpdesks.gorgias.reasons import Place, code_of, field_ids, held_by_fields, ours_of
from plugin.helpdesks.gorgias.words import id_of, priority_of, state_of, status_of, tags_of
from plugin.ports import Api, NotFound, Rejected

TICKETS = "/api/tickets"
WITH_FIELDS = {"relationships": "custom_fields"}
IN_ROWS = ({"priority"}, {"assignee_team", "assignee_team_id"})
"""What a ticket may leave out when it is asked for alone, each by its names; the rows of lists show it."""
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
GONE = "Gorgias has no such ticket any more, or it lies in the bin"


def load(api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
    """The ticket with its newest messages and its requester; Gone where Gorgias has none, or has it in the bin."""
    try:
        with answer_of(api):
            return _load(api, ticket_id, since)
    except NotFound:
        return Gone(ticket_id, "deleted", GONE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as the API shows it, what its reason-code fields hold, and what of that we have put there."""

    id: str
    ticket: Part
    held: tuple[Place, ...]
    ours: frozenset[Place]

    @property
    def stamp(self) -> str:
        """The text that changes with every change of the ticket."""
        return updated(self.ticket).key()


def see(api: Api, ticket_id: str) -> Seen:
    """Read the ticket with its fields; where it does not show them, they are asked for by their own address."""
    path = ticket_path(ticket_id)
    ticket = _whole(api, ticket_id, api.get(path, WITH_FIELDS))
    fields = ticket.at("custom_fields")
    if fields.value is None and field_ids(api.connection):
        fields = Part(api.get(f"{path}/custom-fields")).at("data")
    held = held_by_fields(api.connection, ticket, fields)
    return Seen(ticket_id, ticket, held, ours_of(api.connection, ticket, held))


def ticket_path(ticket_id: str) -> str:
    """Where a ticket stands in the API; what is no number is no ticket, and must not become another address."""
    if not _NUMBER.fullmatch(ticket_id):
        raise NotFound(f"{ticket_id!r} is no number of a Gorgias ticket")
    return f"{TICKETS}/{ticket_id}"


def updated(ticket: Part) -> Part:
    """When the ticket changed last; one that was never changed tells when it was made."""
    found = ticket.at("updated_datetime")
    return ticket.at("created_datetime") if found.value is None else found


def _whole(api: Api, ticket_id: str, shown: Mapping[str, Any]) -> Part:
    """The ticket, with what it leaves out from its row: a team that is not shown must not be taken for none."""
    if all(shown.keys() & names for names in IN_ROWS):
        return Part(shown)
    try:
        rows = read_page(api, TICKETS, {"ticket_ids": ticket_id}).items
    except Rejected:  # an account that does not list by number: it stays as it was shown
        return Part(shown)
    row: dict[str, Any] = next((row.value for row in rows if row.at("id").id() == ticket_id), {})
    return Part({**row, **shown})


def _load(api: Api, ticket_id: str, since: str | None) -> Ticket | Gone:
    seen = see(api, ticket_id)
    ticket, state = seen.ticket, state_of(seen.ticket)
    if state == "deleted":
        return Gone(ticket_id, state, GONE)
    talk = read_conversation(api, ticket_id, since)
    value = seen.held[0].value if seen.held else None
    return Ticket(
        id=ticket_id,
        state=state,
        status=status_of(ticket),
        subject=ticket.at("subject").text(),
        channel=ticket.at("channel").word() or "",
        language=ticket.at("language").text() or None,
        priority=priority_of(ticket),
        tags=tags_of(ticket),
        group=id_of(ticket, "assignee_team"),
        assignee=id_of(ticket, "assignee_user"),
        requester=requester_of(api, ticket),
        reason_value=value,
        reason_code=code_of(api.connection, value),
        created_at=ticket.at("created_datetime").instant(),
        updated_at=updated(ticket).instant(),
        stamp=seen.stamp,
        messages=talk.messages(_bots(api)),
        complete=talk.complete,
    )


def _bots(api: Api) -> frozenset[str]:
    """The users that are none, as far as they were known when the account was connected."""
    found = api.connection.options.get("bots")
    return frozenset(map(str, found)) if isinstance(found, list | tuple) else frozenset()
