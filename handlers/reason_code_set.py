"""A person chose the reason code."""

from plugin.context import TicketContext
from plugin.domain.events import ReasonCodeSet
from plugin.domain.triage import person_chose


def handle(event: ReasonCodeSet, ctx: TicketContext) -> None:
    """A person chose the reason code: theirs stands."""
    ctx.apply(person_chose(ctx.facts_for(event.ticket_id), event.code))
