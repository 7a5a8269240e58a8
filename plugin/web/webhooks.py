"""Webhooks: verify the raw body, keep it, and answer only when it is on disk. Nothing is worked here."""

import re
from collections.abc import Mapping

import structlog
from flask import Blueprint, Response, jsonify, request
from requests.structures import CaseInsensitiveDict
from werkzeug.exceptions import RequestEntityTooLarge

from plugin.db.connections import Connections
from plugin.db.deliveries import read_hint
from plugin.db.inbox import Arrival, Inbox, Receipt
from plugin.db.storable import storable, storable_key
from plugin.ports import Connection, Forged, Unreadable, Vendor
from plugin.web.metrics import count_delivery
from plugin.web.problems import RETRY_AFTER, Problem
from plugin.web.services import services

LONGEST_TOPIC = 200
LONGEST_EVENT_ID = 200
LONGEST_HEADER = 1000
MOST_HEADERS = 40
_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_PRIVATE = re.compile(r"auth|cookie|secret|token|password|api-?key|forwarded|real-ip")
"""Header names whose values are somebody's secret or address, and no evidence of anything."""

blueprint = Blueprint("webhooks", __name__)
log = structlog.get_logger(__name__)


@blueprint.post("/hooks/<source>/<key>", provide_automatic_options=False)
def receive(source: str, key: str) -> Response:
    """Take one webhook: 200 with the delivery's number once it is durable."""
    vendor, connection = _address(source, key)
    try:
        body = _body(services().config.max_body_bytes)
        headers = CaseInsensitiveDict(request.headers.items())
        _verify(vendor, connection, headers, body)
    except Problem as problem:
        count_delivery(source, REFUSED[problem.status])
        raise
    arrival = _arrival(vendor, connection, headers, body)
    with services().database.write() as session:
        receipt = Inbox(session).put([arrival])[0]
    _note(arrival, receipt)
    answer: dict[str, object] = {"delivery": str(receipt.delivery_id)}
    return jsonify(answer | ({"duplicate": True} if receipt.duplicate else {}))


REFUSED = {401: "forged", 413: "too_large"}
UNKNOWN = "no connection has this webhook address: run `marginalia connect` again, it prints the right one"
CREDENTIALS = "the secret to check this signature with cannot be read here at the moment: send it again later"


def _address(source: str, key: str) -> tuple[Vendor, Connection]:
    """Whose address it is; one indexed look-up, so that a disconnected or changed account counts at once."""
    vendor = services().vendors.get(source)
    if vendor is None or not _KEY.fullmatch(key):
        raise Problem(404, UNKNOWN)
    with services().database.read() as session:
        connection = _find(Connections(session, services().vault), source, key)
    if connection is None:
        raise Problem(404, UNKNOWN)
    return vendor, connection


def _find(connections: Connections, source: str, key: str) -> Connection | None:
    try:
        return connections.by_hook_key(source, key)
    except (
        ValueError
    ) as error:  # ENCRYPTION_KEYS lost a key: the vendor shall try again, and the log says why
        log.error("a webhook cannot be checked", cause=str(error))
        raise Problem(503, CREDENTIALS, headers={"Retry-After": RETRY_AFTER}) from None


def _body(most: int) -> bytes:
    """The raw body, refused when it is too large, whether its length was announced or not."""
    request.max_content_length = (
        most + 1
    )  # of a body in chunks, no more is read than this, and no error raised
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_large(most) from None
    if len(body) > most:
        raise _too_large(most)
    return body


def _too_large(most: int) -> Problem:
    detail = f"the body is larger than the {most} bytes taken here (MAX_BODY_BYTES): have that raised"
    return Problem(413, detail)


def _verify(vendor: Vendor, connection: Connection, headers: Mapping[str, str], body: bytes) -> None:
    try:
        vendor.verify(connection, headers, body, services().now(), services().config.hook_max_age)
    except Forged as reason:
        log.warning("webhook refused", source=connection.vendor, tenant=connection.tenant, why=str(reason))
        raise Problem(401, str(reason), headers={"WWW-Authenticate": "Signature"}) from None


def _arrival(vendor: Vendor, connection: Connection, headers: Mapping[str, str], body: bytes) -> Arrival:
    topic, resource, state, error = request.args.get("topic", ""), None, "unreadable", None
    try:
        hint = read_hint(vendor, headers, body)
        topic, resource, event_id = hint.topic or topic, hint.resource, hint.event_id
        state = "pending" if resource else "worked"
    except Unreadable as problem:
        error, event_id = storable(str(problem)), vendor.event_id(headers, body)
    return Arrival(
        tenant_id=connection.tenant_id,
        connection_id=connection.id,
        source=connection.vendor,
        topic=storable(topic, LONGEST_TOPIC),
        event_id=storable_key(event_id, LONGEST_EVENT_ID) if event_id else None,  # "" names no event
        resource=resource,
        state=state,
        body=body,
        headers=_kept_headers(connection.vendor, headers),
        received_at=services().now(),
        error=error,
    )


def _kept_headers(source: str, headers: Mapping[str, str]) -> dict[str, str]:
    """What a later reader needs: the vendor's own headers and what the body is. Never a secret, never an address."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        low = name.lower()
        ours = low in {"content-type", "user-agent"} or low.startswith(("x-", f"{source}-"))
        if ours and not _PRIVATE.search(low) and len(kept) < MOST_HEADERS:
            kept[storable(low, LONGEST_HEADER)] = storable(value, LONGEST_HEADER)
    return kept


def _note(arrival: Arrival, receipt: Receipt) -> None:
    outcome = "duplicate" if receipt.duplicate else arrival.state
    count_delivery(arrival.source, outcome)
    log.info(
        "webhook kept",
        tenant=arrival.tenant_id,
        source=arrival.source,
        delivery=receipt.delivery_id,
        outcome=outcome,
    )
