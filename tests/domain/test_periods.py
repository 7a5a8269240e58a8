"""Months of the books, in the tenant's zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.periods import day_of, instants_of, is_period, months, months_back, period_of

ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Asia/Beirut"])


@pytest.mark.parametrize("text", ["2026-11", "1970-01", "9999-11"])
def test_a_month_is_named_by_year_and_number(text: str) -> None:
    assert is_period(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-11",
        "0000-05",
        "1969-12",
        "9999-12",
        "2026-11-01",
        "٢٠٢٦-11",
    ],
)
def test_what_names_no_month_is_told_apart(text: str) -> None:
    assert not is_period(text)


def test_a_month_begins_at_midnight_of_its_zone() -> None:
    assert instants_of("2026-11", "America/New_York") == (
        datetime(2026, 11, 1, 4, tzinfo=UTC),
        datetime(2026, 12, 1, 5, tzinfo=UTC),
    )


@given(st.integers(10**9, 3 * 10**9), ZONES)
def test_an_instant_lies_within_the_month_of_its_day(seconds: int, zone: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    first, after = instants_of(period_of(day_of(at, zone)), zone)
    assert first <= at < after


@given(st.integers(1990, 2060), st.integers(1, 12), ZONES)
def test_the_last_instant_of_a_month_is_still_in_it(year: int, month: int, zone: str) -> None:
    period = f"{year:04d}-{month:02d}"
    first, after = instants_of(period, zone)
    inside = (first, after - timedelta(microseconds=1))
    assert [period_of(day_of(at, zone)) for at in inside] == [period, period]


@given(st.integers(2, 9000), st.integers(1, 12), st.integers(1, 30))
def test_so_many_months_back_are_so_many_months(year: int, month: int, number: int) -> None:
    last = f"{year:04d}-{month:02d}"
    told = list(months(months_back(last, number), last))
    assert len(told) == min(number, (year - 1) * 12 + month)


def test_there_is_no_month_before_the_first() -> None:
    assert months_back("0001-03", 13) == "0001-01"
