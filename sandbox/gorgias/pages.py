"""Pages that a person can click: the tickets, one conversation with the sidebar's card, and forms for both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.gorgias.api.call import account
from sandbox.gorgias.card import cards_of
from sandbox.gorgias.errors import ApiError
from sandbox.gorgias.records import PRIORITIES, STATUSES, Entry, Field, Json, Ticket, User
from sandbox.gorgias.writes import agent_message, by_agent, change, customer_reply, fill, new_ticket, tag

blueprint = Blueprint("gorgias_pages", __name__, url_prefix="/gorgias")

MOST_ROWS = 200
BY = {"api": "by API", "agent": "agent", "customer": "customer", "ai": "Gorgias AI"}
NAMES = {"user_id": "Assignee", "team_id": "Team", "snoozed_until": "Snoozed until"}


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
def tickets() -> str:
    """All tickets that are not in the bin, the last changed first."""
    found = [one for one in list(account().tickets.values()) if one.trashed_at is None]
    found.sort(key=lambda one: (one.updated_at, one.id), reverse=True)
    return render_template(
        "gorgias/tickets.html", tickets=found[:MOST_ROWS], count=len(found), fields=_fields(), **_words()
    )


@blueprint.get("/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> Any:
    """One conversation, and what can be done with it."""
    try:
        return _page(account().ticket(ticket_id))
    except ApiError as error:
        return error.text, error.status


@blueprint.get("/new")
def new() -> str:
    """The form of a customer who writes for the first time."""
    return render_template("gorgias/new.html", given={}, problem=None)


@blueprint.post("/new")
def create() -> Any:
    """A customer writes."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "email", "subject", "text")}
    if not all(given.values()) or "@" not in given["email"]:
        problem = "Fill in every field, with an e-mail address, and send it again."
        return render_template("gorgias/new.html", given=given, problem=problem), 422
    customer = account().known_customer(given["name"], given["email"])
    return _back(new_ticket(account(), customer, given["subject"], given["text"]).id)


@blueprint.post("/tickets/<int:ticket_id>/customer")
def reply(ticket_id: int) -> Any:
    """The customer replies."""
    return _done(ticket_id, lambda: customer_reply(account(), ticket_id, request.form.get("text", "")))


@blueprint.post("/tickets/<int:ticket_id>/reply")
def answer(ticket_id: int) -> Any:
    """An agent replies, by a macro if wanted, or leaves a note."""
    public, macro = request.form.get("kind") != "note", request.form.get("macro", 0, int) or None
    text = request.form.get("text", "")
    return _done(ticket_id, lambda: agent_message(account(), ticket_id, _agent(), text, public, macro))


@blueprint.post("/tickets/<int:ticket_id>/properties")
def properties(ticket_id: int) -> Any:
    """An agent changes properties. Only what differs from what the form showed is sent, as in the real pages."""
    return _done(ticket_id, lambda: _change(ticket_id, request.form))


def _change(ticket_id: int, form: Mapping[str, str]) -> None:
    author = by_agent(_agent())
    touched = {name for name in form if f"was_{name}" in form and form[name] != form[f"was_{name}"]}
    body: Json = {name: form[name] for name in ("status", "priority") if name in touched}
    for name in ("assignee_user", "assignee_team"):
        if name in touched:
            body[name] = {"id": int(form[name]) if form[name] else None}
    if body:
        change(account(), ticket_id, author, body)
    values = [name for name in touched if name.startswith("field_")]
    if values:
        given = [(int(name.removeprefix("field_")), form[name] or None) for name in values]
        fill(account(), ticket_id, author, given)
    if "tags" in touched:
        former, wanted = _tags(form["was_tags"]), _tags(form["tags"])
        kept = [name for name in account().ticket(ticket_id).tags if name in wanted or name not in former]
        tag(account(), ticket_id, author, [*kept, *wanted], "set")


