"""A rule that writes too often on one ticket is stopped there, and goes on when that is an hour ago."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.rule_runaway import WITHIN, counted, stopped
from tests.conftest import NOW


def minutes_ago(*minutes: int) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(minutes=one) for one in minutes)


def test_a_rule_may_write_twenty_times_an_hour() -> None:
    assert stopped({"Rule": minutes_ago(*range(19))}, NOW) == frozenset()


def test_the_twenty_first_time_within_an_hour_is_not_written() -> None:
    assert stopped({"Rule": minutes_ago(*range(20))}, NOW) == {"Rule"}


def test_one_rule_does_not_stop_another() -> None:
    assert stopped({"Rule": minutes_ago(*range(20)), "Other": minutes_ago(1)}, NOW) == {"Rule"}


def test_what_is_an_hour_ago_does_not_count() -> None:
    assert stopped({"Rule": minutes_ago(60) * 20}, NOW) == frozenset()


def test_a_write_is_counted_for_each_rule_that_had_a_part_in_it() -> None:
    assert counted({"Rule": minutes_ago(5)}, ["Rule", "Other"], NOW) == {
        "Rule": (*minutes_ago(5), NOW),
        "Other": (NOW,),
    }


def test_what_is_an_hour_ago_is_forgotten() -> None:
    assert counted({"Rule": minutes_ago(60), "Other": minutes_ago(59)}, [], NOW) == {"Other": minutes_ago(59)}


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_rule_never_writes_more_often_than_it_may_in_any_hour(gaps: list[int]) -> None:
    firings: dict[str, tuple[datetime, ...]] = {}
    written: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += timedelta(minutes=gap)
        if "Rule" not in stopped(firings, now):
            written.append(now)
            firings = counted(firings, ["Rule"], now)
    assert all(sum(0 <= (at - one) / WITHIN < 1 for at in written) <= 20 for one in written)
