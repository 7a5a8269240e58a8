"""From the store's currency into the statement's, by a table of dated rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from plugin.domain.money import Digits


@dataclass(frozen=True, slots=True)
class DatedRates:
    """Rates that hold from this day on: one unit of the store's currency is so much of the statement's."""

    since: date
    rates: Mapping[str, Decimal]


class NoRate(ValueError):
    """No rate is known for a currency on a day: the entry waits."""

    def __init__(self, currency: str, on: date) -> None:
        super().__init__(f"no rate for {currency} on {on.isoformat()}")
        self.currency = currency
        self.on = on


@dataclass(frozen=True)
class Exchange:
    """The statement's currency and the tenant's table; the latest row that names a currency counts."""

    currency: str
    table: Sequence[DatedRates]
    digits: Digits

    def rate(self, currency: str, on: date) -> Decimal:
        """What one unit is worth on that day; NoRate where the table does not say."""
        if currency == self.currency:
            return Decimal(1)
        held = [row for row in self.table if row.since <= on and currency in row.rates]
        if not held:
            raise NoRate(currency, on)
        return max(held, key=lambda row: row.since).rates[currency]

    def convert(self, minor: int, currency: str, rate: Decimal) -> int:
        """Minor units of the statement's currency, rounded once, half to even."""
        if currency == self.currency:
            return minor
        exact = Decimal(minor).scaleb(-self.digits(currency)) * rate
        return int(exact.scaleb(self.digits(self.currency)).to_integral_value(ROUND_HALF_EVEN))
