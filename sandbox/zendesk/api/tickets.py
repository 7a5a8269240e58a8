"""Tickets: read, create, update; their comments, tags and history."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, caller, includes, paged, root, sent, sent_record, wanted_ids
from sandbox.zendesk.records import Json, Ticket
from sandbox.zendesk.writes import create_by_api, delete_by_api, tag_by_api, update_by_api

blueprint = Blueprint("zendesk_tickets", __name__)
Answer = tuple[Any, ...]


@blueprint.get("/tickets")
def tickets() -> Json:
    """All tickets, or those with this external id."""
    external_id = request.args.get("external_id")
    found = [
        one
        for one in list(account().tickets.values())
        if not one.deleted and (external_id is None or one.external_id == external_id)
    ]
    return paged("tickets", [_ticket(one) for one in found])


@blueprint.get("/tickets/show_many")
def show_many() -> Json:
    """The tickets with these ids; the unknown are left out."""
    known = account().tickets
    found = [known[one] for one in wanted_ids() if one in known and not known[one].deleted]
    return {"tickets": [_ticket(one) for one in found], "count": len(found)}


@blueprint.post("/tickets")
def create() -> Answer:
    """A new ticket; with an idempotency key the same one again, for two hours."""
    body, key = sent_record("ticket"), request.headers.get("Idempotency-Key")
    if key is None:
        return _created(body), 201
    known = account().keys.begin(key, body, account().now())
    if known is not None:
        return known, 201, {"x-idempotency-lookup": "hit"}
    made = None
    try:
        made = _created(body)
    finally:
        account().keys.finish(key, made)
    return made, 201, {"x-idempotency-lookup": "miss"}


@blueprint.get("/tickets/<int:ticket_id>")
def show(ticket_id: int) -> Json:
    """One ticket; comments cannot be side-loaded."""
    found = account().ticket(ticket_id)
    answer: Json = {"ticket": _ticket(found)}
    if includes("users"):
        answer["users"] = _people({found.requester_id, found.submitter_id, found.assignee_id or 0})
    return answer


@blueprint.put("/tickets/<int:ticket_id>")
def update(ticket_id: int) -> Json:
    """Change a ticket, within the limits of updates."""
    account().limits.update(caller().id, ticket_id, account().now())
    found, audit = update_by_api(account(), ticket_id, sent_record("ticket"), caller())
    return {"ticket": _ticket(found), "audit": rendering.audit(audit)}


@blueprint.delete("/tickets/<int:ticket_id>")
def delete(ticket_id: int) -> Answer:
    """Into the bin."""
    delete_by_api(account(), ticket_id, caller())
    return "", 204


@blueprint.get("/tickets/<int:ticket_id>/comments")
def comments(ticket_id: int) -> Json:
    """The conversation, oldest first unless asked otherwise."""
    found = list(account().ticket(ticket_id).comments)
    newest_first = request.args.get("sort") == "-created_at" or request.args.get("sort_order") == "desc"
    if newest_first:
        found.reverse()
    answer = paged("comments", [rendering.comment(one) for one in found])
    if includes("users"):
        answer["users"] = _people(one["author_id"] for one in answer["comments"])
    return answer


@blueprint.get("/tickets/<int:ticket_id>/audits")
def audits(ticket_id: int) -> Json:
    """The history."""
    return paged("audits", [rendering.audit(one) for one in account().ticket(ticket_id).audits])


@blueprint.get("/tickets/<int:ticket_id>/tags")
def tags(ticket_id: int) -> Json:
    """The tags alone."""
    return {"tags": list(account().ticket(ticket_id).tags)}


@blueprint.put("/tickets/<int:ticket_id>/tags")
def add_tags(ticket_id: int) -> Json:
    """Add tags."""
    return _tagged(ticket_id, "add")


@blueprint.post("/tickets/<int:ticket_id>/tags")
def set_tags(ticket_id: int) -> Answer:
    """Set tags: those that are not named go."""
    return _tagged(ticket_id, "set"), 201


@blueprint.delete("/tickets/<int:ticket_id>/tags")
def remove_tags(ticket_id: int) -> Answer:
    """Remove tags."""
    _tagged(ticket_id, "remove")
    return "", 204


def _tagged(ticket_id: int, how: str) -> Json:
    return {"tags": list(tag_by_api(account(), ticket_id, sent(), caller(), how))}


def _created(body: Json) -> Json:
    made, audit = create_by_api(account(), body, caller())
    return {"ticket": _ticket(made), "audit": rendering.audit(audit)}


def _ticket(one: Ticket) -> Json:
    return rendering.ticket(account(), one, root())


def _people(ids: Iterable[int]) -> list[Json]:
    known = account().users
    return [rendering.user(known[one], root()) for one in dict.fromkeys(ids) if one in known]
