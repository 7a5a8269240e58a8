"""An agent chose the reason code in our sidebar."""

from plugin.context import TicketContext
from plugin.domain.events import ReasonChosen
from plugin.domain.triage import agent_chose


def handle(event: ReasonChosen, ctx: TicketContext) -> None:
    """An agent chose the reason code in our sidebar: it is written, whatever the field holds."""
    ctx.apply(agent_chose(ctx.facts_for(event.ticket_id), event.code))
