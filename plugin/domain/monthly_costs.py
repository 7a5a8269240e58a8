"""What service costs whether it sells or not: agents' pay and the helpdesk's bill, in full for every month."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from plugin.domain.ledger import Line
from plugin.domain.money import Digits, money
from plugin.domain.money_settings import Costs
from plugin.domain.periods import first_day, months, period_of

FIRST_MONTH: Final = "2000-01"
"""Nothing is counted before: a month written as 0202-01 by mistake would fill the books with centuries."""
STAFF: Final = "cost.staff"
PLATFORM: Final = "cost.platform"
_Dated = list[tuple[str, Decimal]]
"""Months from which amounts hold, with the amounts."""


def month_subject(period: str) -> str:
    """The subject of a month's lines in the ledger."""
    return f"month:{period}"


def monthly_costs(costs: Costs, currency: str, digits: Digits, current: str) -> dict[str, list[Line]]:
    """The lines of every month up to the current one, by subject; a month that costs nothing has none.

    A later row replaces an earlier one from its month on, also from within it; of two rows of one month the later in
    date counts, else the later in the list. The amount 0 ends it.
    """
    found: dict[str, list[Line]] = {month_subject(one): [] for one in months(FIRST_MONTH, current)}
    for kind, agent, rows in _series(costs):
        for period, amount in _held(rows, current):
            minor = money(amount, currency, digits).minor
            if minor:
                found[month_subject(period)].append(_line(period, kind, agent, -minor, currency))
    return found


def _series(costs: Costs) -> Iterator[tuple[str, str | None, _Dated]]:
    """Kind, agent and rows of everything that is paid by the month."""
    yield PLATFORM, None, _dated((row.since, row.amount) for row in costs.platform_monthly)
    for agent in dict.fromkeys(row.agent for row in costs.staff_monthly):
        yield (
            STAFF,
            agent,
            _dated((row.since, row.amount) for row in costs.staff_monthly if row.agent == agent),
        )


def _dated(rows: Iterable[tuple[date, Decimal]]) -> _Dated:
    ordered = sorted(rows, key=lambda row: row[0])  # stable: of one day, the later in the list comes later
    return [(max(period_of(since), FIRST_MONTH), amount) for since, amount in ordered]


def _held(rows: _Dated, current: str) -> Iterator[tuple[str, Decimal]]:
    """Each month with the amount that holds in it."""
    if not rows:
        return
    for period in months(rows[0][0], current):
        yield period, [amount for since, amount in rows if since <= period][-1]


def _line(period: str, kind: str, agent: str | None, amount: int, currency: str) -> Line:
    subject = month_subject(period)
    return Line(
        subject=subject,
        key=f"{subject}:{kind}:{agent or '-'}",
        kind=kind,
        amount=amount,
        currency=currency,
        occurred_on=first_day(period),
        agent=agent,
    )
