"""Records as the API writes them. Lists show a ticket with a few things more than its own address does."""

from typing import Any

from sandbox.gorgias.records import (
    Customer,
    Event,
    Field,
    Integration,
    Json,
    Macro,
    Message,
    Tag,
    Team,
    Ticket,
    User,
    View,
    Widget,
    stamp,
)
from sandbox.gorgias.state import Account


def ticket(account: Account, one: Ticket, whole: bool = False) -> Json:
    """A ticket; `whole` with its fields. Every reader must do without what the vendor leaves out here and there."""
    shown: Json = {
        "id": one.id,
        "uri": f"/api/tickets/{one.id}/",
        "external_id": one.external_id,
        "status": one.status,
        "priority": one.priority,
        "channel": one.channel,
        "via": one.via,
        "from_agent": bool(one.messages and one.messages[0].from_agent),
        "spam": one.spam,
        "language": one.language,
        "subject": one.subject,
        "excerpt": excerpt(one),
        "is_unread": one.unread,
        "messages_count": len(one.messages),
        "customer": _asker(account.customers[one.customer_id]),
        "assignee_user": _user(account, one.user_id),
        "assignee_team": _team(account, one.team_id),
        "tags": [_ticket_tag(account, name) for name in one.tags],
        "integrations": [],
        "meta": dict(one.meta),
        "satisfaction_survey": None,
        **_instants(one),
    }
    if whole:
        shown["custom_fields"] = ticket_values(one)
    return shown


def full_ticket(account: Account, one: Ticket, whole: bool) -> Json:
    """One ticket at its own address: with its messages (a deprecated way to read them)."""
    return {
        **ticket(account, one, whole),
        "messages": [message(account, each) for each in one.messages],
        "events": [],
        "summary": None,
    }


def ticket_values(one: Ticket) -> Json:
    """What its custom fields hold, by the field's id, with what the helpdesk's AI had guessed."""
    ids = dict.fromkeys([*one.values, *one.predictions])
    return {str(number): {"id": number, **value(one, number)} for number in ids}


def value(one: Ticket, field_id: int) -> Json:
    """A field's value and guess on this ticket."""
    return {"value": one.values.get(field_id), "prediction": one.predictions.get(field_id)}


def excerpt(one: Ticket) -> str:
    """The beginning of the last public message."""
    public = [each for each in one.messages if each.public]
    return public[-1].text[:120] if public else ""


def message(account: Account, one: Message) -> Json:
    """A message or note."""
    writer = account.person(one)
    receiver = (account.customers if one.from_agent else account.users).get(one.receiver_id or 0)
    macros = [{"id": number, "name": account.macros[number].name} for number in one.macro_ids]
    return {
        "id": one.id,
        "uri": f"/api/tickets/{one.ticket_id}/messages/{one.id}/",
        "ticket_id": one.ticket_id,
        "message_id": f"<m{one.id}@{account.domain}.example>",
        "external_id": None,
        "public": one.public,
        "channel": one.channel,
        "via": one.via,
        "from_agent": one.from_agent,
        "integration_id": None,
        "rule_id": one.rule_id,
        "intents": [],
        "sentiments": [],
        "subject": one.subject,
        "body_text": one.text,
        "body_html": one.html,
        "stripped_text": one.text,
        "sender": None if writer is None else _person(writer),
        "receiver": None if receiver is None else _person(receiver),
        "source": dict(one.source),
        "attachments": [],
        "macros": macros,
        "actions": None,
        "meta": one.meta,
        "created_datetime": stamp(one.created_at),
        "sent_datetime": stamp(one.sent_at),
        "failed_datetime": None,
        "opened_datetime": None,
        "last_sending_error": None,
        "is_retriable": False,
    }


def customer(one: Customer, fields: bool = False, whole: bool = True) -> Json:
    """Somebody who writes; `whole` with addresses and what integrations know."""
    shown: Json = {
        "id": one.id,
        "uri": f"/api/customers/{one.id}/",
        "external_id": one.external_id,
        "email": one.email,
        "name": one.name,
        "firstname": one.name.partition(" ")[0],
        "lastname": one.name.partition(" ")[2],
        "language": one.language,
        "timezone": "UTC",
        "note": one.note,
        "meta": dict(one.meta),
        "data": one.data,
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.updated_at),
    }
    if whole:
        shown |= {"channels": channels(one), "integrations": dict(one.integrations)}
    if fields:
        shown["custom_fields"] = {str(key): {"id": key, "value": held} for key, held in one.values.items()}
    return shown


def channels(one: Customer) -> list[Json]:
    """Where somebody can be reached."""
    pairs = [("email", one.email), ("phone", one.phone)]
    return [
        {"id": one.id * 10 + place, "type": kind, "address": address, "preferred": True}
        for place, (kind, address) in enumerate(pairs)
        if address
    ]


def user(one: User) -> Json:
    """Somebody of the shop."""
    return {
        "id": one.id,
        "uri": f"/api/users/{one.id}/",
        "email": one.email,
        "name": one.name,
        "firstname": one.name.partition(" ")[0],
        "lastname": one.name.partition(" ")[2],
        "role": {"name": one.role},
        "active": True,
        "language": "en",
        "timezone": "UTC",
        "meta": {},
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.created_at),
        "deactivated_datetime": None,
    }


