"""The ticket moved while we were writing."""

from plugin.context import TicketContext
from plugin.domain.events import WriteOvertaken
from plugin.domain.triage import write_reason


def handle(event: WriteOvertaken, ctx: TicketContext) -> None:
    """The ticket moved while we were writing: decide again on what is there now."""
    ctx.apply(write_reason(ctx.facts_for(event.ticket_id)))
