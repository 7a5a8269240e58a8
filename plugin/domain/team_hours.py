"""A team's hours as written in the settings (`mon-fri: "09:00-17:00"`), read into a week of shifts."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from plugin.domain.setting_errors import Wrong, listed, quoted
from plugin.domain.teams import DAY, DAYS, Shift, Week

_RANGE: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_FULL: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_WRONG: Final = "is no day: write mon, sat-sun or mon, wed, fri"
RANGE_WRONG: Final = 'is no range of hours: write it in quotes, as "09:00-17:00"; a day may have several'
NO_LENGTH: Final = "begins and ends at the same time; all day is 00:00-24:00"


def read_hours(written: object) -> Week:
    """The week of shifts. `Wrong` says what cannot be read, and where."""
    if not isinstance(written, Mapping) or not written:
        raise Wrong(f'must be hours by days, as {{mon-fri: "09:00-17:00"}}; days are {listed(DAYS)}')
    week: list[tuple[Shift, ...]] = [()] * 7
    named: dict[int, str] = {}
    for key, value in written.items():
        shifts = tuple(_shifts(value, f".{key}"))
        for day in _days(key):
            if day in named:
                raise Wrong(f"{DAYS[day]} has its hours under {named[day]} already", f".{key}")
            named[day] = str(key)
            week[day] = shifts
    return tuple(week)


def _days(key: object) -> Iterator[int]:
    """`mon-wed, sat` → 0 1 2 5; a range may go over the week's end (`fri-mon`)."""
    if not isinstance(key, str):
        raise Wrong(f"{quoted(key)} {DAYS_WRONG}")
    for part in key.split(","):
        first, dash, last = part.partition("-")
        start = _day(first, key)
        yield from ((start + n) % 7 for n in range((_day(last, key) - start) % 7 + 1 if dash else 1))


def _day(name: str, key: str) -> int:
    word = name.strip().casefold()
    for number, (short, full) in enumerate(zip(DAYS, _FULL, strict=True)):
        if word in (short, full):
            return number
    raise Wrong(f"{quoted(name.strip())} {DAYS_WRONG}", f".{key}")


def _shifts(value: object, step: str) -> Iterator[Shift]:
    """A day's ranges: one text, several in one text with commas, or a list of texts."""
    texts = value if isinstance(value, list | tuple) else [value]
    for text in texts:
        if not isinstance(text, str):
            raise Wrong(f"{quoted(text)} {RANGE_WRONG}", step)
        for part in text.split(","):
            yield _shift(part.strip(), step)


def _shift(text: str, step: str) -> Shift:
    matched = _RANGE.fullmatch(text)
    if matched is None:
        raise Wrong(f"{quoted(text)} {RANGE_WRONG}", step)
    hour, minute, to_hour, to_minute = map(int, matched.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if max(minute, to_minute) > 59 or start >= DAY or end > DAY:
        raise Wrong(f"{quoted(text)} {RANGE_WRONG}", step)
    if start == end:
        raise Wrong(f"{quoted(text)} {NO_LENGTH}", step)
    return (start, end) if end > start else (start, end + DAY)
