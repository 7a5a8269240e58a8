"""What the settings say of money: costs, attribution, and the written playbook of refunds. Amounts are decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from plugin.domain.attribution import GRADES
from plugin.domain.commissions import RETURN_WINDOW
from plugin.domain.refund_costs import RefundShare

COUPON_SITES: Final = (
    "capitaloneshopping.com", "coupert.com", "couponbirds.com", "couponcabin.com", "couponfollow.com", "coupons.com",
    "dealspotr.com", "dontpayfull.com", "goodsearch.com", "groupon.com", "hotdeals.com", "joinhoney.com",
    "knoji.com", "pepper.com", "rakuten.com", "retailmenot.com", "savings.com", "simplycodes.com", "slickdeals.net",
    "wethrift.com",
)  # fmt: skip
"""Sites that publish coupon codes; an order that comes from one of them says that a code has leaked."""


USUAL_SHARE: Final = (RefundShare(date.min, Decimal("0.10")),)
"""A tenth of all refunds and replacements, where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """An amount in the statement's currency that holds from a day on."""

    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StaffCost:
    """What an agent costs a month, from a day on."""

    agent: str
    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PlaybookLimit:
    """What may be refunded or replaced without asking: up to this amount, for this reason (None: any other)."""

    up_to: Decimal
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """What is counted against the revenue. `default_cost_share` stands for goods whose cost the store does not tell.

    `playbook` is empty where nothing is written: then nothing can be beyond it.
    """

    refund_share: tuple[RefundShare, ...] = USUAL_SHARE
    platform_monthly: tuple[DatedAmount, ...] = ()
    staff_monthly: tuple[StaffCost, ...] = ()
    variable_per_order: tuple[DatedAmount, ...] = ()
    default_cost_share: Decimal | None = None
    replacement_tags: tuple[str, ...] = ("replacement",)
    playbook: tuple[PlaybookLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionTerms:
    """For how long after a ticket an order may be its merit, and when a commission may be approved.

    `leak_new_customers` new customers who use one agent's code within an hour, without a ticket, are a leak.
    """

    direct_window: timedelta = timedelta(days=30)
    assisted_window: timedelta = timedelta(days=5)
    return_window: timedelta = RETURN_WINDOW
    commission_grades: Sequence[str] = GRADES
    coupon_sites: Sequence[str] = COUPON_SITES
    leak_new_customers: int = 3
