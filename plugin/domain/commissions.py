"""Commission: what an agent earns by a credit, and the way of that money until it is paid, or taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

CommissionState = Literal["pending", "approved", "paid"]
RETURN_WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CommissionRate:
    """A rate from a day on; `kind` is the ledger's kind of revenue, None for all of them."""

    rate: Decimal
    since: date = date.min
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """Rates by agent (lower case), what they are taken of, and the grades that earn any."""

    rates: Mapping[str, Sequence[CommissionRate]] = field(default_factory=dict)
    base: Literal["revenue", "margin"] = "revenue"
    grades: Collection[str] = ("direct", "assisted", "influenced", "unproven")

    def of(
        self,
        agent: str,
        kind: str,
        grade: str,
        on: date,
        revenue: int,
        cogs: int | None,
        agreed: Decimal | None = None,
    ) -> int:
        """The commission of a credit in minor units, rounded once, half to even; 0 where there is none.

        `agreed` is the rate that the credit began with: it counts against one that says nothing of its date.

        None where the margin is known and not positive; by margin, none before the margin is known.
        """
        rate = self.rate(agent, kind, on, agreed)
        margin = None if cogs is None else revenue - cogs
        if not rate or grade not in self.grades or (margin is not None and margin <= 0):
            return 0
        taken_of = revenue if self.base == "revenue" else margin
        if taken_of is None or taken_of <= 0:
            return 0
        return int((taken_of * rate).to_integral_value(ROUND_HALF_EVEN))

    def rate(self, agent: str, kind: str, on: date, agreed: Decimal | None = None) -> Decimal:
        """The rate of this kind of revenue on a day: the latest; one for the kind goes before one for all."""
        held = [one for one in self.rates.get(agent, ()) if one.since <= on and one.kind in (None, kind)]
        best = max(held, key=lambda one: (one.kind is not None, one.since), default=None)
        if agreed is not None and (best is None or best.since == date.min):
            return agreed
        return Decimal(0) if best is None else best.rate


@dataclass(frozen=True, slots=True)
class Commission:
    """The commission of one credit, as far as its way goes. `held` says why it is held back, "" where it is not."""

    state: CommissionState
    earned_at: datetime
    held: str = ""
    disputed: bool = False


def may_approve(commission: Commission, now: datetime, window: timedelta = RETURN_WINDOW) -> str:
    """Why a pending commission cannot be approved yet, in one of our words; "" where it can.

    Words: approved, paid (it is that already), early (the return window is open), held, disputed.
    """
    if commission.state != "pending":
        return commission.state
    if commission.held:
        return "held"
    if commission.disputed:
        return "disputed"
    return "early" if now < commission.earned_at + window else ""


def may_pay(commission: Commission) -> str:
    """Why an approved commission cannot be paid, in one word (pending, paid, held, disputed); "" where it can."""
    if commission.state != "approved":
        return commission.state
    return "held" if commission.held else "disputed" if commission.disputed else ""
