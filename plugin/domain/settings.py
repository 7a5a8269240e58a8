"""A tenant's settings as the rest of the product reads them; every field has its default."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["shadow", "live"]


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """The settings document, typed. An empty one is a working tenant that watches and writes nothing.

    `reason_codes` is the tenant's overlay over the default tree, as written; `timezone` an IANA name;
    `currency` an ISO 4217 code or None (the store's).
    """

    mode: Mode = "shadow"
    currency: str | None = None
    timezone: str | None = None
    locale: str = "en"
    reason_codes: Sequence[Any] = ()

    @property
    def live(self) -> bool:
        """Whether anything may be written to a vendor."""
        return self.mode == "live"
