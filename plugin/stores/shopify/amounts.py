"""Amounts of an order: exact as they came, numbers or texts, until they are rounded once, to whole minor units."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from plugin.currencies import is_currency
from plugin.documents import Part
from plugin.domain.money import Digits
from plugin.ports import Unreadable
from plugin.stores.shopify.values import MOST, read_currency

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
_AMOUNT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LONGEST: Final = 40
_HIGHEST: Final = 18
"""The power of ten of the largest amount that is looked at."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and how many digits it has."""

    code: str
    digits: int

    def minor(self, exact: Decimal, path: str) -> int:
        """The amount in minor units, half to even."""
        found = int(exact.scaleb(self.digits).to_integral_value(ROUND_HALF_EVEN))
        if not -MOST < found < MOST:
            raise Unreadable(path, "is too large")
        return found


def currency_of(part: Part, digits: Digits) -> Currency:
    """The currency that a code stands for; there must be such a one, for nothing else tells its digits."""
    code = read_currency(part)
    if not is_currency(code):
        raise Unreadable(part.path, f"{code} is no currency that is known here")
    return Currency(code, digits(code))


def exact(part: Part) -> Decimal:
    """The amount as it was written; nothing is 0."""
    if part.value is None:
        return ZERO
    if isinstance(part.value, bool) or not isinstance(part.value, str | int | float):
        raise Unreadable(part.path, "must be an amount")
    text = str(part.value)
    if len(text) > _LONGEST:
        raise Unreadable(part.path, "is too large")
    if not _AMOUNT.fullmatch(text):
        raise Unreadable(part.path, "must be an amount")
    return _in_bounds(Decimal(text), part.path)


def total(parts: list[Decimal]) -> Decimal:
    """All of them together."""
    return sum(parts, ZERO)


def _in_bounds(found: Decimal, path: str) -> Decimal:
    if not found.is_finite() or found.adjusted() > _HIGHEST:
        raise Unreadable(path, "is too large")
    return found
