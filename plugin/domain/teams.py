"""Teams with hours and zones: who is open now, and who opens next, so that nobody waits for a time zone to wake up.

A shift begins at the first instant at which a clock on the team's wall shows its start, and ends at the first at
which it shows its end. Where the clock jumps over that time in spring, it is the instant of the jump; where an hour
is shown twice in autumn, it is the first time: a shift is worked through, whatever the clock does meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60

Shift = tuple[int, int]
"""Start and end in minutes after local midnight; an end beyond `DAY` is on the next day."""

Week = tuple[tuple[Shift, ...], ...]
"""The shifts that begin on each day, Monday first."""


@dataclass(frozen=True, slots=True)
class Team:
    """People with hours. `group` is the helpdesk's; on `holidays` (dates where they are) no shift begins."""

    name: str
    group: str
    timezone: str
    week: Week
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """A team, and when it can take a ticket: now, or at its next start."""

    team: Team
    at: datetime


def is_open(team: Team, now: datetime) -> bool:
    """Whether somebody of the team is at work at this instant."""
    today = now.astimezone(ZoneInfo(team.timezone)).date()
    return any(
        start <= now < end
        for day in (today - timedelta(days=1), today)
        for start, end in _shifts_of(team, day)
    )


def opens_next(team: Team, now: datetime) -> datetime | None:
    """The first instant from now on at which the team is open; None where it never will be."""
    if is_open(team, now):
        return now
    return next((start for start, end in _shifts_from(team, now) if now <= start < end), None)


def first_open(teams: Sequence[Team], now: datetime) -> Opening | None:
    """The first of these teams that is open now, else the one that opens next; None where none ever does."""
    best: Opening | None = None
    for team in teams:
        at = opens_next(team, now)
        if at == now:
            return Opening(team, now)
        if at is not None and (best is None or at < best.at):
            best = Opening(team, at)
    return best


def _shifts_from(team: Team, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The shifts from today on, in order; as far as it takes to get past every holiday."""
    today = now.astimezone(ZoneInfo(team.timezone)).date()
    for ahead in range(7 * (len(team.holidays) + 2)):
        yield from sorted(_shifts_of(team, today + timedelta(days=ahead)))


def _shifts_of(team: Team, day: date) -> list[tuple[datetime, datetime]]:
    if day in team.holidays:
        return []
    zone = ZoneInfo(team.timezone)
    return [(_shown(zone, day, start), _shown(zone, day, end)) for start, end in team.week[day.weekday()]]


def _shown(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first instant at which a clock in the zone shows this time of the day, or has jumped past it."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    return found if _wall(zone, found) == wall else _jump(zone, wall, found)


def _jump(zone: ZoneInfo, wall: datetime, late: datetime) -> datetime:
    """The instant at which the clock jumped over this time, to the second."""
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (early, middle) if _wall(zone, middle) >= wall else (middle, late)
    return late


def _wall(zone: ZoneInfo, instant: datetime) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
