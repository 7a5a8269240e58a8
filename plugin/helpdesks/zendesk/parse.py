"""From a webhook to a hint: which ticket to look at. What the event claims about it is not read.

https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
"""

from collections.abc import Mapping

from plugin.domain.effects import ticket_resource
from plugin.helpdesks.zendesk.fields import Part, header, read_document
from plugin.ports import Hint, Unreadable

PREFIX = "zen:event-type:"
INVOCATION = "x-zendesk-webhook-invocation-id"
ABOUT_TICKETS = ("ticket.", "messaging_ticket.")
"""Both families name their ticket in `detail.id`."""
TRIGGER = "trigger"
"""The `kind` of the body that a merchant's own trigger may send: {"kind": "trigger", "ticket_id": "…"}."""


def parse(headers: Mapping[str, str], body: bytes) -> Hint:
    """What the webhook points to; Unreadable and nothing else, whatever the bytes."""
    event = read_document(body)
    own_id = _own_id(event) or header(headers, INVOCATION)
    if event.at("kind").value == TRIGGER:
        return Hint(TRIGGER, ticket_resource(event.at("ticket_id").own_id()), own_id)
    topic = _topic(event.at("type"))
    if not topic.startswith(ABOUT_TICKETS):
        return Hint(topic, None, own_id)
    return Hint(topic, ticket_resource(event.at("detail").at("id").own_id()), own_id)


def event_id(headers: Mapping[str, str], body: bytes) -> str | None:
    """The event's own id, also where the rest of it cannot be read; the invocation's where it has none."""
    try:
        own = _own_id(read_document(body))
    except Unreadable:
        own = None
    return own or header(headers, INVOCATION)


def _own_id(event: Part) -> str | None:
    own = event.at("id")
    return None if own.value is None or own.value == "" else own.key()


def _topic(event_type: Part) -> str:
    topic = event_type.key().removeprefix(PREFIX)
    if not topic:
        raise Unreadable(event_type.path, "names no event")
    return topic
