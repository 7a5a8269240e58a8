"""Faults on the wire, for tests: calls that fail, hang, or break off before or after they were carried out."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXTENSION = "faulty_wire"
KINDS = frozenset({"status", "hang", "drop"})
WHENS = frozenset({"before", "after"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the next `times` calls with this method and this text in their path.

    `status` answers with it, `hang` waits `seconds`, `drop` breaks the connection off; `before` or `after` the
    call was carried out. Only a call that hangs is answered properly in the end.
    """

    kind: str
    times: int = 1
    when: str = "before"
    method: str | None = None
    path: str = ""
    status: int = 503
    retry_after: str | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.when not in WHENS:
            raise ValueError(f"kind is one of {sorted(KINDS)}, when one of {sorted(WHENS)}")

    def fits(self, environ: "WSGIEnvironment") -> bool:
        """Whether this call is meant."""
        return self.method in {None, environ["REQUEST_METHOD"]} and self.path in environ["PATH_INFO"]


class FaultyWire:
    """Wraps an application; faults befall calls of a vendor's own paths only, each vendor has its own."""

    def __init__(self, app: "WSGIApplication", vendors: Mapping[str, str]) -> None:
        self._app = app
        self._vendors = vendors
        self._faults: dict[str, list[Fault]] = {vendor: [] for vendor in vendors.values()}
        self._lock = threading.Lock()

    def add(self, fault: Fault, vendor: str) -> None:
        """Another fault of this vendor, after those that wait."""
        with self._lock:
            self._faults[vendor].append(fault)

    def clear(self, vendor: str) -> None:
        """No faults of this vendor any more."""
        with self._lock:
            self._faults[vendor].clear()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        fault = self._take(environ)
        if fault is None:
            return self._app(environ, start_response)
        if fault.when == "before":
            if fault.kind == "hang":
                time.sleep(fault.seconds)
                return self._app(environ, start_response)
            return _fail(fault, environ, start_response)
        return self._afterwards(fault, environ, start_response)

    def _afterwards(
        self, fault: Fault, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Carry the call out, and only then let it go wrong."""
        kept: list[Any] = []

        def keep(*arguments: Any) -> Any:
            kept.append(arguments)
            return _unused

        answer = self._app(environ, keep)
        body = list(answer)
        if hasattr(answer, "close"):
            answer.close()
        if fault.kind != "hang":
            return _fail(fault, environ, start_response)
        time.sleep(fault.seconds)
        start_response(*kept[-1])
        return body

    def _take(self, environ: "WSGIEnvironment") -> Fault | None:
        vendor = vendor_of(environ["PATH_INFO"], self._vendors)
        if vendor is None:
            return None
        with self._lock:
            faults = self._faults[vendor]
            for place, fault in enumerate(faults):
                if fault.fits(environ):
                    left = replace(fault, times=fault.times - 1)
                    faults[place : place + 1] = [left] if left.times > 0 else []
                    return fault
        return None


def vendor_of(path: str, vendors: Mapping[str, str]) -> str | None:
    """Whose path this is; the longest prefix decides. None for pages and the surface for tests."""
    fitting = [prefix for prefix in vendors if path.startswith(prefix)]
    return vendors[max(fitting, key=len)] if fitting else None


def install(app: Flask, vendors: Mapping[str, str]) -> None:
    """Put faults between this application and its callers; there are none at first. `vendors` is prefix → vendor."""
    wrapped = FaultyWire(app.wsgi_app, vendors)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # as Flask documents it
    app.extensions[EXTENSION] = wrapped


def wire() -> FaultyWire:
    """The faults of the application that serves this request."""
    return cast(FaultyWire, current_app.extensions[EXTENSION])


def _unused(data: bytes) -> None:
    """WSGI's old way to write; nobody uses it."""


def _fail(fault: Fault, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if fault.kind == "drop":
        _break_off(environ["werkzeug.socket"])
        start_response("200 OK", [])
        return []
    headers = [("Content-Type", "application/json")]
    if fault.retry_after is not None:
        headers.append(("Retry-After", fault.retry_after))
    start_response(f"{fault.status} {HTTPStatus(fault.status).phrase}", headers)
    return [json.dumps({"error": HTTPStatus(fault.status).phrase}).encode()]


def _break_off(connection: socket.socket) -> None:
    """Close without a word: the other side sees a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
