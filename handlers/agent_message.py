"""Somebody of the shop wrote."""

from plugin.context import TicketContext
from plugin.domain.decisions import Decision
from plugin.domain.events import AgentMessage
from plugin.domain.macros import uses_of


def handle(event: AgentMessage, ctx: TicketContext) -> None:
    """Somebody of the shop wrote: which macro they answered with is remembered for the next ticket of this reason."""
    facts = ctx.facts_for(event.ticket_id)
    code = facts.record.reason.code if facts.record.reason else None
    ctx.apply(Decision(facts.record, macro_uses=uses_of(code, event.message, ctx.playbook.book)))
