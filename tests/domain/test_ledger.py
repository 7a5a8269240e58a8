"""Posting adds what is missing, and nothing else; closed months are never touched."""

from collections.abc import Collection
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.ledger import Entry, Line, Posted, due
from plugin.domain.periods import following, months, open_period


def line(amount: int, key: str = "order:1:9:x", on: date = date(2026, 10, 15), currency: str = "USD") -> Line:
    return Line("order:1:9", key, "revenue.coupon", amount, currency, on)


def only(wanted: Line, stands: Posted | None = None, closed: Collection[str] = ()) -> Entry:
    (entry,) = due([wanted], {} if stands is None else {wanted.key: stands}, closed)
    return entry


def test_the_first_entry_is_named_by_its_line() -> None:
    entry = only(line(100))
    assert (entry.source, entry.amount, entry.period, entry.belongs_to) == (
        "order:1:9:x",
        100,
        "2026-10",
        None,
    )


def test_what_stands_already_is_not_added_again() -> None:
    assert due([line(100)], {"order:1:9:x": Posted(100, 1, line(100))}, ()) == []


def test_only_the_difference_is_added_under_a_number() -> None:
    entry = only(line(80), Posted(100, 1, line(100)))
    assert (entry.source, entry.amount) == ("order:1:9:x#2", -20)


def test_what_is_true_no_longer_is_taken_back() -> None:
    (entry,) = due([], {"order:1:9:x": Posted(100, 1, line(100))}, ())
    assert (entry.amount, entry.line.kind) == (-100, "revenue.coupon")


def test_what_comes_too_late_goes_to_the_next_open_month_and_says_where_it_belongs() -> None:
    entry = only(line(100), closed={"2026-10", "2026-11"})
    assert (entry.period, entry.belongs_to) == ("2026-12", "2026-10")


def test_what_was_begun_in_one_currency_is_not_continued_in_another() -> None:
    assert due([line(90, currency="EUR")], {"order:1:9:x": Posted(100, 1, line(100))}, ()) == []


def test_months_follow_each_other_over_the_year() -> None:
    assert following("2026-12") == "2027-01"
    assert list(months("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert open_period("2026-11", {"2026-12"}) == "2026-11"


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.sets(st.sampled_from(["2026-10", "2026-11"])))))
def test_whatever_was_said_before_the_last_word_stands(said: list[tuple[int, set[str]]]) -> None:
    stands, closed = Posted(0, 0, line(0)), set[str]()
    by_month: dict[str, int] = {}
    frozen: dict[str, int] = {}
    for amount, closing in said:
        for month in closing - closed:
            frozen[month] = by_month.get(month, 0)
        closed |= closing
        for entry in due([line(amount)], {"order:1:9:x": stands}, closed):
            stands = Posted(stands.amount + entry.amount, stands.entries + 1, line(0))
            by_month[entry.period] = by_month.get(entry.period, 0) + entry.amount
    assert sum(by_month.values()) == (said[-1][0] if said else 0)
    assert all(by_month.get(month, 0) == total for month, total in frozen.items())
