"""Records as the API writes them: ids are numbers here, states are lower case, what is unset is null."""

from typing import Any

from sandbox.zendesk.records import (
    Audit,
    Comment,
    Group,
    Json,
    Macro,
    Option,
    Ticket,
    TicketField,
    User,
    Webhook,
    stamp,
)
from sandbox.zendesk.state import Account


def ticket(account: Account, one: Ticket, root: str) -> Json:
    """A ticket. Its custom fields are all fields of the account, in `custom_fields` and again in `fields`."""
    values = [{"id": each.id, "value": one.values.get(each.id)} for each in list(account.fields.values())]
    return {
        "id": one.id,
        "url": f"{root}api/v2/tickets/{one.id}.json",
        "external_id": one.external_id,
        "via": {"channel": one.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
        "generated_timestamp": int(one.generated_at.timestamp()),
        "type": one.type,
        "subject": one.subject,
        "raw_subject": one.subject,
        "description": one.description,
        "priority": one.priority,
        "status": "deleted" if one.deleted else one.status,
        "recipient": None,
        "requester_id": one.requester_id,
        "submitter_id": one.submitter_id,
        "assignee_id": one.assignee_id,
        "organization_id": None,
        "group_id": one.group_id,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "problem_id": None,
        "has_incidents": False,
        "is_public": any(comment.public for comment in one.comments),
        "due_at": None,
        "tags": list(one.tags),
        "custom_fields": values,
        "fields": values,
        "satisfaction_rating": {"score": "unoffered"},
        "allow_channelback": False,
        "from_messaging_channel": False,
    }


def comment(one: Comment) -> Json:
    """A message or note."""
    return {
        "id": one.id,
        "type": "Comment",
        "author_id": one.author_id,
        "body": one.body,
        "plain_body": one.body,
        "html_body": html(one.body),
        "public": one.public,
        "attachments": [],
        "audit_id": one.audit_id,
        "via": {"channel": one.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": stamp(one.created_at),
        "metadata": {"system": {}, "custom": {}},
    }


def html(text: str) -> str:
    """A text as the simple HTML that the API gives along."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f'<div class="zd-comment" dir="auto">{safe}</div>'


def audit(one: Audit) -> Json:
    """One entry of a ticket's history."""
    return {
        "id": one.id,
        "ticket_id": one.ticket_id,
        "author_id": one.author_id,
        "created_at": stamp(one.created_at),
        "via": {"channel": one.channel, "source": {"from": {}, "to": {}, "rel": None}},
        "metadata": {"system": {}, "custom": {}},
        "events": list(one.events),
    }


def user(one: User, root: str) -> Json:
    """A person."""
    return {
        "id": one.id,
        "url": f"{root}api/v2/users/{one.id}.json",
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "active": one.active,
        "verified": True,
        "suspended": one.suspended,
        "locale": one.locale,
        "time_zone": "UTC",
        "phone": None,
        "organization_id": None,
        "default_group_id": one.group_ids[0] if one.group_ids else None,
        "external_id": one.external_id,
        "tags": list(one.tags),
        "user_fields": dict(one.user_fields),
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
    }


def group(one: Group, root: str) -> Json:
    """A group."""
    at = stamp(one.created_at)
    return {
        "id": one.id,
        "url": f"{root}api/v2/groups/{one.id}.json",
        "name": one.name,
        "is_public": True,
        "default": False,
        "deleted": False,
        "created_at": at,
        "updated_at": at,
    }


def option(owner: TicketField, one: Option, root: str) -> Json:
    """A choice of a drop-down."""
    return {
        "id": one.id,
        "url": f"{root}api/v2/ticket_fields/{owner.id}/options/{one.id}.json",
        "name": one.name,
        "raw_name": one.name,
        "value": one.value,
        "position": owner.options.index(one),
        "default": False,
    }


def ticket_field(one: TicketField, root: str) -> Json:
    """A custom field; options only where it is a drop-down."""
    made: dict[str, Any] = {
        "id": one.id,
        "url": f"{root}api/v2/ticket_fields/{one.id}.json",
        "type": one.type,
        "title": one.title,
        "raw_title": one.title,
        "title_in_portal": one.title,
        "description": one.description,
        "active": one.active,
        "required": False,
        "removable": True,
        "collapsed_for_agents": False,
        "visible_in_portal": False,
        "editable_in_portal": False,
        "tag": None,
        "agent_description": None,
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
    }
    if one.type in {"tagger", "multiselect"}:
        made["custom_field_options"] = [option(one, each, root) for each in one.options]
    return made


def macro(one: Macro, root: str) -> Json:
    """A macro."""
    at = stamp(one.created_at)
    restriction = None if one.group_id is None else {"type": "Group", "id": one.group_id}
    return {
        "id": one.id,
        "url": f"{root}api/v2/macros/{one.id}.json",
        "title": one.title,
        "active": one.active,
        "actions": [dict(action) for action in one.actions],
        "restriction": restriction,
        "description": None,
        "position": 1,
        "created_at": at,
        "updated_at": at,
    }


def webhook(one: Webhook) -> Json:
    """A webhook, without its secret."""
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status,
        "subscriptions": list(one.subscriptions),
        "endpoint": one.endpoint,
        "http_method": one.http_method,
        "request_format": one.request_format,
        "description": one.description,
        "created_at": stamp(one.created_at),
        "created_by": str(one.created_by),
        "updated_at": stamp(one.updated_at),
        "updated_by": str(one.created_by),
    }
