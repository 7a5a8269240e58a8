"""Calling HTTP integrations: with the form filled in and the integration's own headers; nothing is signed.

The vendor's time-out and numbers of tries are not documented; these are what its help pages and customers tell.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from sandbox.gorgias import templating
from sandbox.gorgias.records import Integration
from sandbox.outgoing import Delivery, Sender

TIMEOUT_SECONDS = 5.0
MOST_TRIES = 3
MOST_FAILURES = 100
LARGEST_ANSWER = 262_144
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of one trigger: all that templates can name, and whose sidebar it is."""

    trigger: str
    event_id: int
    ticket_id: int
    customer_id: int
    context: Mapping[str, Any]
    undefined: str = ""
    encode: bool = True


def retry_after(outcome: str, tries: int, pause: float) -> float | None:
    """Only what timed out is tried again; an answer is an answer, whatever its status."""
    return pause * tries if outcome == "timeout" and tries < MOST_TRIES else None


class Caller(Sender):
    """Calls in the background. `well` and `failed` hear the integration's id, `kept` the answer to a GET."""

    def __init__(
        self,
        well: Callable[[int], None],
        failed: Callable[[int], None],
        kept: Callable[[int, int, Any], None],
    ) -> None:
        super().__init__("gorgias-integrations", TIMEOUT_SECONDS, self._when_again)
        self.most_failures = MOST_FAILURES
        self._well = well
        self._failed = failed
        self._kept = kept
        self._asked_for: dict[str, int] = {}
        """Event → whose ticket it was about."""

    def call(self, one: Integration, told: Told) -> None:
        """Call this integration, if it is awake and this trigger is one of its own."""
        if one.deactivated_at is None and one.triggers.get(told.trigger):
            self.put(self._delivery(one, told, one.headers))

    def forge(self, one: Integration, told: Told) -> None:
        """The call that somebody else would make: all but the values of the secret headers."""
        made = self._delivery(one, told, {name: secrets.token_urlsafe(16) for name in one.headers})
        made.forged = True
        self.put(made)

    def answered(self, delivery: Delivery, answer: requests.Response) -> None:
        """The card of the sidebar is what a GET was answered with, where that is JSON and no refusal."""
        if delivery.method != "GET" or not answer.ok or len(answer.content) > LARGEST_ANSWER:
            return
        try:
            document = json.loads(answer.content)
        except ValueError:
            return  # not JSON: what was kept before stays
        self._kept(int(delivery.webhook_id), self._asked_for[delivery.event_id], document)

    def ended(self, delivery: Delivery) -> None:
        """Failures in a row switch an integration off; a forgery is none of its calls."""
        if not delivery.forged:
            (self._well if delivery.state == "delivered" else self._failed)(int(delivery.webhook_id))

    def _delivery(self, one: Integration, told: Told, own: Mapping[str, str]) -> Delivery:
        self._asked_for[str(told.event_id)] = told.customer_id
        headers = {"User-Agent": "Gorgias", "Accept": one.response_type, **own}
        url = templating.url(one.url, told.context, told.encode)
        body = self._body(one, told)
        if body:
            headers["Content-Type"] = one.request_type
        return Delivery(
            next(self.numbers),
            str(one.id),
            str(told.event_id),
            told.trigger,
            str(told.ticket_id),
            url,
            body,
            headers,
            method=one.method,
        )

    def _body(self, one: Integration, told: Told) -> bytes:
        """The form filled in; `{{context}}` alone is all that there is to tell. A GET carries none."""
        if one.form is None or one.method in {"GET", "HEAD"}:
            return b""
        if isinstance(one.form, str) and templating.CONTEXT.fullmatch(one.form.strip()):
            return json.dumps(told.context, ensure_ascii=False).encode()
        form = templating.rendered(one.form, told.context, told.undefined)
        if one.request_type == FORM and isinstance(form, dict):
            return urlencode(form).encode()
        return json.dumps(form, ensure_ascii=False).encode()

    def _when_again(self, status: int | None, outcome: str, wait: str | None, tries: int) -> float | None:
        return retry_after(outcome, tries, self.pause)
