"""Leaks: an agent's own code that strangers use. Found by how it is used, since nobody says that they found it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

HOUR: Final = timedelta(hours=1)
MOST_NAMED: Final = 10
"""Orders that are named; a leak can have hundreds."""
RUSH: Final = "{number} new customers used it within an hour, and no ticket of theirs explains it: {orders}"
SITE: Final = "somebody came with it from {site}, where coupon codes are published: {orders}"


@dataclass(frozen=True, slots=True)
class Use:
    """An order with an agent's own code. `explained` is true where a ticket, or a manager, says how they came by it.

    `stranger` names who bought for the first time, None for who bought before or cannot be told; `site` is the coupon
    site that they came from, "" for none.
    """

    order: str
    at: datetime
    explained: bool
    stranger: str | None
    site: str = ""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a code may have leaked, in words; `orders` gave the suspicion, the first of them at `since`."""

    since: datetime
    reason: str
    orders: tuple[str, ...]


def suspicion(uses: Iterable[Use], most: int) -> Suspicion | None:
    """The earliest sign of a leak: `most` strangers within an hour, or somebody who comes from a coupon site."""
    ordered = sorted(set(uses), key=lambda one: (one.at, one.order))
    signs = [*_from_sites(ordered), *_first_rush(ordered, most)]
    return min(signs, key=lambda one: (one.since, one.reason), default=None)


def _from_sites(uses: Sequence[Use]) -> Iterator[Suspicion]:
    for use in uses:
        if use.site:
            yield Suspicion(use.at, SITE.format(site=use.site, orders=use.order), (use.order,))


def _first_rush(uses: Sequence[Use], most: int) -> Iterator[Suspicion]:
    """The first hour in which so many strangers came; it begins with one of them."""
    strange = [one for one in uses if one.stranger is not None and not one.explained]
    instants = [one.at for one in strange]
    for first, use in enumerate(strange):
        hour = strange[first : bisect_right(instants, use.at + HOUR)]
        number = len({one.stranger for one in hour})
        if number >= most:
            orders = tuple(one.order for one in hour)
            yield Suspicion(use.at, RUSH.format(number=number, orders=_named(orders)), orders)
            return


def _named(orders: Sequence[str]) -> str:
    more = " …" if len(orders) > MOST_NAMED else ""
    return ", ".join(orders[:MOST_NAMED]) + more


def coupon_site(referrer: str, sites: Iterable[str]) -> str:
    """The coupon site that somebody came from, by its own name or that of its parent domain; "" for none."""
    host = _host(referrer)
    for site in sites:
        name = site.strip().casefold().removeprefix("www.")
        if name and (host == name or host.endswith(f".{name}")):
            return name
    return ""


def _host(address: str) -> str:
    """The host in an address, also in one that was written without its scheme."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return (host or "").casefold().rstrip(".")


def spans(instants: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """All that lies within an hour of any of these, in as few stretches as it takes."""
    found: list[tuple[datetime, datetime]] = []
    for at in sorted(instants):
        if found and at - HOUR <= found[-1][1]:
            found[-1] = (found[-1][0], at + HOUR)
        else:
            found.append((at - HOUR, at + HOUR))
    return found
