"""What API bodies and people do to tickets: each function is one change, made under the account's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from re import sub
from typing import Any

from sandbox.gorgias.edit import Author, Edit
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.records import NOTE, Customer, Json, Macro, Message, Ticket, User
from sandbox.gorgias.state import Account, found

HELP = {"address": "help@shop.example", "name": "Shop"}
PLAIN = {
    "status": "status",
    "priority": "priority",
    "subject": "subject",
    "language": "language",
    "external_id": "external_id",
    "meta": "meta",
    "spam": "spam",
    "is_unread": "unread",
}
INSTANTS = {
    "snooze_datetime": "snoozed_until",
    "trashed_datetime": "trashed_at",
    "closed_datetime": "closed_at",
    "opened_datetime": "opened_at",
}
TICKET_KEYS = frozenset(
    {
        *PLAIN,
        *INSTANTS,
        "assignee_user",
        "assignee_team",
        "tags",
        "custom_fields",
        "customer",
        "channel",
        "via",
    }
)
MESSAGE_KEYS = frozenset(
    {
        *(
            "channel",
            "via",
            "from_agent",
            "public",
            "subject",
            "body_text",
            "body_html",
            "sender",
            "receiver",
        ),
        *(
            "source",
            "sent_datetime",
            "mention_ids",
            "macros",
            "meta",
            "attachments",
            "external_id",
            "rule_id",
        ),
    }
)


def by_api(user: User) -> Author:
    """A program that shows this user's key, or the app that they installed."""
    return Author(user.name, "api", user.id)


def by_agent(user: User) -> Author:
    """A person in the helpdesk's pages."""
    return Author(user.name, "agent", user.id)


def by_customer(one: Customer) -> Author:
    """The customer themselves."""
    return Author(one.name, "customer")


def new_ticket(
    account: Account, customer: Customer, subject: str, text: str, at: datetime | None = None, **more: Any
) -> Ticket:
    """A customer writes for the first time about something."""
    with account.lock:
        more = {"channel": "email", "via": "email", **more}
        edit = Edit.new(account, customer.id, by_customer(customer), at, **more)
        edit.set(subject=subject)
        _from_customer(edit, customer, text, subject)
        edit.commit()
        return edit.ticket


def customer_reply(account: Account, ticket_id: int, text: str) -> Ticket:
    """The customer writes again."""
    with account.lock:
        ticket = account.ticket(ticket_id)
        customer = account.customers[ticket.customer_id]
        edit = Edit(account, ticket, by_customer(customer))
        _from_customer(edit, customer, text, f"Re: {ticket.subject}")
        edit.commit()
        return edit.ticket


def change(account: Account, ticket_id: int, author: Author, body: Mapping[str, Any]) -> Ticket:
    """`PUT /tickets/{id}`, and what an agent changes: what is named changes; tags and custom fields are replaced."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), author)
        apply(account, edit, body)
        edit.commit()
        return edit.ticket


def apply(account: Account, edit: Edit, body: Mapping[str, Any]) -> None:
    """Everything that a ticket body may carry."""
    changes = {ours: body[theirs] for theirs, ours in PLAIN.items() if theirs in body}
    changes |= {ours: instant(theirs, body[theirs]) for theirs, ours in INSTANTS.items() if theirs in body}
    edit.set(**changes)
    for name, ours in (("assignee_user", "user_id"), ("assignee_team", "team_id")):
        if name in body:
            edit.assign(ours, _optional_id(body[name], name))
    if "tags" in body:
        ids = [one["id"] for one in body["tags"] if "name" not in one]
        edit.tags(tag_names(account, ids, [one["name"] for one in body["tags"] if "name" in one]))
    if "custom_fields" in body:
        edit.ticket = replace(edit.ticket, values={})
        for number, value in pairs(body["custom_fields"]):
            edit.value(number, value)


def tag(account: Account, ticket_id: int, author: Author, names: Sequence[str], how: str) -> Ticket:
    """`add`, `set` or `remove` tags."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), author)
        held = edit.ticket.tags
        wanted = {
            "add": (*held, *names),
            "set": tuple(names),
            "remove": tuple(t for t in held if t not in names),
        }
        edit.tags(wanted[how])
        edit.commit()
        return edit.ticket


def tag_names(account: Account, ids: Sequence[Any], names: Sequence[Any]) -> list[str]:
    """The names of tags that are given by id or by name; a name may be new, an id may not."""
    numbers = [whole_id(one, "ids") for one in ids]
    for number in numbers:
        if number not in account.tags:
            raise invalid("ids", f"There is no tag {number}.")
    return [*(account.tags[number].name for number in numbers), *map(str, names)]


def fill(account: Account, ticket_id: int, author: Author, given: Sequence[tuple[int, Any]]) -> Ticket:
    """Set some custom fields; the others stay."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), author)
        for number, value in given:
            edit.value(number, value)
        edit.commit()
        return edit.ticket


def guess(account: Account, ticket_id: int, field_id: int, value: Any) -> Ticket:
    """The helpdesk's own AI fills a field in."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), Author("Gorgias AI", "ai"))
        edit.guess(field_id, value)
        edit.commit()
        return edit.ticket


