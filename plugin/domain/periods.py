"""Months of the books: which one an instant belongs to, and where an entry goes whose month is closed."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def day_of(at: datetime, zone: str) -> date:
    """The day in the tenant's zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def period_of(day: date) -> str:
    """The month of a day: "2026-11"."""
    return f"{day.year:04d}-{day.month:02d}"


def following(period: str) -> str:
    """The next month."""
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def first_day(period: str) -> date:
    """The first day of a month; ValueError for what is none."""
    return date.fromisoformat(f"{period}-01")


def is_period(text: str) -> bool:
    """Whether this names a month that can have had sales, and has a next one."""
    return _MONTH.fullmatch(text) is not None and "1970-01" <= text < "9999-12"


def instants_of(period: str, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a month in a zone, and the first one after it."""
    first, after = (
        datetime.combine(first_day(month), time(), ZoneInfo(zone)) for month in (period, following(period))
    )
    return first.astimezone(UTC), after.astimezone(UTC)


def months_back(last: str, number: int) -> str:
    """The first of so many months that end with this one; the first there is where there are fewer."""
    year, month = map(int, last.split("-"))
    at = max(12, year * 12 + month - number)
    return f"{at // 12:04d}-{at % 12 + 1:02d}"


def open_period(period: str, closed: Collection[str]) -> str:
    """This month, or the next one that is still open."""
    while period in closed:
        period = following(period)
    return period


def months(first: str, last: str) -> Iterator[str]:
    """All months from the first to the last, both included."""
    while first <= last:
        yield first
        first = following(first)
