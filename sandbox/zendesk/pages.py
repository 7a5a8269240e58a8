"""Pages that a person can click: the tickets, one conversation, and forms for customers and agents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from sandbox.zendesk.api.call import account
from sandbox.zendesk.edit import normal_tags
from sandbox.zendesk.errors import ApiError
from sandbox.zendesk.records import PRIORITIES, STATUSES, Audit, Json, Ticket, TicketField, User
from sandbox.zendesk.tray import headers, looking, tray
from sandbox.zendesk.writes import agent_edit, customer_reply, last_change, new_ticket

blueprint = Blueprint("zendesk_pages", __name__)

MOST_ROWS = 200
BY = {"api": "by API", "web": "agent", "email": "customer"}
NAMES = {
    "group_id": "Group",
    "assignee_id": "Assignee",
    "requester_id": "Requester",
    "external_id": "External id",
}


@dataclass(frozen=True)
class Line:
    """One line of a ticket's history."""

    who: str
    how: str
    at: datetime
    said: list[str]


@dataclass(frozen=True)
class Select:
    """A choice in the form of properties."""

    name: str
    label: str
    value: str
    choices: list[tuple[str, str]]


@blueprint.get("/")
@blueprint.get("/agent")
def tickets() -> str:
    """All tickets, the last changed first."""
    found = [one for one in list(account().tickets.values()) if not one.deleted]
    found.sort(key=lambda one: (one.updated_at, one.id), reverse=True)
    return render_template(
        "zendesk/tickets.html", tickets=found[:MOST_ROWS], count=len(found), fields=_fields(), **_words()
    )