def post_message(account: Account, ticket_id: int, author: Author, body: Mapping[str, Any]) -> Message:
    """`POST /tickets/{id}/messages`: a reply, a note, or a message of the customer that came another way."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), author)
        made = add_message(account, edit, body)
        edit.commit()
        return made


def add_message(account: Account, edit: Edit, body: Mapping[str, Any]) -> Message:
    """The message of a body. What is written to a customer needs to say to whom, and by which way."""
    for name in ("channel", "via", "from_agent"):
        if body.get(name) is None:
            raise invalid(name, "Missing data for required field.")
    from_agent, channel = bool(body["from_agent"]), str(body["channel"])
    if from_agent and channel != NOTE and not (body.get("receiver") and body.get("source")):
        raise invalid("receiver", "A message to a customer needs a receiver and a source.")
    html = body.get("body_html")
    text = body.get("body_text") or unescape(sub(r"<[^>]*>", "", str(html or "")))
    sent = instant("sent_datetime", body.get("sent_datetime"))
    return edit.message(
        str(text),
        _sender(account, edit, body),
        from_agent=from_agent,
        channel=channel,
        via=str(body["via"]),
        public=body.get("public") is not False,
        html=html,
        subject=str(body.get("subject") or ""),
        receiver_id=edit.ticket.customer_id if from_agent and channel != NOTE else None,
        source=body.get("source") or {},
        sent_at=sent or account.now(),
        rule_id=body.get("rule_id"),
        macro_ids=tuple(int(one["id"]) for one in body.get("macros") or ()),
        meta=body.get("meta"),
    )


def agent_message(
    account: Account, ticket_id: int, agent: User, text: str, public: bool = True, macro_id: int | None = None
) -> Ticket:
    """An agent replies or leaves a note in the pages; a macro does what else it does with the same click."""
    with account.lock:
        edit = Edit(account, account.ticket(ticket_id), by_agent(agent))
        macro = None if macro_id is None else found(account.macros, macro_id)
        customer = account.customers[edit.ticket.customer_id]
        edit.message(
            text or (text_of(macro, customer) if macro else ""),
            agent.id,
            from_agent=True,
            channel=edit.ticket.channel if public else NOTE,
            via="helpdesk",
            subject=f"Re: {edit.ticket.subject}",
            receiver_id=customer.id if public else None,
            source={"type": "email", "from": HELP, "to": [_address(customer)]} if public else {},
            sent_at=account.now(),
            macro_ids=() if macro is None else (macro.id,),
        )
        if macro is not None:
            run(edit, macro)
            account.macros[macro.id] = replace(macro, usage=macro.usage + 1)
        edit.ticket = replace(edit.ticket, unread=False)
        edit.commit()
        return edit.ticket


def text_of(macro: Macro, customer: Customer) -> str:
    """The answer that a macro writes."""
    texts = [
        str(one["arguments"].get("body_text", ""))
        for one in macro.actions
        if one["name"] == "setResponseText"
    ]
    return "\n".join(texts).replace("{{ticket.customer.firstname}}", customer.name.partition(" ")[0])


def run(edit: Edit, macro: Macro) -> None:
    """What a macro does beside writing: tags, status, priority, a custom field."""
    for one in macro.actions:
        given = one.get("arguments", {})
        if one["name"] == "addTags":
            edit.tags([*edit.ticket.tags, *(name.strip() for name in str(given["tags"]).split(","))])
        elif one["name"] == "setStatus":
            edit.set(status=given["status"])
        elif one["name"] == "setPriority":
            edit.set(priority=given["priority"])
        elif one["name"] == "setCustomFieldValue":
            edit.value(int(given["custom_field_id"]), given["value"])


def pairs(given: Any) -> list[tuple[int, Any]]:
    """Field and value of each, from a list of objects."""
    if not isinstance(given, list):
        raise invalid("custom_fields", "Must be a list of objects with id and value.")
    return [
        (whole_id(one.get("id") if isinstance(one, dict) else None, "id"), one.get("value")) for one in given
    ]


def instant(name: str, text: Any) -> datetime | None:
    """An instant as the API takes it; without a zone it is UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise invalid(name, "Not a valid datetime.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def whole_id(value: Any, name: str) -> int:
    """A number that names something."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(name, "Not a valid id.") from None


def _optional_id(given: Any, name: str) -> int | None:
    number = given.get("id") if isinstance(given, dict) else None
    return None if number is None else whole_id(number, name)


def _from_customer(edit: Edit, customer: Customer, text: str, subject: str) -> None:
    edit.message(
        text,
        customer.id,
        from_agent=False,
        channel=edit.ticket.channel,
        via=edit.ticket.via,
        subject=subject,
        source={"type": edit.ticket.channel, "from": _address(customer), "to": [HELP]},
    )


def _address(customer: Customer) -> Json:
    return {"address": customer.email, "name": customer.name}


def _sender(account: Account, edit: Edit, body: Mapping[str, Any]) -> int:
    """Who it is from: a user of the account by address or id, or the customer."""
    if not body["from_agent"]:
        return edit.ticket.customer_id
    given = body.get("sender") or {}
    user = account.users.get(given["id"]) if "id" in given else account.user_by_email(str(given.get("email")))
    if user is None:
        raise invalid("sender", "There is no such user." if given else "Missing data for required field.")
    return user.id
