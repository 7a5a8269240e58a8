"""Months of the books: which one an instant belongs to, and where an entry goes whose month is closed."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo


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
