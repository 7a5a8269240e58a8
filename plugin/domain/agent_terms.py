"""On what terms an agent works with us: their coupon, what they may give away, and what they may see."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from plugin.domain.commissions import CommissionRate

Role = Literal["agent", "manager", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "manager", "admin")


@dataclass(frozen=True, slots=True)
class AgentTerms:
    """What the settings say of an agent. `coupon_share` is taken off an order by their code ("0.10": a tenth).

    `role` is None where the helpdesk's own word counts: its admins are admins, all others agents.
    `delight_budget` is in the settings' currency, else the store's, a month. `commission` are their rates, with dates.
    """

    email: str
    coupon: str | None = None
    coupon_share: Decimal | None = None
    delight_budget: Decimal | None = None
    role: Role | None = None
    commission: tuple[CommissionRate, ...] = ()
