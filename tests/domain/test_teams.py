"""Who is open, and who opens next: through both changes of the clock, nights, holidays, and whole years."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.team_hours import read_hours
from plugin.domain.teams import Opening, Team, first_open, is_open, opens_next
from tests.domain.rule_cases import LONDON, MANILA, NEW_YORK

MINUTE = timedelta(minutes=1)
ZONES = ("America/New_York", "Europe/London", "Asia/Manila", "Australia/Lord_Howe", "America/Santiago")
CHANGES = (  # the days of 2026 and 2027 on which a clock of New York or London jumps
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1),
    date(2027, 3, 14), date(2027, 3, 28), date(2027, 10, 31), date(2027, 11, 7),
)  # fmt: skip


def team(zone: str, hours: Mapping[str, Any], *holidays: date) -> Team:
    return Team("Team", "1", zone, read_hours(hours), frozenset(holidays))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("who", "opens", "closes"),
    [
        (NEW_YORK, "2026-03-06 14:00", "2026-03-06 22:00"),  # the Friday before the clock jumps
        (NEW_YORK, "2026-03-09 13:00", "2026-03-09 21:00"),  # the Monday after
        (NEW_YORK, "2026-10-30 13:00", "2026-10-30 21:00"),
        (NEW_YORK, "2026-11-02 14:00", "2026-11-02 22:00"),
        (NEW_YORK, "2027-03-12 14:00", "2027-03-12 22:00"),
        (NEW_YORK, "2027-03-15 13:00", "2027-03-15 21:00"),
        (NEW_YORK, "2027-11-05 13:00", "2027-11-05 21:00"),
        (NEW_YORK, "2027-11-08 14:00", "2027-11-08 22:00"),
        (LONDON, "2026-03-27 09:00", "2026-03-27 17:00"),
        (LONDON, "2026-03-30 08:00", "2026-03-30 16:00"),
        (LONDON, "2026-10-23 08:00", "2026-10-23 16:00"),
        (LONDON, "2026-10-26 09:00", "2026-10-26 17:00"),
        (LONDON, "2027-03-26 09:00", "2027-03-26 17:00"),
        (LONDON, "2027-03-29 08:00", "2027-03-29 16:00"),
        (LONDON, "2027-10-29 08:00", "2027-10-29 16:00"),
        (LONDON, "2027-11-01 09:00", "2027-11-01 17:00"),
        (MANILA, "2026-03-09 01:00", "2026-03-09 09:00"),
        (MANILA, "2027-11-08 01:00", "2027-11-08 09:00"),
    ],
)
def test_a_working_day_is_nine_to_five_on_the_teams_own_clock(who: Team, opens: str, closes: str) -> None:
    start, end = at(opens), at(closes)
    around = (start - MINUTE, start, end - MINUTE, end)
    assert [is_open(who, one) for one in around] == [False, True, True, False]


def test_a_shift_that_begins_in_an_hour_that_is_skipped_begins_at_the_jump() -> None:
    early = team("America/New_York", {"sun": "02:30-06:00"})
    assert opens_next(early, at("2026-03-08 06:00")) == at("2026-03-08 07:00")


def test_a_shift_that_ends_in_an_hour_that_is_skipped_ends_at_the_jump() -> None:
    late = team("America/New_York", {"sat": "22:00-02:30"})
    assert (is_open(late, at("2026-03-08 06:59")), is_open(late, at("2026-03-08 07:00"))) == (True, False)


def test_a_shift_within_an_hour_that_is_skipped_does_not_take_place() -> None:
    nothing = team("America/New_York", {"sun": "02:15-02:45"})
    assert opens_next(nothing, at("2026-03-08 00:00")) == at("2026-03-15 06:15")


def test_a_shift_through_an_hour_that_is_shown_twice_is_worked_through() -> None:
    early = team("America/New_York", {"sun": "01:30-02:30"})
    start, end = at("2026-11-01 05:30"), at("2026-11-01 07:30")
    every = [start + MINUTE * n for n in range(-1, 121)]
    assert [is_open(early, one) for one in every] == [False] + [start <= one < end for one in every[1:]]


def test_a_shift_that_ends_in_an_hour_that_is_shown_twice_ends_the_first_time() -> None:
    late = team("America/New_York", {"sat": "22:00-01:30"})
    assert (is_open(late, at("2026-11-01 05:29")), is_open(late, at("2026-11-01 06:15"))) == (True, False)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    night = team("Asia/Manila", {"fri": "22:00-06:00"})
    assert (is_open(night, at("2026-11-27 21:00")), is_open(night, at("2026-11-26 21:00"))) == (True, False)


def test_on_a_holiday_no_shift_begins() -> None:
    off = team("Europe/London", {"mon-sun": "09:00-17:00"}, date(2026, 12, 25), date(2026, 12, 26))
    assert opens_next(off, at("2026-12-24 17:00")) == at("2026-12-27 09:00")


def test_a_night_that_began_before_a_holiday_is_worked_to_its_end() -> None:
    night = team("Europe/London", {"mon-sun": "22:00-06:00"}, date(2026, 12, 25))
    assert (is_open(night, at("2026-12-25 05:00")), is_open(night, at("2026-12-25 23:00"))) == (True, False)


def test_holidays_for_weeks_do_not_hide_the_day_after() -> None:
    mondays = tuple(date(2026, 11, 23) + timedelta(weeks=n) for n in range(60))
    assert opens_next(team("Europe/London", {"mon": "09:00-17:00"}, *mondays), at("2026-11-23 12:00")) == at(
        "2028-01-17 09:00"
    )


def test_a_team_without_hours_never_opens() -> None:
    assert opens_next(Team("Team", "1", "Europe/London", ((),) * 7), at("2026-11-23 12:00")) is None


def test_a_day_may_have_a_break() -> None:
    siesta = team("Europe/London", {"mon": "09:00-12:00, 14:00-18:00"})
    assert opens_next(siesta, at("2026-11-23 12:30")) == at("2026-11-23 14:00")


def test_whoever_is_open_first_in_the_list_takes_it() -> None:
    both = at("2026-11-23 15:00")
    assert first_open([NEW_YORK, LONDON], both) == Opening(NEW_YORK, both)


def test_whoever_is_open_takes_it_before_whoever_sleeps() -> None:
    morning = at("2026-11-23 10:00")
    assert first_open([NEW_YORK, LONDON], morning) == Opening(LONDON, morning)


def test_while_all_sleep_whoever_wakes_first_takes_it() -> None:
    assert first_open([NEW_YORK, LONDON, MANILA], at("2026-11-23 23:00")) == Opening(
        MANILA, at("2026-11-24 01:00")
    )


def test_three_teams_around_the_world_leave_nobody_waiting_for_more_than_a_night() -> None:
    hour, week = timedelta(hours=1), at("2026-11-23 00:00")
    openings = [first_open([NEW_YORK, LONDON, MANILA], week + hour * n) for n in range(24 * 4)]
    waits = [one.at - (week + hour * n) for n, one in enumerate(openings) if one is not None]
    assert (len(waits), max(waits) <= timedelta(hours=3)) == (96, True)


# ---------------------------------------------------------------------- against a clock, minute by minute


def clock_says(who: Team, start: datetime, minutes: int) -> list[bool]:
    """A naive reference: a clock ticks, shifts begin and end when it first shows their times or has passed them."""
    zone, ticking = ZoneInfo(who.timezone), start - timedelta(days=3)
    pending: list[tuple[datetime, datetime]] = []
    opened: list[datetime] = []
    answers: list[bool] = []
    day = (ticking.astimezone(zone) - timedelta(days=1)).date()
    while day <= (start.astimezone(zone) + timedelta(minutes=minutes, days=1)).date():
        for begin, end in () if day in who.holidays else who.week[day.weekday()]:
            midnight = datetime.combine(day, datetime.min.time())
            pending.append((midnight + MINUTE * begin, midnight + MINUTE * end))
        day += timedelta(days=1)
    while ticking < start + MINUTE * minutes:
        wall = ticking.astimezone(zone).replace(tzinfo=None)
        opened += [end for begin, end in pending if begin <= wall]
        pending = [shift for shift in pending if shift[0] > wall]
        opened = [end for end in opened if end > wall]
        if ticking >= start:
            answers.append(bool(opened))
        ticking += MINUTE
    return answers


@st.composite
def any_team(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> Team:
    times = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(
        lambda pair: (pair[0] * 15, (pair[0] + pair[1]) * 15)
    )
    days = st.lists(times, max_size=2).map(tuple)
    week = tuple(draw(st.tuples(*[days] * 7)))
    return Team(
        "Team", "1", draw(st.sampled_from(zones)), week, frozenset(draw(st.sets(st.sampled_from(CHANGES))))
    )


@given(who=any_team(), day=st.sampled_from(CHANGES))
def test_every_minute_around_a_jump_of_the_clock_is_as_the_clock_says(who: Team, day: date) -> None:
    start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=6)
    minutes = 36 * 60
    step = 7  # all residues come round; every minute would take long and say the same
    said = clock_says(who, start, minutes)
    assert [is_open(who, start + MINUTE * n) for n in range(0, minutes, step)] == said[::step]


@given(who=any_team(), day=st.sampled_from(CHANGES), after=st.integers(-2000, 2000))
def test_the_next_opening_is_open_and_nothing_is_before_it(who: Team, day: date, after: int) -> None:
    now = datetime.combine(day, datetime.min.time(), UTC) + MINUTE * after
    opening = opens_next(who, now)
    until = now + timedelta(days=2) if opening is None else min(opening, now + timedelta(days=2))
    assert opening is None or (opening >= now and is_open(who, opening))
    assert not any(is_open(who, now + MINUTE * n) for n in range(0, (until - now) // MINUTE, 15))


@given(who=any_team(), minutes=st.integers(0, 2 * 365 * 24 * 60))
def test_being_open_is_having_its_next_opening_now(who: Team, minutes: int) -> None:
    instant = at("2026-01-01 00:00") + MINUTE * minutes
    assert is_open(who, instant) == (opens_next(who, instant) == instant)
