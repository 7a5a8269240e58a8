"""What API bodies and people do to tickets: each function is one change, made under the account's lock."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from sandbox.zendesk.edit import Edit
from sandbox.zendesk.errors import conflict, invalid
from sandbox.zendesk.records import Audit, Json, Ticket, TicketField, User
from sandbox.zendesk.state import Account

PLAIN = ("subject", "status", "priority", "type", "external_id")
_BREAK = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")


def create_by_api(account: Account, body: Json, caller: User) -> tuple[Ticket, Audit]:
    """`POST /tickets`: the requester is named, made by e-mail address, or the caller."""
    with account.lock:
        if not isinstance(body.get("comment"), dict):
            raise invalid("base", "Description: cannot be blank", "BlankValue")
        edit = Edit.new(account, _requester(account, body, caller), caller, "api")
        _apply(account, edit, body)
        audit = edit.commit()
        return edit.ticket, audit


def update_by_api(account: Account, ticket_id: int, body: Json, caller: User) -> tuple[Ticket, Audit]:
    """`PUT /tickets/{id}`."""
    with account.lock:
        ticket = account.ticket(ticket_id)
        check_stamp(ticket, body, body.get("safe_update") is True)
        edit = Edit(account, ticket, caller, "api")
        _apply(account, edit, body)
        audit = edit.commit()
        return edit.ticket, audit


def tag_by_api(account: Account, ticket_id: int, body: Json, caller: User, how: str) -> tuple[str, ...]:
    """`add`, `set` or `remove` tags; `safe_update` is the text "true" here."""
    with account.lock:
        ticket = account.ticket(ticket_id)
        check_stamp(ticket, body, body.get("safe_update") in {"true", True})
        edit = Edit(account, ticket, caller, "api")
        edit.tags(combined(ticket.tags, _tag_list(body), how))
        edit.commit()
        return edit.ticket.tags


def combined(held: tuple[str, ...], given: list[str], how: str) -> list[str]:
    """The tags after adding, setting or removing the given ones."""
    if how == "set":
        return given
    if how == "add":
        return [*held, *given]
    return [tag for tag in held if tag not in given]


def delete_by_api(account: Account, ticket_id: int, caller: User) -> None:
    """`DELETE /tickets/{id}`: into the bin; a closed ticket too."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), caller, "api", even_closed=True)
        edit.delete()
        edit.commit()


def new_ticket(
    account: Account, customer: User, subject: str, text: str, at: datetime | None = None
) -> Ticket:
    """A customer writes for the first time about something."""
    with account.lock:
        edit = Edit.new(account, customer, customer, "email", at)
        edit.set("subject", subject)
        edit.comment(text)
        edit.commit()
        return edit.ticket


def customer_reply(account: Account, ticket_id: int, text: str) -> Ticket:
    """The customer writes again."""
    with account.lock:
        ticket = account.ticket(ticket_id)
        edit = Edit(account, ticket, account.user(ticket.requester_id), "email")
        edit.comment(text)
        edit.commit()
        return edit.ticket


def agent_edit(account: Account, ticket_id: int, agent: User, body: Json) -> Ticket:
    """An agent submits changes in the pages; the body is what a `PUT` would carry."""
    with account.lock:
        account.limits.edit(account.now())
        edit = Edit(account, account.ticket(ticket_id), agent, "web")
        _apply(account, edit, body)
        edit.commit()
        return edit.ticket


def check_stamp(ticket: Ticket, body: Json, safe: bool) -> None:
    """A safe update goes through only with the stamp of the state that it was decided on."""
    if not safe:
        return
    if ticket.updated_at != _instant(body.get("updated_stamp")):
        raise conflict()


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None


def _apply(account: Account, edit: Edit, body: Json) -> None:
    """Everything that a ticket body may carry; what it does not know is ignored, as the vendor does."""
    for name in PLAIN:
        if name in body:
            edit.set(name, body[name])
    if "requester_id" in body:
        edit.set("requester_id", account.user(_id(body["requester_id"], "requester")).id)
    if {"group_id", "assignee_id", "assignee_email"} & body.keys():
        _assign(account, edit, body)
    _mark(account, edit, body)
    if isinstance(body.get("comment"), dict):
        _comment(account, edit, body["comment"])


def _mark(account: Account, edit: Edit, body: Json) -> None:
    """Tags first, then custom fields: a drop-down's tag survives a list of tags that does not name it."""
    if "tags" in body:
        edit.tags(_tag_list(body))
    for one in _values(body):
        where = account.fields.get(_id(one.get("id"), "custom_fields"))
        if where is not None:
            edit.value(where, one.get("value"))


def _assign(account: Account, edit: Edit, body: Json) -> None:
    group_id, assignee_id = edit.ticket.group_id, edit.ticket.assignee_id
    if "group_id" in body:
        group_id = _optional_id(body["group_id"], "group")
    if "assignee_id" in body:
        assignee_id = _optional_id(body["assignee_id"], "assignee")
    if "assignee_email" in body:
        found = account.user_by_email(str(body["assignee_email"]))
        assignee_id = found.id if found else 0
    edit.assign(group_id, assignee_id)


def _comment(account: Account, edit: Edit, comment: Mapping[str, Any]) -> None:
    body = comment.get("body")
    if body is None and comment.get("html_body") is not None:
        body = _text_of(str(comment["html_body"]))
    author_id = comment.get("author_id")
    author = None if author_id is None else account.user(_id(author_id, "author"))
    edit.comment(str(body or ""), comment.get("public", True) is not False, author)


def _text_of(html: str) -> str:
    return unescape(_ANY_TAG.sub("", _BREAK.sub("\n", html))).strip()


def _requester(account: Account, body: Json, caller: User) -> User:
    named = body.get("requester")
    if isinstance(named, dict) and named.get("email"):
        return account.customer(str(named.get("name") or named["email"]), str(named["email"]))
    if body.get("requester_id") is not None:
        return account.user(_id(body["requester_id"], "requester"))
    return caller


def _values(body: Json) -> list[Json]:
    """`custom_fields` as a list of id and value, or as an object of ids."""
    found = body.get("custom_fields") or []
    if isinstance(found, dict):
        return [{"id": key, "value": value} for key, value in found.items()]
    return [one for one in found if isinstance(one, dict)]


def _tag_list(body: Json) -> list[str]:
    tags = body.get("tags") or []
    return tags.split() if isinstance(tags, str) else [str(tag) for tag in tags]


def _optional_id(value: Any, name: str) -> int | None:
    return None if value in (None, "", 0, "0") else _id(value, name)


def _id(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(name, f"{name.capitalize()} is invalid") from None


def last_change(ticket: Ticket, where: TicketField) -> Audit | None:
    """The entry of the history that set this field last."""
    for audit in reversed(ticket.audits):
        if any(event.get("field_name") == str(where.id) for event in audit.events):
            return audit
    return None
