"""Proving where a webhook comes from.

`base64(HMAC-SHA256(secret as text, timestamp + raw body))`; the secret is not base64-decoded, nothing stands between.
https://developer.zendesk.com/documentation/webhooks/verifying/
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from plugin.helpdesks.zendesk.fields import header, read_instant
from plugin.ports import Connection, Forged

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
MOST_AHEAD = timedelta(minutes=5)
"""Clocks differ; a signature from further ahead is kept for later use."""

NOTHING_TO_CHECK_WITH = (
    "no signing secret is stored for this connection, so nothing can be checked: "
    "run `marginalia connect zendesk` for its account again"
)
NO_SIGNATURE = f"the headers {SIGNATURE} and {TIMESTAMP} are both needed: is this sent by Zendesk?"
WRONG = (
    "the signature does not fit this body and this connection's secret; if the webhook's secret was reset, "
    "run `marginalia connect zendesk` for its account again"
)
NO_INSTANT = f"{TIMESTAMP} must be an instant, as 2026-01-02T03:04:05Z"
AHEAD = "it is signed for more than 5 minutes ahead: check the clock of this machine"


def verify(
    connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime, max_age: float
) -> None:
    """Forged unless this connection's webhook signed these bytes at most `max_age` seconds ago."""
    secret = connection.credentials.get("signing_secret")
    if not secret:
        raise Forged(NOTHING_TO_CHECK_WITH)
    given, timestamp = header(headers, SIGNATURE), header(headers, TIMESTAMP)
    if not given or not timestamp:
        raise Forged(NO_SIGNATURE)
    if not hmac.compare_digest(sign(secret, timestamp, body), _bytes(given)):
        raise Forged(WRONG)
    _check_age(timestamp, now, max_age)


def sign(secret: str, timestamp: str, body: bytes) -> bytes:
    """The signature that Zendesk would send."""
    made = hmac.new(_bytes(secret), _bytes(timestamp) + body, hashlib.sha256)
    return base64.b64encode(made.digest())


def _check_age(timestamp: str, now: datetime, max_age: float) -> None:
    signed_at = read_instant(timestamp)
    if signed_at is None:
        raise Forged(NO_INSTANT)
    if now - signed_at > timedelta(seconds=max_age):
        raise Forged(f"it was signed more than {max_age:g} seconds ago (HOOK_MAX_AGE)")
    if signed_at - now > MOST_AHEAD:
        raise Forged(AHEAD)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
