"""Who changed, asked instead of told: customers by when they changed last, so that no lost webhook is a lost customer.

The vendor's own cursors are not used: a customer who changes between two pages moves to the end of the list, and what
a cursor to them means then is documented nowhere. A page starts at the instant where the last one ended; where more
customers than fit on a page have one instant (a bulk change), those are read by number.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from plugin.documents import Part, answer_of, read_instant
from plugin.domain.money import Digits
from plugin.ports import ChangedCustomers, StoreCustomer
from plugin.stores.shopify.admin import Admin
from plugin.stores.shopify.customers import read_customer
from plugin.stores.shopify.queries import CHANGED

SPARE: Final = 0.25
"""The share of the bucket that a sweep leaves to the questions of tickets that wait."""
OVERLAP: Final = timedelta(minutes=2)
"""A search finds a change a little later than it happened; what is read twice changes nothing."""
SECOND: Final = timedelta(seconds=1)
"""Instants of changes are whole seconds."""
_BETWEEN: Final = "|"


def customers_changed(admin: Admin, cursor: str | None, since: datetime, digits: Digits) -> ChangedCustomers:
    """One page; from `since` on where there is no cursor of ours."""
    start, above = _position(cursor) or (since - OVERLAP, None)
    with answer_of(admin.api):
        if above is None:
            return _by_instant(admin, start, digits)
        return _by_number(admin, start, above, digits)


def _by_instant(admin: Admin, start: datetime, digits: Digits) -> ChangedCustomers:
    """On from the instant of the last one; where that is the first one's too, they are read by number."""
    customers, more = _page(admin, f"updated_at:>='{_told(start)}'", "UPDATED_AT", digits)
    last = max((one.updated_at for one in customers), default=start)
    if not more:
        return ChangedCustomers(customers, _told(last - OVERLAP if customers else start), more=False)
    moves_on = _told(last) > _told(start)
    return ChangedCustomers(customers, _told(last) if moves_on else _cursor(start, 0), more=True)


def _by_number(admin: Admin, at: datetime, above: int, digits: Digits) -> ChangedCustomers:
    """Those who changed within one second, from the one after this number on; then on with the next second."""
    second = f"updated_at:>='{_told(at)}' AND updated_at:<'{_told(at + SECOND)}'"
    customers, more = _page(admin, f"{second} AND id:>={above + 1}", "ID", digits)
    highest = max((int(one.id) for one in customers), default=above)
    following = _cursor(at, highest) if more and customers else _told(at + SECOND)
    return ChangedCustomers(customers, following, more=True)


def _page(admin: Admin, search: str, sort: str, digits: Digits) -> tuple[tuple[StoreCustomer, ...], bool]:
    """The first customers of a search, and whether there are more."""
    page = admin.ask(CHANGED, SPARE, search=search, sort=sort).at("customers")
    customers = tuple(read_customer(one, digits) for one in page.at("nodes").items())
    return customers, _has_more(page)


def _has_more(page: Part) -> bool:
    return page.at("pageInfo").at("hasNextPage").value is True


def _cursor(at: datetime, above: int) -> str:
    return f"{_told(at)}{_BETWEEN}{above}"


def _position(cursor: str | None) -> tuple[datetime, int | None] | None:
    """The instant, and the number within it, in a cursor of ours; None for anything else."""
    told, _, above = (cursor or "").partition(_BETWEEN)
    start = read_instant(told)
    if start is None:
        return None
    return start, int(above) if above.isascii() and above.isdigit() else None


def _told(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