@blueprint.get("/agent/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> Response:
    """One conversation, and what can be done with it."""
    return _page(account().ticket(ticket_id))


@blueprint.get("/new")
def new() -> str:
    """The form of a customer who writes for the first time."""
    return render_template("zendesk/new.html", given={}, problem=None)


@blueprint.post("/new")
def create() -> Any:
    """A customer writes."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "email", "subject", "text")}
    if not all(given.values()) or "@" not in given["email"]:
        problem = "Fill in every field, with an e-mail address, and send it again."
        return render_template("zendesk/new.html", given=given, problem=problem), 422
    customer = account().customer(given["name"], given["email"])
    made = new_ticket(account(), customer, given["subject"], given["text"])
    return _back(made.id)


@blueprint.post("/agent/tickets/<int:ticket_id>/customer")
def reply(ticket_id: int) -> Any:
    """The customer replies."""
    return _done(ticket_id, lambda: customer_reply(account(), ticket_id, request.form.get("text", "")))


@blueprint.post("/agent/tickets/<int:ticket_id>/reply")
def answer(ticket_id: int) -> Any:
    """An agent replies, or leaves a note, and may change properties with it."""
    comment = {"body": request.form.get("text", ""), "public": request.form.get("kind") != "note"}
    body = {**_changed(account().ticket(ticket_id), request.form), "comment": comment}
    return _done(ticket_id, lambda: agent_edit(account(), ticket_id, _agent(), body))


@blueprint.post("/agent/tickets/<int:ticket_id>/properties")
def properties(ticket_id: int) -> Any:
    """An agent changes properties. Only what differs from what the form showed is sent, as in the real pages."""
    found = account().ticket(ticket_id)
    return _done(ticket_id, lambda: agent_edit(account(), ticket_id, _agent(), _changed(found, request.form)))


def _done(ticket_id: int, act: Any) -> Any:
    """Do it and show the ticket; a refusal is told on the page."""
    found = account().ticket(ticket_id)
    try:
        act()
    except ApiError as error:
        return _page(found, _told(error)), error.status
    return _back(ticket_id)


def _back(ticket_id: int) -> Redirect:
    return redirect(url_for("zendesk_pages.ticket", ticket_id=ticket_id), 303)


def _page(found: Ticket, problem: str | None = None) -> Response:
    page = render_template(
        "zendesk/ticket.html",
        ticket=found,
        problem=problem,
        fields=_fields(),
        last_changes={one.id: _line(last_change(found, one)) for one in _fields()},
        history=[_line(one) for one in reversed(found.audits)],
        agents=account().agents(),
        looking=looking(),
        selects=_selects(found),
        tray=tray(found),
        **_words(),
    )
    return make_response(page, headers())


def _words() -> dict[str, Any]:
    """What both pages look things up with."""
    return {"users": account().users, "shown": _shown}


def _fields() -> list[TicketField]:
    return [one for one in list(account().fields.values()) if one.type == "tagger" and one.active]


def _selects(found: Ticket) -> list[Select]:
    """Drop-downs first, then what every ticket has."""
    none = [("", "none")]
    made = [
        Select(
            f"field_{one.id}",
            one.title,
            str(found.values.get(one.id) or ""),
            none + [(option.value, _shown(one, option.value)) for option in one.options],
        )
        for one in _fields()
    ]
    groups = [(str(one.id), one.name) for one in list(account().groups.values())]
    staff = [(str(one.id), one.name) for one in account().staff()]
    return [
        *made,
        Select("status", "Status", found.status, [(one, one) for one in STATUSES]),
        Select("priority", "Priority", found.priority or "", none + [(one, one) for one in PRIORITIES]),
        Select("group_id", "Group", str(found.group_id or ""), none + groups),
        Select("assignee_id", "Assignee", str(found.assignee_id or ""), none + staff),
    ]


def _shown(where: TicketField, value: Any) -> str:
    """An option's name, its levels apart; a value without an option as it is."""
    option = where.option(value)
    return option.name.replace("::", " › ") if option else str(value or "")


def _agent() -> User:
    found = account().users.get(request.form.get("agent", 0, int))
    return found if found is not None and found.is_staff else account().staff()[0]


def _changed(found: Ticket, form: Mapping[str, str]) -> Json:
    """A ticket body of what the agent changed; the former values come along in `was_…`."""
    touched = {name for name in form if f"was_{name}" in form and form[name] != form[f"was_{name}"]}
    body: Json = {name: form[name] or None for name in ("status", "priority") if name in touched}
    body |= {name: form[name] for name in ("group_id", "assignee_id") if name in touched}
    values = [name for name in touched if name.startswith("field_")]
    body["custom_fields"] = [{"id": name.removeprefix("field_"), "value": form[name]} for name in values]
    if "tags" in touched:
        former, wanted = normal_tags([form["was_tags"]]), normal_tags([form["tags"]])
        kept = [tag for tag in found.tags if tag in wanted or tag not in former]
        body["tags"] = [*kept, *wanted]
    return body


def _told(error: ApiError) -> str:
    details = error.body.get("details") or {}
    said = [one["description"] for several in details.values() for one in several]
    return "; ".join(said) or str(error.body.get("description") or error.body.get("error"))


def _line(audit: Audit | None) -> Line | None:
    if audit is None:
        return None
    author = account().users[audit.author_id]
    said = [text for event in audit.events if (text := _said(event))]
    return Line(author.name, BY[audit.channel], audit.created_at, said)


def _said(event: Json) -> str:
    """One change in words."""
    if event["type"] == "Comment":
        return "wrote a message" if event["public"] else "left a note"
    name, value = event["field_name"], event["value"]
    where = account().fields.get(int(name)) if name.isdigit() else None
    if where is not None:
        return f"{where.title}: {_shown(where, value) or 'emptied'}"
    if name == "tags":
        return _said_tags(event.get("previous_value") or [], value)
    return f"{NAMES.get(name, name.capitalize())}: {_named(name, value)}"


def _said_tags(former: list[str], now: list[str]) -> str:
    added = [f"+{tag}" for tag in now if tag not in former]
    removed = [f"−{tag}" for tag in former if tag not in now]
    return "Tags: " + (" ".join([*added, *removed]) or "in another order")


def _named(name: str, value: Any) -> str:
    if name == "group_id" and value in account().groups:
        return account().groups[value].name
    if name in {"assignee_id", "requester_id"} and value in account().users:
        return account().users[value].name
    return "none" if value is None else str(value)
