"""Money: whole minor units and a currency, never a float. How many digits a currency has arrives as an argument."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

Digits = Callable[[str], int]
"""ISO 4217 code → decimal places: 2 for USD, 0 for JPY, 3 for KWD."""


class OtherCurrency(ValueError):
    """Two amounts of different currencies were put together."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units ("113.20 USD" is 11320). Adding and comparing needs the same currency."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def text(self, digits: Digits) -> str:
        """The amount as a decimal string: "113.20"."""
        places = digits(self.currency)
        return str(Decimal(self.minor).scaleb(-places).quantize(Decimal(1).scaleb(-places)))

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise OtherCurrency(f"{self.currency} and {other.currency} cannot be put together without a rate")
        return other.minor


def money(amount: str | int | Decimal, currency: str, digits: Digits) -> Money:
    """Read a decimal amount, rounded once, half to even. ValueError for what is no amount."""
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        raise ValueError(f"{amount!r} is no amount") from None
    if not exact.is_finite():
        raise ValueError(f"{amount!r} is no amount")
    return Money(int(exact.scaleb(digits(currency)).to_integral_value(ROUND_HALF_EVEN)), currency)
