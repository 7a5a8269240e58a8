"""Tickets: read, list, create, update; their tags and what their custom fields hold."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from sandbox.gorgias import rendering, writes
from sandbox.gorgias.api.call import account, asked, author, flag, number, paged, sent, with_fields
from sandbox.gorgias.edit import Edit
from sandbox.gorgias.errors import invalid, not_found
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import Json, Ticket
from sandbox.gorgias.writes import TICKET_KEYS, add_message, apply, pairs, tag_names, whole_id

blueprint = Blueprint("gorgias_tickets", __name__)
Answer = tuple[Any, ...]
KEYS = {**CREATED, "updated_datetime": lambda one: one.updated_at.timestamp()}


@blueprint.get("/tickets")
def tickets() -> Json:
    """All tickets, those in the bin too unless `trashed=false`; there is no filter by time, status or tag."""
    args = asked("customer_id", "external_id", "ticket_ids", "trashed", "view_id", "rule_id")
    customer_id, wanted = number("customer_id"), request.args.getlist("ticket_ids")
    found = [
        one
        for one in list(account().tickets.values())
        if customer_id in {None, one.customer_id}
        and args.get("external_id") in {None, one.external_id}
        and (not wanted or str(one.id) in wanted)
        and (flag("trashed", True) or one.trashed_at is None)
    ]
    return paged(
        found, lambda one: rendering.ticket(account(), one, whole=True), KEYS, "created_datetime:desc"
    )


@blueprint.post("/tickets")
def create() -> Answer:
    """A new ticket with its first message."""
    body = sent({*TICKET_KEYS, "messages", "from_agent"}, ("messages", "customer"))
    if not isinstance(body["messages"], list) or not body["messages"]:
        raise invalid("messages", "A ticket needs a message.")
    given, held = body["customer"], account()
    with held.lock:
        customer = (
            held.customer(given["id"])
            if "id" in given
            else held.known_customer(
                str(given.get("name") or given.get("email") or "A customer"), given.get("email")
            )
        )
        ways: Json = {name: str(body.get(name) or "api") for name in ("channel", "via")}
        edit = Edit.new(held, customer.id, author(), **ways)
        apply(held, edit, {name: value for name, value in body.items() if name in TICKET_KEYS})
        for one in body["messages"]:
            add_message(held, edit, one)
        edit.commit()
    return rendering.full_ticket(held, edit.ticket, True), 201


@blueprint.get("/tickets/<int:ticket_id>")
def show(ticket_id: int) -> Json:
    """One ticket."""
    asked("relationships")
    return rendering.full_ticket(account(), account().ticket(ticket_id), with_fields())


@blueprint.put("/tickets/<int:ticket_id>")
def update(ticket_id: int) -> Answer:
    """Change what is named; tags and custom fields that are named replace all that there were."""
    made = writes.change(account(), ticket_id, author(), sent(TICKET_KEYS))
    return rendering.full_ticket(account(), made, True), 202


@blueprint.delete("/tickets/<int:ticket_id>")
def delete(ticket_id: int) -> Answer:
    """Gone for ever."""
    with account().lock:
        del account().tickets[account().ticket(ticket_id).id]
    return "", 204


@blueprint.get("/tickets/<int:ticket_id>/tags")
def tags(ticket_id: int) -> Json:
    """The tags of one ticket."""
    return {"data": rendering.ticket(account(), account().ticket(ticket_id))["tags"]}


@blueprint.post("/tickets/<int:ticket_id>/tags")
def add_tags(ticket_id: int) -> Answer:
    """Add some: {"ids", "names"}."""
    return _tagged(ticket_id, "add"), 201


@blueprint.put("/tickets/<int:ticket_id>/tags")
def set_tags(ticket_id: int) -> Answer:
    """Set them: those that are not named go."""
    return _tagged(ticket_id, "set"), 202


@blueprint.delete("/tickets/<int:ticket_id>/tags")
def remove_tags(ticket_id: int) -> Answer:
    """Remove those that are named."""
    _tagged(ticket_id, "remove")
    return "", 204


@blueprint.get("/tickets/<int:ticket_id>/custom-fields")
def values(ticket_id: int) -> Json:
    """What the custom fields of one ticket hold."""
    found, held = account().ticket(ticket_id), account()
    return {
        "data": [
            {"field": rendering.field(held.fields[one]), **rendering.value(found, one)}
            for one in dict.fromkeys([*found.values, *found.predictions])
            if one in held.fields
        ]
    }


@blueprint.put("/tickets/<int:ticket_id>/custom-fields")
def set_values(ticket_id: int) -> Answer:
    """Set some: a bare list of objects with the field's id and its value; the others stay."""
    return _filled(ticket_id, lambda one: pairs(request.get_json(silent=True)))


@blueprint.put("/tickets/<int:ticket_id>/custom-fields/<int:field_id>")
def set_value(ticket_id: int, field_id: int) -> Answer:
    """Set one."""
    body = sent({"id", "value"}, ("value",))
    return _filled(ticket_id, lambda one: [(field_id, body["value"])])


@blueprint.delete("/tickets/<int:ticket_id>/custom-fields/<int:field_id>")
def empty_value(ticket_id: int, field_id: int) -> Answer:
    """Empty one."""
    if field_id not in account().ticket(ticket_id).values:
        raise not_found()
    writes.fill(account(), ticket_id, author(), [(field_id, None)])
    return "", 204


def _tagged(ticket_id: int, how: str) -> Json:
    body = sent({"ids", "names"})
    names = tag_names(account(), body.get("ids") or [], body.get("names") or [])
    made = writes.tag(account(), ticket_id, author(), names, how)
    return {"data": rendering.ticket(account(), made)["tags"]}


def _filled(ticket_id: int, given: Callable[[Ticket], list[tuple[int, Any]]]) -> Answer:
    found = account().ticket(ticket_id)
    wanted = [(whole_id(one, "id"), value) for one, value in given(found)]
    writes.fill(account(), ticket_id, author(), wanted)
    return values(ticket_id), 202
