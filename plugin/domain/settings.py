"""A tenant's settings as the rest of the product reads them; every field has its default."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from plugin.domain.agent_terms import ROLES, AgentTerms
from plugin.domain.macros import MacroHint
from plugin.domain.money_settings import AttributionTerms, Costs
from plugin.domain.offers import Offer
from plugin.domain.rates import DatedRates
from plugin.domain.rules import Rule
from plugin.domain.teams import Team
from plugin.domain.tiers import Tier

Mode = Literal["shadow", "live"]


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """The settings document, typed. An empty one is a working tenant that watches and writes nothing.

    `reason_codes` is the tenant's overlay over the default tree, as written; `timezone` an IANA name;
    `currency` an ISO 4217 code or None (the store's). `routing_wait` is how long routing waits for a shop
    that has not said yet who the customer is. `native_digits` is false where numbers are written 0 to 9 in every
    language. `video_recorder` is the page where an agent records a video reply, None for none.
    `fx` are the dated rates from the stores' currencies into the statement's.
    """

    mode: Mode = "shadow"
    currency: str | None = None
    timezone: str | None = None
    locale: str = "en"
    reason_codes: Sequence[Any] = ()
    tiers: tuple[Tier, ...] = ()
    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    macros: tuple[MacroHint, ...] = ()
    routing_wait: timedelta = timedelta(seconds=10)
    offers: tuple[Offer, ...] = ()
    agents: tuple[AgentTerms, ...] = ()
    amounts_visible_to: tuple[str, ...] = ROLES
    native_digits: bool = True
    video_recorder: str | None = None
    costs: Costs = field(default_factory=Costs)
    attribution: AttributionTerms = field(default_factory=AttributionTerms)
    commission_base: Literal["revenue", "margin"] = "revenue"
    fx: tuple[DatedRates, ...] = ()

    @property
    def live(self) -> bool:
        """Whether anything may be written to a vendor."""
        return self.mode == "live"

    def terms_of(self, email: str) -> AgentTerms:
        """The terms of the agent with this address; none of their own where the settings do not name them."""
        folded = email.casefold()
        return next((one for one in self.agents if one.email.casefold() == folded), AgentTerms(email))

    def owners(self) -> dict[str, str]:
        """Whose coupon code is whose: the folded code, and the agent's address in lower case."""
        return {one.coupon.casefold(): one.email.casefold() for one in self.agents if one.coupon}
