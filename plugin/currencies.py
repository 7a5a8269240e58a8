"""Currencies by ISO 4217, as Babel knows them: which there are, and how many digits each has."""

from babel.core import get_global
from babel.numbers import get_currency_precision


def is_currency(code: str) -> bool:
    """Whether there is (or was) such a currency."""
    return code in get_global("all_currencies")


def digits(code: str) -> int:
    """Decimal places of a currency: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(code)
