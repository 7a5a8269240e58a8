"""Gorgias' words for the state of a ticket, and ours.

https://developers.gorgias.com/reference/the-ticket-object
"""

from collections.abc import Mapping
from typing import Final

from plugin.documents import Part
from plugin.domain.facts import TicketState

OUR_PRIORITIES: Final[Mapping[str, str]] = {
    "critical": "urgent",
    "high": "high",
    "normal": "normal",
    "low": "low",
}
THEIR_PRIORITIES: Final[Mapping[str, str]] = {ours: theirs for theirs, ours in OUR_PRIORITIES.items()}
THEIR_STATUSES: Final[Mapping[str, str]] = {"open": "open", "pending": "open", "solved": "closed"}
"""There is no waiting without an end (a snooze needs its instant): what is pending stays open, so nobody loses it."""
INTERNAL_NOTE: Final = "internal-note"


def status_of(ticket: Part) -> str:
    """open, pending (snoozed) or solved; another word stays as it is."""
    status = ticket.at("status").word() or ""
    if status == "closed":
        return "pending" if is_snoozed(ticket) else "solved"
    return status


def is_snoozed(ticket: Part) -> bool:
    """Whether the ticket comes back by itself."""
    return ticket.at("snooze_datetime").value is not None


def state_of(ticket: Part) -> TicketState:
    """Whether the ticket still takes changes: a closed one does."""
    if ticket.at("trashed_datetime").value is not None:
        return "deleted"
    return "spam" if ticket.at("spam").value is True else "open"


def priority_of(ticket: Part) -> str | None:
    """low, normal, high, urgent, or None where the ticket shows none."""
    return OUR_PRIORITIES.get(ticket.at("priority").word() or "")


def id_of(ticket: Part, name: str) -> str | None:
    """The id of whom or what the ticket is handed to ("assignee_team"); some answers show the bare id only."""
    found = ticket.at(name)
    return ticket.at(f"{name}_id").id() if found.value is None else found.at("id").id()


def tags_of(ticket: Part) -> tuple[str, ...]:
    """The names of a ticket's tags."""
    return tuple(tag.at("name").text() for tag in ticket.at("tags").items())
