"""Webhooks as Zendesk sends them: signed, each its own event, of a size that is usual."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

SECRET = "a-signing-secret-of-the-benchmark"
TEXT = "Where is my parcel? I have waited since Monday and nobody rang. "
PADDING = 45
"""Repeats of the text that make a body of about three and a half kilobytes."""


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook, ready to be sent."""

    ticket: str
    headers: dict[str, str]
    body: bytes


def events(number: int, first_ticket: int = 1) -> Iterator[Event]:
    """So many events, each about a ticket of its own."""
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for ticket in range(first_ticket, first_ticket + number):
        body = _body(str(ticket), at)
        headers = {
            "Content-Type": "application/json",
            "X-Zendesk-Webhook-Signature": signature(at.encode(), body),
            "X-Zendesk-Webhook-Signature-Timestamp": at,
        }
        yield Event(str(ticket), headers, body)


def signature(timestamp: bytes, body: bytes) -> str:
    """As Zendesk signs."""
    return base64.b64encode(hmac.new(SECRET.encode(), timestamp + body, hashlib.sha256).digest()).decode()


def _body(ticket: str, at: str) -> bytes:
    detail = {
        "id": ticket,
        "subject": "Order 1001",
        "description": TEXT * PADDING,
        "updated_at": at,
        "status": "OPEN",
    }
    event = {
        "id": str(uuid4()),
        "type": "zen:event-type:ticket.comment_added",
        "subject": f"zen:ticket:{ticket}",
        "time": at,
        "detail": detail,
        "event": {"comment": {"id": f"9{ticket}", "body": TEXT, "is_public": True}},
        "zendesk_event_version": "2022-11-06",
    }
    return json.dumps(event).encode()
