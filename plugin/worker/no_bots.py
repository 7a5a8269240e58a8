"""Nobody but a person answers the best customers: looked up again at the moment of sending, and right after."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from plugin.db.breaches import Breaches
from plugin.db.outbox import Batch
from plugin.db.tables import TicketRow
from plugin.db.tickets import Tickets, keys_in, record_of, requester_of
from plugin.domain.effects import Effect, is_automatic_message, ticket_of
from plugin.domain.facts import TierDecision
from plugin.known_customers import playbook_for, who_is
from plugin.worker.shop import Shop

BY_RULE = "withheld: the rule “{0}” keeps bots away from this ticket; a person must answer"
BY_TIER = "withheld: customers of the tier “{0}” meet no bots; a person must answer"
NOT_KNOWN = "withheld: nobody can say yet who this customer is, and they may be one who meets no bots"
NO_TICKET = "withheld: nothing is known of this ticket, so nobody can say whether a bot may answer"


def withheld(shop: Shop, session: Session, batch: Batch) -> str | None:
    """Why these effects must not go out; None where they may. Judged by what is known at this very moment."""
    if not _automatic(batch.effects):
        return None
    row = Tickets(session, batch.tenant_id).row(batch.connection_id, ticket_of(batch.resource))
    if row is None:
        return NO_TICKET
    if rule := record_of(row).no_bots_rule:
        return BY_RULE.format(rule)
    tier = _tier(shop, session, row)
    if tier.no_bots:
        return BY_TIER.format(tier.tier)
    return None if tier.certain else NOT_KNOWN


def note_breach(shop: Shop, session: Session, batch: Batch) -> None:
    """What was sent is looked at once more: a message of ours that reached such a customer all the same is listed."""
    if not _automatic(batch.effects):
        return
    row = Tickets(session, batch.tenant_id).row(batch.connection_id, ticket_of(batch.resource))
    if row is None:
        return
    tier = _tier(shop, session, row)
    if tier.no_bots or record_of(row).no_bots_rule:
        messages = [f"effect {number}" for number in batch.ids]
        Breaches(session, batch.tenant_id).add(row.id, "ours", messages, tier.tier, shop.now())


def _automatic(effects: Sequence[Effect]) -> bool:
    return any(is_automatic_message(effect) for effect in effects)


def _tier(shop: Shop, session: Session, row: TicketRow) -> TierDecision:
    view = shop.views.of(session, row.tenant_id)
    found = who_is(shop, session, row.tenant_id, keys_in(row), view)
    return playbook_for(view, found).tier_of(found.customer, requester_of(row))
