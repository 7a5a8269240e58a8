"""Everything new about a ticket is known."""

from plugin.context import TicketContext
from plugin.domain.events import RulesDue
from plugin.domain.judging import judge


def handle(event: RulesDue, ctx: TicketContext) -> None:
    """Everything new is known: who the customer is to us, where the ticket goes, what may help the agent."""
    ctx.apply(judge(ctx.facts_for(event.ticket_id), event.look, ctx.playbook, event.overtaken))
