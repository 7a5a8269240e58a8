"""The surface for tests, below /_sandbox: nothing of it exists at the vendor, and it asks for no token."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import Fault, wire
from sandbox.outgoing import Delivery, Disturbance
from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, root, sent
from sandbox.zendesk.errors import ApiError, not_found
from sandbox.zendesk.events import events_of
from sandbox.zendesk.records import Audit, Json, Ticket, User
from sandbox.zendesk.webhooks import INVOCATION
from sandbox.zendesk.writes import agent_edit, customer_reply, delete_by_api, new_ticket

blueprint = Blueprint("zendesk_control", __name__, url_prefix="/_sandbox")

WIRE = "zendesk"
WHO = {"api": "api", "web": "agent", "email": "customer"}
"""Channel of a change → who made it."""


@blueprint.get("/tickets")
def tickets() -> Json:
    """Every ticket in short."""
    found = [one for one in list(account().tickets.values()) if not one.deleted]
    return {"tickets": [_short(one) for one in found]}


@blueprint.get("/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> Json:
    """One ticket with conversation and history."""
    return _whole(account().ticket(ticket_id))


@blueprint.post("/tickets")
def create() -> tuple[Any, ...]:
    """A customer's new ticket ({"subject", "text", "name", "email"}), or many of them in {"tickets": […]}."""
    body = sent()
    wanted = body.get("tickets")
    if wanted is None:
        return _whole(_made(body)), 201
    return {"tickets": [_short(_made(one)) for one in wanted]}, 201


@blueprint.delete("/tickets/<int:ticket_id>")
def delete(ticket_id: int) -> tuple[Any, ...]:
    """An agent throws the ticket away."""
    delete_by_api(account(), ticket_id, account().staff()[0])
    return "", 204


@blueprint.post("/tickets/<int:ticket_id>/reply")
def reply(ticket_id: int) -> Json:
    """The customer writes again: {"text"}."""
    return _whole(customer_reply(account(), ticket_id, str(sent().get("text", ""))))


@blueprint.post("/tickets/<int:ticket_id>/agent")
def agent(ticket_id: int) -> Json:
    """An agent changes something: what a PUT would carry, with the agent's address in `agent` if it matters."""
    body = sent()
    return _whole(agent_edit(account(), ticket_id, _agent(body.pop("agent", None)), body))


@blueprint.get("/audits")
def audits() -> Json:
    """All histories in one, oldest first; `?by=` api, agent or customer."""
    by = request.args.get("by")
    found = [_audit(audit) for one in list(account().tickets.values()) for audit in one.audits]
    wanted = [one for one in found if by in {None, one["by"]}]
    return {"audits": sorted(wanted, key=lambda one: int(one["id"]))}


@blueprint.get("/webhooks")
def webhooks() -> Json:
    """Every webhook sent, with what came back; `?state=` waiting, delivered or failed."""
    state = request.args.get("state")
    found = [_sent(one) for one in account().dispatcher.deliveries() if state in {None, one.state}]
    return {"idle": account().dispatcher.idle(), "deliveries": found}


@blueprint.post("/webhooks/<int:number>/again")
def again(number: int) -> Json:
    """Send one again, byte for byte."""
    if not account().dispatcher.again(number):
        raise not_found()
    return {"sent": number}


@blueprint.post("/faults")
def add_faults() -> Json:
    """{"api": [fault, …], "webhooks": {"duplicate", "spread"}, "forge": ticket id}; any of them."""
    body = sent()
    try:
        for one in body.get("api", []):
            wire().add(Fault(**one), WIRE)
        dispatcher = account().dispatcher
        dispatcher.disturbance = replace(dispatcher.disturbance, **body.get("webhooks", {}))
    except (TypeError, ValueError) as error:
        raise ApiError(400, {"error": str(error)}) from None
    return {"forged": _forge(int(body["forge"])) if "forge" in body else 0}


@blueprint.delete("/faults")
def clear_faults() -> tuple[Any, ...]:
    """All is well again."""
    wire().clear(WIRE)
    account().dispatcher.disturbance = Disturbance()
    return "", 204


@blueprint.post("/limits")
def limits() -> Json:
    """Other limits: {"calls": 700, "updates": [100, 60], …}; 0 lifts one."""
    for name, value in sent().items():
        number, *seconds = value if isinstance(value, list) else [value]
        try:
            account().limits.change(name, int(number), *seconds)
        except KeyError:
            raise ApiError(400, {"error": f"there is no limit {name}"}) from None
    return {"changed": True}


@blueprint.post("/tokens")
def add_token() -> Response:
    """A token of any lifetime: {"agent", "scopes", "expires_in", "refresh_in", "client_id"}."""
    body = sent()
    made = account().tokens.add(
        _agent(body.get("agent")).id,
        account().now(),
        scopes=tuple(body.get("scopes", ["read", "write"])),
        expires_in=body.get("expires_in"),
        refresh_in=body.get("refresh_in"),
        client_id=body.get("client_id"),
    )
    return jsonify({"access_token": made.access, "refresh_token": made.refresh})


@blueprint.delete("/tokens")
def revoke_tokens() -> tuple[Any, ...]:
    """No token opens anything any more."""
    account().tokens.revoke_all()
    return "", 204


def _made(body: Json) -> Ticket:
    customer = account().customer(body.get("name", "A customer"), body.get("email", "customer@example.com"))
    return new_ticket(account(), customer, str(body.get("subject", "")), str(body.get("text", "")))


def _agent(email: str | None) -> User:
    found = account().user_by_email(email) if email else account().staff()[0]
    if found is None:
        raise not_found()
    return found


def _forge(ticket_id: int) -> int:
    """A signed event that the account never sent, to every active webhook; how many."""
    found = account().ticket(ticket_id)
    event = events_of(account(), None, found, account().user(found.requester_id), "email")[0]
    active = [one for one in list(account().webhooks.values()) if one.status == "active"]
    for webhook in active:
        account().dispatcher.forge(webhook, event)
    return len(active)


def _sent(one: Delivery) -> Json:
    return {**one.told(), "ticket": one.about, "invocation": one.headers[INVOCATION]}


def _short(one: Ticket) -> Json:
    return {
        "id": one.id,
        "status": one.status,
        "subject": one.subject,
        "tags": list(one.tags),
        "values": {str(key): value for key, value in one.values.items()},
    }


def _whole(one: Ticket) -> Json:
    return {
        "ticket": rendering.ticket(account(), one, root()),
        "comments": [rendering.comment(each) for each in one.comments],
        "audits": [_audit(each) for each in one.audits],
    }


def _audit(one: Audit) -> Json:
    author = account().users[one.author_id]
    return {**rendering.audit(one), "by": WHO[one.channel], "author": author.name}
