"""Ticket events as webhooks carry them: ids are text, states are upper case, what is unset is "0", "" or null."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.zendesk.records import Comment, Json, Ticket, User, stamp

if TYPE_CHECKING:
    from sandbox.zendesk.state import Account

PREFIX = "zen:event-type:ticket."
VERSION = "2022-11-06"
BRAND, FORM, STATE = "8447388000844", "8447388000845", "8447388000846"
"""Ids of the account's one brand, one form, and one custom state: nobody can change them here."""
CHANNELS = {"api": "web_service", "web": "web", "email": "email"}
WORDS = {"status": "status", "priority": "priority", "type": "type"}
IDS = {
    "group_id": "group_assignment",
    "assignee_id": "agent_assignment",
    "requester_id": "requester",
}
TEXTS = {"subject": "subject", "external_id": "external_id"}

Body = tuple[str, Json]
"""The type of an event, without its prefix, and what is its own in it."""


def events_of(
    account: "Account", before: Ticket | None, after: Ticket, author: User, channel: str
) -> list[Json]:
    """The events of one change; they share `event.meta.sequence.id`."""
    sequence, at = account.new_ulid(), account.now()
    detail = _detail(after, author, channel)
    return [
        {
            "account_id": account.id,
            "id": str(uuid.uuid4()),
            "time": precise(at),
            "type": PREFIX + name,
            "subject": f"zen:ticket:{after.id}",
            "zendesk_event_version": VERSION,
            "detail": detail,
            "event": {"meta": {"sequence": {"id": sequence, "position": position}}, **own},
        }
        for position, (name, own) in enumerate(_bodies(account, before, after), 1)
    ]


def precise(at: datetime) -> str:
    """An instant with nine digits of its second, as event times have them."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}{secrets.randbelow(1000):03d}Z"


def _detail(ticket: Ticket, author: User, channel: str) -> Json:
    return {
        "id": str(ticket.id),
        "actor_id": str(author.id),
        "assignee_id": str(ticket.assignee_id or 0),
        "brand_id": BRAND,
        "created_at": stamp(ticket.created_at),
        "custom_status": STATE,
        "description": ticket.description,
        "external_id": ticket.external_id,
        "form_id": FORM,
        "group_id": str(ticket.group_id or 0),
        "is_public": any(comment.public for comment in ticket.comments),
        "organization_id": "",
        "priority": _upper(ticket.priority),
        "requester_id": str(ticket.requester_id),
        "status": _upper(ticket.status),
        "subject": ticket.subject,
        "submitter_id": str(ticket.submitter_id),
        "tags": list(ticket.tags),
        "type": _upper(ticket.type),
        "updated_at": stamp(ticket.updated_at),
        "via": {"channel": CHANNELS[channel]},
    }


def _bodies(account: "Account", before: Ticket | None, after: Ticket) -> Iterator[Body]:
    if before is None:
        yield "created", {}
        return
    if after.deleted:
        yield "soft_deleted", {}
        return
    for comment in after.comments[len(before.comments) :]:
        yield "comment_added", _comment(comment, account.users[comment.author_id])
    yield from _properties(before, after)
    yield from _tags(before, after)
    yield from _values(account, before, after)


def _properties(before: Ticket, after: Ticket) -> Iterator[Body]:
    for names, write in ((WORDS, _upper), (IDS, _id), (TEXTS, _same)):
        for name, event in names.items():
            previous, current = getattr(before, name), getattr(after, name)
            if previous != current:
                yield f"{event}_changed", {"current": write(current), "previous": write(previous)}


def _tags(before: Ticket, after: Ticket) -> Iterator[Body]:
    added = [tag for tag in after.tags if tag not in before.tags]
    removed = [tag for tag in before.tags if tag not in after.tags]
    if added or removed:
        yield "tags_changed", {"tags_added": added, "tags_removed": removed}


def _values(account: "Account", before: Ticket, after: Ticket) -> Iterator[Body]:
    for field_id, value in after.values.items():
        previous = before.values.get(field_id)
        if previous != value:
            known = account.fields.get(field_id)
            about = {
                "id": str(field_id),
                "title": known.title if known else "",
                "type": known.type if known else "",
            }
            yield (
                "custom_field_changed",
                {"custom_field": about, "current": {"value": value}, "previous": {"value": previous}},
            )


def _comment(comment: Comment, author: User) -> Json:
    return {
        "comment": {
            "id": str(comment.id),
            "body": comment.body,
            "is_public": comment.public,
            "author": {"id": str(author.id), "is_staff": author.is_staff, "name": author.name},
        }
    }


def _upper(value: str | None) -> str | None:
    return value.upper() if value else None


def _id(value: int | None) -> str:
    return str(value or 0)


def _same(value: Any) -> Any:
    return value
