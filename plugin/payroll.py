"""Commissions as payroll takes them: one line for each agent, month and state, as a CSV file that is safe to open."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Final, Literal

from plugin.domain.money import Digits, Money

PayrollState = Literal["approved", "held", "paid", "clawed_back"]
"""approved: to be paid · held: approved, and held back or contested since · paid · clawed_back: what the ledger took
back (or added) after it was paid, to be set off against the next pay."""
COLUMNS: Final = ("agent", "period", "state", "credits", "amount", "currency")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula; the last four are the wide forms of the first."""


@dataclass(frozen=True, slots=True)
class Earned:
    """The commission of one credit, in minor units as the agent gets it, in the month in which it was posted."""

    agent: str
    period: str
    state: PayrollState
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """What an agent is paid for a month: the sum over `credits` credits in one state."""

    agent: str
    period: str
    state: PayrollState
    credits: int
    amount: int
    currency: str


def payroll(earned: Iterable[Earned]) -> list[PayrollLine]:
    """The sums, by agent, month and state."""
    found: dict[tuple[str, str, PayrollState, str], list[int]] = {}
    for one in earned:
        found.setdefault((one.agent, one.period, one.state, one.currency), []).append(one.amount)
    return [
        PayrollLine(agent, period, state, len(amounts), sum(amounts), currency)
        for (agent, period, state, currency), amounts in sorted(found.items())
    ]


def payroll_csv(lines: Iterable[PayrollLine], digits: Digits) -> str:
    """The lines as CSV (RFC 4180). Amounts are decimals; no cell of text is taken for a formula."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    for line in lines:
        amount = Money(line.amount, line.currency).text(digits)
        writer.writerow([safe_cell(line.agent), line.period, line.state, line.credits, amount, line.currency])
    return made.getvalue()


def safe_cell(text: str) -> str:
    """A text for a cell; one that a spreadsheet would calculate is marked as text by an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
