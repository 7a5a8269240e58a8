"""A tier made visible in the helpdesk: its tag on the ticket and on the customer's own record.

The customer's record counts before any ticket does: the host's own triggers and bot exclusions read it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from plugin.domain.decisions import TraceLine
from plugin.domain.effects import Effect, tag_customer
from plugin.domain.facts import Facts, TierDecision
from plugin.domain.people import OFF, ON
from plugin.domain.rule_outcome import Answer, Outcome, Step
from plugin.domain.tags import tag_key, tag_slot
from plugin.domain.tiers import NO_TIERS, TIER_TAGS, tier_tag

TIER: Final = "Customer tier"
CUSTOMER_TAG: Final = "customer_tier"
"""The slot of the tier's tag on the customer's own record."""


def customer_effect(facts: Facts, tier: TierDecision) -> Effect | None:
    """The write that brings the customer's tags in line; None where they are, or where that was asked for."""
    held = _tier_tags(facts.ticket.requester.tags)
    wanted = wanted_tag(tier)
    add = [wanted] if wanted and wanted not in held else []
    remove = [tag for tag in held if tag != wanted] if tier.certain else []
    asked = facts.record.sent.get(CUSTOMER_TAG)
    if not facts.ticket.requester.id or asked == wanted or not (add or remove):
        return None
    return tag_customer(facts.ticket.requester.id, add, remove)


def tier_outcome(facts: Facts, tier: TierDecision) -> Outcome:
    """The tier as if a rule had said so: its tag on the ticket, and no other tier's."""
    wanted = wanted_tag(tier)
    steps = [_tag_step(wanted, ON)] if wanted else []
    if tier.certain:
        others = [tag for tag in _tier_tags(facts.ticket.tags) if tag != wanted]
        steps += [_tag_step(tag, OFF) for tag in others]
    if tier.tier is None and not steps and not tier.why:
        return Outcome()
    seen = {"customer.state": facts.customer.state, "customer.tier": tier.tier}
    return Outcome(
        (Answer(TIER, tier.tier is not None, seen, tier.why or "; ".join(tier.evidence)),), tuple(steps)
    )


def _tag_step(tag: str, wanted: str) -> Step:
    return Step(TIER, tag_slot(tag), wanted, f"tags {'+' if wanted == ON else '-'}{tag}", tag)


def _tier_tags(tags: Iterable[str]) -> list[str]:
    return [tag for tag in tags if tag_key(tag).startswith(TIER_TAGS)]


def wanted_tag(tier: TierDecision) -> str:
    """The tag of the tier that holds; "" where none does."""
    return tier_tag(tier.tier) if tier.tier else ""


def said(trace: Sequence[TraceLine]) -> tuple[TraceLine, ...]:
    """The lines worth keeping: where no tiers are set, nothing is to be said of them."""
    return tuple(line for line in trace if line.rule != TIER or line.why != NO_TIERS)
