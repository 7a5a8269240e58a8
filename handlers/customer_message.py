"""The customer wrote."""

from plugin.context import TicketContext
from plugin.domain.events import CustomerMessage
from plugin.domain.triage import read_message


def handle(event: CustomerMessage, ctx: TicketContext) -> None:
    """The customer wrote: say why, in their own words."""
    facts = ctx.facts_for(event.ticket_id)
    ctx.apply(read_message(facts, event.message, event.first, ctx.read))
