"""What an agent sees beside a ticket: from stored facts to a view, which each helpdesk's surface then renders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.domain.facts import Customer, MacroSuggestion, TierDecision


@dataclass(frozen=True, slots=True)
class SidebarView:
    """Everything shown. `reason` is a name path, `reason_sure` false for a mere suggestion, `as_of` the data's age.

    `asked` is false where the tenant has no shop to ask: then nothing is known of anybody, and nothing is awaited.
    """

    customer: Customer
    tier: str | None = None
    evidence: tuple[str, ...] = ()
    no_bots: bool = False
    reason: str | None = None
    reason_sure: bool = False
    macros: tuple[MacroSuggestion, ...] = ()
    offers: tuple[str, ...] = ()
    as_of: datetime | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class TicketShown:
    """What is stored of a ticket, as far as it is shown."""

    seen_at: datetime
    reason: str | None = None
    reason_sure: bool = False
    no_bots: bool = False
    macros: Sequence[MacroSuggestion] = field(default_factory=tuple)
    offers: Sequence[str] = ()


def sidebar_view(
    customer: Customer, tier: TierDecision, ticket: TicketShown | None, asked: bool
) -> SidebarView | None:
    """The view; None where neither the ticket nor the customer is known."""
    if ticket is None and customer.state != "known":
        return None
    return SidebarView(
        customer=customer,
        tier=tier.tier,
        evidence=tier.evidence,
        no_bots=tier.no_bots or (ticket is not None and ticket.no_bots),
        reason=ticket.reason if ticket else None,
        reason_sure=ticket.reason_sure if ticket else False,
        macros=tuple(ticket.macros) if ticket else (),
        offers=tuple(ticket.offers) if ticket else (),
        as_of=customer.as_of or (ticket.seen_at if ticket else None),
        asked=asked,
    )