def _done(ticket_id: int, act: Any) -> Any:
    """Do it and show the ticket; a refusal is told on the page."""
    try:
        act()
    except ApiError as error:
        if ticket_id not in account().tickets:
            return error.text, error.status
        return _page(account().ticket(ticket_id), " ".join(error.details) or error.text), error.status
    return _back(ticket_id)


def _back(ticket_id: int) -> Response:
    return redirect(url_for("gorgias_pages.ticket", ticket_id=ticket_id), 303)


def _page(found: Ticket, problem: str | None = None) -> str:
    customer = account().customers[found.customer_id]
    return render_template(
        "gorgias/ticket.html",
        ticket=found,
        customer=customer,
        problem=problem,
        cards=cards_of(account(), customer, "ticket"),
        widgets=any(one.context == "ticket" for one in list(account().widgets.values())),
        person=account().person,
        fields=_fields(),
        customer_fields=_customer_fields(customer.values),
        history=[_line(one) for one in reversed(found.history)],
        agents=[one for one in list(account().users.values()) if one.role == "agent"],
        macros=[one for one in list(account().macros.values()) if one.archived_at is None],
        selects=_selects(found),
        **_words(),
    )


def _words() -> dict[str, Any]:
    """What both pages look things up with."""
    held = account()
    return {"customers": held.customers, "teams": held.teams, "shown": _shown}


def _fields() -> list[Field]:
    found = list(account().fields.values())
    return [one for one in found if one.object_type == "Ticket" and one.archived_at is None]


def _customer_fields(values: Mapping[int, Any]) -> list[tuple[str, Any]]:
    known = account().fields
    return [(known[number].label, value) for number, value in values.items() if number in known]


def _selects(found: Ticket) -> list[Select]:
    """Drop-downs first, then what every ticket has."""
    none = [("", "none")]
    made = [
        Select(
            f"field_{one.id}",
            one.label,
            str(found.values.get(one.id) or ""),
            none + [(str(choice), _shown(choice)) for choice in one.choices],
        )
        for one in _fields()
        if one.input == "dropdown"
    ]
    teams = [(str(one.id), one.name) for one in list(account().teams.values())]
    users = [(str(one.id), one.name) for one in list(account().users.values()) if one.role != "bot"]
    return [
        *made,
        Select("status", "Status", found.status, [(one, one) for one in STATUSES]),
        Select("priority", "Priority", found.priority, [(one, one) for one in PRIORITIES]),
        Select("assignee_team", "Team", str(found.team_id or ""), none + teams),
        Select("assignee_user", "Assignee", str(found.user_id or ""), none + users),
    ]


def _shown(value: Any) -> str:
    """A value, its levels apart."""
    return "" if value is None else str(value).replace("::", " › ")


def _agent() -> User:
    known = account().users
    found = known.get(request.form.get("agent", 0, int))
    return found or next(one for one in list(known.values()) if one.role == "agent")


def _tags(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _line(one: Entry) -> Line:
    said = [_said(name, before, after) for name, (before, after) in one.changes.items()]
    return Line(one.author, BY[one.by], one.at, said)


def _said(name: str, before: Any, after: Any) -> str:
    """One change in words."""
    if name.startswith("message "):
        return "left a note" if after == "note" else "wrote a message"
    if name == "tags":
        added = [f"+{one}" for one in after or [] if one not in (before or [])]
        removed = [f"−{one}" for one in before or [] if one not in (after or [])]
        return "Tags: " + " ".join([*added, *removed])
    if name.isdigit():
        where = account().fields.get(int(name))
        return f"{where.label if where else name}: {_shown(after) or 'emptied'}"
    return f"{NAMES.get(name, name.capitalize())}: {_named(name, after)}"


def _named(name: str, value: Any) -> str:
    known: Mapping[int, Any] = {"user_id": account().users, "team_id": account().teams}.get(name, {})  # type: ignore[assignment]  # of either sort
    if value in known:
        return str(known[value].name)
    return "none" if value is None else str(value)
