"""The surface for tests, below /_sandbox/gorgias: nothing of it exists at the vendor, and it asks for no token."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import Fault, wire
from sandbox.gorgias import rendering, writes
from sandbox.gorgias.api.call import account
from sandbox.gorgias.edit import tell, what_to_tell
from sandbox.gorgias.errors import ApiError, invalid, not_found
from sandbox.gorgias.records import Entry, Json, Ticket, User
from sandbox.gorgias.tokens import DAY, SCOPES, Grant
from sandbox.outgoing import Delivery, Disturbance

blueprint = Blueprint("gorgias_control", __name__, url_prefix="/_sandbox/gorgias")

WIRE = "gorgias"
UNSURE = {"undefined": str, "encodes_urls": bool}
"""What the vendor does not tell about its templates, so that both ways can be tried."""


@blueprint.get("/tickets")
def tickets() -> Json:
    """Every ticket in short."""
    return {"tickets": [_short(one) for one in list(account().tickets.values())]}


@blueprint.get("/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> Json:
    """One ticket with conversation and history."""
    return _whole(account().ticket(ticket_id))


@blueprint.post("/tickets")
def create() -> tuple[Any, ...]:
    """A customer's new ticket ({"subject", "text", "name", "email", "phone", "language", "channel"}), or many of them
    in {"tickets": […]}."""
    body = _sent()
    wanted = body.get("tickets")
    if wanted is None:
        return _whole(_made(body)), 201
    return {"tickets": [_short(_made(one)) for one in wanted]}, 201


@blueprint.delete("/tickets/<int:ticket_id>")
def delete(ticket_id: int) -> tuple[Any, ...]:
    """An agent throws the ticket away: into the bin."""
    body = {"trashed_datetime": account().now().isoformat()}
    writes.change(account(), ticket_id, writes.by_agent(_agent(None)), body)
    return "", 204


@blueprint.post("/tickets/<int:ticket_id>/reply")
def reply(ticket_id: int) -> Json:
    """The customer writes again: {"text"}."""
    return _whole(writes.customer_reply(account(), ticket_id, str(_sent().get("text", ""))))


@blueprint.post("/tickets/<int:ticket_id>/agent")
def agent(ticket_id: int) -> Json:
    """An agent changes something: what a PUT would carry (custom fields that are named leave the others alone), a
    message in {"text", "public", "macro"}, and the agent's address in `agent` if it matters."""
    body = _sent()
    who = _agent(body.pop("agent", None))
    text, public, macro = body.pop("text", ""), body.pop("public", True), body.pop("macro", None)
    if text or macro is not None:
        writes.agent_message(account(), ticket_id, who, str(text), bool(public), macro)
    if "custom_fields" in body:
        given = writes.pairs(body.pop("custom_fields"))
        writes.fill(account(), ticket_id, writes.by_agent(who), given)
    if body:
        writes.change(account(), ticket_id, writes.by_agent(who), body)
    return _whole(account().ticket(ticket_id))


@blueprint.post("/tickets/<int:ticket_id>/guess")
def guess(ticket_id: int) -> Json:
    """The helpdesk's own AI fills a field in: {"field", "value"}."""
    body = _sent()
    return _whole(writes.guess(account(), ticket_id, int(body["field"]), body["value"]))


@blueprint.post("/tickets/<int:ticket_id>/trigger")
def trigger(ticket_id: int) -> Json:
    """Something happens that nobody did: {"trigger": "ticket-self-unsnoozed"}."""
    name = str(_sent().get("trigger"))
    tell(account(), name, account().ticket(ticket_id), None)
    return {"triggered": name}


@blueprint.get("/audits")
def audits() -> Json:
    """All histories in one, oldest first; `?by=` api, agent, customer or ai."""
    by = request.args.get("by")
    lines = [
        line for one in list(account().tickets.values()) for line in one.history if by in {None, line.by}
    ]
    return {"audits": [_audit(one) for one in sorted(lines, key=lambda one: one.id)]}


@blueprint.get("/webhooks")
def webhooks() -> Json:
    """Every call of an integration, with what came back; `?state=` waiting, delivered or failed."""
    state = request.args.get("state")
    found = [_call(one) for one in account().caller.deliveries() if state in {None, one.state}]
    return {"idle": account().caller.idle(), "deliveries": found}


@blueprint.post("/webhooks/<int:number>/again")
def again(number: int) -> Json:
    """Send one again, byte for byte."""
    if not account().caller.again(number):
        raise not_found()
    return {"sent": number}


