"""Idempotency keys of ticket creation: the same key and body within two hours give the same answer."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.zendesk.errors import ApiError

KEPT = timedelta(hours=2)
LONGEST = 255


@dataclass
class _Kept:
    fingerprint: str
    until: datetime
    answer: dict[str, Any] | None = None


@dataclass
class IdempotencyKeys:
    """The keys seen, each with the fingerprint of its body and, once there is one, the answer."""

    _kept: dict[str, _Kept] = field(default_factory=dict)

    def begin(self, key: str, body: Any, now: datetime) -> dict[str, Any] | None:
        """The answer given before, or None after taking the key for a creation that starts now."""
        if len(key) > LONGEST:
            raise _refusal(400, "IdempotentRequestError", "The idempotency key is longer than 255 characters")
        known, fingerprint = self._known(key, now), _fingerprint(body)
        if known is None:
            self._kept[key] = _Kept(fingerprint, now + KEPT)
            return None
        if known.fingerprint != fingerprint:
            text = "Request parameters don't match the given idempotency key"
            raise _refusal(400, "IdempotentRequestError", text)
        if known.answer is None:
            text = "A request with the given idempotency key is in progress"
            raise _refusal(409, "IdempotentRequestInProgress", text)
        return known.answer

    def finish(self, key: str, answer: dict[str, Any] | None) -> None:
        """Keep the answer; None gives the key back after a creation that failed."""
        if answer is None:
            self._kept.pop(key, None)
        else:
            self._kept[key].answer = answer

    def _known(self, key: str, now: datetime) -> _Kept | None:
        known = self._kept.get(key)
        return known if known is not None and known.until > now else None


def _fingerprint(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _refusal(status: int, error: str, text: str) -> ApiError:
    return ApiError(status, {"error": error, "description": text})
