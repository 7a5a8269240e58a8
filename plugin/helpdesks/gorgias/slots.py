"""Status, priority, team and assignee: what one update of the ticket must say so that it holds what is wanted.

Neither tags nor custom fields stand in such an update: there, they would replace all that the ticket has. What cannot
be is `Rejected`, as if Gorgias had said so: the worker then tries the others without it.
https://developers.gorgias.com/reference/update-ticket
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from plugin.documents import Part
from plugin.helpdesks.gorgias.paging import listed
from plugin.helpdesks.gorgias.words import (
    THEIR_PRIORITIES,
    THEIR_STATUSES,
    id_of,
    is_snoozed,
    priority_of,
    status_of,
)
from plugin.ports import Api, Rejected

USERS: Final = "/api/users"
Change = dict[str, Any]


def change_of(api: Api, ticket: Part, slots: Mapping[str, str]) -> Change:
    """The body of the update; empty where all of it is in place."""
    change: Change = {}
    for slot, value in slots.items():
        change |= CHANGES[slot](api, ticket, value)
    return change


def _status(api: Api, ticket: Part, wanted: str) -> Change:
    theirs = THEIR_STATUSES.get(wanted)
    if theirs is None:
        raise Rejected(f"{wanted!r} is no status of a ticket: it is open, pending or solved", {})
    if status_of(ticket) in {wanted, theirs}:
        return {}
    return {"status": theirs, **({"snooze_datetime": None} if is_snoozed(ticket) else {})}


def _priority(api: Api, ticket: Part, wanted: str) -> Change:
    theirs = THEIR_PRIORITIES.get(wanted)
    if theirs is None:
        raise Rejected(f"{wanted!r} is no priority: it is low, normal, high or urgent", {})
    return {} if priority_of(ticket) == wanted else {"priority": theirs}


def _group(api: Api, ticket: Part, wanted: str) -> Change:
    return {} if id_of(ticket, "assignee_team") == wanted else {"assignee_team": {"id": int(wanted)}}


def _assignee(api: Api, ticket: Part, wanted: str) -> Change:
    if wanted.isascii() and wanted.isdigit():
        user_id = wanted
    elif _email_of(ticket) == wanted.lower():
        return {}
    else:
        user_id = _user_by_email(api, wanted)
    return {} if id_of(ticket, "assignee_user") == user_id else {"assignee_user": {"id": int(user_id)}}


def _email_of(ticket: Part) -> str | None:
    """The address of whoever has the ticket."""
    found = ticket.at("assignee_user")
    return None if found.value is None else found.at("email").word()


def _user_by_email(api: Api, email: str) -> str:
    """The id of the agent with this address."""
    for user in listed(api, USERS):
        if user.at("email").word() == email.lower():
            return user.at("id").own_id()
    raise Rejected(
        f"gorgias account {api.connection.account} has no user with the address {email}: correct it in the rules or "
        "invite them in Gorgias, then retry this",
        {},
    )


CHANGES: Final[Mapping[str, Callable[[Api, Part, str], Change]]] = {
    "status": _status,
    "priority": _priority,
    "group": _group,
    "assignee": _assignee,
}
