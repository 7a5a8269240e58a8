"""Somebody of the shop wrote."""

from plugin.context import TicketContext
from plugin.domain.decisions import Decision
from plugin.domain.events import AgentMessage
from plugin.domain.evidence import handed_in
from plugin.domain.macros import uses_of


def handle(event: AgentMessage, ctx: TicketContext) -> None:
    """Somebody of the shop wrote: which macro they used is learnt, and what may lead to an order is written down."""
    facts = ctx.facts_for(event.ticket_id)
    code = facts.record.reason.code if facts.record.reason else None
    uses = uses_of(code, event.message, ctx.playbook.book)
    handed = handed_in(event.message, ctx.playbook.owners)
    ctx.apply(Decision(facts.record, macro_uses=uses, handed=handed))
