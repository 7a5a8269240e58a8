"""What changed, asked instead of told: the newest changes first, back to where the last sweep began.

The list cannot be filtered by time. The cursor is our own: the instant to go back to, the newest change seen since
the walk began (where the next one goes back to), and Gorgias' cursor within the walk.
https://developers.gorgias.com/reference/list-tickets
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from plugin.documents import Part, answer_of, read_instant
from plugin.helpdesks.gorgias.integrations import wake
from plugin.helpdesks.gorgias.load import TICKETS, updated
from plugin.helpdesks.gorgias.paging import read_page
from plugin.ports import AccessError, Api, Changed, Rejected

NEWEST_FIRST: Final = {"order_by": "updated_datetime:desc"}
OVERLAP: Final = timedelta(minutes=2)
"""Two clocks and a list that is a little behind; what is seen twice is known already."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a sweep has come."""

    back_to: datetime
    newest: datetime | None = None
    page: str | None = None

    def written(self) -> str:
        """As kept between two pages."""
        newest = None if self.newest is None else self.newest.isoformat()
        return json.dumps({"back_to": self.back_to.isoformat(), "newest": newest, "page": self.page})


def changed(api: Api, cursor: str | None, since: datetime) -> Changed:
    """One page; a new walk first looks whether our integrations are still awake."""
    walk = _read(cursor) or Walk(since)
    with answer_of(api):
        if walk.page is None:
            _keep_awake(api)
            return _page(api, walk)
        try:
            return _page(api, walk)
        except Rejected:  # the cursor is not taken any more: walk again, from the top
            return _page(api, replace(walk, page=None))


def _keep_awake(api: Api) -> None:
    """A refusal does not stop the sweep: while our integrations sleep, it alone finds what changed."""
    try:
        wake(api)
    except (Rejected, AccessError) as error:
        log.warning("integrations not looked after", account=api.connection.account, why=str(error))


def _page(api: Api, walk: Walk) -> Changed:
    page = read_page(api, TICKETS, NEWEST_FIRST, walk.page)
    tickets = [_change(ticket) for ticket in page.items]
    instants = [at for _, at in tickets]
    newest = max([*instants, *([walk.newest] if walk.newest else [])], default=None)
    limit = walk.back_to - OVERLAP
    fresh = tuple((ticket_id, at) for ticket_id, at in tickets if at >= limit)
    more = page.after is not None and bool(instants) and min(instants) >= limit
    if more:
        return Changed(fresh, Walk(walk.back_to, newest, page.after).written(), more=True)
    return Changed(fresh, Walk(max(newest or walk.back_to, walk.back_to)).written(), more=False)


def _change(ticket: Part) -> tuple[str, datetime]:
    return ticket.at("id").own_id(), updated(ticket).instant()


def _read(cursor: str | None) -> Walk | None:
    """The walk that a cursor tells of; None for none that we wrote."""
    try:
        kept = json.loads(cursor or "null")
        back_to, newest = read_instant(kept["back_to"]), read_instant(kept["newest"] or "")
        page = kept["page"]
    except (ValueError, TypeError, KeyError):
        return None
    return None if back_to is None else Walk(back_to, newest, page)
