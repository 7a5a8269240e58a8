"""What changed, asked instead of told: by when it changed last, so that no lost webhook is a lost customer or order.

The vendor's own cursors are not used: what changes between two pages moves to the end of the list, and what a cursor to
it means then is documented nowhere. A page starts at the instant where the last one ended; where more than fit on a
page have one instant (a bulk change), those are read by number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from plugin.documents import read_instant


class Changing(Protocol):
    """A record with a number, and the instant of its last change."""

    @property
    def id(self) -> str: ...

    @property
    def updated_at(self) -> datetime: ...


Record = TypeVar("Record", bound=Changing)
Read = Callable[[str, str], tuple[Sequence[Record], bool]]
"""The first records of a search in an order (UPDATED_AT or ID), and whether there are more than these."""


@dataclass(frozen=True, slots=True)
class Swept(Generic[Record]):
    """One page of what changed, and where to go on."""

    records: tuple[Record, ...]
    cursor: str
    more: bool


SPARE: Final = 0.25
"""The share of the bucket that a sweep leaves to the questions of tickets that wait."""
OVERLAP: Final = timedelta(minutes=2)
"""A search finds a change a little later than it happened; what is read twice changes nothing."""
SECOND: Final = timedelta(seconds=1)
"""Instants of changes are whole seconds."""
_BETWEEN: Final = "|"


def swept(read: Read[Record], cursor: str | None, since: datetime) -> Swept[Record]:
    """One page; from `since` on where there is no cursor of ours."""
    start, above = _position(cursor) or (since - OVERLAP, None)
    return _by_instant(read, start) if above is None else _by_number(read, start, above)


def _by_instant(read: Read[Record], start: datetime) -> Swept[Record]:
    """On from the instant of the last one; where that is the first one's too, they are read by number."""
    records, more = read(f"updated_at:>='{_told(start)}'", "UPDATED_AT")
    last = max((one.updated_at for one in records), default=start)
    if not more:
        return Swept(tuple(records), _told(last - OVERLAP if records else start), more=False)
    moves_on = _told(last) > _told(start)
    return Swept(tuple(records), _told(last) if moves_on else _cursor(start, 0), more=True)


def _by_number(read: Read[Record], at: datetime, above: int) -> Swept[Record]:
    """Those that changed within one second, from the one after this number on; then on with the next second."""
    second = f"updated_at:>='{_told(at)}' AND updated_at:<'{_told(at + SECOND)}'"
    records, more = read(f"{second} AND id:>={above + 1}", "ID")
    highest = max((int(one.id) for one in records), default=above)
    following = _cursor(at, highest) if more and records else _told(at + SECOND)
    return Swept(tuple(records), following, more=True)


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
