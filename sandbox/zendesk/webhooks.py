"""Sending webhooks: signed, by several senders at once, again where the vendor tries again."""

import base64
import hashlib
import heapq
import hmac
import itertools
import json
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import requests

from sandbox.zendesk.records import Json, Webhook, stamp

TIMEOUT_SECONDS = 12.0
MOST_RETRIES = {"timeout": 5, "conflict": 3, "busy": 5}
LONGEST_RETRY_AFTER = 60.0
SENDERS = 4
KEPT_DELIVERIES = 5000


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature: base64 of HMAC-SHA256, keyed with the secret as text, over timestamp and raw body."""
    made = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the status that came back, or `timeout` or `broken` for none."""

    status: int | None
    outcome: str
    seconds: float


@dataclass
class Delivery:
    """One webhook on its way. Bytes and headers are made once: a retry is the same request again."""

    number: int
    webhook_id: str
    event_id: str
    type: str
    ticket: str
    url: str
    body: bytes
    headers: dict[str, str]
    forged: bool = False
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)

    def told(self) -> Json:
        """What the surface for tests says about it."""
        last = self.attempts[-1] if self.attempts else None
        return {
            "number": self.number,
            "webhook": self.webhook_id,
            "event": self.event_id,
            "type": self.type,
            "ticket": self.ticket,
            "invocation": self.headers["x-zendesk-webhook-invocation-id"],
            "forged": self.forged,
            "state": self.state,
            "status": last.status if last else None,
            "attempts": [
                {"status": one.status, "outcome": one.outcome, "seconds": round(one.seconds, 3)}
                for one in self.attempts
            ],
        }


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What tests ask for: every webhook twice; each held back for up to `spread` seconds, so that order is lost."""

    duplicate: bool = False
    spread: float = 0.0


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


class Dispatcher:
    """Sends in the background; order is not promised. Threads start with the first webhook."""

    def __init__(self, account_id: int, now: Callable[[], datetime], pause: float = 1.0) -> None:
        self._account_id = account_id
        self._now = now
        self.pause = pause
        self.timeout = TIMEOUT_SECONDS
        self.disturbance = Disturbance()
        self._numbers = itertools.count(1)
        self._due: list[tuple[float, int, Delivery]] = []
        self._busy = 0
        self._closed = False
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._sent: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._chance = random.Random(20260102)

    def publish(self, webhook: Webhook, events: Sequence[Json]) -> None:
        """Send those events that this webhook has subscribed to."""
        if webhook.status != "active":
            return
        for event in events:
            if event["type"] in webhook.subscriptions:
                self._put(self._delivery(webhook, event))

    def forge(self, webhook: Webhook, event: Json) -> Delivery:
        """Send an event that somebody else made up: signed, but not with the webhook's secret."""
        stranger = replace(webhook, secret=secrets.token_urlsafe(32))
        delivery = self._delivery(stranger, event)
        delivery.forged = True
        self._put(delivery)
        return delivery

    def again(self, number: int) -> bool:
        """Send one that was sent before, byte for byte; whether it is still kept."""
        found = next((one for one in list(self._sent) if one.number == number), None)
        if found is None:
            return False
        self._put(replace(found, number=next(self._numbers), state="waiting", attempts=[]))
        return True

    def deliveries(self) -> list[Delivery]:
        """Everything sent or waiting, oldest first."""
        return list(self._sent)

    def idle(self) -> bool:
        """Whether nothing is waiting or on its way."""
        with self._changed:
            return not self._due and not self._busy

    def close(self) -> None:
        """Send nothing more; ends the threads."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    # -------------------------------------------------------------------------------------- sending

    def _delivery(self, webhook: Webhook, event: Json) -> Delivery:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = stamp(self._now())
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Zendesk Webhook",
            "x-zendesk-account-id": str(self._account_id),
            "x-zendesk-webhook-id": webhook.id,
            "x-zendesk-webhook-invocation-id": secrets.token_hex(13).upper(),
            "x-zendesk-webhook-signature": sign(webhook.secret, timestamp, body),
            "x-zendesk-webhook-signature-timestamp": timestamp,
        }
        number, ticket = next(self._numbers), str(event.get("detail", {}).get("id", ""))
        return Delivery(
            number, webhook.id, event["id"], event["type"], ticket, webhook.endpoint, body, headers
        )

    def _put(self, delivery: Delivery) -> None:
        copies = [delivery]
        if self.disturbance.duplicate:
            copies.append(replace(delivery, number=next(self._numbers), attempts=[]))
        with self._changed:
            for one in copies:
                self._sent.append(one)
                held = self._chance.uniform(0, self.disturbance.spread)
                heapq.heappush(self._due, (time.monotonic() + held, one.number, one))
            self._start()
            self._changed.notify_all()

    def _start(self) -> None:
        while len(self._threads) < SENDERS and not self._closed:
            name = f"zendesk-webhooks-{len(self._threads)}"
            thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._next()) is not None:
                wait = self._try(session, delivery)
                with self._changed:
                    self._busy -= 1
                    if wait is not None and not self._closed:
                        heapq.heappush(self._due, (time.monotonic() + wait, delivery.number, delivery))
                    self._changed.notify_all()

    def _next(self) -> Delivery | None:
        """The next one that is due; waits for it. None when closed."""
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(self._due[0][0] - now if self._due else None)
        return None

    def _try(self, session: requests.Session, delivery: Delivery) -> float | None:
        started, wait = time.monotonic(), None
        status, outcome = None, "broken"
        try:
            answer = session.post(
                delivery.url,
                data=delivery.body,
                headers=delivery.headers,
                timeout=self.timeout,
                allow_redirects=False,
            )
            status, outcome, wait = answer.status_code, "answered", answer.headers.get("Retry-After")
        except requests.Timeout:
            outcome = "timeout"
        except requests.RequestException:
            pass  # refused or broken off: the vendor does not try again, and the record says `broken`
        delivery.attempts.append(Attempt(status, outcome, time.monotonic() - started))
        again = retry_after(status, outcome, wait, len(delivery.attempts), self.pause)
        if again is None:
            delivered = status is not None and status < 300
            delivery.state = "delivered" if delivered else "failed"
        return again
