"""Calls to vendors: one session with time-outs and limits, budgets per account, and errors by what they mean."""

import ipaddress
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import structlog
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.util import Retry

from plugin.ports import (
    AccessError,
    Body,
    Budget,
    Connection,
    NotFound,
    Overtaken,
    PermanentError,
    Rejected,
    TemporaryError,
)

CONNECT_SECONDS = 3.05
READ_SECONDS = 10.0
WHOLE_SECONDS = 25.0
"""One answer from first to last byte; with a retry after 401 still shorter than a lease."""
PERSONS_SECONDS = 5.0
"""The same where a person waits for it at a browser."""
LARGEST_ANSWER = 32 * 1_048_576
LONGEST_WAIT = 24 * 3600.0
LONGEST_WORDS = 300
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain, */*"
"""The header Accept of who wants a text, whatever the vendor calls its kind."""

log = structlog.get_logger(__name__)


class Authorisation(Protocol):
    """Where access tokens come from."""

    def access_token(self, connection: Connection) -> str:
        """A token that lasts; AccessError where none can be got."""
        ...

    def refused(self, connection: Connection, token: str) -> str | None:
        """A newer token for one that the vendor refused; None where that was the last word."""
        ...


def vendor_session(tries: int = 3) -> requests.Session:
    """A session that follows no redirect, keeps no cookie, and repeats only what was certainly never sent."""
    session, more = requests.Session(), tries - 1
    never_sent = Retry(
        total=more, connect=more, read=False, redirect=0, status=0, other=0, respect_retry_after_header=False
    )
    adapter = HTTPAdapter(pool_connections=32, pool_maxsize=32, max_retries=never_sent)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "Marginalia"
    return session


def bearer(connection: Connection, token: str) -> dict[str, str]:
    """A token as OAuth shows it (RFC 6750)."""
    return {"Authorization": f"Bearer {token}"}


@dataclass
class VendorApi:
    """Calls to one connection's host; what it raises is told in `plugin.ports.Api`.

    `tokens` None sends no authorisation (for fetching a token). `take` takes one call out of a budget and gives
    the seconds to wait, 0.0 when taken. `headers` are those that the vendor wants on every call, `authorised` gives
    those that show a token, `budgets` are what every call counts against. `patience` is how many seconds an answer
    may take, None for what work in the background has.
    """

    connection: Connection
    session: requests.Session
    tokens: Authorisation | None
    take: Callable[[int, Budget, datetime], float]
    now: Callable[[], datetime]
    headers: Mapping[str, str] = field(default_factory=dict)
    authorised: Callable[[Connection, str], Mapping[str, str]] = bearer
    budgets: Sequence[Budget] = ()
    patience: float | None = None

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read a document."""
        return self._call("GET", path, params, None, {}, ())

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> dict[str, Any]:
        """Write; the vendor's answer, an empty dict for none."""
        return self._call(method, path, None, body, headers or {}, budgets)

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Body | None,
        headers: Mapping[str, str],
        budgets: Sequence[Budget],
    ) -> dict[str, Any]:
        token = None if self.tokens is None else self.tokens.access_token(self.connection)
        self._take((*self.budgets, *budgets))
        request = _Request(method, self.connection.api_url + path, params, body, {**self.headers, **headers})
        answer = request.sent(self.session, self._shown(token), self.patience)
        if answer.status == 401 and self.tokens is not None and token is not None:
            newer = self.tokens.refused(self.connection, token)
            answer = (
                answer if newer is None else request.sent(self.session, self._shown(newer), self.patience)
            )
        log.debug("called", method=method, path=path, status=answer.status)
        if answer.status >= 300:
            raise self._error(answer, request)
        return answer.text() if request.wants_text else answer.document(unknown=method != "GET")

    def _shown(self, token: str | None) -> Mapping[str, str]:
        return {} if token is None else self.authorised(self.connection, token)

    def _take(self, budgets: Sequence[Budget]) -> None:
        """All budgets of this call; a loopback address has only the one that the admin gave it."""
        own = self.connection.options.get("budget")
        asked = () if is_loopback(self.connection.api_url) else budgets
        given = (Budget("calls", own["number"], own["seconds"]),) if own else ()
        for budget in (*given, *asked):
            wait = self.take(self.connection.id, budget, self.now())
            if wait > 0:
                raise TemporaryError(
                    f"{self._who()} allows {budget.number} calls in {budget.seconds:g} s, and they are used up",
                    retry_after=wait,
                    whole_account=not budget.per_object,
                )

    def _error(self, answer: "_Answer", request: "_Request") -> Exception:
        status, said = answer.status, answer.said()
        what = f"{self._who()} answered {status} to {request.method} {urlsplit(request.url).path}: {said}"
        if status in {408, 425} or status >= 500:
            unknown = request.method != "GET"
            return TemporaryError(what, retry_after=answer.retry_after(self.now()), unknown=unknown)
        if status == 429:
            wait = answer.retry_after(self.now())
            return TemporaryError(what, retry_after=wait, whole_account=True)
        if status in {401, 403}:
            return AccessError(f"{what}. {self._next_step(status)}")
        if status < 400:
            return PermanentError(f"{what}. Has the account another address by now? Connect it again.")
        if status == 404:
            return NotFound(what)
        return Overtaken(what) if status == 409 else Rejected(what, answer.details())

    def _who(self) -> str:
        return f"{self.connection.vendor} account {self.connection.account}"

    def _next_step(self, status: int) -> str:
        command = f"`marginalia connect {self.connection.vendor} --account {self.connection.account}`"
        if status == 401:
            return f"The token is not accepted (any more): run {command} with a new one."
        return f"Its owner lacks a right that is needed here: give it back, or run {command} with an admin's token."


def is_loopback(url: str) -> bool:
    """Whether this is a plain root address on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.path not in {"", "/"} or parts.query or parts.username:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


class _Shown(AuthBase):
    """Sets the headers that show a token; with none it still keeps requests from looking into somebody's .netrc."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    params: Mapping[str, str] | None
    body: Body | None
    headers: Mapping[str, str]

    def sent(self, session: requests.Session, shown: Mapping[str, str], patience: float | None) -> "_Answer":
        """The answer, read whole; a broken or silent connection is a TemporaryError."""
        ends = time.monotonic() + (patience or WHOLE_SECONDS)
        try:
            with session.request(
                self.method,
                self.url,
                params=self.params,
                **self._encoded(),
                headers={"Accept": "application/json", **self.headers},
                auth=_Shown(shown),
                timeout=(CONNECT_SECONDS, patience or READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _Answer(response.status_code, response.headers, _read(response, ends))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise PermanentError(f"{self.url} cannot be called: {error}") from None
        except requests.RequestException as error:
            unknown = self.method != "GET" and not _never_sent(error)
            raise TemporaryError(
                f"{_host(self.url)} does not answer ({_cause(error)})", unknown=unknown
            ) from None

    @property
    def wants_text(self) -> bool:
        """Whether the answer is no JSON document, and need not be."""
        return self.headers.get("Accept") == TEXT

    def _encoded(self) -> dict[str, Any]:
        """The body as JSON, or as a form where the headers say so."""
        return {"data" if self.headers.get("Content-Type") == FORM else "json": self.body}


def _read(response: requests.Response, ends: float) -> bytes:
    body = b""
    for piece in response.iter_content(65_536):
        body += piece
        if len(body) > LARGEST_ANSWER or time.monotonic() > ends:
            raise requests.exceptions.ReadTimeout("the answer is too large or too slow")
    return body


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self, unknown: bool) -> dict[str, Any]:
        """The JSON document, a bare list under `data`; anything else in its place is as good as no answer."""
        if not self.body.strip():
            return {}
        found = self._json()
        if isinstance(found, dict):
            return found
        if isinstance(found, list):
            return {"data": found}
        raise TemporaryError(f"the answer is no JSON document: {self.said()}", unknown=unknown)

    def text(self) -> dict[str, Any]:
        """The body as it is, under `text`."""
        return {"text": self.body.decode("utf-8", "replace")}

    def details(self) -> dict[str, Any]:
        """The vendor's own explanation, where it is one that can be read."""
        found = self._json()
        return found if isinstance(found, dict) else {}

    def said(self) -> str:
        """The vendor's own words, short enough for one line."""
        words = " ".join(self.body[: 4 * LONGEST_WORDS].decode("utf-8", "replace").split())
        return words[:LONGEST_WORDS] or "(no text)"

    def retry_after(self, now: datetime) -> float | None:
        """Seconds that the vendor asks us to wait (a number or a date, RFC 9110 §10.2.3); None for no word."""
        value = self.headers.get("Retry-After", "").strip()
        try:
            seconds = float(value)
        except ValueError:
            seconds = _seconds_until(value, now)
        return min(seconds, LONGEST_WAIT) if seconds >= 0 else None

    def _json(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def _seconds_until(date: str, now: datetime) -> float:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return -1.0
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _never_sent(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that the vendor cannot have done anything."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _cause(error: requests.RequestException) -> str:
    """One word for what happened: addresses and objects of libraries tell an admin nothing."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection" if _never_sent(error) else "the connection broke"


def _host(url: str) -> str:
    return urlsplit(url).netloc