@blueprint.get("/customers/<int:customer_id>")
def customer(customer_id: int) -> Json:
    """A customer, with what integrations brought and what their custom fields hold."""
    return rendering.customer(account().customer(customer_id), fields=True)


@blueprint.post("/faults")
def add_faults() -> Json:
    """{"api": [fault, …], "webhooks": {"duplicate", "spread"}, "forge": ticket id, "pause": seconds before a retry,
    "timeout": seconds to wait, "most_failures": until an integration is switched off, "undefined": what a template
    makes of nothing, "encodes_urls"}; any of them."""
    body, caller = _sent(), account().caller
    try:
        for one in body.get("api", []):
            wire().add(Fault(**one), WIRE)
        caller.disturbance = replace(caller.disturbance, **body.get("webhooks", {}))
        caller.pause = float(body.get("pause", caller.pause))
        caller.timeout = float(body.get("timeout", caller.timeout))
        caller.most_failures = int(body.get("most_failures", caller.most_failures))
    except (TypeError, ValueError) as error:
        raise ApiError(400, str(error)) from None
    for name, kind in UNSURE.items():
        if name in body:
            setattr(account(), name, kind(body[name]))
    return {"forged": _forge(int(body["forge"])) if "forge" in body else 0}


@blueprint.delete("/faults")
def clear_faults() -> tuple[Any, ...]:
    """All is well again."""
    wire().clear(WIRE)
    account().caller.disturbance = Disturbance()
    return "", 204


@blueprint.post("/limits")
def limits() -> Json:
    """Other limits: {"api_key": 40, "oauth": [80, 20], "calls": 0}; 0 lifts one, `calls` is both."""
    for name, value in _sent().items():
        number, *seconds = value if isinstance(value, list) else [value]
        try:
            account().limits.change(name, int(number), *seconds)
        except KeyError:
            raise invalid(name, "There is no such limit.") from None
    return {"changed": True}


@blueprint.post("/tokens")
def add_token() -> Response:
    """A token of an app: {"agent", "scopes", "expires_in", "client_id"}."""
    body = _sent()
    scopes = tuple(body.get("scopes", SCOPES))
    grant = Grant(_agent(body.get("agent")).id, str(body.get("client_id", "sandbox-client")), scopes)
    made = account().access.issue(grant, account().now(), expires_in=float(body.get("expires_in", DAY)))
    return jsonify({"access_token": made.access, "refresh_token": made.refresh})


@blueprint.delete("/tokens")
def revoke_tokens() -> tuple[Any, ...]:
    """No key and no token opens anything any more."""
    account().access.revoke_all()
    return "", 204


def _sent() -> Json:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise ApiError(400, "The body is not a JSON object.")
    return found


def _made(body: Json) -> Ticket:
    email = body.get("email", "customer@example.com")
    more = {name: body[name] for name in ("phone", "language") if name in body}
    found = account().known_customer(str(body.get("name", "A customer")), email, **more)
    ways = {name: body["channel"] for name in ("channel", "via") if "channel" in body}
    if "language" in body:
        ways["language"] = body["language"]
    return writes.new_ticket(
        account(), found, str(body.get("subject", "")), str(body.get("text", "")), None, **ways
    )


def _agent(email: str | None) -> User:
    if email is None:
        return next(one for one in list(account().users.values()) if one.role == "admin")
    found = account().user_by_email(email)
    if found is None:
        raise not_found()
    return found


def _forge(ticket_id: int) -> int:
    """A call that the account never made, to every integration that is told of changes; how many."""
    found = account().ticket(ticket_id)
    told = what_to_tell(account(), "ticket-updated", found, None)
    listening = [one for one in list(account().integrations.values()) if one.method != "GET"]
    for one in listening:
        account().caller.forge(one, told)
    return len(listening)


def _call(one: Delivery) -> Json:
    return {**one.told(), "ticket": one.about, "method": one.method, "url": one.url}


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
        "ticket": rendering.ticket(account(), one, whole=True),
        "messages": [rendering.message(account(), each) for each in one.messages],
        "audits": [_audit(each) for each in one.history],
    }


def _audit(one: Entry) -> Json:
    changes = {name: {"previous": before, "value": after} for name, (before, after) in one.changes.items()}
    return {
        "id": one.id,
        "ticket_id": one.ticket_id,
        "at": one.at.isoformat(),
        "by": one.by,
        "author": one.author,
        "changes": changes,
    }
