"""What changed, asked instead of told: the incremental export finds what no webhook brought.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from plugin.helpdesks.zendesk.fields import Part, answer_of
from plugin.ports import Api, Changed, Rejected

EXPORT = "/api/v2/incremental/tickets/cursor"
PER_PAGE = "500"
"""Ten pages a minute are allowed: 5,000 tickets a minute, a few megabytes a page."""
BEFORE = timedelta(minutes=2)
"""The export refuses to start less than a minute ago; what it shows twice is known already."""


def changed(api: Api, cursor: str | None, since: datetime) -> Changed:
    """One page; from `since` on where there is no cursor, or none that is still taken."""
    start = {"start_time": str(int((since - BEFORE).timestamp())), "per_page": PER_PAGE}
    if cursor is None:
        return _page(api, start, None)
    try:
        return _page(api, {"cursor": cursor, "per_page": PER_PAGE}, cursor)
    except Rejected:
        return _page(api, start, None)


def _page(api: Api, params: Mapping[str, str], cursor: str | None) -> Changed:
    with answer_of(api):
        answer = Part(api.get(EXPORT, params))
        tickets = tuple(_change(ticket) for ticket in answer.at("tickets").items())
        following = answer.at("after_cursor").text() or cursor
        ended = answer.at("end_of_stream").value is not False or following == cursor
        return Changed(tickets, following, more=not ended)


def _change(ticket: Part) -> tuple[str, datetime]:
    return ticket.at("id").own_id(), ticket.at("updated_at").instant()
