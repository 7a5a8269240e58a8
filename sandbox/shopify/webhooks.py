"""Sending webhooks: signed with the app's secret, and again, ever later, as long as the vendor tries."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sandbox.outgoing import Delivery, Sender
from sandbox.shopify.records import Json, Subscription, stamp
from sandbox.shopify.topics import HEADERS

EVENT_ID = "X-Shopify-Event-Id"
API_VERSION = "2026-07"
TIMEOUT_SECONDS = 5.0
MOST_RETRIES = 8


def sign(secret: str, body: bytes) -> str:
    """The signature: base64 of HMAC-SHA256, keyed with the app's secret, over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def retry_after(status: int | None, tries: int, pause: float) -> float | None:
    """Seconds until the next try after `tries` of them, or None for giving up: whatever is not a 2xx is tried again."""
    if status is not None and 200 <= status < 300:
        return None
    return pause * 2.0 ** (tries - 1) if tries <= MOST_RETRIES else None


class Dispatcher(Sender):
    """Sends what happens in the shop to those who subscribed to it.

    `given_up` hears the subscription whose delivery failed to the last try. The vendor's own pauses add up to four
    hours; `pause` is the first of them, so that a test sees all eight within a second. While `losing`, whatever happens
    is told to nobody.
    """

    def __init__(
        self, domain: str, secret: str, given_up: Callable[[int], None], pause: float = 30.0
    ) -> None:
        super().__init__("shopify-webhooks", TIMEOUT_SECONDS, self._when_again, pause)
        self.secret = secret
        self.losing = False
        self._held: list[Delivery] | None = None
        self._domain = domain
        self._given_up = given_up

    def publish(
        self, to: Iterable[Subscription], topic: str, about: str, body: Json, at: datetime, event: str
    ) -> None:
        """Tell all who subscribed to this topic; they share the event's id, each has a delivery id of its own."""
        for one in to:
            if one.topic == topic:
                kept = {name: body[name] for name in one.fields if name in body} if one.fields else body
                self.put(self._delivery(one, about, kept, event, at, self.secret))

    def put(self, delivery: Delivery) -> None:
        """Send this, unless it is to be held back or lost."""
        if self.losing:
            return
        if self._held is None:
            super().put(delivery)
        else:
            self._held.append(delivery)

    def hold(self) -> None:
        """Send nothing until it is released."""
        self._held = self._held or []

    def held(self) -> list[Delivery]:
        """What waits for its release, oldest first."""
        return list(self._held or [])

    def release(self, order: str | Sequence[int], dropped: Container[int] = (), times: int = 1) -> list[int]:
        """Send what waits, one after the other, in this order; the numbers of what was sent."""
        waiting, self._held = self.held(), None
        if order == "reverse":
            waiting.reverse()
        else:
            places = {number: place for place, number in enumerate(order)}
            waiting.sort(key=lambda one: places.get(one.number, len(places)))
        sent = [one for one in waiting if one.number not in dropped]
        for one in sent:
            self.put(one)
            for _ in range(times - 1):
                self.put(replace(one, number=next(self.numbers), attempts=[]))
            self._wait_until_idle()
        return [one.number for one in sent]

    def _wait_until_idle(self) -> None:
        """Until it was answered or failed, so that the next one comes after it; not for ever."""
        until = time.monotonic() + self.timeout
        while not self.idle() and time.monotonic() < until:
            time.sleep(0.005)

    def send(self, topic: str, uri: str, body: Json, at: datetime) -> None:
        """Tell one address of something that nobody subscribes to: what the law wants told, an app that is gone."""
        to = Subscription(0, topic, uri, at, at)
        self.put(self._delivery(to, "", body, str(uuid.uuid4()), at, self.secret))

    def forge(self, to: Subscription, about: str, body: Json, at: datetime) -> Delivery:
        """Send what somebody else made up: signed, but not with the app's secret."""
        made = self._delivery(to, about, body, str(uuid.uuid4()), at, secrets.token_hex(16))
        made.forged = True
        self.put(made)
        return made

    def ended(self, delivery: Delivery) -> None:
        """A subscription whose deliveries come to nothing is given up; a forgery is nobody's fault."""
        if delivery.state == "failed" and not delivery.forged:
            self._given_up(int(delivery.webhook_id))

    def _delivery(
        self, to: Subscription, about: str, body: Json, event: str, at: datetime, secret: str
    ) -> Delivery:
        topic = HEADERS.get(to.topic, to.topic)
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self._domain,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            EVENT_ID: event,
            "X-Shopify-Triggered-At": stamp(at),
            "X-Shopify-Hmac-Sha256": sign(secret, raw),
        }
        return Delivery(next(self.numbers), str(to.id), event, topic, about, to.uri, raw, headers)

    def _when_again(self, status: int | None, outcome: str, wait: str | None, tries: int) -> float | None:
        return retry_after(status, tries, self.pause)
