"""Lists that are longer than the bucket pays for at once: what was read of them waits here for the next try.

An order of 2,000 lines costs 22,000 points, and a standard shop has 2,000. Each try reads on where the last one ended,
as long as the thing has not changed since. In memory, one for the process: whoever has none begins anew.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, NamedTuple

from plugin.documents import Part

MOST: Final = 20_000
"""Items that are kept, over all lists; the longest unread go first."""

Ask = Callable[[str | None], Part]
"""The thing with the first page of its list, or with the page after a cursor."""


class Bookmark(NamedTuple):
    """One list of a thing: of the order `owner`, or of something that belongs to it."""

    account: int
    owner: str
    what: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A thing as its first page shows it, the items that were read of its list, and the cursor where it goes on."""

    first: Part
    items: tuple[Part, ...]
    after: str | None


class Bookmarks:
    """What was read of long lists; safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Bookmark, Reading] = OrderedDict()

    def find(self, mark: Bookmark) -> Part | None:
        """The thing as it was when its list was begun; None where it was not."""
        with self._lock:
            kept = self._kept.get(mark)
        return None if kept is None else kept.first

    def read(self, mark: Bookmark, ask: Ask, where: str) -> tuple[Part, tuple[Part, ...]]:
        """The thing and all items of its list, whose name in it is `where`; no items where there is no such thing."""
        with self._lock:
            reading = self._kept.get(mark)
        if reading is None:
            first = ask(None)
            if first.value is None:
                return first, ()
            reading = Reading(first, tuple(first.at(where).at("nodes").items()), _next(first.at(where)))
            self._keep(mark, reading)
        while reading.after is not None:
            page = ask(reading.after).at(where)
            items = (*reading.items, *page.at("nodes").items())
            reading = replace(reading, items=items, after=_next(page))
            self._keep(mark, reading)
        return reading.first, reading.items

    def forget(self, account: int, owner: str) -> None:
        """It was read whole, or has changed: nothing of it has to wait."""
        with self._lock:
            for mark in [one for one in self._kept if (one.account, one.owner) == (account, owner)]:
                del self._kept[mark]

    def _keep(self, mark: Bookmark, reading: Reading) -> None:
        with self._lock:
            self._kept[mark] = reading
            self._kept.move_to_end(mark)
            while len(self._kept) > 1 and sum(1 + len(one.items) for one in self._kept.values()) > MOST:
                self._kept.popitem(last=False)


def _next(page: Part) -> str | None:
    info = page.at("pageInfo")
    return info.at("endCursor").key() if info.at("hasNextPage").value is True else None
