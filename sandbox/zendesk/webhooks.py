"""Sending webhooks: signed, and again where the vendor tries again."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sandbox.outgoing import Delivery, Sender
from sandbox.zendesk.records import Json, Webhook, stamp

INVOCATION = "x-zendesk-webhook-invocation-id"
TIMEOUT_SECONDS = 12.0
MOST_RETRIES = {"timeout": 5, "conflict": 3, "busy": 5}
LONGEST_RETRY_AFTER = 60.0


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature: base64 of HMAC-SHA256, keyed with the secret as text, over timestamp and raw body."""
    made = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def retry_after(status: int | None, outcome: str, wait: str | None, tries: int, pause: float) -> float | None:
    """Seconds until the next try after `tries` of them, or None for giving up.

    Time-outs, 409, and 429 or 503 that name a wait under a minute are tried again; nothing else is.
    """
    if outcome == "timeout":
        return pause * tries if tries <= MOST_RETRIES["timeout"] else None
    if status == 409:
        return pause * tries if tries <= MOST_RETRIES["conflict"] else None
    if status in {429, 503} and wait is not None and wait.strip().isdigit():
        seconds = float(wait)
        return seconds if seconds < LONGEST_RETRY_AFTER and tries <= MOST_RETRIES["busy"] else None
    return None


class Dispatcher(Sender):
    """Signs and sends the events that webhooks have subscribed to."""

    def __init__(self, account_id: int, now: Callable[[], datetime], pause: float = 1.0) -> None:
        super().__init__("zendesk-webhooks", TIMEOUT_SECONDS, self._when_again, pause)
        self._account_id = account_id
        self._now = now

    def publish(self, webhook: Webhook, events: Sequence[Json]) -> None:
        """Send those events that this webhook has subscribed to."""
        if webhook.status != "active":
            return
        for event in events:
            if event["type"] in webhook.subscriptions:
                self.put(self._delivery(webhook, event))

    def forge(self, webhook: Webhook, event: Json) -> Delivery:
        """Send an event that somebody else made up: signed, but not with the webhook's secret."""
        stranger = replace(webhook, secret=secrets.token_urlsafe(32))
        delivery = self._delivery(stranger, event)
        delivery.forged = True
        self.put(delivery)
        return delivery

    def _delivery(self, webhook: Webhook, event: Json) -> Delivery:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = stamp(self._now())
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Zendesk Webhook",
            "x-zendesk-account-id": str(self._account_id),
            "x-zendesk-webhook-id": webhook.id,
            INVOCATION: secrets.token_hex(13).upper(),
            "x-zendesk-webhook-signature": sign(webhook.secret, timestamp, body),
            "x-zendesk-webhook-signature-timestamp": timestamp,
        }
        number, ticket = next(self.numbers), str(event.get("detail", {}).get("id", ""))
        return Delivery(
            number, webhook.id, event["id"], event["type"], ticket, webhook.endpoint, body, headers
        )

    def _when_again(self, status: int | None, outcome: str, wait: str | None, tries: int) -> float | None:
        return retry_after(status, outcome, wait, tries, self.pause)
