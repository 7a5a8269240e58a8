"""The incremental export: every ticket again at each of its changes, in the order of the changes."""

from collections.abc import Callable

from flask import Blueprint, request

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, admin, includes, root
from sandbox.zendesk.errors import bad_request, invalid
from sandbox.zendesk.paging import decode_cursor, encode_cursor, whole_number
from sandbox.zendesk.records import Json, Ticket

blueprint = Blueprint("zendesk_exports", __name__)

LARGEST = 1000
YOUNGEST = 60
"""Seconds that `start_time` must lie back."""


@blueprint.get("/incremental/tickets/cursor")
def tickets() -> Json:
    """Tickets changed since `start_time`, or after `cursor`."""
    admin()
    account().limits.export(account().now())
    size = whole_number(request.args, "per_page", LARGEST, LARGEST)
    after, fits = _start()
    found = sorted((one for one in list(account().tickets.values()) if fits(one)), key=lambda one: one.change)
    page = found[:size]
    cursor = encode_cursor(page[-1].change if page else after)
    answer: Json = {
        "tickets": [rendering.ticket(account(), one, root()) for one in page if _is_wanted(one)],
        "after_cursor": cursor,
        "after_url": f"{request.base_url}?cursor={cursor}",
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": len(found) <= size,
    }
    if includes("users"):
        people = dict.fromkeys(one.requester_id for one in page)
        answer["users"] = [rendering.user(account().users[one], root()) for one in people]
    return answer


def _start() -> tuple[int, Callable[[Ticket], bool]]:
    """The change to go on after, and which tickets come after it."""
    cursor = request.args.get("cursor")
    if cursor:
        after = decode_cursor(cursor)
        return after, lambda one: one.change > after
    since = _start_time()
    before = (one.change for one in list(account().tickets.values()) if one.generated_at.timestamp() < since)
    return max(before, default=0), lambda one: one.generated_at.timestamp() >= since


def _start_time() -> int:
    text = request.args.get("start_time", "")
    if not text.isascii() or not text.isdigit():
        raise bad_request("InvalidStartTime", "start_time must be seconds since 1970")
    if int(text) > account().now().timestamp() - YOUNGEST:
        raise invalid("start_time", "Too recent start_time. Use a start_time older than 60 seconds")
    return int(text)


def _is_wanted(ticket: Ticket) -> bool:
    return not (ticket.deleted and request.args.get("exclude_deleted") == "true")