def team(account: Account, one: Team) -> Json:
    """A team with its members."""
    members = [_person(user) for user in list(account.users.values()) if one.id in user.team_ids]
    return {
        "id": one.id,
        "uri": f"/api/teams/{one.id}/",
        "name": one.name,
        "description": None,
        "decoration": {},
        "members": members,
        "created_datetime": stamp(one.created_at),
    }


def tag(account: Account, one: Tag) -> Json:
    """A tag and how many tickets carry it."""
    return {
        "id": one.id,
        "uri": f"/api/tags/{one.id}/",
        "name": one.name,
        "description": one.description,
        "decoration": {"color": one.color},
        "usage": sum(one.name in each.tags for each in list(account.tickets.values())),
        "created_datetime": stamp(one.created_at),
        "deleted_datetime": None,
    }


def field(one: Field) -> Json:
    """A custom field."""
    settings: Json = {"input_type": one.input}
    if one.input == "dropdown":
        settings["choices"] = list(one.choices)
    return {
        "id": one.id,
        "object_type": one.object_type,
        "label": one.label,
        "description": one.description,
        "managed_type": one.managed,
        "required": one.required,
        "priority": one.priority,
        "definition": {"data_type": one.data_type, "input_settings": settings},
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.updated_at),
        "deactivated_datetime": stamp(one.archived_at),
    }


def macro(one: Macro) -> Json:
    """A macro."""
    return {
        "id": one.id,
        "uri": f"/api/macros/{one.id}/",
        "external_id": None,
        "name": one.name,
        "intent": one.intent,
        "language": one.language,
        "usage": one.usage,
        "actions": [dict(action) for action in one.actions],
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.updated_at),
        "archived_datetime": stamp(one.archived_at),
    }


def integration(one: Integration) -> Json:
    """An HTTP integration, without its headers and its secret: those are only ever written."""
    return {
        "id": one.id,
        "uri": f"/api/integrations/{one.id}/",
        "name": one.name,
        "type": "http",
        "description": one.description,
        "user": {"id": one.user_id},
        "application_id": None,
        "managed": False,
        "business_hours_id": None,
        "http": {
            "url": one.url,
            "method": one.method,
            "form": one.form,
            "triggers": dict(one.triggers),
            "request_content_type": one.request_type,
            "response_content_type": one.response_type,
            "oauth2": None,
        },
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.updated_at),
        "deactivated_datetime": stamp(one.deactivated_at),
    }


def widget(one: Widget) -> Json:
    """A card of the sidebar."""
    return {
        "id": one.id,
        "uri": f"/api/widgets/{one.id}/",
        "type": one.type,
        "context": one.context,
        "integration_id": one.integration_id,
        "app_id": one.app_id,
        "order": one.order,
        "template": one.template,
        "created_datetime": stamp(one.created_at),
        "updated_datetime": stamp(one.updated_at),
        "deactivated_datetime": stamp(one.deactivated_at),
    }


def event(one: Event) -> Json:
    """Something that happened."""
    return {
        "id": one.id,
        "uri": f"/api/events/{one.id}/",
        "type": one.type,
        "object_type": one.object_type,
        "object_id": one.object_id,
        "user_id": one.user_id,
        "context": one.context,
        "data": dict(one.data),
        "created_datetime": stamp(one.created_at),
    }


def view(one: View) -> Json:
    """A saved list."""
    return {
        "id": one.id,
        "uri": f"/api/views/{one.id}/",
        "name": one.name,
        "filters": one.filters,
        "visibility": one.visibility,
        "type": "ticket-list",
        "created_datetime": stamp(one.created_at),
    }


def _instants(one: Ticket) -> Json:
    received = [each.created_at for each in one.messages if not each.from_agent]
    return {
        "created_datetime": stamp(one.created_at),
        "opened_datetime": stamp(one.opened_at),
        "updated_datetime": stamp(one.updated_at),
        "last_message_datetime": stamp(one.messages[-1].created_at if one.messages else None),
        "last_received_message_datetime": stamp(received[-1] if received else None),
        "closed_datetime": stamp(one.closed_at),
        "snooze_datetime": stamp(one.snoozed_until),
        "trashed_datetime": stamp(one.trashed_at),
    }


def _asker(one: Customer) -> Json:
    return {**_person(one), "meta": dict(one.meta)}


def _person(one: User | Customer) -> Json:
    first, _, last = one.name.partition(" ")
    return {"id": one.id, "email": one.email, "name": one.name, "firstname": first, "lastname": last}


def _user(account: Account, number: int | None) -> Json | None:
    found = account.users.get(number or 0)
    return _person(found) if found else None


def _team(account: Account, number: int | None) -> Json | None:
    found = account.teams.get(number or 0)
    return {"id": found.id, "name": found.name} if found else None


def _ticket_tag(account: Account, name: str) -> Json:
    known: Any = account.tag_by_name(name)
    return {"id": known.id, "name": name, "decoration": {"color": known.color}}
