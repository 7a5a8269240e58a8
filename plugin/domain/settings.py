"""A tenant's settings as the rest of the product reads them; every field has its default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from plugin.domain.macros import MacroHint
from plugin.domain.rules import Rule
from plugin.domain.teams import Team
from plugin.domain.tiers import Tier

Mode = Literal["shadow", "live"]


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """The settings document, typed. An empty one is a working tenant that watches and writes nothing.

    `reason_codes` is the tenant's overlay over the default tree, as written; `timezone` an IANA name;
    `currency` an ISO 4217 code or None (the store's). `routing_wait` is how long routing waits for a shop
    that has not said yet who the customer is.
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

    @property
    def live(self) -> bool:
        """Whether anything may be written to a vendor."""
        return self.mode == "live"
