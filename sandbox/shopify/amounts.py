"""Amounts of money: how many digits a currency has, how they are written, how a sum is shared out to the last digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "VND"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "OMR", "TND"), 3),
}
"""Currencies that have another number of digits than two."""
ONE = Decimal(1)


def step(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return ONE.scaleb(-DIGITS.get(currency, 2))


def rounded(value: Decimal, currency: str) -> Decimal:
    """An amount as it can be paid: half a step goes up."""
    return value.quantize(step(currency), ROUND_HALF_UP)


def written(value: Decimal, currency: str) -> str:
    """An amount as webhooks write it: a text with all the digits of its currency."""
    return str(rounded(value, currency))


def shown(value: Decimal, currency: str) -> str:
    """An amount as GraphQL writes it: no more digits than needed, at least one after the point."""
    text = written(value, currency)
    whole, _, digits = text.partition(".")
    return f"{whole}.{digits.rstrip('0') or '0'}"


def shares(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """A sum by weight, in whole steps: shares are rounded down, and the steps left go to the largest remainders."""
    whole, unit = sum(weights, Decimal(0)), step(currency)
    if not whole:
        return [Decimal(0) * unit for _ in weights]
    exact = [total * weight / whole for weight in weights]
    parts = [one.quantize(unit, ROUND_FLOOR) for one in exact]
    left = int((total - sum(parts, Decimal(0))) / unit)
    by_remainder = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[:left]:
        parts[place] += unit
    return parts


def part(total: Decimal, gone: int, taken: int, of: int, currency: str) -> Decimal:
    """What `taken` of the pieces are worth after `gone` of them: the parts of all pieces add up to the total."""
    if taken == of:
        return total
    return rounded(total * (gone + taken) / of, currency) - rounded(total * gone / of, currency)


@dataclass(frozen=True, slots=True)
class Currencies:
    """The shop's money and the shopper's, of which one of the shop's is `rate`."""

    shop: str
    seen: str
    rate: Decimal = ONE

    def both(self, value: Decimal) -> tuple[tuple[Decimal, str], tuple[Decimal, str]]:
        """An amount of the shop's money in each of them."""
        return (value, self.shop), (value * self.rate, self.seen)


def own(currency: str) -> Currencies:
    """Of a shop whose shoppers see its own money."""
    return Currencies(currency, currency)
