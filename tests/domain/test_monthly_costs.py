"""Monthly costs: in full for every month, the later row from its month on, and the same however often posted."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.currencies import digits
from plugin.domain.ledger import Entry, Line, Posted, due
from plugin.domain.money_settings import Costs, DatedAmount, StaffCost
from plugin.domain.monthly_costs import FIRST_MONTH, month_subject, monthly_costs
from plugin.domain.periods import months

ANA, BEN = "ana@shop.example", "ben@shop.example"


def told(costs: Costs, current: str = "2026-11", currency: str = "USD") -> dict[str, int]:
    """What each line is worth, by its key."""
    found = monthly_costs(costs, currency, digits, current)
    return {line.key: line.amount for lines in found.values() for line in lines}


def platform(*rows: tuple[str, str]) -> Costs:
    """What the helpdesk costs, by day and amount."""
    return Costs(
        platform_monthly=tuple(DatedAmount(date.fromisoformat(on), Decimal(one)) for on, one in rows)
    )


def staff(*rows: tuple[str, str, str]) -> Costs:
    """What agents cost, by agent, day and amount."""
    return Costs(
        staff_monthly=tuple(StaffCost(who, date.fromisoformat(on), Decimal(one)) for who, on, one in rows)
    )


def by_month(costs: Costs, current: str = "2026-11") -> dict[str, int]:
    """What the helpdesk costs in each month."""
    return {key.split(":")[1]: amount for key, amount in told(costs, current).items()}


def test_every_month_from_the_first_to_the_current_one_costs_the_whole_amount() -> None:
    assert by_month(platform(("2026-08-01", "900.00"))) == {
        "2026-08": -90_000,
        "2026-09": -90_000,
        "2026-10": -90_000,
        "2026-11": -90_000,
    }


def test_a_line_says_what_it_is_and_whose() -> None:
    [line] = monthly_costs(staff((ANA, "2026-11-01", "4000.00")), "USD", digits, "2026-11")["month:2026-11"]
    assert line == Line(
        subject="month:2026-11",
        key=f"month:2026-11:cost.staff:{ANA}",
        kind="cost.staff",
        amount=-400_000,
        currency="USD",
        occurred_on=date(2026, 11, 1),
        agent=ANA,
    )


def test_the_helpdesk_belongs_to_nobody() -> None:
    [line] = monthly_costs(platform(("2026-11-01", "900.00")), "USD", digits, "2026-11")["month:2026-11"]
    assert (line.key, line.agent) == ("month:2026-11:cost.platform:-", None)


def test_a_date_within_a_month_counts_from_its_first_day() -> None:
    assert by_month(platform(("2026-10-31", "900.00"))) == {"2026-10": -90_000, "2026-11": -90_000}


def test_a_later_row_replaces_an_earlier_one_from_its_month_on() -> None:
    rows = platform(("2026-10-15", "950.00"), ("2026-09-01", "900.00"))
    assert by_month(rows) == {"2026-09": -90_000, "2026-10": -95_000, "2026-11": -95_000}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_rows_of_one_month_the_later_one_counts(order: tuple[int, int]) -> None:
    rows = (("2026-11-01", "900.00"), ("2026-11-15", "950.00"))
    assert by_month(platform(*(rows[one] for one in order))) == {"2026-11": -95_000}


def test_of_two_rows_of_one_day_the_last_one_written_counts() -> None:
    assert by_month(platform(("2026-11-01", "900.00"), ("2026-11-01", "950.00"))) == {"2026-11": -95_000}


def test_the_amount_0_ends_it() -> None:
    rows = staff((ANA, "2026-08-01", "4000.00"), (ANA, "2026-10-01", "0"), (BEN, "2026-11-01", "1.00"))
    assert told(rows) == {
        f"month:2026-08:cost.staff:{ANA}": -400_000,
        f"month:2026-09:cost.staff:{ANA}": -400_000,
        f"month:2026-11:cost.staff:{BEN}": -100,
    }


def test_what_begins_later_costs_nothing_yet() -> None:
    assert told(platform(("2026-12-01", "900.00"))) == {}


@pytest.mark.parametrize(("currency", "minor"), [("USD", -1_234), ("JPY", -12), ("KWD", -12_340)])
def test_amounts_have_the_digits_of_their_currency(currency: str, minor: int) -> None:
    costs = platform(("2026-11-01", "12.34"))
    assert list(told(costs, currency=currency).values()) == [minor]


def test_a_mistyped_year_does_not_fill_the_books_with_centuries() -> None:
    assert min(by_month(platform(("0202-01-01", "900.00")))) == FIRST_MONTH


def test_months_that_cost_nothing_are_spoken_for_too() -> None:
    found = monthly_costs(Costs(), "USD", digits, "2026-11")
    assert list(found) == [month_subject(one) for one in months(FIRST_MONTH, "2026-11")]
    assert not any(found.values())


class Book:
    """A ledger held in memory."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.closed: set[str] = set()

    def post(self, wanted: Mapping[str, Iterable[Line]]) -> int:
        lines = [line for each in wanted.values() for line in each]
        missing = due(lines, self._posted(wanted), self.closed)
        self.entries += missing
        return len(missing)

    def _posted(self, subjects: Iterable[str]) -> dict[str, Posted]:
        spoken, found = set(subjects), dict[str, Posted]()
        for entry in self.entries:
            if entry.line.subject in spoken:
                before = found.get(entry.line.key)
                amount, number = (before.amount, before.entries) if before else (0, 0)
                found[entry.line.key] = Posted(amount + entry.amount, number + 1, entry.line)
        return found

    def of(self, period: str) -> list[tuple[str, int]]:
        """The entries of a month."""
        return [(one.source, one.amount) for one in self.entries if one.period == period]

    def stands(self) -> dict[str, int]:
        """What stands under each key, but for what adds up to nothing."""
        found: dict[str, int] = {}
        for one in self.entries:
            found[one.line.key] = found.get(one.line.key, 0) + one.amount
        return {key: amount for key, amount in found.items() if amount}


