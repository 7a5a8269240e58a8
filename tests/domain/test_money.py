"""Money: whole minor units, one rounding, no mixing of currencies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.money import Money, OtherCurrency, money

PLACES = {"USD": 2, "JPY": 0, "KWD": 3}
digits = PLACES.__getitem__


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("113.20", "USD", 11320),
        ("1000", "JPY", 1000),
        ("1.2345", "KWD", 1234),
        ("1.2355", "KWD", 1236),
        (3.3, "USD", 330),
        ("-0.005", "USD", 0),
        ("-0.015", "USD", -2),
    ],
)
def test_an_amount_is_read_and_rounded_once(amount: str, currency: str, minor: int) -> None:
    assert money(amount, currency, digits) == Money(minor, currency)


@pytest.mark.parametrize("nothing", ["", "abc", "NaN", "Infinity", "1,20"])
def test_what_is_no_amount_is_refused(nothing: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        money(nothing, "USD", digits)


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(PLACES)))
def test_text_and_back_is_the_same_amount(minor: int, currency: str) -> None:
    assert money(Money(minor, currency).text(digits), currency, digits) == Money(minor, currency)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_rounding_is_never_off_by_more_than_half_a_cent(amount: Decimal) -> None:
    assert abs(Decimal(money(amount, "USD", digits).minor) / 100 - amount) <= Decimal("0.005")


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(OtherCurrency):
        Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(OtherCurrency):
        assert Money(1, "USD") < Money(1, "EUR")


def test_adding_and_taking_away() -> None:
    assert Money(5, "USD") + Money(7, "USD") - Money(2, "USD") == -Money(-10, "USD")
