"""Messages: of one ticket or of all, and new ones."""

from typing import Any

from flask import Blueprint

from sandbox.gorgias import rendering, writes
from sandbox.gorgias.api.call import account, asked, author, number, paged, sent
from sandbox.gorgias.errors import not_found
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Json, Message
from sandbox.gorgias.writes import MESSAGE_KEYS

blueprint = Blueprint("gorgias_messages", __name__)


@blueprint.get("/messages")
def messages() -> Json:
    """Messages of all tickets, or of one."""
    asked("ticket_id")
    wanted = number("ticket_id")
    tickets = list(account().tickets.values()) if wanted is None else [account().tickets.get(wanted)]
    return _listed([each for one in tickets if one is not None for each in one.messages])


@blueprint.get("/tickets/<int:ticket_id>/messages")
def of_ticket(ticket_id: int) -> Json:
    """Messages of one ticket (a deprecated address)."""
    asked()
    return _listed(list(account().ticket(ticket_id).messages))


@blueprint.post("/tickets/<int:ticket_id>/messages")
def create(ticket_id: int) -> tuple[Any, ...]:
    """A new message. It is sent after the answer, so the answer says that it is not sent yet."""
    body = sent(MESSAGE_KEYS, ("channel", "via", "from_agent"))
    made = rendering.message(account(), writes.post_message(account(), ticket_id, author(), body))
    return {**made, "sent_datetime": body.get("sent_datetime")}, 201


@blueprint.get("/tickets/<int:ticket_id>/messages/<int:message_id>")
def show(ticket_id: int, message_id: int) -> Json:
    """One message."""
    for one in account().ticket(ticket_id).messages:
        if one.id == message_id:
            return rendering.message(account(), one)
    raise not_found()


def _listed(found: list[Message]) -> Json:
    return paged(found, lambda one: rendering.message(account(), one), CREATED, "created_datetime:asc")