DAYS = st.dates(date(2026, 6, 1), date(2026, 12, 31))
AMOUNTS = st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("900.00"), Decimal("4000.00")])
COSTS = st.builds(
    Costs,
    platform_monthly=st.lists(st.builds(DatedAmount, DAYS, AMOUNTS), max_size=3).map(tuple),
    staff_monthly=st.lists(st.builds(StaffCost, st.sampled_from([ANA, BEN]), DAYS, AMOUNTS), max_size=4).map(
        tuple
    ),
)
SOME = list(months("2026-06", "2026-12"))


@given(st.lists(COSTS, min_size=1, max_size=5), st.sampled_from(SOME))
def test_whatever_stood_in_the_settings_before_the_books_end_as_the_last_ones_say(
    settings: list[Costs], current: str
) -> None:
    book = Book()
    for costs in settings:
        wanted = monthly_costs(costs, "USD", digits, current)
        book.post(wanted)
        assert book.post(wanted) == 0
    assert book.stands() == told(settings[-1], current)


@given(st.lists(st.tuples(COSTS, st.sampled_from([None, *SOME[:-1]])), min_size=1, max_size=6))
def test_closed_months_never_change_and_what_comes_late_is_posted_to_an_open_one(
    steps: list[tuple[Costs, str | None]],
) -> None:
    book, kept = Book(), dict[str, list[tuple[str, int]]]()
    for costs, closes in steps:
        book.post(monthly_costs(costs, "USD", digits, "2026-12"))
        assert {period: book.of(period) for period in kept} == kept
        if closes is not None and closes not in book.closed:
            book.closed.add(closes)
            kept[closes] = book.of(closes)
    assert book.stands() == told(steps[-1][0], "2026-12")
    late = [one for one in book.entries if one.belongs_to is not None]
    assert all(one.belongs_to is not None and one.period > one.belongs_to for one in late)
    assert len({one.source for one in book.entries}) == len(book.entries)
